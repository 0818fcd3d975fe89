"""Live exits: what they are sent at, the bolder orders that follow, and what becomes of those that come to nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from agents import book as books
from agents.live_exits import CAN_WAIT, Quotes
from agents.quiet import quiet_marks
from schemas.accounts import AccountEvent
from schemas.decisions import EntryContext
from schemas.ids import derived_id
from schemas.orders import ExitReason, OrderFilled, OrderPlaced, TradeClosed
from schemas.positions import LiveOrder, Lot
from tests.agents.brokerage import executed
from tests.agents.live_cases import (
    LIVE,
    after,
    canceled,
    closing,
    holding,
    position,
    quotes,
    request,
    requests,
    tick,
    update,
)
from tests.agents.strategies import CALL, OTHER_CALL, SPY, bias, order, quoted, traded
from tests.agents.test_book import EMPTY, RULES, clock, of, run

NOW_OR_NEVER = {
    "stop_loss",
    "max_hold_time",
    "min_dte_exit",
    "total_loss",
    "expired",
    "deep_loss",
    "near_expiration",
    "kill_switch",
}


def test_each_reason_for_an_exit_can_wait_or_cannot() -> None:
    assert set(get_args(ExitReason)) == CAN_WAIT | NOW_OR_NEVER
    assert not CAN_WAIT & NOW_OR_NEVER


def test_an_exit_that_can_wait_begins_at_the_mark() -> None:
    book, asked = closing("5.3078")
    assert (asked.exit_reason, asked.order_type, asked.side) == ("profit_target", "live", "sell_to_close")
    assert (asked.pricing, asked.step, asked.limit_price, asked.quantity) == ("limit", 0, Decimal("5.30"), 9)
    assert asked.trigger_price == Decimal("5.3078")
    assert book.working == (asked,)
    assert book.live == {asked.event_id: LiveOrder(bolder_at=after(65))}
    held = position(book)
    assert (held.status, held.exit_order_id, held.exit_orders) == ("closing", asked.event_id, 1)


def test_no_limit_is_below_a_cent() -> None:
    book = holding((9, "0.0040"))
    _, asked = closing("0.0076", book=book)
    assert (asked.exit_reason, asked.limit_price, asked.pricing) == ("profit_target", Decimal("0.01"), "limit")


def test_an_exit_that_cannot_wait_goes_to_the_market() -> None:
    book, asked = closing("1.00")
    assert (asked.exit_reason, asked.pricing, asked.step) == ("stop_loss", "market", 2)
    assert book.live == {asked.event_id: LiveOrder()}
    assert quiet_marks(book, None) == quiet_marks(EMPTY, None)


def test_a_time_rule_sends_to_the_market_without_a_mark() -> None:
    _, events = run(holding(), [clock(after(121 * 3_600))])
    (asked,) = of(OrderPlaced, events)
    assert (asked.exit_reason, asked.pricing, asked.step) == ("max_hold_time", "market", 2)


@pytest.mark.parametrize(
    ("known", "limit"),
    [
        (quotes("3.60", "3.70"), "3.65"),
        (quotes("3.60", "3.70", trade="3.69", traded_at=1), "3.69"),
        (quotes("3.60", "3.70", trade="3.69", traded_at=0), "3.65"),
        (quotes("3.60", "3.70", trade="3.69", traded_at=-1), "3.65"),
        ({CALL: quotes("3.60", "3.70", trade="3.69")[CALL].model_copy(update={"ask": -1})}, "3.69"),
        ({CALL: quotes("3.60", "3.70")[CALL].model_copy(update={"ask": -1})}, None),
        ({}, None),
    ],
)
def test_a_request_is_sent_at_the_newest_mark_or_else_to_the_market(known: Quotes, limit: str | None) -> None:
    book, (asked,) = request(holding(), quotes=known)
    assert isinstance(asked, OrderPlaced)
    assert asked.trigger_price is None
    if limit is None:
        assert (asked.pricing, asked.step) == ("market", 2)
        assert book.live[asked.event_id].bolder_at is None
    else:
        assert (asked.pricing, asked.step, asked.limit_price) == ("limit", 0, Decimal(limit))
        assert book.live[asked.event_id].bolder_at == after(65)


def test_a_bias_sends_out_at_the_newest_mark_too() -> None:
    book = holding(entry=EntryContext(bias="bullish", bias_confidence=Decimal(75), chop_score=Decimal(20)))
    turned = bias(timestamp=after(50), bias="bearish")
    _, (asked,) = books.on_bias(book, turned, at=after(60), rules=RULES, quotes=quotes("3.60", "3.70"))
    assert isinstance(asked, OrderPlaced)
    assert (asked.exit_reason, asked.limit_price, asked.occurred_at) == (
        "exit_intelligence",
        Decimal("3.65"),
        after(60),
    )
    _, (asked,) = books.on_bias(book, turned, at=after(60), rules=RULES)
    assert isinstance(asked, OrderPlaced)
    assert asked.pricing == "market"


def test_an_exit_not_filled_in_time_is_followed_by_bolder_ones_up_to_the_market() -> None:
    book, first = closing("5.30")
    assert tick(book, traded(SPY, "595", seconds=64.9)) == (book, [])
    book, events = tick(book, traded(SPY, "595", seconds=65))
    assert requests(events) == [(first.event_id, "bolder_step")]
    assert events[0].occurred_at == after(65)
    assert tick(book, traded(CALL, "9.00", seconds=66)) == (book, [])

    book, events = update(book, canceled(first, 67), quotes=quotes("5.105", "5.30"))
    (second,) = events
    assert isinstance(second, OrderPlaced)
    assert book.working == (second,)
    assert (second.step, second.pricing, second.limit_price) == (1, "limit", Decimal("5.10"))
    assert (second.quantity, second.occurred_at, second.exit_reason) == (9, after(67), "profit_target")
    assert (second.trigger_price, second.remaining_quantity) == (Decimal("5.30"), 0)
    assert second.event_id == derived_id("order", LIVE.position_id, "exit", 1)
    assert second.client_order_id == f"ts-{second.event_id}"
    assert book.live == {second.event_id: LiveOrder(bolder_at=after(72))}
    held = position(book)
    assert (held.status, held.exit_order_id, held.exit_reason) == ("closing", second.event_id, "profit_target")
    assert (held.exit_orders, held.follow_ups) == (2, 1)

    book, events = run(book, [clock(after(72))])
    assert requests(events) == [(second.event_id, "bolder_step")]
    book, (third,) = update(book, canceled(second, 73), quotes=quotes("4.00", "4.10"))
    assert isinstance(third, OrderPlaced)
    assert (third.step, third.pricing, third.limit_price) == (2, "market", Decimal("5.10"))
    assert book.live == {third.event_id: LiveOrder()}
    assert run(book, [clock(after(3_600))]) == (book, [])

    book, events = update(book, executed(third, 9, "4.02", after(3_601)))
    (trade,) = of(TradeClosed, events)
    assert (trade.partial_exits, trade.exit_order_id, trade.exit_price) == (0, third.event_id, Decimal("4.02"))


@pytest.mark.parametrize(
    ("known", "limit"),
    [
        ({}, "5.19"),
        (quotes("5.29", "5.30"), "5.29"),
        (quotes("5.30", "5.31"), "5.19"),
        (quotes("6.00", "6.10"), "5.19"),
        (quotes("0.00", "0.10"), "5.19"),
        (quotes("0.001", "0.10"), "0.01"),
    ],
)
def test_the_second_step_is_at_the_bid_or_a_little_lower(known: Quotes, limit: str) -> None:
    book, asked = closing("5.30")
    book, _ = tick(book, traded(SPY, "595", seconds=65))
    _, (second,) = update(book, canceled(asked, 66), quotes=known)
    assert second.limit_price == Decimal(limit)


def test_how_long_a_step_lasts_is_a_rule() -> None:
    rules = replace(RULES, step_after=timedelta(seconds=1))
    book, _ = tick(holding(), traded(CALL, "5.30", seconds=60), rules=rules)
    _, events = tick(book, traded(SPY, "595", seconds=61), rules=rules)
    assert len(requests(events)) == 1


def test_a_step_partly_filled_goes_on_with_the_rest() -> None:
    book, first = closing("5.30")
    book, (fill, event) = update(book, executed(first, 4, "5.30", after(61)))
    assert (fill.quantity, fill.side, fill.remaining_quantity, fill.exit_reason) == (
        4,
        "sell_to_close",
        5,
        "profit_target",
    )
    assert (event.kind, event.quantity, event.realized_pnl) == ("position_reduced", 4, Decimal("712.00"))
    held = position(book)
    assert (held.status, held.quantity, held.available, held.leaving) == ("closing", 5, 0, 0)
    book, _ = tick(book, traded(SPY, "595", seconds=65))
    book, (second,) = update(book, canceled(first, 66, filled=4))
    assert second.quantity == 5
    book, events = update(book, executed(second, 5, "5.20", after(67)))
    (fill, event, trade) = events
    assert (event.kind, event.realized_pnl, fill.remaining_quantity) == ("position_closed", Decimal("840.00"), 0)
    assert isinstance(trade, TradeClosed)
    assert (trade.quantity, trade.realized_pnl, trade.entry_price) == (9, Decimal(1552), Decimal("3.52"))
    assert (trade.exit_price, trade.exit_reason) == (Decimal("5.2444"), "profit_target")
    assert (trade.pnl_percent, trade.pnl_r) == (Decimal("48.99"), Decimal("48.99"))
    assert (trade.occurred_at, trade.exit_timestamp, trade.duration_minutes) == (after(67), after(67), 1)
    assert (book.positions, book.working, book.live) == ((), (), {})


def test_a_cancellation_that_lost_the_race_is_no_step() -> None:
    book, asked = closing("5.30")
    book, _ = tick(book, traded(SPY, "595", seconds=65))
    book, events = update(book, executed(asked, 9, "5.30", after(66)))
    assert [type(event) for event in events] == [OrderFilled, AccountEvent, TradeClosed]
    assert (book.positions, book.working, book.live) == ((), (), {})


def test_a_partial_exit_in_steps_stays_partial() -> None:
    book, part = closing("4.50")
    book, _ = tick(book, traded(SPY, "595", seconds=65))
    book, (second,) = update(book, canceled(part, 66))
    assert isinstance(second, OrderPlaced)
    assert (second.quantity, second.step, second.remaining_quantity) == (5, 1, 4)
    held = position(book)
    assert (held.status, held.leaving, held.available, held.exit_order_id) == ("open", 5, 4, None)


def test_a_sale_in_two_of_lots_is_exact() -> None:
    book, asked = closing("5.30", book=holding((1, "3.33"), (2, "3.34"), (1, "3.33")))
    assert position(book).entry_price == Decimal("3.3350")
    book, (_, event) = update(book, executed(asked, 2, "5.00", after(61)))
    assert event.realized_pnl == Decimal("333.00")  # 1.67 and 1.66
    assert position(book).lots == (Lot(quantity=1, price=Decimal("3.34")), Lot(quantity=1, price=Decimal("3.33")))
    assert position(book).sold_lots == (Lot(quantity=1, price=Decimal("3.33")), Lot(quantity=1, price=Decimal("3.34")))
    _, (_, event, trade) = update(book, executed(asked, 2, "5.01", after(62), so_far=2))
    assert event.realized_pnl == Decimal("335.00")
    assert (trade.realized_pnl, trade.entry_price, trade.exit_price) == (
        Decimal("668.00"),
        Decimal("3.3350"),
        Decimal("5.0050"),
    )
    assert (trade.pnl_percent, trade.quantity) == (Decimal("50.07"), 4)


def test_quotes_alone_do_not_fill_a_live_exit() -> None:
    book, _ = closing("5.30")
    assert tick(book, quoted(CALL, "5.28", "5.32", seconds=61)) == (book, [])


def _all(events: list[Any]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_what_is_asked_out_in_one_frame_is_followed_up_in_the_same() -> None:
    _, events = tick(holding(), traded(CALL, "5.30", seconds=60), traded(CALL, "5.30", seconds=65))
    assert _all(events) == ["OrderPlaced", "CancelRequested"]


def test_an_exit_goes_out_beside_what_else_a_tick_brings() -> None:
    other = order("two", order_type="live", option_symbol=OTHER_CALL)
    book, _ = books.on_order(holding(), other)
    book, events = tick(book, traded(CALL, "1.00", seconds=301))
    assert _all(events) == ["CancelRequested", "OrderPlaced"]
    assert events[1].pricing == "market"
