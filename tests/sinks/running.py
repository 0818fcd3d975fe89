"""Sinks at work on the real Kafka and Postgres, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import decode
from schemas.event import Event
from schemas.operations import DeadLettered
from schemas.orders import OrderUpdated
from sinks import executor, history
from streams.publisher import Publisher
from streams.settings import Database, Kafka, Settings, load_settings
from streams.topics import BY_NAME, DEAD_LETTERS, ORDER_UPDATES, PARTITIONS, TOPICS, Topic, partition_of

DEADLINE_S = 30.0
_Found = TypeVar("_Found")
_Message = TypeVar("_Message", bound=Event)


def fresh_symbol() -> str:
    """Return an underlying that no other test uses."""
    return "T" + "".join(chr(ord("A") + byte % 26) for byte in uuid4().bytes[:5])


def settings_for(kafka: str, database_url: str) -> Settings:
    settings = load_settings(env_file=None)
    return settings.model_copy(
        update={
            "kafka": Kafka(KAFKA_BOOTSTRAP_SERVERS=kafka, KAFKA_SESSION_TIMEOUT_S=6),
            "database": Database(DATABASE_URL=database_url),
        }
    )


@asynccontextmanager
async def working(work: Callable[[], Awaitable[None]]) -> AsyncIterator["asyncio.Task[None]"]:
    """Run a sink for the length of a test; an error of its own fails the test."""
    task = asyncio.ensure_future(work())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def running_history(kafka: str, database_url: str, *, group: str | None = None) -> AsyncIterator[str]:
    """Yield the group of a history that runs from the topics' beginning."""
    name = group or f"history-{uuid4()}"
    async with working(lambda: history.consume(settings_for(kafka, database_url), group=name)):
        yield name


@asynccontextmanager
async def running_executor(kafka: str) -> AsyncIterator[str]:
    """Yield the group of an executor that runs from the topic's beginning."""
    name = f"executor-{uuid4()}"
    async with working(lambda: executor.consume(settings_for(kafka, ""), group=name)):
        yield name


async def eventually(look: Callable[[], Awaitable[_Found | None]], *, what: str) -> _Found:
    """Return what `look` gives once it gives something; fails after 30 s."""
    end = asyncio.get_running_loop().time() + DEADLINE_S
    while asyncio.get_running_loop().time() < end:
        if (found := await look()) is not None:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"{what}: not within {DEADLINE_S:g} s")


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Yield a connection to a database."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def stored(url: str, sql: str, *values: object) -> asyncpg.Record:
    """Return a query's first row once there is one."""
    async with asking(url) as connection:
        return await eventually(lambda: connection.fetchrow(sql, *values), what=sql)


def topic_of(event: Event) -> Topic:
    """Return the topic that carries an event."""
    return next(topic for topic in TOPICS if topic.record is type(event))


async def publish(publisher: Publisher, event: Event) -> None:
    """Send an event to its topic under the key its topic wants."""
    topic = topic_of(event)
    key = str(getattr(event, "account_id" if topic.key == "account" else "symbol"))
    await publisher.publish(topic, event, key=key)


async def committed(kafka: str, group: str, topic: str, partition: int) -> int | None:
    """Return the offset a group has committed."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        offset: int | None = await consumer.committed(TopicPartition(topic, partition))
        return offset
    finally:
        await consumer.stop()


@asynccontextmanager
async def _reading(kafka: str, topic: Topic) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    places = [TopicPartition(topic.name, number) for number in range(PARTITIONS)]
    consumer.assign(places)
    await consumer.seek_to_beginning(*places)
    try:
        yield consumer
    finally:
        await consumer.stop()


async def first(kafka: str, topic: Topic, kind: type[_Message], wanted: Callable[[_Message], bool]) -> _Message:
    """Return the first wanted event of a topic."""
    async with _reading(kafka, topic) as consumer:

        async def look() -> _Message | None:
            for messages in (await consumer.getmany(timeout_ms=100)).values():
                for message in messages:
                    event = decode(kind, message.value)
                    if wanted(event):
                        return event
            return None

        return await eventually(look, what=f"a {kind.__name__} on {topic.name}")


async def dead_letter_of(kafka: str, *, topic: str, partition: int, offset: int) -> DeadLettered:
    """Return the dead letter of one message."""
    place = (topic, partition, offset, history.READER)
    return await first(
        kafka,
        DEAD_LETTERS,
        DeadLettered,
        lambda letter: (letter.topic, letter.partition, letter.offset, letter.reader) == place,
    )


async def update_of(kafka: str, order_id: str) -> OrderUpdated:
    """Return what became of one order."""
    return await first(kafka, ORDER_UPDATES, OrderUpdated, lambda update: update.order_id == order_id)


async def send_bytes(publisher: Publisher, topic: str, *, key: str, value: bytes) -> tuple[str, int, int]:
    """Send bytes as they are and return where they went: topic, partition, offset."""
    assert topic in BY_NAME
    sent = await publisher.send_encoded(
        topic,
        key=key,
        value=value,
        partition=partition_of(key),
        headers=[("ce_id", b"1"), ("authorization", b"secret")],
    )
    metadata = await sent
    return topic, metadata.partition, metadata.offset  # type: ignore[attr-defined]  # aiokafka's RecordMetadata
