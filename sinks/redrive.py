"""Sending dead letters again: the original bytes to the original place, for the one reader that failed on them.

The message goes first, the note of it second. A kill between them leaves the letter open: sent once more, it has no
second effect, because a reader takes an event that comes from a dead letter once (see `streams.records`).
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.accounts import AccountEvent
from schemas.codec import Undecodable, decode
from schemas.dead_letters import (
    READER_HEADER,
    RECORD_HEADER,
    REDRIVE_HEADER,
    DeadLetterUpdated,
)
from schemas.event import to_micros
from schemas.ids import derived_id
from streams.clocks import WallClock
from streams.publisher import Publisher
from streams.topics import (
    ACCOUNT_EVENTS,
    BY_NAME,
    CLOCK,
    DEAD_LETTER_UPDATES,
    MESSAGE_BYTES_MAX,
    PRICE_TICKS,
)

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

AT_ONCE_MAX = 1_000
"""Letters of one call."""
KAFKA_WITHIN_S = 10.0
UNKNOWN = "there is no such dead letter"
"""Why a letter is refused that is not there."""

_COLUMNS = """dead_letter_id, reader, topic, partition, "offset", record, reason, key, value, headers, is_complete,
              status, created_at"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters: by id, or those that match each filter that is set."""

    ids: tuple[str, ...] = ()
    reader: str | None = None
    topic: str | None = None
    reason: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dealt:
    """What became of one letter."""

    dead_letter_id: str
    status: Literal["redriven", "discarded", "refused"]
    why: str | None = None
    """of a refused one"""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent again."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class KafkaAway(Exception):
    """Kafka does not answer; what was not sent stays open."""


async def open_letters(pool: Pool, wanted: Wanted, *, limit: int = AT_ONCE_MAX) -> tuple[list[str], int]:
    """Return ids of open letters in the order of their messages, at most `limit`, and how many match in all.

    raises   asyncpg's errors, OSError, TimeoutError when Postgres is away
    """
    rows = await pool.fetch(
        """SELECT dead_letter_id, count(*) OVER () AS matching FROM dead_letters
            WHERE status = 'open' AND ($1::text IS NULL OR reader = $1) AND ($2::text IS NULL OR topic = $2)
              AND ($3::text IS NULL OR reason = $3) AND ($4::timestamptz IS NULL OR created_at >= $4)
            ORDER BY created_at, topic, partition, "offset", record LIMIT $5""",
        wanted.reader,
        wanted.topic,
        wanted.reason,
        wanted.since,
        limit,
    )
    return [str(row["dead_letter_id"]) for row in rows], rows[0]["matching"] if rows else 0


async def redrive(pool: Pool, bootstrap_servers: str, ids: Sequence[str], *, by: str) -> list[Dealt]:
    """Send letters again, those of a partition in the order of their offsets, and note each; ids must be UUIDs.

    raises   KafkaAway; asyncpg's errors, OSError, TimeoutError when Postgres is away
    """
    rows = await _rows(pool, ids)
    dealt = [Dealt(letter_id, "refused", UNKNOWN) for letter_id in ids if letter_id not in rows]
    good = []
    for row in rows.values():
        why = refusal_of(row) or await _superseded(pool, row)
        if why is None:
            good.append(row)
        else:
            dealt.append(Dealt(str(row["dead_letter_id"]), "refused", why))
    if not good:
        return dealt
    async with _kafka(), _producer(bootstrap_servers) as producer, _noting(bootstrap_servers) as notes:
        for row in good:
            letter_id = str(row["dead_letter_id"])
            message = _message(row) if row["is_complete"] else await _original(bootstrap_servers, row)
            if message is None:
                dealt.append(Dealt(letter_id, "refused", "its message was too large to keep, and Kafka has it no more"))
                continue
            await producer.send_and_wait(
                row["topic"],
                message.value,
                key=_key(row, message),
                partition=row["partition"],
                headers=[*message.headers, *_address(row)],
            )
            await _note(notes, letter_id, status="redriven", by=by)
            dealt.append(Dealt(letter_id, "redriven"))
    return dealt


async def discard(pool: Pool, bootstrap_servers: str, letter_id: str, *, by: str, reason: str) -> Dealt:
    """Put a letter away for good; raises as `redrive` does."""
    row = (await _rows(pool, [letter_id])).get(letter_id)
    if row is None:
        return Dealt(letter_id, "refused", UNKNOWN)
    if row["status"] == "discarded":
        return Dealt(letter_id, "refused", "it was discarded already")
    async with _kafka(), _noting(bootstrap_servers) as notes:
        await _note(notes, letter_id, status="discarded", by=by, reason=reason)
    return Dealt(letter_id, "discarded")


