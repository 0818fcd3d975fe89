"""The stream on a real Kafka."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from api.server import create_app
from api.stream import following
from api.stream.cursors import Progress, read_cursor
from schemas.codec import encode
from schemas.event import Event as Fact
from schemas.event import to_micros
from schemas.positions import Book
from schemas.records import BookRecord
from schemas.ticks import Tick, TickFrame
from streams.publisher import Publisher
from streams.topics import BOOKS, CONTROLS, FILLS, ORDER_UPDATES, ORDERS, PRICE_TICKS, TRADES, Topic, partition_of
from tests.api.serving import NOWHERE, settings
from tests.api.stream_facts import AT, Event, closed, control, filled, placed, position, updated
from tests.api.streaming import Reader, listening, streaming

pytestmark = pytest.mark.kafka
TOPIC_OF: dict[str, tuple[Topic, Any]] = {
    "order": (ORDERS, placed),
    "update": (ORDER_UPDATES, updated),
    "fill": (FILLS, filled),
    "trade": (TRADES, closed),
}


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


@pytest.fixture
def account_id() -> str:
    return f"test-{uuid4().hex}"


async def tell(publisher: Publisher, topic: Topic, fact: Fact, *, key: str | None = None) -> None:
    given: Any = fact
    await publisher.publish(topic, fact, key=key or (given.account_id if topic.key == "account" else given.symbol))


async def facts_until(reader: Reader, last: str, *, within_s: float = 60.0) -> list[Event]:
    """Return the account's orders up to one by its client order id."""
    found = list[Event]()
    async with asyncio.timeout(within_s):
        while not found or found[-1].data.get("client_order_id") != last:
            event = await reader.next()
            if event.kind == "order":
                found.append(event)
    return found


async def test_a_stream_begins_says_what_happens_and_ends_with_the_process(
    kafka: str, publisher: Publisher, account_id: str
) -> None:
    async with listening(KAFKA_BOOTSTRAP_SERVERS=kafka, STREAM_HEARTBEAT_S="0.2") as (_, port):
        async with streaming(port, account_id) as reader:
            assert reader.status == 200
            assert reader.headers["content-type"].startswith("text/event-stream")
            assert (reader.headers["cache-control"], reader.headers["x-accel-buffering"]) == ("no-store", "no")
            assert "content-length" not in reader.headers
            begun = [event for event in await reader.until("risk") if event.kind not in ("alert", "heartbeat")]
            assert [event.kind for event in begun] == ["hello", "risk"]
            assert begun[0].id == begun[0].data["cursor"]
            assert (await reader.until("heartbeat"))[-1].id is not None
            for kind, (topic, fact) in TOPIC_OF.items():
                await tell(publisher, topic, fact(f"{account_id}-{kind}", account_id))
            told = list[Event]()
            while len(told) < 4:
                told.append((await reader.until("order", "fill", "position"))[-1])
            rows = {(event.kind, event.data.get("change")): event for event in told}
            assert set(rows) == {("order", "placed"), ("order", "updated"), ("fill", None), ("position", "closed")}
            assert '"limit_price":3.4500,' in rows["order", "placed"].text
            assert '"realized_pnl":1584.00,' in rows["position", "closed"].text
            # books, marks
            own = position(account_id=account_id, option_symbol=f"X{uuid4().hex[:8].upper()}")
            record = BookRecord(epoch=1, version=1, state=Book(account_id=account_id, symbol="SPY", positions=(own,)))
            await _write(publisher, BOOKS, f"{account_id}|SPY", record)
            assert (await reader.until("position"))[-1].data["change"] == "opened"
            frame = TickFrame.of(
                [Tick(own.option_symbol, to_micros(AT), price=5_280_000_000)], source=account_id, sequence=1
            )
            await _write(publisher, PRICE_TICKS, "0", frame)
            assert (await reader.until("mark"))[-1].data["unrealized_pnl"] == 1584
            # every limit that is in force is said when it changes
            name = f"risk_limits.{account_id}"
            await tell(publisher, CONTROLS, control(name, {"max_open_positions": 77}), key="any partition but 0")
            change = control(name, {"max_open_positions": 78})
            await (await publisher.send(CONTROLS, change, key=name, partition=0))
            risk = (await reader.until("risk"))[-1]
            assert risk.data["max_open_positions"] == 78
        async with streaming(port, account_id, query="?cursor=%21%21") as refused:
            assert refused.status == 422
            assert refused.headers["content-type"] == "application/problem+json"
        async with streaming(port, account_id, cursor="nonsense") as lost:
            hello = (await lost.until("hello"))[-1]
            assert hello.data["resync"] is True
        open_still = streaming(port, account_id)
        reader = await open_still.__aenter__()
        await reader.until("hello")
    with pytest.raises(EOFError):
        await reader.until("never")
    await open_still.__aexit__(None, None, None)


async def _write(publisher: Publisher, topic: Topic, key: str, record: Any) -> None:
    sent = await publisher.send_encoded(
        topic.name, key=key, value=encode(record), partition=partition_of("SPY"), headers=[]
    )
    await sent


