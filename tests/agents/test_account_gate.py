from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.account import on_proposal, opened
from agents.rules import RiskLimits, Rules
from schemas.accounts import Account, Holding
from schemas.decisions import DecisionMade, EntryContext, TradeProposed
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderPlaced
from tests.agents.strategies import AT, CALL, DAY, OTHER_CALL, few, proposal, recommendation

LIMITS = RiskLimits()


def account(**changes: Any) -> Account:
    return opened("paper", LIMITS).model_copy(update={"day": DAY, **changes})


def holding(option_symbol: str, *, symbol: str = "SPY", price: str = "1.00", quantity: int = 1) -> Holding:
    return Holding(
        position_id=derived_id("position", option_symbol),
        symbol=symbol,
        option_symbol=option_symbol,
        quantity=quantity,
        entry_price=Decimal(price),
    )


def decide(
    known: Account, asked: TradeProposed | None = None, *, day: date = DAY, **limits: Any
) -> tuple[Account, DecisionMade, Sequence[Event]]:
    rules = Rules(limits=replace(LIMITS, **limits))
    after, (decision, *orders) = on_proposal(known, asked or proposal(), day=day, rules=rules)
    assert isinstance(decision, DecisionMade)
    return after, decision, orders


@pytest.mark.parametrize(
    ("gate", "code", "known", "limits", "changes"),
    [
        (
            "open_positions",
            "max_open_positions_exceeded",
            account(holdings=tuple(holding(f"Q{n}", symbol="QQQ") for n in range(5))),
            {"open_positions_max": 5},
            {},
        ),
        (
            "positions_per_symbol",
            "max_positions_per_symbol_exceeded",
            account(holdings=(holding("one"), holding("two"), holding("three"))),
            {"positions_per_symbol_max": 3},
            {},
        ),
        ("duplicate_position", "duplicate_position", account(holdings=(holding(CALL),)), {}, {}),
        ("total_exposure", "exposure_exceeded", account(), {"exposure_max": Decimal("3104.99")}, {}),
        (
            "exposure_percent",
            "exposure_exceeded",
            account(opening_equity=Decimal("15000.00")),
            {"exposure_pct_max": Decimal("20.69")},
            {},
        ),
        ("daily_loss", "max_daily_loss_exceeded", account(day_realized_pnl=Decimal("-1000.00")), {}, {}),
        ("daily_trades", "max_daily_trades_exceeded", account(day_trades=7), {"daily_trades_max": 7}, {}),
        (
            "portfolio_guard",
            "portfolio_guard_block",
            account(holdings=(holding(OTHER_CALL),)),
            {},
            {"entry": EntryContext(chop_score=Decimal(80))},
        ),
    ],
)
def test_each_limit_blocks_for_its_reason_alone(
    gate: str, code: str, known: Account, limits: dict[str, Any], changes: dict[str, Any]
) -> None:
    after, decision, orders = decide(known, proposal(**changes), **limits)
    assert [(item.gate, item.code) for item in decision.gates if item.verdict == "block"] == [(gate, code)]
    assert (decision.status, decision.codes, decision.rejection_reason) == ("rejected", (code,), code)
    assert (decision.order_id, list(orders), after) == (None, [], known)


@pytest.mark.parametrize(
    ("known", "limits"),
    [
        (account(holdings=tuple(holding(f"Q{n}", symbol="QQQ") for n in range(4))), {}),
        (account(holdings=(holding("one"), holding("two"))), {}),
        (account(), {"exposure_max": Decimal("3105.00")}),
        (account(opening_equity=Decimal("15000.00")), {"exposure_pct_max": Decimal("20.70")}),
        (account(day_realized_pnl=Decimal("-999.99")), {}),
        (account(day_trades=6), {"daily_trades_max": 7}),
        (account(day_trades=600), {"daily_trades_max": 0}),
    ],
)
def test_at_its_edge_no_limit_blocks(known: Account, limits: dict[str, Any]) -> None:
    _, decision, orders = decide(known, **limits)
    assert decision.status == "approved"
    assert len(orders) == 1


def test_every_limit_that_is_passed_is_named_once() -> None:
    known = account(holdings=(holding(CALL, price="90.00"),), day_realized_pnl=Decimal(-2000), day_trades=1)
    _, decision, _ = decide(known, daily_trades_max=1, open_positions_max=1, positions_per_symbol_max=1)
    assert decision.codes == (
        "max_open_positions_exceeded",
        "max_positions_per_symbol_exceeded",
        "duplicate_position",
        "exposure_exceeded",
        "max_daily_loss_exceeded",
        "max_daily_trades_exceeded",
    )


