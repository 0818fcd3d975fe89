"""A stream goes on for as long as whoever opened it may read what it tells."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from api.problems import Problem
from api.stream import streams
from api.stream.route import Shown
from tests.api.people import NOBODY, key, shown, user
from tests.api.serving import client_of, log_in, reaching, serving
from tests.api.streaming import Reader, listening, streaming

pytestmark = pytest.mark.postgres


async def test_a_stream_ends_with_its_session_and_with_what_its_caller_may_do(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, admin), client_of(app) as client:
        row = await user(admin, "somebody", "trader")
        headers = await shown(client, "somebody")
        state = app.state
        token = headers["Authorization"].removeprefix("Bearer ")
        stream = Shown(state.authenticator, state.pool, token)
        was = await state.authenticator.read(state.pool, token)
        assert await stream(was)
        assert stream == Shown(state.authenticator, state.pool, token)  # asked for once, however many streams there are
        assert token not in repr(stream)

        assert (await admin.patch(f"/users/{row['user_id']}", json={"role": "viewer"})).status_code == 200
        assert not await stream(was)
        assert (await admin.patch(f"/users/{row['user_id']}", json={"role": "trader"})).status_code == 200
        assert await stream(was)
        assert (await client.post("/auth/logout", headers=headers)).status_code < 300
        assert not await stream(was)


async def test_while_nobody_can_say_whether_a_caller_may_go_on_that_is_said(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, admin):
        token = admin.headers["Authorization"].removeprefix("Bearer ")
        was = await app.state.authenticator.read(app.state.pool, token)
        app.state.authenticator.callers.forget(was.user_id)
        async with reaching(app, NOBODY):
            with pytest.raises(Problem) as raised:
                await Shown(app.state.authenticator, app.state.pool, token)(was)
        assert raised.value.status == 503


async def ended(reader: Reader) -> bool:
    """Read a stream to its end, and return whether it was ended in order."""
    async with asyncio.timeout(60):
        while not reader.ended_well:
            try:
                await reader.next()
            except EOFError:
                break
    return reader.ended_well


ENDS: dict[str, Callable[[httpx.AsyncClient, str, dict[str, str]], Awaitable[httpx.Response]]] = {
    "logged-out": lambda client, _, headers: client.post("/auth/logout", headers=headers),
    "disabled": lambda client, user_id, _: client.patch(f"/users/{user_id}", json={"is_disabled": True}),
    "of-another-role": lambda client, user_id, _: client.patch(f"/users/{user_id}", json={"role": "viewer"}),
    "of-another-account": lambda client, user_id, _: client.patch(f"/users/{user_id}", json={"account_id": "other"}),
    "revoked": lambda client, key_id, _: client.delete(f"/api-keys/{key_id}"),
}
"""What ends a stream, asked of the API: by an admin of a user or a key, or by the user itself."""


@asynccontextmanager
async def on_a_socket(kafka: str, database_url: str) -> AsyncIterator[tuple[int, httpx.AsyncClient]]:
    """Serve the API, and yield its port and an admin's client."""
    places = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "STREAM_HEARTBEAT_S": "0.2"}
    async with (
        listening(named=False, **places) as (_, port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as admin,
    ):
        await log_in(admin)
        yield port, admin


@pytest.mark.kafka
async def test_an_open_stream_ends_as_soon_as_its_caller_may_no_longer_have_it(
    kafka: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what this process does itself it need not ask for
    monkeypatch.setattr(streams, "RECHECK_S", 3600.0)
    async with on_a_socket(kafka, database_url) as (port, admin):
        for how, end in ENDS.items():
            owner_id, token = await somebody(admin, how)
            headers = {"Authorization": f"Bearer {token}"}
            _, stays = await somebody(admin, f"stays-{how}")
            async with streaming(port, "", shown=token) as reader, streaming(port, "", shown=stays) as other:
                await reader.until("hello")
                await other.until("hello")
                assert (await end(admin, owner_id, headers)).status_code < 300
                assert await ended(reader), how
                # nobody else's does
                await other.until("heartbeat")
            async with streaming(port, "", shown=token) as again:
                assert again.status == (200 if how.startswith("of-another") else 401), how


@pytest.mark.kafka
async def test_an_open_stream_ends_when_another_process_has_ended_its_session(
    kafka: str, database_url: str, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "RECHECK_S", 0.1)
    monkeypatch.setattr(streams, "UNCONFIRMED_MAX_S", 3600.0)
    async with on_a_socket(kafka, database_url) as (port, admin):
        user_id, token = await somebody(admin, "somebody")
        async with streaming(port, "", shown=token) as reader:
            await reader.until("hello", "heartbeat")
            await database.execute("DELETE FROM sessions WHERE user_id = $1", user_id)
            assert await ended(reader)


async def somebody(admin: httpx.AsyncClient, name: str) -> tuple[str, str]:
    """Return the id of a new user, or of a new key, and what it shows."""
    if "revoked" in name:
        made = await key(admin, "read")
        return made["key_id"], made["key"]
    row = await user(admin, name, "trader")
    async with httpx.AsyncClient(base_url=admin.base_url, timeout=30) as client:
        return row["user_id"], (await shown(client, name))["Authorization"].removeprefix("Bearer ")
