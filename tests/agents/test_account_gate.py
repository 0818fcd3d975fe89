"""A proposal ends in one decision: what is ordered, and what is said when nothing is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.account import opened
from agents.rules import RiskLimits, Rules
from schemas.accounts import Account
from schemas.decisions import (
    AgentVote,
    EntryContext,
    GateResult,
    TradeProposed,
)
from schemas.ids import derived_id
from schemas.orders import OrderPlaced
from tests.agents.accounts import (
    LIMITS,
    NOBODY,
    account,
    decide,
    of_a,
    of_b,
    of_two,
)
from tests.agents.strategies import AT, CALL, few, proposal, recommendation

RULES = Rules(limits=LIMITS)


def test_an_account_begins_with_its_equity_in_cash() -> None:
    known = opened("paper", RiskLimits(opening_equity=Decimal("1234.565")))
    assert known == Account(account_id="paper", opening_equity=Decimal("1234.56"), cash=Decimal("1234.56"))


def test_what_the_market_stage_stopped_is_rejected_with_its_codes_and_nothing_else() -> None:
    asked = proposal(recommendation=None, codes=("market_closed", "no_recommendation"))
    found = decide(account(), asked)
    assert (found.decision.codes, found.decision.rejection_reason) == (asked.codes, "market_closed")
    assert found.decision.gates == asked.gates
    assert found[2:] == ((), (), ())
    assert found.account == account()


def test_a_stopped_recommendation_stays_as_it_was_made() -> None:
    asked = of_two(codes=("signal_stale",))
    found = decide(account(), asked)
    assert found.decision.recommendations == asked.recommendations
    assert found.decision.recommendation == asked.recommendation
    assert (found.decision.status, found.orders) == ("rejected", ())


@pytest.mark.parametrize(
    ("asked", "code", "count"),
    [
        (proposal(recommendation=None), "no_recommendation", "0"),
        (proposal(recommendation=recommendation(is_shadow=True)), "shadow_only", "1"),
        (of_two(of_a(is_shadow=True), of_b(is_shadow=True)), "shadow_only", "2"),
        (of_two(policy=NOBODY), "shadow_only", "2"),
        (proposal(recommendation=of_b()), "shadow_only", "1"),  # A trades, and has recommended nothing
    ],
)
def test_a_proposal_that_nobody_trades_says_so(asked: TradeProposed, code: str, count: str) -> None:
    found = decide(account(), asked)
    assert found.decision.codes == (code,)
    assert found.decision.gates[len(asked.gates) :] == (
        GateResult(
            gate="execution_policy",
            verdict="block",
            inputs={"recommendations": count},
            limit="a recommendation of an engine that trades",
            code=code,
            detail="no engine that trades has recommended anything",
        ),
    )
    assert found[2:] == ((), (), ())


def test_what_is_let_through_is_reserved_before_the_next_one_asks() -> None:
    known, first, *_ = decide(account(), proposal("one"), open_positions_max=1)
    second = decide(known, proposal("two"), open_positions_max=1)
    assert (first.status, second.decision.status) == ("approved", "rejected")
    assert "duplicate_position" in second.decision.codes


def test_an_order_says_what_was_decided_and_when_it_expires() -> None:
    votes = (AgentVote(agent_name="context", agent_type="core", bias="bullish", confidence=70),)
    wanted = recommendation(confidence=75, agents=votes)
    asked = proposal(is_test=True, recommendation=wanted, entry=EntryContext(chop_score=Decimal(20)))
    found = decide(account(), asked)
    order_id = derived_id("order", asked.event_id)
    (order,) = found.orders
    assert order == OrderPlaced(
        event_id=order_id,
        occurred_at=AT,
        account_id="paper",
        symbol="SPY",
        option_symbol=CALL,
        strike=Decimal(596),
        expiration=recommendation().expiration,
        type="call",
        direction="long",
        engine="A",
        experiment_id="exp-001",
        signal_id=asked.signal_id,
        is_test=True,
        position_id=derived_id("position", order_id),
        client_order_id=f"ts-{order_id}",
        side="buy_to_open",
        order_type="paper",
        quantity=9,
        limit_price=Decimal("3.45"),
        expires_at=AT + timedelta(seconds=300),
        entry=EntryContext(chop_score=Decimal(20), confidence=75, agents=votes),
    )
    (reserved,) = found.account.reservations
    assert reserved.model_dump() == {
        "order_id": order_id,
        "position_id": order.position_id,
        "symbol": "SPY",
        "option_symbol": CALL,
        "quantity": 9,
        "price": Decimal("3.4500"),
        "engine": "A",
        "ordered_at": None,
    }
    assert found.account.day_trades == 1


def test_a_decision_carries_what_the_proposal_said() -> None:
    shadow_gates = (GateResult(gate="meta_decision", verdict="block", code="risk_agent_blocked", engine="B"),)
    asked = proposal(is_test=True, shadow_gates=shadow_gates)
    decision = decide(account(), asked).decision
    assert decision.model_dump(exclude={"gates", "order_id", "order_ids"}) == {
        "event_id": derived_id("decision", asked.event_id),
        "occurred_at": AT,
        "source": "",
        "sequence": 0,
        "account_id": "paper",
        "signal_id": asked.signal_id,
        "proposal_id": asked.event_id,
        "symbol": "SPY",
        "direction": "long",
        "timeframe": "5m",
        "is_test": True,
        "status": "approved",
        "rejection_reason": None,
        "codes": (),
        "context_hash": "c" * 64,
        "experiment": asked.experiment.model_dump(),
        "policy": asked.policy.model_dump(),
        "recommendation": recommendation().model_dump(),
        "recommendations": (recommendation().model_dump(),),
        "shadow_gates": tuple(gate.model_dump() for gate in shadow_gates),
    }
    assert decision.gates[: len(asked.gates)] == asked.gates


@few
@given(st.integers(1, 60_000), st.integers(1, 12))
def test_ids_derive_from_the_proposal(price: int, quantity: int) -> None:
    dearer = recommendation(quantity=quantity, entry_price=Decimal(price) / 10_000)
    for asked in (proposal("one"), proposal("one", recommendation=dearer)):
        found = decide(account(), asked)
        assert found.decision.event_id == derived_id("decision", asked.event_id)
        assert [order.event_id for order in found.orders] in ([], [derived_id("order", asked.event_id)])
