"""The newest message of each topic: when it was written, and how many there are."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from api.following import reached, reading
from api.problems import unavailable
from streams.topics import PARTITIONS, TOPICS

REMEMBERED_S = 5.0
WITHIN_S = 10.0

EVERYTHING = tuple(TopicPartition(topic.name, number) for topic in TOPICS for number in range(PARTITIONS))


@dataclass(frozen=True, slots=True)
class LastEvent:
    """A topic at its end."""

    topic: str
    messages: int
    """that it holds, or, where it is compacted, has held"""
    partition: int | None
    """of the newest; None: the topic is empty"""
    offset: int | None
    written_at: datetime | None
    """by the clock of who wrote it"""
    end: int = 0
    """messages that were ever written"""
    per_s: float | None = None
    """messages a second since it was looked at before; None at the first look"""


class LastEvents:
    """Asks Kafka when it is asked itself, at most once in five seconds; the line it asks over stays open."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._servers = bootstrap_servers
        self._asking = asyncio.Lock()
        self._known: tuple[float, tuple[LastEvent, ...]] | None = None
        self._line: _Line | None = None
        self._opened = AsyncExitStack()

    async def read(self) -> tuple[LastEvent, ...]:
        """Return the end of each topic, in the registry's order; raises Problem 503 when Kafka does not answer."""
        async with self._asking:
            if self._known is None or time.monotonic() - self._known[0] > REMEMBERED_S:
                try:
                    async with asyncio.timeout(WITHIN_S):
                        found, at = await self._look(), time.monotonic()
                    self._known = (at, found if self._known is None else rated(found, at, *self._known))
                except (KafkaError, OSError, TimeoutError) as error:
                    await self._close()
                    raise unavailable("Kafka") from error
            return self._known[1]

    async def stop(self) -> None:
        """Hang up."""
        async with self._asking:
            await self._close()

    async def _look(self) -> tuple[LastEvent, ...]:
        if self._line is None:
            consumer = reading(self._servers, name="monitoring", auto_offset_reset="latest")
            self._line = _Line(await self._opened.enter_async_context(consumer))
        return await self._line.look()

    async def _close(self) -> None:
        self._line = None
        await self._opened.aclose()


def rated(
    found: tuple[LastEvent, ...], at: float, before_at: float, before: tuple[LastEvent, ...]
) -> tuple[LastEvent, ...]:
    """Return topics with how fast they have grown since an earlier look; times in seconds."""
    ends = {topic.topic: topic.end for topic in before}
    over_s = max(at - before_at, 0.001)
    # a topic that was made anew has grown from nothing
    return tuple(
        replace(topic, per_s=round(max(0, topic.end - ends.get(topic.topic, 0)) / over_s, 2)) for topic in found
    )


class _Newest(NamedTuple):
    """The last message of a partition."""

    timestamp: int
    """ms since 1970"""
    partition: int
    offset: int


class _Line:
    """A consumer that reads the last message of each partition that has moved since it was looked at."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._newest: dict[TopicPartition, _Newest] = {}
        consumer.assign(EVERYTHING)  # first of all, or offsets would learn of the topics one after the other
        consumer.pause(*EVERYTHING)

    async def look(self) -> tuple[LastEvent, ...]:
        """Return the end of each topic; raises KafkaError."""
        starts: dict[TopicPartition, int] = await self._consumer.beginning_offsets(EVERYTHING)
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(EVERYTHING)
        held = [at for at in EVERYTHING if ends[at] > starts[at]]
        await self._read(
            {at: ends[at] for at in held if at not in self._newest or self._newest[at].offset + 1 != ends[at]}
        )
        newest: dict[str, _Newest] = {}
        for at in held:
            if (known := self._newest.get(at)) is not None:
                newest[at.topic] = max(known, newest.get(at.topic, known))
        counts, written = ({topic.name: 0 for topic in TOPICS} for _ in range(2))
        for at in EVERYTHING:
            counts[at.topic] += ends[at] - starts[at]
            written[at.topic] += ends[at]
        return tuple(
            _end(topic.name, counts[topic.name], written[topic.name], newest.get(topic.name)) for topic in TOPICS
        )

    async def _read(self, ends: dict[TopicPartition, int]) -> None:
        for at, end in ends.items():
            self._consumer.seek(at, end - 1)
        self._consumer.resume(*ends)
        try:
            while not await reached(self._consumer, ends):
                for at, records in (await self._consumer.getmany(*ends, timeout_ms=500)).items():
                    self._newest[at] = _Newest(records[-1].timestamp, at.partition, records[-1].offset)
        finally:
            self._consumer.pause(*ends)


def _end(topic: str, messages: int, written: int, newest: _Newest | None) -> LastEvent:
    if newest is None:
        return LastEvent(topic, messages, None, None, None, end=written)
    written_at = datetime.fromtimestamp(newest.timestamp / 1000, UTC)
    return LastEvent(topic, messages, newest.partition, newest.offset, written_at, end=written)