def test_what_the_market_stage_stopped_is_rejected_with_its_codes_and_nothing_else() -> None:
    asked = proposal(recommendation=None, codes=("market_closed", "no_recommendation"))
    after, decision, orders = decide(account(), asked)
    assert (decision.codes, decision.rejection_reason) == (asked.codes, "market_closed")
    assert decision.gates == asked.gates
    assert (list(orders), after) == ([], account())


def test_a_decision_carries_the_gates_of_both_stages() -> None:
    asked = proposal()
    _, decision, _ = decide(account(), asked)
    assert decision.gates[: len(asked.gates)] == asked.gates
    assert [item.gate for item in decision.gates[len(asked.gates) :]] == [
        "portfolio_guard",
        "open_positions",
        "positions_per_symbol",
        "duplicate_position",
        "total_exposure",
        "exposure_percent",
        "daily_loss",
        "daily_trades",
    ]
    assert all(item.inputs and item.limit for item in decision.gates[len(asked.gates) :])


def test_what_is_let_through_is_reserved_before_the_next_one_asks() -> None:
    known, first, _ = decide(account(), proposal("one"), open_positions_max=1)
    _, second, _ = decide(known, proposal("two"), open_positions_max=1)
    assert (first.status, second.status) == ("approved", "rejected")
    assert "duplicate_position" in second.codes


@pytest.mark.parametrize(
    ("chop", "holdings", "verdict", "quantity"),
    [
        ("59.9999", (), "pass", 9),
        ("60", (), "reduce", 4),
        ("80", (), "reduce", 4),
        ("79.9999", (holding(OTHER_CALL),), "reduce", 4),
        ("80", (holding(OTHER_CALL),), "block", 9),
    ],
)
def test_the_guard_allows_reduces_or_blocks_by_chop_and_what_is_held(
    chop: str, holdings: tuple[Holding, ...], verdict: str, quantity: int
) -> None:
    asked = proposal(entry=EntryContext(chop_score=Decimal(chop)))
    _, decision, _ = decide(account(holdings=holdings), asked)
    guard = next(item for item in decision.gates if item.gate == "portfolio_guard")
    assert guard.verdict == verdict
    assert decision.recommendation is not None
    assert decision.recommendation.quantity == quantity


def test_without_the_guard_no_gate_speaks_of_it() -> None:
    _, decision, _ = decide(account(), portfolio_guard=False)
    assert "portfolio_guard" not in {item.gate for item in decision.gates}


def test_an_order_says_what_was_decided_and_when_it_expires() -> None:
    asked = proposal()
    _, decision, (order,) = decide(account(), asked)
    assert isinstance(order, OrderPlaced)
    assert (order.side, order.order_type, order.quantity, order.limit_price) == (
        "buy_to_open",
        "paper",
        9,
        Decimal("3.45"),
    )
    assert order.expires_at == AT + timedelta(seconds=300)
    assert (order.signal_id, order.experiment_id) == (asked.signal_id, asked.experiment.experiment_id)
    assert order.client_order_id == f"ts-{order.event_id}"
    assert decision.order_id == order.event_id
    assert order.entry == asked.entry


@few
@given(st.integers(1, 60_000), st.integers(1, 12))
def test_ids_derive_from_the_proposal(price: int, quantity: int) -> None:
    dearer = recommendation(quantity=quantity, entry_price=Decimal(price) / 10_000)
    for asked in (proposal("one"), proposal("one", recommendation=dearer)):
        _, events = on_proposal(account(), asked, day=DAY, rules=Rules())
        assert events[0].event_id == derived_id("decision", asked.event_id)
        assert [event.event_id for event in events[1:]] in ([], [derived_id("order", asked.event_id)])


def test_the_days_figures_start_again_with_the_exchanges_date_only() -> None:
    known = account(day_trades=3, day_realized_pnl=Decimal("-5.00"))
    late = proposal("late", occurred_at=AT + timedelta(days=2), recommendation=None, codes=("market_closed",))
    same, _, _ = decide(known, late, day=DAY)
    assert (same.day_trades, same.day_realized_pnl) == (3, Decimal("-5.00"))
    after, _, _ = decide(known, late, day=DAY + timedelta(days=1))
    assert (after.day, after.day_trades, after.day_realized_pnl) == (DAY + timedelta(days=1), 0, 0)
    assert after.realized_pnl == known.realized_pnl
