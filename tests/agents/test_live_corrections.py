"""Executions that a broker takes back or prices anew."""

from decimal import Decimal

import pytest

from schemas.accounts import AccountEvent
from schemas.ids import derived_id
from schemas.orders import CancelRequested, OrderFilled, OrderPlaced, TradeClosed
from schemas.positions import Book
from tests.agents.brokerage import busted, corrected, executed, told
from tests.agents.live_cases import (
    LIVE,
    account_events,
    after,
    closing,
    holding,
    lot,
    position,
    tick,
    update,
    working,
)
from tests.agents.strategies import CALL, nanos, order, traded
from tests.agents.test_book import EMPTY, of, opened


def reduced() -> tuple[Book, OrderPlaced]:
    """Return a book that has sold five of 4 at 3.40 and 5 at 3.60, at 4.50, and the order that sold them."""
    book, asked = closing("4.50", book=holding((4, "3.40"), (5, "3.60")))
    book, _ = update(book, executed(asked, 5, "4.50", after(61)))
    return book, asked


def test_what_was_bought_leaves_again_and_the_position_is_armed_anew() -> None:
    undone = busted(LIVE, 4, "3.40", after(100))
    book, (fill, event) = update(holding((4, "3.40"), (5, "3.60")), undone)
    assert fill.model_dump(include={"event_id", "order_id", "side", "order_type", "quantity", "price", "undoes"}) == {
        "event_id": derived_id("fill", undone.event_id),
        "order_id": LIVE.event_id,
        "side": "buy_to_open",
        "order_type": "live",
        "quantity": -4,
        "price": Decimal("3.40"),
        "undoes": derived_id("fill", LIVE.event_id, 4),
    }
    assert (fill.occurred_at, fill.entry, fill.remaining_quantity) == (after(100), LIVE.entry, 0)
    assert account_events([event]) == [("position_adjusted", -4, Decimal("3.40"), Decimal("0.00"))]
    held = position(book)
    assert (held.quantity, held.initial_quantity, held.lots, held.sold_lots) == (5, 5, (lot(5, "3.60"),), ())
    assert (held.entry_price, held.target_at_or_above, held.realized_pnl) == (Decimal("3.60"), nanos("5.40"), 0)
    assert held.corrections == (undone.event_id,)
    assert update(book, undone) == (book, [])


def test_a_position_of_which_nothing_is_left_ends_without_an_outcome() -> None:
    book, events = update(holding(), busted(LIVE, 9, "3.52", after(100)))
    assert book == EMPTY
    assert account_events(events) == [("position_adjusted", -9, Decimal("3.52"), Decimal("0.00"))]
    assert of(TradeClosed, events) == []


def test_an_order_at_work_fills_on_after_one_of_its_executions_was_undone() -> None:
    book, _ = update(working(), executed(LIVE, 4, "3.40", after(1)))
    book, _ = update(book, busted(LIVE, 4, "3.40", after(2)))
    assert (book.positions, book.working) == ((), (LIVE,))
    book, events = update(book, executed(LIVE, 5, "3.60", after(3), so_far=4))
    assert [event.kind for event in of(AccountEvent, events)] == ["order_filled"]
    assert (position(book).quantity, position(book).entry_timestamp) == (5, after(3))
    # told again, it does not count against what was bought since
    assert update(book, busted(LIVE, 4, "3.40", after(2))) == (book, [])
    assert update(book, busted(LIVE, 5, "3.60", after(4), so_far=4))[0].positions == ()


def test_contracts_that_were_sold_cannot_leave_a_second_time() -> None:
    book, _ = reduced()
    book, events = update(book, busted(LIVE, 5, "3.60", after(100), so_far=4))
    assert [(fill.quantity, fill.price) for fill in of(OrderFilled, events)] == [(-4, Decimal("3.60"))]
    assert book.positions == ()
    (trade,) = of(TradeClosed, events)
    assert (trade.quantity, trade.exit_reason, trade.exit_price) == (5, "manual", Decimal("4.50"))
    assert trade.exit_order_id == derived_id("order", LIVE.position_id, "exit", 0)
    assert trade.realized_pnl == (Decimal("4.50") * 5 - Decimal("3.40") * 4 - Decimal("3.60")) * 100
    assert (trade.occurred_at, trade.exit_codes) == (after(100), ("partial_profit",))


