"""Each limit of an account, at its edge and past it."""

from decimal import Decimal
from typing import Any

import pytest

from schemas.accounts import Account, Holding
from schemas.decisions import EntryContext, GateResult, TradeProposed, Verdict
from tests.agents.accounts import (
    BOTH,
    Outcome,
    account,
    decide,
    holding,
    of_a,
    of_b,
    of_two,
    reservation,
)
from tests.agents.strategies import CALL, OTHER_CALL, proposal, recommendation

FIVE = tuple(holding(f"Q{n}", symbol="QQQ") for n in range(5))
SHARED = BOTH.model_copy(update={"shares": {"A": 60, "B": 40}})

BLOCKED: list[tuple[str, str, Account, dict[str, Any], TradeProposed]] = [
    ("kill_switch", "kill_switch", account(), {"halted": True}, proposal()),
    ("kill_switch", "kill_switch", account(), {"halted": True, "enabled": False}, proposal()),
    ("quantity", "risk_rejected", account(), {}, proposal(recommendation=recommendation(quantity=0))),
    ("quantity", "risk_rejected", account(), {"position_size_max": 0}, proposal()),
    (
        "portfolio_guard",
        "portfolio_guard_block",
        account(holdings=(holding(OTHER_CALL),)),
        {},
        proposal(entry=EntryContext(chop_score=Decimal(80))),
    ),
    (
        "portfolio_guard",
        "portfolio_guard_block",
        account(reservations=(reservation(OTHER_CALL),)),
        {"enabled": False},
        proposal(entry=EntryContext(chop_score=Decimal(80))),
    ),
    ("open_positions", "max_open_positions_exceeded", account(holdings=FIVE), {"open_positions_max": 5}, proposal()),
    (
        "positions_per_symbol",
        "max_positions_per_symbol_exceeded",
        account(holdings=(holding("one"), holding("two")), reservations=(reservation("three"),)),
        {"positions_per_symbol_max": 3},
        proposal(),
    ),
    ("duplicate_position", "duplicate_position", account(holdings=(holding(CALL, engine="B"),)), {}, proposal()),
    ("duplicate_position", "duplicate_position", account(reservations=(reservation(CALL),)), {}, proposal()),
    (
        "duplicate_position",
        "duplicate_position",
        account(holdings=(holding(CALL),)),
        {"enabled": False},
        proposal(),
    ),
    ("total_exposure", "exposure_exceeded", account(), {"exposure_max": Decimal("3104.99")}, proposal()),
    (
        "exposure_percent",
        "exposure_exceeded",
        account(opening_equity=Decimal("15000.00")),
        {"exposure_pct_max": Decimal("20.69")},
        proposal(),
    ),
    ("daily_loss", "max_daily_loss_exceeded", account(day_realized_pnl=Decimal("-1000.00")), {}, proposal()),
    ("daily_trades", "max_daily_trades_exceeded", account(day_trades=7), {"daily_trades_max": 7}, proposal()),
    (
        "engine_exposure",
        "exposure_exceeded",
        account(holdings=(holding("B", engine="B", price="36.56"),)),  # 3656 and 345 of 4000
        {},
        of_two(of_b(), policy=SHARED),
    ),
    (
        "engine_exposure_percent",
        "exposure_exceeded",
        account(holdings=(holding("B", engine="B", price="76.56"),)),  # 7656 and 345 of 20 % of 40 % of 100000
        {"exposure_max": Decimal(30_000)},
        of_two(of_b(), policy=SHARED),
    ),
]


@pytest.mark.parametrize(("gate", "code", "known", "limits", "asked"), BLOCKED)
def test_each_limit_blocks_for_its_reason_alone(
    gate: str, code: str, known: Account, limits: dict[str, Any], asked: TradeProposed
) -> None:
    found = decide(known, asked, **limits)
    assert found.blocks() == [(gate, code)]
    decision = found.decision
    assert (decision.status, decision.codes, decision.rejection_reason) == ("rejected", (code,), code)
    assert (decision.order_id, decision.order_ids, found.orders, found.requests) == (None, (), (), ())
    assert found.account.model_copy(update={"halted": False}) == known


