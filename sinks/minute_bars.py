"""Bars of a minute for charts, folded from marks in any order: a mark that comes twice changes nothing."""

from collections.abc import Iterable
from typing import Final, NamedTuple

MINUTE_US: Final = 60_000_000

Key = tuple[str, int]
"""An instrument, and the minute's beginning in UTC microseconds."""


class MinuteBar(NamedTuple):
    """A minute of an instrument: 1e-9 dollars; the times of its first and last mark in UTC microseconds."""

    open: int
    high: int
    low: int
    close: int
    first_at: int
    last_at: int


def minute_bars(marks: Iterable[tuple[str, int, int]]) -> dict[Key, MinuteBar]:
    """Return the bars of marks.

    marks  (instrument, UTC microseconds, 1e-9 dollars) as they were told; of one instant the one told last is the newer
    """
    bars: dict[Key, MinuteBar] = {}
    for symbol, at, price in marks:
        key = symbol, at - at % MINUTE_US
        bar = MinuteBar(price, price, price, price, at, at)
        known = bars.get(key)
        bars[key] = bar if known is None else joined(known, bar)
    return bars


def joined(bar: MinuteBar, later: MinuteBar) -> MinuteBar:
    """Return one bar of two of the same minute, the second told after the first."""
    opens = later if later.first_at < bar.first_at else bar
    closes = later if later.last_at >= bar.last_at else bar
    return MinuteBar(
        open=opens.open,
        high=max(bar.high, later.high),
        low=min(bar.low, later.low),
        close=closes.close,
        first_at=opens.first_at,
        last_at=closes.last_at,
    )
