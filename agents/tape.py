"""The fold of many ticks of an underlying at once: what `agents.market.on_ticks` makes of them, from their columns."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from agents.bars import MINUTE_US, roll_up
from agents.market import QUOTES_MAX, OpeningWindow, crowded, on_ticks, quoted
from schemas.market import Bar, Market, OpeningRange, Quote, Series
from schemas.ticks import ABSENT, Column, TickColumns

COLUMNS_FROM: Final = 128
"""Ticks from which on columns are quicker than rows."""
_SHARES_MAX: Final = 2**32
"""Of a trade, up to which those of any number of frames add up in 64 bits."""
_UNKNOWN: Final = Quote()
_NO_ROWS: Final[Column] = np.empty(0, dtype=np.int64)


def on_columns(market: Market, ticks: TickColumns, *, window: OpeningWindow | None = None) -> Market:
    """Return the market after ticks of its underlying and of its contracts, exactly as `on_ticks` does.

    ticks   each instrument once among `instruments`
    window  as of `on_ticks`
    """
    if len(ticks) < COLUMNS_FROM:
        return on_ticks(market, list(ticks.ticks()), window=window)
    is_quote = ticks.price == ABSENT
    touched = _touched(market, ticks, is_quote)
    last = touched.pop(market.symbol, market.last)
    quotes = {**market.quotes, **touched} if touched else market.quotes
    if len(quotes) > QUOTES_MAX:
        quotes = crowded(market, ticks.ticks())
    update: dict[str, Any] = {"last": last, "quotes": quotes}
    trades = _NO_ROWS
    if market.symbol in ticks.instruments:
        trades = np.flatnonzero((ticks.instrument == ticks.instruments.index(market.symbol)) & ~is_quote)
    if len(trades):
        update["series"] = _traded(
            market.series, ticks, trades, day_origin=0 if window is None else window.day_start_us
        )
    if window is not None:
        update["opening_range"] = _opening_range(market.opening_range, ticks, trades, window=window)
    return market.model_copy(update=update)


def _touched(market: Market, ticks: TickColumns, is_quote: npt.NDArray[np.bool_]) -> dict[str, Quote]:
    """Return what is known of each instrument that has a tick."""
    newest = np.full(2 * len(ticks.instruments), -1)
    newest[2 * ticks.instrument + is_quote] = np.arange(len(ticks))  # of rows with one place the last one stays
    rows = newest.reshape(-1, 2)
    found = np.flatnonzero(rows.max(axis=1) >= 0)
    touched = {}
    for number, (trade, quote) in zip(found.tolist(), rows[found].tolist(), strict=True):
        symbol = ticks.instruments[number]
        touched[symbol] = quoted(
            market.last if symbol == market.symbol else market.quotes.get(symbol, _UNKNOWN),
            trade=None if trade < 0 else ticks.tick(trade),
            quote=None if quote < 0 else ticks.tick(quote),
        )
    return touched


def _traded(known: dict[str, Series], ticks: TickColumns, trades: Column, *, day_origin: int) -> dict[str, Series]:
    """Return the series after the underlying's trades, as `agents.bars.on_trades` does.

    trades  their rows
    """
    current = dict(known)
    bar = (current.get("1m") or Series()).bar
    begun = -1 if bar is None else bar.start
    begun -= begun % MINUTE_US
    price, shares = ticks.price[trades], np.maximum(ticks.size[trades], 0)
    if shares.max() >= _SHARES_MAX:
        shares = shares.astype(object)
    # an older one counts into the minute being built
    minutes = np.maximum.accumulate(np.maximum(ticks.at[trades], begun) // MINUTE_US)
    firsts = np.flatnonzero(np.diff(minutes, prepend=minutes[0] - 1))
    lasts = np.append(firsts[1:], len(minutes)) - 1
    found = [
        minutes[firsts] * MINUTE_US,
        price[firsts],
        np.maximum.reduceat(price, firsts),
        np.minimum.reduceat(price, firsts),
        price[lasts],
        np.add.reduceat(shares, firsts),
    ]
    closed: list[Bar] = []
    for minute in map(Bar, *(column.tolist() for column in found)):
        if minute.start > begun:
            if bar is not None:
                closed.append(bar)
            bar = minute
        elif bar is not None:
            high, low = max(bar.high, minute.high), min(bar.low, minute.low)
            bar = Bar(bar.start, bar.open, high, low, minute.close, bar.volume + minute.volume)
    if bar is not None and closed:
        roll_up(current, closed, next_start=bar.start, day_origin=day_origin)
    if bar is not None:
        current["1m"] = (current.get("1m") or Series()).model_copy(update={"bar": bar})
    return current


def _opening_range(
    known: OpeningRange | None, ticks: TickColumns, trades: Column, *, window: OpeningWindow
) -> OpeningRange | None:
    """Fold the trades of the window; an earlier day's range gives way to it. As `agents.market` does.

    trades  the rows that are the underlying's
    """
    if known is not None and known.day > window.day:
        return known
    today = known if known is not None and known.day == window.day else None
    traded_at = ticks.at[trades]
    inside = trades[(window.open_us <= traded_at) & (traded_at < window.until_us)]
    if not len(inside) and (today is None or today.complete):
        return today
    instants, prices = ticks.at, ticks.price[inside]
    if today is None:
        instants = instants[inside[0] :]  # what came before its first trade does not complete it
        price, minutes = int(prices[0]), (window.until_us - window.open_us) // MINUTE_US
        today = OpeningRange(day=window.day, minutes=minutes, high=price, low=price)
    update: dict[str, Any] = {}
    if len(inside):
        update["high"] = max(today.high, int(prices.max()))
        update["low"] = min(today.low, int(prices.min()))
        update["volume"] = today.volume + sum(shares for shares in ticks.size[inside].tolist() if shares > 0)
    if not today.complete:
        update["complete"] = bool(instants.max() >= window.until_us)
    return today.model_copy(update=update)
