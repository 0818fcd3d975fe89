"""The newest messages of a topic's partitions, read backwards: how a process finds out how far it had come."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.topics import PARTITIONS, Topic

_FIRST_LOOK = 16
"""Messages looked at first; four times as many each time nothing was found."""
_LOOK_MAX = 4_096
_WAIT_MS = 500
_FETCH_WAIT_MS = 10


@asynccontextmanager
async def reader(bootstrap_servers: str, *, fetch_wait_ms: int = _FETCH_WAIT_MS) -> AsyncIterator[Any]:
    """Open a consumer (aiokafka's) that is in no group and commits nothing.

    fetch_wait_ms  how long the broker holds a fetch open at a partition's end; going on to the next one waits for it
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=fetch_wait_ms,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def newest_message(consumer: Any, topic: Topic, partition: int, *, source: str | None = None) -> Any:
    """Return the newest message (aiokafka's) of a partition, or the newest of one source; None when there is none."""
    at = TopicPartition(topic.name, partition)
    first = (await consumer.beginning_offsets([at]))[at]
    upper = (await consumer.end_offsets([at]))[at]
    look = _FIRST_LOOK if source else 1
    while upper > first:
        lower = max(first, upper - look)
        found = None
        async for message in _between(consumer, at, lower, upper):
            if source is None or header(message, "ce_source") == source:
                found = message
        if found is not None:
            return found
        upper, look = lower, min(look * 4, _LOOK_MAX)
    return None


async def newest_times(consumer: Any, topic: Topic, *, source: str | None = None) -> dict[int, datetime]:
    """Return the time of the newest message of each partition that has one, by its CloudEvents header."""
    times = {}
    for partition in range(PARTITIONS):
        message = await newest_message(consumer, topic, partition, source=source)
        if message is not None and (at := time_of(message)) is not None:
            times[partition] = at
    return times


def header(message: Any, name: str) -> str | None:
    """Return a header of a message (aiokafka's) as text, or None."""
    value = dict(message.headers).get(name)
    return None if value is None else value.decode("utf-8", "replace")


def time_of(message: Any) -> datetime | None:
    """Return the time that a message's CloudEvents header tells, or None."""
    text = header(message, "ce_time")
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


async def _between(consumer: Any, at: TopicPartition, lower: int, upper: int) -> AsyncIterator[Any]:
    consumer.assign([at])
    consumer.seek(at, lower)
    while await consumer.position(at) < upper:
        for messages in (await consumer.getmany(at, timeout_ms=_WAIT_MS)).values():
            for message in messages:
                if message.offset < upper:
                    yield message
