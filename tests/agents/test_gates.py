from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agents.gates import (
    close_grace,
    execution_policy,
    failure,
    market_data,
    market_session,
    mtf_bias,
    processing_time,
    result,
    tradable,
)
from agents.rules import EngineRules, Rules, SessionRules
from schemas.decisions import GateResult
from tests.agents.contexts import context
from tests.agents.strategies import AT, POLICY, bias, signal

RULES = Rules()
AT_SAID = "2026-02-13 15:30:00+00:00"


def test_a_result_names_its_code_only_when_it_blocks() -> None:
    said: dict[str, Any] = {"gate": "a_gate", "code": "a_code", "inputs": {"number": 1, "nothing": None}}
    passed = GateResult(gate="a_gate", verdict="pass", inputs={"number": "1", "nothing": "None"})
    assert result(**said, blocks=False) == passed
    assert result(**said, blocks=True) == passed.model_copy(update={"verdict": "block", "code": "a_code"})
    whole = result(**said, blocks=True, limit="a limit", detail="a detail", engine="B")
    assert (whole.limit, whole.detail, whole.engine) == ("a limit", "a detail", "B")


@pytest.mark.parametrize(
    ("phase", "allowed"),
    [("regular", (True, True, True)), ("premarket", (False, True, False)), ("afterhours", (False, False, True))],
)
def test_extended_hours_are_traded_each_by_its_own_rule(phase: Any, allowed: tuple[bool, ...]) -> None:
    hours = SessionRules(), SessionRules(allow_premarket=True), SessionRules(allow_afterhours=True)
    assert tuple(tradable(phase, replace(RULES, session=session)) for session in hours) == allowed
    assert not tradable("closed", replace(RULES, session=SessionRules(allow_premarket=True, allow_afterhours=True)))


def test_the_session_gate() -> None:
    passed = GateResult(
        gate="market_session",
        verdict="pass",
        inputs={"session": "regular", "signal_age_s": "90"},
        limit="regular hours; when closed, signals of at most 30 min",
    )
    late = signal(timestamp=AT - timedelta(seconds=90))
    assert market_session(late, context(), RULES) == passed
    assert market_session(late, context(session="closed"), RULES) == GateResult(
        gate="market_session",
        verdict="block",
        inputs={"session": "closed", "signal_age_s": "90"},
        limit="regular hours; when closed, signals of at most 30 min",
        code="market_closed",
        detail="no orders are made while the market is closed",
    )
    early = Rules(session=SessionRules(allow_premarket=True))
    assert market_session(signal(), context(session="premarket"), early).verdict == "pass"


@pytest.mark.parametrize(("age_s", "code"), [(3660, "market_closed"), (3661, "signal_stale")])
def test_a_signal_that_is_old_when_the_market_is_closed_is_stale(age_s: int, code: str) -> None:
    rules = Rules(session=SessionRules(signal_age_max=timedelta(minutes=61)))
    gate = market_session(signal(timestamp=AT - timedelta(seconds=age_s)), context(session="closed"), rules)
    assert (gate.code, gate.inputs["signal_age_s"]) == (code, str(age_s))
    assert gate.limit == "regular hours; when closed, signals of at most 61 min"


def test_the_data_gate() -> None:
    passed = GateResult(
        gate="market_data",
        verdict="pass",
        inputs={"price": "595.4200", "price_at": "2026-02-13 15:25:00+00:00"},
        limit="at most 300 s old",
    )
    assert market_data(context(price_at=AT - timedelta(seconds=300)), RULES) == passed
    assert market_data(context(price=None, price_at=None), RULES) == GateResult(
        gate="market_data",
        verdict="block",
        inputs={"price": "None", "price_at": "None"},
        limit="at most 300 s old",
        code="market_data_unavailable",
        detail="no price of SPY on the tape that is new enough",
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"price": Decimal("0.0001")}, "pass"),
        ({"price": Decimal(0)}, "block"),
        ({"price": None}, "block"),
        ({"price_at": None}, "block"),
        ({"price_at": AT - timedelta(seconds=300, microseconds=1)}, "block"),
    ],
)
def test_a_price_counts_when_it_is_above_nothing_and_new_enough(changes: dict[str, Any], verdict: str) -> None:
    assert market_data(context(**changes), RULES).verdict == verdict


def test_the_processing_gate() -> None:
    limit = "prices at most 30 s newer than the signal"
    assert processing_time(context(newest_at=AT + timedelta(seconds=30)), RULES) == GateResult(
        gate="processing_time", verdict="pass", inputs={"newest_price_at": "2026-02-13 15:30:30+00:00"}, limit=limit
    )
    assert processing_time(context(newest_at=AT + timedelta(seconds=31)), RULES) == GateResult(
        gate="processing_time",
        verdict="block",
        inputs={"newest_price_at": "2026-02-13 15:30:31+00:00"},
        limit=limit,
        code="processing_timeout",
        detail="the signal waited too long before it was judged",
    )
    assert processing_time(context(newest_at=None), RULES).verdict == "pass"


