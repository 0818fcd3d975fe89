"""What holds of every signal on its way from a desk to an account."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.enrichment import context_hash
from agents.rules import Rules
from schemas.codec import decode, encode
from schemas.decisions import AgentReported, SignalEnriched, SignalUpdated
from schemas.market import Market
from schemas.orders import ShadowTrade
from schemas.session import MarketSession
from schemas.signals import SignalReceived
from tests.agents.deciding import Told, alerts, all_rules, endings, judged, of, parts, phases, stories, told, worlds
from tests.agents.strategies import DAY, few, market, session


def by_engine(story: Told, engine: str) -> tuple[Any, ...]:
    """Return what was said of an engine: its agents' words, its gates, its recommendation."""
    proposal = story.proposal
    gates = [gate for gate in (*proposal.gates, *proposal.shadow_gates) if gate.engine == engine]
    wanted = [
        item.model_copy(update={"is_shadow": False}) for item in proposal.recommendations if item.engine == engine
    ]
    return [report for report in of(AgentReported, story.desk) if report.engine == engine], gates, wanted


@few
@given(endings)
def test_a_decision_stands_on_one_context_that_its_hash_names(story: Told) -> None:
    """Orchestrator property: Market context creation"""
    enriched = story.enriched
    assert (enriched.signal_id, enriched.symbol) == (story.alert.event_id, story.alert.symbol)
    assert enriched.context_hash == context_hash(enriched.context)
    assert context_hash(decode(SignalEnriched, encode(enriched)).context) == enriched.context_hash
    assert story.proposal.context_hash == story.decision.context_hash == enriched.context_hash


