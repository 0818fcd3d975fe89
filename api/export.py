"""Lists as files: any route that answers a `Page` gives CSV or Parquet as well.

`?format=csv` or `?format=parquet`, or an Accept header that prefers one of them to JSON. The file holds the rows of the
list's own pages, asked for one after the other with the caller's own token and filters, so permissions and accounts are
the list's. Without `limit` it goes on to the end of the list or to ROWS_MAX rows; when there are more, `Link` and
`X-Next-Cursor` say where to go on. It is written to a temporary file first: memory holds one page, and an error in the
middle is an answer of its own, not a file that breaks off.
"""

import json
import re
import tempfile
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, BinaryIO, cast, get_args
from urllib.parse import parse_qsl, quote, urlencode

import anyio.to_thread
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.export_files import FILES, PARQUET, FileKind, Writer
from api.pagination import LIMIT_MAX, Page
from api.problems import invalid_field, problem_response

ROWS_MAX = 50_000
"""Of one file; a multiple of LIMIT_MAX."""
MEMORY_MAX = 1_048_576
"""Bytes of a file that are held in memory before it goes to the disk."""
CHUNK = 65_536
JSON = "application/json"
JSON_TYPES = (JSON, "application/*", "*/*")


class Exports:
    """Answers requests for a list as a file; all others go on as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        query, asked, kind = _wanted(scope)
        if kind is None and asked in (None, "json"):
            await self._app(scope, receive, send)
            return
        export = _Export(scope, [pair for pair in query if pair[0] != "format"])
        answer = await self._ask(export, receive, send, cursor=None)
        if answer.item is None:
            return  # no list, or no rows of it: it has been sent on as it is
        if kind is None:
            problem = invalid_field("format", "is none of json, csv, parquet")
            await problem_response(problem.status, problem.detail, errors=problem.errors)(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=MEMORY_MAX) as spooled:
            file = cast(BinaryIO, spooled)
            writer = kind.writer(file, answer.item)
            rows, cursor = await _added(writer, answer)
            while cursor is not None and not export.is_limited and rows < ROWS_MAX:
                answer = await self._ask(export, receive, send, cursor=cursor)
                if answer.item is None:
                    return  # what went wrong has been sent on
                more, cursor = await _added(writer, answer)
                rows += more
            await anyio.to_thread.run_sync(writer.close)
            await export.response(file, kind, cursor)(scope, receive, send)

    async def _ask(self, export: "_Export", receive: Receive, send: Send, *, cursor: str | None) -> "_Answer":
        scope = export.page_scope(cursor)
        answer = _Answer(scope, send)
        await self._app(scope, receive, answer.take)
        return answer


class _Export:
    """A list that is asked for as a file.

    query  the list's own parameters
    """

    def __init__(self, scope: Scope, query: list[tuple[str, str]]) -> None:
        self._scope, self._query = scope, query
        self.is_limited = any(name == "limit" for name, _ in query)

    def page_scope(self, cursor: str | None) -> Scope:
        """Return the request for one page as JSON."""
        query = self._query if self.is_limited else [*self._query, ("limit", str(LIMIT_MAX))]
        if cursor is not None:
            query = [*(pair for pair in query if pair[0] != "cursor"), ("cursor", cursor)]
        headers = [(name, value) for name, value in self._scope["headers"] if name != b"accept"]
        return {**self._scope, "query_string": urlencode(query).encode(), "headers": headers}

    def response(self, file: BinaryIO, kind: FileKind, cursor: str | None) -> Response:
        """Return the answer that sends a file; `cursor` is where the next one begins."""
        path: str = self._scope["path"]
        name = "-".join(re.sub(r"[^A-Za-z0-9_.]+", "-", part) for part in path.split("/") if part)
        length = file.seek(0, 2)
        file.seek(0)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}.{kind.name}"',
            "Content-Length": str(length),
            "Vary": "Accept",
        }
        if cursor is not None:
            following = [pair for pair in self._query if pair[0] != "cursor"]
            following += [("cursor", cursor), ("format", kind.name)]
            headers |= {"Link": f'<{quote(path)}?{urlencode(following)}>; rel="next"', "X-Next-Cursor": cursor}
        return StreamingResponse(_chunks(file), headers=headers, media_type=kind.media_type)


class _Answer:
    """Takes the answer of a list's route: a page is kept, anything else is sent on."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._body = bytearray()
        self.item: type[BaseModel] | None = None

    async def take(self, message: Message) -> None:
        """Take a message of the answer."""
        if message["type"] == "http.response.start" and message["status"] == 200:
            self.item = item_of(getattr(self._scope.get("route"), "response_model", None))
        if self.item is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")

    def page(self) -> tuple[list[BaseModel], str | None]:
        """Return the page's rows and the next cursor."""
        assert self.item is not None
        page: dict[str, Any] = json.loads(self._body, parse_float=Decimal)
        return [self.item.model_validate(row) for row in page["items"]], page["next_cursor"]


