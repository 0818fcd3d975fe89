from decimal import Decimal
from typing import Any

import pytest

from agents.engine_b import satyland
from agents.engine_b.output import AgentOutput
from agents.rules import Rules
from schemas.decisions import IndicatorSet
from tests.agents.contexts import BARE, candle, context, indicators, rules_with
from tests.agents.strategies import signal

ON = rules_with(satyland=True)
RIBBON: dict[str, Any] = {
    "ema8": Decimal(600),
    "ema13": Decimal(599),
    "ema21": Decimal(598),
    "ema48": Decimal(597),
    "ema200": Decimal(596),
    "close": None,
}
"""Averages in the order of a rise, and nothing else."""
FALLING: dict[str, Any] = {
    "ema8": Decimal(596),
    "ema13": Decimal(597),
    "ema21": Decimal(598),
    "ema48": Decimal(599),
    "ema200": Decimal(600),
    "close": None,
}


def confirmed(price: str = "601", *, day: IndicatorSet | None = None, **changes: Any) -> AgentOutput:
    known = {"5m": indicators(**{**RIBBON, **changes})}
    if day is not None:
        known["1d"] = day
    said = satyland.assess(signal(), context(**{**BARE, "price": Decimal(price), "indicators": known}), ON)
    assert said is not None
    return said


def test_it_is_off_by_default() -> None:
    assert satyland.assess(signal(), context(), Rules()) is None


def test_a_whole_ribbon_confirms() -> None:
    assert confirmed() == AgentOutput(
        "satyland",
        "subagent",
        "bullish",
        50,
        ("ribbon_bullish",),
        metadata={
            "timeframe": "5m",
            "ribbon_alignment": "bullish",
            "at_level_to_level": "unknown",
            "phase_oscillator": "unknown",
            "volume_quality": "unknown",
        },
    )


@pytest.mark.parametrize("changes", [BARE, {"price": None}])
def test_without_averages_or_a_price_it_has_no_opinion(changes: dict[str, Any]) -> None:
    assert satyland.assess(signal(), context(**changes), ON) == AgentOutput(
        "satyland",
        "subagent",
        "neutral",
        20,
        ("no_indicators",),
        metadata={
            "ribbon_alignment": "unknown",
            "at_level_to_level": "unknown",
            "phase_oscillator": "unknown",
            "volume_quality": "unknown",
        },
    )


@pytest.mark.parametrize("gone", ["ema8", "ema21"])
def test_it_looks_at_a_timeframe_with_both_averages(gone: str) -> None:
    known = {"5m": indicators(**{**RIBBON, gone: None}), "1h": indicators(**RIBBON)}
    said = satyland.assess(signal(), context(price=Decimal(601), indicators=known), ON)
    assert said is not None
    assert said.metadata["timeframe"] == "1h"


@pytest.mark.parametrize(
    ("changes", "confidence"),
    [
        ({"ema200": None}, 42),
        ({"ema48": None, "ema200": None}, 35),
        ({"ema13": None, "ema48": None, "ema200": None}, 27),
    ],
)
def test_a_shorter_ribbon_counts_for_less(changes: dict[str, Any], confidence: int) -> None:
    said = confirmed(**changes)
    assert (said.bias, said.confidence, said.metadata["ribbon_alignment"]) == ("bullish", confidence, "bullish")


def test_a_falling_ribbon_confirms_a_fall() -> None:
    said = confirmed("595", **FALLING)
    assert (said.bias, said.confidence, said.reasons) == ("bearish", 50, ("ribbon_bearish",))
    assert said.metadata["ribbon_alignment"] == "bearish"


@pytest.mark.parametrize(
    "changes",
    [{"ema13": Decimal(600)}, {"ema13": Decimal(601)}, {"ema200": Decimal("597.01")}, {"ema48": Decimal(598)}],
)
def test_a_mixed_ribbon_confirms_nothing(changes: dict[str, Any]) -> None:
    said = confirmed(**changes)
    assert (said.bias, said.confidence, said.reasons) == ("neutral", 20, ("ribbon_mixed",))
    assert said.metadata["ribbon_alignment"] == "mixed"


def test_averages_that_are_equal_are_in_no_order() -> None:
    assert confirmed("595", **{**FALLING, "ema13": Decimal(596)}).metadata["ribbon_alignment"] == "mixed"


