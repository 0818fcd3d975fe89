"""The fold of an underlying's tape and context."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from agents.bars import MINUTE_US, on_trades, warm_up
from agents.gamma import from_chain
from schemas.event import to_micros
from schemas.market import (
    ChainState,
    FlowState,
    FlowTotals,
    GexState,
    ListedContract,
    Market,
    MarketContextReceived,
    OpeningRange,
    Quote,
)
from schemas.money import to_nanos, to_usd
from schemas.ticks import ABSENT, Tick, mid

QUOTES_MAX = 2_000
"""Contracts whose newest quotes are kept; the longest silent go first."""
FLOW_REPORTS_MAX = 32
"""Flow reports by which a repeat is recognised: it comes within moments, from a resend or from the spool."""
GEX_AGE_MAX: Final = timedelta(minutes=15)
"""How much older than the chain a received GEX may be and still be believed before the one the chain gives."""


@dataclass(frozen=True, slots=True)
class OpeningWindow:
    """When a day's opening range is traded: from open_us to before until_us; the date begins at day_start_us.

    All three are UTC microseconds.
    """

    day: date
    day_start_us: int
    open_us: int
    until_us: int


def on_ticks(market: Market, ticks: Sequence[Tick], *, window: OpeningWindow | None = None) -> Market:
    """Return the market after ticks of its underlying and of its contracts, in their order.

    window  the opening range of the exchange's date of these ticks; None: it does not trade, and its day is UTC's
    """
    underlying = market.symbol
    touched: dict[str, Quote] = {}
    trades: list[tuple[int, int, int]] = []
    newest_trade: dict[str, Tick] = {}
    newest_quote: dict[str, Tick] = {}
    for tick in ticks:
        if tick.price == ABSENT:
            newest_quote[tick.symbol] = tick
        else:
            newest_trade[tick.symbol] = tick
            if tick.symbol == underlying:
                trades.append((tick.at, tick.price, tick.size if tick.size > 0 else 0))
    for symbol in {**newest_trade, **newest_quote}:
        before = market.last if symbol == underlying else market.quotes.get(symbol, Quote())
        touched[symbol] = quoted(before, trade=newest_trade.get(symbol), quote=newest_quote.get(symbol))
    last = touched.pop(underlying, market.last)
    quotes = {**market.quotes, **touched} if touched else market.quotes
    if len(quotes) > QUOTES_MAX:
        quotes = crowded(market, ticks)
    update: dict[str, Any] = {"last": last, "quotes": quotes}
    if trades:
        day_start_us = None if window is None else window.day_start_us
        update["series"] = on_trades(market.series, trades, day_start_us=day_start_us)
    if window is not None and ticks:
        update["opening_range"] = _opening_range(market.opening_range, ticks, trades, window=window, symbol=underlying)
    return market.model_copy(update=update)


def _opening_range(
    known: OpeningRange | None,
    ticks: Sequence[Tick],
    trades: Iterable[tuple[int, int, int]],
    *,
    window: OpeningWindow,
    symbol: str,
) -> OpeningRange | None:
    """Fold the underlying's trades of the window, late ones too; an earlier day's range gives way to it.

    It is complete once a tick of any instrument came at or after the window's end.

    trades  the underlying's among the ticks: (UTC microseconds, 1e-9 dollars, shares)
    """
    if known is not None and known.day > window.day:
        return known
    today = known if known is not None and known.day == window.day else None
    opened, until = window.open_us, window.until_us
    inside = [trade for trade in trades if opened <= trade[0] < until]
    if not inside and (today is None or today.complete):
        return today
    if today is None:
        # what came before its first trade does not complete it: a frame may be cut there
        first = next(
            place
            for place, tick in enumerate(ticks)
            if tick.symbol == symbol and tick.price != ABSENT and opened <= tick.at < until
        )
        ticks = ticks[first:]
        price, minutes = inside[0][1], (until - opened) // MINUTE_US
        today = OpeningRange(day=window.day, minutes=minutes, high=price, low=price)
    update: dict[str, Any] = {}
    if inside:
        prices = [price for _, price, _ in inside]
        update["high"] = max(today.high, *prices)
        update["low"] = min(today.low, *prices)
        update["volume"] = today.volume + sum(shares for _, _, shares in inside)
    # where all ticks are trades of the window, none is past it
    if not today.complete and len(inside) < len(ticks):
        update["complete"] = max([tick.at for tick in ticks]) >= until
    return today.model_copy(update=update)


def crowded(market: Market, ticks: Iterable[Tick]) -> dict[str, Quote]:
    """Fold quotes tick by tick, dropping the longest silent: so a frame may be cut anywhere."""
    quotes = dict(market.quotes)
    for tick in ticks:
        if tick.symbol == market.symbol:
            continue
        is_trade = tick.price != ABSENT
        before = quotes.get(tick.symbol, Quote())
        quotes[tick.symbol] = quoted(before, trade=tick if is_trade else None, quote=None if is_trade else tick)
        if len(quotes) > QUOTES_MAX:
            quotes.pop(min(quotes, key=lambda symbol: (_changed_at(quotes[symbol]), symbol)))
    return quotes


def _changed_at(quote: Quote) -> int:
    return max(quote.quoted_at, quote.traded_at)


def quoted(before: Quote, *, trade: Tick | None, quote: Tick | None) -> Quote:
    """Return what is known of an instrument after its newest trade and its newest quote, None where there is none."""
    return Quote(
        bid=before.bid if quote is None else quote.bid,
        ask=before.ask if quote is None else quote.ask,
        price=before.price if trade is None else trade.price,
        quoted_at=before.quoted_at if quote is None else quote.at,
        traded_at=before.traded_at if trade is None else trade.at,
    )


def newest_price(quote: Quote) -> tuple[int, int] | None:
    """Return (price in 1e-9 dollars, UTC microseconds) of the newer of trade and mid, or None."""
    traded, middle = quote.price, mid(quote.bid, quote.ask)
    if traded != ABSENT and (middle == ABSENT or quote.traded_at >= quote.quoted_at):
        return traded, quote.traded_at
    return None if middle == ABSENT else (middle, quote.quoted_at)


def on_context(
    market: Market, event: MarketContextReceived, *, day: date, neutral_below: Decimal = Decimal(100_000_000)
) -> Market:
    """Return the market after bias, chain, positioning, flow or history; what is older than what is known is dropped.

    A chain that comes without dealer positioning gives it, all listed contracts taken together, unless what was
    received is no more than GEX_AGE_MAX older than the chain; nor does a received one give way to a computed one.

    day            the exchange's date of the event, on which the flow's totals start again
    neutral_below  net GEX, dollars a percent move, under which dealers are neutral
    """
    update: dict[str, Any] = {}
    if event.bias is not None and (market.bias is None or event.bias.timestamp >= market.bias.timestamp):
        update["bias"] = event.bias
    if event.gex is not None and _wins(event.gex, market.gex):
        update["gex"] = event.gex
    if event.chain is not None and (market.chain_at is None or event.chain.timestamp >= market.chain_at):
        listed = {contract.option_symbol: contract for contract in event.chain.contracts}
        current = {**market.chain, **listed}
        update["chain"] = {symbol: item for symbol, item in current.items() if _lives(item, day)}
        update["chain_at"] = event.chain.timestamp
        update["quotes"] = _with_chain_quotes(market.quotes, event.chain)
        if event.gex is None:
            gex = _gex(market, event.chain, update["chain"].values(), neutral_below=neutral_below)
            update |= {} if gex is None else {"gex": gex}
    if event.flow is not None:
        update["flow"] = _flow(market.flow, event.flow, event.event_id, day)
    if event.history is not None and (warmed := warm_up(market.series, event.history)) != market.series:
        update["series"] = warmed
    return market.model_copy(update=update) if update else market


def _wins(received: GexState, known: GexState | None) -> bool:
    """A computed GEX bears its chain's time."""
    if known is None:
        return True
    return received.timestamp >= (known.timestamp - GEX_AGE_MAX if known.computed else known.timestamp)