async def _added(writer: Writer, answer: _Answer) -> tuple[int, str | None]:
    rows, cursor = answer.page()
    await anyio.to_thread.run_sync(writer.add, rows)
    return len(rows), cursor


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await anyio.to_thread.run_sync(file.read, CHUNK):
        yield chunk


def item_of(response_model: object) -> type[BaseModel] | None:
    """Return what the rows of a page are, or None when a route's response model is no page."""
    if not (isinstance(response_model, type) and issubclass(response_model, Page)):
        return None
    (item,) = get_args(response_model.model_fields["items"].annotation)
    return item if isinstance(item, type) and issubclass(item, BaseModel) else None


def _wanted(scope: Scope) -> tuple[list[tuple[str, str]], str | None, FileKind | None]:
    """Return a request's parameters, the format it names, and the kind of file it wants."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = next((value for name, value in query if name == "format"), None)
    accepted = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
    return query, asked, preferred(accepted) if asked is None else FILES.get(asked)


def wants_file(scope: Scope) -> bool:
    """Whether a request asks for something else than JSON."""
    _, asked, kind = _wanted(scope)
    return kind is not None or asked not in (None, "json")


def preferred(accept: str) -> FileKind | None:
    """Return the kind of file that an Accept header prefers to JSON, or None."""
    best: tuple[float, FileKind | None] = (0.0, None)
    for part in accept.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name == "q":
                weight = float(value) if re.fullmatch(r"[01](\.\d{0,3})?", value) else 0.0
        kind = next((known for known in FILES.values() if known.media_type.partition(";")[0] == media_type), None)
        if (kind is not None or media_type in JSON_TYPES) and weight > best[0]:
            best = (weight, kind)
    return best[1]


def install(app: FastAPI) -> None:
    """Give an app's lists as files, and say so in its OpenAPI document."""
    app.add_middleware(Exports)
    document = app.openapi
    # FastAPI's documented way to have a document of one's own
    app.openapi = lambda: _described(document())  # type: ignore[method-assign]


def _described(document: dict[str, Any]) -> dict[str, Any]:
    for path in document["paths"].values():
        answer = path.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        reference = answer.get(JSON, {}).get("schema", {}).get("$ref", "")
        if not reference.startswith("#/components/schemas/Page_") or PARQUET.media_type in answer:
            continue
        path["get"].setdefault("parameters", []).append(_PARAMETER)
        for kind in FILES.values():
            answer[kind.media_type.partition(";")[0]] = {"schema": {"type": "string", "format": "binary"}}
        path["get"]["responses"]["200"]["headers"] = _HEADERS
    return document


_PARAMETER = {
    "name": "format",
    "in": "query",
    "required": False,
    "description": f"csv and parquet give the rows as a file, up to {ROWS_MAX} of them when there is no limit",
    "schema": {"type": "string", "enum": ["json", *FILES], "default": "json"},
}
_HEADERS = {
    "Link": {"description": "of a file that holds not all: where the next begins", "schema": {"type": "string"}},
    "X-Next-Cursor": {"description": "likewise, as a cursor", "schema": {"type": "string"}},
}
