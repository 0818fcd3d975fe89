"""Who asks too often is told when to come again, and costs nobody else anything: by address, account and kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from prometheus_client import REGISTRY, generate_latest

from api.guards import guards_here, guards_in
from api.request_limits import KINDS, asked_in, kind_of, site_of
from api.server import create_app
from streams.settings import InvalidSettings
from tests.api.people import shown, user
from tests.api.serving import client_of, serving, settings, until
from tests.api.test_server import PROBLEM

RARELY = {f"LIMIT_{kind.upper()}_BY_ADDRESS": "3/3600s" for kind in KINDS}
KINDS_ASKED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "webhooks": ("POST", "/webhook", {"content": b"{}"}),
    "halts": ("POST", "/kill-switch", {}),
    "logins": ("POST", "/auth/login", {"json": {"username": "nobody"}}),
    "reads": ("GET", "/orders", {}),
    "changes": ("PUT", "/risk-limits", {}),
    "exports": ("GET", "/orders", {"params": {"format": "csv"}}),
}
"""Of each kind a request that is refused at once, with nothing behind the app."""


@pytest.fixture(scope="module")
async def away() -> AsyncIterator[FastAPI]:
    """Yield an app of which each kind may be asked three times an hour, without Kafka or Postgres."""
    async with serving_nothing(**RARELY) as app:
        yield app


@asynccontextmanager
async def serving_nothing(**more: str) -> AsyncIterator[FastAPI]:
    app = create_app(settings(**more))
    async with app.router.lifespan_context(app):
        yield app


@pytest.mark.parametrize("kind", KINDS)
async def test_the_fourth_request_of_three_is_refused_and_those_of_others_are_not(away: FastAPI, kind: str) -> None:
    method, path, sent = KINDS_ASKED[kind]
    async with client_of(away, address="198.51.100.1") as often, client_of(away, address="198.51.100.2") as other:
        for left in (2, 1, 0):
            answer = await often.request(method, path, **sent)
            assert answer.status_code not in (429, 500)
            assert answer.headers["RateLimit-Policy"] == f'"{kind}-by-address";q=3;w=3600'
            assert answer.headers["RateLimit"].startswith(f'"{kind}-by-address";r={left};t=')
        for _ in range(2):
            refused = await often.request(method, path, **sent)
            assert refused.status_code == 429
            assert 0 < int(refused.headers["Retry-After"]) <= 1200
            assert refused.headers["RateLimit"].startswith(f'"{kind}-by-address";r=0;t=')
            assert "no-store" in refused.headers["cache-control"]
            if kind != "webhooks":
                assert refused.headers["content-type"] == PROBLEM
        assert (await other.request(method, path, **sent)).status_code not in (429, 500)


async def test_the_kinds_are_counted_apart_so_that_nothing_keeps_the_kill_switch_from_being_thrown(
    away: FastAPI,
) -> None:
    async with client_of(away, address="198.51.100.3") as client:
        for kind, (method, path, sent) in KINDS_ASKED.items():
            codes = [(await client.request(method, path, **sent)).status_code for _ in range(4)]
            assert [code == 429 for code in codes] == [False, False, False, True], kind


@pytest.mark.parametrize("query", ["format=csv", "%66ormat=parquet", "limit=5&format=csv", "format=docx"])
def test_a_list_as_a_file_is_an_export_however_it_is_asked_for(query: str) -> None:
    asked: dict[str, Any] = {"type": "http", "method": "GET", "path": "/orders", "headers": []}
    assert kind_of(asked | {"query_string": query.encode()}) == "exports"
    assert kind_of(asked | {"query_string": b"", "headers": [(b"accept", b"TEXT/CSV, application/json;q=0.5")]})
    assert kind_of(asked | {"query_string": b"format=json"}) == "reads"


def test_an_ipv6_site_is_one_caller_and_an_ipv4_address_too_whatever_it_wears() -> None:
    assert site_of("2001:db8:1:2:3::4") == site_of("2001:db8:1:2:ffff::") != site_of("2001:db8:1:3::4")
    assert site_of("::ffff:192.0.2.1") == site_of("192.0.2.1") != site_of("192.0.2.2")
    assert site_of("unknown") == "unknown"


async def test_every_route_is_counted_and_declares_the_refusal(away: FastAPI) -> None:
    document = away.openapi()["paths"]
    for found in iter_route_contexts(away.routes):
        for method in found.methods or ():
            path = found.path or ""
            if path in document:
                declared = document[path][method.lower()]["responses"]["429"]
                assert set(declared["headers"]) == {"Retry-After", "RateLimit-Policy", "RateLimit"}
                assert declared["content"]
            async with client_of(away, address=f"{method} {path}") as client:
                answer = await client.request(method, path.replace("{", "").replace("}", ""))
                assert {"ratelimit", "ratelimit-policy"} <= answer.headers.keys(), (method, path)


async def test_an_address_comes_from_trusted_proxies_alone() -> None:
    async with serving_nothing(**RARELY, TRUSTED_PROXIES="10.0.0.0/8") as app:
        for address, codes in (("10.1.1.1", [401] * 5), ("198.51.100.4", [401] * 3 + [429] * 2)):
            async with client_of(app, address=address) as client:
                told = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(5)]
                assert [(await client.get("/orders", headers=each)).status_code for each in told] == codes


async def test_who_has_waited_is_let_in_again() -> None:
    async with serving_nothing(LIMIT_READS_BY_ADDRESS="2/1s") as app, client_of(app) as client:

        async def asked() -> httpx.Response:
            return await client.get("/health/live")

        await until(asked, lambda answer: answer.status_code == 429)
        assert (await until(asked, lambda answer: answer.status_code == 200)).headers["RateLimit"]


@pytest.mark.postgres
async def test_an_account_is_counted_over_all_who_ask_for_it_once_a_request_and_alone(database_url: str) -> None:
    environment = {"DATABASE_URL": database_url, "LIMIT_CHANGES_BY_ACCOUNT": "20/3600s"}
    async with serving(**environment, LIMIT_READS_BY_ACCOUNT="6/3600s", LIMIT_EXPORTS_BY_ACCOUNT="2/3600s") as (
        app,
        admin,
    ):
        await user(admin, "theirs", "trader", account_id="other")
        theirs, ours = await shown(admin, "theirs"), dict(admin.headers)
        for number in range(6):
            async with client_of(app, address=f"198.51.100.{number}") as client:
                answer = await client.get("/auth/me", headers=ours)
                assert answer.status_code == 200
                policy = answer.headers["RateLimit-Policy"]
                assert policy == '"reads-by-address";q=10000;w=10, "reads-by-account";q=6;w=3600'
                assert f'"reads-by-account";r={5 - number};t=' in answer.headers["RateLimit"]
                # who shows nothing that opens anything uses up nobody's
                assert (await client.get("/auth/me", headers={"Authorization": "Bearer x"})).status_code == 401
        refused = await admin.get("/auth/me")
        assert (refused.status_code, refused.headers["content-type"]) == (429, PROBLEM)
        assert "reads-by-account" in refused.json()["detail"]
        assert int(refused.headers["Retry-After"]) > 0
        # a file is one request, whatever pages it is made of; and the other account has lost nothing
        codes = [(await admin.get("/orders", params={"format": "csv"})).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        assert (await admin.get("/auth/me", headers=theirs)).status_code == 200


async def test_prometheus_and_the_monitoring_tell_who_asks_most_and_how_many_were_refused() -> None:
    async with serving_nothing(LIMIT_READS_BY_ADDRESS="10/3600s") as app:
        for address, times in (("198.51.100.1", 2), ("198.51.100.2", 12), ("198.51.100.3", 1)):
            async with client_of(app, address=address) as client:
                for _ in range(times):
                    await client.get("/health/live")
        told = generate_latest(REGISTRY).decode()
        for found in (guards_in("api", told), guards_here("api")):
            assert found.answers
            assert found.limiters["reads by address"].model_dump() == {"used": 10, "limit": 10, "waits": 2}
            assert found.limiters["changes by account"].waits == 0
        assert "198.51.100" not in told


@pytest.mark.parametrize("allowed", ["", "10", "0/10s", "10/0s", "ten/10s", "10/10", "-1/10s"])
def test_an_allowance_is_requests_and_seconds(allowed: str) -> None:
    with pytest.raises(InvalidSettings, match="LIMIT_READS_BY_ADDRESS"):
        settings(LIMIT_READS_BY_ADDRESS=allowed)


def test_what_is_not_served_by_the_app_counts_nothing() -> None:
    assert asked_in({"type": "http"}) is None
