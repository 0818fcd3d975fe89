"""Dead letters: what could not be processed, why, and sending it again once the cause is gone."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from api.auth import Administering
from api.exact_json import exact
from api.pagination import Asked, Cursor, Page, paged
from api.pool import fetch
from api.problems import PROBLEMS, Problem, unavailable
from api.shadows import InUtc
from schemas.codec import Undecodable, decode
from sinks.redrive import AT_ONCE_MAX, UNKNOWN, Dealt, KafkaAway, Wanted, discard, open_letters, redrive, refusal_of
from streams.topics import BY_NAME

router = APIRouter(tags=["dead letters"], responses=PROBLEMS)

NAME = r"^[A-Za-z0-9._-]{1,128}$"
Status = Literal["open", "redriven", "discarded"]
Reason = Literal["undecodable", "invalid", "failed"]

_AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class DeadLetterRow(BaseModel):
    """A message that one reader could not process."""

    dead_letter_id: UUID
    reader: str = Field(description="market, account, history, executor")
    topic: str
    partition: int
    offset: int
    record: str = Field(description="the reader's record that failed on it; empty: no record has taken it")
    reason: Reason
    error: str
    status: Status
    attempts: int = Field(description="how often it was sent again")
    redriven_at: datetime | None
    changed_at: datetime | None = Field(description="when somebody dealt with it last")
    changed_by: str | None
    change_reason: str | None = Field(description="of a discarded one")
    redrive_of: UUID | None = Field(description="the letter that its message was sent again for, and failed again")
    created_at: datetime


class DeadLetterDetail(DeadLetterRow):
    """A dead letter with its message."""

    headers: dict[str, str]
    key: str | None
    value: Any = Field(description="the event, where today's schema reads it; else null")
    value_base64: str | None = Field(description="the bytes, where it does not")
    is_complete: bool = Field(description="false: too large to keep here; it is at its offset")
    cannot_be_redriven: str | None = Field(description="why not, or null")


class Redriving(BaseModel):
    """Which letters to send again: by their ids, or all open ones that match every filter given."""

    model_config = ConfigDict(extra="forbid")

    ids: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=AT_ONCE_MAX)
    reader: str | None = Field(default=None, pattern=NAME)
    topic: str | None = Field(default=None, pattern=NAME)
    reason: Reason | None = None
    since: InUtc | None = None
    all: bool = Field(default=False, description="every open letter; needed where there is no filter")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        filters = any((self.reader, self.topic, self.reason, self.since))
        if self.ids is not None and (filters or self.all):
            raise ValueError("ids stand alone: neither all nor a filter goes with them")
        if self.ids is None and not filters and not self.all:
            raise ValueError("name ids, a filter, or all: true")
        return self


class Discarding(BaseModel):
    """Why a letter is put away."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class DealtRow(BaseModel):
    """What became of one letter."""

    dead_letter_id: UUID
    status: Literal["redriven", "discarded", "refused"]
    why: str | None


class DealtList(BaseModel):
    """What became of each letter asked for; `left` more match and wait for the next request."""

    items: list[DealtRow]
    left: int = 0


_COLUMNS = ", ".join(f'"{name}"' for name in DeadLetterRow.model_fields)


@router.get(
    "/dead-letters", operation_id="list_dead_letters", summary="Dead letters", response_model=Page[DeadLetterRow]
)
async def listed(
    asking: Administering,
    asked: Asked,
    request: Request,
    reader: Annotated[str | None, Query(pattern=NAME)] = None,
    topic: Annotated[str | None, Query(pattern=NAME)] = None,
    reason: Reason | None = None,
    status: Status | None = None,
    since: InUtc | None = None,
) -> Response:
    """Dead letters, newest first; `since` is the time their messages were written."""
    rows = await fetch(
        request.app.state.pool,
        f"""SELECT {_COLUMNS} FROM dead_letters
             WHERE ($1::text IS NULL OR reader = $1) AND ($2::text IS NULL OR topic = $2)
               AND ($3::text IS NULL OR reason = $3) AND ($4::text IS NULL OR status = $4)
               AND ($5::timestamptz IS NULL OR created_at >= $5) AND (created_at, dead_letter_id) < ($6, $7)
             ORDER BY created_at DESC, dead_letter_id DESC LIMIT $8""",
        reader,
        topic,
        reason,
        status,
        since,
        asked.after.at,
        asked.after.id,
        asked.limit + 1,
    )
    found = [DeadLetterRow.model_validate(dict(row)) for row in rows]
    return paged(found, asked, lambda row: Cursor(row.created_at, row.dead_letter_id))


