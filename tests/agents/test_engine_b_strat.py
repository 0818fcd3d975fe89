from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine_b import strat
from agents.engine_b.output import AgentOutput
from agents.rules import Rules
from schemas.decisions import Candle, IndicatorSet
from tests.agents.contexts import BARE, candle, candles, context, indicators, rules_with
from tests.agents.strategies import few, signal

STRAT = rules_with(strat=True)


def bars(*types: str | None) -> tuple[Candle, ...]:
    """Return bars of these types that reject nothing."""
    return tuple(candle("595", "596", "594", "595.5", strat=each) for each in types)


def stratted(*newest: Candle, momentum: str | None = None, **changes: Any) -> AgentOutput | None:
    known = indicators(candles=newest, momentum=momentum and Decimal(momentum))
    higher = changes.pop("higher", {})
    return strat.assess(signal(), context(**{**BARE, "indicators": {"5m": known, **higher}, **changes}), STRAT)


def higher_bar(*, close: str, open_: str = "595.00", strat: str | None = None) -> dict[str, IndicatorSet]:
    """Return a newest bar of the hour."""
    return {"1h": indicators(candles=(candle(open_, "600", "590", close, strat=strat),))}


def test_the_strat_is_off_by_default() -> None:
    assert (
        strat.assess(signal(), context(indicators={"5m": indicators(candles=bars("2u", "1", "2u"))}), Rules()) is None
    )


@pytest.mark.parametrize(
    ("types", "pattern", "bias", "confidence"),
    [
        ("2u 1 2u", "2-1-2 continuation", "bullish", 60),
        ("2d 1 2d", "2-1-2 continuation", "bearish", 60),
        ("2d 1 2u", "2-1-2 reversal", "bullish", 60),
        ("2u 1 2d", "2-1-2 reversal", "bearish", 60),
        ("3 1 2u", "3-1-2 continuation", "bullish", 60),
        ("3 1 2d", "3-1-2 reversal", "bearish", 60),
        ("3 2u 2u", "3-2-2 continuation", "bullish", 55),
        ("3 2d 2d", "3-2-2 continuation", "bearish", 55),
        ("3 2d 2u", "3-2-2 reversal", "bullish", 55),
        ("3 2u 2d", "3-2-2 reversal", "bearish", 55),
    ],
)
def test_three_bars_make_a_pattern(types: str, pattern: str, bias: str, confidence: int) -> None:
    name, kind = pattern.split()
    assert stratted(*bars("1", *types.split())) == AgentOutput(
        "strat",
        "specialist",
        "bullish" if bias == "bullish" else "bearish",
        confidence,
        (f"strat_{name.replace('-', '_')}_{kind}",),
        metadata={
            "timeframe": "5m",
            "strat_pattern": pattern,
            "candle_sequence": types.replace(" ", "-"),
            "htf_alignment": "unknown",
            "ttm_confirmation": "unknown",
        },
    )


@pytest.mark.parametrize(
    ("close", "last", "kind"),
    [
        ("595.5", "2u", "continuation"),
        ("594.5", "2u", "reversal"),
        ("594.5", "2d", "continuation"),
        ("595.0", "2u", "reversal"),
    ],
)
def test_after_an_outside_bar_its_own_colour_tells_what_continues(close: str, last: str, kind: str) -> None:
    said = stratted(candle("595", "596", "594", close, strat="3"), *bars("1", last))
    assert said is not None
    assert said.metadata["strat_pattern"] == f"3-1-2 {kind}"


@pytest.mark.parametrize(
    "types", ["1 1 2u", "2u 1 1", "2u 1 3", "3 3 2u", "2u 2u 2u", "2d 2u", "2u", "3 1 1", "3 2u 1", "2u 2u 1 3"]
)
def test_other_sequences_are_none(types: str) -> None:
    assert stratted(*bars(*types.split())) is None


def test_without_bars_there_is_no_pattern() -> None:
    assert stratted() is None


def test_a_bar_without_a_type_is_shown_as_unknown() -> None:
    said = stratted(candle("595", "596", "590", "595.5"))
    assert said is not None
    assert said.metadata["candle_sequence"] == "?"


