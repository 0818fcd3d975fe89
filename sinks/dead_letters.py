"""Dead letters of a sink: messages it cannot process go to `dead-letters.v1`, and the stream goes on."""

from collections.abc import Iterable, Sequence
from typing import Literal

import asyncpg
from aiokafka import ConsumerRecord

from schemas.dead_letters import dead_lettered, written_at
from schemas.operations import DeadLettered
from sinks.process import persist
from sinks.writes import REFUSALS
from streams.publisher import Publisher
from streams.topics import DEAD_LETTERS


def dead_letter(
    message: ConsumerRecord,
    *,
    reader: str,
    reason: Literal["undecodable", "invalid", "failed"],
    error: str,
    record: str = "",
) -> DeadLettered:
    """Return the dead letter of a Kafka message; it occurred when the message was written, so a repeat is equal.

    record  what failed on it, where other readers of the topic may have taken it; empty when nobody could read it
    """
    return dead_lettered(
        reader=reader,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=message.headers,
        reason=reason,
        error=error,
        occurred_at=written_at(message.timestamp / 1000),
        record=record,
    )


def refusal(error: Exception) -> str:
    """Return what Postgres refused, without the refused value: its own text would quote it."""
    if not isinstance(error, (asyncpg.PostgresError, *REFUSALS)):
        return type(error).__name__
    if not isinstance(error, asyncpg.PostgresError):
        return f"{type(error).__name__}: a value does not fit its column"
    names = (error.table_name, error.column_name, error.constraint_name)
    return f"{type(error).__name__} ({error.sqlstate}) {' '.join(name for name in names if name)}".strip()


async def publish(bootstrap_servers: str, letters: Iterable[DeadLettered]) -> None:
    """Send dead letters and return once Kafka has them; waits for Kafka as long as it takes."""
    waiting = list(letters)
    if waiting:
        await persist(lambda: _send(bootstrap_servers, waiting), what="dead letters")


async def _send(bootstrap_servers: str, letters: Sequence[DeadLettered]) -> None:
    # a producer for the occasion: dead letters are rare, and one that has failed cannot be relied on again
    async with Publisher(bootstrap_servers, client_id="tapestream-dead-letters") as publisher:
        for letter in letters:
            await publisher.publish(DEAD_LETTERS, letter, key=letter.topic)
