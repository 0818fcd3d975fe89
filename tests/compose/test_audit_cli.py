"""`tapestream audit`, as a person types it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from compose.cli import app
from sinks import audit, audit_verify
from sinks.audit import append, tell_heads
from streams.topics import AUDIT, Topic
from tests.sinks.own_topics import own
from tests.sinks.running import asking, eventually, working
from tests.sinks.test_audit import CHANGE

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def platform(kafka: str, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Topic]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("DATABASE_URL", database_url)
    with own(kafka, AUDIT) as mine:
        monkeypatch.setattr(audit, "AUDIT", mine)
        monkeypatch.setattr(audit_verify, "AUDIT", mine)
        yield mine


async def typed(*arguments: str) -> Result:
    """Run a command; it has a loop of its own."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["audit", *arguments]))


async def log_of_three(kafka: str, database_url: str, connection: asyncpg.Connection) -> None:
    async with connection.transaction():
        await append(connection, [replace(CHANGE, actor=f"user-{number}") for number in (1, 2, 3)])

    async def all_told() -> Any:
        return await connection.fetchval("SELECT count(*) = 0 FROM audit_outbox") or None

    async with working(lambda: tell_heads(database_url, kafka)):
        await eventually(all_told, what="heads on Kafka")


async def test_changes_are_listed_newest_first_and_the_log_is_intact(kafka: str, database_url: str) -> None:
    async with asking(database_url) as connection:
        assert "no such changes" in (await typed("list")).output
        await log_of_three(kafka, database_url, connection)
    answer = await typed("list")
    assert answer.exit_code == 0, answer.output
    assert answer.output.index("user-3") < answer.output.index("user-1")
    one = await typed("list", "--actor", "user-2", "--action", "change_control")
    assert ("user-2" in one.output, "user-3" in one.output) == (True, False)
    assert (await typed("list", "--since", "yesterday")).exit_code == 2
    verified = await typed("verify")
    assert (verified.exit_code, verified.output.strip()) == (0, "intact: 3 rows, 3 heads on Kafka")


async def test_a_log_that_was_cut_off_is_said_with_the_number_and_ends_with_1(kafka: str, database_url: str) -> None:
    async with asking(database_url) as connection:
        await log_of_three(kafka, database_url, connection)
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute("DELETE FROM audit_log WHERE number > 1")
    answer = await typed("verify")
    assert answer.exit_code == 1
    assert "number 2: truncated" in answer.output


async def test_without_kafka_it_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    answer = await typed("verify")
    assert answer.exit_code == 1
    assert "tapestream run" in answer.output
