"""A signal all the way through desk and account: any alert, in any world, under any rules."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from agents.account import on_proposal, opened
from agents.desk import Seen, on_signal
from agents.rules import AgentRules, EngineRules, RiskLimits, Rules, SessionRules
from schemas.decisions import DecisionMade, SignalEnriched, TradeProposed
from schemas.desks import Desk
from schemas.event import Event
from schemas.market import Market, Quote
from schemas.orders import OrderPlaced
from schemas.session import MarketSession
from schemas.signals import SignalReceived
from tests.agents.contexts import flow
from tests.agents.strategies import AT, CLOSED, DAY, SPY, bias, gex, market, session, signal

E = TypeVar("E", bound=Event)

CONVINCED = AgentRules(approve_from=Decimal(0))
"""Engine B approves whatever its agents find."""

worlds = st.sampled_from(
    [
        market(flow=flow()),
        market(flow=flow()),
        market(flow=flow(netflow=Decimal(-8_000_000)), gex=gex(dealer_position="short_gamma")),
        market(bias=None),
        market(bias=bias(trade_suppressed=True)),
        market(chain={}, quotes={}),
        market(last=Quote()),
        Market(symbol=SPY),
    ]
)
phases = st.sampled_from([session(), session(), session(**CLOSED), session(minutes_to_close=3)])
alerts = st.builds(
    signal,
    st.text(max_size=8),
    direction=st.sampled_from(["long", "long", "short"]),
    timeframe=st.sampled_from(["1m", "5m", "1d"]),
    confidence=st.sampled_from([None, Decimal(10), Decimal(90)]),
    timestamp=st.sampled_from([AT, AT - timedelta(hours=1)]),
)
engine_rules = st.builds(
    EngineRules,
    engines=st.sampled_from([("A",), ("A", "B"), ("A", "B")]),
    split_percentage=st.sampled_from([0, 50, 100]),
    policy_version=st.sampled_from(["v1.0", "v1.1", "2026-02"]),
    app_mode=st.sampled_from(["PAPER", "PAPER", "PAPER", "LIVE"]),
    execution_mode=st.sampled_from(
        ["BY_VARIANT", "SHADOW_ONLY", "ENGINE_A_PRIMARY", "ENGINE_B_PRIMARY", "SPLIT_CAPITAL"]
    ),
    capital_split_percentage=st.sampled_from([0, 5, 50, 100]),
    dual_paper=st.booleans(),
    shadows=st.booleans(),
    bias_required=st.booleans(),
    agents=st.just(CONVINCED),
)
all_rules = st.builds(
    Rules,
    engine=engine_rules,
    session=st.builds(SessionRules, decision_only_when_closed=st.sampled_from([True, True, False])),
    limits=st.builds(
        RiskLimits,
        exposure_max=st.sampled_from([Decimal(500), Decimal(100_000), Decimal(100_000)]),
        halted=st.sampled_from([False] * 7 + [True]),
    ),
)


def judged(
    alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules, *, desk: Desk | None = None
) -> tuple[Desk, tuple[Event, ...]]:
    """Return what a desk makes of a signal, for an account of which nothing was told yet."""
    seen = Seen(market=known, session=phase, view=lambda _: (rules, None), read_positions={"price-ticks.v1-3": 41})
    return on_signal(desk or Desk(symbol=SPY), alert, seen=seen)


def of(model: type[E], events: tuple[Event, ...]) -> list[E]:
    return [event for event in events if isinstance(event, model)]


@dataclass(frozen=True)
class Told:
    """All that is said of one signal; nothing yet when it waits for the open."""

    alert: SignalReceived
    rules: Rules
    desk: tuple[Event, ...]
    account: tuple[Event, ...]

    @property
    def enriched(self) -> SignalEnriched:
        (event,) = of(SignalEnriched, self.desk)
        return event

    @property
    def proposal(self) -> TradeProposed:
        (event,) = of(TradeProposed, self.desk)
        return event

    @property
    def decision(self) -> DecisionMade:
        (event,) = of(DecisionMade, self.account)
        return event

    @property
    def orders(self) -> list[OrderPlaced]:
        return of(OrderPlaced, self.account)


def told(alert: SignalReceived, known: Market, phase: MarketSession, rules: Rules) -> Told:
    """Return what a desk and then a fresh account make of a signal."""
    _, events = judged(alert, known, phase, rules)
    after: list[Event] = []
    for proposal in of(TradeProposed, events):
        _, caused = on_proposal(opened(alert.account_id, rules.limits), proposal, day=DAY, rules=rules)
        after += caused
    return Told(alert, rules, events, tuple(after))


def decided(told_of: Told) -> bool:
    return bool(of(TradeProposed, told_of.desk))


_likely = st.builds(
    told,
    st.builds(signal, st.text(max_size=8), timeframe=st.sampled_from(["1m", "5m", "1d"])),
    st.just(market(flow=flow())),
    st.just(session()),
    all_rules,
)
"""Where nothing but the rules stands against a trade."""
stories: st.SearchStrategy[Told] = st.booleans().flatmap(
    lambda likely: _likely if likely else st.builds(told, alerts, worlds, phases, all_rules)
)
endings: st.SearchStrategy[Told] = stories.filter(decided)
"""Signals that have ended in a decision."""


def parts(told_of: Told) -> tuple[Any, ...]:
    """Return all events of a signal, the desk's first."""
    return (*told_of.desk, *told_of.account)
