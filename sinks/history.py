"""History: what happened on Kafka, as rows in Postgres. Run with `python -m sinks.history`.

What people changed goes into the audit log with it, whose head the history tells on Kafka (see `sinks.audit`).

A batch is one transaction; offsets are committed after it. A message may come twice and topics in any order: the rows
end the same (see `sinks.writes`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import ConsumerRecord

from schemas.codec import Undecodable, decode, fields_of
from schemas.dead_letters import redrive_of
from schemas.event import Event
from schemas.operations import DeadLettered
from sinks import audit
from sinks.audit_chain import Change
from sinks.audit_events import change_of
from sinks.consumer import batches, consuming
from sinks.database import open_pool
from sinks.dead_letters import dead_letter, publish, refusal
from sinks.event_log import is_logged, logged
from sinks.process import persist, run
from sinks.tables import EFFECTS
from sinks.writes import REFUSALS, Connection, Effect, apply
from streams.logs import logger
from streams.readiness import ready
from streams.settings import InvalidSettings, Settings
from streams.topics import BY_NAME, PRICE_TICKS, TOPICS

GROUP = "tapestream-history"
READER = "history"
READS = tuple(topic for topic in TOPICS if topic is not PRICE_TICKS)
POOL_MAX = 2
PACE_S = 0.08
"""From one transaction to the next: an alert leaves some thirty messages, which cost most when each comes alone."""

UNREACHABLE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""Errors of the database, not of a row: the same rows are tried again. `REFUSALS` are looked at first."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Fact:
    """A message and what it does to the database."""

    message: ConsumerRecord
    effects: tuple[Effect, ...]
    change: Change | None = None
    """what somebody changed by it"""


def read(message: ConsumerRecord) -> Fact | DeadLettered | None:
    """Return what a message does, or its dead letter when history answers for its topic; None passes it over."""
    topic = BY_NAME[message.topic]
    effects, is_kept = EFFECTS.get(topic.record), is_logged(topic, message.partition)
    if effects is None and not is_kept and topic.reader != READER:
        return None
    if message.value is None and topic.compacted:
        return None  # a key was deleted
    if is_for_another(message):
        return None  # it has its rows, or a letter of its own
    try:
        if effects is None and not is_kept:
            fields_of(topic.record, message.value)
            return None
        event = decode(topic.record, message.value)
    except Undecodable as error:
        if topic.reader != READER:
            return None
        return dead_letter(message, reader=READER, reason="undecodable", error=str(error))
    try:
        rows = () if effects is None else effects(event)
        kept = logged(message, event) if is_kept and isinstance(event, Event) else ()
        return Fact(message, (*rows, *kept), change_of(event))
    except Exception as error:
        log.exception("no_rows", topic=message.topic, partition=message.partition, offset=message.offset)
        return refused(message, refusal(error))


def is_for_another(message: ConsumerRecord) -> bool:
    """Return whether a message was sent again for another reader's record."""
    redrive = redrive_of(dict(message.headers))
    return redrive is not None and bool(redrive.record) and redrive.reader != READER


def refused(message: ConsumerRecord, error: str) -> DeadLettered:
    """Return the dead letter of a message that has no rows; other readers of its topic may well have taken it."""
    return dead_letter(message, reader=READER, reason="failed", error=error, record="postgres")


async def store(pool: "asyncpg.Pool[asyncpg.Record]", facts: Sequence[Fact]) -> list[DeadLettered]:
    """Write facts in one transaction and return dead letters of those that Postgres refuses.

    Around a refused one the batch is halved until it stands alone, so the others are written.
    raises   UNREACHABLE
    """
    if not facts:
        return []
    try:
        async with pool.acquire() as connection:
            await _write(connection, facts)
    except Exception as error:
        if isinstance(error, UNREACHABLE) and not isinstance(error, REFUSALS):
            raise
        if len(facts) == 1:
            return [refused(facts[0].message, refusal(error))]
        middle = len(facts) // 2
        return await store(pool, facts[:middle]) + await store(pool, facts[middle:])
    return []


async def _write(connection: Connection, facts: Sequence[Fact]) -> None:
    async with connection.transaction():
        await apply(connection, (effect for fact in facts for effect in fact.effects))
        await audit.append(connection, [fact.change for fact in facts if fact.change is not None])


async def process(
    pool: "asyncpg.Pool[asyncpg.Record]", messages: Sequence[ConsumerRecord], *, bootstrap_servers: str
) -> None:
    """Make messages into rows and dead letters; returns when all are safe, however long Postgres or Kafka are away."""
    outcomes = [read(message) for message in messages]
    facts = [outcome for outcome in outcomes if isinstance(outcome, Fact)]
    letters = [outcome for outcome in outcomes if isinstance(outcome, DeadLettered)]
    letters += await persist(lambda: store(pool, facts), what="postgres", passing=UNREACHABLE)
    for letter in letters:
        log.warning("dead_lettered", topic=letter.topic, partition=letter.partition, offset=letter.offset)
    await publish(bootstrap_servers, letters)


async def consume(settings: Settings, *, group: str = GROUP) -> None:
    """Write history until cancelled; raises InvalidSettings without a database."""
    if not settings.database.url:
        raise InvalidSettings("DATABASE_URL: not set")
    pool = await persist(
        lambda: open_pool(settings.database.url, max_size=POOL_MAX), what="postgres", passing=UNREACHABLE
    )
    bootstrap_servers = settings.kafka.bootstrap_servers
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(audit.tell_heads(settings.database.url, bootstrap_servers), name="audit heads")
            async with consuming(
                bootstrap_servers, group=group, topics=READS, session_timeout_s=settings.kafka.session_timeout_s
            ) as consumer:
                ready()
                log.info("started")
                async for messages in batches(consumer, pace_s=PACE_S):
                    await process(pool, messages, bootstrap_servers=bootstrap_servers)
    finally:
        pool.terminate()  # nothing is under way that a commit of offsets relies on


def main() -> None:
    run(READER, consume)


if __name__ == "__main__":
    main()
