"""The audit log in Postgres, and telling Kafka of its head.

A row is added in the transaction of the change itself, one writer at a time. With it goes a note into `audit_outbox`
and a notification; the history tells the head on `audit.v1` and drops the note once Kafka has it, at its start and
after each notification. So a head is told however the process that added the row ended.

Changes that are events on Kafka are added by the history when it stores them, once by their event ids; whatever else is
changed by hand is added by the route that changes it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import asyncpg
from aiokafka.errors import KafkaError

from schemas.audit import AuditHead
from schemas.ids import derived_id
from sinks.audit_chain import GENESIS, Change, Row, canonical, linked, storable
from sinks.process import persist
from sinks.writes import Connection
from streams.publisher import Publisher
from streams.topics import AUDIT

CHANNEL = "audit_log"
KEY = "audit"
"""Of every head: they are on one partition, in their order."""
BATCH = 500
_LOCK = 0x7461_7065_6175_6469
"""Of whoever adds a row."""


async def append(connection: Connection, changes: Sequence[Change]) -> list[Row]:
    """Add changes to the log in the caller's transaction and return their rows; an event that is known is left out.

    The log is locked until the transaction ends, so this comes last in it.
    raises   ValueError for a detail that has no JSON form; asyncpg's errors
    """
    if not changes:
        return []
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    given = [change.event_id for change in changes if change.event_id is not None]
    known = {
        str(row["event_id"])
        for row in await connection.fetch("SELECT event_id FROM audit_log WHERE event_id = ANY($1::uuid[])", given)
    }
    head = await connection.fetchrow("SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1")
    number, previous = (head["number"], head["hash"]) if head else (0, GENESIS)
    rows: list[Row] = []
    for change in changes:
        if change.event_id in known:
            continue
        if change.event_id is not None:
            known.add(change.event_id)
        rows.append(row := linked(number + 1, _stored(change), previous))
        number, previous = row.number, row.hash
    if rows:
        await connection.executemany(
            """INSERT INTO audit_log (number, at, actor, account_id, action, target, detail, event_id, previous_hash,
                                      hash)
               VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9, $10)""",
            [_columns(row) for row in rows],
        )
        await connection.executemany(
            "INSERT INTO audit_outbox (number, hash, at) VALUES ($1, $2, $3)",
            [(row.number, row.hash, row.change.at) for row in rows],
        )
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, str(number))
    return rows


async def record(
    connection: Connection, *, actor: str, account_id: str, action: str, target: str, detail: Mapping[str, object]
) -> None:
    """Add a change to the audit log in the caller's transaction, as the last thing in it.

    connection  with a transaction begun: the log is locked until it ends
    account_id  whose; empty when it concerns the platform
    detail      JSON, without secrets
    raises      ValueError for a detail that has no JSON form; asyncpg's errors
    """
    await append(connection, [Change(datetime.now(UTC), actor, account_id, action, target, detail)])


def _stored(change: Change) -> Change:
    """Return a change as it will be read again."""
    return Change(
        at=change.at.astimezone(UTC),
        actor=storable(change.actor),
        account_id=storable(change.account_id),
        action=storable(change.action),
        target=storable(change.target),
        detail=json.loads(canonical(change.detail), parse_float=Decimal),
        event_id=change.event_id,
    )


def _columns(row: Row) -> tuple[object, ...]:
    change = row.change
    return (
        row.number,
        change.at,
        change.actor,
        change.account_id,
        change.action,
        change.target,
        canonical(change.detail),
        change.event_id,
        row.previous_hash,
        row.hash,
    )


COLUMNS = (
    "number, at, actor, account_id, action, target, detail::text AS detail, event_id::text AS event_id, "
    "previous_hash, hash"
)


def row_of(record: Any) -> Row:
    """Return a row of the log that was asked for by COLUMNS."""
    change = Change(
        at=record["at"],
        actor=record["actor"],
        account_id=record["account_id"],
        action=record["action"],
        target=record["target"],
        detail=json.loads(record["detail"], parse_float=Decimal),
        event_id=record["event_id"],
    )
    return Row(record["number"], change, record["previous_hash"], record["hash"])


async def tell_heads(url: str, bootstrap_servers: str) -> None:
    """Tell Kafka of rows that were added, for ever; waits for Postgres and Kafka as long as it takes."""
    passing = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, KafkaError, OSError)
    while True:
        # a line or a producer that has failed cannot be relied on again
        await persist(partial(_tell_until_it_fails, url, bootstrap_servers), what="audit heads", passing=passing)


async def _tell_until_it_fails(url: str, bootstrap_servers: str) -> None:
    added = asyncio.Event()
    connection = await asyncpg.connect(url, server_settings={"application_name": "tapestream"})
    try:
        await connection.add_listener(CHANNEL, lambda *_: added.set())
        connection.add_termination_listener(lambda *_: added.set())
        while True:
            added.clear()
            async for told in _told(connection, bootstrap_servers):
                await connection.execute(
                    "DELETE FROM audit_outbox AS o USING unnest($1::bigint[], $2::text[]) AS t (number, hash) "
                    "WHERE o.number = t.number AND o.hash = t.hash",
                    [head.number for head in told],
                    [head.hash for head in told],
                )
            await added.wait()
    finally:
        connection.terminate()


_WAITING = "SELECT number, hash, at FROM audit_outbox ORDER BY number, at LIMIT $1"


async def _told(connection: "asyncpg.Connection[Any]", bootstrap_servers: str) -> AsyncIterator[list[AuditHead]]:
    """Send the heads that wait and yield them once Kafka has them, until none waits."""
    while waiting := await connection.fetch(_WAITING, BATCH):
        heads = [
            AuditHead(
                event_id=derived_id("audit-head", row["number"], row["hash"]),
                occurred_at=row["at"],
                source="audit",
                number=row["number"],
                hash=row["hash"],
            )
            for row in waiting
        ]
        # a producer for the occasion, as changes by hand are rare
        async with Publisher(bootstrap_servers, client_id="tapestream-audit") as publisher:
            await asyncio.gather(*[await publisher.send(AUDIT, head, key=KEY) for head in heads])
        yield heads
