"""Which engines have orders: one or two, the leading one first, and only those that the policy executes."""

from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from schemas.decisions import (
    AgentVote,
    Engine,
    EntryContext,
    ExecutionMode,
    ExecutionPolicy,
    Recommendation,
    TradeProposed,
)
from schemas.ids import derived_id
from tests.agents.accounts import (
    BOTH,
    NOBODY,
    account,
    decide,
    holding,
    of_a,
    of_b,
    of_two,
)
from tests.agents.strategies import CALL, POLICY, few, proposal, recommendation


def test_two_engines_have_an_order_each_and_one_decision() -> None:
    votes = (AgentVote(agent_name="technical", agent_type="core", bias="bullish", confidence=81),)
    asked = of_two(of_a(confidence=75), of_b(confidence=81, agents=votes), entry=EntryContext(chop_score=Decimal(1)))
    found = decide(account(), asked)
    first, second = found.orders
    assert (first.event_id, first.engine) == (derived_id("order", asked.event_id), "A")
    assert (second.event_id, second.engine) == (derived_id("order", asked.event_id, "B"), "B")
    assert second.position_id == derived_id("position", second.event_id)
    assert (found.decision.order_id, found.decision.order_ids) == (first.event_id, (first.event_id, second.event_id))
    assert found.decision.recommendations == asked.recommendations
    assert [item.engine for item in found.account.reservations] == ["A", "B"]
    assert found.account.day_trades == 2
    assert first.entry == EntryContext(chop_score=Decimal(1), confidence=75)
    assert second.entry == EntryContext(chop_score=Decimal(1), confidence=81, agents=votes)
    engines = [gate.engine for gate in found.decision.gates[1:]]
    assert engines == ["A"] * (len(engines) // 2) + ["B"] * (len(engines) // 2)


def test_the_leading_engine_is_asked_first_wherever_it_stands() -> None:
    made = (of_a(), of_b())
    asked = proposal(recommendation=made[1], recommendations=made, policy=BOTH)
    found = decide(account(), asked)
    assert [order.engine for order in found.orders] == ["B", "A"]
    assert found.orders[0].event_id == derived_id("order", asked.event_id)
    assert found.orders[1].event_id == derived_id("order", asked.event_id, "A")
    assert found.decision.recommendations == made
    assert found.decision.recommendation == made[1]


def test_an_engine_that_does_not_lead_may_trade_alone() -> None:
    asked = proposal(recommendation=None, symbol="SPY", recommendations=(of_b(),), policy=BOTH)
    found = decide(account(), asked)
    assert [order.event_id for order in found.orders] == [derived_id("order", asked.event_id, "B")]
    assert found.decision.recommendation is None
    assert found.decision.recommendations == (of_b(),)


def test_the_second_engine_meets_the_account_as_the_first_left_it() -> None:
    found = decide(account(), of_two(), open_positions_max=1)
    assert [order.engine for order in found.orders] == ["A"]
    assert (found.decision.status, found.decision.codes, found.decision.rejection_reason) == ("approved", (), None)
    blocked = [gate for gate in found.decision.gates if gate.verdict == "block"]
    assert [(gate.gate, gate.code, gate.engine) for gate in blocked] == [
        ("open_positions", "max_open_positions_exceeded", "B")
    ]


def test_the_second_engine_may_trade_where_the_first_may_not() -> None:
    asked = of_two(of_a(quantity=0), of_b())
    found = decide(account(), asked)
    assert [order.engine for order in found.orders] == ["B"]
    assert found.decision.order_id == derived_id("order", asked.event_id, "B")
    assert found.decision.recommendation == asked.recommendation


def test_when_neither_engine_may_trade_each_reason_is_named_once() -> None:
    known = account(holdings=(holding(CALL),), day_realized_pnl=Decimal(-1000))
    found = decide(known, of_two(of_a(), of_b(quantity=0)))
    assert found.decision.codes == ("duplicate_position", "max_daily_loss_exceeded", "risk_rejected")
    assert found.decision.rejection_reason == "duplicate_position"


def test_recommendations_of_a_decision_are_as_finally_sized() -> None:
    asked = of_two(of_a(quantity=4), of_b(quantity=5), entry=EntryContext(chop_score=Decimal(60)))
    found = decide(account(), asked)
    assert [item.quantity for item in found.decision.recommendations] == [2, 2]
    assert [order.quantity for order in found.orders] == [2, 2]
    assert found.decision.recommendation == found.decision.recommendations[0]


def test_a_shadow_recommendation_is_kept_and_not_traded() -> None:
    asked = proposal(recommendations=(recommendation(), of_b(is_shadow=True)))
    found = decide(account(), asked, position_size_max=5)
    assert [order.engine for order in found.orders] == ["A"]
    assert [item.quantity for item in found.decision.recommendations] == [5, 1]


made_up = st.builds(
    lambda engine, shadow, quantity: (of_a if engine == "A" else of_b)(is_shadow=shadow, quantity=quantity),
    st.sampled_from(get_args(Engine)),
    st.booleans(),
    st.integers(0, 3),
)
policies = st.builds(
    lambda mode, engines: ExecutionPolicy(
        policy_id="p",
        execution_mode=mode,
        executed_engine=engines[0] if engines else None,
        shadow_engine=None,
        reason="",
        policy_version="v1.0",
        executed_engines=engines,
    ),
    st.sampled_from(get_args(ExecutionMode)),
    st.sampled_from([(), ("A",), ("B",), ("A", "B"), ("B", "A")]),
)
recommended = st.lists(made_up, max_size=2, unique_by=lambda item: item.engine).map(tuple)


def asked_with(made: tuple[Recommendation, ...], policy: ExecutionPolicy) -> TradeProposed:
    return proposal(recommendation=made[0] if made else None, recommendations=made, policy=policy)


@few
@given(made=recommended, policy=policies)
def test_only_engines_that_the_policy_executes_have_orders(
    made: tuple[Recommendation, ...], policy: ExecutionPolicy
) -> None:
    """Orchestrator property: Execution policy enforcement"""
    found = decide(account(), asked_with(made, policy))
    wanted = {item.engine for item in made if not item.is_shadow and item.quantity}
    assert {order.engine for order in found.orders} == wanted & set(policy.executed_engines)


@few
@given(made=recommended, engine=st.sampled_from(get_args(Engine)))
def test_a_primary_engine_trades_alone(made: tuple[Recommendation, ...], engine: Engine) -> None:
    """Orchestrator property: Mutual exclusion of real trade execution"""
    policy = POLICY.model_copy(update={"execution_mode": f"ENGINE_{engine}_PRIMARY", "executed_engine": engine})
    found = decide(account(), asked_with(made, policy))
    assert [order.engine for order in found.orders] in ([], [engine])


@few
@given(made=recommended)
def test_under_shadow_only_nothing_is_ordered_or_reserved(made: tuple[Recommendation, ...]) -> None:
    """Orchestrator property: Shadow-only mode safety"""
    found = decide(account(), asked_with(made, NOBODY))
    assert found.orders == ()
    assert found.account == account()
    assert found.decision.codes == (("shadow_only",) if made else ("no_recommendation",))


@few
@given(
    made=recommended,
    policy=policies,
    stopped=st.sampled_from([(), ("market_closed",), ("no_recommendation", "no_bias_state")]),
    chop=st.sampled_from([Decimal(0), Decimal(60), Decimal(80)]),
    day_trades=st.integers(0, 2),
    lost=st.integers(0, 2),
    halted=st.booleans(),
    held=st.integers(0, 3),
)
def test_a_rejection_names_what_stopped_it(
    made: tuple[Recommendation, ...],
    policy: ExecutionPolicy,
    stopped: tuple[str, ...],
    chop: Decimal,
    day_trades: int,
    lost: int,
    halted: bool,
    held: int,
) -> None:
    """Property 10: Risk check attribution"""
    known = account(
        day_trades=day_trades,
        day_realized_pnl=Decimal(-lost),
        holdings=tuple(holding(f"h{n}") for n in range(held)),
    )
    asked = proposal(
        recommendation=made[0] if made else None,
        recommendations=made,
        policy=policy,
        codes=stopped,
        entry=EntryContext(chop_score=chop),
    )
    found = decide(known, asked, halted=halted, daily_trades_max=2, daily_loss_max=Decimal(2), open_positions_max=3)
    decision = found.decision
    if decision.status == "approved":
        assert decision.order_ids == tuple(order.event_id for order in found.orders) != ()
        assert (decision.codes, decision.rejection_reason) == ((), None)
        return
    assert found.orders == ()
    assert decision.codes
    assert decision.rejection_reason == decision.codes[0]
    assert len(set(decision.codes)) == len(decision.codes)
    if not stopped:
        assert set(decision.codes) == {gate.code for gate in decision.gates if gate.verdict == "block"}
