"""Which position makes room for a signal when the account is at its capacity, and when none does."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import ReplacementRules
from schemas.accounts import Account, Holding
from schemas.decisions import GateResult, TradeProposed
from schemas.ids import derived_id
from schemas.orders import CloseRequested
from tests.agents.accounts import Outcome, account, decide, holding, of_a, of_b, of_two, reservation
from tests.agents.strategies import AT, few, proposal, recommendation

RULES = ReplacementRules(enabled=True, close_near_target=True, close_aged=True)
HELD, AGED = AT - timedelta(minutes=15), AT - timedelta(hours=48)

near = holding("near", since=HELD, band="near_target")
aged = holding("aged", since=AGED, band="low")
middling = holding("middling", since=AGED - timedelta(days=9))


def confident(confidence: str | None = "70", **changes: Any) -> TradeProposed:
    known = None if confidence is None else Decimal(confidence)
    return proposal(**{"confidence": known, "recommendation": recommendation(quantity=1), **changes})


def full(*holdings: Holding, asked: TradeProposed | None = None, limits: dict[str, Any] | None = None) -> Outcome:
    """Put a proposal to an account that may hold no more than it does."""
    bounds: dict[str, Any] = {
        "open_positions_max": len(holdings),
        "positions_per_symbol_max": 9,
        "replacement": RULES,
        **(limits or {}),
    }
    return decide(account(holdings=holdings), asked or confident(), **bounds)


def closing(found: Outcome) -> list[str]:
    return [item.option_symbol for item in found.account.holdings if item.is_closing]


def test_a_position_near_its_target_makes_room() -> None:
    asked = confident()
    found = full(near, asked=asked)
    assert found.requests == (
        CloseRequested(
            event_id=derived_id("close-request", asked.event_id, near.position_id),
            occurred_at=AT,
            account_id="paper",
            symbol="SPY",
            position_id=near.position_id,
            reason="capacity_near_target",
            requested_by="account",
            quantity=None,
        ),
    )
    assert found.decision.status == "approved"
    assert len(found.orders) == 1
    assert closing(found) == ["near"]
    assert found.told[0].positions == {"SPY": 1}
    assert found.told[0].exposure == 445
    gates = {gate.gate: gate for gate in found.decision.gates}
    assert list(gates)[-1] == "capacity_replacement"
    assert gates["capacity_replacement"] == GateResult(
        gate="capacity_replacement",
        verdict="pass",
        inputs={
            "limit": "open_positions",
            "confidence": "70.0000",
            "position_id": near.position_id,
            "option_symbol": "near",
            "reason": "capacity_near_target",
        },
        limit="confidence 70, positions held for 0:15:00",
        detail=f"position {near.position_id} of near closes to make room",
    )
    assert gates["open_positions"].verdict == "pass"


def test_a_position_that_made_room_is_not_asked_again() -> None:
    known = full(near).account
    found = decide(known, confident(name="next"), open_positions_max=1, replacement=RULES)
    assert (found.requests, found.decision.status) == ((), "rejected")
    assert "max_open_positions_exceeded" in found.decision.codes


@pytest.mark.parametrize(
    ("holdings", "chosen", "reason"),
    [
        ((aged,), "aged", "capacity_aged"),
        ((aged, middling, near), "near", "capacity_near_target"),
        ((near, holding("older", since=HELD - timedelta(seconds=1), band="near_target")), "older", "near_target"),
        ((aged, holding("older", since=AGED - timedelta(seconds=1), band="low")), "older", "capacity_aged"),
        ((holding("old", since=AGED, band="near_target"),), "old", "capacity_near_target"),
        ((holding("closing", since=AGED, band="near_target", is_closing=True), near), "near", "near_target"),
    ],
)
def test_near_its_target_comes_before_aged_and_the_oldest_first(
    holdings: tuple[Holding, ...], chosen: str, reason: str
) -> None:
    counted = sum(not item.is_closing for item in holdings)
    found = full(*holdings, limits={"open_positions_max": counted})
    (request,) = found.requests
    assert request.position_id == next(item.position_id for item in holdings if item.option_symbol == chosen)
    assert request.reason.endswith(reason)


def test_of_two_of_one_age_the_smaller_id_makes_room() -> None:
    twins = [holding(name, since=HELD, band="near_target") for name in ("one", "two")]
    for holdings in (twins, twins[::-1]):
        assert full(*holdings).requests[0].position_id == min(item.position_id for item in twins)


@pytest.mark.parametrize(
    ("held", "rules", "asked"),
    [
        (near, {"enabled": False}, confident()),
        (near, {"close_near_target": False}, confident()),
        (aged, {"close_aged": False}, confident()),
        (near, {}, confident("69.9999")),
        (near, {}, confident(None)),
        (holding("new", since=HELD + timedelta(microseconds=1), band="near_target"), {}, confident()),
        (holding("young", since=AGED + timedelta(microseconds=1), band="low"), {}, confident()),
        (holding("untimed", since=None, band="near_target"), {}, confident()),
        (middling, {}, confident()),
    ],
)
def test_a_position_stays_when_it_may_not_make_room(held: Holding, rules: dict[str, Any], asked: TradeProposed) -> None:
    found = full(held, asked=asked, limits={"replacement": replace(RULES, **rules)})
    assert found.decision.codes == ("max_open_positions_exceeded",)
    assert found[2:] == ((), (), ())
    assert found.account == account(holdings=(held,))
    assert "capacity_replacement" not in {gate.gate for gate in found.decision.gates}


def test_an_aged_position_has_been_held_long_enough_as_well() -> None:
    rules = replace(RULES, hold_min=timedelta(hours=49))
    assert full(aged, limits={"replacement": rules}).requests == ()


def test_at_the_limit_of_a_symbol_a_position_of_that_symbol_makes_room() -> None:
    other = holding("other", symbol="QQQ", since=AGED, band="near_target")
    found = full(other, near, limits={"open_positions_max": 9, "positions_per_symbol_max": 1})
    assert closing(found) == ["near"]
    replaced = found.decision.gates[-1]
    assert replaced.inputs["limit"] == "positions_per_symbol"
    none = full(other, middling, limits={"open_positions_max": 9, "positions_per_symbol_max": 1})
    assert (none.requests, none.decision.codes) == ((), ("max_positions_per_symbol_exceeded",))


def test_room_in_the_symbol_is_room_in_all() -> None:
    other = holding("other", symbol="QQQ", since=AGED, band="near_target")
    found = full(other, near, limits={"positions_per_symbol_max": 1})
    assert closing(found) == ["near"]
    assert len(found.requests) == 1


def test_each_limit_may_cost_a_position() -> None:
    other = holding("other", symbol="QQQ", since=AGED, band="near_target")
    found = full(other, near, limits={"open_positions_max": 1, "positions_per_symbol_max": 1})
    assert [request.position_id for request in found.requests] == [near.position_id, other.position_id]
    assert [gate.inputs["limit"] for gate in found.decision.gates[-2:]] == ["positions_per_symbol", "open_positions"]
    assert closing(found) == ["other", "near"]
    assert len(found.orders) == 1


def test_a_limit_that_is_passed_by_more_than_one_position_costs_none() -> None:
    twins = [holding(name, since=HELD, band="near_target") for name in ("one", "two")]
    assert full(*twins, limits={"open_positions_max": 1}).requests == ()
    assert full(*twins, limits={"open_positions_max": 9, "positions_per_symbol_max": 1}).requests == ()


def test_nothing_closes_for_a_proposal_that_another_limit_stops() -> None:
    found = full(near, limits={"exposure_max": Decimal(444)})
    assert found.decision.codes == ("max_open_positions_exceeded", "exposure_exceeded")
    assert (found.requests, closing(found)) == ((), [])


def test_an_order_on_its_way_makes_no_room() -> None:
    known = account(reservations=(reservation("ordered"),))
    found = decide(known, confident(), open_positions_max=1, replacement=RULES)
    assert found.decision.codes == ("max_open_positions_exceeded",)


def test_the_limits_count_again_what_has_not_been_asked_to_close() -> None:
    assert full(near, limits={"open_positions_max": 2}).requests == ()


def test_one_position_makes_way_for_each_proposal_and_limit() -> None:
    twins = [holding(name, since=HELD, band="near_target") for name in ("one", "two")]
    asked = of_two(of_a(), of_b(), confidence=Decimal(70))
    found = full(*twins, asked=asked)
    assert [order.engine for order in found.orders] == ["A"]
    assert len(found.requests) == 1
    assert [(gate.gate, gate.engine) for gate in found.decision.gates if gate.gate == "capacity_replacement"] == [
        ("capacity_replacement", "A")
    ]


def test_the_second_engine_may_use_what_the_first_did_not() -> None:
    asked = of_two(of_a(quantity=0), of_b(), confidence=Decimal(70))
    found = full(near, asked=asked)
    assert [order.engine for order in found.orders] == ["B"]
    assert closing(found) == ["near"]


@few
@given(
    st.lists(
        st.builds(
            lambda n, symbol, hours, band, closing: holding(
                f"h{n}", symbol=symbol, since=AT - timedelta(hours=hours), band=band, is_closing=closing
            ),
            st.integers(0, 99),
            st.sampled_from(["SPY", "QQQ"]),
            st.sampled_from([0, 1, 47, 48, 90]),
            st.sampled_from(["low", "middle", "near_target"]),
            st.booleans(),
        ),
        max_size=6,
        unique_by=lambda item: item.position_id,
    ),
    st.integers(0, 4),
    st.integers(0, 3),
    st.sampled_from(["69", "70", "90"]),
)
def test_what_is_let_through_keeps_to_the_limits_and_what_closes_has_earned_it(
    holdings: list[Holding], most: int, per_symbol: int, confidence: str
) -> None:
    limits = {"open_positions_max": most, "positions_per_symbol_max": per_symbol}
    found = full(*holdings, asked=confident(confidence), limits=limits)
    asked_to_close = {request.position_id: request for request in found.requests}
    assert len(asked_to_close) == len(found.requests) <= 2
    before = {item.position_id: item for item in holdings}
    for position_id, request in asked_to_close.items():
        item = before[position_id]
        assert not item.is_closing
        assert item.band == ("near_target" if request.reason == "capacity_near_target" else "low")
        assert Decimal(confidence) >= 70
    if not found.orders:
        assert asked_to_close == {}
        assert counted(found.account) == counted(account(holdings=tuple(holdings)))
        return
    assert counted(found.account) <= most
    assert counted(found.account, "SPY") <= per_symbol


def counted(known: Account, symbol: str | None = None) -> int:
    held = [item.symbol for item in known.holdings if not item.is_closing]
    held += [item.symbol for item in known.reservations]
    return sum(symbol in (None, item) for item in held)
