from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine_b.evaluate import AGENTS, Agent, Evaluation, evaluate, gates, reports
from agents.engine_b.output import AgentName, AgentOutput, output
from agents.rules import RiskLimits, Rules
from schemas.decisions import AgentReported, EnrichedContext
from schemas.ids import derived_id
from schemas.signals import SignalReceived
from tests.agents.contexts import account, context, contexts, rulebooks
from tests.agents.strategies import AT, bias, few, signal

RULES = Rules()
FIFTY = Decimal(50)
AGREEING = {"bias": bias(confidence=Decimal(50), regime_type=None)}
"""The trace with a bias that outweighs a narrow ribbon, so that every agent is as sure as the trace has it."""


def raising(error: type[Exception]) -> Agent:
    def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
        raise error

    return assess


def without(*names: AgentName, error: type[Exception] = ZeroDivisionError) -> dict[AgentName, Agent]:
    """Return all agents, of which these raise."""
    return {name: raising(error) if name in names else assess for name, assess in AGENTS.items()}


def test_everyone_is_reported() -> None:
    asked = signal()
    evaluation = evaluate(asked, context(**AGREEING), RULES, agents=without("gamma-flow"))
    told = reports(asked, evaluation, experiment_id="exp-001", context_hash="c" * 64)
    assert [(report.agent_name, report.agent_type, report.bias, report.confidence) for report in told] == [
        ("context", "core", "bullish", 65),
        ("technical", "core", "bullish", 72),
        ("risk", "core", "neutral", 50),
        ("gamma-flow", "specialist", "neutral", 0),
        ("meta_decision", "core", "bullish", 46),
    ]
    common: dict[str, Any] = {
        "occurred_at": AT,
        "signal_id": asked.event_id,
        "account_id": "paper",
        "experiment_id": "exp-001",
        "symbol": "SPY",
        "engine": "B",
        "context_hash": "c" * 64,
    }
    assert told[1] == AgentReported(
        event_id=derived_id("report", asked.event_id, "B", "technical"),
        agent_name="technical",
        agent_type="core",
        bias="bullish",
        confidence=72,
        reasons=("ema8_above_ema21", "price_above_ema8"),
        metadata={"timeframe": "5m", "ribbon_strength": "0.24"},
        **common,
    )
    assert told[3] == AgentReported(
        event_id=derived_id("report", asked.event_id, "B", "gamma-flow"),
        agent_name="gamma-flow",
        agent_type="specialist",
        bias="neutral",
        confidence=0,
        reasons=("left_out",),
        metadata={"error": "ZeroDivisionError"},
        **common,
    )
    assert told[4] == AgentReported(
        event_id=derived_id("report", asked.event_id, "B", "meta_decision"),
        agent_name="meta_decision",
        agent_type="core",
        bias="bullish",
        confidence=46,
        reasons=("low_consensus",),
        metadata={
            "final_bias": "bullish",
            "final_confidence": "45.7",
            "consensus_strength": "73.3",
            "decision": "reject",
        },
        **common,
    )


@pytest.mark.parametrize("build", [lambda: {**AGENTS}, lambda: without("risk")])
def test_a_veto_is_reported_of_the_risk_agent(build: Callable[[], dict[AgentName, Agent]]) -> None:
    asked = signal()
    evaluation = evaluate(asked, context(session="closed"), RULES, agents=build())
    told = reports(asked, evaluation, experiment_id="exp-001", context_hash="c")
    assert [report.agent_name for report in told if report.block] == ["risk"]


def gated(
    direction: str = "long",
    agents: dict[AgentName, Agent] | None = None,
    *,
    rules: Rules = RULES,
    **changes: Any,
) -> list[Any]:
    asked = signal(direction=direction)
    evaluation = evaluate(asked, context(**{**AGREEING, **changes}), rules, agents=agents or AGENTS)
    passed = gates(asked, evaluation)
    assert {gate.engine for gate in passed} == {"B"}
    return list(passed)


