"""The fold of an underlying's tape and context."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from agents.bars import on_trades
from schemas.market import FlowState, FlowTotals, ListedContract, Market, MarketContextReceived, Quote
from schemas.ticks import ABSENT, Tick, mid

QUOTES_MAX = 2_000
"""Contracts whose newest quotes are kept; the longest silent go first."""


def on_ticks(market: Market, ticks: Iterable[Tick]) -> Market:
    """Return the market after ticks of its underlying and of its contracts, in their order."""
    touched: dict[str, Quote] = {}
    trades: list[tuple[int, int, int]] = []
    newest_trade: dict[str, Tick] = {}
    newest_quote: dict[str, Tick] = {}
    for tick in ticks:
        if tick.price == ABSENT:
            newest_quote[tick.symbol] = tick
        else:
            newest_trade[tick.symbol] = tick
            if tick.symbol == market.symbol:
                trades.append((tick.at, tick.price, tick.size if tick.size > 0 else 0))
    for symbol in {**newest_trade, **newest_quote}:
        before = market.last if symbol == market.symbol else market.quotes.get(symbol, Quote())
        touched[symbol] = _quoted(before, trade=newest_trade.get(symbol), quote=newest_quote.get(symbol))
    last = touched.pop(market.symbol, market.last)
    return market.model_copy(
        update={
            "last": last,
            "series": on_trades(market.series, trades) if trades else market.series,
            "quotes": _kept({**market.quotes, **touched}) if touched else market.quotes,
        }
    )


def _quoted(before: Quote, *, trade: Tick | None, quote: Tick | None) -> Quote:
    return Quote(
        bid=before.bid if quote is None else quote.bid,
        ask=before.ask if quote is None else quote.ask,
        price=before.price if trade is None else trade.price,
        quoted_at=before.quoted_at if quote is None else quote.at,
        traded_at=before.traded_at if trade is None else trade.at,
    )


def _kept(quotes: dict[str, Quote]) -> dict[str, Quote]:
    """Return the newest quotes of at most QUOTES_MAX contracts, by their time."""
    if len(quotes) <= QUOTES_MAX:
        return quotes
    newest = sorted(quotes, key=lambda symbol: (max(quotes[symbol].quoted_at, quotes[symbol].traded_at), symbol))
    return {symbol: quotes[symbol] for symbol in newest[-QUOTES_MAX:]}


def newest_price(quote: Quote) -> tuple[int, int] | None:
    """Return (price in 1e-9 dollars, UTC microseconds) of the newer of trade and mid, or None."""
    middle = mid(quote.bid, quote.ask)
    known = [(at, price) for at, price in ((quote.traded_at, quote.price), (quote.quoted_at, middle)) if price >= 0]
    if not known:
        return None
    at, price = max(known)
    return price, at


def on_context(market: Market, event: MarketContextReceived, *, day: date) -> Market:
    """Return the market after bias, chain, dealer positioning or flow; what is older than what is known is dropped.

    day  the exchange's date of the event, on which the flow's totals start again
    """
    update: dict[str, Any] = {}
    if event.bias is not None and (market.bias is None or event.bias.timestamp >= market.bias.timestamp):
        update["bias"] = event.bias
    if event.gex is not None and (market.gex is None or event.gex.timestamp >= market.gex.timestamp):
        update["gex"] = event.gex
    if event.chain is not None and (market.chain_at is None or event.chain.timestamp >= market.chain_at):
        listed = {contract.option_symbol: contract for contract in event.chain.contracts}
        current = {**market.chain, **listed}
        update["chain"] = {symbol: item for symbol, item in current.items() if _lives(item, day)}
        update["chain_at"] = event.chain.timestamp
    if event.flow is not None:
        update["flow"] = _flow(market.flow, event.flow, day)
    return market.model_copy(update=update) if update else market


def _lives(contract: ListedContract, day: date) -> bool:
    return contract.expiration >= day


def _flow(totals: FlowTotals | None, flow: FlowState, day: date) -> FlowTotals:
    today = totals if totals is not None and totals.day == day else FlowTotals(day=day)
    premium = {"call": today.call_premium, "put": today.put_premium}
    net = today.netflow
    for entry in flow.entries:
        premium[entry.type] += entry.premium
        net += _bullish(entry.type, entry.side) * entry.premium
    return FlowTotals(
        day=day,
        entries=today.entries + len(flow.entries),
        call_premium=premium["call"],
        put_premium=premium["put"],
        netflow=net,
    )


def _bullish(kind: str, side: str) -> Decimal:
    """A bought call and a sold put are bullish; the others bearish."""
    return Decimal(1) if (kind == "call") == (side == "buy") else Decimal(-1)
