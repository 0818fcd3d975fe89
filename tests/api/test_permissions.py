"""What each route of the router asks of its caller, whoever added it."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.server import create_app
from streams.publisher import Publisher
from tests.api.people import key, shown, user
from tests.api.rows import insert_decision, insert_order, insert_webhook_event
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

OF_NO_ACCOUNT = (
    "/controls/",
    "/subjects/",
    "/schemas/",
    "/config/",
    "/positioning/",
    "/gamma/",
    "/underlyings/",
    "/exit-rules/",
)
"""What lies below these belongs to the platform, or to the market."""

ENDLESS = {"GET /stream"}
"""What answers for as long as somebody listens."""

REFUSED = {"PUT /risk-limits/{account}": 403}
"""What needs more than to trade for every account but one's own, whether or not there is such an account."""

BODIES: dict[str, Any] = {"PUT /risk-limits/{account}": {"max_open_positions": 3}}
"""What is sent along, where a route wants something."""

IN_NO_LIST = {"request_id"}
"""Ids of what nothing lists."""


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
    assert {route.name for route in found} >= ENDLESS | REFUSED.keys()


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
    order = trading.order()
    theirs = {"account_id": trading.account_id}
    connection: Any = await asyncpg.connect(database_url)
    try:
        await insert_order(connection, order_id=UUID(order.event_id), status="pending_execution", **theirs)
        decision_id = await insert_decision(connection, **theirs)
        event_id = await insert_webhook_event(connection, **theirs)
        await connection.execute("UPDATE experiments SET account_id = $1", trading.account_id)
        await insert_signal(connection, signal_id, account_id=trading.account_id)
        await write(connection, reported("2.00", seconds=1, account_id=trading.account_id))
    finally:
        await connection.close()
    await trading.write_book(version=1, positions=(trading.position(),), working=(order,))
    return {
        "account_id": trading.account_id,
        "account": trading.account_id,
        "order_id": order.event_id,
        "decision_id": str(decision_id),
        "event_id": str(event_id),
        "signal_id": str(signal_id),
        "experiment_id": str(contract(SYMBOL, "paper")["experiment_id"]),
        "position_id": trading.position_id,
    }


async def asked_for(owner: httpx.AsyncClient, trading: Trading) -> dict[str, str]:
    """Return the ids of what an owner asks for over the API: an order by hand, and a stop of the account."""
    order = {"side": "buy_to_open", "option_symbol": trading.option_symbol, "quantity": 1, "limit_price": 3.4}
    asked = await owner.post("/orders", json=order, headers={"Idempotency-Key": "one"})
    halted = await owner.post("/kill-switch", json={"action": "halt", "reason": "to be seen"})
    assert (asked.status_code, halted.status_code) == (202, 202), asked.text + halted.text
    ids = {"request_id": asked.json()["order_request_id"], "kill_switch_id": halted.json()["kill_switch_id"]}
    await until(lambda: owner.get(f"/kill-switch/{ids['kill_switch_id']}"), lambda answer: answer.status_code == 200)
    return ids


@pytest.mark.kafka
@pytest.mark.postgres
async def test_another_accounts_objects_are_not_there(
    kafka: str, database_url: str, trading: Trading, objects: dict[str, str]
) -> None:
    reaching = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url}
    async with serving(**reaching, ACCOUNT_ID=trading.account_id) as (app, owner), client_of(app) as stranger:
        await until(lambda: listed(owner, "/orders/positions"), bool)
        objects |= await asked_for(owner, trading)
        await user(owner, "a-stranger", "trader", account_id="another")
        stranger.headers.update(await shown(stranger, "a-stranger"))
        found = [route for route in routes(app) if route.permissions and "administer" not in route.permissions]
        for route in found:
            if "{" in route.path and not route.path.startswith(OF_NO_ACCOUNT):
                assert set(re.findall(r"\{(\w+)\}", route.path)) <= objects.keys(), f"{route.name}: add its object"
                path = route.at(**objects)
                body = BODIES.get(route.name)
                refused = await stranger.request(route.method, path, json=body)
                assert refused.status_code == REFUSED.get(route.name, 404), route.name
                allowed = await owner.request(route.method, path, json=body)
                assert allowed.status_code < 300, (route.name, allowed.text)
        theirs, ours = "", ""
        for route in found:
            if "{" not in route.path and route.method == "GET" and route.name not in ENDLESS:
                ours += (await owner.get(route.path)).text
                answer: httpx.Response = await stranger.get(route.path)
                theirs += answer.text + (await stranger.get(route.path, headers={"Accept": "text/csv"})).text
        for name, value in objects.items():
            assert value in ours or name in IN_NO_LIST, name
            assert value not in theirs, name