def test_an_engine_without_a_share_of_the_capital_trades_nothing() -> None:
    policy = BOTH.model_copy(update={"shares": {"A": 100}})
    assert decide(account(), of_two(of_b(entry_price=Decimal("0.01")), policy=policy)).blocks() == [
        ("engine_exposure", "exposure_exceeded"),
        ("engine_exposure_percent", "exposure_exceeded"),
    ]


@pytest.mark.parametrize(
    ("known", "limits", "asked"),
    [
        (account(holdings=FIVE[:4]), {}, proposal()),
        (account(holdings=(*FIVE[:4], holding("Q9", symbol="QQQ", is_closing=True))), {}, proposal()),
        (account(holdings=(holding("one"), holding("two"))), {}, proposal()),
        (account(holdings=(holding("1"), holding("2"), holding("3", is_closing=True))), {}, proposal()),
        (account(), {"exposure_max": Decimal("3105.00")}, proposal()),
        (account(opening_equity=Decimal("15000.00")), {"exposure_pct_max": Decimal("20.70")}, proposal()),
        (account(day_realized_pnl=Decimal("-999.99")), {}, proposal()),
        (account(day_realized_pnl=Decimal("0.00")), {"daily_loss_max": Decimal(0)}, proposal()),
        (account(day_trades=6), {"daily_trades_max": 7}, proposal()),
        (account(day_trades=600), {"daily_trades_max": 0}, proposal()),
        (account(), {"daily_trades_max": 1}, proposal()),
        (account(), {"positions_per_symbol_max": 1, "open_positions_max": 1}, proposal()),
        (account(), {}, proposal(recommendation=recommendation(quantity=1))),
        (account(holdings=(holding(CALL, engine="B"),)), {}, of_two(of_a())),
        (account(holdings=(holding("B", engine="B", price="36.55"),)), {}, of_two(of_b(), policy=SHARED)),
        (account(holdings=(holding("A", price="60.00"),)), {}, of_two(of_b(), policy=SHARED)),
        (
            account(holdings=(holding("B", engine="B", price="76.55"),)),
            {"exposure_max": Decimal(30_000)},
            of_two(of_b(), policy=SHARED),
        ),
    ],
)
def test_at_its_edge_no_limit_blocks(known: Account, limits: dict[str, Any], asked: TradeProposed) -> None:
    found = decide(known, asked, **limits)
    assert found.blocks() == []
    assert found.decision.status == "approved"
    assert found.decision.codes == ()
    assert found.decision.rejection_reason is None
    assert len(found.orders) == 1


def test_every_limit_that_is_passed_is_named_once() -> None:
    known = account(holdings=(holding(CALL, price="90.00"),), day_realized_pnl=Decimal(-2000), day_trades=1)
    found = decide(known, daily_trades_max=1, open_positions_max=1, positions_per_symbol_max=1, halted=True)
    assert found.decision.codes == (
        "kill_switch",
        "max_open_positions_exceeded",
        "max_positions_per_symbol_exceeded",
        "duplicate_position",
        "exposure_exceeded",
        "max_daily_loss_exceeded",
        "max_daily_trades_exceeded",
    )


LIMITED = ("open_positions", "positions_per_symbol", "total_exposure", "exposure_percent", "daily_loss", "daily_trades")


