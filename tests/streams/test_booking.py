"""What an event does to its book while the kill switch closes what is held."""

from datetime import timedelta

from agents.rules import RiskLimits, Rules
from schemas.orders import CloseRequested, OrderPlaced
from streams.processors.booking import Known, reducer
from tests.agents.brokerage import executed, told
from tests.agents.strategies import AT, order
from tests.agents.test_book import EMPTY, of

LATER = AT + timedelta(seconds=5)
CLOSING = Known(Rules(limits=RiskLimits(halted=True, closing="change-1")), {})
BOUGHT = order(order_type="live")


def test_what_a_broker_buys_after_the_switch_was_thrown_is_sold_as_soon_as_its_order_has_ended() -> None:
    book, events = reducer(BOUGHT, CLOSING)(EMPTY)
    assert [type(event).__name__ for event in events] == ["CancelRequested"]
    book, events = reducer(executed(BOUGHT, 2, "3.50", LATER), CLOSING)(book)
    assert len(of(CloseRequested, events)) == 1
    assert of(OrderPlaced, events) == []
    _, events = reducer(told(BOUGHT, "canceled", LATER), CLOSING)(book)
    assert [(sold.quantity, sold.exit_reason) for sold in of(OrderPlaced, events)] == [(2, "kill_switch")]


def test_what_was_bought_before_its_order_was_read_is_sold_too() -> None:
    early = executed(BOUGHT, 9, "3.50", LATER).model_copy(update={"source": "executor/paper"})
    book, _ = reducer(early, CLOSING)(EMPTY)
    _, events = reducer(BOUGHT, CLOSING)(book)
    assert [(sold.quantity, sold.exit_reason) for sold in of(OrderPlaced, events)] == [(9, "kill_switch")]
