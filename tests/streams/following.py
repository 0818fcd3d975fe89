"""A stand-in for the workers' side of lockstep: a group member that reads topics to their ends and commits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import decode
from schemas.ids import derived_id
from schemas.operations import ClockAdvanced
from schemas.ticks import Tick, TickFrame
from streams.topics import CLOCK, PARTITIONS, PRICE_TICKS, Topic


def fresh_symbol() -> str:
    """Return an underlying that no other test uses."""
    return "F" + "".join(chr(ord("A") + byte % 26) for byte in uuid4().bytes[:5])


def fresh_group() -> str:
    return f"feeds-{derived_id('group', uuid4().hex)}"


@asynccontextmanager
async def following(kafka: str, group: str, topics: Sequence[Topic], *, pause_s: float = 0.0) -> AsyncIterator[None]:
    """Read and commit for the length of a test; `pause_s` is how long each batch is worked on."""
    partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign(partitions)
    task = asyncio.create_task(_follow(consumer, pause_s))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await consumer.stop()


async def _follow(consumer: Any, pause_s: float) -> None:
    while True:
        batches = await consumer.getmany(timeout_ms=200)
        if batches:
            await asyncio.sleep(pause_s)
            await consumer.commit({at: messages[-1].offset + 1 for at, messages in batches.items()})


async def messages_of(kafka: str, topic: Topic, *, source: str) -> list[Any]:
    """Return all messages (aiokafka's) of a source on a topic, by partition and offset."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic.name, number) for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        found = []
        for at in partitions:
            while await consumer.position(at) < ends[at]:
                for batch in (await consumer.getmany(at, timeout_ms=500)).values():
                    found += [item for item in batch if dict(item.headers).get("ce_source") == source.encode()]
        return sorted(found, key=lambda item: (item.partition, item.offset))
    finally:
        await consumer.stop()


async def frames_of(kafka: str, *, source: str) -> list[TickFrame]:
    return [decode(TickFrame, message.value) for message in await messages_of(kafka, PRICE_TICKS, source=source)]


async def ticks_sent(kafka: str, *, source: str) -> list[Tick]:
    """Return the ticks of a source's frames, shard by shard, in order."""
    return [tick for frame in await frames_of(kafka, source=source) for tick in frame.ticks()]


async def boundaries_sent(kafka: str, *, source: str) -> list[tuple[int, ClockAdvanced]]:
    """Return (partition, boundary) of a source."""
    messages = await messages_of(kafka, CLOCK, source=source)
    return [(message.partition, decode(ClockAdvanced, message.value)) for message in messages]
