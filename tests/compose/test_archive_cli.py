"""`tapestream archive`, as a person types it."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
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


async def test_following_takes_what_comes_later(kafka: str, tmp_path: Path) -> None:
    early, late = fresh_symbol(), fresh_symbol()
    await send(kafka, alert(early))
    command = [sys.executable, "-m", "compose.cli", "archive", "--topics", "signals", "--follow", "--every", "1"]
    following = await asyncio.to_thread(lambda: subprocess.Popen(command, env=dict(os.environ), cwd=tmp_path))
    try:
        await asyncio.to_thread(_until_archived, tmp_path / "archive", early)
        await send(kafka, alert(late))
        await asyncio.to_thread(_until_archived, tmp_path / "archive", late)
    finally:
        following.kill()
        await asyncio.to_thread(following.wait)


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