def test_limits_that_are_disabled_block_nothing_and_say_so() -> None:
    known = account(
        holdings=(holding("Q1", price="900.00"),), day_realized_pnl=Decimal(-2000), day_trades=1, cash=Decimal(0)
    )
    tight: dict[str, Any] = {
        "daily_trades_max": 1,
        "open_positions_max": 1,
        "positions_per_symbol_max": 1,
        "position_size_max": 2,
    }
    found = decide(known, enabled=False, **tight)
    by_name = {gate.gate: gate for gate in found.decision.gates}
    for name in (*LIMITED, "position_size"):
        gate = by_name[name]
        assert (gate.verdict, gate.code, gate.detail) == ("pass", None, "limits are disabled")
        assert gate.inputs
        assert gate.limit
    assert by_name["duplicate_position"].detail == ""
    assert [order.quantity for order in found.orders] == [9]


def gate_of(name: str, found: Outcome) -> GateResult:
    return next(gate for gate in found.decision.gates if gate.gate == name)


@pytest.mark.parametrize(
    ("most", "verdict", "quantity", "detail"),
    [
        (8, "reduce", 8, "quantity 9 becomes 8"),
        (9, "pass", 9, ""),
        (10, "pass", 9, ""),
        (1, "reduce", 1, "quantity 9 becomes 1"),
    ],
)
def test_a_position_is_no_larger_than_its_limit(most: int, verdict: Verdict, quantity: int, detail: str) -> None:
    found = decide(account(), position_size_max=most)
    assert gate_of("position_size", found) == GateResult(
        gate="position_size",
        verdict=verdict,
        inputs={"quantity": "9"},
        limit=f"at most {most} contracts",
        detail=detail,
    )
    assert [order.quantity for order in found.orders] == [quantity]
    assert found.decision.recommendation is not None
    assert found.decision.recommendation.quantity == quantity


def test_the_guard_halves_what_the_position_size_has_left() -> None:
    found = decide(account(), proposal(entry=EntryContext(chop_score=Decimal(60))), position_size_max=6)
    assert [order.quantity for order in found.orders] == [3]


def test_the_guard_makes_nothing_out_of_nothing() -> None:
    asked = proposal(entry=EntryContext(chop_score=Decimal(60)), recommendation=recommendation(quantity=0))
    found = decide(account(), asked)
    assert found.blocks() == [("quantity", "risk_rejected")]
    assert found.decision.recommendation is not None
    assert found.decision.recommendation.quantity == 0


@pytest.mark.parametrize(
    ("chop", "holdings", "quantity", "verdict", "becomes"),
    [
        ("59.9999", (), 9, "pass", 9),
        ("60", (), 9, "reduce", 4),
        ("60", (), 1, "reduce", 1),
        ("60", (), 2, "reduce", 1),
        ("80", (), 9, "reduce", 4),
        ("79.9999", (holding(OTHER_CALL),), 9, "reduce", 4),
        ("80", (holding(OTHER_CALL),), 9, "block", 9),
        ("80", (holding(OTHER_CALL, is_closing=True),), 9, "block", 9),
    ],
)
def test_the_guard_allows_reduces_or_blocks_by_chop_and_what_is_held(
    chop: str, holdings: tuple[Holding, ...], quantity: int, verdict: str, becomes: int
) -> None:
    asked = proposal(entry=EntryContext(chop_score=Decimal(chop)), recommendation=recommendation(quantity=quantity))
    found = decide(account(holdings=holdings), asked)
    assert gate_of("portfolio_guard", found).verdict == verdict
    assert found.decision.recommendation is not None
    assert found.decision.recommendation.quantity == becomes


def test_without_the_guard_no_gate_speaks_of_it() -> None:
    asked = proposal(entry=EntryContext(chop_score=Decimal(90)))
    found = decide(account(holdings=(holding(OTHER_CALL),)), asked, portfolio_guard=False)
    assert "portfolio_guard" not in {gate.gate for gate in found.decision.gates}
    assert found.decision.status == "approved"


def test_a_chop_that_is_not_known_is_none() -> None:
    found = decide(account(holdings=(holding(OTHER_CALL),)), proposal(entry=EntryContext()))
    assert gate_of("portfolio_guard", found).inputs == {"chop_score": "0", "open_positions": "1"}
