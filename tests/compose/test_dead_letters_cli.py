"""`tapestream dead-letters`, as a person types it."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from compose.cli import app
from streams.topics import PRICE_TICKS
from tests.sinks.letters import letter, stored

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def platform(kafka: str, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("DATABASE_URL", database_url)


async def typed(*arguments: str) -> Result:
    """Run a command; it has a loop of its own."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["dead-letters", *arguments]))


async def test_letters_are_listed_shown_sent_again_and_discarded(database_url: str) -> None:
    one, other = letter(), letter(reader="account")
    await stored(database_url, one, other)
    answer = await typed("list")
    assert answer.exit_code == 0, answer.output
    assert one.event_id in answer.output
    assert other.event_id in answer.output
    assert "signals.v1/" in answer.output
    assert one.event_id not in (await typed("list", "--reader", "account")).output
    shown = json.loads((await typed("show", one.event_id)).stdout)
    assert shown["value"]["symbol"] == "SPY"
    answer = await typed("redrive", one.event_id)
    assert (answer.exit_code, answer.output.split()[:2]) == (0, [one.event_id, "redriven"])
    answer = await typed("redrive", "--reader", "account", "--all")
    assert (answer.exit_code, answer.output.split()) == (0, [other.event_id, "redriven"])
    answer = await typed("discard", one.event_id, "--reason", "of a test")
    assert (answer.exit_code, answer.output.split()[:2]) == (0, [one.event_id, "discarded"])


async def test_what_is_refused_is_named_with_the_reason_and_an_exit_code(database_url: str) -> None:
    prices, missing = letter(topic=PRICE_TICKS), str(uuid4())
    await stored(database_url, prices)
    answer = await typed("redrive", prices.event_id, missing)
    assert answer.exit_code == 1
    assert "refused: prices" in answer.output
    assert "no such dead letter" in answer.output
    assert "2 of 2 refused" in answer.output
    assert (await typed("show", missing)).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["redrive"], "--all"),
        (["redrive", str(uuid4()), "--all"], "stand alone"),
        (["redrive", "no-id"], "no-id"),
        (["redrive", "--all", "--since", "yesterday"], "--since"),
        (["redrive", "--all", "--since", "2026-02-13T10:30:00"], "zone"),
        (["list", "--status", "lost"], "--status"),
        (["discard", str(uuid4()), "--reason", " "], "--reason"),
        (["discard", str(uuid4())], "--reason"),
    ],
)
async def test_an_unclear_wish_ends_with_a_sentence_and_2(arguments: list[str], said: str) -> None:
    answer = await typed(*arguments)
    assert answer.exit_code == 2
    assert said in answer.output


async def test_without_a_platform_it_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    found: Any = letter()
    await stored(database_url, found)
    answer = await typed("redrive", found.event_id)
    assert answer.exit_code == 1
    assert "tapestream run" in answer.output
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    assert "tapestream run" in (await typed("list")).output
    monkeypatch.delenv("DATABASE_URL")
    assert "tapestream run" in (await typed("list")).output
