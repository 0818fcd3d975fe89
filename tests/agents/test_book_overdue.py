"""What a book does first when time has closed several of its positions."""

from datetime import timedelta

from agents import book as books
from schemas.orders import OrderPlaced
from schemas.positions import Book
from tests.agents.strategies import AT, SPY, traded
from tests.agents.test_book import EMPTY, RULES, clock, of, opened

HOUR = timedelta(hours=1)


def holding(**due: float) -> Book:
    """Return a book whose positions, by name, are due so many hours after AT."""
    (position,) = opened().positions
    positions = (
        position.model_copy(update={"position_id": name, "due_at": AT + hours * HOUR}) for name, hours in due.items()
    )
    return EMPTY.model_copy(update={"positions": tuple(positions)})


def test_what_is_overdue_longest_goes_out_first() -> None:
    book = holding(third=3, first=1, fourth=3, second=2, later=9)
    after, events = books.on_clock(book, clock(AT + 5 * HOUR), rules=RULES)
    assert [order.position_id for order in of(OrderPlaced, events)] == ["first", "second", "third", "fourth"]
    assert [order.position_id for order in after.working] == ["first", "second", "third", "fourth"]
    assert [position.position_id for position in after.positions] == ["third", "first", "fourth", "second", "later"]
    _, ticked = books.on_ticks(book, [traded(SPY, "595", seconds=5 * 3600)], rules=RULES)
    assert of(OrderPlaced, ticked) == of(OrderPlaced, events)
