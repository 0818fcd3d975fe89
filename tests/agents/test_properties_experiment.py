"""What holds of experiments and policies: assigned by the signal alone, recorded, and obeyed."""

import hashlib
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.experiment import assign, policy_for
from agents.rules import EngineRules
from schemas.codec import decode, encode
from schemas.decisions import AgentReported
from schemas.orders import ShadowTrade
from schemas.signals import SignalReceived
from tests.agents.deciding import Told, alerts, endings, engine_rules, judged, of, parts, phases, stories, worlds
from tests.agents.deciding import all_rules as some_rules
from tests.agents.strategies import few, signal

splits = st.integers(0, 100)
BOTH = EngineRules(engines=("A", "B"), split_percentage=50)
other_words = st.fixed_dictionaries(
    {},
    optional={
        "price": st.integers(1, 900),
        "confidence": st.integers(0, 100),
        "direction": st.sampled_from(["long", "short"]),
        "is_test": st.booleans(),
        "raw_payload": st.sampled_from(["{}", '{"a": 1}']),
    },
)


@few
@given(st.text(max_size=12), st.sampled_from(["1m", "5m", "1d"]), other_words, other_words, engine_rules)
def test_the_hash_depends_on_symbol_timeframe_and_signal_and_on_nothing_else(
    name: str, timeframe: str, one: dict[str, Any], other: dict[str, Any], rules: EngineRules
) -> None:
    """Property 20: Deterministic hash consistency"""
    first = assign(signal(name, timeframe=timeframe, **one), rules)
    assert assign(signal(name, timeframe=timeframe, **other), BOTH).assignment_hash == first.assignment_hash
    for changed in (
        signal(f"{name}+", timeframe=timeframe),
        signal(name, timeframe="4h"),
        signal(name, timeframe=timeframe, symbol="QQQ"),
    ):
        assert assign(changed, rules).assignment_hash != first.assignment_hash


@few
@given(alerts)
def test_the_hash_is_sha_256_of_symbol_timeframe_and_signal(alert: SignalReceived) -> None:
    """Orchestrator property: Deterministic assignment hash generation"""
    text = f"{alert.symbol}:{alert.timeframe}:{alert.event_id}"
    assert assign(alert, BOTH).assignment_hash == hashlib.sha256(text.encode()).hexdigest()


@few
@given(alerts, splits, splits)
def test_the_variant_is_b_exactly_in_the_upper_share_of_buckets(alert: SignalReceived, one: int, other: int) -> None:
    """Property 21: Variant assignment determinism"""
    bucket = Fraction(int(assign(alert, BOTH).assignment_hash[:8], 16), 0xFFFFFFFF)
    for split in (one, other, 0, 100):
        found = assign(alert, replace(BOTH, split_percentage=split))
        expected = "A" if split == 0 or bucket < 1 - Fraction(split, 100) else "B"
        assert found.variant == expected
        assert abs(Fraction(found.bucket) - bucket) <= Fraction(1, 20_000)


@few
@given(alerts, engine_rules, engine_rules)
def test_a_replayed_signal_is_assigned_as_the_first_time_whatever_else_has_changed(
    alert: SignalReceived, rules: EngineRules, later: EngineRules
) -> None:
    """Orchestrator property: Deterministic variant assignment (replay)"""
    again = decode(SignalReceived, encode(alert))
    assert assign(again, rules) == assign(alert, rules)
    same_split = replace(
        later, engines=rules.engines, split_percentage=rules.split_percentage, policy_version=rules.policy_version
    )
    assert assign(again, same_split) == assign(alert, rules)


@few
@given(st.lists(alerts, min_size=1, max_size=5), worlds, phases, some_rules)
def test_a_signal_has_one_experiment_however_often_it_comes_and_shares_it_with_none(
    asked: list[SignalReceived], known: Any, phase: Any, rules: Any
) -> None:
    """Orchestrator property: Experiment creation idempotency"""
    desk = None
    experiments: dict[str, set[str]] = {}
    for alert in [*asked, *asked]:
        desk, events = judged(alert, known, phase, rules, desk=desk)
        for event in events:
            if hasattr(event, "experiment"):
                experiments.setdefault(event.signal_id, set()).add(event.experiment.experiment_id)  # type: ignore[attr-defined]  # of a proposal
    assert all(len(ids) == 1 for ids in experiments.values())
    assert len(set.union(set(), *experiments.values())) == len(experiments) <= len({alert.event_id for alert in asked})


