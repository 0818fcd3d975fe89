from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from agents import book as books
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.event import Event
from schemas.ids import derived_id
from schemas.market import BiasState
from schemas.operations import ClockAdvanced
from schemas.orders import CloseRequested, OrderFilled, OrderPlaced, OrderUpdated, ShadowTrade, TradeClosed
from schemas.positions import Book
from schemas.ticks import Tick
from tests.agents.strategies import (
    AT,
    CALL,
    EXPIRATION,
    OTHER_CALL,
    PUT,
    SPY,
    micros,
    nanos,
    order,
    quoted,
    traded,
)

E = TypeVar("E", bound=Event)
RULES = ExitRules()
EMPTY = Book(account_id="paper", symbol=SPY)

Step = Tick | OrderPlaced | ClockAdvanced | BiasState | CloseRequested | ShadowTrade


def run(book: Book, steps: Sequence[Step], *, rules: ExitRules = RULES) -> tuple[Book, list[Event]]:
    """Work steps through a book one by one."""
    events: list[Event] = []
    for step in steps:
        if isinstance(step, Tick):
            book, caused = books.on_ticks(book, [step], rules=rules)
        elif isinstance(step, OrderPlaced):
            book, caused = books.on_order(book, step)
        elif isinstance(step, ShadowTrade):
            book, caused = books.on_shadow_trade(book, step)
        elif isinstance(step, BiasState):
            book, caused = books.on_bias(book, step, at=step.timestamp, rules=rules)
        elif isinstance(step, CloseRequested):
            book, caused = books.on_close_request(book, step, rules=rules)
        else:
            book, caused = books.on_clock(book, step, rules=rules)
        events += caused
    return book, events


