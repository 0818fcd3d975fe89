"""The fold of an underlying's tape and context."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from agents.bars import on_trades
from schemas.event import to_micros
from schemas.market import (
    ChainState,
    FlowState,
    FlowTotals,
    ListedContract,
    Market,
    MarketContextReceived,
    Quote,
)
from schemas.money import to_nanos
from schemas.ticks import ABSENT, Tick, mid

QUOTES_MAX = 2_000
"""Contracts whose newest quotes are kept; the longest silent go first."""
FLOW_REPORTS_MAX = 32
"""Flow reports by which a repeat is recognised: it comes within moments, from a resend or from the spool."""


def on_ticks(market: Market, ticks: Sequence[Tick]) -> Market:
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
    quotes = {**market.quotes, **touched}
    if len(quotes) > QUOTES_MAX:
        quotes = _crowded(market, ticks)
    return market.model_copy(
        update={
            "last": last,
            "series": on_trades(market.series, trades) if trades else market.series,
            "quotes": quotes,
        }
    )


def _crowded(market: Market, ticks: Sequence[Tick]) -> dict[str, Quote]:
    """Fold quotes tick by tick, dropping the longest silent: so a frame may be cut anywhere."""
    quotes = dict(market.quotes)
    for tick in ticks:
        if tick.symbol == market.symbol:
            continue
        is_trade = tick.price != ABSENT
        before = quotes.get(tick.symbol, Quote())
        quotes[tick.symbol] = _quoted(before, trade=tick if is_trade else None, quote=None if is_trade else tick)
        if len(quotes) > QUOTES_MAX:
            quotes.pop(min(quotes, key=lambda symbol: (_changed_at(quotes[symbol]), symbol)))
    return quotes


def _changed_at(quote: Quote) -> int:
    return max(quote.quoted_at, quote.traded_at)


def _quoted(before: Quote, *, trade: Tick | None, quote: Tick | None) -> Quote:
    return Quote(
        bid=before.bid if quote is None else quote.bid,
        ask=before.ask if quote is None else quote.ask,
        price=before.price if trade is None else trade.price,
        quoted_at=before.quoted_at if quote is None else quote.at,
        traded_at=before.traded_at if trade is None else trade.at,
    )


def newest_price(quote: Quote) -> tuple[int, int] | None:
    """Return (price in 1e-9 dollars, UTC microseconds) of the newer of trade and mid, or None."""
    middle = mid(quote.bid, quote.ask)
    known = [
        (price, at) for price, at in ((quote.price, quote.traded_at), (middle, quote.quoted_at)) if price != ABSENT
    ]
    return max(known, key=lambda item: item[1]) if known else None


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
        update["quotes"] = _with_chain_quotes(market.quotes, event.chain)
    if event.flow is not None:
        update["flow"] = _flow(market.flow, event.flow, event.event_id, day)
    return market.model_copy(update=update) if update else market


def _lives(contract: ListedContract, day: date) -> bool:
    return contract.expiration >= day


def _with_chain_quotes(quotes: Mapping[str, Quote], chain: ChainState) -> dict[str, Quote]:
    """Return quotes with those of a chain, at the chain's time, where the tape has no newer ones."""
    at, merged = to_micros(chain.timestamp), dict(quotes)
    for contract in chain.contracts:
        before = merged.get(contract.option_symbol, Quote())
        if (contract.bid is not None or contract.ask is not None) and at >= before.quoted_at:
            bid = ABSENT if contract.bid is None else to_nanos(contract.bid)
            ask = ABSENT if contract.ask is None else to_nanos(contract.ask)
            merged[contract.option_symbol] = before.model_copy(update={"bid": bid, "ask": ask, "quoted_at": at})
    return merged


def _flow(totals: FlowTotals | None, flow: FlowState, event_id: str, day: date) -> FlowTotals:
    """Add a report to its day's totals; a repeat, or one of a day that is over, changes nothing."""
    today = totals if totals is not None and totals.day >= day else FlowTotals(day=day)
    if today.day > day or event_id in today.reports:
        return today
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
        reports=(*today.reports, event_id)[-FLOW_REPORTS_MAX:],
    )


def _bullish(kind: str, side: str) -> Decimal:
    """A bought call and a sold put are bullish; the others bearish."""
    return Decimal(1) if (kind == "call") == (side == "buy") else Decimal(-1)
