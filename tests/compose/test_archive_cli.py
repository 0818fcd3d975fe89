"""`tapestream archive`, as a person types it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from compose.cli import app
from schemas.event import Event
from sinks.archive import opened
from streams.publisher import Publisher
from tests.schemas.story import signal as alert
from tests.sinks.running import fresh_symbol, publish

pytestmark = pytest.mark.kafka


@pytest.fixture(autouse=True)
def platform(kafka: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)


async def typed(*arguments: str) -> Result:
    """Run a command; it has a loop of its own."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["archive", *arguments]))


async def send(kafka: str, event: Event) -> None:
    async with Publisher(kafka) as publisher:
        await publish(publisher, event)


def symbols_in(folder: Path) -> list[str]:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT symbol FROM read_parquet(?) WHERE symbol IS NOT NULL", [f"{folder}/topic=signals.v1/**/*.parquet"]
        ).fetchall()
    return [symbol for (symbol,) in rows]


async def test_topics_are_archived_and_again_only_what_is_new(kafka: str, tmp_path: Path) -> None:
    first, second = fresh_symbol(), fresh_symbol()
    await send(kafka, alert(first))
    answer = await typed("--topics", "signals", "--to", "kept")
    assert answer.exit_code == 0, answer.output
    await send(kafka, alert(second))
    answer = await typed("--topics", "signals.v1", "--to", "kept", "--until-end")
    assert answer.exit_code == 0, answer.output
    found = symbols_in(tmp_path / "kept")
    assert (found.count(first), found.count(second)) == (1, 1)


@contextmanager
def following(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process that follows a topic into a folder."""
    command = [sys.executable, "-m", "compose.cli", "archive", "--topics", "signals", "--follow", "--every", "1"]
    process = subprocess.Popen(command, env=dict(os.environ), cwd=folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_following_takes_what_comes_later(kafka: str, tmp_path: Path) -> None:
    early, late = fresh_symbol(), fresh_symbol()
    await send(kafka, alert(early))
    with following(tmp_path):
        await asyncio.to_thread(_until_archived, tmp_path / "archive", early)
        await send(kafka, alert(late))
        await asyncio.to_thread(_until_archived, tmp_path / "archive", late)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_following_ends_with_whole_files_and_goes_on_where_they_end(
    kafka: str, tmp_path: Path, number: signal.Signals
) -> None:
    early, between = fresh_symbol(), fresh_symbol()
    await send(kafka, alert(early))
    folder = tmp_path / "archive"
    with following(tmp_path) as process:
        await asyncio.to_thread(_until_archived, folder, early)
        # it looks again each second: what comes now may be in the middle of its file
        await send(kafka, alert(between))
        process.send_signal(number)
        code = await asyncio.to_thread(process.wait, 60)
    if number is not signal.SIGKILL:
        assert code == 0
        assert not list(folder.rglob("*.unfinished"))
    for file in folder.rglob("*.parquet"):
        assert pq.read_table(file).num_rows > 0
    answer = await typed("--topics", "signals", "--to", "archive")
    assert answer.exit_code == 0, answer.output
    found = symbols_in(folder)
    assert (found.count(early), found.count(between)) == (1, 1)
    with duckdb.connect() as connection:
        gaps = connection.execute(
            """SELECT _partition, count(*), count(DISTINCT _offset), max(_offset) - min(_offset) + 1
                 FROM read_parquet(?) GROUP BY ALL HAVING count(*) <> count(DISTINCT _offset)
                   OR count(*) <> max(_offset) - min(_offset) + 1""",
            [f"{folder}/topic=signals.v1/**/*.parquet"],
        ).fetchall()
    assert gaps == []


def _until_archived(folder: Path, symbol: str) -> None:
    end = time.monotonic() + 120
    while not (list(folder.glob("topic=*/*/*.parquet")) and symbol in symbols_in(folder)):
        assert time.monotonic() < end
        time.sleep(0.05)


async def test_what_cannot_be_is_said_in_a_sentence(
    kafka: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unknown = await typed("--topics", "signals,orderz")
    assert (unknown.exit_code, "orderz" in unknown.output) == (2, True)
    with opened(tmp_path / "held"):
        held = await typed("--topics", "signals", "--to", "held")
    assert (held.exit_code, "another process" in held.output) == (1, True)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    away = await typed("--topics", "signals", "--to", "kept")
    assert (away.exit_code, "tapestream run" in away.output) == (1, True)