def test_what_was_sold_at_the_cost_of_an_undone_purchase_is_made_anew() -> None:
    book, asked = closing("4.50", book=holding((2, "3.40"), (7, "3.60")))
    book, _ = update(book, executed(asked, 5, "4.50", after(61)))
    assert position(book).realized_pnl == Decimal("490.00")
    book, events = update(book, busted(LIVE, 2, "3.40", after(100)))
    held = position(book)
    assert account_events(events) == [("position_adjusted", -2, Decimal("3.40"), Decimal("-40.00"))]
    assert (held.lots, held.sold_lots, held.realized_pnl) == ((lot(2, "3.60"),), (lot(5, "3.60"),), Decimal(450))
    assert (held.exit_value, held.initial_quantity, held.entry_price) == (Decimal("22.50"), 7, Decimal("3.60"))


def test_a_sale_taken_back_brings_its_contracts_back_at_their_cost() -> None:
    book, asked = reduced()
    undone = busted(asked, 5, "4.50", after(100))
    book, (fill, event) = update(book, undone)
    assert (fill.side, fill.quantity, fill.price, fill.remaining_quantity) == (
        "sell_to_close",
        -5,
        Decimal("4.50"),
        9,
    )
    assert (fill.undoes, fill.order_id) == (derived_id("fill", asked.event_id, 5), asked.event_id)
    assert account_events([event]) == [("position_adjusted", 5, Decimal("4.50"), Decimal("-530.00"))]
    held = position(book)
    assert (held.quantity, held.available, held.status) == (9, 9, "open")
    assert (held.lots, held.sold_lots) == ((lot(4, "3.40"), lot(5, "3.60")), ())
    assert (held.exit_value, held.realized_pnl) == (0, 0)
    assert update(book, undone) == (book, [])
    _, events = tick(book, traded(CALL, "1.00", seconds=101))
    assert [event.quantity for event in of(OrderPlaced, events)] == [9]


def test_a_sale_taken_back_while_its_order_works_opens_the_position_for_what_came_back() -> None:
    book, asked = closing("1.00")
    book, _ = update(book, executed(asked, 4, "1.00", after(61)))
    book, _ = update(book, busted(asked, 4, "1.00", after(62)))
    held = position(book)
    assert (held.quantity, held.status, held.leaving, held.available) == (9, "open", 5, 4)
    assert (held.exit_order_id, held.exit_reason) == (None, None)
    book, events = update(book, executed(asked, 5, "1.00", after(63), so_far=4))
    assert [event.kind for event in of(AccountEvent, events)] == ["position_reduced"]
    assert (position(book).quantity, position(book).available) == (4, 4)


def test_no_more_comes_back_than_was_sold() -> None:
    book, asked = reduced()
    book, events = update(book, busted(asked, 7, "4.50", after(100)))
    assert [fill.quantity for fill in of(OrderFilled, events)] == [-5]
    nothing = busted(asked, 5, "4.50", after(101)).model_copy(update={"event_id": "again"})
    assert update(book, nothing) == (book, [])
    fresh = corrected(asked, 5, "4.50", "4.40", after(102))
    assert update(book, fresh) == (book, [])


