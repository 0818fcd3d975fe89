from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agents.entry_plan import Judgement
from agents.gates import execution_policy
from agents.judgement import Asked
from agents.proposal import entry_of, propose, shadow_trades
from agents.rules import RiskLimits, Rules
from schemas.decisions import (
    AgentVote,
    EntryContext,
    ExecutionPolicy,
    GateResult,
    Recommendation,
    TradeProposed,
)
from schemas.ids import derived_id
from schemas.orders import ShadowTrade
from tests.agents.contexts import context
from tests.agents.strategies import AT, CALL, EXPERIMENT, EXPIRATION, POLICY, SPY, bias, recommendation, signal

A_TRADES = POLICY.model_copy(update={"executed_engines": ("A",), "shadow_engine": "B"})
BOTH_TRADE = POLICY.model_copy(update={"executed_engines": ("B", "A")})
NOBODY_TRADES = POLICY.model_copy(
    update={"execution_mode": "SHADOW_ONLY", "executed_engine": None, "shadow_engine": "A", "executed_engines": ()}
)
VOTES = (
    AgentVote(agent_name="technical", agent_type="core", bias="bullish", confidence=72),
    AgentVote(agent_name="risk", agent_type="core", bias="neutral", confidence=50),
)
B_WANTS = recommendation(engine="B", quantity=1, confidence=67, agents=VOTES)
LATER = AT + timedelta(seconds=2)


def gate(code: str | None = None, *, engine: Any = None, name: str = "a_gate") -> GateResult:
    return GateResult(gate=name, verdict="block" if code else "pass", code=code, engine=engine)


def held(engine: Any, *codes: str) -> Judgement:
    return Judgement(engine, tuple(gate(code, engine=engine) for code in codes))


def wants(engine: Any, wanted: Recommendation | None = None) -> Judgement:
    return Judgement(engine, (gate(engine=engine),), wanted or recommendation(engine=engine))


def proposed(
    *judged: Judgement,
    policy: ExecutionPolicy = A_TRADES,
    shared: tuple[GateResult, ...] = (),
    known: Any = "the trace",
    **alert: Any,
) -> TradeProposed:
    return propose(
        signal(**alert),
        EXPERIMENT,
        policy,
        at=LATER,
        context=context() if known == "the trace" else known,
        context_hash="c" * 64,
        shared=shared,
        judged={judgement.engine: judgement for judgement in judged},
    )


def shadows(proposal: TradeProposed, rules: Rules | None = None) -> tuple[ShadowTrade, ...]:
    return shadow_trades(Asked(signal(), context(), "c" * 64, EXPERIMENT, proposal.policy, rules or Rules()), proposal)


def test_a_proposal_says_who_would_trade_what() -> None:
    shared = (gate(name="market_session"), gate(name="market_data"))
    made, idle = wants("A"), wants("B", B_WANTS)
    shadow = B_WANTS.model_copy(update={"is_shadow": True})
    assert proposed(idle, made, shared=shared, is_test=True, timeframe="15m", direction="short") == TradeProposed(
        event_id=derived_id("proposal", signal().event_id),
        occurred_at=LATER,
        account_id="paper",
        signal_id=signal().event_id,
        symbol=SPY,
        direction="short",
        timeframe="15m",
        is_test=True,
        context_hash="c" * 64,
        experiment=EXPERIMENT,
        policy=A_TRADES,
        gates=(*shared, *made.gates, execution_policy(A_TRADES)),
        codes=(),
        recommendation=recommendation(),
        entry=EntryContext(
            bias_score=Decimal(72),
            regime_type="TRENDING",
            mode_hint="BREAKOUT",
            macro_class="RISK_ON",
            acceleration_state_strength_delta=Decimal("0.15"),
            chop_score=Decimal(20),
            bias="bullish",
            bias_confidence=Decimal(75),
            confluence_score=Decimal(72),
        ),
        recommendations=(recommendation(), shadow),
        shadow_gates=idle.gates,
        confidence=Decimal(75),
    )


def test_the_leading_engine_comes_first_where_both_trade() -> None:
    a, b = wants("A"), wants("B", B_WANTS)
    proposal = proposed(a, b, policy=BOTH_TRADE)
    assert proposal.recommendation == B_WANTS
    assert proposal.recommendations == (B_WANTS, recommendation())
    assert proposal.gates == (*b.gates, *a.gates, execution_policy(BOTH_TRADE))
    assert proposal.shadow_gates == ()


def test_where_nobody_trades_what_the_engines_want_is_told_all_the_same() -> None:
    a, b = wants("A"), wants("B", B_WANTS)
    proposal = proposed(a, b, policy=NOBODY_TRADES)
    assert [(wanted.engine, wanted.is_shadow) for wanted in proposal.recommendations] == [("A", True), ("B", True)]
    assert proposal.recommendation == proposal.recommendations[0]
    assert proposal.gates == (*a.gates, *b.gates, execution_policy(NOBODY_TRADES))
    assert (proposal.shadow_gates, proposal.codes) == ((), ("shadow_only",))


