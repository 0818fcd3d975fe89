"""Positions folded from what was told are those of the book that told it, whatever a broker says and takes back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.facts import Fact
from agents.live_exits import exits_of, live_of
from agents.past_accounts import PastAccount, folded
from agents.past_positions import positions, shown
from schemas.event import Event
from schemas.orders import OrderPlaced, OrderUpdated
from schemas.positions import Book, Position
from tests.agents.brokerage import Brokerage
from tests.agents.live_book_under_way import LiveBookUnderWay
from tests.agents.strategies import AT, EXAMPLES
from tests.agents.test_live_sequences import HAPPENS


class Taking(Brokerage):
    """A broker that says which opening orders it was given."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        super().__init__()
        self._tell = tell

    def take(self, order: OrderPlaced) -> None:
        super().take(order)
        if order.side == "buy_to_open":
            self._tell(order)


class Told(LiveBookUnderWay):
    """A live book under way that keeps what is told of it, as the log does."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []
        self.began = self.account
        self.broker = Taking(self.tell)

    def tell(self, event: Event) -> None:
        number = len(self.facts)
        source = "" if event.source else "books/paper|SPY"
        sequence = 0 if event.source else number + 1
        event = event.model_copy(update={"source": source or event.source, "sequence": sequence})
        self.facts.append(Fact(type(event).__name__, 0, number, AT + timedelta(milliseconds=number), event))

    def _hear(self, event: Event) -> None:
        super()._hear(event)
        self.tell(event)

    def _say(self, update: OrderUpdated) -> None:
        self.tell(update)
        super()._say(update)


def told_of(book: Book, position: Position) -> dict[str, Any]:
    """Return what is known outside the book: exits that it withholds are known to nobody."""
    said = shown(position)
    if any(live_of(book, order).withheld for order in exits_of(book, position.position_id)):
        said |= {"status": "open", "exit_reason": None, "exit_order_id": None}
    return {name: value for name, value in said.items() if name != "exit_codes"}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_positions_and_what_they_made_are_the_books_at_every_moment(data: st.DataObject) -> None:
    live = Told()
    for _ in range(data.draw(st.integers(1, 60))):
        data.draw(st.sampled_from(HAPPENS))(live, data.draw)
        past = positions(live.facts)
        held = [item.held for item in past if item.held is not None]
        assert sorted((told_of(live.book, item) for item in held), key=repr) == sorted(
            (told_of(live.book, item) for item in live.book.positions), key=repr
        )
        made = sum((one.pnl for item in past for one in item.made), Decimal(0))
        assert made == live.account.realized_pnl
        account = folded(PastAccount(live.began, is_opened=True), live.facts).account
        # the book under way stays on one day, whatever time passes; the account's halt is in its snapshots
        fixed = {"day", "day_realized_pnl", "day_trades", "halted"}
        assert account.model_dump(exclude=fixed) == live.account.model_dump(exclude=fixed)
