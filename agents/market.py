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
    last = market.last
    quotes = dict(market.quotes)
    trades: list[tuple[int, int, int]] = []
    for tick in ticks:
        if tick.symbol != market.symbol:
            quotes[tick.symbol] = _quoted(quotes.pop(tick.symbol, Quote()), tick)
            continue
        last = _quoted(last, tick)
        if tick.price != ABSENT:
            trades.append((tick.at, tick.price, max(tick.size, 0)))
    while len(quotes) > QUOTES_MAX:
        quotes.pop(next(iter(quotes)))
    series = on_trades(market.series, trades) if trades else market.series
    return market.model_copy(update={"last": last, "series": series, "quotes": quotes})


def _quoted(quote: Quote, tick: Tick) -> Quote:
    if tick.price != ABSENT:
        return quote.model_copy(update={"price": tick.price, "traded_at": tick.at})
    return quote.model_copy(update={"bid": tick.bid, "ask": tick.ask, "quoted_at": tick.at})


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