@few
@given(endings)
def test_an_experiment_says_everything_by_which_it_can_be_understood(story: Told) -> None:
    """Orchestrator property: Experiment record completeness"""
    experiment, rules = story.decision.experiment, story.rules.engine
    assert story.proposal.experiment == experiment
    assert experiment == assign(story.alert, rules)
    assert experiment.experiment_id
    assert experiment.variant in rules.engines
    assert len(experiment.assignment_hash) == 64
    assert 0 <= experiment.bucket <= 1
    assert experiment.split_percentage == (rules.split_percentage if "B" in rules.engines else 0)
    assert experiment.policy_version == rules.policy_version


@few
@given(endings)
def test_every_decision_stands_under_one_policy_of_its_own_experiment(story: Told) -> None:
    """Orchestrator property: Execution policy record existence"""
    policy = story.decision.policy
    assert policy == story.proposal.policy == policy_for(story.decision.experiment, story.rules.engine)
    other = policy_for(assign(signal("another"), story.rules.engine), story.rules.engine)
    assert policy.policy_id
    assert policy.policy_id != other.policy_id
    assert policy.reason
    assert policy.executed_engine == (policy.executed_engines[0] if policy.executed_engines else None)


@few
@given(endings)
def test_the_policy_s_version_stands_on_experiment_and_policy(story: Told) -> None:
    """Orchestrator property: Policy version tracking"""
    version = story.rules.engine.policy_version
    for event in (story.proposal, story.decision):
        assert event.experiment.policy_version == event.policy.policy_version == version


@few
@given(stories)
def test_an_experiment_can_be_followed_from_the_agents_words_to_the_orders(story: Told) -> None:
    """Orchestrator property: Experiment traceability"""
    expected = assign(story.alert, story.rules.engine).experiment_id
    for event in parts(story):
        named = getattr(event, "experiment_id", None) or getattr(
            getattr(event, "experiment", None), "experiment_id", None
        )
        assert named in (None, expected)
        if isinstance(event, AgentReported | ShadowTrade) or event in story.orders:
            assert named == expected
        if hasattr(event, "signal_id"):
            assert event.signal_id == story.alert.event_id


@few
@given(endings)
def test_experiment_and_variant_go_along_with_everything_that_follows(story: Told) -> None:
    """Property 23: Experiment metadata propagation"""
    experiment = assign(story.alert, story.rules.engine)
    assert (story.proposal.experiment, story.decision.experiment) == (experiment, experiment)
    assert {report.experiment_id for report in of(AgentReported, story.desk)} <= {experiment.experiment_id}
    assert {trade.experiment_id for trade in of(ShadowTrade, story.desk)} <= {experiment.experiment_id}
    assert {order.experiment_id for order in story.orders} <= {experiment.experiment_id}


@few
@given(alerts, worlds, phases, some_rules)
def test_without_engine_b_it_is_neither_assigned_nor_asked_whatever_else_is_switched_on(
    alert: SignalReceived, known: Any, phase: Any, rules: Any
) -> None:
    """Property 22: Master feature flag override"""
    agents = replace(rules.engine.agents, orb=True, strat=True, ttm=True, satyland=True)
    off = replace(rules, engine=replace(rules.engine, engines=("A",), agents=agents))
    experiment = assign(alert, off.engine)
    policy = policy_for(experiment, off.engine)
    assert (experiment.variant, experiment.split_percentage) == ("A", 0)
    assert "B" not in (policy.executed_engine, policy.shadow_engine, *policy.executed_engines, *policy.shares)
    _, events = judged(alert, known, phase, off)
    assert all(report.engine == "A" for report in of(AgentReported, events))
    assert all(trade.engine == "A" for trade in of(ShadowTrade, events))
