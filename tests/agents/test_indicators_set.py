"""The set of indicators that a decision looks at, in dollars."""

import json
import random
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from agents.bars import TIMEFRAMES, on_trades
from agents.indicators import indicator_set
from schemas.decisions import Candle, IndicatorSet
from schemas.market import Bar, Series
from schemas.money import NANOS
from tests.agents.strategies import few
from tests.agents.walks import after, flat, walk

walks = st.builds(
    lambda seed, count: walk(random.Random(seed), count),
    st.integers(0, 2**32),
    st.sampled_from([1, 8, 14, 15, 19, 20, 21, 38, 39, 64, 65, 100, 210]),
)


def trades_of(bars: Sequence[Bar], length: int) -> list[tuple[int, int, int]]:
    """Return trades that make these bars on a timeframe, and one that closes the last."""
    trades = [
        (place * length + offset, price, bar.volume if offset == 3 else 0)
        for place, bar in enumerate(bars)
        for offset, price in enumerate((bar.open, bar.high, bar.low, bar.close))
    ]
    return [*trades, (len(bars) * length, 1, 1)]


def last(values: object, scale: float = NANOS) -> float | None:
    """Return TA-Lib's newest value in dollars, None where it has none."""
    value = float(np.asarray(values)[-1]) / scale
    return None if np.isnan(value) else value


@few
@given(walks, st.sampled_from(sorted(TIMEFRAMES)))
def test_a_signals_indicators_follow_from_the_tape_alone(bars: list[Bar], timeframe: str) -> None:
    """Property 7: Indicator derivation without API calls

    Whatever was traded: each indicator in the set is TA-Lib's of the bars of the tape, and None as long as TA-Lib's.
    """
    found = indicator_set(on_trades({}, trades_of(bars, TIMEFRAMES[timeframe]))[timeframe])
    high, low, close, volume = (
        np.array([getattr(bar, field) for bar in bars], dtype=np.float64)
        for field in ("high", "low", "close", "volume")
    )
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2, talib.MA_Type.SMA)
    reach = talib.SMA(talib.TRANGE(high, low, close), 20) if len(bars) > 1 else np.full(1, np.nan)
    average = talib.SMA(close, 20)
    centre = ((talib.MAX(high, 20) + talib.MIN(low, 20)) / 2 + average) / 2
    momentum = talib.LINEARREG(close - centre, 20)
    expected = {
        **{f"ema{period}": last(talib.EMA(close, period)) for period in (8, 13, 21, 48, 200)},
        "atr14": last(talib.ATR(high, low, close, 14)),
        "bollinger_upper": last(upper),
        "bollinger_middle": last(middle),
        "bollinger_lower": last(lower),
        "keltner_upper": last(average + 1.5 * reach),
        "keltner_lower": last(average - 1.5 * reach),
        "momentum": last(momentum),
        "momentum_before": last(momentum[:-1]) if len(bars) > 1 else None,
        "volume_average": last(talib.SMA(volume, 20), 1),
    }
    assert found.bars == len(bars)
    assert found.close == Decimal(bars[-1].close) / NANOS
    for field, value in expected.items():
        seen = getattr(found, field)
        assert (seen is None) is (value is None), field
        assert seen is None or float(seen) == pytest.approx(value, abs=0.000051), field


@few
@given(walks)
def test_a_set_is_rounded_as_the_record_rounds(bars: list[Bar]) -> None:
    found = indicator_set(after(bars))
    fields = found.model_dump(mode="json")
    assert json.dumps(IndicatorSet.model_validate(fields).model_dump(mode="json")) == json.dumps(fields)
    assert IndicatorSet.model_validate(found.model_dump()) == found


def test_candles_are_the_newest_four_with_their_types() -> None:
    bars = flat([10, 11, 10, 10, 12], reach=2, volume=100)
    candles = [
        Candle(open=price, high=price + 2, low=price - 2, close=price, volume=volume, strat=strat)
        for price, volume, strat in [(10, 100, None), (11, 101, "2u"), (10, 102, "2d"), (10, 103, "1"), (12, 104, "2u")]
    ]
    assert indicator_set(Series()).candles == ()
    assert indicator_set(after(bars[:1])).candles == tuple(candles[:1])
    assert indicator_set(after(bars[:4])).candles == tuple(candles[:4])
    assert indicator_set(after(bars)).candles == tuple(candles[1:])


def test_volumes_are_averaged_over_twenty_bars() -> None:
    bars = flat([5] * 21, volume=100)
    assert indicator_set(after(bars[:19])).volume_average is None
    assert indicator_set(after(bars[:20])).volume_average == Decimal("109.5")
    assert indicator_set(after(bars)).volume_average == Decimal("110.5")


def test_the_percentile_is_the_share_of_ranges_below_the_average_one() -> None:
    steady = flat([10] * 15, reach=1)
    wider = Bar(start=99, open=10 * NANOS, high=12 * NANOS, low=8 * NANOS, close=10 * NANOS)
    assert indicator_set(after(steady[:14])).atr_percentile is None
    assert indicator_set(after(steady)).atr_percentile == 0
    assert indicator_set(after([*steady, wider])).atr_percentile == Decimal("93.3333")


def test_an_empty_series_says_nothing() -> None:
    assert indicator_set(Series()) == IndicatorSet(bars=0)


def test_a_set_is_in_dollars() -> None:
    series = Series(
        bars=tuple(flat([1, 2])),
        closed=2,
        last_close=1_234_567_890,
        ema8=1_000_049_999.6,
        ema13=2.5e9,
        ema21=3.5e9,
        ema48=4.5e9,
        ema200=5.5e9,
        atr14=6.5e9,
        bollinger_upper=7.5e9,
        bollinger_middle=8.5e9,
        bollinger_lower=9.5e9,
        keltner_upper=10.5e9,
        keltner_lower=11.5e9,
        squeeze_on=False,
        squeeze_bars=3,
        momentum=-123_456_785.4,
        momentum_before=1.5,
        phase=-61.80339,
    )
    found = indicator_set(series).model_dump(exclude={"candles", "atr_percentile", "volume_average"})
    assert found == {
        "bars": 2,
        "close": Decimal("1.2346"),
        "ema8": Decimal("1.0000"),
        "ema13": Decimal("2.5"),
        "ema21": Decimal("3.5"),
        "ema48": Decimal("4.5"),
        "ema200": Decimal("5.5"),
        "atr14": Decimal("6.5"),
        "bollinger_upper": Decimal("7.5"),
        "bollinger_middle": Decimal("8.5"),
        "bollinger_lower": Decimal("9.5"),
        "keltner_upper": Decimal("10.5"),
        "keltner_lower": Decimal("11.5"),
        "squeeze": "off",
        "squeeze_bars": 3,
        "momentum": Decimal("-0.12345678"),
        "momentum_before": Decimal("0.00000000"),
        "phase": Decimal("-61.8034"),
    }