@few
@given(alerts, worlds, phases, all_rules)
def test_what_the_market_knows_stands_in_the_context(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    """Property 9: Signal enrichment completeness"""
    enriched = of(SignalEnriched, judged(alert, known, phase, rules)[1])
    if not enriched:
        return
    context = enriched[0].context
    assert (context.at, context.session, context.day) == (alert.occurred_at, phase.phase, phase.day)
    assert context.minutes_to_close == phase.minutes_to_close
    assert context.reported_indicators == alert.indicators
    assert (context.bias, context.gex, context.flow) == (known.bias, known.gex, known.flow)
    assert context.listed_contracts == len(known.chain)
    assert (context.price is None) == (known.last.price == -1)
    assert (context.price_at is None) == (context.price is None)
    assert set(context.indicators) == set(known.series)
    assert (context.confluence is None) == (known.flow is None or known.flow.entries == 0)
    assert bool(context.contracts) == (context.price is not None)
    assert all(contract.listed == bool(known.chain) for contract in context.contracts)


@few
@given(endings)
def test_both_engines_judge_the_very_same_context_and_neither_sees_the_other(story: Told) -> None:
    """Orchestrator property: Identical inputs to both engines"""
    seen = {report.context_hash for report in of(AgentReported, story.desk)}
    seen |= {wanted.context_hash for wanted in story.proposal.recommendations}
    assert seen <= {story.enriched.context_hash}
    if not of(AgentReported, story.desk):
        return
    engine = replace(story.rules.engine, engines=("A",), execution_mode="ENGINE_A_PRIMARY", app_mode="PAPER")
    known = market_of(story)
    alone = told(story.alert, known, story_phase(story), replace(story.rules, engine=engine))
    if story.proposal.policy.shares.get("A", 100) == 100:
        assert by_engine(alone, "A") == by_engine(story, "A")


@few
@given(alerts, worlds, phases, all_rules)
def test_neither_the_signal_nor_the_market_is_changed_by_being_judged(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    """Orchestrator property: Signal immutability during distribution"""
    before, market_before = encode(alert), known.model_dump()
    story = told(alert, known, phase, rules)
    assert encode(alert) == before
    assert known.model_dump() == market_before
    for event in (alert, *parts(story)):
        for name in ("event_id", "occurred_at"):
            with pytest.raises(ValidationError):
                setattr(event, name, getattr(event, name))


@few
@given(stories)
def test_what_was_asked_of_whom_can_be_read_afterwards(story: Told) -> None:
    """Orchestrator property: Distribution audit trail"""
    updates = of(SignalUpdated, story.desk)
    if updates:
        assert [update.status for update in updates] == ["queued"]
        assert (updates[0].signal_id, len(story.desk)) == (story.alert.event_id, 1)
        return
    assert [type(event) for event in story.desk[:1]] == [SignalEnriched]
    asked = {report.engine for report in of(AgentReported, story.desk)}
    assert asked in (set(), set(story.rules.engine.engines))
    gates = (*story.proposal.gates, *story.proposal.shadow_gates)
    assert {gate.engine for gate in gates} - {None} == asked
    assert all(gate.code if gate.verdict == "block" else gate.code is None for gate in gates)
    for event in story.desk:
        assert (event.signal_id, event.account_id) == (story.alert.event_id, "paper")  # type: ignore[attr-defined]  # all of a signal
        assert event.occurred_at == story.alert.occurred_at


@few
@given(st.lists(alerts, min_size=1, max_size=5), st.lists(st.integers(0, 4), max_size=8), worlds, phases, all_rules)
def test_a_signal_that_was_taken_in_is_never_judged_again(
    asked: list[SignalReceived], repeats: list[int], known: Market, phase: MarketSession, rules: Rules
) -> None:
    """Orchestrator property: Processing lock during signal processing"""
    desk, taken = None, list[str]()
    for alert in [*asked, *(asked[number % len(asked)] for number in repeats)]:
        before = desk
        desk, events = judged(alert, known, phase, rules, desk=desk)
        if alert.event_id in taken:
            assert (desk, events) == (before, ())
        else:
            assert events
            taken.append(alert.event_id)
        assert desk.decided == tuple(taken)


@few
@given(st.lists(alerts, min_size=1, max_size=4), worlds, phases, all_rules)
def test_a_replay_from_the_topics_says_the_same_byte_for_byte(
    asked: list[SignalReceived], known: Market, phase: MarketSession, rules: Rules
) -> None:
    """Property 36: Signal processing replay"""
    first, second = list[bytes](), list[bytes]()
    for said, stream, seen in (
        (first, asked, known),
        (second, [decode(SignalReceived, encode(alert)) for alert in asked], Market.model_validate(known.model_dump())),
    ):
        desk = None
        for alert in stream:
            desk, _ = judged(alert, seen, phase, rules, desk=desk)
            story = told(alert, seen, phase, rules)
            said += [encode(event) for event in parts(story)]
    assert first == second


@few
@given(endings)
def test_an_approved_signal_has_its_order_and_no_other_has_one(story: Told) -> None:
    """Property 11: Approved signal order creation"""
    decision = story.decision
    assert (decision.status == "approved") == bool(story.orders) == (not decision.codes)
    assert tuple(order.event_id for order in story.orders) == decision.order_ids
    for order in story.orders:
        (wanted,) = [item for item in decision.recommendations if item.engine == order.engine]
        assert (order.side, order.order_type, order.signal_id) == ("buy_to_open", "paper", story.alert.event_id)
        assert order.quantity == wanted.quantity > 0
        assert order.limit_price == wanted.entry_price > 0
        for name in ("option_symbol", "strike", "expiration", "type", "direction"):
            assert getattr(order, name) == getattr(wanted, name)
        assert order.expiration > DAY
        assert order.expires_at == order.occurred_at + story.rules.limits.order_timeout


@few
@given(endings)
def test_only_engines_that_the_policy_lets_trade_are_traded(story: Told) -> None:
    """Orchestrator property: Execution policy enforcement"""
    executing = story.decision.policy.executed_engines
    for wanted in story.proposal.recommendations:
        assert wanted.is_shadow == (wanted.engine not in executing)
    assert {order.engine for order in story.orders} <= set(executing)
    assert not {trade.engine for trade in of(ShadowTrade, story.desk)} & set(executing)
    mode, engines = story.rules.engine.execution_mode, story.rules.engine.engines
    if story.rules.engine.app_mode == "PAPER" and mode == "ENGINE_A_PRIMARY":
        assert executing[0] == "A"
    if story.rules.engine.app_mode == "PAPER" and mode == "ENGINE_B_PRIMARY":
        assert executing[0] == ("B" if "B" in engines else "A")


@few
@given(endings, st.sampled_from(["live", "shadow_only"]))
def test_where_nobody_may_trade_no_order_is_made(story: Told, why: str) -> None:
    """Orchestrator property: Shadow-only mode safety"""
    changes: dict[str, Any] = {"app_mode": "LIVE"} if why == "live" else {"execution_mode": "SHADOW_ONLY"}
    rules = replace(story.rules, engine=replace(story.rules.engine, **changes))
    safe = told(story.alert, market_of(story), story_phase(story), rules)
    assert safe.orders == []
    assert safe.decision.status == "rejected"
    assert safe.decision.policy.execution_mode == "SHADOW_ONLY"
    assert (safe.decision.policy.executed_engine, safe.decision.policy.executed_engines) == (None, ())
    assert all(wanted.is_shadow for wanted in safe.decision.recommendations)
    assert "shadow_only" in safe.decision.codes


@few
@given(endings)
def test_a_signal_is_traded_by_one_engine_unless_both_were_asked_for(story: Told) -> None:
    """Orchestrator property: Mutual exclusion of real trade execution"""
    engine = story.rules.engine
    both = "B" in engine.engines and (engine.dual_paper or engine.execution_mode == "SPLIT_CAPITAL")
    assert len(story.orders) <= (2 if both else 1)
    assert len({order.engine for order in story.orders}) == len(story.orders)
    assert len({order.position_id for order in story.orders}) == len(story.orders)


@few
@given(endings)
def test_what_an_idle_engine_recommends_becomes_a_shadow_trade_where_they_are_wanted(story: Told) -> None:
    """Orchestrator property: Shadow trade creation requirement"""
    gates = [gate for gate in story.proposal.gates if gate.engine is None and gate.gate != "execution_policy"]
    wanted = [item for item in story.proposal.recommendations if item.is_shadow and item.quantity > 0]
    due = story.rules.engine.shadows and all(gate.verdict != "block" for gate in gates)
    shadows = of(ShadowTrade, story.desk)
    assert [(trade.engine, trade.option_symbol, trade.quantity) for trade in shadows] == (
        [(item.engine, item.option_symbol, item.quantity) for item in wanted] if due else []
    )


def story_phase(story: Told) -> MarketSession:
    context = story.enriched.context
    return session(phase=context.session, minutes_to_close=context.minutes_to_close)


def market_of(story: Told) -> Market:
    """Return a market of which the story's context is a view."""
    context = story.enriched.context
    known = market(bias=context.bias, gex=context.gex, flow=context.flow)
    if not context.listed_contracts:
        known = known.model_copy(update={"chain": {}, "chain_at": None, "quotes": {}})
    if context.price is None:
        known = known.model_copy(update={"last": Market(symbol=known.symbol).last})
    return known


@few
@given(endings)
def test_a_story_s_market_can_be_made_again(story: Told) -> None:
    assert told(story.alert, market_of(story), story_phase(story), story.rules).enriched == story.enriched
