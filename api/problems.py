"""Errors as RFC 9457 problems: one shape for every route but the webhooks' and the schema registry's own bodies.

A problem says what the caller may know. Of what went wrong inside it says nothing; the log has the exception's type
and place, never a message's contents.
"""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.logs import logger

MEDIA_TYPE = "application/problem+json"
log = logger(__name__)


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="its name, dotted when nested")
    location: str = Field(description="body, query, path, header or cookie")
    message: str
    code: str


class ProblemBody(BaseModel):
    """RFC 9457. `type` is about:blank: `status` says all there is to say, `detail` the occasion."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = Field(default=None, description="by field, where fields are to blame")


class Problem(Exception):
    """Raised anywhere below a route, answered as a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldError] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = errors


def invalid_field(field: str, message: str, *, location: str = "query", code: str = "value_error") -> Problem:
    """Return the 422 that one field is to blame for."""
    error = FieldError(field=field, location=location, message=message, code=code)
    return Problem(422, f"{field}: {message}", errors=[error])


def unavailable(what: str) -> Problem:
    """Return the 503 of something the platform needs and does not reach."""
    return Problem(503, f"{what} cannot be reached at the moment", headers={"Retry-After": "1"})


def unauthorized(detail: str, *, bearer_error: str | None = None, basic: str | None = None) -> Problem:
    """Return the 401 that says how to show who one is."""
    challenge = 'Bearer realm="tapestream"' + (f', error="{bearer_error}"' if bearer_error else "")
    return Problem(401, detail, headers={"WWW-Authenticate": challenge + (f", {basic}" if basic else "")})


def problem_response(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[FieldError] | None = None,
) -> Response:
    """Return a problem as an answer."""
    body = ProblemBody(
        title=HTTPStatus(status).phrase, status=status, detail=detail, errors=None if errors is None else list(errors)
    )
    return JSONResponse(
        body.model_dump(exclude_none=True), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemBody, "description": HTTPStatus(status).phrase} for status in (401, 403, 422, 503)
}
"""What every route behind the login may answer, for OpenAPI."""


async def _on_problem(_: Request, error: Exception) -> Response:
    problem = cast(Problem, error)
    return problem_response(problem.status, problem.detail, headers=problem.headers, errors=problem.errors)


async def _on_http(_: Request, error: Exception) -> Response:
    raised = cast(HTTPException, error)
    return problem_response(raised.status_code, str(raised.detail), headers=raised.headers)


async def _on_invalid(_: Request, error: Exception) -> Response:
    errors = []
    for item in cast(RequestValidationError, error).errors():
        location, *path = [str(part) for part in item["loc"]] or ["body"]
        if item["type"] == "json_invalid":
            path = []
        errors.append(
            FieldError(field=".".join(path), location=location, message=str(item["msg"]), code=str(item["type"]))
        )
    return problem_response(422, "the request does not have the form it must have", errors=errors)


class Guard:
    """Answers what nothing else caught with a 500 that says nothing of the inside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            log.error(
                "request failed",
                method=scope["method"],
                path=scope["path"],
                error=type(error).__name__,
                where=[f"{frame.filename}:{frame.lineno}" for frame in frames],
            )
            if started:
                raise ConnectionError("an answer broke off") from None
            await problem_response(500, "something went wrong here; it has been logged")(scope, receive, send)


def install(app: FastAPI) -> None:
    """Make every error of an app a problem, and say so in its OpenAPI document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    # FastAPI's documented way to have a document of one's own
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]


_PROBLEM = {"$ref": "#/components/schemas/ProblemBody"}


def _declare(operation: dict[str, Any], *, has_path: bool) -> None:
    """Add what any route may answer that has a body or names something in its path, unless it says so itself."""
    answers = operation["responses"]
    is_read_here = "400" in answers  # a webhook reads its body itself
    statuses = ([404] if has_path else []) + ([400, 413, 422] if "requestBody" in operation else [])
    if has_path and "404" in answers:
        # a name with a slash in it leads to no route at all, which is said as a problem wherever it is
        answers["404"].setdefault("content", {}).setdefault(MEDIA_TYPE, {"schema": _PROBLEM})
    for status in statuses:
        if str(status) not in answers and not (status == 422 and is_read_here):
            answers[str(status)] = {
                "description": HTTPStatus(status).phrase,
                "content": {MEDIA_TYPE: {"schema": _PROBLEM}},
            }


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        reference = "#/components/schemas/ProblemBody"
        for address, path in document["paths"].items():
            for operation in path.values():
                _declare(operation, has_path="{" in address)
                for answer in operation["responses"].values():
                    content: dict[str, Any] = answer.get("content", {})
                    schema: dict[str, Any] = next((of.get("schema", {}) for of in content.values()), {})
                    if schema.get("$ref") in (reference, "#/components/schemas/HTTPValidationError"):
                        answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": reference}}}
                    if (stream := content.get("text/event-stream")) and "$ref" in stream["schema"]:
                        # the form of one event; as a whole a stream is text
                        stream["itemSchema"] = {"$ref": stream["schema"].pop("$ref")}
        for unused in ("HTTPValidationError", "ValidationError"):
            document.get("components", {}).get("schemas", {}).pop(unused, None)
        app.openapi_schema = document
    return app.openapi_schema
