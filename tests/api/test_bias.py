"""Bias payloads, newer and older, as one event."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.bias import bias_event, is_bias
from api.payloads import InvalidPayload, parse
from schemas.market import BiasState, MarketContextReceived

AT = datetime(2026, 2, 13, 15, 29, tzinfo=UTC)
VERSION_3: dict[str, Any] = {
    "event_id_raw": "mtf-20260213-1529-SPY",
    "symbol": "SPY",
    "timestamp": "2026-02-13T15:29:00Z",
    "bias": "bullish",
    "bias_score": 72,
    "confidence": 75,
    "regime_type": "TRENDING",
    "macro_class": "RISK_ON",
    "entry_mode_hint": "BREAKOUT",
    "acceleration": {"state_strength_delta": 0.15},
    "chop_score": 20,
    "trade_suppressed": False,
    "risk_multiplier": 0.8,
    "stale_after_s": 3600,
    "timeframes": {"5m": "bullish", "15m": "bullish", "1h": "neutral", "1d": "bullish"},
}
SNAPSHOT: dict[str, Any] = {
    "event_type": "BIAS_SNAPSHOT",
    "ticker": "SPY",
    "timestamp": "2026-02-13T15:29:00Z",
    "market": {"market_bias": "BEARISH"},
    "confidence": 60,
    "timeframes": {"5": {"bias": "SHORT"}, "D": "neutral"},
}


def event_of(payload: object) -> MarketContextReceived:
    parsed = parse(json.dumps(payload).encode())
    assert parsed.problem is None
    return bias_event(parsed.payload, stamp=lambda said: said or AT)


def fields_refused(payload: object) -> list[str]:
    with pytest.raises(InvalidPayload) as caught:
        event_of(payload)
    return [problem.field for problem in caught.value.problems]


def test_version_3_is_read_exactly() -> None:
    event = event_of(VERSION_3)
    assert event.symbol == "SPY"
    assert event.bias == BiasState(
        event_id_raw="mtf-20260213-1529-SPY",
        timestamp=AT,
        bias="bullish",
        bias_score=Decimal(72),
        confidence=Decimal(75),
        regime_type="TRENDING",
        macro_class="RISK_ON",
        entry_mode_hint="BREAKOUT",
        state_strength_delta=Decimal("0.15"),
        chop_score=Decimal(20),
        trade_suppressed=False,
        risk_multiplier=Decimal("0.8"),
        stale_after_s=3600,
        timeframes={"5m": "bullish", "15m": "bullish", "1h": "neutral", "1d": "bullish"},
    )


def test_a_snapshot_takes_the_same_form() -> None:
    event = event_of(SNAPSHOT)
    assert event.bias is not None
    assert (event.symbol, event.bias.bias, event.bias.bias_score) == ("SPY", "bearish", -60)
    assert event.bias.event_id_raw == "snapshot-SPY-1770996540000"
    assert event.bias.timeframes == {"5m": "bearish", "1d": "neutral"}
    assert event_of({**SNAPSHOT, "score": 12, "event_id": "e-1"}).bias == event.bias.model_copy(
        update={"bias_score": Decimal(12), "event_id_raw": "e-1"}
    )


def test_a_sender_s_id_makes_the_event_s() -> None:
    assert event_of(VERSION_3).event_id == event_of({**VERSION_3, "bias": "bearish"}).event_id
    assert event_of(VERSION_3).event_id != event_of({**VERSION_3, "event_id_raw": "other"}).event_id
    assert event_of(VERSION_3).event_id != event_of({**VERSION_3, "symbol": "QQQ"}).event_id


def test_only_bias_payloads_are_taken_for_bias() -> None:
    assert is_bias({"event_id_raw": "x"})
    assert is_bias({"event_type": "bias_snapshot"})
    assert not is_bias({"event_type": "ALERT", "bias": "bullish"})
    assert not is_bias({"event_id_raw": None})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"symbol": None}, "symbol"),
        ({"bias": "perhaps"}, "bias"),
        ({"bias": None}, "bias"),
        ({"bias_score": 101}, "bias_score"),
        ({"bias_score": None}, "bias_score"),
        ({"confidence": -1}, "confidence"),
        ({"risk_multiplier": 11}, "risk_multiplier"),
        ({"risk_multiplier": -1}, "risk_multiplier"),
        ({"stale_after_s": 0}, "stale_after_s"),
        ({"timestamp": "now"}, "timestamp"),
        ({"acceleration": 3}, "acceleration"),
        ({"acceleration": {"state_strength_delta": "fast"}}, "acceleration.state_strength_delta"),
        ({"timeframes": {"5m": "perhaps"}}, "timeframes.5m"),
        ({"timeframes": []}, "timeframes"),
        ({"trade_suppressed": "maybe"}, "trade_suppressed"),
        ({"event_id_raw": "x" * 201}, "event_id_raw"),
    ],
)
def test_a_bad_field_is_named(change: dict[str, Any], field: str) -> None:
    assert fields_refused({**VERSION_3, **change}) == [field]


def test_a_multiplier_of_zero_is_kept() -> None:
    bias = event_of({**VERSION_3, "risk_multiplier": 0}).bias
    assert bias is not None
    assert bias.risk_multiplier == 0


@given(
    st.dictionaries(
        st.sampled_from([*VERSION_3, *SNAPSHOT]),
        st.none()
        | st.integers()
        | st.text(max_size=8)
        | st.lists(st.integers())
        | st.dictionaries(st.text(), st.text()),
    ),
    st.sampled_from([VERSION_3, SNAPSHOT]),
)
def test_any_bias_is_taken_or_refused_by_field(change: dict[str, Any], base: dict[str, Any]) -> None:
    parsed = parse(json.dumps({**base, **change}).encode())
    if parsed.problem is not None or not is_bias(parsed.payload):
        return
    with suppress(InvalidPayload):
        bias_event(parsed.payload, stamp=lambda said: said or AT)