def _gex(
    market: Market, chain: ChainState, contracts: Iterable[ListedContract], *, neutral_below: Decimal
) -> GexState | None:
    """Return what the chain says of dealers, or None: it says nothing, no price is known, or what is known stays."""
    known = market.gex
    if known is not None and not known.computed and chain.timestamp <= known.timestamp + GEX_AGE_MAX:
        return None
    newest = newest_price(market.last)
    spot = chain.underlying_price if newest is None else to_usd(newest[0])
    if spot is None:
        return None
    return from_chain(contracts, spot=spot, at=chain.timestamp, neutral_below=neutral_below)


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
    update: dict[str, Any] = {}

    def add(field: str, premium: Decimal) -> None:
        update[field] = update.get(field, getattr(today, field)) + premium

    for entry in flow.entries:
        add(f"{entry.type}_premium", entry.premium)
        add(f"{entry.type}_{'bought' if entry.side == 'buy' else 'sold'}", entry.premium)
        add("netflow", _bullish(entry.type, entry.side) * entry.premium)
    update["entries"] = today.entries + len(flow.entries)
    update["reports"] = (*today.reports, event_id)[-FLOW_REPORTS_MAX:]
    return today.model_copy(update=update)


def _bullish(kind: str, side: str) -> Decimal:
    """A bought call and a sold put are bullish; the others bearish."""
    return Decimal(1) if (kind == "call") == (side == "buy") else Decimal(-1)
