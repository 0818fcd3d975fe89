"""Dead letters for tests: on the topic and in the database."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import encode
from schemas.dead_letters import DeadLetterUpdated, dead_lettered, redrive_of
from schemas.event import Event
from schemas.operations import DeadLettered
from sinks.database import open_pool
from sinks.tables import EFFECTS
from sinks.writes import apply
from streams.topics import SIGNALS, Topic, partition_of
from tests.schemas.story import NOON, signal

NUMBERS = count(secrets.randbelow(10**9) * 1_000)
"""Offsets, by which letters are known: no other process of tests on the same Kafka has the same."""


def letter(*, topic: Topic = SIGNALS, symbol: str = "SPY", **changes: Any) -> DeadLettered:
    """Return the letter of a message that is on no topic, at an offset of its own."""
    given: dict[str, Any] = {
        "reader": "market",
        "topic": topic.name,
        "partition": partition_of(symbol),
        "offset": next(NUMBERS),
        "key": symbol.encode(),
        "value": encode(signal(symbol)),
        "headers": [("ce_id", b"s-1"), ("traceparent", b"00-aa-bb-01")],
        "reason": "failed",
        "error": "ZeroDivisionError",
        "occurred_at": NOON,
        "record": f"desks/{symbol}",
    }
    return dead_lettered(**given | changes)


def dealt_with(found: DeadLettered, status: Any, *, seconds: int = 1, by: str = "trader") -> DeadLetterUpdated:
    return DeadLetterUpdated(
        event_id=str(uuid4()),
        occurred_at=NOON + timedelta(seconds=seconds),
        dead_letter_id=found.event_id,
        status=status,
        changed_by=by,
    )


async def stored(url: str, *events: Event) -> None:
    """Write events as the history does."""
    async with pool_of(url) as pool, pool.acquire() as connection:
        await apply(connection, [effect for event in events for effect in EFFECTS[type(event)](event)])


@asynccontextmanager
async def pool_of(url: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    pool = await open_pool(url, max_size=2)
    try:
        yield pool
    finally:
        await pool.close()


async def end_of(kafka: str, topic: Topic, partition: int) -> int:
    """Return the offset of a partition's next message."""
    async with _consumer(kafka) as consumer:
        place = TopicPartition(topic.name, partition)
        ends: dict[TopicPartition, int] = await consumer.end_offsets([place])
        return ends[place]


async def sent_since(
    kafka: str, topic: Topic, partition: int, offset: int, *, count: int, letters: Collection[str] = ()
) -> Sequence[Any]:
    """Return the messages of a partition from an offset on, once there are as many: of some letters, or all.

    Other tests write to the same topics: who waits for what was sent again names its letters.
    """
    place = TopicPartition(topic.name, partition)
    async with _consumer(kafka) as consumer:
        consumer.assign([place])
        consumer.seek(place, offset)
        found: list[Any] = []
        async with asyncio.timeout(20):
            while len(found) < count:
                for messages in (await consumer.getmany(place, timeout_ms=200)).values():
                    found += [message for message in messages if not letters or _letter_of(message) in letters]
    return found


def _letter_of(message: Any) -> str | None:
    redriven = redrive_of(dict(message.headers))
    return redriven.letter_id if redriven else None


@asynccontextmanager
async def _consumer(kafka: str) -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
