from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.desk import Seen, on_signal
from agents.enrichment import context_hash
from agents.rules import ConfluenceRules, EngineRules, Rules, SessionRules
from schemas.codec import encode
from schemas.decisions import AgentReported, SignalEnriched, TradeProposed
from schemas.desks import DECIDED_MAX, Desk
from schemas.event import Event
from schemas.market import FlowTotals, Market, Quote
from schemas.operations import ClockAdvanced
from schemas.orders import ShadowTrade
from schemas.session import MarketSession
from schemas.signals import SignalReceived
from tests.agents.strategies import AT, CLOSED, DAY, SPY, bias, few, gex, market, micros, nanos, session, signal

BOTH = EngineRules(engines=("A", "B"), shadows=True)
OVERNIGHT = Rules(session=SessionRules(decision_only_when_closed=False))
OPEN_AT = session().next_open_at
BULLISH_FLOW = FlowTotals(
    day=DAY, entries=50, call_premium=Decimal(12_500_000), put_premium=Decimal(8_000_000), netflow=Decimal(4_500_000)
)
TREND = {"ema8": Decimal("595.10"), "ema21": Decimal("594.80"), "atr": Decimal("1.25")}
AGREED: dict[str, Any] = {"asked": signal(indicators=TREND), "known": market(flow=BULLISH_FLOW)}
"""A world in which both engines enter."""

worlds = st.sampled_from(
    [
        market(),
        Market(symbol=SPY),
        market(bias=None),
        market(bias=bias(trade_suppressed=True)),
        market(chain={}, quotes={}),
        market(last=Quote()),
        market(gex=gex(dealer_position="short_gamma")),
    ]
)
phases = st.sampled_from([session(), session(**CLOSED), session(minutes_to_close=3)])
all_rules = st.sampled_from(
    [
        Rules(),
        Rules(engine=EngineRules(app_mode="LIVE")),
        Rules(engine=EngineRules(engines=("A", "B"), split_percentage=100)),
        Rules(engine=BOTH),
        Rules(engine=replace(BOTH, execution_mode="SPLIT_CAPITAL")),
        Rules(engine=replace(BOTH, dual_paper=True)),
        Rules(engine=EngineRules(bias_required=False)),
    ]
)
alerts = st.builds(
    signal,
    st.sampled_from([f"sig-{number}" for number in range(6)]),
    direction=st.sampled_from(["long", "short"]),
    confidence=st.sampled_from([None, Decimal(10), Decimal(90)]),
    timestamp=st.sampled_from([AT, AT - timedelta(hours=1)]),
)


def seen(*, known: Market | None = None, phase: MarketSession | None = None, rules: Rules | None = None) -> Seen:
    return Seen(
        market=known or market(),
        session=phase or session(),
        view=lambda _: (rules or Rules(), None),
        read_positions={"price-ticks.v1-3": 41},
    )


def decided(
    asked: SignalReceived | None = None,
    *,
    known: Market | None = None,
    phase: MarketSession | None = None,
    rules: Rules | None = None,
    desk: Desk | None = None,
) -> tuple[Desk, tuple[Event, ...]]:
    return on_signal(desk or Desk(symbol=SPY), asked or signal(), seen=seen(known=known, phase=phase, rules=rules))


def proposals(events: tuple[Event, ...]) -> list[TradeProposed]:
    return [event for event in events if isinstance(event, TradeProposed)]


def proposed(**world: Any) -> TradeProposed:
    (proposal,) = proposals(decided(**world)[1])
    return proposal


def clock(at: datetime, kind: str = "minute") -> ClockAdvanced:
    return ClockAdvanced.model_validate({"event_id": f"clock-{at}", "occurred_at": at, "kind": kind})


@few
@given(st.lists(alerts, max_size=12), worlds, phases, all_rules)
def test_every_signal_gives_exactly_one_proposal_however_often_it_comes(
    asked: list[SignalReceived], known: Market, phase: MarketSession, rules: Rules
) -> None:
    desk = Desk(symbol=SPY)
    found: list[str] = []
    for alert in asked:
        desk, events = decided(alert, known=known, phase=phase, rules=rules, desk=desk)
        found += [proposal.signal_id for proposal in proposals(events)]
    assert found == list(dict.fromkeys(alert.event_id for alert in asked))
    assert desk.decided == tuple(found)