@pytest.mark.parametrize(
    ("shared", "judged", "policy", "codes"),
    [
        ((), (), A_TRADES, ()),
        ((gate("market_closed"),), (), A_TRADES, ("market_closed",)),
        ((), (held("A", "entry_wait"),), A_TRADES, ("no_recommendation", "entry_wait")),
        ((gate("market_closed"),), (wants("A"),), A_TRADES, ("market_closed",)),
        (
            (gate("second"), gate("first"), gate(), gate("second")),
            (held("A", "third", "first", "third"),),
            A_TRADES,
            ("second", "first", "no_recommendation", "third"),
        ),
        ((), (held("A", "entry_wait"), wants("B")), A_TRADES, ("no_recommendation", "entry_wait")),
        ((), (held("A", "entry_wait"), wants("B")), BOTH_TRADE, ()),
        (
            (),
            (held("A", "entry_wait"), held("B", "gamma_conflict")),
            BOTH_TRADE,
            ("no_recommendation", "gamma_conflict", "entry_wait"),
        ),
        ((), (held("A", "market_data_unavailable"),), A_TRADES, ("market_data_unavailable",)),
        (
            (gate("market_closed"),),
            (held("A", "other", "processing_failed", "market_data_unavailable"),),
            A_TRADES,
            ("market_closed", "processing_failed", "market_data_unavailable"),
        ),
        ((), (held("A", "no_bias_state"),), NOBODY_TRADES, ("no_recommendation", "no_bias_state", "shadow_only")),
    ],
)
def test_codes_come_in_the_order_of_their_gates_and_once(
    shared: Any, judged: Any, policy: ExecutionPolicy, codes: tuple[str, ...]
) -> None:
    assert proposed(*judged, shared=shared, policy=policy).codes == codes


@pytest.mark.parametrize(
    ("alert", "known", "confidence"),
    [
        (Decimal(0), context(), Decimal(0)),
        (None, context(bias=bias(confidence=Decimal(61))), Decimal(61)),
        (None, context(bias=None), None),
        (None, None, None),
    ],
)
def test_the_alerts_confidence_goes_before_the_biass(alert: Any, known: Any, confidence: Any) -> None:
    assert proposed(confidence=alert, known=known).confidence == confidence


@pytest.mark.parametrize(
    ("known", "entry"),
    [
        (None, EntryContext()),
        (context(bias=None), EntryContext(confluence_score=Decimal(72))),
        (context(bias=None, confluence=None), EntryContext()),
    ],
)
def test_the_state_at_entry_is_what_was_known(known: Any, entry: EntryContext) -> None:
    assert proposed(known=known).entry == entry


def test_a_shadow_trade_is_the_idle_engines_recommendation() -> None:
    proposal = proposed(wants("A"), wants("B", B_WANTS), is_test=True)
    trade_id = derived_id("shadow-trade", proposal.event_id, "B")
    assert shadows(proposal, Rules(limits=RiskLimits(order_timeout=timedelta(seconds=90)))) == (
        ShadowTrade(
            event_id=trade_id,
            occurred_at=LATER,
            account_id="paper",
            symbol=SPY,
            option_symbol=CALL,
            strike=Decimal(596),
            expiration=EXPIRATION,
            type="call",
            direction="long",
            engine="B",
            experiment_id="exp-001",
            signal_id=signal().event_id,
            is_test=True,
            position_id=derived_id("position", trade_id),
            quantity=1,
            entry_price=Decimal("3.45"),
            expires_at=LATER + timedelta(seconds=90),
            contributing_agents=("technical", "risk"),
            meta_confidence=67,
            dealer_decision=context().dealer,
            entry=proposal.entry.model_copy(update={"agents": VOTES, "confidence": 67}),
        ),
    )


def test_a_recommendation_of_no_contracts_gives_no_shadow_trade() -> None:
    nothing = B_WANTS.model_copy(update={"quantity": 0})
    assert shadows(proposed(wants("A"), wants("B", nothing))) == ()


@pytest.mark.parametrize(
    ("shared", "engines"), [(gate("market_closed"), []), (gate(), ["A", "B"]), (gate("own", engine="A"), ["A", "B"])]
)
def test_only_what_stands_before_the_engines_stops_shadow_trades(shared: GateResult, engines: list[str]) -> None:
    proposal = proposed(wants("A"), wants("B"), shared=(shared,), policy=NOBODY_TRADES)
    assert [shadow.engine for shadow in shadows(proposal)] == engines


def test_the_entry_of_a_trade_bears_the_words_of_its_engine() -> None:
    assert entry_of(EntryContext(chop_score=Decimal(20)), B_WANTS) == EntryContext(
        chop_score=Decimal(20), agents=VOTES, confidence=67
    )