def test_what_a_purchase_really_cost_is_booked() -> None:
    said = corrected(LIVE, 4, "3.40", "3.44", after(100))
    book, events = update(holding((4, "3.40"), (5, "3.60")), said)
    undone, anew = of(OrderFilled, events)
    assert (undone.quantity, undone.price, undone.undoes) == (
        -4,
        Decimal("3.40"),
        derived_id("fill", LIVE.event_id, 4),
    )
    assert (anew.quantity, anew.price, anew.undoes) == (4, Decimal("3.44"), None)
    assert (undone.event_id, anew.event_id) == (
        derived_id("fill", said.event_id),
        derived_id("fill", said.event_id, "corrected"),
    )
    assert account_events(events) == [
        ("position_adjusted", 4, Decimal("3.44"), None),
        ("position_adjusted", -4, Decimal("3.40"), Decimal("0.00")),
    ]
    held = position(book)
    assert (held.quantity, held.lots) == (9, (lot(4, "3.44"), lot(5, "3.60")))
    assert held.entry_price == Decimal("3.5289")
    assert update(book, said) == (book, [])


def test_what_a_sale_really_made_is_booked() -> None:
    book, asked = reduced()
    book, events = update(book, corrected(asked, 5, "4.50", "4.40", after(100)))
    assert account_events(events) == [
        ("position_adjusted", 5, Decimal("4.50"), None),
        ("position_adjusted", -5, Decimal("4.40"), Decimal("-50.00")),
    ]
    undone, anew = of(OrderFilled, events)
    assert (undone.side, anew.side, undone.remaining_quantity, anew.quantity) == (
        "sell_to_close",
        "sell_to_close",
        4,
        5,
    )
    held = position(book)
    assert (held.quantity, held.realized_pnl, held.exit_value) == (4, Decimal("480.00"), Decimal("22.00"))
    assert held.entry_price == Decimal("3.5111")


def test_a_corrected_purchase_that_was_sold_changes_what_the_sale_made() -> None:
    book, _ = reduced()
    book, events = update(book, corrected(LIVE, 4, "3.40", "3.50", after(100)))
    assert account_events(events)[1] == ("position_adjusted", -4, Decimal("3.40"), Decimal("-40.00"))
    assert position(book).realized_pnl == Decimal("490.00")


@pytest.mark.parametrize("status", ["busted", "corrected"])
def test_a_correction_without_its_price_is_an_error_that_says_so(status: str) -> None:
    book = holding()
    said = told(LIVE, status, after(100), quantity=9, filled_quantity=9, price="3.60")
    with pytest.raises(ValueError, match=f"was_price: {status} execution {said.event_id} has none"):
        update(book, said)
    half = told(LIVE, "corrected", after(100), quantity=9, filled_quantity=9, was_price="3.52")
    with pytest.raises(ValueError, match=f"price: corrected execution {half.event_id} has none"):
        update(book, half)


def test_corrections_after_a_position_has_gone_or_of_paper_are_passed_over() -> None:
    book, asked = closing("5.30")
    book, _ = update(book, executed(asked, 9, "5.30", after(61)))
    for said in (busted(LIVE, 9, "3.52", after(62)), busted(asked, 9, "5.30", after(62))):
        assert update(book, said) == (book, [])
    paper = opened()
    assert update(paper, busted(order(), 9, "3.52", after(62))) == (paper, [])
    assert update(working(), busted(LIVE, 9, "3.52", after(62))) == (working(), [])


def test_nothing_is_asked_of_a_broker_by_a_correction_that_fits() -> None:
    _, events = update(holding((4, "3.40"), (5, "3.60")), busted(LIVE, 4, "3.40", after(100)))
    assert of(CancelRequested, events) == []


def test_a_single_contract_is_put_right_too_and_none_is_not() -> None:
    book = holding((8, "3.40"), (1, "3.60"))
    gone, _ = update(book, busted(LIVE, 1, "3.60", after(100), so_far=8))
    assert position(gone).lots == (lot(8, "3.40"),)
    dearer, _ = update(book, corrected(LIVE, 1, "3.60", "3.70", after(100), so_far=8))
    assert position(dearer).lots == (lot(8, "3.40"), lot(1, "3.70"))
    for quantity in (0, -1):
        assert update(book, busted(LIVE, quantity, "3.60", after(100))) == (book, [])
        assert update(book, corrected(LIVE, quantity, "3.60", "3.70", after(100))) == (book, [])
