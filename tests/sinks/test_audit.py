"""The audit log at work: in Postgres, and its head on Kafka."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from schemas.audit import AuditHead
from schemas.dead_letters import DeadLetterUpdated
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from schemas.orders import CancelAsked, CloseRequested, OrderRequested
from sinks import audit, audit_verify
from sinks.audit import COLUMNS, append, record, row_of, tell_heads
from sinks.audit_chain import Change, Finding, Row, verify
from sinks.audit_events import change_of
from sinks.audit_verify import verify_log
from sinks.database import open_pool
from streams.publisher import Publisher
from streams.topics import AUDIT, CLOSE_REQUESTS, CONTROLS, PARTITIONS, Topic
from tests.schemas.specimens_by_hand import records_by_hand
from tests.sinks.own_topics import own
from tests.sinks.running import asking, eventually, first, fresh_symbol, running_history, working

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
CHANGE = Change(AT, "trader", "paper", "change_control", "kill_switch", {"value": {"halted": True}, "n": 1.50})


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Any]:
    opened = await open_pool(database_url, max_size=4)
    yield opened
    opened.terminate()


@pytest.fixture
def topic(kafka: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Topic]:
    with own(kafka, AUDIT) as mine:
        monkeypatch.setattr(audit, "AUDIT", mine)
        monkeypatch.setattr(audit_verify, "AUDIT", mine)
        yield mine


async def added(pool: Any, *changes: Change) -> list[Row]:
    async with pool.acquire() as connection, connection.transaction():
        return await append(connection, changes)


async def rows_of(pool: Any) -> list[Row]:
    return [row_of(found) for found in await pool.fetch(f"SELECT {COLUMNS} FROM audit_log ORDER BY number")]


async def nothing_waits(pool: Any) -> None:
    async def look() -> bool | None:
        return None if await pool.fetchval("SELECT count(*) FROM audit_outbox") else True

    await eventually(look, what="an empty outbox")


@pytest.mark.postgres
async def test_a_row_stands_or_falls_with_its_change(pool: Any) -> None:
    async with pool.acquire() as connection:
        change = connection.transaction()
        await change.start()
        await record(connection, actor="a", account_id="paper", action="x", target="y", detail={})
        await change.rollback()
    assert await rows_of(pool) == []
    async with pool.acquire() as connection, connection.transaction():
        detail = {"text": "NUL \0, \ud800", "list": [1, 2.50, None], "nested": {"deep": True}}
        await record(connection, actor="a\0", account_id="paper", action="x", target="y", detail=detail)
    (row,) = await rows_of(pool)
    assert verify([row], heads={1: {row.hash}}) == []
    assert (row.number, row.change.actor) == (1, "a\ufffd")


@pytest.mark.postgres
async def test_writers_at_the_same_time_make_one_chain_and_an_event_is_added_once(pool: Any) -> None:
    event = replace(CHANGE, event_id=str(uuid4()))
    await asyncio.gather(*(added(pool, CHANGE, event) for _ in range(8)))
    rows = await rows_of(pool)
    assert [row.number for row in rows] == list(range(1, 10))
    assert sum(row.change.event_id == event.event_id for row in rows) == 1
    assert verify(rows, heads={row.number: {row.hash} for row in rows}) == []


@pytest.mark.postgres
@pytest.mark.parametrize("what", ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"])
async def test_the_table_only_grows(pool: Any, what: str) -> None:
    await added(pool, CHANGE)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(what)
    assert len(await rows_of(pool)) == 1


TAMPERING = {
    "UPDATE audit_log SET actor = 'another' WHERE number = 2": (2, "edited"),
    """UPDATE audit_log SET detail = '{"value": {"halted": false}}' WHERE number = 4""": (4, "edited"),
    "DELETE FROM audit_log WHERE number = 3": (3, "missing"),
    "DELETE FROM audit_log WHERE number >= 4": (4, "truncated"),
    "TRUNCATE audit_log": (1, "truncated"),
    """UPDATE audit_log AS a SET actor = b.actor, at = b.at, target = b.target, hash = b.hash, event_id = NULL
         FROM audit_log AS b WHERE (a.number, b.number) IN ((2, 3), (3, 2))""": (2, "edited"),
}


@pytest.mark.kafka
@pytest.mark.postgres
async def test_whatever_is_done_to_the_table_is_found_with_its_number(
    pool: Any, kafka: str, database_url: str, topic: Topic
) -> None:
    async with working(lambda: tell_heads(database_url, kafka)):
        for number in range(5):
            await added(pool, replace(CHANGE, target=f"t{number}", at=AT + timedelta(seconds=number)))
        await nothing_waits(pool)
    verdict = await verify_log(pool, kafka)
    assert (verdict.rows, verdict.heads, verdict.findings) == (5, 5, ())
    await pool.execute("CREATE TABLE kept AS SELECT * FROM audit_log")
    for what, expected in TAMPERING.items():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(what)
        found = (await verify_log(pool, kafka)).findings
        assert found, what
        assert (found[0].number, found[0].fault) == expected, what
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute("TRUNCATE audit_log")
            await connection.execute("INSERT INTO audit_log SELECT * FROM kept")
    # what is cut off and written again, and told again, stands on Kafka twice
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("DELETE FROM audit_log WHERE number = 5")
    async with working(lambda: tell_heads(database_url, kafka)):
        await added(pool, CHANGE)
        await nothing_waits(pool)
    assert (await verify_log(pool, kafka)).findings == (Finding(5, "edited", "its hash is not the one told on Kafka"),)


@pytest.mark.kafka
@pytest.mark.postgres
async def test_a_head_is_told_though_nobody_was_there_when_its_row_was_added(
    pool: Any, kafka: str, database_url: str, topic: Topic
) -> None:
    (row,) = await added(pool, CHANGE)
    assert (await verify_log(pool, kafka)).findings == ()  # it waits, and says so
    async with working(lambda: tell_heads(database_url, kafka)):
        await nothing_waits(pool)
    head = await first(kafka, topic, AuditHead, lambda _: True)
    assert (head.number, head.hash, head.occurred_at) == (1, row.hash, AT)
    # as after a crash between Kafka's word and the note of it
    await pool.execute("INSERT INTO audit_outbox SELECT number, hash, at FROM audit_log")
    async with working(lambda: tell_heads(database_url, kafka)):
        await nothing_waits(pool)
    assert (await verify_log(pool, kafka)).findings == ()


@pytest.mark.kafka
@pytest.mark.postgres
async def test_the_history_adds_changes_that_are_events_once_and_tells_the_head(
    kafka: str, database_url: str, topic: Topic
) -> None:
    name, symbol = f"pause.{fresh_symbol()}", fresh_symbol()
    by_hand = control(name, by="trader", source="api.controls")
    by_itself = control(name, by="executor/live", source="executor/live", seconds=1)
    closing = CloseRequested(
        event_id=derived_id("close", symbol),
        occurred_at=AT,
        source="api.close",
        account_id="paper",
        symbol=symbol,
        position_id=derived_id("position", symbol),
        reason="manual",
        requested_by="trader",
    )
    async with Publisher(kafka) as publisher:
        for event in (by_hand, by_itself):
            for partition in range(PARTITIONS):
                await (await publisher.send(CONTROLS, event, key=name, partition=partition))
        await publisher.publish(CLOSE_REQUESTS, closing, key=symbol)

    async def look(connection: asyncpg.Connection) -> list[asyncpg.Record] | None:
        found = await connection.fetch(
            "SELECT * FROM audit_log WHERE event_id = ANY($1::uuid[]) ORDER BY at, action DESC",
            [event.event_id for event in (by_hand, by_itself, closing)],
        )
        return found if len(found) == 3 else None

    async with running_history(kafka, database_url), asking(database_url) as connection:
        rows = await eventually(lambda: look(connection), what="three rows")
        told = [(row["actor"], row["action"], row["target"], row["account_id"]) for row in rows]
        assert told == [
            ("trader", "close_position", closing.position_id, "paper"),
            ("trader", "change_control", name, ""),
            ("system/executor/live", "change_control", name, ""),
        ]
        number, digest = rows[0]["number"], rows[0]["hash"]
        await first(kafka, topic, AuditHead, lambda head: (head.number, head.hash) == (number, digest))


def control(name: str, *, by: str, source: str, seconds: int = 0) -> ControlChanged:
    return ControlChanged(
        event_id=derived_id("control", name, by),
        occurred_at=AT + timedelta(seconds=seconds),
        source=source,
        name=name,
        value='{"paused":true}',
        changed_by=by,
    )


cancelling, ordered = (
    CancelAsked(event_id="e", occurred_at=AT, source="api.orders", account_id="live", order_id="o", symbol="SPY",
                requested_by="trader"),
    next(record for record in records_by_hand() if isinstance(record, OrderRequested)),
)  # fmt: skip
dealt = DeadLetterUpdated(
    event_id="e", occurred_at=AT, source="redrive", dead_letter_id="l", status="redriven", changed_by="cli:me"
)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (control("kill_switch.live", by="trader", source="api.controls"), ("trader", "live", "change_control")),
        (control("risk_limits.default", by="trader", source="api.controls"), ("trader", "", "change_control")),
        (control("tuning", by="tuner", source="performances/paper"), ("system/tuner", "", "change_control")),
        (dealt, ("cli:me", "", "redrive_dead_letter")),
        (dealt.model_copy(update={"status": "discarded"}), ("cli:me", "", "discard_dead_letter")),
        (cancelling, ("trader", "live", "cancel_order")),
        (ordered, ("trader", "paper", "place_order")),
    ],
)
def test_who_changed_what_is_read_off_the_event(event: Any, expected: tuple[str, str, str] | None) -> None:
    change = change_of(event)
    assert expected == (change and (change.actor, change.account_id, change.action))