@pytest.mark.parametrize(
    ("type_", "close", "bias"),
    [
        ("2u", "594.90", "bearish"),
        ("2d", "595.10", "bullish"),
        ("2u", "595.10", None),
        ("2d", "594.90", None),
        ("2u", "595.00", None),
        ("3", "594.90", None),
        ("1", "595.10", None),
        (None, "595.10", None),
    ],
)
def test_a_higher_bar_that_closes_against_itself_is_rejected(type_: str | None, close: str, bias: str | None) -> None:
    said = stratted(*bars("2u", "2u", "2u"), higher=higher_bar(close=close, strat=type_), price=None)
    assert (said and said.bias) == bias
    if said is not None:
        assert (said.confidence, said.reasons) == (50, ("strat_htf_rejection",))
        assert said.metadata["strat_pattern"] == "htf rejection"


@pytest.mark.parametrize(
    ("newest", "bias"),
    [
        (candle("598", "600", "590", "599"), "bullish"),
        (candle("599", "600", "590", "598"), "bullish"),
        (candle("596", "600", "590", "599"), "bullish"),
        (candle("595.99", "600", "590", "599"), None),
        (candle("592", "600", "590", "591"), "bearish"),
        (candle("594", "600", "590", "591"), "bearish"),
        (candle("594.01", "600", "590", "591"), None),
        (candle("595.80", "596", "595.20", "595.90"), "bullish"),
        (candle("595", "595", "595", "595"), None),
    ],
)
def test_a_long_wick_rejects(newest: Candle, bias: str | None) -> None:
    said = stratted(newest)
    assert (said and said.bias) == bias
    if said is not None:
        assert (said.confidence, said.reasons) == (40, ("strat_wick_rejection",))
        assert said.metadata["strat_pattern"] == "wick rejection"


def test_a_sequence_goes_before_a_rejection_and_the_higher_one_before_a_wick() -> None:
    wick = candle("598", "600", "590", "599", strat="2d")
    failed = higher_bar(close="594.90", strat="2u")
    sequence = stratted(*bars("2u", "1"), wick, higher=failed)
    assert sequence is not None
    assert sequence.metadata["strat_pattern"] == "2-1-2 reversal"
    rejected = stratted(wick, higher=failed)
    assert rejected is not None
    assert rejected.metadata["strat_pattern"] == "htf rejection"


@pytest.mark.parametrize(
    ("close", "types", "alignment", "confidence"),
    [
        ("595.41", "2u 1 2u", "aligned", 80),
        ("595.42", "2u 1 2u", "unknown", 60),
        ("595.43", "2u 1 2u", "against", 40),
        ("595.43", "2d 1 2d", "aligned", 80),
        ("595.41", "2d 1 2d", "against", 40),
    ],
)
def test_the_higher_timeframe_agrees_when_the_price_moves_with_the_pattern(
    close: str, types: str, alignment: str, confidence: int
) -> None:
    said = stratted(*bars(*types.split()), higher=higher_bar(close=close))
    assert said is not None
    assert (said.metadata["htf_alignment"], said.confidence) == (alignment, confidence)


def test_a_shorter_timeframe_is_not_the_higher_one() -> None:
    said = stratted(*bars("2u", "1", "2u"), higher={"1m": indicators(candles=(candle(close="595.41"),))})
    assert said is not None
    assert said.metadata["htf_alignment"] == "unknown"


@pytest.mark.parametrize(
    ("momentum", "types", "word", "confidence"),
    [
        ("0.1", "2u 1 2u", "confirmed", 75),
        ("0", "2u 1 2u", "unknown", 60),
        ("-0.1", "2u 1 2u", "contradicted", 45),
        ("-0.1", "2d 1 2d", "confirmed", 75),
        ("0.1", "2d 1 2d", "contradicted", 45),
    ],
)
def test_momentum_confirms_or_contradicts(momentum: str, types: str, word: str, confidence: int) -> None:
    said = stratted(*bars(*types.split()), momentum=momentum)
    assert said is not None
    assert (said.metadata["ttm_confirmation"], said.confidence) == (word, confidence)


def test_the_strat_is_as_sure_as_its_bounds_allow() -> None:
    best = stratted(*bars("2u", "1", "2u"), momentum="1", higher=higher_bar(close="595"))
    worst = stratted(candle("598", "600", "590", "599"), momentum="-1", higher=higher_bar(close="596"))
    assert best is not None
    assert worst is not None
    assert (best.confidence, worst.confidence) == (95, 15)


@given(st.lists(candles(), min_size=1, max_size=4), st.sampled_from(["long", "short"]))
@few
def test_the_strat_reads_bars_not_the_signal(newest: list[Candle], direction: str) -> None:
    seen = context(indicators={"5m": indicators(candles=tuple(newest))})
    assert strat.assess(signal(direction=direction), seen, STRAT) == strat.assess(signal(), seen, STRAT)
