from decimal import Decimal
from typing import Any

import pytest

from agents.engine_b import orb
from agents.engine_b.output import AgentOutput
from agents.rules import Rules
from tests.agents.contexts import BARE, candle, context, indicators, opening_range, rules_with
from tests.agents.strategies import signal

ORB = rules_with(orb=True)
AT_THE_EDGE: dict[str, Any] = {"opening_range": opening_range(), "price": Decimal("595.00")}
"""Of the range, which is not beyond it."""


def breaking(**changes: Any) -> AgentOutput | None:
    return orb.assess(signal(), context(**{**BARE, **AT_THE_EDGE, **changes}), ORB)


def broken(price: str, **changes: Any) -> AgentOutput:
    said = breaking(price=Decimal(price), **changes)
    assert said is not None
    return said


def bar(*, volume: int, close: str = "594.00") -> dict[str, Any]:
    """Return indicators whose newest bar had this volume, against an average of 1000."""
    return {
        "5m": indicators(
            close=Decimal(close), atr14=Decimal(2), volume_average=Decimal(1_000), candles=(candle(volume=volume),)
        )
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"symbol": "IWM"},
        {"session": "premarket"},
        {"session": "afterhours"},
        {"session": "closed"},
        {"minutes_from_open": None},
        {"minutes_from_open": 121},
        {"opening_range": None},
        {"opening_range": opening_range(complete=False)},
        {"price": None},
    ],
)
def test_a_breakout_counts_in_its_hours_only(changes: dict[str, Any]) -> None:
    assert breaking() is not None
    assert breaking(**changes) is None


@pytest.mark.parametrize("symbol", ["SPY", "QQQ", "SPX"])
def test_it_counts_for_its_symbols_to_the_last_minute(symbol: str) -> None:
    assert breaking(symbol=symbol, minutes_from_open=120) is not None


def test_it_is_off_by_default() -> None:
    assert orb.assess(signal(), context(), Rules()) is None


def test_symbols_and_window_are_rules() -> None:
    rules = rules_with(orb=True, orb_symbols=("IWM",), orb_window_minutes=30)
    assert orb.assess(signal(), context(symbol="IWM", minutes_from_open=30), rules) is not None
    assert orb.assess(signal(), context(symbol="IWM", minutes_from_open=31), rules) is None
    assert orb.assess(signal(), context(symbol="SPY", minutes_from_open=30), rules) is None


@pytest.mark.parametrize("price", ["595.00", "594.00", "593.00"])
def test_inside_the_range_nothing_has_broken_out(price: str) -> None:
    assert broken(price) == AgentOutput(
        "orb",
        "specialist",
        "neutral",
        20,
        ("inside_opening_range",),
        metadata={
            "orb_high": "595.0000",
            "orb_low": "593.0000",
            "breakout_direction": "none",
            "volume_ratio": "unknown",
        },
    )


@pytest.mark.parametrize(
    ("price", "bias", "confidence", "reason", "way"),
    [
        ("595.50", "bullish", 52, "opening_range_breakout", "up"),
        ("596.00", "bullish", 60, "opening_range_breakout", "up"),
        ("597.00", "bullish", 75, "opening_range_breakout", "up"),
        ("599.00", "bullish", 75, "opening_range_breakout", "up"),
        ("592.00", "bearish", 60, "opening_range_breakdown", "down"),
        ("590.00", "bearish", 75, "opening_range_breakdown", "down"),
    ],
)
@pytest.mark.parametrize(
    "measure",
    [
        {"reported_indicators": {"atr": Decimal(2)}},
        {"indicators": {"5m": indicators(close=None, atr14=Decimal(2))}, "reported_indicators": {"atr": Decimal(9)}},
        {},  # the range itself is two dollars wide
    ],
)
def test_a_breakout_is_measured_in_true_ranges(
    price: str, bias: str, confidence: int, reason: str, way: str, measure: dict[str, Any]
) -> None:
    said = broken(price, **measure)
    assert (said.bias, said.confidence, said.reasons) == (bias, confidence, (reason,))
    assert said.metadata["breakout_direction"] == way


def test_a_true_range_goes_before_the_width() -> None:
    assert broken("596", reported_indicators={"atr": Decimal(3)}).confidence == 55


def test_a_range_without_width_measures_nothing() -> None:
    flat = opening_range(high=Decimal(595), low=Decimal(595))
    assert broken("596", opening_range=flat).confidence == 45
    narrow = opening_range(high=Decimal(595), low=Decimal("594.50"))
    assert broken("595.25", opening_range=narrow).confidence == 60


@pytest.mark.parametrize(
    ("volume", "confidence", "reason", "ratio"),
    [
        (1_500, 75, "volume_expansion", "1.50"),
        (1_499, 60, None, "1.50"),
        (1_000, 60, None, "1.00"),
        (999, 45, "volume_weak", "1.00"),
        (0, 45, "volume_weak", "0.00"),
    ],
)
def test_volume_speaks_for_a_breakout_or_against_it(
    volume: int, confidence: int, reason: str | None, ratio: str
) -> None:
    said = broken("596", indicators=bar(volume=volume))
    assert (said.confidence, said.metadata["volume_ratio"]) == (confidence, ratio)
    assert said.reasons == ("opening_range_breakout", *([reason] if reason else []))


@pytest.mark.parametrize(
    ("price", "close", "followed"),
    [
        ("596", "595.01", True),
        ("596", "595.00", False),
        ("596", "592.00", False),
        ("592", "592.99", True),
        ("592", "593.00", False),
        ("592", "596.00", False),
    ],
)
def test_a_close_beyond_the_range_makes_it_surer(price: str, close: str, followed: bool) -> None:
    said = broken(price, indicators=bar(volume=1_200, close=close))
    assert said.confidence == (70 if followed else 60)
    assert said.reasons[1:] == (("closed_beyond_range",) if followed else ())


def test_the_best_breakout_is_certain() -> None:
    assert broken("599", indicators=bar(volume=2_000, close="598")).confidence == 100
