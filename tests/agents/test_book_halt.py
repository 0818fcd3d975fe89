"""An account that is halted opens nothing: not even what it had ordered before."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.account import on_account_event, on_proposal
from agents.rules import ExitRules, RiskLimits, Rules
from schemas.accounts import AccountEvent
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated
from schemas.positions import Book
from tests.agents.accounts import account
from tests.agents.strategies import AT, CALL, DAY, PUT, SPY, few, nanos, order, proposal, quoted
from tests.agents.test_book import EMPTY, of, run
from tests.agents.test_book_shadow import shadow_of

LATER = AT + timedelta(seconds=2)
HALTED = Rules(limits=RiskLimits(halted=True))
QUOTE = quoted(CALL, "3.50", "3.54", seconds=3)


def test_an_order_that_waits_for_a_quote_is_given_up_when_its_account_is_halted() -> None:
    book, _ = run(EMPTY, [order(), order("two", option_symbol=PUT)])
    after, events = books.on_rules(book, at=LATER, rules=HALTED)
    assert after == EMPTY
    told = [type(event) for event in events]
    assert told == [OrderUpdated, AccountEvent, OrderUpdated, AccountEvent]
    updated, released = events[:2]
    assert isinstance(updated, OrderUpdated)
    assert (updated.order_id, updated.status, updated.reason) == (order().event_id, "failed", "kill_switch")
    assert updated.event_id == derived_id("order-update", order().event_id, "failed")
    assert isinstance(released, AccountEvent)
    assert (released.kind, released.order_id, released.reason) == ("order_failed", order().event_id, "kill_switch")
    assert {event.occurred_at for event in events} == {LATER}
    assert run(after, [QUOTE]) == (after, [])


def test_an_order_that_reaches_its_book_after_the_halt_fails_at_once() -> None:
    after, events = books.on_order(EMPTY, order(), halted=True)
    assert after == EMPTY
    assert [type(event) for event in events] == [OrderUpdated, AccountEvent]
    assert {event.occurred_at for event in events} == {order().occurred_at}
    assert books.on_order(EMPTY, order())[0].working == (order(),)


def test_exits_go_on_while_the_account_is_halted() -> None:
    book, _ = run(EMPTY, [order(), quoted(CALL, "3.50", "3.54", seconds=1)])
    book, (asked,) = run(book, [quoted(CALL, "5.28", "5.32", seconds=2)])
    assert isinstance(asked, OrderPlaced)
    assert books.on_rules(book, at=LATER, rules=HALTED) == (book, ())
    assert books.on_order(book, asked, halted=True) == (book, ())
    after, events = run(book, [quoted(CALL, "5.26", "5.30", seconds=4)])
    assert after.positions == ()
    assert [fill.side for fill in of(OrderFilled, events)] == ["sell_to_close"]


def test_what_the_kill_switch_is_not_about_stays() -> None:
    shadows, _ = books.on_shadow_trade(Book(account_id="paper", symbol=SPY, is_shadow=True), shadow_of(order()))
    assert len(shadows.working) == 1
    assert books.on_rules(shadows, at=LATER, rules=HALTED) == (shadows, ())


@pytest.mark.parametrize("halted", [False, True])
def test_other_rules_arm_positions_anew_and_only_a_halt_touches_orders(*, halted: bool) -> None:
    book, _ = run(EMPTY, [order(), quoted(CALL, "3.50", "3.54", seconds=1), order("two", option_symbol=PUT)])
    rules = Rules(exits=replace(ExitRules(), profit_target_pct=Decimal(5)), limits=RiskLimits(halted=halted))
    after, events = books.on_rules(book, at=LATER, rules=rules)
    assert [position.target_at_or_above for position in after.positions] == [nanos("3.696")]
    assert (len(after.working), len(events)) == ((0, 2) if halted else (1, 0))


@few
@given(st.lists(st.sampled_from([CALL, PUT]), min_size=1, max_size=4), st.booleans())
def test_nothing_is_bought_after_a_halt_and_the_account_has_its_room_back(symbols: list[str], before: bool) -> None:
    known, placed = account(), list[OrderPlaced]()
    for number, symbol in enumerate(symbols):
        known, events = on_proposal(known, proposal(f"sig-{number}"), day=DAY, rules=Rules())
        placed += [event.model_copy(update={"option_symbol": symbol}) for event in of(OrderPlaced, events)]
    book, said = EMPTY, list[Event]()
    for one in placed:
        book, events = books.on_order(book, one, halted=before)
        said += events
    if not before:
        book, events = books.on_halt(book, at=LATER)
        said += events
    assert placed
    assert known.reservations
    for told in of(AccountEvent, said):
        known, _ = on_account_event(known, told, day=DAY, rules=HALTED)
    assert known.reservations == ()
    assert run(book, [QUOTE, quoted(PUT, "2.00", "2.02", seconds=4)]) == (EMPTY, [])
