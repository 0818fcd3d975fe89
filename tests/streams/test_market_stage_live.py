"""The market stage with live orders: what an executor says reaches the book once, with the prices of the market."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agents.rules import RiskLimits, Rules
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import CancelRequested, OrderFilled, OrderPlaced, PositionAdjusted
from streams.topics import (
    CANCEL_REQUESTS,
    CLOSE_REQUESTS,
    CONTROLS,
    FILLS,
    MARKET_CONTEXT,
    ORDER_UPDATES,
    ORDERS,
    POSITION_ADJUSTMENTS,
    PRICE_TICKS,
)
from tests.agents.brokerage import executed, told
from tests.agents.changes import change
from tests.agents.strategies import AT, CALL, SPY, bias, context_received, order, quoted, traded
from tests.streams.feeding import (
    ACCOUNT,
    BOOK,
    HALT,
    KNOWN_ENTRY,
    Fed,
    asked_out,
    asked_to_close,
    frame,
    quote,
)
from tests.streams.test_stage import numbered

EXECUTOR = "executor/paper"
LIVE = order(order_type="live", entry=KNOWN_ENTRY)


def said(event: Event, sequence: int) -> Event:
    return numbered(event, EXECUTOR, sequence)


def adjusted(quantity: int, sequence: int) -> Event:
    event = PositionAdjusted(
        event_id=derived_id("adjusted", quantity),
        occurred_at=AT + timedelta(seconds=9),
        account_id="paper",
        symbol=SPY,
        option_symbol=CALL,
        position_id=LIVE.position_id,
        quantity=quantity,
        price=Decimal("4.00"),
        reason="sold_elsewhere",
    )
    return said(event, sequence)


async def ordered(**begin: Any) -> Fed:
    fed = await Fed(**begin).begin()
    await fed.tell(ORDERS, numbered(LIVE, ACCOUNT, 3))
    return fed


async def held() -> Fed:
    fed = await ordered()
    await fed.tell(ORDER_UPDATES, said(executed(LIVE, 9, "3.52", AT), 1))
    return fed


async def test_executions_make_a_position_whatever_the_tape_says_and_outlive_the_process() -> None:
    fed = await ordered()
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 1))
    await fed.tell(ORDER_UPDATES, said(executed(LIVE, 4, "3.40", AT), 1))
    assert fed.state("books", BOOK).live[LIVE.event_id].filled_quantity == 4
    await fed.begin()
    await fed.tell(ORDER_UPDATES, said(executed(LIVE, 4, "3.40", AT), 1))
    await fed.tell(ORDER_UPDATES, said(executed(LIVE, 5, "3.60", AT, so_far=4), 2))
    assert (fed.position().quantity, fed.position().entry_price) == (9, Decimal("3.5111"))
    fills = {fill.event_id: fill for fill in fed.log.of(FILLS, OrderFilled)}
    assert [(fill.quantity, fill.price) for fill in fills.values()] == [
        (4, Decimal("3.40")),
        (5, Decimal("3.60")),
    ]


async def test_an_execution_read_before_its_order_waits_for_it() -> None:
    fed = await Fed().begin()
    await fed.tell(ORDER_UPDATES, said(executed(LIVE, 9, "3.52", AT), 1))
    await fed.tell(ORDERS, numbered(LIVE, ACCOUNT, 3))
    assert (fed.position().quantity, fed.state("books", BOOK).working) == (9, ())


async def test_what_is_asked_of_the_executor_goes_to_its_topic() -> None:
    fed = await ordered()
    await fed.tell(CONTROLS, HALT)
    (asked,) = fed.log.of(CANCEL_REQUESTS, CancelRequested)
    assert (asked.order_id, asked.reason) == (LIVE.event_id, "kill_switch")
    late = await Fed().begin()
    await late.tell(CONTROLS, HALT)
    await late.tell(ORDERS, numbered(LIVE, ACCOUNT, 3))
    assert [asked.reason for asked in late.log.of(CANCEL_REQUESTS, CancelRequested)] == ["kill_switch"]


async def test_an_exit_by_hand_begins_at_the_markets_mark_and_goes_on_at_its_bid() -> None:
    fed = await held()
    await fed.tell(PRICE_TICKS, quote("3.60", "3.70", 1))
    await fed.tell(CLOSE_REQUESTS, asked_to_close(quantity=None))
    (first,) = fed.log.of(ORDERS, OrderPlaced)
    assert (first.step, first.limit_price) == (0, Decimal("3.65"))
    await fed.tell(PRICE_TICKS, frame(quoted(CALL, "3.55", "3.65", seconds=8)))
    await fed.tell(ORDER_UPDATES, said(told(first, "canceled", AT + timedelta(seconds=9)), 2))
    second = fed.log.of(ORDERS, OrderPlaced)[-1]
    assert (second.step, second.limit_price, second.quantity) == (1, Decimal("3.55"), 9)
    assert len(fed.log.of(CANCEL_REQUESTS, CancelRequested)) == 1


async def test_a_bias_sends_out_at_the_markets_mark() -> None:
    fed = await held()
    await fed.tell(PRICE_TICKS, quote("3.60", "3.70", 1))
    at = AT + timedelta(seconds=5)
    await fed.tell(MARKET_CONTEXT, context_received(bias=bias(timestamp=at, bias="bearish"), occurred_at=at))
    (asked,) = fed.log.of(ORDERS, OrderPlaced)
    assert (asked.exit_reason, asked.limit_price) == ("exit_intelligence", Decimal("3.65"))


async def test_how_long_a_step_lasts_is_configured() -> None:
    rules = Rules(exits=replace(Rules().exits, step_after=timedelta(seconds=2)))
    fed = await ordered(rules=rules)
    await fed.tell(ORDER_UPDATES, said(executed(LIVE, 9, "3.52", AT), 1))
    await fed.tell(PRICE_TICKS, frame(traded(CALL, "5.30", seconds=5)), frame(traded(SPY, "595", seconds=7)))
    assert [asked.reason for asked in fed.log.of(CANCEL_REQUESTS, CancelRequested)] == ["bolder_step"]


async def test_the_quantity_at_the_broker_counts_once() -> None:
    fed = await held()
    await fed.tell(POSITION_ADJUSTMENTS, adjusted(5, 3))
    assert fed.position().quantity == 5
    await fed.tell(POSITION_ADJUSTMENTS, adjusted(3, 5))
    await fed.begin()
    await fed.tell(POSITION_ADJUSTMENTS, adjusted(5, 3))
    assert fed.position().quantity == 3


async def test_an_update_that_an_adjustment_has_overtaken_is_not_a_repeat() -> None:
    """An executor numbers what it sends to several topics, and the topics are read in any order."""
    fed = await held()
    await fed.tell(POSITION_ADJUSTMENTS, adjusted(5, 9))
    await fed.tell(PRICE_TICKS, frame(traded(CALL, "1.00", seconds=20)))
    (asked,) = fed.log.of(ORDERS, OrderPlaced)
    await fed.tell(ORDER_UPDATES, said(executed(asked, 2, "1.00", AT), 8))
    assert fed.position().quantity == 3
    assert asked_out(fed) == [("stop_loss", 5)]


async def test_an_adjustment_or_update_in_another_partition_is_a_dead_letter() -> None:
    fed = await ordered()
    other = (fed.home + 1) % 8
    await fed.tell(POSITION_ADJUSTMENTS, adjusted(5, 3), partition=other)
    await fed.tell(ORDER_UPDATES, said(executed(LIVE, 9, "3.52", AT), 1), partition=other)
    await fed.tell(POSITION_ADJUSTMENTS, b"nothing")
    assert [(topic, reason) for topic, _, reason in fed.letters()] == [
        ("position-adjustments.v1", "undecodable"),
        ("order-updates.v1", "undecodable"),
        ("position-adjustments.v1", "undecodable"),
    ]
    assert fed.state("books", BOOK).positions == ()


async def test_a_pause_leaves_books_alone() -> None:
    fed = await Fed(rules=Rules(limits=RiskLimits())).begin()
    await fed.tell(ORDERS, numbered(LIVE, ACCOUNT, 3))
    await fed.tell(CONTROLS, change("pause.SPY", '{"paused": true}', seconds=2))
    assert fed.log.of(CANCEL_REQUESTS, CancelRequested) == []
