"""Live exits that end without what they were to sell, and those that are of more than is left."""

import pytest

from agents.quiet import quiet_marks
from schemas.accounts import AccountEvent
from schemas.ids import derived_id
from schemas.orders import OrderFilled, OrderPlaced, TradeClosed
from schemas.positions import Book
from tests.agents.brokerage import busted, executed, told
from tests.agents.live_cases import (
    LIVE,
    after,
    canceled,
    closing,
    exit_of,
    holding,
    position,
    requests,
    tick,
    update,
)
from tests.agents.strategies import CALL, SPY, traded
from tests.agents.test_book import clock, of, run


@pytest.mark.parametrize("status", ["canceled", "expired"])
def test_an_exit_that_ended_by_itself_opens_the_position_again(status: str) -> None:
    book, asked = closing("5.30")
    book, _ = update(book, executed(asked, 4, "5.30", after(61)))
    book, (event,) = update(book, told(asked, status, after(62), filled_quantity=4))
    assert isinstance(event, AccountEvent)
    assert (event.kind, event.quantity, event.reason, event.order_id) == ("order_failed", 5, status, asked.event_id)
    held = position(book)
    assert (held.status, held.exit_reason, held.exit_order_id) == ("open", None, None)
    assert (held.available, held.retry_at, held.follow_ups) == (5, after(67), 0)
    assert (book.working, book.live) == ((), {})
    # not at each tick, as the broker may end the next one too: judged again a step later, and once
    book, events = tick(book, traded(CALL, "5.30", seconds=63), traded(CALL, "5.30", seconds=66.9))
    assert events == []
    book, events = tick(book, traded(CALL, "5.30", seconds=67), traded(CALL, "5.30", seconds=67.5))
    (again,) = of(OrderPlaced, events)
    assert (again.quantity, again.step) == (5, 0)
    assert again.event_id == derived_id("order", LIVE.position_id, "exit", 1)
    book, events = update(book, executed(again, 5, "5.30", after(68)))
    assert [trade.partial_exits for trade in of(TradeClosed, events)] == [1]


def test_an_exit_that_was_asked_to_end_and_expired_opens_the_position_again() -> None:
    book, asked = closing("5.30")
    book, _ = tick(book, traded(SPY, "595", seconds=65))
    book, (event,) = update(book, told(asked, "expired", after(66)))
    assert event.kind == "order_failed"
    assert position(book).status == "open"


def test_a_refused_exit_is_asked_for_again_from_the_next_full_minute_on() -> None:
    book, asked = closing("1.00", seconds=70)
    book, (event,) = update(book, told(asked, "failed", after(71.5), reason="nothing_to_sell"))
    assert (event.kind, event.reason, event.quantity) == ("order_failed", "nothing_to_sell", 9)
    held = position(book)
    assert (held.status, held.retry_at, held.follow_ups) == ("open", after(120), 1)
    assert tick(book, *(traded(CALL, "1.00", seconds=72 + count) for count in range(40))) == (book, [])
    assert quiet_marks(book, None)[0] == quiet_marks(book, after(119))[0] == {}
    assert quiet_marks(book, None)[1] == quiet_marks(book, after(119))[1] == int(after(120).timestamp()) * 1_000_000
    again, (second,) = tick(book, traded(CALL, "1.00", seconds=119.9), traded(CALL, "1.00", seconds=120))
    assert isinstance(second, OrderPlaced)
    assert (second.exit_reason, second.occurred_at) == ("stop_loss", after(120))
    assert position(again).retry_at is None
    # in between the price may have come back
    calm, events = tick(book, traded(CALL, "3.60", seconds=121), traded(CALL, "3.50", seconds=122))
    assert (events, position(calm).retry_at, position(calm).status) == ([], None, "open")
    assert CALL in quiet_marks(calm, None)[0]
    # the last sale counts as the only exit
    _, events = update(again, executed(second, 9, "1.00", after(121)))
    assert [trade.partial_exits for trade in of(TradeClosed, events)] == [0]


def test_time_alone_does_not_hurry_a_refused_exit() -> None:
    book, _ = run(holding(), [clock(after(121 * 3_600))])
    book, _ = update(book, told(exit_of(book), "failed", after(121 * 3_600)))
    assert position(book).retry_at == after(121 * 3_600 + 60)
    assert run(book, [clock(after(121 * 3_600 + 59))]) == (book, [])
    _, events = run(book, [clock(after(121 * 3_600 + 60))])
    assert [event.exit_reason for event in of(OrderPlaced, events)] == ["max_hold_time"]


def test_a_refused_part_does_not_hold_up_the_exit_of_the_rest() -> None:
    book, part = closing("4.50")
    assert (part.exit_reason, part.quantity, position(book).leaving) == ("partial_profit", 5, 5)
    book, _ = update(book, told(part, "failed", after(61)))
    held = position(book)
    assert (held.retry_at, held.leaving, held.available, held.status) == (None, 0, 9, "open")
    _, events = tick(book, traded(CALL, "1.00", seconds=62))
    assert [(event.exit_reason, event.quantity) for event in of(OrderPlaced, events)] == [("stop_loss", 9)]


