"""How large a request may be in each of its measures, whose word about a client's address counts, and whose page reads.

What is too much is refused before anything else is looked at: without a login, and with nothing behind the app.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.server import create_app
from streams.settings import InvalidSettings
from tests.api.serving import client_of, serving, settings
from tests.api.test_server import PROBLEM

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(settings())


def with_bodies(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and the schema of the body of each route that takes one and is no webhook."""
    document = app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "requestBody" in operation and "webhook" not in path:
                yield method, path, operation["requestBody"]["content"]["application/json"]["schema"]


def unbounded(schema: dict[str, Any], parts: dict[str, Any], *, at: str) -> Iterator[str]:
    """Yield where a schema has a list of any length, or a thing of any form."""
    while "$ref" in schema:
        schema = parts[schema["$ref"].rsplit("/", 1)[-1]]
    if schema.get("type") == "array" and "maxItems" not in schema:
        yield at
    if not schema.keys() & {"type", "anyOf", "oneOf", "allOf", "const", "enum"}:
        yield at
    for name, below in schema.get("properties", {}).items():
        yield from unbounded(below, parts, at=f"{at}.{name}")
    for below in [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]:
        yield from unbounded(below, parts, at=at)
    if "items" in schema:
        yield from unbounded(schema["items"], parts, at=f"{at}[]")


def test_every_list_in_a_body_has_a_greatest_length(app: FastAPI) -> None:
    parts = app.openapi()["components"]["schemas"]
    found = list(with_bodies(app))
    assert len(found) > 15
    assert [where for _, path, schema in found for where in unbounded(schema, parts, at=path)] == []


@pytest.mark.postgres
@pytest.mark.parametrize("depth", [33, 900, 30_000])
async def test_a_body_that_is_nested_deeply_is_refused(database_url: str, depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    async with serving(DATABASE_URL=database_url) as (app, admin):
        for method, path, _ in with_bodies(app):
            for body in (nested, b'{"value": %s}' % nested, b'{"a":' * (depth // 3) + b"1" + b"}" * (depth // 3)):
                answer = await admin.request(method, path, content=body, headers=JSON)
                assert answer.status_code in (400, 404, 422), (method, path, answer.text)
                assert answer.headers["content-type"] == PROBLEM


async def login(client: httpx.AsyncClient, **headers: str) -> int:
    body = {"username": "nobody", "password": "wrong"}
    return (await client.post("/auth/login", json=body, headers=headers)).status_code


@pytest.mark.postgres
async def test_the_address_of_a_client_is_what_a_trusted_proxy_says_and_nobody_else(database_url: str) -> None:
    places = {"DATABASE_URL": database_url, "TRUSTED_PROXIES": "10.0.0.0/8,192.0.2.1"}
    async with serving(**places) as (app, _), client_of(app, address="10.1.2.3") as proxied:
        # each failure is another client's, but for what the client itself has put before the proxies' words
        for number in range(6):
            assert await login(proxied, **{"X-Forwarded-For": f"203.0.113.{number}, 192.0.2.1"}) == 401
        for number in range(5):
            assert await login(proxied, **{"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}) == 401
        assert await login(proxied, **{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}) == 429
        async with client_of(app, address="198.51.100.8") as direct:
            for number in range(5):
                assert await login(direct, **{"X-Forwarded-For": f"203.0.113.{number}"}) == 401
            assert await login(direct, **{"X-Forwarded-For": "203.0.113.9"}) == 429


@pytest.mark.postgres
async def test_without_trusted_proxies_nobodys_word_counts(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (app, _), client_of(app) as client:
        for number in range(5):
            assert await login(client, **{"X-Forwarded-For": f"203.0.113.{number}"}) == 401
        assert await login(client, **{"X-Forwarded-For": "203.0.113.9"}) == 429


ORIGIN = "https://desk.example"
ASKED = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,if-match"}


async def test_pages_of_listed_origins_may_read_answers_and_of_no_other() -> None:
    app = create_app(settings(CORS_ORIGINS=f"{ORIGIN}, https://other.example:8443"))
    async with client_of(app) as client:
        for origin in (ORIGIN, "https://other.example:8443"):
            before = await client.options("/risk-limits", headers=ASKED | {"Origin": origin})
            assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, origin)
            assert "max-age" in before.headers["strict-transport-security"]
            answer = await client.get("/health/live", headers={"Origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin
            assert "access-control-allow-credentials" not in answer.headers
            assert "origin" in answer.headers["vary"].lower()
        for origin in ("https://desk.example.evil", "http://desk.example", "null"):
            before = await client.options("/risk-limits", headers=ASKED | {"Origin": origin})
            answer = await client.get("/health/live", headers={"Origin": origin})
            for told in (before, answer):
                assert "access-control-allow-origin" not in told.headers
            assert before.status_code == 400


async def test_without_a_list_no_other_page_may_read_answers(app: FastAPI) -> None:
    async with client_of(app) as client:
        for method in ("GET", "OPTIONS"):
            answer = await client.request(method, "/health/live", headers=ASKED | {"Origin": ORIGIN})
            assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("origins", ["*", "https://*.example", "desk.example", "https://desk.example/page"])
def test_an_origin_is_named_as_it_is(origins: str) -> None:
    with pytest.raises(InvalidSettings, match="CORS_ORIGINS"):
        settings(CORS_ORIGINS=origins)


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.0/99"])
def test_a_proxy_is_an_address_or_a_range(proxies: str) -> None:
    with pytest.raises(InvalidSettings, match="TRUSTED_PROXIES"):
        settings(TRUSTED_PROXIES=proxies)