@pytest.mark.parametrize(("price", "bias"), [("598.01", "bullish"), ("598.00", "neutral"), ("597.99", "neutral")])
def test_the_price_has_to_be_on_the_ribbons_side_of_ema21(price: str, bias: str) -> None:
    said = confirmed(price)
    assert said.bias == bias
    assert said.metadata["ribbon_alignment"] == "bullish"
    if bias == "neutral":
        assert (said.confidence, said.reasons) == (20, ("price_against_ema21",))


@pytest.mark.parametrize(
    ("price", "between"),
    [("602.359", False), ("602.36", True), ("609.99", True), ("610", False), ("599", False)],
)
def test_between_the_trigger_and_the_whole_range_there_is_a_next_level(price: str, between: bool) -> None:
    for said in (
        confirmed(price, day=indicators(close=Decimal(600), atr14=Decimal(10))),
        confirmed(price, close=Decimal(600), atr14=Decimal(10)),
    ):
        assert said.metadata["at_level_to_level"] == ("true" if between else "false")
        assert said.confidence == (65 if between else 50)
        assert said.reasons == ("ribbon_bullish", *(["level_to_level"] if between else []))


def test_a_fall_has_its_levels_below() -> None:
    day = indicators(close=Decimal(600), atr14=Decimal(10))
    assert confirmed("595", day=day, **FALLING).confidence == 65
    assert confirmed("590", day=day, **FALLING).confidence == 50


@pytest.mark.parametrize("unknown", [{"close": None}, {"atr14": None}, {"atr14": Decimal(0)}])
def test_the_days_levels_go_before_the_timeframes(unknown: dict[str, Any]) -> None:
    own: dict[str, Any] = {"close": Decimal("600.9"), "atr14": Decimal(1)}
    day: dict[str, Any] = {"close": Decimal("600.5"), "atr14": Decimal(1)}
    assert confirmed(day=indicators(**day), **own).metadata["at_level_to_level"] == "true"
    assert confirmed(day=indicators(**{**day, **unknown}), **own).metadata["at_level_to_level"] == "false"
    assert confirmed(day=indicators(**{**day, **unknown})).metadata["at_level_to_level"] == "unknown"


def test_without_a_direction_there_is_no_next_level() -> None:
    said = confirmed("601", close=Decimal("600.5"), atr14=Decimal(1), ema13=Decimal(601), phase=Decimal(50))
    assert (said.metadata["at_level_to_level"], said.reasons) == ("false", ("ribbon_mixed",))


@pytest.mark.parametrize(
    ("phase", "agrees"), [("0.01", True), ("0", False), ("-20", False), ("99.99", True), ("100", False), ("120", False)]
)
def test_the_phase_agrees_until_it_is_extended(phase: str, agrees: bool) -> None:
    said = confirmed(phase=Decimal(phase))
    assert said.confidence == (65 if agrees else 50)
    assert said.reasons == ("ribbon_bullish", *(["phase_agrees"] if agrees else []))
    assert said.metadata["phase_oscillator"] == f"{Decimal(phase):.2f}"


def test_a_fall_has_a_negative_phase() -> None:
    assert confirmed("595", phase=Decimal(-50), **FALLING).confidence == 65
    assert confirmed("595", phase=Decimal(50), **FALLING).confidence == 50
    assert confirmed("595", phase=Decimal(-100), **FALLING).confidence == 50


@pytest.mark.parametrize(
    ("volume", "quality", "confidence", "reasons"),
    [
        (1_200, "strong", 60, ["volume_strong"]),
        (1_199, "normal", 50, []),
        (800, "normal", 50, []),
        (799, "weak", 40, []),
        (0, "weak", 40, []),
    ],
)
def test_volume_counts(volume: int, quality: str, confidence: int, reasons: list[str]) -> None:
    said = confirmed(volume_average=Decimal(1_000), candles=(candle(volume=volume),))
    assert (said.metadata["volume_quality"], said.confidence) == (quality, confidence)
    assert said.reasons == ("ribbon_bullish", *reasons)


def test_it_is_never_surer_than_ninety_nor_less_sure_than_twenty() -> None:
    best = confirmed(
        "601",
        close=Decimal("600.5"),
        atr14=Decimal(1),
        phase=Decimal(50),
        volume_average=Decimal(1_000),
        candles=(candle(volume=2_000),),
    )
    assert best.confidence == 90
    assert best.reasons == ("ribbon_bullish", "level_to_level", "phase_agrees", "volume_strong")
    worst = confirmed(ema13=None, ema48=None, ema200=None, volume_average=Decimal(1_000), candles=(candle(volume=0),))
    assert (worst.bias, worst.confidence) == ("bullish", 20)
