from decimal import Decimal
from typing import Any

import pytest

from agents.engine_b.readings import (
    Averages,
    averages,
    length_s,
    nearest,
    next_higher,
    positive,
    true_range,
    two_decimals,
    volume_ratio,
)
from schemas.decisions import EnrichedContext, IndicatorSet
from tests.agents.contexts import candle, context, indicators


def known(**timeframes: IndicatorSet) -> EnrichedContext:
    """Return a context that knows these timeframes; `m5` is 5m."""
    return context(indicators={name[1:] + name[0]: values for name, values in timeframes.items()})


def anything(_: IndicatorSet) -> bool:
    return True


@pytest.mark.parametrize(
    ("timeframe", "seconds"),
    [
        ("30s", 30),
        ("1m", 60),
        ("15m", 900),
        ("4h", 14_400),
        ("1d", 86_400),
        ("2w", 1_209_600),
        ("1mo", 2_592_000),
        ("0m", None),
        ("m", None),
        ("5", None),
        ("5x", None),
        ("5m ", None),
    ],
)
def test_a_timeframe_has_the_length_it_says(timeframe: str, seconds: int | None) -> None:
    assert length_s(timeframe) == seconds


def test_the_timeframe_asked_for_comes_first() -> None:
    wanted = indicators(bars=7)
    assert nearest(known(m1=indicators(), m5=wanted, m15=indicators()), "5m", anything) == ("5m", wanted)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1m", "1m"),
        ("2m", "1m"),
        ("4m", "5m"),
        ("5m", "1m"),  # 5m has nothing, and 1m is nearer than 1h
        ("9m", "1h"),  # 9 to 1 against 60 to 9
        ("30m", "1h"),
        ("1w", "1d"),
        ("anything", "1m"),
    ],
)
def test_else_the_nearest_by_the_ratio_of_lengths(asked: str, found: str) -> None:
    seen = known(m1=indicators(), m5=indicators(ema8=None), h1=indicators(), d1=indicators())
    if asked == "4m":
        seen = known(m1=indicators(), m5=indicators(), h1=indicators())
    chosen = nearest(seen, asked, lambda values: values.ema8 is not None)
    assert chosen is not None
    assert chosen == (found, seen.indicators[found])


@pytest.mark.parametrize("first", [True, False])
def test_of_two_as_near_the_shorter(first: bool) -> None:
    names = ["1m", "4m"] if first else ["4m", "1m"]
    seen = context(indicators={name: indicators() for name in names})
    chosen = nearest(seen, "2m", anything)
    assert chosen is not None
    assert chosen[0] == "1m"


def test_a_name_that_is_no_timeframe_is_not_near_to_any() -> None:
    assert nearest(context(indicators={"tape": indicators()}), "5m", anything) is None
    assert nearest(context(indicators={"tape": indicators()}), "tape", anything) == ("tape", indicators())


def test_no_timeframe_where_none_has_the_values() -> None:
    assert nearest(known(m1=indicators(), h1=indicators()), "5m", lambda values: values.phase) is None


def test_the_next_higher_timeframe_is_the_shortest_of_the_longer_ones() -> None:
    seen = known(h1=indicators(bars=3), m1=indicators(), m5=indicators(), m15=indicators(bars=2), d1=indicators())
    assert next_higher(seen, "5m", anything) == ("15m", indicators(bars=2))
    assert next_higher(seen, "5m", lambda values: values.bars == 3) == ("1h", indicators(bars=3))
    assert next_higher(seen, "1d", anything) is None
    assert next_higher(seen, "tape", anything) is None
    assert next_higher(context(indicators={"tape": indicators()}), "1m", anything) is None


def test_the_averages_of_the_trace() -> None:
    assert averages(context(), "5m") == Averages("5m", 595.10, 594.80, 1.25)


@pytest.mark.parametrize("gone", ["ema8", "ema21"])
def test_averages_come_from_a_timeframe_that_has_both(gone: str) -> None:
    seen = known(m5=indicators(**{gone: None}), h1=indicators(ema8=Decimal(590), ema21=Decimal(588), atr14=None))
    assert averages(seen, "5m") == Averages("1h", 590, 588, None)


def test_else_they_come_from_the_alert() -> None:
    assert averages(context(indicators={}), "5m") == Averages("alert", 595.10, 594.80, 1.25)
    told = {"ema8": Decimal(5), "ema21": Decimal(4)}
    assert averages(context(indicators={}, reported_indicators=told), "5m") == Averages("alert", 5, 4, None)


@pytest.mark.parametrize("told", [{}, {"ema8": 595}, {"ema21": 595}, {"ema8": 0, "ema21": 1}, {"ema8": 1, "ema21": -1}])
def test_else_there_are_none(told: dict[str, Any]) -> None:
    assert averages(context(indicators={}, reported_indicators=told), "5m") is None


def test_separation_is_measured_in_true_ranges() -> None:
    assert Averages("5m", 595.0, 594.0, 2.0).separation == 0.5
    assert Averages("5m", 594.0, 595.0, 0.5).separation == -2
    assert Averages("5m", 595.0, 594.0, None).separation is None


def test_the_true_range_is_the_nearest_positive_one_or_the_alerts() -> None:
    assert true_range(context(), "5m") == 1.25
    assert true_range(known(m5=indicators(atr14=Decimal(0)), m1=indicators(atr14=Decimal("0.5"))), "5m") == 0.5
    told = {"atr": Decimal("1.5")}
    assert true_range(context(indicators={}, reported_indicators=told), "5m") == 1.5
    assert true_range(context(indicators={}, reported_indicators={}), "5m") is None


def test_volume_is_held_against_its_average() -> None:
    bars = (candle(volume=5_000), candle(volume=1_500))
    assert volume_ratio(indicators(candles=bars, volume_average=Decimal(1_000))) == 1.5
    assert volume_ratio(indicators(candles=(candle(volume=0),), volume_average=Decimal(1_000))) == 0
    assert volume_ratio(indicators(candles=bars)) is None
    assert volume_ratio(indicators(candles=bars, volume_average=Decimal(0))) is None
    assert volume_ratio(indicators(volume_average=Decimal(1_000))) is None


def test_a_number_counts_when_it_is_positive() -> None:
    assert positive(Decimal("0.01")) == 0.01
    assert positive(Decimal(0)) is None
    assert positive(Decimal(-1)) is None
    assert positive(None) is None


def test_metadata_has_two_decimals() -> None:
    assert two_decimals(1 / 3) == "0.33"
