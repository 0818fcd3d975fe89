"""Quantities of live positions in which the broker knows better."""

from decimal import Decimal
from typing import Any

import pytest

from agents import book as books
from schemas.ids import derived_id
from schemas.orders import PositionAdjusted, TradeClosed
from schemas.positions import Book
from tests.agents.brokerage import executed
from tests.agents.live_cases import (
    LIVE,
    account_events,
    after,
    holding,
    lot,
    position,
    request,
    update,
    working,
)
from tests.agents.strategies import CALL, SPY, nanos, order
from tests.agents.test_book import EMPTY, RULES, of, opened


def adjustment(book: Book, quantity: int, price: str = "4.00", **changes: Any) -> PositionAdjusted:
    held = position(book)
    return PositionAdjusted(
        **{
            "event_id": derived_id("adjusted", quantity, price),
            "occurred_at": after(600),
            "account_id": "paper",
            "symbol": SPY,
            "option_symbol": CALL,
            "position_id": held.position_id,
            "quantity": quantity,
            "price": Decimal(price),
            "reason": "sold_elsewhere",
            **changes,
        }
    )


def adjust(book: Book, event: PositionAdjusted) -> tuple[Book, list[Any]]:
    book, events = books.on_adjustment(book, event, rules=RULES)
    return book, list(events)


def test_the_quantity_at_the_broker_counts_from_its_word_on() -> None:
    book = holding((4, "3.40"), (5, "3.60"))
    event = adjustment(book, 3)
    book, (fill, told_account) = adjust(book, event)
    assert (fill.event_id, fill.order_id, fill.side) == (
        derived_id("fill", event.event_id),
        event.event_id,
        "sell_to_close",
    )
    assert (fill.quantity, fill.price, fill.exit_reason, fill.remaining_quantity) == (6, Decimal(4), "manual", 3)
    assert (fill.undoes, fill.order_type, fill.occurred_at) == ("sold_elsewhere", "live", after(600))
    assert account_events([told_account]) == [("position_adjusted", -6, Decimal(4), Decimal("320.00"))]
    held = position(book)
    assert (held.quantity, held.realized_pnl, held.lots) == (3, Decimal("320.00"), (lot(3, "3.60"),))
    assert (held.exit_codes, held.corrections) == (("manual", "sold_elsewhere"), (event.event_id,))
    assert adjust(book, event) == (book, [])
    later, _ = adjust(book, adjustment(book, 2))
    assert adjust(later, event) == (later, [])  # once, also after more has happened


def test_more_at_the_broker_is_another_lot() -> None:
    book, (fill, told_account) = adjust(holding(), adjustment(holding(), 12, "3.16", reason="bought_elsewhere"))
    assert (fill.side, fill.quantity, fill.exit_reason, fill.remaining_quantity) == ("buy_to_open", 3, None, 0)
    assert account_events([told_account]) == [("position_adjusted", 3, Decimal("3.16"), Decimal("0.00"))]
    held = position(book)
    assert (held.quantity, held.initial_quantity, held.entry_price) == (12, 12, Decimal("3.43"))
    assert (held.lots, held.exit_codes) == ((lot(9, "3.52"), lot(3, "3.16")), ())
    assert held.target_at_or_above == nanos("5.145")
    assert (held.exit_value, fill.entry) == (0, LIVE.entry)
    _, (fill, told_account) = adjust(book, adjustment(book, 13))
    assert (fill.side, fill.quantity, told_account.quantity) == ("buy_to_open", 1, 1)


@pytest.mark.parametrize("quantity", [0, -2])
def test_nothing_left_at_the_broker_closes_the_position(quantity: int) -> None:
    event = adjustment(holding(), quantity)
    book, events = adjust(holding(), event)
    (trade,) = of(TradeClosed, events)
    assert book == EMPTY
    assert (trade.exit_reason, trade.exit_order_id, trade.quantity) == ("manual", event.event_id, 9)
    assert (trade.realized_pnl, trade.exit_price, trade.partial_exits) == (Decimal(432), Decimal(4), 0)
    assert trade.exit_codes == ("manual", "sold_elsewhere")
    assert account_events(events) == [("position_adjusted", -9, Decimal(4), Decimal("432.00"))]


def test_an_adjustment_waits_for_nothing_and_is_passed_over_where_it_does_not_belong() -> None:
    book = holding()
    assert adjust(book, adjustment(book, 9)) == (book, [])
    assert adjust(book, adjustment(book, 3, position_id="another")) == (book, [])
    exiting, _ = request(book)
    assert adjust(exiting, adjustment(book, 3)) == (exiting, [])
    filling, _ = update(working(), executed(LIVE, 4, "3.40", after(1)))
    assert adjust(filling, adjustment(filling, 3)) == (filling, [])
    paper = opened()
    assert adjust(paper, adjustment(paper, 3)) == (paper, [])
    beside, _ = books.on_order(book, order("two", order_type="live"))
    assert position(adjust(beside, adjustment(beside, 3))[0]).quantity == 3
