"""The audit log over HTTP."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.auth import PERMISSIONS, Caller, caller
from sinks import audit, audit_verify
from sinks.audit import append, tell_heads
from streams.topics import AUDIT, Topic
from tests.api.serving import NOWHERE, serving, until
from tests.api.test_queries import AT, all_pages
from tests.sinks.own_topics import own
from tests.sinks.running import working
from tests.sinks.test_audit import CHANGE

pytestmark = pytest.mark.postgres


@pytest.fixture
def topic(kafka: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Topic]:
    with own(kafka, AUDIT) as mine:
        monkeypatch.setattr(audit, "AUDIT", mine)
        monkeypatch.setattr(audit_verify, "AUDIT", mine)
        yield mine


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    changes = [
        replace(
            CHANGE,
            at=AT + timedelta(minutes=number),
            actor=("trader", "system/tuner")[number % 2],
            action=("change_control", "close_position")[number // 3],
            account_id=("paper", "", "other")[number % 3],
        )
        for number in range(6)
    ]
    async with connection.transaction():
        await append(connection, changes)
    yield connection
    await connection.close()


async def test_changes_are_listed_newest_row_first_without_another_accounts(database: Any, database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        rows = await all_pages(client, "/audit", limit="1")
        by_tuner = await all_pages(client, "/audit", actor="system/tuner")
        closing = await all_pages(client, "/audit", action="close_position")
        later = await all_pages(client, "/audit", since="2026-02-13T15:31:00Z", until="2026-02-13T15:34:00Z")
        zoneless = await client.get("/audit?since=2026-02-13T15:31:00")
        nul = await client.get("/audit?actor=%00")
    logged_in = [row["action"] for row in rows[:-4]]
    rows = rows[-4:]
    assert logged_in == ["user.logged_in", "user.created"]
    assert [row["number"] for row in rows] == [5, 4, 2, 1]
    assert {row["account_id"] for row in rows} == {"paper", ""}
    assert rows[-1]["detail"] == {"value": {"halted": True}, "n": 1.5}
    assert rows[-1]["previous_hash"] == "0" * 64
    assert [row["number"] for row in by_tuner] == [4, 2]
    assert [row["number"] for row in closing] == [5, 4]
    assert [row["number"] for row in later] == [4, 2]
    assert [answer.json()["errors"][0]["field"] for answer in (zoneless, nul)] == ["since", "actor"]


@pytest.mark.kafka
async def test_the_log_is_verified_against_kafka(database: Any, database_url: str, kafka: str, topic: Topic) -> None:
    async def waiting() -> int:
        return int(await database.fetchval("SELECT count(*) FROM audit_outbox"))

    async with serving(DATABASE_URL=database_url, KAFKA_BOOTSTRAP_SERVERS=kafka) as (_, client):
        async with working(lambda: tell_heads(database_url, kafka)):
            await until(waiting, lambda count: count == 0)
        intact = (await client.get("/audit/verify")).json()
        async with database.transaction():
            await database.execute("SET LOCAL session_replication_role = replica")
            await database.execute("DELETE FROM audit_log WHERE number = 8")
        cut = (await client.get("/audit/verify")).json()
    assert intact == {"intact": True, "rows": 8, "heads": 8, "findings": []}
    assert (cut["intact"], [(each["number"], each["fault"]) for each in cut["findings"]]) == (False, [(8, "truncated")])


async def test_without_kafka_nothing_is_said_of_the_log(database: Any, database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get("/audit/verify")
    assert (answer.status_code, NOWHERE in answer.text) == (503, False)


@pytest.mark.parametrize("path", ["/audit", "/audit/verify"])
async def test_the_log_is_for_administrators(path: str) -> None:
    async with serving() as (app, client):
        app.dependency_overrides[caller] = lambda: Caller("someone", "paper", "trader", PERMISSIONS["trader"])
        answer = await client.get(path)
    assert answer.status_code == 403


async def test_asking_for_a_comparison_is_on_the_log(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url, BROKER="alpaca") as (_, client):
        asked = (await client.post("/reconciliations")).json()["reconciliation_id"]
        (row,) = await all_pages(client, "/audit", action="ask_for_reconciliation")
    assert (row["actor"], row["action"], row["target"]) == ("trader", "ask_for_reconciliation", str(UUID(asked)))
