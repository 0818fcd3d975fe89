"""Users and the keys of services: who may be made, changed and shut out, and what is kept of them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from structlog.testing import capture_logs

from api.server import create_app
from tests.api.people import OTHER_PASSWORD, key, shown, status_of, user
from tests.api.serving import PASSWORD, PASSWORD_HASH, USERNAME, client_of, reaching, serving, settings
from tests.api.test_queries import all_pages
from tests.sinks.running import asking

pytestmark = pytest.mark.postgres

OTHER_HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(OTHER_PASSWORD)


async def answers(database_url: str, path: str = "/auth/me", *, password: str = PASSWORD, **more: str) -> Any:
    """Return what a process that starts with these settings tells the admin that they name."""
    app = create_app(settings(**more))
    async with reaching(app, database_url), client_of(app) as client:
        return (await client.get(path, headers=await shown(client, password=password))).json()


async def test_processes_that_start_together_make_one_first_admin(database_url: str) -> None:
    found = await asyncio.gather(*(answers(database_url, ACCOUNT_ID="mine") for _ in range(4)))
    assert len({me["user_id"] for me in found}) == 1
    assert {(me["username"], me["account_id"], me["role"]) for me in found} == {(USERNAME, "mine", "admin")}
    async with asking(database_url) as connection:
        assert await connection.fetchval("SELECT count(*) FROM users") == 1


async def test_a_changed_hash_in_the_settings_is_the_operators_way_back_in(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        await user(client, "usurper", "admin")
        del client.headers["Authorization"]
        mine, usurper = await shown(client), await shown(client, "usurper")
        me = (await client.get("/auth/me", headers=mine)).json()
        change = {"role": "viewer", "is_disabled": True}
        assert (await client.patch(f"/users/{me['user_id']}", json=change, headers=usurper)).status_code == 200
        changed = {"TAPESTREAM_PASSWORD_HASH": OTHER_HASH}
        back = await answers(database_url, password=OTHER_PASSWORD, **changed)
        assert (back["user_id"], back["role"]) == (me["user_id"], "admin")
        assert await status_of(client, mine) == 401  # its sessions ended
        assert await status_of(client, usurper) == 200


async def test_settings_that_stay_undo_nothing(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        wanted = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
        assert (await client.post("/auth/password", json=wanted)).status_code == 200
        me = (await client.get("/auth/me")).json()
        assert (await client.patch(f"/users/{me['user_id']}", json={"account_id": "moved"})).status_code == 200
        assert (await answers(database_url, password=OTHER_PASSWORD))["account_id"] == "moved"
        assert await status_of(client, {}) == 200
        other = await answers(database_url, password=OTHER_PASSWORD, ACCOUNT_ID="another")
        assert other["account_id"] == "another"
        assert await status_of(client, {}) == 200


async def test_a_changed_hash_ends_sessions_before_the_new_process_answers_anything(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        mine = await shown(client)
    app = create_app(settings(TAPESTREAM_PASSWORD_HASH=OTHER_HASH))
    async with reaching(app, database_url), client_of(app) as client:
        assert await status_of(client, mine) == 401


async def test_users_are_listed_page_by_page_without_their_hashes(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        for number in range(4):
            await user(client, f"user-{number}", "viewer", account_id=f"account-{number}")
        rows = await all_pages(client, "/users", limit="2")
    assert [row["username"] for row in rows] == ["user-3", "user-2", "user-1", "user-0", USERNAME]
    assert set(rows[0]) == {"user_id", "username", "account_id", "role", "is_disabled", "created_at", "changed_at"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "key:a service"}, "username"),
        ({"username": "a\x00b"}, "username"),
        ({"username": USERNAME + "\n"}, "username"),
        ({"password": "short"}, "password"),
        ({"role": "service"}, "role"),
        ({"account_id": ""}, "account_id"),
        ({"is_admin": True}, "is_admin"),
    ],
)
async def test_a_user_of_another_form_is_refused_by_field(
    login_database: str, change: dict[str, Any], field: str
) -> None:
    body = {"username": "somebody", "password": PASSWORD, "role": "viewer", "account_id": "paper"}
    async with serving(DATABASE_URL=login_database) as (_, client):
        answer = await client.post("/users", json=body | change)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_what_is_not_there_or_there_already_is_said(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        await user(client, "somebody", "viewer")
        body = {"username": "somebody", "password": PASSWORD, "role": "admin", "account_id": "paper"}
        assert (await client.post("/users", json=body)).status_code == 409
        assert (await client.patch(f"/users/{uuid4()}", json={"role": "admin"})).status_code == 404
        assert (await client.patch(f"/users/{uuid4()}", json={})).status_code == 422
        assert (await client.delete(f"/api-keys/{uuid4()}")).status_code == 404
        nul = await client.post("/auth/login", json={"username": "a\x00b", "password": PASSWORD})
        assert nul.status_code == 401


@pytest.mark.parametrize("change", [{"is_disabled": True}, {"role": "trader"}])
async def test_the_last_enabled_admin_stays_one(database_url: str, change: dict[str, Any]) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        me = (await client.get("/auth/me")).json()
        other = await user(client, "second", "admin")
        assert (await client.patch(f"/users/{other['user_id']}", json={"is_disabled": True})).status_code == 200
        assert (await client.patch(f"/users/{me['user_id']}", json=change)).status_code == 409
        assert await status_of(client, {}, "/users") == 200
        # two who would shut each other out at the same time: one of them is too late
        assert (await client.patch(f"/users/{other['user_id']}", json={"is_disabled": False})).status_code == 200
        codes = await asyncio.gather(
            *(client.patch(f"/users/{row['user_id']}", json=change) for row in (me, other, me, other))
        )
        async with asking(database_url) as connection:
            left = await connection.fetchval("SELECT count(*) FROM users WHERE role = 'admin' AND NOT is_disabled")
    assert left == 1, [answer.status_code for answer in codes]


async def test_a_key_opens_what_it_names_for_its_account_until_it_is_revoked(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, admin), client_of(app) as client:
        made = await key(admin, "read", account_id="theirs")
        by_header, by_bearer = {"X-API-Key": made["key"]}, {"Authorization": f"Bearer {made['key']}"}
        for headers in (by_header, by_bearer):
            me = (await client.get("/auth/me", headers=headers)).json()
            assert (me["username"], me["account_id"], me["role"]) == ("key:a service", "theirs", "service")
            assert me["permissions"] == ["read"]
        assert (await client.post("/reconciliations", headers=by_header)).status_code == 403
        assert await status_of(client, by_header, "/api-keys") == 403
        assert (await client.post("/auth/logout", headers=by_header)).status_code == 403
        assert (await client.get("/subjects", headers=by_bearer)).status_code == 200
        revoked = await admin.delete(f"/api-keys/{made['key_id']}")
        assert revoked.json()["revoked_at"] is not None
        assert [await status_of(client, headers) for headers in (by_header, by_bearer)] == [401, 401]
        again = await admin.delete(f"/api-keys/{made['key_id']}")
        assert again.json() == revoked.json()
        (row,) = await all_pages(admin, "/api-keys")
        assert "key" not in row
        assert row["revoked_at"] == revoked.json()["revoked_at"]


async def test_a_key_that_is_not_wholly_right_or_has_expired_opens_nothing(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, admin), client_of(app) as client:
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        refused = await admin.post("/api-keys", json={"name": "late", "permissions": ["read"], "expires_at": past})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "expires_at")
        refused = await admin.post("/api-keys", json={"name": "mighty", "permissions": ["administer"]})
        assert refused.status_code == 422
        made, other = await key(admin, "read", expires_at="2999-01-01T00:00:00Z"), await key(admin, "read")
        _, prefix, secret = made["key"].split("_", 2)
        last = "A" if secret[-1] != "A" else "B"
        wrong = [
            f"ts_{prefix}_{secret[:-1]}{last}",
            f"ts_{prefix}_{other['key'].split('_', 2)[2]}",
            f"ts_{'0' * 16}_{secret}",
            f"ts_{prefix}_",
            f"ts_{prefix}",
            "ts_",
        ]
        for text in wrong:
            assert await status_of(client, {"X-API-Key": text}) == 401, text
        assert await status_of(client, {"X-API-Key": made["key"]}) == 200
        async with asking(database_url) as connection:
            await connection.execute("UPDATE api_keys SET expires_at = now()")
        assert await status_of(client, {"X-API-Key": made["key"]}) == 401


async def test_the_use_of_a_key_is_noted_once_a_minute(database_url: str) -> None:
    async with (
        serving(DATABASE_URL=database_url) as (app, admin),
        client_of(app) as client,
        asking(database_url) as connection,
    ):
        headers = {"X-API-Key": (await key(admin, "read"))["key"]}
        used = "SELECT last_used_at FROM api_keys"
        assert await connection.fetchval(used) is None
        await status_of(client, headers)
        first = await connection.fetchval(used)
        assert first is not None
        await status_of(client, headers)
        assert await connection.fetchval(used) == first
        await connection.execute("UPDATE api_keys SET last_used_at = last_used_at - interval '61 seconds'")
        await status_of(client, headers)
        assert await connection.fetchval(used) > first


async def test_what_is_kept_and_what_is_told_holds_no_secret(database_url: str) -> None:
    with capture_logs() as told:
        async with serving(DATABASE_URL=database_url) as (_, client):
            somebody = await user(client, "somebody", "viewer")
            made = await key(client, "read", "trade")
            change = {"role": "trader", "password": OTHER_PASSWORD, "is_disabled": True, "account_id": "theirs"}
            assert (await client.patch(f"/users/{somebody['user_id']}", json=change)).status_code == 200
            await client.delete(f"/api-keys/{made['key_id']}")
            await client.post("/auth/logout")
    async with asking(database_url) as connection:
        hashes = [row["password_hash"] for row in await connection.fetch("SELECT password_hash FROM users")]
        kept = "".join(
            [
                str(row[0])
                for table in ("users", "sessions", "api_keys", "audit_log")
                for row in await connection.fetch(f"SELECT {table}::text FROM {table}")
            ]
        )
        audit = await connection.fetch("SELECT actor, action, target, detail::text FROM audit_log ORDER BY number")
    assert len(hashes) == 2
    assert all(found.startswith("$argon2id$") for found in hashes)
    assert [(line["actor"], line["action"], line["target"]) for line in audit] == [
        ("settings", "user.created", USERNAME),
        (USERNAME, "user.logged_in", USERNAME),
        (USERNAME, "user.created", "somebody"),
        (USERNAME, "api_key.created", "a service"),
        (USERNAME, "user.role_changed", "somebody"),
        (USERNAME, "user.account_changed", "somebody"),
        (USERNAME, "user.disabled", "somebody"),
        (USERNAME, "user.password_changed", "somebody"),
        (USERNAME, "api_key.revoked", "a service"),
        (USERNAME, "user.sessions_ended", USERNAME),
    ]
    token = client.headers["Authorization"].removeprefix("Bearer ")
    for secret in (PASSWORD, OTHER_PASSWORD, made["key"], made["key"].split("_", 2)[2], token):
        assert secret not in kept
        assert secret not in str(told)
    assert PASSWORD_HASH not in str(told)


async def test_a_user_who_is_not_there_costs_as_much_as_one_with_another_password(login_database: str) -> None:
    async with serving(DATABASE_URL=login_database) as (app, client):
        name = f"u{uuid4().hex}"
        await user(client, name, "viewer")
        row = await app.state.pool.fetchval("SELECT password_hash FROM users WHERE username = $1", name)
    # the parameters say what a hash costs
    assert row.split("$")[:4] == PASSWORD_HASH.split("$")[:4]