async def test_facts_come_in_order_and_once_whatever_breaks(kafka: str, publisher: Publisher, account_id: str) -> None:
    """Two processes, connections that break at random, redelivered facts, and a second account on the same keys."""
    seeded = random.Random(20260213)
    symbols = [f"S{number}{uuid4().hex[:6].upper()}" for number in range(4)]
    other = f"{account_id}-other"
    wanted: dict[tuple[str, int], list[str]] = {}

    async def session() -> None:
        sent: list[tuple[Topic, Fact]] = []
        for number in range(150):
            kind = seeded.choice([*TOPIC_OF])
            topic, fact = TOPIC_OF[kind]
            owner = seeded.choice([account_id, account_id, other])
            made = fact(f"{account_id}-{number}", owner, seeded.choice(symbols), source=owner, sequence=number + 1)
            await tell(publisher, topic, made)
            sent.append((topic, made))
            if owner == account_id:
                key = owner if topic.key == "account" else made.symbol
                wanted.setdefault((topic.name, partition_of(key)), []).append(f"{kind} {_shown_id(kind, made)}")
            if number % 5 == 0:
                await tell(publisher, *seeded.choice(sent))  # once more, under a new offset
            await asyncio.sleep(0.005)
        await tell(publisher, ORDERS, placed("the last", account_id, symbols[0], source=account_id, sequence=1000))

    had: list[Event] = []
    async with (
        listening(KAFKA_BOOTSTRAP_SERVERS=kafka) as (_, one),
        listening(KAFKA_BOOTSTRAP_SERVERS=kafka) as (_, two),
    ):
        async with streaming(one, account_id) as reader:
            had += await reader.until("hello")
        sending = asyncio.create_task(session())
        connections = 0
        async with asyncio.timeout(120):
            while not had or had[-1].data.get("client_order_id") != "the last":
                cursor = next(event.id for event in reversed(had) if event.id is not None)
                connections += 1
                async with streaming(seeded.choice([one, two]), account_id, cursor=cursor) as reader:
                    had += await reader.until("hello")
                    assert had[-1].data["resync"] is False
                    for _ in range(seeded.randint(1, 25)):
                        had.append(await reader.next())
                        if had[-1].data.get("client_order_id") == "the last":
                            break
        await sending
    assert connections > 5
    assert all(event.data.get("account_id", account_id) == account_id for event in had)
    facts = [name for event in had if (name := _named(event)) is not None]
    assert len(facts) == len(set(facts))
    for of_place in wanted.values():
        assert [name for name in facts if name in of_place] == of_place


def _shown_id(kind: str, fact: Any) -> str:
    """Return the id by which a row shows a fact."""
    return str(getattr(fact, {"update": "order_id", "trade": "position_id"}.get(kind, "event_id")))


def _named(event: Event) -> str | None:
    """Return the kind and the id of the fact that an event tells, or None when it tells of a state."""
    match event.kind, event.data.get("change"):
        case "order", "placed":
            return f"order {event.data['order_id']}"
        case "order", "updated":
            return f"update {event.data['order_id']}"
        case "fill", _:
            return f"fill {event.data['trade_id']}"
        case "position", "closed":
            return f"trade {event.data['position_id']}"
    return None


async def test_a_stream_goes_on_at_a_new_process_that_has_to_read_it_from_kafka(
    kafka: str, publisher: Publisher, account_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "KEPT_BACK_MAX", 0)
    symbol = f"S{uuid4().hex[:6].upper()}"
    async with listening(KAFKA_BOOTSTRAP_SERVERS=kafka) as (_, port), streaming(port, account_id) as reader:
        cursor = (await reader.until("hello"))[-1].id
        assert cursor is not None
    for number in range(20):
        await tell(publisher, ORDERS, placed(f"o-{number}", account_id, symbol, source=account_id, sequence=number + 1))
        await tell(publisher, ORDERS, placed(f"o-{number}", f"{account_id}-other", symbol))
    again = placed("o-3", account_id, symbol, source=account_id, sequence=4)
    await tell(publisher, ORDERS, again)
    async with listening(KAFKA_BOOTSTRAP_SERVERS=kafka) as (_, port):
        async with streaming(port, account_id, cursor=cursor) as reader:
            part = await facts_until(reader, "o-7")
        async with streaming(port, account_id, cursor=part[-1].id) as reader:
            await tell(publisher, ORDERS, placed("new", account_id, symbol, source=account_id, sequence=99))
            rest = await facts_until(reader, "new")
        names = [event.data["client_order_id"] for event in (*part, *rest)]
        assert names == [*(f"o-{number}" for number in range(20)), "new"]
        # too far back to be read again, and past what there is: the page reads the queries
        monkeypatch.setattr(following, "MISSED_MAX", 3)
        ahead = Progress([at + 10**9 for at in read_cursor(cursor)]).cursor
        for unknown in (cursor, ahead):
            async with streaming(port, account_id, cursor=unknown) as reader:
                hello = (await reader.until("hello"))[-1]
                assert hello.data["resync"] is True


async def test_without_kafka_the_stream_stays_and_says_so() -> None:
    async with (
        listening(KAFKA_BOOTSTRAP_SERVERS=NOWHERE, STREAM_HEARTBEAT_S="0.1") as (_, port),
        streaming(port, "anybody") as reader,
    ):
        events = await reader.until("heartbeat")
        events += await reader.until("heartbeat")
    assert [event.kind for event in events] == ["alert", "heartbeat", "heartbeat"]
    assert events[0].data["kind"] == "feed_stale"


async def test_there_are_not_more_streams_than_a_process_carries() -> None:
    async with listening(STREAM_CLIENTS_MAX="1") as (_, port), streaming(port, "anybody") as reader:
        await reader.until("alert")
        async with streaming(port, "anybody") as refused:
            assert refused.status == 503
            assert "retry-after" in refused.headers


def test_the_stream_is_described() -> None:
    answers = create_app(settings()).openapi()["paths"]["/stream"]["get"]["responses"]
    assert list(answers["200"]["content"]) == ["text/event-stream"]
    assert answers["200"]["content"]["text/event-stream"] == {
        "schema": {"type": "string"},
        "itemSchema": {"$ref": "#/components/schemas/StreamEvent"},
    }