def of(kind: type[E], events: Sequence[Event]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def clock(at: datetime) -> ClockAdvanced:
    return ClockAdvanced(event_id=derived_id("clock", at.isoformat()), occurred_at=at, kind="minute")


def opened(*, rules: ExitRules = RULES, **changes: Any) -> Book:
    """Return a book that holds the trace's position, entered at 3.52; `changes` are of its order."""
    book, _ = run(EMPTY, [order(**changes), quoted(CALL, "3.50", "3.54", seconds=1)], rules=rules)
    return book


def test_the_trace_makes_1584_dollars_50_percent_and_50_r() -> None:
    book, events = run(EMPTY, [order(), quoted(CALL, "3.50", "3.54", seconds=10)])
    (position,) = book.positions
    assert (position.entry_price, position.quantity, position.status) == (Decimal("3.52"), 9, "open")
    assert position.unrealized_pnl(Decimal("3.78")) == Decimal("234.00")
    assert [type(event).__name__ for event in events] == ["OrderFilled", "OrderUpdated", "AccountEvent"]

    book, events = run(book, [quoted(CALL, "3.76", "3.80", seconds=60)])
    assert events == []

    book, (asked,) = run(book, [quoted(CALL, "5.28", "5.32", seconds=7_500)])
    assert isinstance(asked, OrderPlaced)
    assert (asked.exit_reason, asked.trigger_price, asked.quantity) == ("profit_target", Decimal("5.30"), 9)

    book, events = run(book, [traded(CALL, "5.30", seconds=7_501)])
    assert events == []

    book, (fill, updated, told, trade) = run(book, [quoted(CALL, "5.26", "5.30", seconds=7_510)])
    assert isinstance(fill, OrderFilled)
    assert isinstance(updated, OrderUpdated)
    assert isinstance(told, AccountEvent)
    assert isinstance(trade, TradeClosed)
    assert (fill.price, updated.status, told.kind) == (Decimal("5.28"), "filled", "position_closed")
    assert (trade.realized_pnl, trade.pnl_percent, trade.pnl_r) == (
        Decimal("1584.00"),
        Decimal("50.00"),
        Decimal("50.00"),
    )
    assert (trade.exit_reason, trade.duration_minutes) == ("profit_target", 125)
    assert (trade.entry_order_id, trade.exit_order_id) == (order().event_id, asked.event_id)
    assert (book.positions, book.working) == ((), ())

    _, events = run(book, [quoted(CALL, "5.28", "5.32", seconds=7_520)])
    assert events == []


def test_a_trade_is_no_quote_to_fill_at() -> None:
    book, events = run(EMPTY, [order(), traded(CALL, "3.40", seconds=1)])
    assert events == []
    _, (fill, *_) = run(book, [quoted(CALL, "3.50", "3.54", seconds=2)])
    assert isinstance(fill, OrderFilled)
    assert fill.price == Decimal("3.52")


def test_a_quote_without_a_side_or_of_another_contract_fills_nothing() -> None:
    one_sided = Tick(CALL, micros(1), bid=nanos("3.50"))
    _, events = run(EMPTY, [order(), one_sided, quoted(OTHER_CALL, "1.00", "1.10", seconds=2), traded(SPY, "595")])
    assert events == []


def test_a_quote_before_the_order_does_not_fill_it() -> None:
    _, events = run(EMPTY, [quoted(CALL, "3.50", "3.54", seconds=-1), order()])
    assert events == []


@pytest.mark.parametrize(
    ("bid", "ask", "price"),
    [
        ("3.5", "3.54", "3.5200"),
        ("3.5", "3.5301", "3.5150"),  # 3.51505, half to even
        ("3.5", "3.5303", "3.5152"),  # 3.51515, half to even
        ("0.0", "0.01", "0.0050"),
    ],
)
def test_a_fill_is_at_the_mid_to_four_decimals(bid: str, ask: str, price: str) -> None:
    _, (fill, *_) = run(EMPTY, [order(), quoted(CALL, bid, ask, seconds=1)])
    assert isinstance(fill, OrderFilled)
    assert str(fill.price) == price


def test_nothing_is_bought_for_nothing() -> None:
    _, events = run(EMPTY, [order(), quoted(CALL, "0", "0", seconds=1)])
    assert events == []


def test_what_is_worth_nothing_is_sold_for_nothing() -> None:
    worthless = Tick(CALL, micros(60), bid=0, ask=1)
    _, events = run(opened(), [worthless, worthless])
    assert [event.exit_reason for event in of(OrderPlaced, events)] == ["total_loss"]
    assert [(fill.side, fill.price) for fill in of(OrderFilled, events)] == [("sell_to_close", Decimal(0))]
    assert [trade.realized_pnl for trade in of(TradeClosed, events)] == [Decimal(-3168)]


def test_an_order_without_a_quote_in_time_fails_and_its_account_is_told() -> None:
    at_the_limit: list[Step] = [order(), traded(SPY, "595", seconds=300), clock(AT + timedelta(seconds=300))]
    book, events = run(EMPTY, at_the_limit)
    assert events == []
    for late in (quoted(CALL, "3.50", "3.54", seconds=300.000001), traded(SPY, "595", seconds=301)):
        after, (updated, told) = run(book, [late])
        assert isinstance(updated, OrderUpdated)
        assert isinstance(told, AccountEvent)
        assert (updated.status, updated.reason, told.kind) == ("failed", "no_quote_in_time", "order_failed")
        assert told.reason == "no_quote_in_time"
        assert (updated.order_id, told.order_id) == (order().event_id, order().event_id)
        assert after == EMPTY
    after, silent = run(book, [clock(AT + timedelta(seconds=301))])
    assert [type(event).__name__ for event in silent] == ["OrderUpdated", "AccountEvent"]
    assert after == EMPTY


def test_a_quote_at_the_last_instant_still_fills() -> None:
    _, events = run(EMPTY, [order(), quoted(CALL, "3.50", "3.54", seconds=300)])
    assert of(OrderFilled, events)


def test_a_closing_order_waits_for_its_quote_for_ever() -> None:
    book, events = run(opened(), [traded(CALL, "5.30", seconds=60)])
    assert [event.exit_reason for event in of(OrderPlaced, events)] == ["profit_target"]
    much_later = 30 * 86_400
    book, events = run(book, [clock(AT + timedelta(seconds=much_later)), traded(SPY, "595", seconds=much_later)])
    assert events == []
    book, events = run(book, [quoted(CALL, "0", "0.02", seconds=much_later + 1)])
    assert [fill.price for fill in of(OrderFilled, events)] == [Decimal("0.01")]
    assert book == EMPTY


def test_the_tick_that_opens_a_position_does_not_judge_it() -> None:
    rules = ExitRules(profit_target_pct=Decimal("0.01"), stop_loss_pct=Decimal("0.01"))
    # a day before the expiration every time rule is due as well
    late = (EXPIRATION - AT.date()).days * 86_400 - 86_400
    placed = order(expires_at=None)
    book, events = run(EMPTY, [placed, quoted(CALL, "3.50", "3.54", seconds=late)], rules=rules)
    assert of(OrderPlaced, events) == []
    _, events = run(book, [traded(SPY, "595", seconds=late)], rules=rules)
    assert [event.exit_reason for event in of(OrderPlaced, events)] == ["min_dte_exit"]


def test_the_tick_that_calls_for_the_exit_does_not_fill_it() -> None:
    book, events = run(opened(), [quoted(CALL, "5.28", "5.32", seconds=60)])
    assert [type(event).__name__ for event in events] == ["OrderPlaced"]
    _, events = run(book, [quoted(CALL, "1.00", "1.02", seconds=60)])
    assert [fill.price for fill in of(OrderFilled, events)] == [Decimal("1.01")]


def test_a_repeated_order_is_ignored_while_it_works() -> None:
    book, _ = run(EMPTY, [order(), order()])
    assert len(book.working) == 1
    assert books.on_order(book, order())[0] is book


def test_its_own_closing_order_is_not_taken_in_a_second_time() -> None:
    book, (asked,) = run(opened(), [traded(CALL, "5.30", seconds=60)])
    assert isinstance(asked, OrderPlaced)
    assert books.on_order(book, asked) == (book, ())


def test_time_passes_in_silence_too() -> None:
    book = opened()
    assert run(book, [clock(AT + timedelta(hours=120, seconds=0.5))]) == (book, [])
    late = AT + timedelta(hours=120, seconds=1)
    after, (asked,) = run(book, [clock(late)])
    assert isinstance(asked, OrderPlaced)
    assert (asked.exit_reason, asked.trigger_price, asked.limit_price) == ("max_hold_time", None, Decimal("3.52"))
    assert run(after, [clock(late + timedelta(minutes=1))]) == (after, [])


def test_a_time_rule_is_met_by_ticks_of_the_underlying() -> None:
    _, (asked,) = run(opened(), [traded(SPY, "595", seconds=120 * 3_600 + 1)])
    assert isinstance(asked, OrderPlaced)
    assert asked.exit_reason == "max_hold_time"


def test_two_positions_are_judged_each_by_its_own_contract() -> None:
    book, _ = run(
        EMPTY,
        [
            order("one"),
            order("two", option_symbol=PUT),
            quoted(CALL, "3.50", "3.54", seconds=1),
            quoted(PUT, "2.00", "2.02", seconds=2),
        ],
    )
    after, (asked,) = run(book, [traded(PUT, "1.00", seconds=3)])
    assert isinstance(asked, OrderPlaced)
    assert (asked.option_symbol, asked.exit_reason) == (PUT, "stop_loss")
    assert [position.status for position in after.positions] == ["open", "closing"]


def live(status: str = "failed", reason: str | None = "refused") -> OrderUpdated:
    return OrderUpdated.model_validate(
        {
            "event_id": "u-1",
            "occurred_at": AT,
            "account_id": "paper",
            "order_id": order().event_id,
            "symbol": SPY,
            "status": status,
            "reason": reason,
        }
    )


def test_orders_for_a_live_broker_pass_by_the_paper_exchange() -> None:
    book, events = run(EMPTY, [order(order_type="live"), quoted(CALL, "3.50", "3.54", seconds=1)])
    assert events == []
    assert books.on_order_update(book, live("filled"), rules=RULES) == (book, ())
    after, (told,) = books.on_order_update(book, live(), rules=RULES)
    assert isinstance(told, AccountEvent)
    assert (after, told.kind, told.reason) == (EMPTY, "order_failed", "refused")
    _, (told,) = books.on_order_update(book, live(reason=None), rules=RULES)
    assert isinstance(told, AccountEvent)
    assert told.reason == "failed"


def test_a_paper_order_is_not_given_up_on_anothers_word() -> None:
    book, _ = run(EMPTY, [order()])
    assert books.on_order_update(book, live(), rules=RULES) == (book, ())
    assert books.on_order_update(EMPTY, live(), rules=RULES) == (EMPTY, ())
