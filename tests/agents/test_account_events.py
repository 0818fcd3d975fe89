"""What fills, failures and changes of positions make of an account, and what it tells of itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agents.account import on_account_event, on_proposal, snapshot
from agents.rules import Rules
from schemas.accounts import Account, AccountEvent, AccountSnapshot
from schemas.decisions import (
    DecisionMade,
)
from schemas.ids import derived_id
from tests.agents.accounts import (
    LIMITS,
    account,
    decide,
    holding,
    reservation,
)
from tests.agents.strategies import AT, CALL, DAY, OTHER_CALL, proposal, recommendation

RULES = Rules(limits=LIMITS)


def test_the_days_figures_start_again_with_the_exchanges_date_only() -> None:
    known = account(day_trades=3, day_realized_pnl=Decimal("-5.00"))
    late = proposal("late", occurred_at=AT + timedelta(days=2), recommendation=None, codes=("market_closed",))
    for day in (DAY, DAY - timedelta(days=1)):
        same = decide(known, late, day=day).account
        assert (same.day, same.day_trades, same.day_realized_pnl) == (DAY, 3, Decimal("-5.00"))
    after = decide(known, late, day=DAY + timedelta(days=1)).account
    assert (after.day, after.day_trades, after.day_realized_pnl) == (DAY + timedelta(days=1), 0, 0)
    assert after.realized_pnl == known.realized_pnl
    assert decide(account(day=None), late, day=DAY).account.day == DAY


def test_an_account_tells_of_itself_when_something_of_it_has_changed() -> None:
    found = decide(account(holdings=(holding("Q1", symbol="QQQ"),), realized_pnl=Decimal("10.00")))
    (told,) = found.told
    assert told == AccountSnapshot(
        event_id=derived_id("account-snapshot", "paper", proposal().event_id),
        occurred_at=AT,
        account_id="paper",
        positions={"SPY": 1, "QQQ": 1},
        positions_in_all=2,
        exposure=Decimal("3205.00"),
        equity=Decimal("100010.00"),
        halted=False,
    )
    assert snapshot(found.account, cause=proposal(), limits=LIMITS) == told


def test_a_proposal_that_changes_nothing_is_not_told_of() -> None:
    assert decide(account(), proposal(recommendation=None)).told == ()
    assert decide(account(), proposal(recommendation=None), day=DAY + timedelta(days=1)).told == ()


def test_a_kill_switch_is_told_of_when_it_turns_and_not_again() -> None:
    known, _, _, _, (told,) = decide(account(), halted=True)
    assert (told.halted, known.halted) == (True, True)
    assert decide(known, halted=True).told == ()
    known, _, _, _, (told,) = decide(known, proposal(recommendation=None))
    assert (told.halted, known.halted) == (False, False)


def happened(kind: str, **changes: Any) -> AccountEvent:
    return AccountEvent.model_validate(
        {
            "event_id": derived_id("account-event", kind),
            "occurred_at": AT + timedelta(seconds=2),
            "account_id": "paper",
            "kind": kind,
            "order_id": derived_id("order", CALL, "A"),
            "position_id": derived_id("position", CALL, "A"),
            "symbol": "SPY",
            "option_symbol": CALL,
            "quantity": 4,
            "price": Decimal("2.00"),
            **changes,
        }
    )


def tell(known: Account, event: AccountEvent, rules: Rules = RULES) -> tuple[Account, tuple[AccountSnapshot, ...]]:
    after, events = on_account_event(known, event, day=DAY, rules=rules)
    told = tuple(item for item in events if isinstance(item, AccountSnapshot))
    assert len(told) == len(events)
    return after, told


def test_a_fill_turns_a_reservation_into_a_holding() -> None:
    known = account(reservations=(reservation(CALL, quantity=4), reservation(OTHER_CALL)))
    event = happened("order_filled", engine="B")
    after, (told,) = tell(known, event)
    (held,) = after.holdings
    assert held.model_dump() == {
        "position_id": event.position_id,
        "symbol": "SPY",
        "option_symbol": CALL,
        "quantity": 4,
        "entry_price": Decimal("2.0000"),
        "engine": "B",
        "entry_timestamp": AT + timedelta(seconds=2),
        "band": "middle",
        "is_closing": False,
    }
    assert after.reservations == (reservation(OTHER_CALL),)
    assert after.cash == known.cash - 800
    assert (told.exposure, told.positions, told.occurred_at) == (900, {"SPY": 2}, event.occurred_at)
    assert told.event_id == derived_id("account-snapshot", "paper", event.event_id)
    assert tell(after, event) == (after, ())


def test_a_failed_order_gives_its_reservation_back() -> None:
    known = account(reservations=(reservation(CALL, quantity=4), reservation(OTHER_CALL)))
    after, (told,) = tell(known, happened("order_failed", price=None))
    assert after == known.model_copy(update={"reservations": (reservation(OTHER_CALL),)})
    assert told.positions == {"SPY": 1}
    assert tell(after, happened("order_failed", price=None)) == (after, ())


HELD = account(holdings=(holding(CALL, price="1.50", quantity=4), holding(OTHER_CALL)), cash=Decimal("10000.00"))


def test_a_reduced_position_keeps_the_rest() -> None:
    event = happened("position_reduced", quantity=3, realized_pnl=Decimal("150.00"))
    after, (told,) = tell(HELD, event)
    assert [item.quantity for item in after.holdings] == [1, 1]
    assert after.holdings[0].entry_price == Decimal("1.50")
    assert (after.cash, after.realized_pnl, after.day_realized_pnl) == (10_600, 150, 150)
    assert (told.exposure, told.equity, told.positions) == (250, 100_150, {"SPY": 2})


def test_a_closed_position_is_held_no_longer() -> None:
    known = HELD.model_copy(update={"realized_pnl": Decimal("5.00"), "day_realized_pnl": Decimal("3.00")})
    event = happened("position_closed", price=Decimal("1.00"), realized_pnl=Decimal("-200.00"))
    after, (told,) = tell(known, event)
    assert after.holdings == (holding(OTHER_CALL),)
    assert (after.cash, after.realized_pnl, after.day_realized_pnl) == (10_400, -195, -197)
    assert (told.exposure, told.equity, told.positions) == (100, 99_805, {"SPY": 1})
    assert tell(after, event) == (after, ())


def test_a_closing_fill_that_made_nothing_moves_cash_alone() -> None:
    after, _ = tell(HELD, happened("position_closed", price=Decimal("1.50")))
    assert (after.cash, after.realized_pnl) == (10_600, 0)


def test_a_band_is_noted_and_not_told_of() -> None:
    after, told = tell(HELD, happened("position_banded", band="near_target", price=None))
    assert [item.band for item in after.holdings] == ["near_target", "middle"]
    assert told == ()


@pytest.mark.parametrize("kind", ["position_reduced", "position_closed", "position_banded"])
def test_what_happens_to_a_position_that_is_gone_changes_nothing(kind: str) -> None:
    known = account(holdings=(holding(OTHER_CALL),))
    assert tell(known, happened(kind, realized_pnl=Decimal(5))) == (known, ())


def test_an_event_of_the_next_day_begins_the_days_figures_again() -> None:
    known = HELD.model_copy(update={"day_realized_pnl": Decimal("-50.00"), "day_trades": 2})
    event = happened("position_closed", realized_pnl=Decimal("200.00"))
    after, _ = on_account_event(known, event, day=DAY + timedelta(days=1), rules=RULES)
    assert (after.day_realized_pnl, after.day_trades, after.day) == (200, 0, DAY + timedelta(days=1))


def test_a_kill_switch_is_told_of_with_a_fill_too() -> None:
    halted = Rules(limits=replace(LIMITS, halted=True))
    after, (told,) = tell(HELD, happened("position_banded", band="low", price=None), halted)
    assert (told.halted, after.halted) == (True, True)


def test_a_proposal_of_the_first_version_is_its_one_recommendation() -> None:
    asked = proposal()
    assert asked.recommendations == ()
    _, events = on_proposal(account(), asked, day=DAY, rules=RULES)
    decision = events[0]
    assert isinstance(decision, DecisionMade)
    assert decision.recommendations == (recommendation(),)
    assert decision.order_ids == (derived_id("order", asked.event_id),)
