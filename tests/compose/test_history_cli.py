"""`tapestream history`, as a person types it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from compose.cli import app
from streams.publisher import Publisher
from tests.schemas.story import signal as alert
from tests.sinks.running import asking, eventually, fresh_symbol, publish, running_history

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def platform(kafka: str, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("DATABASE_URL", database_url)


async def typed(*arguments: str) -> Result:
    """Run a command; it has a loop of its own."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["history", *arguments]))


async def test_facts_that_the_log_lacks_are_added_as_history_writes_them_and_once(
    kafka: str, database_url: str
) -> None:
    symbols = [fresh_symbol() for _ in range(3)]
    async with Publisher(kafka) as publisher:
        for symbol in symbols:
            await publish(publisher, alert(symbol))
    async with asking(database_url) as connection:

        async def mine() -> list[Any]:
            rows = await connection.fetch("SELECT * FROM event_log WHERE symbol = ANY($1) ORDER BY symbol", symbols)
            return list(rows)

        async def all_there() -> list[Any] | None:
            found = await mine()
            return found if len(found) == len(symbols) else None

        async with running_history(kafka, database_url):
            written = await eventually(all_there, what="facts in the log")
        # as it is where they were told before there was a log, or are lost from it
        await connection.execute("DELETE FROM event_log WHERE symbol = ANY($1)", symbols[:2])
        await connection.execute("UPDATE event_log SET source = 'kept' WHERE symbol = $1", symbols[2])
        answer = await typed("backfill")
        # other tests leave messages on this Kafka that Postgres refuses, and it says so
        assert "facts added" in answer.output
        filled = await mine()
        assert {row["symbol"]: row for row in filled if row["source"] != "kept"} == {
            row["symbol"]: row for row in written if row["symbol"] != symbols[2]
        }
        assert len(filled) == len(symbols)


async def test_without_a_platform_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "")
    answer = await typed("backfill", "--home", "nowhere")
    assert answer.exit_code != 0
    assert "tapestream run" in answer.output
