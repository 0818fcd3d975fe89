"""The calls of webhooks reach their routes without the app's table; whatever else is asked at their paths does not."""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import httpx
import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from api import webhooks
from api.webhook_calls import Call
from streams.settings import Security

TAKEN = [
    route.path for route in webhooks.router.routes if isinstance(route, APIRoute) and "POST" in (route.methods or ())
]


async def _table(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand where the app's table of routes is."""
    await PlainTextResponse("the table", status_code=404)(scope, receive, send)


async def _asked(monkeypatch: pytest.MonkeyPatch, method: str, path: str, *, root_path: str = "") -> str:
    async def answered(request: Request, handle: Callable[[Call], Awaitable[Response]]) -> Response:
        return PlainTextResponse("a route")

    monkeypatch.setattr(webhooks, "answered", answered)
    settings = SimpleNamespace(security=Security())
    app = SimpleNamespace(state=SimpleNamespace(intake=SimpleNamespace(settings=settings)))

    async def with_app(scope: Scope, receive: Receive, send: Send) -> None:
        await webhooks.Direct(_table)({**scope, "app": app}, receive, send)

    transport = httpx.ASGITransport(app=with_app, root_path=root_path)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        return (await client.request(method, path)).text


@pytest.mark.parametrize("path", [*(path.format(url_id="an-id") for path in TAKEN), "/webhook/test"])
async def test_a_call_of_a_webhook_goes_to_its_route(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert await _asked(monkeypatch, "POST", path) == "a route"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/webhook"),
        ("PUT", "/webhook"),
        ("OPTIONS", "/webhook/an-id"),
        ("GET", "/webhook/test"),
        ("POST", "/webhook/"),
        ("POST", "/webhook/an-id/more"),
        ("POST", "/api/webhooks/unknown"),
        ("POST", "/webhooks"),
        ("POST", "/orders"),
    ],
)
async def test_anything_else_goes_to_the_table(monkeypatch: pytest.MonkeyPatch, method: str, path: str) -> None:
    assert await _asked(monkeypatch, method, path) == "the table"


async def test_below_another_path_the_table_knows_better(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _asked(monkeypatch, "POST", "/webhook", root_path="/below") == "the table"
