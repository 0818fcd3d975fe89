"""What each route of the router asks of its caller, whoever added it."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.server import create_app
from streams.publisher import Publisher
from tests.api.people import key, shown, user
from tests.api.serving import client_of, serving, settings, until
from tests.api.test_live import Trading, listed
from tests.api.test_queries import insert_signal
from tests.api.test_reconciliations import reported, write
from tests.api.test_results import stored
from tests.schemas.story import contract
from tests.sinks.both_engines import SYMBOL, everything

OPEN = {
    "GET /",
    "GET /docs/start",
    "GET /app",
    "GET /app/{path:path}",
    "GET /health/live",
    "GET /health/ready",
    "POST /auth/login",
    # signed, or carrying the signal token
    "GET /webhook/test",
    "POST /webhook",
    "POST /webhook/{url_id}",
    "POST /api/webhooks/mtf-bias",
    "POST /api/webhooks/price",
    "POST /api/webhooks/chain",
    "POST /api/webhooks/flow",
}
"""What anybody may ask, or what proves itself in another way."""

ADMINISTERED = ("/users", "/api-keys", "/dead-letters", "/audit", "/metrics")
"""What lies here is for admins."""

OF_NO_ACCOUNT = ("/controls/", "/subjects/", "/schemas/", "/config/", "/positioning/", "/gamma/", "/exit-rules/")
"""What lies below these belongs to the platform, or to the market."""

ENDLESS = {"GET /stream"}
"""What answers for as long as somebody listens."""

SHOWN_ELSEWHERE = {
    "GET /decisions/{decision_id}": "test_lists",
    "GET /orders/{order_id}": "test_lists",
    "GET /webhook-events/{event_id}": "test_lists",
    "GET /order-requests/{request_id}": "test_order_requests",
    "POST /orders/{order_id}/cancel": "test_order_requests",
    "GET /positions/{position_id}/chart": "test_position_chart",
    "GET /kill-switch/{kill_switch_id}": "test_kill_switch",
    "GET /risk-limits/{account}": "test_changing",
    "PUT /risk-limits/{account}": "test_changing",
}
"""Routes of an account's objects, and the tests that ask for another account's there."""


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    permissions: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, **ids: str) -> str:
        """Return the path of one object; a made-up one where no id is given."""
        return re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], str(uuid4())), self.path)


def routes(app: FastAPI) -> Iterator[Route]:
    for found in iter_route_contexts(app.routes):
        permissions = tuple(permissions_of(found.dependant))
        for method in found.methods or ():
            yield Route(method, str(found.path), permissions)


def permissions_of(dependant: Any) -> Iterator[str]:
    if permission := getattr(dependant.call, "permission", None):
        yield permission
    for below in dependant.dependencies:
        yield from permissions_of(below)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(settings())


def test_each_route_says_once_what_its_caller_must_be_permitted_or_is_known_to_be_open(app: FastAPI) -> None:
    found = list(routes(app))
    assert len(found) > 50
    assert {route.name for route in found if not route.permissions} == OPEN
    assert [route.name for route in found if len(route.permissions) > 1] == []
    assert {route.name for route in found} >= ENDLESS | SHOWN_ELSEWHERE.keys()


def test_nothing_is_changed_by_who_may_only_read(app: FastAPI) -> None:
    own = {"POST /auth/logout", "POST /auth/password"}
    changing = [
        route for route in routes(app) if route.method not in ("GET", "HEAD") and route.permissions == ("read",)
    ]
    assert {route.name for route in changing} == own


def test_who_may_ask_and_what_was_lost_is_for_admins(app: FastAPI) -> None:
    found = [route for route in routes(app) if route.path.startswith(ADMINISTERED)]
    assert len(found) > 8
    assert [route.name for route in found if route.permissions != ("administer",)] == []


async def test_who_shows_nothing_is_let_in_nowhere(app: FastAPI) -> None:
    async with client_of(app) as stranger:
        for route in routes(app):
            if route.permissions:
                answer = await stranger.request(route.method, route.at())
                assert answer.status_code == 401, route.name
                assert "www-authenticate" in answer.headers


@pytest.mark.postgres
async def test_a_role_that_lacks_the_permission_is_refused_by_every_route_that_asks_for_it(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, admin), client_of(app) as client:
        people = {}
        for role, may in (("viewer", {"read"}), ("trader", {"read", "trade"})):
            await user(admin, f"a-{role}", role)
            people[role] = (await shown(client, f"a-{role}"), may)
        for scope in ("read", "trade"):
            people[f"a key to {scope}"] = ({"X-API-Key": (await key(admin, scope))["key"]}, {scope})
        for route in routes(app):
            for who, (headers, may) in people.items():
                is_allowed = set(route.permissions) <= may
                if route.name in OPEN or (is_allowed and (route.method != "GET" or route.name in ENDLESS)):
                    continue
                answer = await client.request(route.method, route.at(), headers=headers)
                assert (answer.status_code == 403) == (not is_allowed), (route.name, who, answer.text)
                assert answer.status_code != 401, (route.name, who)


@pytest.fixture
async def trading(kafka: str) -> AsyncIterator[Trading]:
    async with Publisher(kafka) as publisher:
        yield Trading(publisher)


@pytest.fixture
async def objects(database_url: str, trading: Trading) -> dict[str, str]:
    """Return the ids of one account's objects, by the names that paths give them; `trading` is the account."""
    signal_id = uuid4()
    await stored(database_url, everything())
    connection: Any = await asyncpg.connect(database_url)
    try:
        await connection.execute("UPDATE experiments SET account_id = $1", trading.account_id)
        await insert_signal(connection, signal_id, account_id=trading.account_id)
        await write(connection, reported("2.00", seconds=1, account_id=trading.account_id))
    finally:
        await connection.close()
    await trading.write_book(version=1, positions=(trading.position(),))
    return {
        "account_id": trading.account_id,
        "signal_id": str(signal_id),
        "experiment_id": str(contract(SYMBOL, "paper")["experiment_id"]),
        "position_id": trading.position_id,
    }


@pytest.mark.kafka
@pytest.mark.postgres
async def test_another_accounts_objects_are_not_there(
    kafka: str, database_url: str, trading: Trading, objects: dict[str, str]
) -> None:
    reaching = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url}
    async with serving(**reaching, ACCOUNT_ID=trading.account_id) as (app, owner), client_of(app) as stranger:
        await until(lambda: listed(owner, "/orders/positions"), bool)
        await user(owner, "a-stranger", "trader", account_id="another")
        stranger.headers.update(await shown(stranger, "a-stranger"))
        found = [route for route in routes(app) if route.permissions and "administer" not in route.permissions]
        for route in found:
            if "{" in route.path and not route.path.startswith(OF_NO_ACCOUNT) and route.name not in SHOWN_ELSEWHERE:
                assert set(re.findall(r"\{(\w+)\}", route.path)) <= objects.keys(), f"{route.name}: add its object"
                path = route.at(**objects)
                assert (await stranger.request(route.method, path)).status_code == 404, route.name
                assert (await owner.request(route.method, path)).status_code < 300, route.name
        theirs, ours = "", ""
        for route in found:
            if "{" not in route.path and route.method == "GET" and route.name not in ENDLESS:
                ours += (await owner.get(route.path)).text
                answer: httpx.Response = await stranger.get(route.path)
                theirs += answer.text
        for name, value in objects.items():
            assert value in ours, name
            assert value not in theirs, name
