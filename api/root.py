"""Pages for people: what this is, and a reference of the interface made from its own OpenAPI document."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.auth import READING
from api.exact_json import encode
from api.page import ADDRESS, is_built
from api.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """The dashboard for a browser once it is built, else where to go on; open to all."""
    if is_built() and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(ADDRESS, status_code=307, headers={"Vary": "Accept"})
    return start_page()


@router.get("/docs/start")
async def start() -> HTMLResponse:
    """What this is, and where to go on; open to all."""
    return start_page()


def start_page() -> HTMLResponse:
    """Return the page that says what this is, and where to go on."""
    return page(
        "Tapestream",
        "<h1>Tapestream</h1>"
        "<p>Event-driven options trading: alerts come in by webhook, are judged gate by gate, and what is bought is "
        "sold at the very tick that calls for it.</p>"
        '<ul><li><a href="/app/">The dashboard</a></li>'
        '<li><a href="/docs">The interface</a>, with the login</li>'
        '<li><a href="/openapi.json">Its OpenAPI document</a>, with the login</li>'
        '<li><a href="/docs/topics">The topics</a> and their <a href="/asyncapi.json">AsyncAPI document</a>, with the '
        "login</li>"
        '<li><a href="/health/ready">Is the platform ready?</a></li></ul>'
        "<p>Programs log in with <code>POST /auth/login</code> and send the token as "
        "<code>Authorization: Bearer ...</code>.</p>",
    )


@router.get("/openapi.json", dependencies=[READING])
async def openapi_document(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    return Response(encode(request.app.openapi()), media_type="application/json")


@router.get("/docs", dependencies=[READING])
async def docs(request: Request) -> HTMLResponse:
    """Every route, its parameters and its answers, from the OpenAPI document."""
    document: dict[str, Any] = request.app.openapi()
    rows = [
        _row(method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return page(
        "Tapestream: the interface",
        '<h1>The interface</h1><p><a href="/docs/start">Tapestream</a> · <a href="/docs/topics">The topics</a> · '
        '<a href="/openapi.json">OpenAPI document</a></p>'
        "<table><thead><tr><th>route</th><th>what it does</th><th>parameters</th><th>answers</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>",
    )


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = ", ".join(f"<code>{escape(item['name'])}</code>" for item in operation.get("parameters", ()))
    answers = ", ".join(escape(status) for status in operation["responses"])
    does = escape(operation.get("description") or operation.get("summary", ""))
    return (
        f"<tr><td><code>{escape(method.upper())} {escape(path)}</code></td><td>{does}</td>"
        f"<td>{parameters}</td><td>{answers}</td></tr>"
    )
