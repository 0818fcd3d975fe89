"""Bars and indicators, tick by tick, in fixed-point integers of 1e-9 dollars."""

from collections.abc import Iterable, Mapping
from typing import Final

from schemas.market import Bar, Series

MINUTE_US: Final = 60_000_000
TIMEFRAMES: Final[Mapping[str, int]] = {
    "1m": MINUTE_US,
    "5m": 5 * MINUTE_US,
    "15m": 15 * MINUTE_US,
    "1h": 60 * MINUTE_US,
    "1d": 1440 * MINUTE_US,
}
"""Timeframes that are built, with their length in microseconds. Bars start on multiples of it, in UTC."""


def on_trades(series: Mapping[str, Series], trades: Iterable[tuple[int, int, int]]) -> dict[str, Series]:
    """Return the series with trades worked in, in their order.

    trades  (UTC microseconds, 1e-9 dollars, shares); one older than the minute being built counts into that minute

    Only the minute is touched by each trade; the longer bars are put together from the minutes that closed.
    """
    current = dict(series)
    minute = current.get("1m") or Series()
    bar = minute.bar
    start, first, high, low, close, volume = (
        (bar.start, bar.open, bar.high, bar.low, bar.close, bar.volume) if bar else (-1, 0, 0, 0, 0, 0)
    )
    for at, price, shares in trades:
        begun = at - at % MINUTE_US
        if begun > start:
            if start >= 0:
                whole = Bar(start=start, open=first, high=high, low=low, close=close, volume=volume)
                current = {name: _rolled(current.get(name), whole, begun, TIMEFRAMES[name]) for name in TIMEFRAMES}
            start, first, high, low, close, volume = begun, price, price, price, price, shares
            continue
        if price > high:
            high = price
        elif price < low:
            low = price
        close = price
        volume += shares
    if start >= 0:
        building = Bar(start=start, open=first, high=high, low=low, close=close, volume=volume)
        current["1m"] = (current.get("1m") or Series()).model_copy(update={"bar": building})
    return current


def _rolled(series: Series | None, minute: Bar, begun: int, length: int) -> Series:
    """Work a closed minute in, and close the bar when the minute begun now is past it."""
    series = series or Series()
    start = minute.start - minute.start % length
    bar = series.bar
    if length == MINUTE_US:
        bar = minute
    elif bar is None or bar.start < start:
        bar = minute.model_copy(update={"start": start})
    else:
        bar = Bar(
            start=bar.start,
            open=bar.open,
            high=max(bar.high, minute.high),
            low=min(bar.low, minute.low),
            close=minute.close,
            volume=bar.volume + minute.volume,
        )
    if begun >= start + length:
        return _closed(series, bar)
    return series.model_copy(update={"bar": bar})


def _closed(series: Series, bar: Bar) -> Series:
    count = series.closed + 1
    sum8 = series.sum8 + bar.close if count <= 8 else series.sum8
    sum21 = series.sum21 + bar.close if count <= 21 else series.sum21
    # the first true range needs a close before it
    true_range = max(bar.high, series.last_close) - min(bar.low, series.last_close) if series.closed else 0
    sum_tr = series.sum_tr + true_range if count <= 15 else series.sum_tr
    return Series(
        bar=None,
        closed=count,
        last_close=bar.close,
        sum8=sum8,
        sum21=sum21,
        sum_tr=sum_tr,
        ema8=exponential_average(series.ema8, bar.close, period=8, count=count, total=sum8),
        ema21=exponential_average(series.ema21, bar.close, period=21, count=count, total=sum21),
        atr14=average_true_range(series.atr14, true_range, period=14, count=count - 1, total=sum_tr),
    )


def exponential_average(before: int | None, value: int, *, period: int, count: int, total: int) -> int | None:
    """Return the exponential moving average, seeded with the simple one of the first `period` values.

    before  the average so far, or None while there are too few values
    count   values so far, this one included; total is their sum while count <= period
    returns 1e-9 dollars, rounded down, or None
    source  as TA-Lib's EMA: factor 2 / (period + 1)
    """
    if count < period:
        return None
    if count == period or before is None:
        return total // period
    return before + (2 * (value - before)) // (period + 1)


def average_true_range(before: int | None, true_range: int, *, period: int, count: int, total: int) -> int | None:
    """Return Wilder's average true range, 1e-9 dollars, rounded down, or None while there are too few ranges.

    count   true ranges so far, this one included; total is their sum while count <= period
    source  Wilder, New Concepts in Technical Trading Systems (1978)
    """
    if count < period:
        return None
    if count == period or before is None:
        return total // period
    return (before * (period - 1) + true_range) // period
