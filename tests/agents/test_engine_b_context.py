from decimal import Decimal
from typing import Any

import pytest

from agents.engine_b import context as market_context
from agents.engine_b.output import AgentOutput
from agents.rules import Rules
from tests.agents.contexts import BARE, context, indicators
from tests.agents.strategies import bias, gex, signal

RULES = Rules()


def in_context(**changes: Any) -> AgentOutput:
    return market_context.assess(signal(), context(**{**BARE, **changes}), RULES)


def test_the_context_agent_says_of_the_trace_what_the_trace_says() -> None:
    assert in_context(gex=gex()) == AgentOutput(
        "context",
        "core",
        "bullish",
        65,
        ("dealer_long_gamma", "price_above_zero_gamma", "rth_session"),
        metadata={
            "regime": "unknown",
            "volatility": "unknown",
            "session_part": "mid_day",
            "dealer_position": "long_gamma",
        },
    )


def test_without_evidence_it_has_no_opinion() -> None:
    said = in_context()
    assert (said.bias, said.confidence, said.reasons) == ("neutral", 30, ("rth_session",))
    assert said.metadata["dealer_position"] == "unknown"


@pytest.mark.parametrize(
    ("position", "level", "bias", "confidence", "reasons"),
    [
        ("long_gamma", None, "bullish", 60, ["dealer_long_gamma"]),
        ("short_gamma", None, "bearish", 60, ["dealer_short_gamma"]),
        ("short_gamma", "600", "bearish", 65, ["dealer_short_gamma", "price_below_zero_gamma"]),
        ("long_gamma", "600", "bullish", 55, ["dealer_long_gamma", "price_below_zero_gamma"]),
        ("long_gamma", "595.42", "bullish", 60, ["dealer_long_gamma", "price_at_zero_gamma"]),
        ("neutral", "590", "bullish", 55, ["price_above_zero_gamma"]),
        ("neutral", None, "neutral", 30, []),
    ],
)
def test_dealers_lean(position: str, level: str | None, bias: str, confidence: int, reasons: list[str]) -> None:
    dealers = gex(dealer_position=position, zero_gamma_level=level and Decimal(level))
    said = in_context(gex=dealers)
    assert (said.bias, said.confidence, list(said.reasons)) == (bias, confidence, [*reasons, "rth_session"])
    assert said.metadata["dealer_position"] == position


def test_without_a_price_zero_gamma_says_nothing() -> None:
    assert in_context(gex=gex(), price=None).confidence == 60


@pytest.mark.parametrize(
    ("side", "sure", "bias_said", "confidence"),
    [("bullish", 75, "bullish", 65), ("bearish", 50, "bearish", 60), ("neutral", 90, "neutral", 30)],
)
def test_the_bias_counts_by_its_confidence(side: str, sure: int, bias_said: str, confidence: int) -> None:
    known = bias(bias=side, confidence=Decimal(sure), regime_type=None)
    said = in_context(bias=known)
    assert (said.bias, said.confidence) == (bias_said, confidence)
    assert said.reasons == (f"mtf_bias_{side}", "rth_session")


def test_a_stale_bias_says_nothing() -> None:
    said = in_context(bias=bias(), bias_stale=True)
    assert (said.bias, said.reasons, said.metadata["regime"]) == ("neutral", ("rth_session",), "unknown")


def test_evidence_adds_up() -> None:
    known = bias(bias="bearish", confidence=Decimal(75), regime_type=None)
    assert in_context(gex=gex(), bias=known).bias == "neutral"
    assert in_context(gex=gex(), bias=bias(confidence=Decimal(50), regime_type=None)).confidence == 75


def test_it_is_never_surer_than_ninety() -> None:
    most = in_context(gex=gex(), bias=bias(confidence=Decimal(100)))
    assert most.confidence == 90
    assert in_context(gex=gex(), bias=bias(confidence=Decimal(70))).confidence == 89


@pytest.mark.parametrize(
    ("name", "regime", "confidence"),
    [
        ("TRENDING", "trending", 75),
        ("strong_trend_up", "trending", 75),
        ("RANGING", "ranging", 55),
        ("range", "ranging", 55),
        ("CHOPPY", "ranging", 55),
        ("VOLATILE", "volatile", 55),
        ("high_volatility", "volatile", 55),
        ("OTHER", "unknown", 65),
        (None, "unknown", 65),
    ],
)
def test_the_regime_is_what_the_bias_calls_it(name: str | None, regime: str, confidence: int) -> None:
    said = in_context(bias=bias(regime_type=name))
    assert (said.metadata["regime"], said.confidence) == (regime, confidence)
    assert said.reasons[2:] == (() if regime == "unknown" else (f"{regime}_regime",))


@pytest.mark.parametrize(
    ("ema8", "percentile", "regime"),
    [
        ("594.50", None, "trending"),
        ("594.49", None, "ranging"),
        ("593.50", None, "trending"),
        ("593.51", None, "ranging"),
        ("594.49", 80, "volatile"),
        ("594.49", "79.99", "ranging"),
        ("594.50", 80, "trending"),
    ],
)
def test_else_the_averages_show_the_regime(ema8: str, percentile: Any, regime: str) -> None:
    shown = indicators(ema8=Decimal(ema8), ema21=Decimal(594), atr14=Decimal(1), atr_percentile=percentile)
    assert in_context(indicators={"5m": shown}).metadata["regime"] == regime
    called = in_context(indicators={"5m": shown}, bias=bias(regime_type="RANGING"))
    assert called.metadata["regime"] == "ranging"


def test_averages_without_a_true_range_show_no_regime() -> None:
    assert in_context(indicators={"5m": indicators(atr14=None)}).metadata["regime"] == "unknown"


@pytest.mark.parametrize(
    ("percentile", "volatility", "confidence"),
    [
        (100, "high", 60),
        (80, "high", 60),
        ("79.99", "normal", 65),
        ("20.01", "normal", 65),
        (20, "low", 65),
        (0, "low", 65),
        (None, "unknown", 65),
    ],
)
def test_volatility_is_the_percentile_of_the_true_range(percentile: Any, volatility: str, confidence: int) -> None:
    shown = indicators(ema8=None, ema21=None, atr_percentile=percentile)
    said = in_context(gex=gex(), indicators={"5m": shown})
    assert (said.metadata["volatility"], said.confidence) == (volatility, confidence)


@pytest.mark.parametrize(
    ("changes", "part", "confidence"),
    [
        ({"minutes_from_open": 0, "minutes_to_close": 390}, "opening", 60),
        ({"minutes_from_open": 29, "minutes_to_close": 361}, "opening", 60),
        ({"minutes_from_open": 30, "minutes_to_close": 360}, "mid_day", 65),
        ({"minutes_from_open": 359, "minutes_to_close": 31}, "mid_day", 65),
        ({"minutes_from_open": 360, "minutes_to_close": 30}, "closing", 60),
        ({"minutes_from_open": 389, "minutes_to_close": 1}, "closing", 60),
        ({"minutes_from_open": None, "minutes_to_close": None}, "mid_day", 65),
        ({"session": "premarket"}, "premarket", 55),
        ({"session": "afterhours"}, "afterhours", 55),
        ({"session": "closed"}, "closed", 55),
    ],
)
def test_the_part_of_the_session_counts(changes: dict[str, Any], part: str, confidence: int) -> None:
    said = in_context(gex=gex(), **changes)
    assert (said.metadata["session_part"], said.confidence) == (part, confidence)
    session = changes.get("session", "rth")
    assert said.reasons[-1] == f"{session}_session"
