"""A request that is sent again: one effect, one answer, whichever process is asked and whatever is away."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api import closing
from api.intake import Intake
from schemas.codec import decode
from schemas.operations import ControlChanged
from schemas.orders import CloseRequested
from streams.publisher import Publisher
from streams.topics import CLOSE_REQUESTS, CONTROLS, PARTITIONS
from tests.api.serving import serving, until
from tests.api.test_live import Trading, listed
from tests.sinks.running import asking
from tests.streams.following import messages_of

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture
async def trading(kafka: str) -> AsyncIterator[Trading]:
    async with Publisher(kafka) as publisher:
        yield Trading(publisher)


async def requests_of(kafka: str, trading: Trading) -> list[CloseRequested]:
    found = [
        decode(CloseRequested, message.value)
        for message in await messages_of(kafka, CLOSE_REQUESTS, source="api.close")
    ]
    return [event for event in found if event.account_id == trading.account_id]


async def close(client: httpx.AsyncClient, trading: Trading, key: str, body: Any = None) -> httpx.Response:
    path = f"/orders/positions/{trading.position_id}/close"
    return await client.post(path, json=body, headers={"Idempotency-Key": key})


async def test_the_first_answer_is_given_again_by_another_process_and_the_key_is_of_one_request(
    kafka: str, database_url: str, trading: Trading
) -> None:
    key = str(uuid4())
    places = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    await trading.write_book(version=1, positions=(trading.position(),))
    async with serving(**places) as (_, client):
        await until(lambda: listed(client, "/orders/positions"), bool)
        first = await close(client, trading, key, {"quantity": 2})
        assert first.status_code == 202, first.text
    async with serving(**places) as (_, client):
        await until(lambda: listed(client, "/orders/positions"), bool)
        again = await close(client, trading, f'"{key}"', {"quantity": 2})
        other = await close(client, trading, key, {"quantity": 3})
        bad = await close(client, trading, "two words")
        assert (again.status_code, again.content) == (202, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert (other.status_code, bad.status_code) == (422, 400)
        for answer in (other, bad):
            assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]
        assert [event.quantity for event in await requests_of(kafka, trading)] == [2]
        async with asking(database_url) as database:
            await database.execute("UPDATE idempotency_keys SET created_at = created_at - interval '25 hours'")
        assert (await close(client, trading, key, {"quantity": 3})).status_code == 202
        # one that was refused has done nothing: its key is still free
        refused = await close(client, trading, "refused", {"quantity": 10})
        after = await close(client, trading, "refused", {"quantity": 1})
        assert (refused.status_code, after.status_code) == (422, 202)


async def test_a_duplicate_that_comes_while_the_first_is_worked_on_is_told_so(
    kafka: str, database_url: str, trading: Trading, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    kept = closing.ask_out

    async def slowly(*given: Any, **named: Any) -> closing.ClosingAccepted:
        begun.set()
        await go_on.wait()
        return await kept(*given, **named)

    monkeypatch.setattr(closing, "ask_out", slowly)
    places = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    await trading.write_book(version=1, positions=(trading.position(),))
    async with serving(**places) as (_, client), serving(**places) as (_, elsewhere):
        await until(lambda: listed(client, "/orders/positions"), bool)
        first = asyncio.create_task(close(client, trading, "one"))
        await begun.wait()
        duplicate = await close(elsewhere, trading, "one")
        assert duplicate.status_code == 409
        go_on.set()
        assert (await first).status_code == 202
        again = await close(elsewhere, trading, "one")
        assert (again.status_code, again.content) == (202, (await first).content)
    assert len(await requests_of(kafka, trading)) == 1


async def test_without_postgres_a_request_sent_twice_is_one_event(kafka: str, trading: Trading) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (app, client):
        await trading.write_book(version=1, positions=(trading.position(),))
        await until(lambda: listed(client, "/orders/positions"), bool)
        intake: Intake = app.state.intake
        await until(lambda: close(client, trading, "one", {"quantity": 2}), lambda answer: answer.status_code == 202)
        await close(client, trading, "one", {"quantity": 2})
        await close(client, trading, "two", {"quantity": 2})
        assert intake.kafka_answers
        sent = [event.event_id for event in await requests_of(kafka, trading)]
        assert len(set(sent)) == 2 < len(sent)
        # taken in by its book, and asked once more: it is answered, not refused as closing already
        done = trading.position(status="closing", exit_reason="manual", close_requests=(sent[0],))
        await trading.write_book(version=2, positions=(done,))

        async def is_closing() -> bool:
            return [row["status"] for row in await listed(client, "/orders/positions")] == ["closing"]

        await until(is_closing, bool)
        assert (await close(client, trading, "one", {"quantity": 2})).json()["close_request_id"] == sent[0]
        assert (await close(client, trading, "three", {"quantity": 2})).status_code == 409


async def test_a_kill_switch_thrown_twice_under_a_key_is_one_change(
    kafka: str, database_url: str, trading: Trading
) -> None:
    places = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    async with serving(**places) as (app, client):

        async def throw(reason: str = "enough") -> httpx.Response:
            body = {"action": "halt", "reason": reason}
            return await client.post("/kill-switch", json=body, headers={"Idempotency-Key": "k"})

        async def caught_up() -> bool:
            return app.state.live.trouble is None

        await until(caught_up, bool)
        first = await until(throw, lambda answer: answer.status_code == 202)
        again, other = await throw(), await throw("more")
        assert (again.content, other.status_code) == (first.content, 422)
    sent = [
        decode(ControlChanged, message.value) for message in await messages_of(kafka, CONTROLS, source="api.controls")
    ]
    mine = [event.event_id for event in sent if event.name == f"kill_switch.{trading.account_id}"]
    assert mine == [first.json()["kill_switch_id"]] * PARTITIONS
