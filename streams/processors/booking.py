"""What happens to books: which event a message carries, and the reducer that works it in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agents import book as books
from agents.closing import Outcome
from agents.live_exits import Quotes
from agents.rules import Rules
from schemas.codec import decode
from schemas.orders import CancelAsked, CloseRequested, OrderPlaced, OrderUpdated, PositionAdjusted, ShadowTrade
from schemas.positions import Book
from streams.topics import (
    CANCELS_ASKED,
    CLOSE_REQUESTS,
    ORDER_UPDATES,
    ORDERS,
    POSITION_ADJUSTMENTS,
    SHADOW_TRADES,
    Topic,
    book_key,
)

BookEvent = OrderPlaced | OrderUpdated | CloseRequested | CancelAsked | PositionAdjusted | ShadowTrade

_NEVER = datetime.max.replace(tzinfo=UTC)

BOOK_TOPICS = (ORDERS, ORDER_UPDATES, CLOSE_REQUESTS, CANCELS_ASKED, POSITION_ADJUSTMENTS, SHADOW_TRADES)
"""Each message of these is one book's."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a book is told along with an event: the rules of its account and underlying, and the contracts' prices."""

    rules: Rules
    quotes: Quotes


def event_of(topic: Topic, message: Any) -> BookEvent:
    """Return the event in a message of one of BOOK_TOPICS; raises Undecodable."""
    if topic is ORDERS:
        return decode(OrderPlaced, message.value)
    if topic is ORDER_UPDATES:
        return decode(OrderUpdated, message.value)
    if topic is SHADOW_TRADES:
        return decode(ShadowTrade, message.value)
    if topic is CANCELS_ASKED:
        return decode(CancelAsked, message.value)
    # not by number: what their senders number along with them stands on another topic, and may be read after them
    if topic is CLOSE_REQUESTS:
        return decode(CloseRequested, message.value).model_copy(update={"sequence": 0})
    return decode(PositionAdjusted, message.value).model_copy(update={"sequence": 0})


def place_of(event: BookEvent) -> tuple[str, Book]:
    """Return the key of an event's book, and that book as long as nothing has happened to it."""
    is_shadow = isinstance(event, ShadowTrade)
    key = book_key(event.account_id, event.symbol, is_shadow=is_shadow)
    return key, Book(account_id=event.account_id, symbol=event.symbol, is_shadow=is_shadow)


def first_due(book: Book) -> datetime:
    """Return the first instant at which time closes a position that is not on its way out yet."""
    return min((position.due_at for position in book.positions if position.available), default=_NEVER)


def reducer(event: BookEvent, known: Known) -> Callable[[Book], Outcome]:
    """Return what an event does to its book."""
    exits, quotes = known.rules.exits, known.quotes
    match event:
        case OrderPlaced():
            return lambda book: _ordered(book, event, known)
        case OrderUpdated():
            return lambda book: _updated(book, event, known)
        case CloseRequested():
            return lambda book: books.on_close_request(book, event, rules=exits, quotes=quotes)
        case CancelAsked():
            return lambda book: books.on_cancel_asked(book, event)
        case PositionAdjusted():
            return lambda book: books.on_adjustment(book, event, rules=exits)
        case ShadowTrade():
            return lambda book: books.on_shadow_trade(book, event)


def _ordered(book: Book, order: OrderPlaced, known: Known) -> Outcome:
    book, events = books.on_order(book, order, halted=known.rules.limits.halted)
    # its executor may have been read before it
    book, more = books.on_early_updates(book, rules=known.rules.exits)
    book, closed = books.on_closing(book, at=order.occurred_at, rules=known.rules)
    return book, (*events, *more, *closed)


def _updated(book: Book, update: OrderUpdated, known: Known) -> Outcome:
    book, events = books.on_order_update(book, update, rules=known.rules.exits, quotes=known.quotes)
    # an execution that was on its way when the kill switch was thrown
    book, closed = books.on_closing(book, at=update.occurred_at, rules=known.rules)
    return book, (*events, *closed)
