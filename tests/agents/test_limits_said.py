"""What the gates of an account's limits say, and the sums that they go by."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import limits as gates
from agents.limits import equity, executing, exposure, positions
from schemas.decisions import EntryContext, GateResult
from tests.agents.accounts import (
    BOTH,
    LIMITS,
    NOBODY,
    Outcome,
    account,
    decide,
    holding,
    of_a,
    of_b,
    of_two,
    reservation,
)
from tests.agents.strategies import CALL, POLICY, few, proposal

SHARED = BOTH.model_copy(update={"shares": {"A": 60, "B": 40}})


def gate_of(name: str, found: Outcome) -> GateResult:
    return next(gate for gate in found.decision.gates if gate.gate == name)


@pytest.mark.parametrize(
    ("gate", "inputs", "bound", "detail"),
    [
        ("kill_switch", {"halted": "True"}, "not halted", "the account is halted: nothing is opened"),
        (
            "quantity",
            {"quantity": "0", "capital_share": "40"},
            "at least 1 contract",
            "nothing can be afforded, or the engine's share of the capital is too small for a contract",
        ),
        (
            "portfolio_guard",
            {"chop_score": "80.0000", "open_positions": "2"},
            "chop score under 80 while positions are held",
            "the market is too choppy to add to what is held",
        ),
        (
            "open_positions",
            {"open_positions": "2"},
            "fewer than 2",
            "the account holds, or has ordered, as many positions as it may",
        ),
        (
            "positions_per_symbol",
            {"symbol": "SPY", "open_positions": "1"},
            "fewer than 1",
            "the account holds, or has ordered, as many positions in the symbol as it may",
        ),
        (
            "duplicate_position",
            {"option_symbol": CALL},
            "one position a contract and engine",
            "the contract is held or ordered already",
        ),
        (
            "total_exposure",
            {"exposure": "450.00", "cost": "0.00"},
            "at most $400",
            "the order would carry the exposure past its limit",
        ),
        (
            "exposure_percent",
            {"exposure_percent": "45.00", "equity": "1000.00"},
            "at most 20 % of equity",
            "the order would carry the exposure past its share of equity",
        ),
        (
            "engine_exposure",
            {"engine": "A", "share": "60", "exposure": "300.00", "cost": "0.00"},
            "at most 60 % of $400",
            "the order would carry the engine's exposure past its share of the limit",
        ),
        (
            "engine_exposure_percent",
            {"engine": "A", "share": "60", "exposure_percent": "30.00", "equity": "1000.00"},
            "at most 60 % of 20 % of equity",
            "the order would carry the engine's exposure past its share of equity",
        ),
        (
            "daily_loss",
            {"day_realized_pnl": "-500.00"},
            "a loss under $100",
            "the day's loss has reached its limit",
        ),
        ("daily_trades", {"day_trades": "2"}, "fewer than 2", "the day's orders have reached their limit"),
    ],
)
def test_a_gate_that_blocks_says_what_it_looked_at(gate: str, inputs: dict[str, str], bound: str, detail: str) -> None:
    known = account(
        opening_equity=Decimal("1500.00"),
        realized_pnl=Decimal("-500.00"),
        day_realized_pnl=Decimal("-500.00"),
        day_trades=2,
        holdings=(holding(CALL, price="3.00"),),
        reservations=(reservation("Q1", symbol="QQQ", price="1.50", engine="B"),),
    )
    asked = of_two(of_a(quantity=0, capital_share=40), policy=SHARED, entry=EntryContext(chop_score=Decimal(80)))
    found = decide(
        known,
        asked,
        halted=True,
        open_positions_max=2,
        positions_per_symbol_max=1,
        exposure_max=Decimal(400),
        daily_loss_max=Decimal(100),
        daily_trades_max=2,
    )
    said = gate_of(gate, found)
    assert (said.verdict, said.inputs, said.limit, said.detail) == ("block", inputs, bound, detail)
    assert said.engine == "A"


def test_gates_that_let_through_have_their_bounds_and_no_complaint() -> None:
    found = decide(account())
    said = {gate.gate: (gate.verdict, gate.limit, gate.code, gate.detail) for gate in found.decision.gates[1:]}
    assert list(said) == [
        "kill_switch",
        "quantity",
        "portfolio_guard",
        "open_positions",
        "positions_per_symbol",
        "duplicate_position",
        "total_exposure",
        "exposure_percent",
        "daily_loss",
        "daily_trades",
    ]
    assert {(verdict, code, detail) for verdict, _, code, detail in said.values()} == {("pass", None, "")}
    assert said["portfolio_guard"][1] == "whole size under chop score 60"
    assert said["duplicate_position"][1] == "one position a contract"
    assert said["daily_trades"][1] == "no limit"
    assert all(gate.inputs and gate.engine is None for gate in found.decision.gates[1:])


def test_a_reduction_says_from_what_to_what() -> None:
    guard = gate_of("portfolio_guard", decide(account(), proposal(entry=EntryContext(chop_score=Decimal(60)))))
    assert decide(account()).decision.gates[3] == GateResult(
        gate="portfolio_guard",
        verdict="pass",
        inputs={"chop_score": "20.0000", "open_positions": "0"},
        limit="whole size under chop score 60",
    )
    assert (guard.limit, guard.detail, guard.code) == (
        "whole size under chop score 60",
        "quantity 9 becomes 4",
        None,
    )


def test_an_account_without_equity_carries_nothing() -> None:
    found = decide(account(realized_pnl=Decimal(-100_000)))
    assert found.decision.codes == ("exposure_exceeded",)
    assert gate_of("exposure_percent", found).inputs == {"exposure_percent": "no equity", "equity": "0.00"}


def test_a_share_of_equity_is_of_what_would_be_carried() -> None:
    known = account(holdings=(holding("Q1", price="10.00", engine="B"),), opening_equity=Decimal("100000.00"))
    found = decide(known, of_two(of_b(), policy=SHARED))
    for name in ("exposure_percent", "engine_exposure_percent"):
        assert gate_of(name, found).inputs["exposure_percent"] == "1.34"  # 1000 and 345, half to even
    poor = decide(account(opening_equity=Decimal("1.00")))
    assert gate_of("exposure_percent", poor).inputs == {"exposure_percent": "310500.00", "equity": "1.00"}


def test_sums_count_held_and_ordered_of_one_engine_or_of_all() -> None:
    known = account(
        holdings=(holding("a", price="2.00", quantity=3), holding("b", engine="B", symbol="QQQ")),
        reservations=(reservation("c", engine="B", price="1.5", quantity=2), reservation("d", symbol="IWM")),
        realized_pnl=Decimal("12.34"),
    )
    assert exposure(known) == Decimal("1100.00")
    assert exposure(known, engine="A") == Decimal("700.00")
    assert exposure(known, engine="B") == Decimal("400.00")
    assert positions(known) == {"SPY": 2, "QQQ": 1, "IWM": 1}
    assert equity(known) == Decimal("100012.34")


def test_a_position_that_makes_room_is_exposed_but_not_counted() -> None:
    known = account(holdings=(holding("a", price="2.00", is_closing=True), holding("b")))
    assert positions(known) == {"SPY": 1}
    assert exposure(known) == 300


def test_the_policy_says_who_trades() -> None:
    assert executing(BOTH) == ("A", "B")
    assert executing(POLICY) == ("A",)
    assert executing(NOBODY) == ()


@few
@given(
    share=st.integers(0, 100),
    held=st.integers(0, 8_000).map(lambda count: Decimal(count) / 100),
    price=st.integers(1, 8_000).map(lambda count: Decimal(count) / 100),
    most=st.sampled_from([Decimal(100), Decimal(5_000), Decimal(10_000)]),
    percent=st.sampled_from([Decimal(1), Decimal(10), Decimal(20)]),
)
def test_an_engine_keeps_to_its_share_of_both_limits(
    share: int, held: Decimal, price: Decimal, most: Decimal, percent: Decimal
) -> None:
    """Orchestrator property: Split capital percentage application"""
    policy = BOTH.model_copy(update={"shares": {"A": 100 - share, "B": share}})
    known = account(holdings=(holding("b", price=str(held), engine="B"),))
    bounds = replace(LIMITS, exposure_max=most, exposure_pct_max=percent)
    found = gates.limit_gates(known, of_b(entry_price=price), policy=policy, limits=bounds)
    after = (held + price) * 100
    by_name = {gate.gate: gate.verdict for gate in found}
    assert (by_name["engine_exposure"] == "pass") == (after <= most * share / 100)
    assert (by_name["engine_exposure_percent"] == "pass") == (after <= 100_000 * percent / 100 * share / 100)
    other = gates.limit_gates(known, of_a(entry_price=price), policy=policy, limits=bounds)
    own = next(gate for gate in other if gate.gate == "engine_exposure")
    assert (own.verdict == "pass") == (price * 100 <= most * (100 - share) / 100)