@few
@given(alerts, worlds, phases, all_rules)
def test_a_proposal_goes_on_only_with_a_recommendation_that_trades_and_without_codes(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    proposal = proposed(asked=alert, known=known, phase=phase, rules=rules)
    trading = [wanted for wanted in proposal.recommendations if not wanted.is_shadow]
    assert len(set(proposal.codes)) == len(proposal.codes)
    assert proposal.codes or trading
    leading = trading if proposal.policy.executed_engines else proposal.recommendations
    assert proposal.recommendation == (leading[0] if leading else None)
    assert [wanted.engine for wanted in trading] == [
        engine for engine in proposal.policy.executed_engines if engine in {wanted.engine for wanted in trading}
    ]
    shared = [gate.code for gate in proposal.gates if gate.engine is None and gate.code]
    assert set(shared) <= set(proposal.codes)


@few
@given(alerts, worlds, phases, all_rules)
def test_the_same_inputs_give_the_same_events_byte_for_byte(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    once = decided(alert, known=known, phase=phase, rules=rules)
    again = decided(
        SignalReceived.model_validate(alert.model_dump()),
        known=Market.model_validate(known.model_dump()),
        phase=replace(phase),
        rules=replace(rules),
    )
    assert again == once
    assert [encode(event) for event in again[1]] == [encode(event) for event in once[1]]


@few
@given(alerts, worlds, phases, all_rules)
def test_ids_derive_from_the_signal_alone(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    _, here = decided(alert, rules=rules)
    _, elsewhere = decided(alert, known=known, phase=phase, rules=rules)
    assert len({event.event_id for event in here}) == len(here)
    same = {type(event) for event in here} & {type(event) for event in elsewhere} - {AgentReported}
    for kind in same - {ShadowTrade}:
        assert [event.event_id for event in here if type(event) is kind] == [
            event.event_id for event in elsewhere if type(event) is kind
        ]
    _, others = decided(signal("another"), rules=rules)
    assert not {event.event_id for event in here} & {event.event_id for event in others}


@few
@given(alerts, worlds, phases, all_rules)
def test_one_context_stands_on_everything_that_is_said_of_a_signal(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    """Orchestrator property: Identical inputs to both engines"""
    _, events = decided(alert, known=known, phase=phase, rules=rules)
    enriched = events[0]
    assert isinstance(enriched, SignalEnriched)
    (proposal,) = proposals(events)
    reports = [event for event in events if isinstance(event, AgentReported)]
    assert enriched.context_hash == context_hash(enriched.context)
    hashes = {enriched.context_hash, proposal.context_hash} | {report.context_hash for report in reports}
    hashes |= {wanted.context_hash for wanted in proposal.recommendations}
    assert hashes == {enriched.context_hash}
    assert {event.occurred_at for event in events} == {alert.occurred_at}
    if enriched.context.price is not None:
        assert {report.engine for report in reports} == set(rules.engine.engines)


def test_only_the_newest_signals_are_remembered() -> None:
    desk = Desk(symbol=SPY, decided=tuple(f"old-{number}" for number in range(DECIDED_MAX)))
    desk, _ = decided(desk=desk)
    assert len(desk.decided) == DECIDED_MAX
    assert desk.decided[0] == "old-1"
    assert desk.decided[-1] == signal().event_id


LOW_FLOW = FlowTotals(day=DAY, entries=50, call_premium=Decimal(10), put_premium=Decimal(90), netflow=Decimal(-80))


@pytest.mark.parametrize(
    ("world", "codes"),
    [
        ({}, ()),
        ({"phase": session(**CLOSED)}, ("market_closed",)),
        (
            {"phase": session(**CLOSED), "asked": signal(timestamp=AT - timedelta(minutes=30, seconds=1))},
            ("signal_stale",),
        ),
        ({"phase": session(**CLOSED), "asked": signal(timestamp=AT - timedelta(minutes=30))}, ("market_closed",)),
        ({"phase": session(phase="premarket", minutes_to_close=None)}, ("market_closed",)),
        (
            {
                "phase": session(phase="premarket", minutes_to_close=None),
                "rules": Rules(session=SessionRules(allow_premarket=True)),
            },
            (),
        ),
        (
            {
                "phase": session(phase="afterhours", minutes_to_close=None),
                "rules": Rules(session=SessionRules(allow_afterhours=True)),
            },
            (),
        ),
        ({"asked": signal(timestamp=AT - timedelta(days=1))}, ()),
        ({"known": market(bias=None)}, ("no_recommendation", "no_bias_state")),
        (
            {"known": market(bias=None), "phase": session(**CLOSED)},
            ("market_closed", "no_recommendation", "no_bias_state"),
        ),
        ({"known": market(last=Quote())}, ("market_data_unavailable",)),
        (
            {"known": market(last=Quote(price=nanos("595.42"), traded_at=micros(-300.001)))},
            ("market_data_unavailable",),
        ),
        ({"known": market(last=Quote(price=nanos("595.42"), traded_at=micros(-300)))}, ()),
        ({"known": market(last=Quote(price=0, traded_at=micros()))}, ("market_data_unavailable",)),
        ({"known": market(last=Quote(price=nanos("595.42"), traded_at=micros(30)))}, ()),
        ({"known": market(last=Quote(price=nanos("595.42"), traded_at=micros(30.001)))}, ("processing_timeout",)),
        ({"known": market(quotes={}, chain={})}, ("market_data_unavailable",)),
        ({"known": market(flow=LOW_FLOW)}, ("confluence_below_threshold",)),
        (
            {
                "known": market(flow=LOW_FLOW),
                "rules": Rules(engine=EngineRules(confluence=ConfluenceRules(gate=False))),
            },
            (),
        ),
        ({"rules": Rules(engine=EngineRules(app_mode="LIVE"))}, ("shadow_only",)),
        ({"rules": Rules(engine=EngineRules(execution_mode="SHADOW_ONLY"))}, ("shadow_only",)),
        (
            {"rules": Rules(engine=EngineRules(app_mode="LIVE")), "known": market(bias=None)},
            ("no_recommendation", "no_bias_state", "shadow_only"),
        ),
    ],
)
def test_a_proposal_names_what_stops_it_the_orchestrators_word_first(
    world: dict[str, Any], codes: tuple[str, ...]
) -> None:
    assert proposed(**world).codes == codes


@few
@given(alerts, worlds, st.integers(0, 100), st.sampled_from(["BY_VARIANT", "ENGINE_A_PRIMARY", "ENGINE_B_PRIMARY"]))
def test_one_engine_trades_and_the_other_one_only_shadows(
    alert: SignalReceived, known: Market, split: int, mode: Any
) -> None:
    """Orchestrator property: Mutual exclusion of real trade execution"""
    rules = Rules(engine=replace(BOTH, split_percentage=split, execution_mode=mode))
    _, events = decided(alert, known=known, rules=rules)
    (proposal,) = proposals(events)
    for wanted in proposal.recommendations:
        assert wanted.is_shadow == (wanted.engine != proposal.policy.executed_engine)
    shadows = [event for event in events if isinstance(event, ShadowTrade)]
    assert {shadow.engine for shadow in shadows} <= {proposal.policy.shadow_engine}


@few
@given(alerts, worlds, phases, all_rules)
def test_a_shadow_trade_is_made_of_every_shadow_recommendation_that_could_have_traded(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    """Orchestrator property: Shadow trade creation requirement"""
    _, events = decided(alert, known=known, phase=phase, rules=rules)
    (proposal,) = proposals(events)
    shadows = [event for event in events if isinstance(event, ShadowTrade)]
    shared = {"market_session", "market_data", "processing_time", "confluence"}
    free = all(gate.verdict == "pass" for gate in proposal.gates if gate.gate in shared)
    wanted = [item for item in proposal.recommendations if item.is_shadow]
    assert [(item.engine, item.option_symbol, item.quantity) for item in shadows] == (
        [(item.engine, item.option_symbol, item.quantity) for item in wanted] if free and rules.engine.shadows else []
    )


def test_a_shadow_trade_says_whose_words_it_follows_from() -> None:
    rules = Rules(engine=BOTH)
    asked = AGREED["asked"]
    _, events = decided(asked, known=AGREED["known"], rules=rules)
    (proposal,) = proposals(events)
    (shadow,) = [event for event in events if isinstance(event, ShadowTrade)]
    wanted = proposal.recommendations[1]
    assert (wanted.engine, wanted.is_shadow, shadow.engine) == ("B", True, "B")
    assert shadow.contributing_agents == tuple(vote.agent_name for vote in wanted.agents)
    assert {"context", "technical", "risk", "gamma-flow"} <= set(shadow.contributing_agents)
    assert (shadow.meta_confidence, shadow.entry.agents) == (wanted.confidence, wanted.agents)
    assert shadow.entry.confidence == wanted.confidence
    assert shadow.entry_price == wanted.entry_price
    assert shadow.expires_at == AT + timedelta(minutes=5)
    assert shadow.dealer_decision is not None
    assert (shadow.signal_id, shadow.experiment_id) == (asked.event_id, proposal.experiment.experiment_id)
    assert (shadow.account_id, shadow.symbol, shadow.direction, shadow.type) == ("paper", SPY, "long", "call")
    assert shadow.position_id not in (shadow.event_id, "")


def test_what_the_idle_engine_wants_is_not_the_word_of_the_one_that_leads() -> None:
    holding = replace(BOTH, confidence_min=Decimal(95))
    proposal = proposed(**AGREED, rules=Rules(engine=holding))
    assert proposal.codes == ("no_recommendation", "entry_wait")
    assert [(wanted.engine, wanted.is_shadow) for wanted in proposal.recommendations] == [("B", True)]
    assert proposal.recommendation is None
    both = proposed(**AGREED, rules=Rules(engine=replace(holding, dual_paper=True)))
    assert both.codes == ()
    assert both.recommendation is not None
    assert (both.recommendation.engine, both.recommendation.is_shadow) == ("B", False)


def test_under_split_capital_both_engines_trade_their_share() -> None:
    rules = Rules(engine=replace(BOTH, execution_mode="SPLIT_CAPITAL", capital_split_percentage=40))
    _, events = decided(rules=rules, **AGREED)
    (proposal,) = proposals(events)
    whole = proposed(**AGREED).recommendation
    assert whole is not None
    found = {wanted.engine: wanted for wanted in proposal.recommendations}
    assert proposal.policy.execution_mode == "SPLIT_CAPITAL"
    assert (found["A"].quantity, found["A"].capital_share) == (whole.quantity * 60 // 100, 60)
    assert (found["B"].quantity, found["B"].capital_share) == (whole.quantity * 40 // 100, 40)
    assert not any(wanted.is_shadow for wanted in found.values())
    assert not [event for event in events if isinstance(event, ShadowTrade)]


def test_what_an_idle_engine_met_stands_beside_what_the_trading_one_met() -> None:
    proposal = proposed(rules=Rules(engine=BOTH))
    assert {gate.engine for gate in proposal.shadow_gates} == {"B"}
    assert {gate.engine for gate in proposal.gates} == {"A", None}
    live = proposed(rules=Rules(engine=replace(BOTH, app_mode="LIVE")))
    assert live.shadow_gates == ()
    assert {gate.engine for gate in live.gates} == {"A", "B", None}


def test_one_engine_that_trades_is_enough_when_both_do() -> None:
    unsure = signal(confidence=Decimal(10), indicators=TREND)
    proposal = proposed(asked=unsure, known=AGREED["known"], rules=Rules(engine=replace(BOTH, dual_paper=True)))
    assert [wanted.engine for wanted in proposal.recommendations] == ["B"]
    assert proposal.codes == ()
    assert "entry_wait" in [gate.code for gate in proposal.gates]


@pytest.mark.parametrize(("minutes", "code"), [(10, None), (9, "entry_wait")])
def test_near_the_close_neither_engine_enters(minutes: int, code: str | None) -> None:
    rules = Rules(engine=replace(BOTH, dual_paper=True))
    proposal = proposed(**AGREED, phase=session(minutes_to_close=minutes), rules=rules)
    found = {gate.engine: gate.code for gate in proposal.gates if gate.gate == "entry_tier_2_close"}
    assert found == {"A": code, "B": code}
    assert bool(proposal.recommendations) is (code is None)


def test_the_state_of_the_bias_at_entry_goes_along() -> None:
    flow = FlowTotals(day=DAY, entries=50, call_premium=Decimal(75), put_premium=Decimal(25), netflow=Decimal(50))
    entry = proposed(known=market(flow=flow)).entry
    assert (entry.bias_score, entry.regime_type, entry.mode_hint) == (72, "TRENDING", "BREAKOUT")
    assert (entry.macro_class, entry.acceleration_state_strength_delta) == ("RISK_ON", Decimal("0.15"))
    assert (entry.bias, entry.bias_confidence, entry.chop_score) == ("bullish", 75, 20)
    assert entry.confluence_score == 80
    alone = proposed(known=market(bias=None, flow=flow)).entry
    assert (alone.bias_score, alone.confluence_score) == (None, 80)


@pytest.mark.parametrize(
    ("alert", "biased", "expected"),
    [(Decimal(75), bias(), 75), (None, bias(confidence=Decimal(60)), 60), (None, None, None)],
)
def test_a_proposal_is_as_sure_as_its_alert_or_else_the_bias(alert: Any, biased: Any, expected: int | None) -> None:
    assert proposed(asked=signal(confidence=alert), known=market(bias=biased)).confidence == expected
