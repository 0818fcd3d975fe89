"""Indicators of one timeframe: brought forward by each bar that closes, and read as a set.

There are two kinds. Bollinger bands, Keltner channel and TTM squeeze are functions of a window, computed anew from the
newest closed bars, which the record keeps. The averages, the ATR and the phase oscillator are recurrences, and their
last values stand in the record: a table's record must be able to go on after a restart without the whole history, and
talipp's objects, which hold that history, cannot be put into a record.

Prices are integers, so their sums are exact; floats meet nothing but + - * / and the square root, which every machine
rounds alike. So a replay gives the same bits.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Literal

from talipp.indicators import BB

from schemas.decisions import Candle, IndicatorSet
from schemas.market import Bar, Series
from schemas.money import NANOS, ratio, to_usd

BARS_KEPT: Final = 64
"""Closed bars that a series keeps: the TTM squeeze needs 39 of them."""
AVERAGES: Final = (8, 13, 21, 48, 200)
ATR_PERIOD: Final = 14
WINDOW: Final = 20
"""Bars that bands, channel, squeeze and the average of the volume look back on."""
BOLLINGER_WIDTH: Final = 2.0
KELTNER_WIDTH: Final = 1.5
PHASE_SMOOTHING: Final = 3
PHASE_RANGES: Final = 3.0
"""ATRs between the average and the close at which the phase oscillator is at 100."""
CANDLES: Final = 4
_FINE = Decimal("0.00000001")

StratType = Literal["1", "2u", "2d", "3"]


def with_closed_bar(series: Series, bar: Bar) -> Series:
    """Return the series after a bar closed: it is kept, and the indicators are as of it.

    A bar that is not newer than the newest one kept is known already and changes nothing.
    """
    if not series.bars:
        series = Series(bar=series.bar)  # whatever was counted before bars were kept lacks the sums to go on with
    elif bar.start <= series.bars[-1].start:
        return series
    count = series.closed + 1
    bars = (*series.bars, bar)[-BARS_KEPT:]
    close_sum = series.close_sum + bar.close if count <= AVERAGES[-1] else series.close_sum
    # the first true range needs a close before it
    reach = true_range(bar, series.last_close) if series.closed else 0
    sum_tr = series.sum_tr + reach if count <= ATR_PERIOD + 1 else series.sum_tr
    update: dict[str, Any] = {
        "bars": bars,
        "closed": count,
        "last_close": bar.close,
        "close_sum": close_sum,
        "sum_tr": sum_tr,
        "atr14": average_true_range(series.atr14, reach, period=ATR_PERIOD, count=count - 1, total=sum_tr),
    }
    for period in AVERAGES:
        name = f"ema{period}"
        update[name] = exponential_average(
            getattr(series, name), bar.close, period=period, count=count, total=close_sum
        )
    update["atr_percentile"] = _atr_percentile(bars, update["atr14"])
    update["phase"] = phase_oscillator(series.phase, bar.close, average=update["ema21"], atr=update["atr14"])
    if count >= WINDOW:
        update |= _bands(series, bars)
    return series.model_copy(update=update)


def _bands(series: Series, bars: Sequence[Bar]) -> dict[str, Any]:
    """Return what follows from at least WINDOW bars, by field."""
    band = BB(WINDOW, BOLLINGER_WIDTH, [bar.close for bar in bars[-WINDOW:]])[-1]
    update = {
        "bollinger_upper": band.ub,
        "bollinger_middle": band.cb,
        "bollinger_lower": band.lb,
        "momentum": squeeze_momentum(bars),
        "momentum_before": series.momentum,
    }
    channel = keltner_channel(bars)
    if channel is not None:
        lower, upper = channel
        is_on = band.ub < upper  # both lie evenly about one average: inside above is inside below
        update |= {
            "keltner_upper": upper,
            "keltner_lower": lower,
            "squeeze_on": is_on,
            "squeeze_bars": series.squeeze_bars + 1 if is_on is series.squeeze_on else 1,
        }
    return update


def exponential_average(before: float | None, value: int, *, period: int, count: int, total: int) -> float | None:
    """Return the exponential moving average, seeded with the simple one of the first `period` values.

    before  the average so far, or None while there were too few values
    count   values so far, this one included; total is their sum while count <= period
    source  as TA-Lib's EMA: factor 2 / (period + 1)
    """
    if count < period:
        return None
    if before is None:
        return total / period
    return before + (value - before) * (2 / (period + 1))


def average_true_range(before: float | None, reach: int, *, period: int, count: int, total: int) -> float | None:
    """Return Wilder's average true range, or None while there are too few ranges.

    count   true ranges so far, this one (`reach`) included; total is their sum while count <= period
    source  Wilder, New Concepts in Technical Trading Systems (1978); as TA-Lib's ATR
    """
    if count < period:
        return None
    if before is None:
        return total / period
    return (before * (period - 1) + reach) / period


def _atr_percentile(bars: Sequence[Bar], atr: float | None) -> float | None:
    """Return the share of the bars' true ranges that lie below the ATR, 0 to 100."""
    if atr is None or len(bars) < 2:
        return None
    below = sum(true_range(bar, before.close) < atr for before, bar in pairwise(bars))
    return 100 * below / (len(bars) - 1)


def true_range(bar: Bar, close_before: int) -> int:
    """Return how far a bar reached, the gap from the close before it included."""
    return max(bar.high, close_before) - min(bar.low, close_before)


def phase_oscillator(before: float | None, close: int, *, average: float | None, atr: float | None) -> float | None:
    """Return the distance of a close from the 21-bar average in percent of three ATRs, smoothed; None without both.

    It starts with the first distance. Where nothing has ever moved the distance is 0.
    source  Saty Mahajan's Phase Oscillator: EMA 3 of 100 * (close - ema21) / (3 * atr14)
    """
    if average is None or atr is None:
        return None
    distance = 100 * (close - average) / (PHASE_RANGES * atr) if atr else 0.0
    return distance if before is None else before + (distance - before) * (2 / (PHASE_SMOOTHING + 1))


def keltner_channel(bars: Sequence[Bar]) -> tuple[float, float] | None:
    """Return (lower, upper) as the TTM squeeze draws them, or None with fewer than WINDOW + 1 bars.

    Simple averages of the closes and of the true ranges, so that the newest 21 bars say it all; talipp's channel takes
    Wilder's average, which depends on where it began.
    """
    if len(bars) <= WINDOW:
        return None
    newest = bars[-WINDOW - 1 :]
    middle = sum(bar.close for bar in newest[1:]) / WINDOW
    reach = sum(true_range(bar, before.close) for before, bar in pairwise(newest)) / WINDOW
    return middle - KELTNER_WIDTH * reach, middle + KELTNER_WIDTH * reach


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
