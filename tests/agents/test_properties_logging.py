"""What the log of a signal says. The log is the topics: every step is an event there, with named fields."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import Rules
from schemas.codec import decode, encode
from schemas.decisions import SignalUpdated, TradeProposed
from schemas.event import Event
from schemas.orders import ShadowTrade
from schemas.session import MarketSession
from schemas.signals import SignalReceived
from tests.agents.deciding import Told, alerts, all_rules, endings, judged, of, phases
from tests.agents.strategies import few, market

LOGGED = ("signal_id", "account_id", "symbol")


def logged(event: Event) -> dict[str, Any]:
    """Return what stands on the topic, as a reader of the log gets it."""
    fields: dict[str, Any] = json.loads(decode(type(event), encode(event)).model_dump_json())
    return fields


@few
@given(endings)
def test_it_is_logged_which_signal_was_taken_up_and_what_had_been_read(story: Told) -> None:
    """Orchestrator property: Structured logging completeness (signal retrieval)"""
    fields = logged(story.enriched)
    assert [fields[name] for name in LOGGED] == [story.alert.event_id, "paper", story.alert.symbol]
    assert fields["context_hash"] == story.enriched.context_hash
    assert fields["read_positions"] == {"price-ticks.v1-3": 41}
    assert fields["occurred_at"]


@few
@given(endings)
def test_it_is_logged_to_which_experiment_a_signal_was_assigned(story: Told) -> None:
    """Orchestrator property: Structured logging completeness (experiment creation)"""
    for event in (story.proposal, story.decision):
        fields = logged(event)
        assert [fields[name] for name in LOGGED] == [story.alert.event_id, "paper", story.alert.symbol]
        experiment = fields["experiment"]
        assert set(experiment) == {
            "experiment_id", "variant", "assignment_hash", "bucket", "split_percentage", "policy_version",
        }  # fmt: skip
        assert all(value is not None for value in experiment.values())


@few
@given(endings)
def test_it_is_logged_which_policy_was_applied_and_why(story: Told) -> None:
    """Orchestrator property: Structured logging completeness (policy application)"""
    fields = logged(story.decision)
    policy = story.decision.policy
    (gate,) = [gate for gate in fields["gates"] if gate["gate"] == "execution_policy"]
    assert gate["inputs"] == {
        "execution_mode": policy.execution_mode,
        "executed_engines": ",".join(policy.executed_engines),
    }
    assert (gate["verdict"] == "block") == (not policy.executed_engines)
    assert fields["policy"]["reason"]
    assert fields["policy"]["execution_mode"] == policy.execution_mode


@few
@given(endings)
def test_it_is_logged_what_was_traded_as_a_shadow_and_on_whose_words(story: Told) -> None:
    """Orchestrator property: Structured logging completeness (shadow trades)"""
    for trade in of(ShadowTrade, story.desk):
        fields = logged(trade)
        assert [fields[name] for name in LOGGED] == [story.alert.event_id, "paper", story.alert.symbol]
        assert fields["experiment_id"] == story.decision.experiment.experiment_id
        (wanted,) = [item for item in story.proposal.recommendations if item.engine == trade.engine]
        assert fields["contributing_agents"] == [vote.agent_name for vote in wanted.agents]
        assert (fields["engine"], fields["meta_confidence"]) == (wanted.engine, wanted.confidence)


@few
@given(
    alerts,
    phases,
    all_rules,
    st.sampled_from([ValueError, KeyError, ZeroDivisionError, RuntimeError]),
    st.sampled_from(["agents.desk.enrich", "agents.judgement.engine_a.judge", "agents.judgement.evaluate"]),
)
def test_it_is_logged_what_failed_by_its_class_and_never_by_its_text(
    alert: SignalReceived, phase: MarketSession, rules: Rules, error: type[Exception], where: str
) -> None:
    """Orchestrator property: Structured logging completeness (errors)"""

    def broken(*_: object, **__: object) -> None:
        raise error("a secret of the inside")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, broken)
        _, events = judged(alert, market(), phase, rules)
    assert events
    assert not any("inside" in str(logged(event)) for event in events)
    told_of = [event.reason for event in of(SignalUpdated, events) if event.status == "retrying"]
    failed = [
        (gate.code, gate.inputs)
        for event in of(TradeProposed, events)
        for gate in (*event.gates, *event.shadow_gates)
        if gate.code == "processing_failed"
    ]
    assert all(inputs == {"error": error.__name__} for _, inputs in failed)
    assert all(reason == f"retry_scheduled:{error.__name__}" for reason in told_of)
    waits = [event for event in of(SignalUpdated, events) if event.status == "queued"]
    asked = where != "agents.judgement.evaluate" or "B" in rules.engine.engines
    assert bool(failed or told_of) == (asked and not waits)