@router.get(
    "/dead-letters/{dead_letter_id}",
    operation_id="get_dead_letter",
    summary="A dead letter",
    response_model=DeadLetterDetail,
)
async def one(dead_letter_id: UUID, asking: Administering, request: Request) -> Response:
    """A dead letter with its message, decoded where today's schema reads it."""
    rows = await fetch(request.app.state.pool, "SELECT * FROM dead_letters WHERE dead_letter_id = $1", dead_letter_id)
    if not rows:
        raise Problem(404, "there is no such dead letter")
    return exact(DeadLetterDetail.model_validate(detail_of(rows[0])))


@router.post(
    "/dead-letters/{dead_letter_id}/redrive",
    operation_id="redrive_dead_letter",
    summary="Send a dead letter again",
    response_model=DealtRow,
    responses={409: PROBLEMS[401] | {"description": "Conflict"}},
)
async def redrive_one(dead_letter_id: UUID, asking: Administering, request: Request) -> Response:
    """Send the message again to the reader that failed on it. Done twice, it has one effect."""
    [dealt] = await _redriven(request, [str(dead_letter_id)], by=asking.username)
    return exact(_row(_accepted(dealt)))


@router.post(
    "/dead-letters/redrive",
    operation_id="redrive_dead_letters",
    summary="Send dead letters again",
    response_model=DealtList,
)
async def redrive_many(redriving: Annotated[Redriving, Body()], asking: Administering, request: Request) -> Response:
    """Send letters again, at most 1000 in a request, oldest first. Those that cannot be are named with the reason."""
    matching = 0
    if redriving.ids is not None:
        ids = list(dict.fromkeys(map(str, redriving.ids)))
    else:
        wanted = Wanted(reader=redriving.reader, topic=redriving.topic, reason=redriving.reason, since=redriving.since)
        try:
            ids, matching = await open_letters(request.app.state.pool, wanted)
        except _AWAY as error:
            raise unavailable("the database") from error
    dealt = await _redriven(request, ids, by=asking.username)
    return exact(DealtList(items=[_row(item) for item in dealt], left=max(0, matching - len(ids))))


@router.post(
    "/dead-letters/{dead_letter_id}/discard",
    operation_id="discard_dead_letter",
    summary="Discard a dead letter",
    response_model=DealtRow,
    responses={409: PROBLEMS[401] | {"description": "Conflict"}},
)
async def discard_one(
    dead_letter_id: UUID, discarding: Annotated[Discarding, Body()], asking: Administering, request: Request
) -> Response:
    """Put a letter away for good: its message is not sent again."""
    try:
        dealt = await discard(
            request.app.state.pool,
            request.app.state.settings.kafka.bootstrap_servers,
            str(dead_letter_id),
            by=asking.username,
            reason=discarding.reason,
        )
    except KafkaAway as error:
        raise unavailable("Kafka") from error
    except _AWAY as error:
        raise unavailable("the database") from error
    return exact(_row(_accepted(dealt)))


def detail_of(row: Any) -> dict[str, Any]:
    """Return a stored letter with its message as people read it."""
    headers = {name: base64.b64decode(content).decode("utf-8", "replace") for name, content in row["headers"].items()}
    event = decoded(row["topic"], row["value"])
    return {
        **{name: row[name] for name in DeadLetterRow.model_fields},
        "headers": headers,
        "key": None if row["key"] is None else bytes(row["key"]).decode("utf-8", "replace"),
        "value": event,
        "value_base64": None if event is not None or row["value"] is None else _base64(row["value"]),
        "is_complete": row["is_complete"],
        "cannot_be_redriven": refusal_of(row),
    }


def decoded(topic: str, value: bytes | None) -> Any:
    """Return the event in a message of a topic as plain values, or None where today's schema does not read it."""
    known = BY_NAME.get(topic)
    if known is None or value is None:
        return None
    try:
        return _plain(decode(known.record, bytes(value)).model_dump())
    except Undecodable:
        return None


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return _base64(value)
        case float() if value - value != 0:
            return str(value)
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


async def _redriven(request: Request, ids: Sequence[str], *, by: str) -> list[Dealt]:
    state = request.app.state
    try:
        return await redrive(state.pool, state.settings.kafka.bootstrap_servers, ids, by=by)
    except KafkaAway as error:
        raise unavailable("Kafka") from error
    except _AWAY as error:
        raise unavailable("the database") from error


def _accepted(dealt: Dealt) -> Dealt:
    if dealt.status == "refused":
        raise Problem(404 if dealt.why == UNKNOWN else 409, dealt.why or "")
    return dealt


def _row(dealt: Dealt) -> DealtRow:
    return DealtRow(dead_letter_id=UUID(dealt.dead_letter_id), status=dealt.status, why=dealt.why)
