"""The log in Postgres, filled from what Kafka still has: facts from before there was a log, or lost from it.

A fact that is there stays as it is, so it may run beside the history, be broken off and be run again.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas.codec import Undecodable, decode
from schemas.event import Event
from sinks.event_log import is_logged, logged
from sinks.history import Fact, is_for_another, store
from streams.topics import BY_NAME, PARTITIONS, TOPICS

BATCH_MAX = 1_000
FETCH_TIMEOUT_MS = 1_000
REQUEST_TIMEOUT_MS = 20_000


@dataclass(frozen=True, slots=True)
class Filled:
    """Messages that Kafka has of the log's topics, facts of them that were added, and those that Postgres refuses."""

    read: int = 0
    added: int = 0
    refused: int = 0

    def __add__(self, other: "Filled") -> "Filled":
        return Filled(self.read + other.read, self.added + other.added, self.refused + other.refused)


async def backfill(pool: "asyncpg.Pool[asyncpg.Record]", bootstrap_servers: str) -> Filled:
    """Add every fact that is on its topic now and not in the log, and return how many that were.

    raises   aiokafka.errors.KafkaError; asyncpg errors, OSError, TimeoutError when Postgres is away
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        client_id="tapestream-backfill",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    await consumer.start()
    try:
        places = [
            TopicPartition(topic.name, number)
            for topic in TOPICS
            for number in range(PARTITIONS)
            if is_logged(topic, number)
        ]
        ends = await consumer.end_offsets(places)
        filled = Filled()
        for place in places:
            async for messages in _messages(consumer, place, ends[place]):
                filled += await _fill(pool, place, messages)
        return filled
    finally:
        await consumer.stop()


async def _messages(consumer: AIOKafkaConsumer, place: TopicPartition, end: int) -> AsyncIterator[list[ConsumerRecord]]:
    """Yield a partition's messages up to an offset, in batches."""
    consumer.assign([place])
    await consumer.seek_to_beginning(place)
    while await consumer.position(place) < end:
        found = await consumer.getmany(place, timeout_ms=FETCH_TIMEOUT_MS, max_records=BATCH_MAX)
        if messages := [message for message in found.get(place, ()) if message.offset < end]:
            yield messages


async def _fill(
    pool: "asyncpg.Pool[asyncpg.Record]", place: TopicPartition, messages: Sequence[ConsumerRecord]
) -> Filled:
    # what is there is left out: checkpoints that were folded with it stand
    rows = await pool.fetch(
        """SELECT "offset" FROM event_log WHERE topic = $1 AND "partition" = $2 AND "offset" BETWEEN $3 AND $4""",
        place.topic,
        place.partition,
        messages[0].offset,
        messages[-1].offset,
    )
    known = {row["offset"] for row in rows}
    missing = (fact_of(message) for message in messages if message.offset not in known)
    facts = [fact for fact in missing if fact is not None]
    refused = await store(pool, facts)
    return Filled(len(messages), len(facts) - len(refused), len(refused))


def fact_of(message: ConsumerRecord) -> Fact | None:
    """Return a message with its row of the log and nothing else, or None when history keeps none of it."""
    if message.value is None or is_for_another(message):
        return None
    try:
        event = decode(BY_NAME[message.topic].record, message.value)
    except Undecodable:
        return None  # its reader has dead-lettered it
    return Fact(message, tuple(logged(message, event))) if isinstance(event, Event) else None