def test_a_part_on_its_way_and_the_exit_of_the_rest_end_in_either_order() -> None:
    book, part = closing("4.50")
    book, events = tick(book, traded(CALL, "1.00", seconds=61))
    (rest,) = of(OrderPlaced, events)
    assert (rest.quantity, position(book).status, position(book).leaving) == (4, "closing", 5)
    first, _ = update(book, executed(rest, 4, "1.00", after(62)))
    held = position(first)
    assert (held.status, held.quantity, held.leaving, held.available) == ("open", 5, 5, 0)
    _, events = update(first, executed(part, 5, "4.50", after(63)))
    assert [trade.exit_reason for trade in of(TradeClosed, events)] == ["partial_profit"]
    second, _ = update(book, executed(part, 2, "4.50", after(62)))
    held = position(second)
    assert (held.status, held.quantity, held.leaving) == ("closing", 7, 3)
    failed, _ = update(second, told(part, "canceled", after(63), filled_quantity=2))
    held = position(failed)
    assert (held.status, held.leaving, held.available, held.exit_order_id) == ("open", 4, 3, None)


def test_exits_of_more_than_is_left_are_asked_to_end_and_go_on_with_what_is() -> None:
    book, asked = closing("5.30", book=holding((4, "3.40"), (5, "3.60")))
    entry = LIVE
    book, events = update(book, busted(entry, 4, "3.40", after(61)))
    assert requests(events) == [(asked.event_id, "position_is_smaller")]
    held = position(book)
    assert (held.quantity, held.status, held.leaving, held.available) == (5, "closing", 0, 0)
    book, (smaller,) = update(book, canceled(asked, 62))
    assert (smaller.quantity, smaller.step, position(book).exit_order_id) == (5, 1, smaller.event_id)
    # and when all of it is gone nothing follows
    gone, events = update(book, busted(entry, 5, "3.60", after(63), so_far=4))
    assert (gone.positions, requests(events)) == ((), [(smaller.event_id, "position_is_smaller")])
    assert update(gone, canceled(smaller, 64))[0].working == ()
    assert update(gone, canceled(smaller, 64))[1] == []


def test_what_a_broker_sells_beyond_what_is_held_is_left_to_the_reconciliation() -> None:
    book, asked = closing("5.30", book=holding((4, "3.40"), (5, "3.60")))
    book, _ = update(book, busted(LIVE, 4, "3.40", after(61)))
    after_all, events = update(book, executed(asked, 9, "5.30", after(62)))
    assert [fill.quantity for fill in of(OrderFilled, events)] == [5]
    assert (after_all.positions, after_all.working) == ((), ())
    gone, _ = update(book, busted(LIVE, 5, "3.60", after(62), so_far=4))
    assert update(gone, executed(asked, 9, "5.30", after(63)))[1] == []


def parted(*executions: tuple[int, str]) -> tuple[Book, OrderPlaced, OrderPlaced]:
    """Return a book with nine contracts on their way out: five at a limit, and the other four at the market."""
    book, part = closing("4.50", book=holding(*executions))
    book, events = tick(book, traded(CALL, "1.00", seconds=61))
    (rest,) = of(OrderPlaced, events)
    assert (part.quantity, rest.quantity) == (5, 4)
    return book, part, rest


def test_no_more_exits_are_asked_to_end_than_are_too_many() -> None:
    book, part, rest = parted((4, "3.40"), (5, "3.60"))
    book, events = update(book, busted(LIVE, 4, "3.40", after(62)))
    assert requests(events) == [(part.event_id, "position_is_smaller")]
    after_end, (fewer,) = update(book, canceled(part, 63))
    assert (fewer.quantity, fewer.step) == (1, 1)
    held = position(after_end)
    assert (held.status, held.exit_order_id, held.leaving) == ("closing", rest.event_id, 1)
    # it was executed after all: now the other one is too many
    gone, events = update(book, executed(part, 5, "4.50", after(63)))
    assert (gone.positions, requests(events)) == ((), [(rest.event_id, "position_is_smaller")])
    assert events[-1].occurred_at == after(63)


def test_an_exit_is_too_many_by_one_contract_too() -> None:
    book, part, _ = parted((8, "3.40"), (1, "3.60"))
    _, events = update(book, busted(LIVE, 1, "3.60", after(62), so_far=8))
    assert requests(events) == [(part.event_id, "position_is_smaller")]


def test_all_exits_of_a_position_that_is_gone_are_asked_to_end() -> None:
    book, part, rest = parted((9, "3.52"))
    _, events = update(book, busted(LIVE, 9, "3.52", after(62)))
    assert requests(events) == [(part.event_id, "position_is_smaller"), (rest.event_id, "position_is_smaller")]


def test_nothing_follows_an_exit_whose_contracts_leave_by_another() -> None:
    book, part, rest = parted((5, "3.40"), (4, "3.60"))
    book, events = update(book, busted(LIVE, 5, "3.40", after(62)))
    assert requests(events) == [(part.event_id, "position_is_smaller")]
    book, (event,) = update(book, canceled(part, 63))
    assert (event.kind, event.quantity, event.order_id) == ("order_failed", 5, part.event_id)
    assert (book.working, position(book).status, position(book).leaving) == ((rest,), "closing", 0)
    _, events = update(book, executed(rest, 4, "1.00", after(64)))
    assert [trade.partial_exits for trade in of(TradeClosed, events)] == [0]


def test_the_last_of_too_many_exits_goes_on_with_what_is_left() -> None:
    book, part, rest = parted((6, "3.40"), (3, "3.60"))
    book, events = update(book, busted(LIVE, 6, "3.40", after(62)))
    assert [order_id for order_id, _ in requests(events)] == [part.event_id, rest.event_id]
    book, (event,) = update(book, canceled(part, 63))
    assert event.kind == "order_failed"
    book, (last,) = update(book, canceled(rest, 64))
    assert (last.quantity, last.step, last.pricing) == (3, 2, "market")
    assert (position(book).status, position(book).exit_order_id) == ("closing", last.event_id)
