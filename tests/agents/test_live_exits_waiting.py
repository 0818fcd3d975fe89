"""Live exits of a position whose own order still works: they wait until it has ended."""

from decimal import Decimal

from agents import book as books
from schemas.accounts import AccountEvent
from schemas.orders import OrderPlaced, TradeClosed
from schemas.positions import Book, LiveOrder
from tests.agents.brokerage import busted, executed
from tests.agents.live_cases import (
    LIVE,
    after,
    canceled,
    holding,
    position,
    quotes,
    requests,
    tick,
    update,
    working,
)
from tests.agents.strategies import CALL, SPY, traded
from tests.agents.test_book import of


def filling(price: str = "3.40", count: int = 4) -> Book:
    """Return a book whose order is still at work, partly filled."""
    book, _ = update(working(), executed(LIVE, count, price, after(1)))
    return book


def test_an_exit_waits_until_the_order_that_opens_its_position_has_ended() -> None:
    book, events = tick(filling(), traded(CALL, "1.00", seconds=60))
    assert requests(events) == [(LIVE.event_id, "exit_asked")]
    assert of(OrderPlaced, events) == []
    withheld = book.working[1]
    assert book.live[withheld.event_id] == LiveOrder(withheld=True)
    assert (position(book).status, position(book).exit_order_id) == ("closing", withheld.event_id)
    assert tick(book, traded(CALL, "0.90", seconds=61)) == (book, [])

    # a race that the cancellation has lost: what comes leaves too
    book, events = update(book, executed(LIVE, 2, "3.40", after(62), so_far=4))
    assert of(OrderPlaced, events) == []
    assert (position(book).status, position(book).available, position(book).quantity) == ("closing", 0, 6)

    book, events = update(book, canceled(LIVE, 63, filled=6))
    (asked,) = of(OrderPlaced, events)
    assert (asked.event_id, asked.quantity, asked.exit_reason) == (withheld.event_id, 6, "stop_loss")
    assert (asked.occurred_at, asked.pricing, asked.trigger_price) == (after(63), "market", Decimal("1.00"))
    assert [(event.kind, event.quantity) for event in of(AccountEvent, events)] == [("order_failed", 3)]
    assert (book.working, book.live) == ((asked,), {asked.event_id: LiveOrder()})
    _, events = update(book, executed(asked, 6, "0.90", after(64)))
    assert len(of(TradeClosed, events)) == 1


def test_an_exit_that_waited_is_sent_at_the_newest_mark() -> None:
    for known, limit in ((quotes("5.00", "5.10"), "5.05"), ({}, "5.30")):
        book, _ = tick(filling(), traded(CALL, "5.30", seconds=60))
        book, events = update(book, executed(LIVE, 5, "3.40", after(62), so_far=4), quotes=known)
        (asked,) = of(OrderPlaced, events)
        assert (asked.quantity, asked.limit_price, asked.step) == (9, Decimal(limit), 0)
        assert book.live == {asked.event_id: LiveOrder(bolder_at=after(67))}


def test_parts_wait_too_and_do_not_grow() -> None:
    book, events = tick(filling(), traded(CALL, "4.26", seconds=60))
    assert requests(events) == [(LIVE.event_id, "exit_asked")]
    book, events = tick(book, traded(CALL, "1.00", seconds=61))
    assert events == []  # asked once
    assert [(order.quantity, order.exit_reason) for order in book.working[1:]] == [
        (2, "partial_profit"),
        (2, "stop_loss"),
    ]
    book, _ = update(book, executed(LIVE, 3, "3.40", after(62), so_far=4))
    book, events = update(book, canceled(LIVE, 63, filled=7))
    assert [(order.quantity, order.exit_reason) for order in of(OrderPlaced, events)] == [
        (2, "partial_profit"),
        (5, "stop_loss"),
    ]


def test_an_order_asked_to_end_already_is_not_asked_again_for_an_exit() -> None:
    book, _ = tick(filling(), traded(SPY, "595", seconds=301))
    _, events = tick(book, traded(CALL, "1.00", seconds=302))
    assert events == []


def test_another_positions_entry_keeps_no_exit_waiting() -> None:
    book = holding()
    other = LIVE.model_copy(update={"event_id": "other", "position_id": "another"})
    book, _ = books.on_order(book, other)
    _, events = tick(book, traded(CALL, "1.00", seconds=60))
    assert [type(event) for event in events] == [OrderPlaced]


def test_waiting_exits_shrink_with_their_position() -> None:
    book, _ = update(working(), executed(LIVE, 4, "3.40", after(1)), executed(LIVE, 3, "3.60", after(2), so_far=4))
    book, _ = tick(book, traded(CALL, "1.00", seconds=60))
    book, events = update(book, busted(LIVE, 4, "3.40", after(61)))
    assert requests(events) == []
    assert [order.quantity for order in book.working[1:]] == [3]
    assert position(book).status == "closing"
    book, events = update(book, busted(LIVE, 3, "3.60", after(62), so_far=4))
    assert (book.working, set(book.live), book.positions) == ((LIVE,), {LIVE.event_id}, ())
    book, events = update(book, canceled(LIVE, 63, filled=7))
    assert of(OrderPlaced, events) == []


def test_an_exit_that_waits_leaves_what_else_a_tick_brings_as_it_is() -> None:
    _, events = tick(filling(), traded(CALL, "1.00", seconds=301))
    assert requests(events) == [(LIVE.event_id, "not_filled_in_time")]


def test_a_waiting_exit_shrinks_by_a_contract_and_one_of_nothing_is_none() -> None:
    book, _ = update(working(), executed(LIVE, 1, "3.40", after(1)), executed(LIVE, 4, "3.40", after(2), so_far=1))
    book, _ = tick(book, traded(CALL, "4.26", seconds=60), traded(CALL, "1.00", seconds=61))
    assert [order.quantity for order in book.working[1:]] == [3, 2]
    book, _ = update(book, busted(LIVE, 1, "3.40", after(62)))
    assert [order.quantity for order in book.working[1:]] == [2, 2]
    assert (position(book).status, position(book).leaving, position(book).follow_ups) == ("closing", 2, 0)


def test_an_exit_that_was_never_sent_is_no_partial_one() -> None:
    book, _ = update(working(), executed(LIVE, 2, "3.40", after(1)), executed(LIVE, 2, "3.40", after(2), so_far=2))
    book, _ = tick(book, traded(CALL, "4.26", seconds=60), traded(CALL, "1.00", seconds=61))
    book, events = update(book, busted(LIVE, 2, "3.40", after(62)))
    assert requests(events) == []
    assert [(order.quantity, order.exit_reason) for order in book.working[1:]] == [(2, "stop_loss")]
    assert (position(book).exit_orders, position(book).follow_ups) == (2, 1)
    book, events = update(book, canceled(LIVE, 63, filled=4))
    (asked,) = of(OrderPlaced, events)
    _, events = update(book, executed(asked, 2, "1.00", after(64)))
    assert [trade.partial_exits for trade in of(TradeClosed, events)] == [0]