def refusal_of(row: Any) -> str | None:
    """Return why a letter cannot be sent again, or None when it can."""
    topic = BY_NAME.get(row["topic"])
    if row["status"] == "discarded":
        return "it was discarded"
    if topic is None:
        return f"there is no topic {row['topic']} any more"
    if topic in (PRICE_TICKS, CLOCK):
        return "prices and the time of the past would be acted on as if they were now"
    if topic.key == "record":
        return "it would take the place of the newer state of its record"
    return None


async def _superseded(pool: Pool, row: Any) -> str | None:
    """Return why an account must not learn of a fill any more, or None: its position would stay open for good."""
    if row["topic"] != ACCOUNT_EVENTS.name or row["value"] is None:
        return None
    try:
        event = decode(AccountEvent, row["value"])
    except Undecodable:
        return None
    if event.kind not in ("order_filled", "order_partially_filled"):
        return None
    status = await pool.fetchval(
        "SELECT status FROM refactored_positions WHERE position_id = $1::text::uuid", event.position_id
    )
    return "its position has been closed since: discard it" if status == "closed" else None


async def _rows(pool: Pool, ids: Sequence[str]) -> dict[str, Any]:
    found = await pool.fetch(
        f"""SELECT {_COLUMNS} FROM dead_letters WHERE dead_letter_id = ANY($1::text[]::uuid[])
             ORDER BY created_at, topic, partition, "offset", record""",
        list(ids),
    )
    return {str(row["dead_letter_id"]): row for row in found}


def _message(row: Any) -> Message:
    headers = [(name, base64.b64decode(content)) for name, content in sorted(row["headers"].items())]
    return Message(row["key"], row["value"], headers)


def _key(row: Any, message: Message) -> bytes | None:
    # under its own key it would push a newer value out of a compacted topic
    return b"redrive/" + str(row["dead_letter_id"]).encode() if BY_NAME[row["topic"]].compacted else message.key


def _address(row: Any) -> list[tuple[str, bytes]]:
    return [
        (REDRIVE_HEADER, str(row["dead_letter_id"]).encode()),
        (READER_HEADER, row["reader"].encode()),
        (RECORD_HEADER, row["record"].encode()),
    ]


async def _note(
    publisher: Publisher,
    letter_id: str,
    *,
    status: Literal["redriven", "discarded"],
    by: str,
    reason: str | None = None,
) -> None:
    at = WallClock().now()
    event = DeadLetterUpdated(
        event_id=derived_id("dead-letter-update", letter_id, status, by, to_micros(at)),
        occurred_at=at,
        source="redrive",
        dead_letter_id=letter_id,
        status=status,
        changed_by=by,
        reason=reason,
    )
    await publisher.publish(DEAD_LETTER_UPDATES, event, key=letter_id)


async def _original(bootstrap_servers: str, row: Any) -> Message | None:
    """Return the message at a letter's place, with the headers a letter keeps, or None when it has expired."""
    place = TopicPartition(row["topic"], row["partition"])
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=None, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([place])
        first = (await consumer.beginning_offsets([place]))[place]
        end = (await consumer.end_offsets([place]))[place]
        if not first <= row["offset"] < end:
            return None
        consumer.seek(place, row["offset"])
        found = (await consumer.getmany(place, timeout_ms=int(KAFKA_WITHIN_S * 1000), max_records=1)).get(place, [])
    finally:
        await consumer.stop()
    if not found or found[0].offset != row["offset"]:
        return None
    headers = [(name, content) for name, content in found[0].headers if name.startswith("ce_") or name == "traceparent"]
    return Message(found[0].key, found[0].value, headers)


@asynccontextmanager
async def _kafka() -> AsyncIterator[None]:
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise KafkaAway(type(error).__name__) from error


@asynccontextmanager
async def _producer(bootstrap_servers: str) -> AsyncIterator[AIOKafkaProducer]:
    # not the publisher: a key may be any bytes, or none
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers,
        client_id="tapestream-redrive",
        acks="all",
        enable_idempotence=True,
        max_request_size=MESSAGE_BYTES_MAX,
        request_timeout_ms=int(KAFKA_WITHIN_S * 1000),
    )
    try:
        await asyncio.wait_for(producer.start(), KAFKA_WITHIN_S)
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def _noting(bootstrap_servers: str) -> AsyncIterator[Publisher]:
    async with Publisher(bootstrap_servers, client_id="tapestream-redrive-notes") as publisher:
        yield publisher
