from decimal import Decimal
from typing import Any

import pytest

from agents.engine_b import technical
from agents.engine_b.output import AgentOutput
from agents.rules import Rules
from tests.agents.contexts import BARE, candle, context, indicators
from tests.agents.strategies import signal

RULES = Rules()


def technically(**changes: Any) -> AgentOutput:
    return technical.assess(signal(), context(**changes), RULES)


def test_the_technical_agent_says_of_the_trace_what_the_trace_says() -> None:
    assert technically() == AgentOutput(
        "technical",
        "core",
        "bullish",
        72,
        ("ema8_above_ema21", "price_above_ema8"),
        metadata={"timeframe": "5m", "ribbon_strength": "0.24"},
    )


def test_it_says_the_same_of_what_the_alert_brought() -> None:
    said = technically(indicators={})
    assert (said.bias, said.confidence, said.metadata["timeframe"]) == ("bullish", 72, "alert")


@pytest.mark.parametrize("changes", [BARE, {"price": None}])
def test_without_averages_or_a_price_it_has_no_opinion(changes: dict[str, Any]) -> None:
    assert technically(**changes) == AgentOutput("technical", "core", "neutral", 20, ("no_indicators",))


@pytest.mark.parametrize(
    ("price", "ema8", "ema21", "bias", "confidence", "reasons"),
    [
        ("596", "595", "594", "bullish", 90, "ema8_above_ema21 price_above_ema8"),
        ("595", "595", "594", "bullish", 70, "ema8_above_ema21 price_at_ema8 price_above_ema21"),
        ("594.5", "595", "594", "bullish", 70, "ema8_above_ema21 price_below_ema8 price_above_ema21"),
        ("594", "595", "594", "neutral", 20, "ema8_above_ema21 price_below_ema8 price_at_ema21"),
        ("593", "595", "594", "bearish", 40, "ema8_above_ema21 price_below_ema8"),
        ("593", "594", "595", "bearish", 90, "ema8_below_ema21 price_below_ema8"),
        ("594.5", "594", "595", "bearish", 70, "ema8_below_ema21 price_above_ema8 price_below_ema21"),
        ("596", "594", "595", "bullish", 40, "ema8_below_ema21 price_above_ema8"),
        ("595", "595", "595", "neutral", 20, "ema8_at_ema21 price_at_ema8"),
        ("596", "595", "595", "bullish", 40, "ema8_at_ema21 price_above_ema8"),
    ],
)
def test_three_comparisons_vote(price: str, ema8: str, ema21: str, bias: str, confidence: int, reasons: str) -> None:
    ribbon = indicators(ema8=Decimal(ema8), ema21=Decimal(ema21), atr14=Decimal(1))
    said = technically(price=Decimal(price), indicators={"5m": ribbon})
    assert (said.bias, said.confidence, " ".join(said.reasons)) == (bias, confidence, reasons)


@pytest.mark.parametrize(("atr", "confidence"), [("4", 72), ("2", 85), ("1.6667", 90), ("1", 90), (None, 60)])
def test_a_wide_ribbon_makes_it_surer_up_to_a_limit(atr: str | None, confidence: int) -> None:
    ribbon = indicators(ema8=Decimal(595), ema21=Decimal(594), atr14=atr and Decimal(atr))
    assert technically(price=Decimal(596), indicators={"5m": ribbon}).confidence == confidence


def test_the_strength_of_a_ribbon_without_a_true_range_is_unknown() -> None:
    assert technically(indicators={"5m": indicators(atr14=None)}).metadata["ribbon_strength"] == "unknown"


def test_support_and_resistance_are_the_extremes_of_the_newest_bars() -> None:
    bars = (candle(low="594.10", high="595.50"), candle(low="594.40", high="596.20"))
    metadata = technically(indicators={"5m": indicators(candles=bars)}).metadata
    assert (metadata["support"], metadata["resistance"]) == ("594.1000", "596.2000")
