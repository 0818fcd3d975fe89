"""Live orders that open: executions, ends, repeats, and asking for their end."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agents import book as books
from agents.exits import arm
from agents.quiet import quiet_marks
from agents.rules import RiskLimits, Rules
from schemas.accounts import AccountEvent
from schemas.codec import decode, encode
from schemas.ids import derived_id
from schemas.orders import CancelRequested, OrderFilled, OrderUpdated, TradeClosed
from schemas.positions import Book, LiveOrder, Lot
from schemas.records import BookRecord
from tests.agents.brokerage import busted, executed, told
from tests.agents.live_cases import (
    LIVE,
    after,
    canceled,
    exit_of,
    holding,
    position,
    request,
    requests,
    tick,
    update,
    working,
)
from tests.agents.strategies import AT, CALL, EXPIRATION, SPY, order, quoted, traded
from tests.agents.test_book import EMPTY, RULES, clock, of, run

HALTED = Rules(limits=RiskLimits(halted=True))


def test_a_live_order_is_its_brokers_to_fill_whatever_the_tape_says() -> None:
    book = working()
    assert (book.working, book.live) == ((LIVE,), {LIVE.event_id: LiveOrder()})
    assert tick(book, quoted(CALL, "3.50", "3.54", seconds=1)) == (book, [])
    assert update(book, told(LIVE, "accepted", after(1), broker_order_id="b-1")) == (book, [])
    assert update(book, told(LIVE, "pending_execution", after(1))) == (book, [])


def test_an_order_filled_in_one_execution_opens_its_position() -> None:
    book, (fill, event) = update(working(), executed(LIVE, 9, "3.52", after(2)))
    held = position(book)
    assert (held.quantity, held.initial_quantity, held.entry_price) == (9, 9, Decimal("3.52"))
    assert (held.lots, held.sold_lots) == ((Lot(quantity=9, price=Decimal("3.52")),), ())
    assert (held.entry_timestamp, held.order_type, held.entry_order_id) == (after(2), "live", LIVE.event_id)
    assert (book.working, book.live) == ((), {})
    assert isinstance(fill, OrderFilled)
    assert fill.event_id == derived_id("fill", LIVE.event_id, 9)
    assert (fill.order_id, fill.side, fill.order_type, fill.quantity) == (LIVE.event_id, "buy_to_open", "live", 9)
    assert (fill.price, fill.occurred_at, fill.position_id) == (Decimal("3.52"), after(2), LIVE.position_id)
    assert (fill.exit_reason, fill.entry, fill.undoes, fill.remaining_quantity) == (None, LIVE.entry, None, 0)
    assert isinstance(event, AccountEvent)
    assert (event.kind, event.quantity, event.price, event.realized_pnl) == ("order_filled", 9, Decimal("3.52"), None)
    assert event.occurred_at == after(2)


def test_each_execution_is_a_fill_a_lot_and_a_new_mean() -> None:
    book, events = update(working(), executed(LIVE, 4, "3.40", after(1)))
    assert [event.kind for event in of(AccountEvent, events)] == ["order_partially_filled"]
    fills = {"4": derived_id("fill", LIVE.event_id, 4)}
    assert book.live == {LIVE.event_id: LiveOrder(filled_quantity=4, fills=fills)}
    assert position(book).quantity == 4

    book, events = update(book, executed(LIVE, 2, "3.70", after(2), so_far=4))
    held = position(book)
    assert [event.kind for event in of(AccountEvent, events)] == ["order_partially_filled"]
    assert (held.quantity, held.initial_quantity, held.entry_price) == (6, 6, Decimal("3.5000"))
    assert held.lots == (Lot(quantity=4, price=Decimal("3.40")), Lot(quantity=2, price=Decimal("3.70")))
    assert set(book.live[LIVE.event_id].fills) == {"4", "6"}

    book, events = update(book, executed(LIVE, 3, "3.40", after(3), so_far=6))
    (told_last,) = of(AccountEvent, events)
    assert (told_last.kind, told_last.quantity) == ("order_filled", 3)
    held = position(book)
    assert (held.quantity, held.entry_price, len(held.lots)) == (9, Decimal("3.4667"), 3)
    assert held.entry_timestamp == after(1)
    armed = arm(entry_price=Decimal("3.4667"), entered_at=after(1), expiration=EXPIRATION, rules=RULES)
    assert {name: getattr(held, name) for name in armed.values()} == armed.values()
    assert book.working == ()


@pytest.mark.parametrize("status", ["partially_filled", "filled"])
def test_an_execution_told_again_counts_once(status: str) -> None:
    first = executed(LIVE, 4, "3.40", after(1))
    book, _ = update(working(), first, executed(LIVE, 2, "3.70", after(2), so_far=4))
    assert update(book, first) == (book, [])
    assert update(book, first.model_copy(update={"status": status, "filled_quantity": 6})) == (book, [])


def test_what_is_told_as_filled_is_the_end_also_of_a_smaller_order() -> None:
    said = executed(LIVE, 4, "3.40", after(1)).model_copy(update={"status": "filled"})
    book, events = update(working(), said)
    assert book.working == ()
    assert [event.kind for event in of(AccountEvent, events)] == ["order_filled"]
    said = executed(LIVE, 9, "3.40", after(1)).model_copy(update={"status": "partially_filled"})
    book, events = update(working(), said)
    assert book.working == ()
    assert [event.kind for event in of(AccountEvent, events)] == ["order_filled"]


def test_an_execution_without_a_price_is_an_error_that_says_so() -> None:
    said = executed(LIVE, 4, "3.40", after(1)).model_copy(update={"price": None})
    with pytest.raises(ValueError, match=f"price: execution {said.event_id} has none"):
        update(working(), said)


@pytest.mark.parametrize("status", ["canceled", "expired", "failed"])
def test_an_order_that_ends_gives_back_what_is_not_filled(status: str) -> None:
    book, (event,) = update(working(), told(LIVE, status, after(5), reason="no_luck"))
    assert book == EMPTY
    assert isinstance(event, AccountEvent)
    assert (event.kind, event.quantity, event.reason, event.occurred_at) == ("order_failed", 9, "no_luck", after(5))

    book, _ = update(working(), executed(LIVE, 4, "3.40", after(1)))
    book, (event,) = update(book, told(LIVE, status, after(5), filled_quantity=4))
    assert isinstance(event, AccountEvent)
    assert (event.quantity, event.reason, event.order_id) == (5, status, LIVE.event_id)
    assert (position(book).quantity, position(book).status, book.working, book.live) == (4, "open", (), {})


def test_an_order_too_old_is_asked_to_end_once_and_costs_ticks_nothing_afterwards() -> None:
    book = working()
    assert tick(book, traded(SPY, "595", seconds=300)) == (book, [])
    book, (asked,) = tick(book, traded(SPY, "595", seconds=300.5))
    assert asked == CancelRequested(
        event_id=derived_id("cancel-request", LIVE.event_id),
        occurred_at=after(300.5),
        account_id="paper",
        order_id=LIVE.event_id,
        client_order_id=LIVE.client_order_id,
        symbol=SPY,
        reason="not_filled_in_time",
    )
    assert book.live[LIVE.event_id].cancel_requested
    assert tick(book, traded(SPY, "595", seconds=400)) == (book, [])
    _, events = run(working(), [clock(after(301))])
    assert requests(events) == [(LIVE.event_id, "not_filled_in_time")]
    # filled after all
    book, events = update(book, executed(LIVE, 9, "3.40", after(302)))
    assert position(book).quantity == 9


def test_ticks_of_a_live_orders_contract_are_passed_over() -> None:
    quiet, due = quiet_marks(working(), None)
    assert quiet == {}
    assert due == 1_000_000 * int((AT + timedelta(minutes=5)).timestamp())
    asked, _ = books.on_rules(working(), at=after(1), rules=HALTED)
    assert quiet_marks(asked, None) == quiet_marks(EMPTY, None)
    assert quiet_marks(working(expires_at=None), None) == quiet_marks(EMPTY, None)


def test_the_kill_switch_asks_for_the_end_of_orders_that_open() -> None:
    book, (asked,) = books.on_rules(working(), at=after(1), rules=HALTED)
    assert isinstance(asked, CancelRequested)
    assert (asked.order_id, asked.reason, asked.occurred_at) == (LIVE.event_id, "kill_switch", after(1))
    assert (book.working, book.live[LIVE.event_id].cancel_requested) == ((LIVE,), True)
    assert books.on_rules(book, at=after(2), rules=HALTED) == (book, ())

    late, events = books.on_order(EMPTY, LIVE, halted=True)
    assert requests(list(events)) == [(LIVE.event_id, "kill_switch")]
    assert late.working == (LIVE,)

    exiting, _ = request(holding())
    assert books.on_rules(exiting, at=after(1), rules=HALTED) == (exiting, ())


def test_a_live_order_is_taken_in_once() -> None:
    book = working()
    assert books.on_order(book, LIVE) == (book, ())
    held = holding()
    assert books.on_order(held, LIVE) == (held, ())
    two, _ = books.on_order(book, order("two", order_type="live"))
    assert set(two.live) == {LIVE.event_id, order("two").event_id}


def test_what_is_said_of_an_order_before_it_is_read_waits_for_it() -> None:
    said = executed(LIVE, 4, "3.40", after(1)), canceled(LIVE, 2, filled=4)
    early, events = update(EMPTY, *said)
    assert (early.early, events) == (said, [])
    assert update(early, *said) == (early, [])
    assert books.on_early_updates(early, rules=RULES) == (early, ())
    book, _ = books.on_order(early, LIVE)
    book, caused = books.on_early_updates(book, rules=RULES)
    assert (position(book).quantity, book.working, book.early) == (4, (), ())
    assert [event.kind for event in of(AccountEvent, caused)] == ["order_partially_filled", "order_failed"]


def test_only_what_an_executor_says_of_an_order_not_read_is_kept() -> None:
    said = executed(LIVE, 4, "3.40", after(1))
    for source in ("", "books/paper|SPY", "executor"):
        assert update(EMPTY, said.model_copy(update={"source": source})) == (EMPTY, [])
    undone = busted(LIVE, 4, "3.40", after(2))
    assert update(EMPTY, undone) == (EMPTY, [])
    kept, _ = update(EMPTY, said, undone)
    assert kept.early == (said, undone)
    other = busted(order("two"), 4, "3.40", after(2))
    assert update(kept, other) == (kept, [])


def test_an_order_read_early_leaves_what_waits_for_others() -> None:
    theirs = executed(order("two"), 4, "3.40", after(1))
    early, _ = update(EMPTY, theirs, executed(LIVE, 9, "3.40", after(1)), theirs.model_copy(update={"event_id": "x"}))
    book, _ = books.on_order(early, LIVE)
    book, _ = books.on_early_updates(book, rules=RULES)
    assert [said.order_id for said in book.early] == [theirs.order_id] * 2


def test_no_more_is_kept_than_can_be_of_use() -> None:
    said = [told(LIVE, "accepted", after(1), event_id=f"u-{count}") for count in range(70)]
    book, _ = update(EMPTY, *said)
    assert [one.event_id for one in book.early] == [f"u-{count}" for count in range(6, 70)]


def test_word_of_an_order_that_is_over_changes_nothing() -> None:
    book = holding()
    said = executed(LIVE, 9, "3.52", after(1))
    assert update(book, said, canceled(LIVE, 2)) == (book, [])
    exiting, _ = request(book)
    asked = exit_of(exiting)
    over, _ = update(exiting, executed(asked, 4, "4.00", after(61)), told(asked, "expired", after(62)))
    assert update(over, told(asked, "canceled", after(63)), executed(asked, 4, "4.00", after(61))) == (over, [])


def test_paper_orders_and_orders_that_are_not_sent_are_no_brokers() -> None:
    paper, _ = run(EMPTY, [order()])
    assert update(paper, executed(order(), 9, "3.40", after(1))) == (paper, [])
    assert update(paper, told(order(), "busted", after(1), was_price="3.40", quantity=1)) == (paper, [])
    filling, _ = update(working(), executed(LIVE, 4, "3.40", after(1)))
    filling, _ = tick(filling, traded(CALL, "1.00", seconds=60))
    withheld = filling.working[1]
    assert update(filling, executed(withheld, 4, "1.00", after(61))) == (filling, [])


def test_a_live_book_comes_back_from_kafka_as_it_was() -> None:
    book, _ = update(working(), executed(LIVE, 4, "3.40", after(1)))
    book, _ = tick(book, traded(CALL, "1.00", seconds=60))
    book, _ = update(book, executed(order("two"), 1, "1.00", after(61)))
    assert book.early
    assert decode(BookRecord, encode(BookRecord(state=book))).state == book
    sold, _ = update(*_selling(), quotes={})
    assert decode(BookRecord, encode(BookRecord(state=sold))).state == sold
    assert position(sold).sold_lots


def _selling() -> tuple[Book, OrderUpdated]:
    book, _ = request(holding((4, "3.40"), (5, "3.60")))
    return book, executed(exit_of(book), 5, "4.00", after(61))


def test_nothing_but_trades_of_ended_positions_is_told_as_an_outcome() -> None:
    book, events = update(*_selling())
    assert of(TradeClosed, events) == []
    assert position(book).quantity == 4


def test_orders_too_old_are_all_asked_to_end_beside_one_on_paper() -> None:
    book, _ = books.on_order(EMPTY, order("on paper", expires_at=None))
    late, soon = LIVE, order("soon", order_type="live", expires_at=after(100))
    for one in (soon, late):
        book, _ = books.on_order(book, one)
    assert quiet_marks(book, None)[1] == int(after(100).timestamp()) * 1_000_000
    book, events = tick(book, traded(SPY, "595", seconds=301))
    assert requests(events) == [(soon.event_id, "not_filled_in_time"), (late.event_id, "not_filled_in_time")]
