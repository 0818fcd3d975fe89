"""What the agents read out of a context: the timeframe that tells, averages, true range, volume. Dollars, as floats."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from schemas.decisions import EnrichedContext, IndicatorSet

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "mo": 2_592_000}
_TIMEFRAME = re.compile(r"(\d+)(mo|[smhdw])")

REPORTED = "alert"
"""Named as the timeframe of values that the alert brought."""

Has = Callable[[IndicatorSet], object]
"""Whether a timeframe has the values that are asked for."""


@dataclass(frozen=True, slots=True)
class Averages:
    """The two averages a trend is read from, dollars; `atr` is None where no true range is known."""

    timeframe: str
    ema8: float
    ema21: float
    atr: float | None

    @property
    def separation(self) -> float | None:
        """How far the averages lie apart, in true ranges; positive when the fast one is above."""
        return None if self.atr is None else (self.ema8 - self.ema21) / self.atr


def length_s(timeframe: str) -> int | None:
    """Return a timeframe's length in seconds, or None for a name that is none. A month counts 30 days."""
    match = _TIMEFRAME.fullmatch(timeframe)
    return int(match[1]) * _SECONDS[match[2]] or None if match else None


def nearest(context: EnrichedContext, timeframe: str, has: Has) -> tuple[str, IndicatorSet] | None:
    """Return the timeframe asked for when it has the values, else the nearest that does, or None.

    Near is by the ratio of the lengths; of two that are as near, the shorter. To a name that is no timeframe, the
    shortest is nearest.
    """
    exact = context.indicators.get(timeframe)
    if exact is not None and has(exact):
        return timeframe, exact
    wished = length_s(timeframe) or 1
    found: tuple[tuple[float, int], str, IndicatorSet] | None = None
    for name, known in context.indicators.items():
        length = length_s(name)
        if length is None or not has(known):
            continue
        distance = (max(length, wished) / min(length, wished), length)
        if found is None or distance < found[0]:
            found = distance, name, known
    return None if found is None else found[1:]


def next_higher(context: EnrichedContext, timeframe: str, has: Has) -> tuple[str, IndicatorSet] | None:
    """Return the shortest timeframe with the values that is longer than the one given, or None."""
    floor = length_s(timeframe)
    if floor is None:
        return None
    longer = [
        (length, name)
        for name, known in context.indicators.items()
        if (length := length_s(name)) is not None and length > floor and has(known)
    ]
    if not longer:
        return None
    name = min(longer)[1]
    return name, context.indicators[name]


def averages(context: EnrichedContext, timeframe: str) -> Averages | None:
    """Return the averages of the nearest timeframe that has both, else those of the alert, or None."""
    found = nearest(context, timeframe, lambda known: known.ema8 is not None and known.ema21 is not None)
    if found is not None:
        name, known = found
        assert known.ema8 is not None
        assert known.ema21 is not None
        atr = positive(known.atr14)
        return Averages(name, float(known.ema8), float(known.ema21), atr)
    ema8, ema21 = (positive(context.reported_indicators.get(name)) for name in ("ema8", "ema21"))
    if ema8 is None or ema21 is None:
        return None
    return Averages(REPORTED, ema8, ema21, positive(context.reported_indicators.get("atr")))


def true_range(context: EnrichedContext, timeframe: str) -> float | None:
    """Return the average true range of the nearest timeframe that has one, else the alert's, or None."""
    found = nearest(context, timeframe, lambda known: positive(known.atr14) is not None)
    return positive(context.reported_indicators.get("atr") if found is None else found[1].atr14)


def volume_ratio(known: IndicatorSet) -> float | None:
    """Return the newest closed bar's volume over the average one, or None."""
    average = positive(known.volume_average)
    return known.candles[-1].volume / average if average is not None and known.candles else None


def positive(value: object) -> float | None:
    """Return a number as a float, or None when there is none or it is not positive."""
    number = 0.0 if value is None else float(value)  # type: ignore[arg-type]  # a Decimal
    return number if number > 0 else None


def two_decimals(value: float) -> str:
    """Return a number as metadata has it."""
    return f"{value:.2f}"
