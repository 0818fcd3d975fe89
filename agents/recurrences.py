"""Indicators that remember everything, brought forward by many values at once; each says where it comes from."""

from collections.abc import Sequence
from typing import Final

from schemas.market import Bar

PHASE_SMOOTHING: Final = 3
PHASE_RANGES: Final = 3.0
"""ATRs between the average and the close at which the phase oscillator is at 100."""


def exponential_averages(
    before: float | None, values: Sequence[int], *, period: int, count: int, total: int
) -> list[float | None]:
    """Return the exponential moving average at each value, seeded with the simple one of the first `period`.

    before  the average so far, or None while there were too few values
    count   values so far; total is their sum while there is no average
    source  as TA-Lib's EMA: factor 2 / (period + 1)
    """
    found: list[float | None] = []
    if before is None:
        lacking = max(1, period - count)
        if len(values) < lacking:
            return [None] * len(values)
        before = (total + sum(values[:lacking])) / period
        found = [*[None] * (lacking - 1), before]
        values = values[lacking:]
    factor = 2 / (period + 1)
    for value in values:
        before += (value - before) * factor
        found.append(before)
    return found


def average_true_ranges(
    before: float | None, ranges: Sequence[int], *, period: int, count: int, total: int
) -> list[float | None]:
    """Return Wilder's average true range at each range, None while there are too few of them.

    before  the average so far, or None while there were too few ranges
    count   true ranges so far; total is their sum while there is no average
    source  Wilder, New Concepts in Technical Trading Systems (1978); as TA-Lib's ATR
    """
    found: list[float | None] = []
    if before is None:
        lacking = max(1, period - count)
        if len(ranges) < lacking:
            return [None] * len(ranges)
        before = (total + sum(ranges[:lacking])) / period
        found = [*[None] * (lacking - 1), before]
        ranges = ranges[lacking:]
    for reach in ranges:
        before = (before * (period - 1) + reach) / period
        found.append(before)
    return found


def true_range(bar: Bar, close_before: int) -> int:
    """Return how far a bar reached, the gap from the close before it included."""
    _, _, high, low, _, _ = bar
    return (high if high > close_before else close_before) - (low if low < close_before else close_before)


def phase_oscillator(before: float | None, close: int, *, average: float | None, atr: float | None) -> float | None:
    """Return the distance of a close from the 21-bar average in percent of three ATRs, smoothed; None without both.

    It starts with the first distance. Where nothing has ever moved the distance is 0.
    source  Saty Mahajan's Phase Oscillator: EMA 3 of 100 * (close - ema21) / (3 * atr14)
    """
    if average is None or atr is None:
        return None
    distance = 100 * (close - average) / (PHASE_RANGES * atr) if atr else 0.0
    return distance if before is None else before + (distance - before) * (2 / (PHASE_SMOOTHING + 1))
