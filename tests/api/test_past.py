"""What the API says of a moment of the past is the fold of the log up to it, to the event."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from agents.controls import on_control
from agents.facts import Fact
from agents.past_accounts import begun, folded
from agents.past_positions import positions
from agents.rules import RiskLimits
from api.account import account_state
from api.auth import Caller
from api.exact_json import encode
from api.live_view import LiveView
from api.orders import held_position
from schemas.controls import Controls
from schemas.operations import ControlChanged
from sinks.database import open_pool
from sinks.history import Fact as Stored
from sinks.history import read, store
from streams.topics import BOOKS, CONTROLS, FILLS
from tests.api.serving import serving
from tests.simulation.kept_log import Message, facts_of, kept
from tests.simulation.plan import TRADERS

pytestmark = pytest.mark.postgres

MOMENTS = 200
SEED = 6


Logs = tuple[list[Message], list[Message]]


@pytest.fixture(scope="module")
def logs() -> Logs:
    """Return the messages of a session that was played, and the records on its changelogs."""
    return kept(SEED)


async def keep(database_url: str, messages: Sequence[Message], *, batch: int = 500) -> None:
    """Let history read messages into a database."""
    pool = await open_pool(database_url, max_size=1)
    try:
        found = [read(record_of(message)) for message in messages]
        facts = [fact for fact in found if isinstance(fact, Stored)]
        for start in range(0, len(facts), batch):
            assert await store(pool, facts[start : start + batch]) == []
    finally:
        await pool.close()


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


async def test_as_of_is_the_fold_of_the_log_up_to_that_moment_at_any_moment(database_url: str, logs: Logs) -> None:
    messages, records = logs
    facts = facts_of(messages)
    await keep(database_url, messages)
    dice = random.Random(SEED)
    last = messages[-1].known_at
    moments = [*sorted(dice.choice(messages).known_at for _ in range(MOMENTS - 1)), last]
    seen = {"held": 0, "reserved": 0, "halted": 0}
    async with serving(DATABASE_URL=database_url) as (app, client):
        opening = app.state.settings.risk.account_equity
        tokens = {name: app.state.authenticator.issue(Caller("trader", name)).access_token for name in TRADERS}
        for number, at in enumerate(moments):
            name = TRADERS[number % len(TRADERS)]
            client.headers["Authorization"] = f"Bearer {tokens[name]}"
            told = known_by(facts, at, name)
            past = folded(begun(name, RiskLimits(opening_equity=opening)), told).account
            answer = await client.get("/account", params={"as_of": at.isoformat()})
            assert answer.text == encode(account_state(past, as_of=at).model_dump())
            held = [held_position(item.held, None) for item in positions(told) if item.held is not None]
            held.sort(key=lambda row: (row.entry_timestamp, row.position_id), reverse=True)
            answer = await client.get("/orders/positions", params={"as_of": at.isoformat(), "limit": "500"})
            assert answer.text == encode({"items": [row.model_dump() for row in held], "next_cursor": None})
            seen["held"] += bool(held)
            seen["reserved"] += bool(past.reservations)
            seen["halted"] += past.halted
        assert all(seen.values()), seen
        # at the end the log tells what the live view has of the books
        view = LiveView()
        for record in records:
            if record.topic == BOOKS.name:
                view.apply_book(record.entry.key, record.entry.value)
        live = 0
        for name in TRADERS:
            client.headers["Authorization"] = f"Bearer {tokens[name]}"
            answer = await client.get("/orders/positions", params={"as_of": last.isoformat(), "limit": "500"})
            rows = [held_position(position, None) for position in view.positions(name)]
            rows.sort(key=lambda row: (row.entry_timestamp, row.position_id), reverse=True)
            assert answer.text == encode({"items": [row.model_dump() for row in rows], "next_cursor": None})
            live += len(rows)
        assert live


async def test_controls_and_limits_are_those_of_the_moment(database_url: str, logs: Logs) -> None:
    messages, _ = logs
    facts = facts_of(messages)
    await keep(database_url, [item for item in messages if item.topic == CONTROLS.name])
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
    await keep(database_url, [*fills, *fills])
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
