"""Indicators of one timeframe: brought forward by each bar that closes, and read as a set.

There are two kinds. Bollinger bands, Keltner channel and TTM squeeze are functions of a window, computed anew from the
newest closed bars, which the record keeps. The averages, the ATR and the phase oscillator are recurrences, and their
last values stand in the record: a table's record must be able to go on after a restart without the whole history, and
talipp's objects, which hold that history, cannot be put into a record.

Prices are integers, so their sums are exact; floats meet nothing but + - * / and the square root, which every machine
rounds alike. So a replay gives the same bits.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from agents.recurrences import average_true_ranges, exponential_averages, phase_oscillator, true_range
from schemas.decisions import Candle, IndicatorSet
from schemas.market import Bar, Series
from schemas.money import NANOS, ratio, to_usd

BARS_KEPT: Final = 64
"""Closed bars that a series keeps: the TTM squeeze needs 39 of them."""
AVERAGES: Final = (8, 13, 21, 48, 200)
ATR_PERIOD: Final = 14
_AVERAGE_FIELDS: Final = tuple((period, f"ema{period}") for period in AVERAGES)
WINDOW: Final = 20
"""Bars that bands, channel, squeeze and the average of the volume look back on."""
BOLLINGER_WIDTH: Final = 2.0
KELTNER_WIDTH: Final = 1.5
PHASE_AVERAGE: Final = 21
CANDLES: Final = 4
_FINE = Decimal("0.00000001")
_DOUBT: Final = 1e-9
"""Of the bands' width, and of the sum of the closes (for what rounding takes from averages of them): a difference that
may be one of rounding. Both are far above it."""
_DOUBT_OF_SUMS: Final = 1e-13

StratType = Literal["1", "2u", "2d", "3"]


def with_closed_bar(series: Series, bar: Bar) -> Series:
    """Return the series after a bar closed: it is kept, and the indicators are as of it.

    A bar that is not newer than the newest one kept is known already and changes nothing.
    """
    return with_closed_bars(series, (bar,))


def with_closed_bars(series: Series, closed: Iterable[Bar]) -> Series:
    """Return the series after bars closed one after the other.

    What only looks back on a window is worked out as of the last of them alone.
    """
    if not series.bars:
        series = Series(bar=series.bar)  # whatever was counted before bars were kept lacks the sums to go on with
    bars = list(series.bars)
    for bar in closed:
        if not bars or bar.start > bars[-1].start:
            bars.append(bar)
    before = len(series.bars)
    if len(bars) == before:
        return series
    closes = [bar.close for bar in bars]
    # the first true range needs a close before it
    reaches = [0, *map(true_range, bars[1:], closes)]
    first = before if before else 1
    known = _recurred(series, closes[before:], reaches[first:])
    known["closed"] = series.closed + len(bars) - before
    known["last_close"] = closes[-1]
    known["bars"] = tuple(bars[-BARS_KEPT:])
    known["atr_percentile"] = _atr_percentile(reaches[max(1, len(reaches) - BARS_KEPT + 1) :], known["atr14"])
    if len(bars) >= WINDOW:
        known |= _looked_back(closes, reaches)
        known["momentum"] = squeeze_momentum(bars)
        known["momentum_before"] = series.momentum if len(bars) == before + 1 else squeeze_momentum(bars[:-1])
    if len(bars) > WINDOW:
        is_on, count = series.squeeze_on, series.squeeze_bars
        for flag in squeezes(closes, reaches, begin=max(before, WINDOW)):
            count = count + 1 if flag is is_on else 1
            is_on = flag
        known["squeeze_on"], known["squeeze_bars"] = is_on, count
    return series.model_copy(update=known)


def _recurred(series: Series, closes: Sequence[int], ranges: Sequence[int]) -> dict[str, Any]:
    """Return the recurrences brought forward by bars.

    ranges  their true ranges; the first of all bars has none
    """
    count = series.closed
    known: dict[str, Any] = {"close_sum": series.close_sum + sum(closes[: max(0, AVERAGES[-1] - count)])}
    averages = {
        period: exponential_averages(getattr(series, name), closes, period=period, count=count, total=series.close_sum)
        for period, name in _AVERAGE_FIELDS
    }
    for period, name in _AVERAGE_FIELDS:
        known[name] = averages[period][-1]
    counted = max(0, count - 1)
    known["sum_tr"] = series.sum_tr + sum(ranges[: max(0, ATR_PERIOD - counted)])
    atrs = average_true_ranges(series.atr14, ranges, period=ATR_PERIOD, count=counted, total=series.sum_tr)
    if len(ranges) < len(closes):
        atrs = [None, *atrs]
    known["atr14"] = atrs[-1]
    phase = series.phase
    for close, average, atr in zip(closes, averages[PHASE_AVERAGE], atrs, strict=True):
        phase = phase_oscillator(phase, close, average=average, atr=atr)
    known["phase"] = phase
    return known


def _looked_back(closes: Sequence[int], reaches: Sequence[int]) -> dict[str, float]:
    """Return the bands, and with a bar more the channel, as of the newest of at least WINDOW bars."""
    newest = closes[-WINDOW:]
    middle = sum(newest) / WINDOW
    # as talipp's BB does, to the bit; it takes many times as long
    deviation = math.sqrt(sum([(close - middle) ** 2 for close in newest]) / WINDOW)
    found = {
        "bollinger_upper": middle + BOLLINGER_WIDTH * deviation,
        "bollinger_middle": middle,
        "bollinger_lower": middle - BOLLINGER_WIDTH * deviation,
    }
    if len(closes) > WINDOW:
        # the squeeze's channel: simple averages, so that the newest 21 bars say it all
        reach = sum(reaches[-WINDOW:]) / WINDOW
        found["keltner_lower"] = middle - KELTNER_WIDTH * reach
        found["keltner_upper"] = middle + KELTNER_WIDTH * reach
    return found


def squeezes(closes: Sequence[int], reaches: Sequence[int], *, begin: int) -> Iterator[bool]:
    """Yield for each bar whether the bands lie inside the channel; as both lie evenly about one average, above it.

    The sums go on from bar to bar and are integers, so that no error adds up. Where bands and channel are so near to
    each other that rounding may decide, they are worked out.

    reaches  the true range of each bar
    begin    the first bar that is asked for; at least WINDOW come before it
    """
    window = closes[begin - WINDOW : begin]
    total, squares = sum(window), sum([close * close for close in window])
    reach = sum(reaches[begin - WINDOW : begin])
    moves = zip(closes[begin:], closes[begin - WINDOW :], reaches[begin:], reaches[begin - WINDOW :], strict=False)
    for place, (close, close_gone, added, reach_gone) in enumerate(moves, start=begin + 1):
        total += close - close_gone
        squares += close * close - close_gone * close_gone
        reach += added - reach_gone
        # both WINDOW times as wide as they are
        bands, channel = BOLLINGER_WIDTH * math.sqrt(WINDOW * squares - total * total), KELTNER_WIDTH * reach
        if abs(bands - channel) > _DOUBT * bands + _DOUBT_OF_SUMS * abs(total):
            yield bands < channel
        else:
            found = _looked_back(closes[place - WINDOW - 1 : place], reaches[place - WINDOW : place])
            yield found["bollinger_upper"] < found["keltner_upper"]


def _atr_percentile(ranges: Sequence[int], atr: float | None) -> float | None:
    """Return the share of the kept bars' true ranges that lie below the ATR, 0 to 100."""
    if atr is None or not ranges:
        return None
    return 100 * sum([reach < atr for reach in ranges]) / len(ranges)


