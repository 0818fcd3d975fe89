"""The market stage on real tables: a trade told to it from alert to closing, whatever dies on the way."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError

from agents.rules import Rules
from schemas.accounts import AccountEvent
from schemas.codec import encode
from schemas.decisions import AgentReported, SignalEnriched, TradeProposed
from schemas.event import Event
from schemas.operations import ClockAdvanced, DeadLettered
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.ticks import Tick, TickFrame
from streams.processors.market import MarketStage
from streams.tables import Records
from streams.topics import (
    ACCOUNT_EVENTS,
    AGENT_OUTPUTS,
    BOOKS,
    CLOCK,
    DEAD_LETTERS,
    ENRICHMENTS,
    FILLS,
    MARKET_CONTEXT,
    MARKETS,
    ORDER_UPDATES,
    ORDERS,
    PRICE_TICKS,
    PROPOSALS,
    SIGNALS,
    TRADES,
    Topic,
    partition_of,
)
from tests.agents.strategies import (
    AT,
    CALL,
    SPY,
    bias,
    chain,
    context_received,
    gex,
    listed,
    order,
    quoted,
    signal,
    traded,
)
from tests.streams.staging import MARKET_TABLES, Delivery, Line, Log, delivery, recover, started, tables
from tests.streams.tallying import Crashed
from tests.streams.test_stage import HOME, XNYS, numbered


def market_stage(known: dict[str, Records[Any]], line: Line) -> MarketStage:
    return started(MarketStage, known, line, rules=Rules(), calendar=XNYS)


def framed(ticks: Sequence[Tick], sequence: int) -> bytes:
    return encode(TickFrame.of(ticks, source="feed", sequence=sequence))


def numbered_order() -> bytes:
    return encode(numbered(order(), "accounts/paper", 2))


CONTEXT = context_received(bias=bias(), gex=gex(), chain=chain(listed("596", bid="3.40", ask="3.50")))
STORY: list[tuple[Topic, bytes]] = [
    (MARKET_CONTEXT, encode(CONTEXT)),
    (PRICE_TICKS, framed([traded(SPY, "595.42", seconds=-1)], 1)),
    (SIGNALS, encode(signal())),
    (PRICE_TICKS, framed([quoted(CALL, "3.40", "3.50")], 2)),
    (ORDERS, numbered_order()),
    (PRICE_TICKS, framed([quoted(CALL, "3.50", "3.54", seconds=1), traded(SPY, "596", seconds=2)], 3)),
    (PRICE_TICKS, framed([quoted(CALL, "3.76", "3.80", seconds=3)], 4)),
    (CLOCK, encode(ClockAdvanced(event_id="c-1", occurred_at=AT, kind="minute"))),
    (PRICE_TICKS, framed([quoted(CALL, "5.28", "5.32", seconds=4), traded(SPY, "597", seconds=5)], 5)),
    (PRICE_TICKS, framed([quoted(CALL, "5.26", "5.30", seconds=6)], 6)),
]
"""The trace of a trade, as the market stage reads it."""
OUTPUTS: list[tuple[Topic, type[Event]]] = [
    (ENRICHMENTS, SignalEnriched),
    (AGENT_OUTPUTS, AgentReported),
    (PROPOSALS, TradeProposed),
    (FILLS, OrderFilled),
    (ORDER_UPDATES, OrderUpdated),
    (ACCOUNT_EVENTS, AccountEvent),
    (ORDERS, OrderPlaced),
    (TRADES, TradeClosed),
]


def stamped() -> list[tuple[int, Topic, int, bytes]]:
    """Return the story with its order in time and its offsets."""
    counts: dict[str, int] = {}
    found = []
    for time, (topic, value) in enumerate(STORY):
        counts[topic.name] = counts.get(topic.name, -1) + 1
        found.append((time, topic, counts[topic.name], value))
    return found


async def told(log: Log, crashes: Sequence[tuple[int, bool]], *, batch_max: int) -> None:
    """Tell the story to one process after the other, from what was acknowledged on, until one lives to its end."""
    known = tables(MARKET_TABLES)
    committed: dict[str, int] = {}
    for crash in [*crashes, None]:
        line = Line(log) if crash is None else Line(log, breaks_at=crash[0], arrives=crash[1])
        stage = market_stage(known, line)
        recover(known, log)
        pending: list[Delivery] = []
        left = [entry for entry in stamped() if entry[2] >= committed.get(entry[1].name, 0)]
        try:
            await stage.open()
            while left:
                batch = [
                    delivery(topic, value, partition=HOME, offset=offset)
                    for _, topic, offset, value in left[:batch_max]
                ]
                left = left[batch_max:]
                pending += batch
                await stage._process(batch)
                if len(left) % 3 == 0:
                    await stage._checkpoint()
        except Crashed:
            pass
        for event in pending:
            offset, topic = event.message.offset, event.message.topic
            # as Kafka commits: up to the first that is not acknowledged
            if event.acked and offset == committed.get(topic, 0):
                committed[topic] = offset + 1
    assert committed == {topic.name: sum(item is topic for item, _ in STORY) for topic, _ in STORY}


def said(log: Log) -> dict[str, list[Event]]:
    """Return what readers keep of each topic that drop what is not newer than the newest by its source."""
    found: dict[str, list[Event]] = {}
    for topic, model in OUTPUTS:
        newest: dict[str, int] = {}
        kept = found[topic.name] = []
        for event in log.of(topic, model):
            if event.sequence > newest.get(event.source, 0):
                newest[event.source] = event.sequence
                if isinstance(event, SignalEnriched):
                    # how far was read is of the process, not of the decision
                    event = event.model_copy(update={"read_positions": {}})
                kept.append(event)
    return found


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, list[Event]]:
    """Return what the stage says of the story when nothing happens to it."""
    log = Log()
    asyncio.run(told(log, [], batch_max=1))
    return said(log)


def test_the_market_stage_tells_the_trace(undisturbed: dict[str, list[Event]]) -> None:
    assert {name: len(events) for name, events in undisturbed.items()} == {
        ENRICHMENTS.name: 1,
        AGENT_OUTPUTS.name: 1,
        PROPOSALS.name: 1,
        FILLS.name: 2,
        ORDER_UPDATES.name: 2,
        ACCOUNT_EVENTS.name: 2,
        ORDERS.name: 1,
        TRADES.name: 1,
    }
    (trade,) = undisturbed[TRADES.name]
    assert isinstance(trade, TradeClosed)
    assert (str(trade.realized_pnl), str(trade.pnl_percent)) == ("1584.00", "50.00")
    (proposed,) = undisturbed[PROPOSALS.name]
    assert isinstance(proposed, TradeProposed)
    assert proposed.recommendation is not None
    assert proposed.recommendation.quantity == 9


@pytest.mark.parametrize("batch_max", [1, 3, 100])
@pytest.mark.parametrize("arrives", [False, True])
def test_the_market_stage_says_the_same_wherever_its_process_dies(
    undisturbed: dict[str, list[Event]], batch_max: int, arrives: bool
) -> None:
    for breaks_at in range(18):
        log = Log()
        asyncio.run(told(log, [(breaks_at, arrives), (1, not arrives)], batch_max=batch_max))
        assert said(log) == undisturbed, breaks_at


async def test_frames_are_acknowledged_by_the_checkpoint_that_holds_them() -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    frame = delivery(PRICE_TICKS, framed([traded(SPY, "595.42")], 1), partition=HOME, offset=0)
    context = delivery(MARKET_CONTEXT, encode(CONTEXT), partition=HOME, offset=0)
    alert = delivery(SIGNALS, encode(signal()), partition=HOME, offset=0)
    await stage._process([frame, context, alert])
    assert [event.acked for event in (frame, context, alert)] == [False, False, True]
    assert log.values(MARKETS) == []
    await stage._checkpoint()
    assert [event.acked for event in (frame, context)] == [True, True]
    assert len(log.values(MARKETS)) == 1


async def test_markets_are_written_partition_by_partition_over_a_second_and_all_in_a_pause() -> None:
    stage = market_stage(tables(MARKET_TABLES), Line(Log()))
    await stage.open()
    names = {partition_of(symbol): symbol for symbol in ("SPY", "QQQ", "IWM", "AAPL", "MSFT", "NVDA", "TSLA", "AMD")}
    frames = [
        delivery(PRICE_TICKS, framed([traded(symbol, "595.42")], 1), partition=partition, offset=0)
        for partition, symbol in names.items()
    ]
    await stage._process(frames)
    began, held = stage._worked, sorted(names)
    assert len(held) > 3
    assert stage._due(began + 0.01, lasted_s=0.05) == []
    stage._checkpointed |= {partition: began - 1 - number / 100 for number, partition in enumerate(held)}
    assert stage._due(began + 0.01, lasted_s=0.05) == held[:-2:-1], "the one that has gone unwritten longest"
    assert stage._due(began + 0.01, lasted_s=2 / len(held)) == held[:-3:-1], "more after a longer turn"
    assert stage._due(began + 0.01, lasted_s=5.0) == held[::-1]
    assert sorted(stage._due(began + 0.06, lasted_s=0.05)) == held
    await stage._checkpoint(held[:1])
    assert stage._due(began + 0.01, lasted_s=5.0) == held[:0:-1]


@pytest.mark.parametrize("error", [KafkaTimeoutError, TimeoutError, RuntimeError])
async def test_what_kafka_does_not_take_is_not_acknowledged_and_ends_the_process(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(Line):
        async def send_encoded(self, *_: Any, **__: Any) -> Any:
            raise error

    def gone(*_: object, **__: object) -> None:
        raise Crashed

    monkeypatch.setattr("streams.stage.leave", gone)  # it would end this process
    stage = market_stage(tables(MARKET_TABLES), Refusing(Log()))
    await stage.open()
    frame = delivery(PRICE_TICKS, framed([traded(SPY, "595.42")], 1), partition=HOME, offset=0)
    await stage._process([frame])
    with pytest.raises(Crashed):
        await stage._checkpoint()
    alert = delivery(SIGNALS, encode(signal()), partition=HOME, offset=0)
    with pytest.raises(Crashed):
        await stage._process([alert])
    assert [event.acked for event in (frame, alert)] == [False, False]


async def test_what_a_revoked_market_held_is_not_acknowledged() -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    frame = delivery(PRICE_TICKS, framed([traded(SPY, "595.42")], 1), partition=HOME, offset=0)
    await stage._process([frame])
    await stage.close()
    await stage._checkpoint()
    await stage.open()
    await stage._checkpoint()
    assert not frame.acked
    assert log.sent == []
    assert known["markets"].get(SPY) is None


async def test_a_tick_that_changes_no_book_writes_none() -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    await stage._process([delivery(ORDERS, numbered_order(), partition=HOME, offset=0)])
    await stage._process([delivery(PRICE_TICKS, STORY[5][1], partition=HOME, offset=0)])
    before = len(log.values(BOOKS))
    await stage._process([delivery(PRICE_TICKS, STORY[6][1], partition=HOME, offset=1)])
    assert len(log.values(BOOKS)) == before == 2


async def test_an_order_sent_twice_is_filled_once() -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    for offset in (0, 1):
        await stage._process([delivery(ORDERS, numbered_order(), partition=HOME, offset=offset)])
        frame = framed([quoted(CALL, "3.50", "3.54", seconds=1 + offset)], offset)
        await stage._process([delivery(PRICE_TICKS, frame, partition=HOME, offset=offset)])
    assert len(log.of(FILLS, OrderFilled)) == 1


async def test_a_book_recovered_is_watched_by_the_tape_and_the_clock() -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    await stage._process([delivery(ORDERS, numbered_order(), partition=HOME, offset=0)])
    recover(known, log)
    stage = market_stage(known, Line(log))
    await stage.open()
    late = ClockAdvanced(event_id="c-9", occurred_at=AT.replace(hour=23), kind="minute")
    elsewhere = delivery(CLOCK, encode(late), partition=(HOME + 1) % 8, offset=0)
    await stage._process([elsewhere])
    assert log.of(ORDER_UPDATES, OrderUpdated) == []
    await stage._process([delivery(CLOCK, encode(late), partition=HOME, offset=0)])
    assert [event.status for event in log.of(ORDER_UPDATES, OrderUpdated)] == ["failed"]


@pytest.mark.parametrize("topic", [SIGNALS, MARKET_CONTEXT, PRICE_TICKS, ORDERS, ORDER_UPDATES, CLOCK])
async def test_a_corrupt_message_on_any_topic_is_a_dead_letter_and_is_not_delivered_again(topic: Topic) -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    event = delivery(topic, b"\x00\x00\x00\x00\x07nonsense", partition=HOME, offset=0)
    await stage._process([event])
    await stage._checkpoint()
    assert [(letter.topic, letter.reason) for letter in log.of(DEAD_LETTERS, DeadLettered)] == [
        (topic.name, "undecodable")
    ]
    assert event.acked


@pytest.mark.parametrize(
    ("topic", "value"),
    [
        (SIGNALS, encode(signal())),
        (MARKET_CONTEXT, encode(CONTEXT)),
        (PRICE_TICKS, STORY[1][1]),
        (ORDERS, encode(order())),
    ],
)
async def test_a_message_in_the_wrong_place_changes_nothing_and_is_a_dead_letter(topic: Topic, value: bytes) -> None:
    log, known = Log(), tables(MARKET_TABLES)
    stage = market_stage(known, Line(log))
    await stage.open()
    await stage._process([delivery(topic, value, partition=(HOME + 1) % 8, offset=0)])
    await stage._checkpoint()
    assert {entry.topic for entry in log.sent} == {DEAD_LETTERS.name}
