"""Live books: an order at its broker, and what it has bought."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from agents import book as books
from agents.closing import Outcome
from agents.live_exits import NO_QUOTES, Quotes
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.market import Quote
from schemas.orders import CancelRequested, CloseRequested, OrderPlaced, OrderUpdated
from schemas.positions import Book, Lot, Position
from schemas.ticks import Tick
from tests.agents.brokerage import executed, told
from tests.agents.strategies import AT, CALL, SPY, micros, nanos, order, traded
from tests.agents.test_book import EMPTY, RULES, of

LIVE = order(order_type="live")
"""Nine calls at 3.45, for five minutes."""
NOBODY = EMPTY


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def update(
    book: Book, *said: OrderUpdated, quotes: Quotes = NO_QUOTES, rules: ExitRules = RULES
) -> tuple[Book, list[Any]]:
    """Work in what an executor says."""
    events: list[Any] = []
    for one in said:
        book, caused = books.on_order_update(book, one, rules=rules, quotes=quotes)
        events += caused
    return book, events


def tick(book: Book, *ticks: Tick, rules: ExitRules = RULES) -> tuple[Book, list[Any]]:
    """Work ticks in, one frame for all."""
    book, events = books.on_ticks(book, ticks, rules=rules)
    return book, list(events)


def working(**changes: Any) -> Book:
    """Return a book whose order is at its broker."""
    book, events = books.on_order(EMPTY, order(order_type="live", **changes))
    assert events == ()
    return book


def holding(*executions: tuple[int, str], **changes: Any) -> Book:
    """Return a book that has bought in so many executions, (contracts, price), and whose order is over."""
    made = executions or ((9, "3.52"),)
    book, so_far = working(quantity=sum(count for count, _ in made), **changes), 0
    for count, price in made:
        (entry,) = book.working
        book, _ = update(book, executed(entry, count, price, after(1), so_far=so_far))
        so_far += count
    assert book.working == ()
    return book


def position(book: Book) -> Position:
    (held,) = book.positions
    return held


def exit_of(book: Book) -> OrderPlaced:
    (asked,) = book.working
    assert asked.side == "sell_to_close"
    return asked


def closing(price: str = "5.30", *, seconds: float = 60, book: Book | None = None) -> tuple[Book, OrderPlaced]:
    """Return a book after a trade that calls for its exit, and the exit."""
    book, events = tick(book or holding(), traded(CALL, price, seconds=seconds))
    (asked,) = of(OrderPlaced, events)
    return book, asked


def request(book: Book, *, quantity: int | None = None, seconds: float = 60, quotes: Quotes = NO_QUOTES) -> Outcome:
    """Ask by hand for the exit of the position."""
    asked = CloseRequested(
        event_id=f"by hand {seconds}",
        occurred_at=after(seconds),
        account_id="paper",
        symbol=SPY,
        position_id=position(book).position_id,
        reason="manual",
        requested_by="somebody",
        quantity=quantity,
    )
    return books.on_close_request(book, asked, rules=RULES, quotes=quotes)


def canceled(asked: OrderPlaced, seconds: float, *, filled: int = 0) -> OrderUpdated:
    return told(asked, "canceled", after(seconds), filled_quantity=filled)


def requests(events: list[Any]) -> list[tuple[str, str]]:
    """Return the cancellations asked for: order ids, and why."""
    return [(event.order_id, event.reason) for event in of(CancelRequested, events)]


def quotes(bid: str, ask: str, *, trade: str | None = None, traded_at: float = 0) -> Quotes:
    """Return the newest prices of the call, quoted at AT."""
    price = -1 if trade is None else nanos(trade)
    quote = Quote(bid=nanos(bid), ask=nanos(ask), price=price, quoted_at=micros(), traded_at=micros(traded_at))
    return {CALL: quote}


def lot(quantity: int, price: str) -> Lot:
    return Lot(quantity=quantity, price=Decimal(price))


def account_events(events: list[Any]) -> list[tuple[str, int, Decimal | None, Decimal | None]]:
    return [(event.kind, event.quantity, event.price, event.realized_pnl) for event in of(AccountEvent, events)]
