from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.desk import on_signal
from agents.enrichment import context_hash
from agents.rules import EngineRules, Rules, SessionRules
from schemas.codec import encode
from schemas.decisions import AgentReported, SignalEnriched, TradeProposed
from schemas.desks import DECIDED_MAX, Desk
from schemas.event import Event
from schemas.market import Market, Quote
from schemas.session import MarketSession
from schemas.signals import SignalReceived
from tests.agents.strategies import AT, CLOSED, SPY, bias, few, market, session, signal

worlds = st.sampled_from(
    [
        market(),
        Market(symbol=SPY),
        market(bias=None),
        market(bias=bias(trade_suppressed=True)),
        market(chain={}, quotes={}),
        market(last=Quote()),
    ]
)
phases = st.sampled_from([session(), session(**CLOSED), session(minutes_to_close=3)])
all_rules = st.sampled_from(
    [
        Rules(),
        Rules(session=SessionRules(decision_only_when_closed=False)),
        Rules(engine=EngineRules(app_mode="LIVE")),
        Rules(engine=EngineRules(engines=("A", "B"), split_percentage=100)),
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


def decided(
    asked: SignalReceived | None = None,
    *,
    known: Market | None = None,
    phase: MarketSession | None = None,
    rules: Rules = Rules(),  # noqa: B008 -- frozen
    desk: Desk | None = None,
) -> tuple[Desk, tuple[Event, ...]]:
    return on_signal(
        desk or Desk(symbol=SPY),
        asked or signal(),
        market=known or market(),
        session=phase or session(),
        rules=rules,
        read_positions={"price-ticks.v1-3": 41},
    )


def proposed(**world: Any) -> TradeProposed:
    _, (_, _, proposal) = decided(**world)
    assert isinstance(proposal, TradeProposed)
    return proposal


@few
@given(st.lists(alerts, max_size=12), worlds, phases, all_rules)
def test_every_signal_gives_exactly_one_proposal_however_often_it_comes(
    asked: list[SignalReceived], known: Market, phase: MarketSession, rules: Rules
) -> None:
    desk = Desk(symbol=SPY)
    proposals: list[str] = []
    for alert in asked:
        desk, events = decided(alert, known=known, phase=phase, rules=rules, desk=desk)
        proposals += [event.signal_id for event in events if isinstance(event, TradeProposed)]
    assert proposals == list(dict.fromkeys(alert.event_id for alert in asked))
    assert desk.decided == tuple(proposals)


@few
@given(alerts, worlds, phases, all_rules)
def test_a_proposal_goes_on_only_with_a_recommendation_and_without_codes(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules
) -> None:
    proposal = proposed(asked=alert, known=known, phase=phase, rules=rules)
    assert len(set(proposal.codes)) == len(proposal.codes)
    blocked = [gate.code for gate in proposal.gates if gate.verdict == "block"]
    assert set(blocked) <= set(proposal.codes)
    assert set(proposal.codes) - set(blocked) <= {"no_recommendation"}
    assert proposal.codes or proposal.recommendation is not None
    assert (proposal.recommendation is None) == bool(set(blocked) - {"market_closed", "signal_stale", "shadow_only"})


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
@given(alerts, worlds, phases)
def test_ids_derive_from_the_signal_alone(alert: SignalReceived, known: Market, phase: MarketSession) -> None:
    _, here = decided(alert)
    _, elsewhere = decided(alert, known=known, phase=phase, rules=Rules(engine=EngineRules(app_mode="LIVE")))
    assert [event.event_id for event in here] == [event.event_id for event in elsewhere]
    assert len({event.event_id for event in here}) == 3
    _, others = decided(signal("another"))
    assert not {event.event_id for event in here} & {event.event_id for event in others}


@few
@given(alerts, worlds, phases)
def test_one_context_stands_on_everything_that_is_said_of_a_signal(
    alert: SignalReceived, known: Market, phase: MarketSession
) -> None:
    _, (enriched, report, proposal) = decided(alert, known=known, phase=phase)
    assert isinstance(enriched, SignalEnriched)
    assert isinstance(report, AgentReported)
    assert isinstance(proposal, TradeProposed)
    assert enriched.context_hash == context_hash(enriched.context)
    assert {enriched.context_hash, report.context_hash, proposal.context_hash} == {enriched.context_hash}
    assert {event.occurred_at for event in (enriched, report, proposal)} == {alert.occurred_at}
    assert {enriched.signal_id, report.signal_id, proposal.signal_id} == {alert.event_id}


def test_only_the_newest_signals_are_remembered() -> None:
    desk = Desk(symbol=SPY, decided=tuple(f"old-{number}" for number in range(DECIDED_MAX)))
    desk, _ = decided(desk=desk)
    assert len(desk.decided) == DECIDED_MAX
    assert desk.decided[0] == "old-1"
    assert desk.decided[-1] == signal().event_id


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
        ({"known": market(quotes={}, chain={})}, ("market_data_unavailable",)),
        ({"rules": Rules(engine=EngineRules(app_mode="LIVE"))}, ("shadow_only",)),
        ({"rules": Rules(engine=EngineRules(engines=("A", "B"), split_percentage=100))}, ("shadow_only",)),
    ],
)
def test_a_proposal_names_what_stops_it_the_orchestrators_word_first(
    world: dict[str, Any], codes: tuple[str, ...]
) -> None:
    assert proposed(**world).codes == codes


def test_what_another_engine_executes_is_a_shadow_here() -> None:
    proposal = proposed(rules=Rules(engine=EngineRules(engines=("A", "B"), split_percentage=100)))
    assert proposal.recommendation is not None
    assert proposal.recommendation.is_shadow
    alone = proposed()
    assert alone.recommendation is not None
    assert not alone.recommendation.is_shadow


def test_the_report_says_whether_the_engine_enters_and_how_sure_it_is() -> None:
    _, (_, entering, _) = decided()
    _, (_, holding, _) = decided(known=market(bias=bias(trade_suppressed=True, confidence=Decimal(60))))
    assert isinstance(entering, AgentReported)
    assert isinstance(holding, AgentReported)
    assert (entering.block, entering.metadata, entering.confidence) == (False, {"action": "ENTER"}, 75)
    assert (holding.block, holding.reasons, holding.confidence) == (True, ("trade_suppressed",), 60)
    assert entering.bias == "bullish"


def test_the_state_of_the_bias_at_entry_goes_along() -> None:
    entry = proposed().entry
    assert (entry.bias_score, entry.regime_type, entry.mode_hint) == (72, "TRENDING", "BREAKOUT")
    assert (entry.macro_class, entry.acceleration_state_strength_delta) == ("RISK_ON", Decimal("0.15"))
    assert proposed(known=market(bias=None)).entry.bias_score is None
