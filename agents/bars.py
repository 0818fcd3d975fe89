"""Bars of an underlying, built tick by tick, and warmed up with those of before the tape; 1e-9 dollars."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from agents.indicators import Ohlcv, with_closed_bars
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
    start, first, high, low, close, volume = (
        (bar.start, bar.open, bar.high, bar.low, bar.close, bar.volume) if bar else (-1, 0, 0, 0, 0, 0)
    )
    end = start - start % MINUTE_US + MINUTE_US
    for at, price, shares in trades:
        if at >= end:
            begun = at - at % MINUTE_US
            if start >= 0:
                whole = Ohlcv(start, first, high, low, close, volume)
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
        building = Bar(start=start, open=first, high=high, low=low, close=close, volume=volume)
        current["1m"] = (current.get("1m") or Series()).model_copy(update={"bar": building})
    return current


def roll_up(current: dict[str, Series], minutes: Sequence[Ohlcv], *, next_start: int, day_origin: int) -> None:
    """Work closed minutes into all series.

    current     the series, changed in place
    next_start  UTC microseconds at which the next minute with a trade begins
    day_origin  UTC microseconds from which bars of a day are counted
    """
    for name, length in TIMEFRAMES.items():
        series = current.get(name) or Series()
        current[name] = _rolled(series, minutes, length, day_origin if name == DAY else 0, next_start=next_start)


def _rolled(series: Series, minutes: Sequence[Ohlcv], length: int, origin: int, *, next_start: int) -> Series:
    """Work closed minutes into the bars they belong to; a bar closes when the next minute begins a later one.

    A day under way goes on, wherever another day's count would put it.
    """
    known = series.bar
    bar = None if known is None else Ohlcv(**dict(known))
    closed: list[Ohlcv] = []
    # the next one's begin, where a longer bar may end
    followed = [*(minute.start for minute in minutes[1:]), next_start]
    for minute, following in zip(minutes, followed, strict=True):
        if bar is None or bar.start == minute.start:  # a minute replaces what had been seen of it
            start = minute.start - (minute.start - origin) % length
            bar = minute if start == minute.start else minute._replace(start=start)
        else:
            start, opened, high, low, _, volume = bar
            high, low = max(high, minute.high), min(low, minute.low)
            bar = Ohlcv(start, opened, high, low, minute.close, volume + minute.volume)
        if following - (following - origin) % length > start:
            closed.append(bar)
            bar = None
    after = with_closed_bars(series, closed) if closed else series
    return after.model_copy(update={"bar": None if bar is None else Bar(**bar._asdict())})


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
