"""Events put into a database as history reads them from Kafka, each known from a time that the test gives."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from aiokafka import ConsumerRecord

from schemas.codec import encode
from schemas.event import Event
from sinks.database import open_pool
from sinks.history import Fact, read, store
from streams.topics import TOPICS


def message_of(event: Event, *, offset: int, known_at: datetime) -> ConsumerRecord:
    """Return an event as a consumer reads it, from partition 0 of its topic."""
    topic = next(topic for topic in TOPICS if topic.record is type(event))
    value, at_ms = encode(event), int(known_at.timestamp() * 1000)
    return ConsumerRecord(topic.name, 0, offset, at_ms, 0, b"key", value, None, 3, len(value), ())


async def keep_messages(database_url: str, messages: Iterable[ConsumerRecord], *, batch: int = 500) -> None:
    """Let history write messages into a database; fails when it refuses one."""
    pool = await open_pool(database_url, max_size=1)
    try:
        facts = [fact for fact in map(read, messages) if isinstance(fact, Fact)]
        for start in range(0, len(facts), batch):
            assert await store(pool, facts[start : start + batch]) == []
    finally:
        await pool.close()


async def keep_events(database_url: str, told: Iterable[tuple[datetime, Event]]) -> None:
    """Let history write events, in the order of their topics' offsets."""
    offsets = Counter[type[Event]]()
    messages = []
    for known_at, event in told:
        messages.append(message_of(event, offset=offsets[type(event)], known_at=known_at))
        offsets[type(event)] += 1
    await keep_messages(database_url, messages)