def squeeze_momentum(bars: Sequence[Bar]) -> float | None:
    """Return the histogram of the TTM squeeze, or None with fewer than 2 * WINDOW - 1 bars.

    The value at the newest bar of a line fitted to the last WINDOW distances of the close from the middle between the
    range's middle and the average, both over WINDOW bars.
    source  John Carter's TTM Squeeze, as talipp's TTM
    """
    if len(bars) < 2 * WINDOW - 1:
        return None
    newest = bars[1 - 2 * WINDOW :]
    highs = [bar.high for bar in newest]
    lows = [bar.low for bar in newest]
    closes = [bar.close for bar in newest]
    distances = []
    for start in range(WINDOW):
        end = start + WINDOW
        centre = (max(highs[start:end]) + min(lows[start:end])) / 2
        distances.append(closes[end - 1] - (centre + sum(closes[start:end]) / WINDOW) / 2)
    middle = (WINDOW - 1) / 2
    mean = math.fsum(distances) / WINDOW
    rise = math.fsum((place - middle) * distance for place, distance in enumerate(distances))
    return mean + rise / sum((place - middle) ** 2 for place in range(WINDOW)) * middle


def strat_type(bar: Bar, before: Bar) -> StratType:
    """Return the Strat's type: 1 inside the bar before, 2u or 2d past one of its ends, 3 past both."""
    if bar.high > before.high:
        return "3" if bar.low < before.low else "2u"
    return "2d" if bar.low < before.low else "1"


def indicator_set(series: Series) -> IndicatorSet:
    """Return the indicators of a timeframe as of its newest closed bar, in dollars."""
    bars = series.bars
    # constructed, not validated: it is asked for on each signal, and everything is rounded here as the fields' types do
    return IndicatorSet.model_construct(
        bars=series.closed,
        close=to_usd(series.last_close) if series.closed else None,
        ema8=_usd(series.ema8),
        ema13=_usd(series.ema13),
        ema21=_usd(series.ema21),
        ema48=_usd(series.ema48),
        ema200=_usd(series.ema200),
        atr14=_usd(series.atr14),
        atr_percentile=_percent(series.atr_percentile),
        bollinger_upper=_usd(series.bollinger_upper),
        bollinger_middle=_usd(series.bollinger_middle),
        bollinger_lower=_usd(series.bollinger_lower),
        keltner_upper=_usd(series.keltner_upper),
        keltner_lower=_usd(series.keltner_lower),
        squeeze=None if series.squeeze_on is None else "on" if series.squeeze_on else "off",
        squeeze_bars=series.squeeze_bars,
        momentum=_fine_usd(series.momentum),
        momentum_before=_fine_usd(series.momentum_before),
        phase=_percent(series.phase),
        volume_average=_volume_average(bars),
        candles=tuple(
            _candle(bars[place], bars[place - 1] if place else None)
            for place in range(max(0, len(bars) - CANDLES), len(bars))
        ),
    )


def _usd(nanos: float | None) -> Decimal | None:
    return None if nanos is None else to_usd(round(nanos))


def _fine_usd(nanos: float | None) -> Decimal | None:
    """Return 1e-9 dollars as dollars with eight decimals."""
    return None if nanos is None else (Decimal(round(nanos)) / NANOS).quantize(_FINE)


def _percent(value: float | None) -> Decimal | None:
    return None if value is None else ratio(Decimal(repr(value)))


def _volume_average(bars: Sequence[Bar]) -> Decimal | None:
    if len(bars) < WINDOW:
        return None
    return ratio(Decimal(sum(bar.volume for bar in bars[-WINDOW:])) / WINDOW)


def _candle(bar: Bar, before: Bar | None) -> Candle:
    return Candle.model_construct(
        open=to_usd(bar.open),
        high=to_usd(bar.high),
        low=to_usd(bar.low),
        close=to_usd(bar.close),
        volume=bar.volume,
        strat=None if before is None else strat_type(bar, before),
    )
