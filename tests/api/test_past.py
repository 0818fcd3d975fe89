"""What the API says of a moment of the past is the fold of the log up to it, to the event."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import httpx
import pytest
from aiokafka import ConsumerRecord

from agents.controls import on_control
from agents.facts import Fact
from agents.past_accounts import begun, folded
from agents.past_positions import positions
from agents.rules import RiskLimits
from api.account import account_state
from api.exact_json import encode
from api.live_view import LiveView
from api.orders import held_position
from schemas.controls import Controls
from schemas.operations import ControlChanged
from schemas.positions import Position
from sinks.database import open_pool
from streams.topics import BOOKS, CONTROLS, FILLS
from tests.api.logged import keep_messages
from tests.api.serving import serving, until
from tests.simulation.kept_log import Message, facts_of, kept
from tests.simulation.plan import TRADERS

pytestmark = pytest.mark.postgres

MOMENTS = 200
SEED = 29


Logs = tuple[list[Message], list[Message]]


@pytest.fixture(scope="module")
def logs() -> Logs:
    """Return the messages of a session that was played, and the records on its changelogs."""
    return kept(SEED)


def record_of(message: Message) -> ConsumerRecord:
    """Return a message as a consumer reads it."""
    entry, at_ms = message.entry, int(message.known_at.timestamp() * 1000)
    size = len(entry.value or b"")
    return ConsumerRecord(
        message.topic, message.partition, message.offset, at_ms, 0, entry.key.encode(), entry.value, None, 0, size, ()
    )


def known_by(facts: Sequence[Fact], at: datetime, account_id: str) -> list[Fact]:
    """Return an account's facts, those of one moment with their causes first."""
    causes = ("decisions", "close-requests", "orders", "broker-reports", "account-snapshots", "account-events")
    rank = {f"{name}.v1": place for place, name in enumerate(causes)}
    mine = [f for f in facts if f.known_at <= at and getattr(f.event, "account_id", None) == account_id]
    return sorted(mine, key=lambda f: (f.known_at, rank.get(f.topic, -1), f.partition, f.offset))


async def test_as_of_is_the_fold_of_the_log_up_to_that_moment_at_any_moment(
    database_url: str, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.past_account.PAGE", 10)
    messages, records = logs
    facts = facts_of(messages)
    await keep_messages(database_url, map(record_of, messages))
    dice = random.Random(SEED)
    last = messages[-1].known_at
    moments = [*sorted(dice.choice(messages).known_at for _ in range(MOMENTS - 1)), last]
    # at the end the log tells what the live view has of the books
    view = LiveView()
    for record in records:
        if record.topic == BOOKS.name:
            view.apply_book(record.entry.key, record.entry.value)
    seen = {"held": 0, "reserved": 0, "live": 0}
    for number, name in enumerate(TRADERS):
        async with serving(DATABASE_URL=database_url, ACCOUNT_ID=name) as (app, client):
            opening = RiskLimits(opening_equity=app.state.settings.risk.account_equity)
            for at in moments[number :: len(TRADERS)]:
                told = known_by(facts, at, name)
                past = folded(begun(name, opening), told).account
                answer = await asked(client, "/account", at)
                assert answer.text == encode(account_state(past, as_of=at).model_dump())
                held = [item.held for item in positions(told) if item.held is not None]
                answer = await asked(client, "/orders/positions?limit=500", at)
                assert answer.text == listed(held)
                seen["held"] += bool(held)
                seen["reserved"] += bool(past.reservations)
            answer = await asked(client, "/orders/positions?limit=500", last)
            assert answer.text == listed(view.positions(name))
            seen["live"] += len(answer.json()["items"])
    assert all(seen.values()), seen


async def asked(client: httpx.AsyncClient, path: str, at: datetime) -> httpx.Response:
    """Return what is answered for a moment; a database that is slow to answer is asked again."""
    url = httpx.URL(path).copy_merge_params({"as_of": at.isoformat()})
    return await until(lambda: client.get(url), lambda answer: answer.status_code != 503)


def listed(held: Iterable[Position]) -> str:
    """Return positions as they are answered, without marks."""
    rows = [held_position(position, None, is_past=True) for position in held]
    rows.sort(key=lambda row: (row.entry_timestamp, row.position_id), reverse=True)
    return encode({"items": [row.model_dump() for row in rows], "next_cursor": None})


async def test_controls_and_limits_are_those_of_the_moment(database_url: str, logs: Logs) -> None:
    messages, _ = logs
    facts = facts_of(messages)
    await keep_messages(database_url, [record_of(item) for item in messages if item.topic == CONTROLS.name])
    changes = [fact for fact in facts if isinstance(fact.event, ControlChanged)]
    assert changes
    async with serving(DATABASE_URL=database_url) as (_, client):
        for at in sorted({fact.known_at for fact in changes}):
            controls = Controls(partition=0)
            for fact in changes:
                if fact.known_at <= at and isinstance(fact.event, ControlChanged):
                    controls = on_control(controls, fact.event)
            listed = (await client.get("/controls", params={"as_of": at.isoformat()})).json()["items"]
            assert [row["name"] for row in listed] == sorted(controls.values)
            risk: dict[str, Any] = (await client.get("/risk", params={"as_of": at.isoformat()})).json()
            assert set(risk["changed_by"]) <= set(controls.values)
        before = await client.get("/controls", params={"as_of": "2020-01-01T00:00:00Z"})
        assert before.json() == {"items": []}


async def test_a_message_that_comes_twice_has_one_row(database_url: str, logs: Logs) -> None:
    messages, _ = logs
    fills = [item for item in messages if item.topic == FILLS.name]
    await keep_messages(database_url, [record_of(item) for item in (*fills, *fills)])
    pool = await open_pool(database_url, max_size=1)
    try:
        assert await pool.fetchval("SELECT count(*) FROM event_log") == len(fills) > 0
    finally:
        await pool.close()


@pytest.mark.parametrize("path", ["/account", "/risk", "/orders/positions", "/controls"])
async def test_a_moment_without_a_zone_is_refused_by_name(path: str) -> None:
    async with serving() as (_, client):
        answer = await client.get(path, params={"as_of": "2026-03-02T12:00:00"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["as_of"]
