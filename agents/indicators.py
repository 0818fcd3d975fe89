"""Indicators of one timeframe: brought forward by each bar that closes, and read as a set.

There are two kinds. Bollinger bands, Keltner channel and TTM squeeze are functions of a window, computed anew from the
newest closed bars, which the record keeps. The averages, the ATR and the phase oscillator are recurrences, and their
last values stand in the record: a table's record must be able to go on after a restart without the whole history, and
talipp's objects, which hold that history, cannot be put into a record.

Prices are integers, so their sums are exact; floats meet nothing but + - * / and the square root, which every machine
rounds alike. So a replay gives the same bits.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

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
PHASE_SMOOTHING: Final = 3
PHASE_RANGES: Final = 3.0
"""ATRs between the average and the close at which the phase oscillator is at 100."""
CANDLES: Final = 4
_FINE = Decimal("0.00000001")

StratType = Literal["1", "2u", "2d", "3"]


class Ohlcv(NamedTuple):
    """A bar while it is worked on. A `Bar` costs several times as much, and of many that close few are kept."""

    start: int
    open: int
    high: int
    low: int
    close: int
    volume: int


def with_closed_bar(series: Series, bar: Bar) -> Series:
    """Return the series after a bar closed: it is kept, and the indicators are as of it.

    A bar that is not newer than the newest one kept is known already and changes nothing.
    """
    return with_closed_bars(series, (bar,))


def with_closed_bars(series: Series, closed: Iterable[Bar | Ohlcv]) -> Series:
    """Return the series after bars closed one after the other.

    What only looks back on a window is worked out as of the last of them alone.
    """
    if not series.bars:
        series = Series(bar=series.bar)  # whatever was counted before bars were kept lacks the sums to go on with
    bars: list[Bar | Ohlcv] = list(series.bars)
    closes = [bar.close for bar in bars]
    ranges = [true_range(bar, close) for bar, close in zip(bars[1:], closes, strict=False)]
    known: dict[str, Any] = dict(series)
    for bar in closed:
        if bars and bar.start <= bars[-1].start:
            continue
        # the first true range needs a close before it
        reach = 0
        if bars:
            reach = true_range(bar, closes[-1])
            ranges.append(reach)
        bars.append(bar)
        closes.append(bar.close)
        _recur(known, bar.close, reach)
        if known["closed"] >= WINDOW:
            _look_back(known, closes, ranges)
    added = known["closed"] - series.closed
    if not added:
        return series
    known["last_close"] = closes[-1]
    known["bars"] = tuple(map(_kept, bars[-BARS_KEPT:]))
    known["atr_percentile"] = _atr_percentile(ranges[-BARS_KEPT + 1 :], known["atr14"])
    if known["closed"] >= WINDOW:
        known["momentum"] = squeeze_momentum(bars)
        known["momentum_before"] = series.momentum if added == 1 else squeeze_momentum(bars[:-1])
    return series.model_copy(update=known)


def _kept(bar: Bar | Ohlcv) -> Bar:
    return bar if isinstance(bar, Bar) else Bar(**bar._asdict())


def _recur(known: dict[str, Any], close: int, reach: int) -> None:
    """Bring the recurrences forward by a bar, in place."""
    count = known["closed"] = known["closed"] + 1
    if count <= AVERAGES[-1]:
        known["close_sum"] += close
    if count <= ATR_PERIOD + 1:
        known["sum_tr"] += reach
    known["atr14"] = average_true_range(
        known["atr14"], reach, period=ATR_PERIOD, count=count - 1, total=known["sum_tr"]
    )
    for period, name in _AVERAGE_FIELDS:
        known[name] = exponential_average(known[name], close, period=period, count=count, total=known["close_sum"])
    known["phase"] = phase_oscillator(known["phase"], close, average=known["ema21"], atr=known["atr14"])


def _look_back(known: dict[str, Any], closes: Sequence[int], ranges: Sequence[int]) -> None:
    """Bring bands, channel and squeeze forward by a bar, in place: at least WINDOW have closed."""
    newest = closes[-WINDOW:]
    middle = sum(newest) / WINDOW
    # as talipp's BB does, to the bit; it takes many times as long
    deviation = math.sqrt(sum([(close - middle) ** 2 for close in newest]) / WINDOW)
    upper = known["bollinger_upper"] = middle + BOLLINGER_WIDTH * deviation
    known["bollinger_middle"], known["bollinger_lower"] = middle, middle - BOLLINGER_WIDTH * deviation
    if len(closes) <= WINDOW:
        return
    # the squeeze's channel: simple averages, so that the newest 21 bars say it all
    reach = sum(ranges[-WINDOW:]) / WINDOW
    known["keltner_lower"], known["keltner_upper"] = middle - KELTNER_WIDTH * reach, middle + KELTNER_WIDTH * reach
    is_on = upper < known["keltner_upper"]  # both lie evenly about one average: inside above is inside below
    known["squeeze_bars"] = known["squeeze_bars"] + 1 if is_on is known["squeeze_on"] else 1
    known["squeeze_on"] = is_on


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


def _atr_percentile(ranges: Sequence[int], atr: float | None) -> float | None:
    """Return the share of the kept bars' true ranges that lie below the ATR, 0 to 100."""
    if atr is None or not ranges:
        return None
    return 100 * sum([reach < atr for reach in ranges]) / len(ranges)


def true_range(bar: Bar | Ohlcv, close_before: int) -> int:
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


def squeeze_momentum(bars: Sequence[Bar | Ohlcv]) -> float | None:
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
