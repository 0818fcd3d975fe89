from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine_b import ttm
from agents.engine_b.output import AgentOutput
from agents.rules import Rules
from schemas.decisions import IndicatorSet
from tests.agents.contexts import context, indicator_sets, indicators, rules_with
from tests.agents.strategies import few, signal

TTM = rules_with(ttm=True)
RELEASED: dict[str, Any] = {
    "bars": 60,
    "squeeze": "off",
    "squeeze_bars": 2,
    "momentum": Decimal("0.5"),
    "momentum_before": Decimal("0.3"),
}


def squeezed(direction: str = "long", **changes: Any) -> AgentOutput | None:
    known = indicators(**{**RELEASED, **changes})
    return ttm.assess(signal(direction=direction), context(indicators={"5m": known}), TTM)


def test_a_clean_fresh_release() -> None:
    assert squeezed() == AgentOutput(
        "ttm",
        "specialist",
        "bullish",
        74,
        ("squeeze_released", "momentum_bullish"),
        metadata={
            "timeframe": "5m",
            "squeeze_state": "off",
            "momentum_direction": "bullish",
            "release_quality": "clean",
        },
    )


def test_the_squeeze_is_off_by_default() -> None:
    assert ttm.assess(signal(), context(indicators={"5m": indicators(**RELEASED)}), Rules()) is None


@pytest.mark.parametrize(
    "changes",
    [{"squeeze": "on"}, {"squeeze": None}, {"momentum": None}, {"momentum": Decimal(0)}, {"momentum": Decimal("-0.1")}],
)
def test_it_takes_part_when_released_with_momentum_of_the_signal(changes: dict[str, Any]) -> None:
    assert squeezed(**changes) is None


def test_a_short_signal_needs_falling_momentum() -> None:
    assert squeezed("short") is None
    falling = squeezed("short", momentum=Decimal("-0.5"), momentum_before=Decimal("-0.3"))
    assert falling is not None
    assert (falling.bias, falling.confidence, falling.reasons[1]) == ("bearish", 74, "momentum_bearish")
    assert falling.metadata["momentum_direction"] == "bearish"


def test_it_looks_at_a_timeframe_that_knows_squeeze_and_momentum() -> None:
    for gone in ("squeeze", "momentum"):
        known = {"5m": indicators(**{**RELEASED, gone: None}), "1h": indicators(**RELEASED)}
        said = ttm.assess(signal(), context(indicators=known), TTM)
        assert said is not None
        assert said.metadata["timeframe"] == "1h"


@pytest.mark.parametrize(
    ("before", "quality", "confidence"),
    [
        ("0.49", "clean", 74),
        ("0.50", "choppy", 44),
        ("0.60", "choppy", 44),
        ("0", "choppy", 44),
        ("-0.1", "choppy", 44),
        (None, "choppy", 44),
    ],
)
def test_a_release_is_clean_when_momentum_grows(before: str | None, quality: str, confidence: int) -> None:
    said = squeezed(momentum_before=before and Decimal(before))
    assert said is not None
    assert (said.metadata["release_quality"], said.confidence) == (quality, confidence)


@pytest.mark.parametrize(
    ("count", "off_for", "fresh"),
    [(60, 1, True), (60, 3, True), (60, 4, False), (24, 3, True), (23, 3, False), (20, 1, False)],
)
def test_a_release_is_fresh_for_three_bars_if_there_was_a_squeeze(count: int, off_for: int, fresh: bool) -> None:
    said = squeezed(bars=count, squeeze_bars=off_for)
    assert said is not None
    assert said.confidence == (74 if fresh else 54)
    assert said.reasons[0] == ("squeeze_released" if fresh else "squeeze_off")


@pytest.mark.parametrize(("momentum", "confidence"), [("0.40", 73), ("1.25", 80), ("5", 80)])
def test_strong_momentum_makes_it_surer(momentum: str, confidence: int) -> None:
    said = squeezed(momentum=Decimal(momentum))
    assert said is not None
    assert said.confidence == confidence


@pytest.mark.parametrize(("momentum", "confidence"), [("0.50", 24), ("1.25", 30), ("5", 30)])
def test_up_to_a_true_range(momentum: str, confidence: int) -> None:
    said = squeezed(momentum=Decimal(momentum), momentum_before=None, squeeze_bars=9)
    assert said is not None
    assert said.confidence == confidence


@pytest.mark.parametrize("atr", [None, Decimal(0)])
def test_without_a_true_range_momentum_has_no_strength(atr: Decimal | None) -> None:
    said = squeezed(atr14=atr)
    assert said is not None
    assert said.confidence == 70


@given(indicator_sets, st.sampled_from(["long", "short"]))
@few
def test_the_squeeze_never_speaks_against_the_signal(known: IndicatorSet, direction: str) -> None:
    said = ttm.assess(signal(direction=direction), context(indicators={"5m": known}), TTM)
    assert said is None or said.bias == {"long": "bullish", "short": "bearish"}[direction]
