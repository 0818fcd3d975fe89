"""`tapestream users` and `tapestream api-keys`, as a person types them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from compose.cli import app
from tests.api.people import shown, status_of
from tests.api.serving import PASSWORD, USERNAME, client_of, serving

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def platform(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the platform's API that shows nothing by itself."""
    async with serving(DATABASE_URL=database_url) as (served, _), client_of(served) as asking:
        yield asking


async def typed(*arguments: str, given: str = "") -> Result:
    """Run a command with something on its standard input; it has a loop of its own."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, arguments, input=given))


async def test_a_user_is_made_changed_shut_out_and_let_in_again(client: httpx.AsyncClient) -> None:
    answer = await typed("users", "add", "somebody", "--role", "trader", "--account", "theirs", given=PASSWORD + "\n")
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    theirs = await shown(client, "somebody")
    me = (await client.get("/auth/me", headers=theirs)).json()
    assert (me["role"], me["account_id"]) == ("trader", "theirs")
    listed = (await typed("users", "list")).output
    assert "somebody" in listed
    assert USERNAME in listed
    assert (await typed("users", "set-role", "somebody", "viewer")).exit_code == 0
    assert (await client.get("/auth/me", headers=theirs)).json()["role"] == "viewer"
    assert "127.0.0.1" in (await typed("users", "sessions", "somebody")).output
    assert "1" in (await typed("users", "revoke", "somebody")).output
    assert await status_of(client, theirs) == 401
    assert "no sessions" in (await typed("users", "sessions", "somebody")).output
    theirs = await shown(client, "somebody")
    assert (await typed("users", "disable", "somebody")).exit_code == 0
    assert await status_of(client, theirs) == 401
    assert (await typed("users", "enable", "somebody")).exit_code == 0
    another = "staple battery horse correct"
    assert (await typed("users", "set-password", "somebody", given=another + "\n")).exit_code == 0
    await shown(client, "somebody", another)


async def test_a_key_is_made_listed_without_its_secret_and_revoked(client: httpx.AsyncClient) -> None:
    answer = await typed("api-keys", "add", "a service", "--may", "read", "--may", "trade", "--days", "1")
    assert answer.exit_code == 0, answer.output
    text = answer.stdout.strip().splitlines()[-1]  # what asks here is an app in this process, which logs to the same
    assert text.startswith("ts_")
    headers = {"X-API-Key": text}
    assert (await client.get("/auth/me", headers=headers)).json()["permissions"] == ["read", "trade"]
    listed = (await typed("api-keys", "list")).stdout
    assert text.split("_", 2)[2] not in listed
    key_id = listed.splitlines()[1].split()[0]
    assert (await typed("api-keys", "revoke", key_id)).exit_code == 0
    assert await status_of(client, headers) == 401


REFUSED: list[tuple[list[str], str, int, str]] = [
    (["users", "add", "somebody", "--role", "king"], PASSWORD, 2, "king"),
    (["users", "add", "some body"], PASSWORD, 2, "USERNAME"),
    (["users", "add", "somebody", "--account", "a b"], PASSWORD, 2, "--account"),
    (["users", "add", "somebody"], "short", 2, "12"),
    (["users", "add", USERNAME], PASSWORD, 1, "there is a user"),
    (["users", "disable", "nobody"], "", 1, "there is no user nobody"),
    (["users", "disable", USERNAME], "", 1, "last enabled admin"),
    (["users", "set-role", USERNAME, "viewer"], "", 1, "last enabled admin"),
    (["api-keys", "add", "a service", "--may", "administer"], "", 2, "administer"),
    (["api-keys", "revoke", "no-id"], "", 2, "no-id"),
    (["api-keys", "revoke", "00000000-0000-4000-8000-000000000000"], "", 1, "no such key"),
]


async def test_what_cannot_be_is_said_in_a_sentence(client: httpx.AsyncClient) -> None:
    await shown(client)
    for arguments, given, code, said in REFUSED:
        answer = await typed(*arguments, given=given)
        assert (answer.exit_code, said in answer.output) == (code, True), (arguments, answer.output)


async def test_without_a_platform_it_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    found: Any = await typed("users", "list")
    assert (found.exit_code, "tapestream run" in found.output) == (1, True)
    monkeypatch.delenv("DATABASE_URL")
    assert "tapestream run" in (await typed("api-keys", "list")).output
