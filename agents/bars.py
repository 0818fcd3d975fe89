"""Bars of an underlying, built tick by tick, and warmed up with those of before the tape; 1e-9 dollars."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from agents.indicators import with_closed_bars
from schemas.event import to_micros
from schemas.market import Bar, HistoricBar, HistoryState, Series
from schemas.money import to_nanos

MINUTE_US: Final = 60_000_000
DAY: Final = "1d"
TIMEFRAMES: Final[Mapping[str, int]] = {
    "1m": MINUTE_US,
    "5m": 5 * MINUTE_US,
    "15m": 15 * MINUTE_US,
    "1h": 60 * MINUTE_US,
    DAY: 1440 * MINUTE_US,
}
"""Timeframes that are built, with their length in microseconds. Bars start on multiples of it, in UTC."""


def on_trades(
    series: Mapping[str, Series], trades: Iterable[tuple[int, int, int]], *, day_start_us: int | None = None
) -> dict[str, Series]:
    """Return the series with trades worked in, in their order.

    trades        (UTC microseconds, 1e-9 dollars, shares); one older than the minute being built counts into it
    day_start_us  UTC microseconds at which the exchange's date of these trades began: bars of a day start there, and
                  24 hours before and after; None: at midnight UTC

    Only the minute is touched by each trade; the longer bars are put together from the minutes that closed.
    """
    current = dict(series)
    day_origin = 0 if day_start_us is None else day_start_us
    minute = current.get("1m") or Series()
    bar = minute.bar
    start, first, high, low, close, volume = bar or (-1, 0, 0, 0, 0, 0)
    end = start - start % MINUTE_US + MINUTE_US
    for at, price, shares in trades:
        if at >= end:
            begun = at - at % MINUTE_US
            if start >= 0:
                whole = Bar(start, first, high, low, close, volume)
                roll_up(current, (whole,), next_start=begun, day_origin=day_origin)
            start, first, high, low, close, volume = begun, price, price, price, price, shares
            end = begun + MINUTE_US
            continue
        if price > high:
            high = price
        elif price < low:
            low = price
        close = price
        volume += shares
    if start >= 0:
        building = Bar(start, first, high, low, close, volume)
        current["1m"] = (current.get("1m") or Series()).model_copy(update={"bar": building})
    return current


def roll_up(current: dict[str, Series], minutes: Sequence[Bar], *, next_start: int, day_origin: int) -> None:
    """Work closed minutes into all series.

    current     the series, changed in place
    next_start  UTC microseconds at which the next minute with a trade begins
    day_origin  UTC microseconds from which bars of a day are counted
    """
    for name, length in TIMEFRAMES.items():
        series = current.get(name) or Series()
        origin = day_origin if name == DAY else 0
        closed, bar = _longer(series.bar, minutes, length, origin, next_start=next_start)
        after = with_closed_bars(series, closed) if closed else series
        current[name] = after.model_copy(update={"bar": bar})


def _longer(
    bar: Bar | None, minutes: Sequence[Bar], length: int, origin: int, *, next_start: int
) -> tuple[Sequence[Bar], Bar | None]:
    """Return the bars that closed minutes make, and the one that is under way after them.

    A bar closes when the next minute begins a later one. A day under way goes on, wherever another day's count would
    put it.

    bar  the one under way before them
    """
    if bar is not None and bar.start == minutes[0].start:
        bar = None  # a minute replaces what had been seen of it
    if bar is None and length == MINUTE_US:
        return minutes, None
    closed: list[Bar] = []
    start, opened, high, low, close, volume = bar or minutes[0]
    end = None if bar is None else start - (start - origin) % length + length
    for place, minute in enumerate(minutes, start=1):
        if end is None:
            start, opened, high, low, close, volume = minute
            start -= (start - origin) % length
            end = start + length
        else:
            _, _, highest, lowest, close, shares = minute
            if highest > high:
                high = highest
            if lowest < low:
                low = lowest
            volume += shares
        following = minutes[place].start if place < len(minutes) else next_start
        if following >= end:
            closed.append(Bar(start, opened, high, low, close, volume))
            end = None
    return closed, None if end is None else Bar(start, opened, high, low, close, volume)


def warm_up(series: Mapping[str, Series], history: HistoryState) -> dict[str, Series]:
    """Return the series with closed bars of before the tape worked in, by the code that closes the tape's own.

    What reaches into time that is known already, or that the tape is in, is left out: so a repeat changes nothing. Bars
    newer than the closed ones follow them. Older ones go before them as long as every bar closed so far is still kept,
    so that all can be closed once more; else they are left out. An unknown timeframe changes nothing.
    """
    warmed = dict(series)
    length = TIMEFRAMES.get(history.timeframe)
    if length is None:
        return warmed
    known = warmed.get(history.timeframe) or Series()
    begun = [at.bar.start for at in (known, warmed.get("1m")) if at is not None and at.bar is not None]
    found = [bar for bar in map(_bar, history.bars) if all(bar.start + length <= start for start in begun)]
    kept = known.bars
    older = [bar for bar in found if not kept or bar.start + length <= kept[0].start]
    newer = [bar for bar in found if kept and bar.start >= kept[-1].start + length]
    if older and (not kept or known.closed == len(kept)):
        known, coming = Series(bar=known.bar), [*older, *kept, *newer]
    else:
        coming = newer
    if coming:
        warmed[history.timeframe] = with_closed_bars(known, coming)
    return warmed


def _bar(historic: HistoricBar) -> Bar:
    return Bar(
        start=to_micros(historic.start),
        open=to_nanos(historic.open),
        high=to_nanos(historic.high),
        low=to_nanos(historic.low),
        close=to_nanos(historic.close),
        volume=historic.volume,
    )
