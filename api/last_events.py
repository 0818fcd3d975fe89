"""The newest message of each topic: when it was written, and how many there are."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from api.problems import unavailable
from streams.topics import PARTITIONS, TOPICS

REMEMBERED_S = 5.0
WITHIN_S = 10.0


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
    """Asks Kafka when it is asked itself, at most once in five seconds."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._servers = bootstrap_servers
        self._asking = asyncio.Lock()
        self._known: tuple[float, tuple[LastEvent, ...]] | None = None

    async def read(self) -> tuple[LastEvent, ...]:
        """Return the end of each topic, in the registry's order; raises Problem 503 when Kafka does not answer."""
        async with self._asking:
            if self._known is None or time.monotonic() - self._known[0] > REMEMBERED_S:
                try:
                    async with asyncio.timeout(WITHIN_S):
                        found, at = await _read(self._servers), time.monotonic()
                    self._known = (at, found if self._known is None else rated(found, at, *self._known))
                except (KafkaError, OSError, TimeoutError) as error:
                    raise unavailable("Kafka") from error
            return self._known[1]


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


async def _read(bootstrap_servers: str) -> tuple[LastEvent, ...]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        client_id="tapestream-api-monitoring",
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="latest",
    )
    try:
        await consumer.start()
        everything = [TopicPartition(topic.name, number) for topic in TOPICS for number in range(PARTITIONS)]
        starts = await consumer.beginning_offsets(everything)
        ends: dict[TopicPartition, int] = await consumer.end_offsets(everything)
        left = {at for at in everything if ends[at] > starts[at]}
        consumer.assign(sorted(left))
        for at in left:
            consumer.seek(at, ends[at] - 1)
        newest: dict[str, ConsumerRecord] = {}
        while left:
            for at, records in (await consumer.getmany(timeout_ms=500)).items():
                left.discard(at)
                known = newest.get(at.topic)
                if known is None or records[-1].timestamp > known.timestamp:
                    newest[at.topic] = records[-1]
    finally:
        await consumer.stop()
    counts, written = ({topic.name: 0 for topic in TOPICS} for _ in range(2))
    for at in everything:
        counts[at.topic] += ends[at] - starts[at]
        written[at.topic] += ends[at]
    return tuple(
        replace(_end(topic.name, counts[topic.name], newest.get(topic.name)), end=written[topic.name])
        for topic in TOPICS
    )


def _end(topic: str, messages: int, newest: ConsumerRecord | None) -> LastEvent:
    if newest is None:
        return LastEvent(topic, messages, None, None, None)
    written_at = datetime.fromtimestamp(newest.timestamp / 1000, UTC)
    return LastEvent(topic, messages, newest.partition, newest.offset, written_at)