def test_an_approved_bias_of_the_signals_own_direction_passes() -> None:
    (gate,) = gated()
    assert (gate.gate, gate.verdict, gate.code, gate.detail) == ("meta_decision", "pass", None, "")
    assert gate.inputs == {
        "decision": "approve",
        "final_bias": "bullish",
        "final_confidence": "52.4",
        "agents": "context,technical,risk,gamma-flow",
        "direction": "long",
    }
    assert gate.limit == "bullish, from confidence 50 on"


def test_a_contrary_bias_is_held() -> None:
    (gate,) = gated("short")
    assert (gate.gate, gate.verdict, gate.code) == ("meta_decision", "block", "direction_conflict")
    assert gate.detail == "the agents are bullish on a short signal"
    assert (gate.limit, gate.inputs["direction"]) == ("bearish, from confidence 50 on", "short")


@pytest.mark.parametrize("direction", ["long", "short"])
def test_too_little_consensus_is_rejected(direction: str) -> None:
    (gate,) = gated(direction, without("gamma-flow"))
    assert (gate.gate, gate.verdict, gate.code) == ("meta_decision", "block", "meta_decision_rejected")
    assert gate.detail == "the agents do not agree enough on a direction"


def test_a_short_signal_passes_on_a_bearish_consensus() -> None:
    def bearish(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
        return output("context", bias="bearish", confidence=100)

    agents: dict[AgentName, Agent] = {"context": bearish, "risk": AGENTS["risk"]}
    (gate,) = gated("short", agents)
    assert (gate.verdict, gate.code) == ("pass", None)


def test_a_veto_names_every_code_with_its_limit() -> None:
    held = account(open_positions=5, exposure=Decimal(20_000))
    first, *vetoes = gated(rules=Rules(limits=RiskLimits(halted=True)), account=held, session="closed")
    assert (first.gate, first.verdict, first.code) == ("meta_decision", "block", "risk_agent_blocked")
    assert first.detail == "the risk agent vetoes the trade"
    assert [(gate.gate, gate.verdict, gate.code, gate.limit, gate.detail) for gate in vetoes] == [
        (
            "risk_agent",
            "block",
            "market_closed",
            "a session in which orders may be made",
            "the market is closed",
        ),
        (
            "risk_agent",
            "block",
            "position_limit_exceeded",
            "fewer than 5, and than 3 in the symbol",
            "the account holds, or has ordered, as many positions as it may",
        ),
        (
            "risk_agent",
            "block",
            "exposure_exceeded",
            "below 10000 dollars and 20 % of equity",
            "the account's exposure is at its limit",
        ),
        (
            "risk_agent",
            "block",
            "kill_switch",
            "an account that is not halted",
            "the kill switch is on",
        ),
    ]
    assert vetoes[0].inputs["open_positions"] == "5"
    assert vetoes[0].inputs["session"] == "closed"


def test_a_risk_agent_that_failed_blocks_with_its_error() -> None:
    first, veto = gated(agents={**without("context"), "risk": raising(ValueError)})
    assert first.code == "risk_agent_blocked"
    assert (veto.gate, veto.verdict, veto.code) == ("risk_agent", "block", "risk_agent_failed")
    assert veto.inputs == {"error": "ValueError"}
    assert (veto.limit, veto.detail) == (None, "the risk agent failed, so nothing is traded")


@given(contexts(), rulebooks, st.sampled_from(["long", "short"]))
@few
def test_it_trades_exactly_when_the_agents_approve_the_signals_direction(
    seen: EnrichedContext, rules: Rules, direction: str
) -> None:
    asked = signal(direction=direction)
    evaluation: Evaluation = evaluate(asked, seen, rules)
    wanted = {"long": "bullish", "short": "bearish"}[direction]
    trades = evaluation.meta.decision == "approve" and evaluation.meta.final_bias == wanted
    told = gates(asked, evaluation)
    assert all(gate.verdict == "pass" for gate in told) == trades
    assert all((gate.code is not None) == (gate.verdict == "block") for gate in told)