def test_the_bias_gates_when_nothing_is_wrong() -> None:
    assert tuple(mtf_bias(context(bias=bias(timestamp=AT, stale_after_s=900)), RULES, engine="B")) == (
        GateResult(gate="mtf_bias", verdict="pass", inputs={"bias": "bullish", "required": "True"}, engine="B"),
        GateResult(gate="bias_suppression", verdict="pass", inputs={"trade_suppressed": "False"}, engine="B"),
        GateResult(
            gate="bias_staleness",
            verdict="pass",
            inputs={"bias_timestamp": AT_SAID, "stale": "False"},
            limit="900 s",
            engine="B",
        ),
    )


def test_the_bias_gates_when_everything_is_wrong() -> None:
    seen = context(bias=bias(timestamp=AT, trade_suppressed=True), bias_stale=True)
    assert tuple(mtf_bias(seen, RULES, engine="A"))[1:] == (
        GateResult(
            gate="bias_suppression",
            verdict="block",
            inputs={"trade_suppressed": "True"},
            code="trade_suppressed",
            detail="the bias state suppresses trades",
            engine="A",
        ),
        GateResult(
            gate="bias_staleness",
            verdict="block",
            inputs={"bias_timestamp": AT_SAID, "stale": "True"},
            limit="3600 s",
            code="bias_stale",
            detail="the bias state is too old",
            engine="A",
        ),
    )


def test_a_missing_bias_is_the_only_thing_said_of_it() -> None:
    assert tuple(mtf_bias(context(bias=None), RULES, engine="A")) == (
        GateResult(
            gate="mtf_bias",
            verdict="block",
            inputs={"bias": "None", "required": "True"},
            code="no_bias_state",
            detail="no multi-timeframe bias has been received for the symbol",
            engine="A",
        ),
    )


@pytest.mark.parametrize(
    ("rules", "verdicts"),
    [
        (EngineRules(), ("pass", "block", "block")),
        (EngineRules(stale_bias_blocks=False), ("pass", "block", "pass")),
        (EngineRules(bias_required=False), ("pass", "pass", "pass")),
    ],
)
def test_a_bias_blocks_only_where_rules_ask_for_it(rules: EngineRules, verdicts: tuple[str, ...]) -> None:
    seen = context(bias=bias(trade_suppressed=True), bias_stale=True)
    assert tuple(gate.verdict for gate in mtf_bias(seen, Rules(engine=rules), engine="A")) == verdicts
    (missing,) = mtf_bias(context(bias=None), Rules(engine=rules), engine="A")
    assert missing.verdict == ("block" if rules.bias_required else "pass")


@pytest.mark.parametrize("engine", ["A", "B"])
def test_the_gate_of_the_last_minutes(engine: Any) -> None:
    assert close_grace(context(minutes_to_close=10), RULES, engine=engine) == GateResult(
        gate="entry_tier_2_close",
        verdict="pass",
        inputs={"minutes_to_close": "10"},
        limit="at least 10",
        engine=engine,
    )
    assert close_grace(context(minutes_to_close=9), RULES, engine=engine) == GateResult(
        gate="entry_tier_2_close",
        verdict="block",
        inputs={"minutes_to_close": "9"},
        limit="at least 10",
        code="entry_wait",
        detail="the close is near",
        engine=engine,
    )
    assert close_grace(context(minutes_to_close=None), RULES, engine=engine).verdict == "pass"


def test_the_policy_gate() -> None:
    both = POLICY.model_copy(update={"execution_mode": "SPLIT_CAPITAL", "executed_engines": ("B", "A")})
    assert execution_policy(both) == GateResult(
        gate="execution_policy",
        verdict="pass",
        inputs={"execution_mode": "SPLIT_CAPITAL", "executed_engines": "B,A"},
    )
    nobody = POLICY.model_copy(update={"execution_mode": "SHADOW_ONLY", "executed_engines": (), "reason": "as told"})
    assert execution_policy(nobody) == GateResult(
        gate="execution_policy",
        verdict="block",
        inputs={"execution_mode": "SHADOW_ONLY", "executed_engines": ""},
        code="shadow_only",
        detail="as told",
    )


@pytest.mark.parametrize("engine", [None, "A", "B"])
def test_what_raised_blocks_and_says_what_it_raised(engine: Any) -> None:
    assert failure("engine_b", "KeyError", engine=engine) == GateResult(
        gate="engine_b",
        verdict="block",
        inputs={"error": "KeyError"},
        code="processing_failed",
        detail="the signal could not be judged",
        engine=engine,
    )
