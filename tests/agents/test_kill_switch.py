"""A kill switch that also closes: what is held goes, once, whoever else changes something meanwhile."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import book as books
from agents.controls import in_force, on_control, parse
from agents.rules import RiskLimits, Rules
from schemas.controls import Controls, InvalidControl
from schemas.ids import derived_id
from schemas.orders import CloseRequested, OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.positions import Book
from tests.agents.brokerage import executed, told
from tests.agents.changes import NONE, change
from tests.agents.strategies import AT, CALL, PUT, SPY, few, order, quoted
from tests.agents.test_book import EMPTY, of, opened, run
from tests.agents.test_book_shadow import shadow_of

LATER = AT + timedelta(seconds=5)
CLOSING = Rules(limits=RiskLimits(halted=True, closing="change-1"))


def test_what_is_held_is_closed_and_what_waits_to_be_bought_is_given_up() -> None:
    book = opened()
    book, _ = run(book, [order("two", option_symbol=PUT)])
    after, events = books.on_rules(book, at=LATER, rules=CLOSING)
    (request,) = of(CloseRequested, events)
    (exit_order,) = of(OrderPlaced, events)
    (dropped,) = of(OrderUpdated, events)
    assert request.event_id == derived_id("close-request", "change-1", book.positions[0].position_id)
    assert (request.reason, request.quantity, request.occurred_at) == ("kill_switch", None, LATER)
    assert (exit_order.exit_reason, exit_order.quantity, exit_order.side) == ("kill_switch", 9, "sell_to_close")
    assert (dropped.status, dropped.reason) == ("failed", "kill_switch")
    assert [position.status for position in after.positions] == ["closing"]
    _, later = run(after, [quoted(CALL, "3.50", "3.54", seconds=6)])
    assert [fill.price for fill in of(OrderFilled, later)] == [Decimal("3.52")]
    assert [trade.exit_reason for trade in of(TradeClosed, later)] == ["kill_switch"]


def test_the_request_that_comes_back_to_the_book_over_its_topic_changes_nothing() -> None:
    after, events = books.on_rules(opened(), at=LATER, rules=CLOSING)
    (request,) = of(CloseRequested, events)
    assert books.on_close_request(after, request, rules=CLOSING.exits) == (after, ())


def test_a_halt_that_closes_nothing_leaves_what_is_held() -> None:
    book = opened()
    assert books.on_rules(book, at=LATER, rules=Rules(limits=RiskLimits(halted=True))) == (book, ())


def test_a_shadow_position_stays() -> None:
    shadows, _ = run(Book(account_id="paper", symbol=SPY, is_shadow=True), [shadow_of(order())])
    shadows, _ = run(shadows, [quoted(CALL, "3.50", "3.54", seconds=1)])
    assert shadows.positions
    assert books.on_rules(shadows, at=LATER, rules=CLOSING) == (shadows, ())


def test_a_live_entry_that_works_is_asked_to_end_before_what_it_bought_is_sold() -> None:
    bought = order(order_type="live")
    book, _ = books.on_order(EMPTY, bought)
    bought_two = executed(bought, 2, "3.50", LATER)
    book, _ = books.on_order_update(book, bought_two, rules=CLOSING.exits)
    halted, events = books.on_rules(book, at=LATER, rules=CLOSING)
    assert [type(event).__name__ for event in events] == ["CancelRequested", "CloseRequested"]
    _, events = books.on_order_update(halted, told(bought, "canceled", LATER), rules=CLOSING.exits)
    (exit_order,) = of(OrderPlaced, events)
    assert (exit_order.exit_reason, exit_order.quantity, exit_order.pricing) == ("kill_switch", 2, "market")


@few
@given(
    st.lists(st.sampled_from(["change-1", "change-2", None]), min_size=1, max_size=5),
    st.lists(st.sampled_from([CALL, PUT]), unique=True, max_size=2),
)
def test_however_often_rules_come_each_contract_is_ordered_out_at_most_once(
    causes: list[str | None], contracts: list[str]
) -> None:
    book = EMPTY
    for number, contract in enumerate(contracts):
        book, _ = run(book, [order(str(number), option_symbol=contract)])
        book, _ = run(book, [quoted(contract, "3.50", "3.54", seconds=number + 1)])
    out: list[OrderPlaced] = []
    for cause in causes:
        rules = Rules(limits=RiskLimits(halted=cause is not None, closing=cause))
        book, events = books.on_rules(book, at=LATER, rules=rules)
        out += of(OrderPlaced, events)
    expected = sorted(contracts) if any(causes) else []
    assert sorted(placed.option_symbol for placed in out) == expected
    assert sum(placed.quantity for placed in out) == 9 * len(expected)


def test_the_newest_change_that_closes_is_the_one_in_force_and_its_own_account_alone_goes_by_it() -> None:
    mine = change("kill_switch.paper", '{"halted": true, "close": true, "reason": "enough"}', seconds=1)
    everyone = change("kill_switch", '{"halted": true, "close": true}', seconds=2)
    controls = on_control(NONE, mine)
    assert in_force(Rules(), controls, account_id="paper").limits.closing == mine.event_id
    assert in_force(Rules(), controls, account_id="other").limits == Rules().limits
    controls = on_control(controls, everyone)
    assert in_force(Rules(), controls, account_id="paper").limits.closing == everyone.event_id
    assert in_force(Rules(), controls, account_id="other").limits.closing == everyone.event_id


def test_going_on_ends_halt_and_closing() -> None:
    controls = Controls(partition=0)
    for seconds, value in enumerate(('{"halted": true, "close": true}', '{"halted": false}')):
        controls = on_control(controls, change("kill_switch.paper", value, seconds=seconds))
    assert in_force(Rules(), controls, account_id="paper").limits == Rules().limits


def test_to_close_without_a_halt_is_no_kill_switch() -> None:
    with pytest.raises(InvalidControl, match="only what is halted is closed"):
        parse(change("kill_switch", '{"halted": false, "close": true}'))
