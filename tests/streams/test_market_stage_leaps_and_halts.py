"""The market stage when it must stop or skip: the kill switch, a death at the open, a tape that leaps."""

import pytest

from schemas.accounts import AccountEvent
from schemas.decisions import TradeProposed
from schemas.event import Event
from schemas.operations import ControlChanged
from schemas.orders import OrderUpdated
from streams.topics import (
    ACCOUNT_EVENTS,
    CLOCK,
    CONTROLS,
    FILLS,
    MARKET_CONTEXT,
    ORDER_UPDATES,
    ORDERS,
    PRICE_TICKS,
    PROPOSALS,
    Topic,
)
from tests.agents.changes import change
from tests.agents.strategies import (
    CALL,
    OTHER_CALL,
    SPY,
    bias,
    chain,
    context_received,
    gex,
    listed,
    nanos,
    order,
    quoted,
)
from tests.streams.feeding import (
    ACCOUNT,
    AT_5_PERCENT,
    BOOK,
    HALT,
    OPEN,
    Fed,
    at_open,
    clock,
    frame,
    holding,
    queued,
    quote,
)
from tests.streams.staging import Line
from tests.streams.tallying import Crashed
from tests.streams.test_stage import numbered

ORDER = numbered(order(), ACCOUNT, 3)
HALT_PAPER = change("kill_switch.paper", '{"halted": true}', seconds=2)
HALT_OTHER = change("kill_switch.other", '{"halted": true}', seconds=2)


@pytest.mark.parametrize("halt", [HALT, HALT_PAPER])
@pytest.mark.parametrize("halted_first", [False, True])
@pytest.mark.parametrize("restarts", [False, True])
async def test_the_kill_switch_stops_an_order_that_is_on_its_way(
    halt: ControlChanged, *, halted_first: bool, restarts: bool
) -> None:
    fed = await Fed().begin()
    story: list[tuple[Topic, Event]] = [(ORDERS, ORDER), (CONTROLS, halt)]
    for topic, told in reversed(story) if halted_first else story:
        await fed.tell(topic, told)
        if restarts:
            await fed.begin()
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 5))
    assert fed.log.values(FILLS) == []
    book = fed.state("books", BOOK)
    assert (book.positions, book.working) == ((), ())
    updates = {event.event_id: event for event in fed.log.of(ORDER_UPDATES, OrderUpdated)}.values()
    assert [(event.order_id, event.status, event.reason) for event in updates] == [
        (ORDER.event_id, "failed", "kill_switch")
    ]
    released = {event.event_id: event for event in fed.log.of(ACCOUNT_EVENTS, AccountEvent)}.values()
    assert [(event.order_id, event.kind) for event in released] == [(ORDER.event_id, "order_failed")]


async def test_the_kill_switch_of_another_account_stops_nothing() -> None:
    fed = await Fed().begin()
    await fed.tell(ORDERS, ORDER)
    await fed.tell(CONTROLS, HALT_OTHER)
    await fed.tell(PRICE_TICKS, quote("3.50", "3.54", 5))
    assert len(fed.log.values(FILLS)) == 1


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("breaks_at", range(4))
async def test_a_signal_released_by_the_clock_is_decided_on_wherever_the_process_dies(
    breaks_at: int, *, arrives: bool
) -> None:
    """The desk has nothing that waits any more, and yet the clock must find it: its outbox was not sent."""
    fed = await queued()
    await fed.begin(Line(fed.log, breaks_at=breaks_at, arrives=arrives))
    with pytest.raises(Crashed):
        await fed.tell(CLOCK, clock(OPEN.replace(hour=16)))
    await fed.begin()
    await fed.tell_again()
    proposals = fed.log.of(PROPOSALS, TradeProposed)
    assert len({(event.source, event.sequence, event.event_id) for event in proposals}) == 1
    assert all(event.acked for event in fed.deliveries)


async def test_a_tape_that_leaps_past_the_close_does_not_trade_as_of_the_open() -> None:
    fed = await queued()
    evening = OPEN.replace(hour=22)
    context = context_received(
        bias=bias(timestamp=evening), gex=gex(), chain=chain(listed("596", bid="3.40", ask="3.50"), at=evening)
    )
    await fed.tell(MARKET_CONTEXT, context)
    await fed.tell(PRICE_TICKS, frame(at_open(SPY, evening)))
    await fed.tell(CLOCK, clock(OPEN, "session_open"))
    (asked,) = fed.log.of(PROPOSALS, TradeProposed)
    assert asked.codes[0] == "market_closed"


async def test_a_book_written_with_a_change_of_rules_goes_by_it_though_the_change_itself_was_lost() -> None:
    fed = await holding(await Fed().begin())
    await fed.tell(ORDERS, numbered(order("ord-002", option_symbol=OTHER_CALL), ACCOUNT, 4))
    await fed.begin(Line(fed.log, breaks_at=1))  # the book is written, the controls are not
    with pytest.raises(Crashed):
        await fed.tell(CONTROLS, AT_5_PERCENT)
    await fed.begin()
    await fed.tell(PRICE_TICKS, frame(quoted(OTHER_CALL, "1.99", "2.01", seconds=3)))
    targets = {position.option_symbol: position.target_at_or_above for position in fed.state("books", BOOK).positions}
    assert targets == {CALL: nanos("3.696"), OTHER_CALL: nanos("3")}
    await fed.tell_again()
    targets = {position.option_symbol: position.target_at_or_above for position in fed.state("books", BOOK).positions}
    assert targets == {CALL: nanos("3.696"), OTHER_CALL: nanos("2.1")}
