"""The log of calls: what came to the webhooks, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import exact
from api.pagination import Asked, Cursor, Page, SymbolFilter, paged
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem
from api.shadows import Since, Until
from api.webhook_log import Status

router = APIRouter(tags=["webhooks"], responses=PROBLEMS)

Wanted: TypeAlias = Literal[
    "accepted", "duplicate", "rejected", "error", "invalid_signature", "invalid_payload", "rate_limited"
]

STATUSES: Mapping[str, tuple[Status, ...]] = {
    "accepted": ("accepted",),
    "duplicate": ("duplicate",),
    "rejected": ("invalid_signature", "invalid_payload", "rate_limited"),
    "error": ("error",),
    "invalid_signature": ("invalid_signature",),
    "invalid_payload": ("invalid_payload",),
    "rate_limited": ("rate_limited",),
}
"""What a filter's word takes in."""

EXAMPLE: dict[str, Any] = {
    "event_id": "2b4d6f80-1a3c-4e5f-8071-92a3b4c5d60a",
    "request_id": "8c7b6a59-4837-4261-9504-f3e2d1c0b90b",
    "account_id": "paper",
    "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
    "status": "accepted",
    "error_message": None,
    "symbol": "SPY",
    "direction": "long",
    "timeframe": "5m",
    "processing_time_ms": 6,
    "is_test": False,
    "test_session_id": None,
    "test_scenario": None,
    "created_at": "2026-02-13T15:30:00Z",
}


class WebhookEventRow(BaseModel):
    """A call of a webhook, as the columns of `webhook_events`."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    event_id: UUID
    request_id: UUID | None
    account_id: str
    signal_id: UUID | None = Field(description="of an accepted alert, or the one that a duplicate repeats")
    status: Status
    error_message: str | None
    symbol: str | None
    direction: str | None
    timeframe: str | None
    processing_time_ms: int | None
    is_test: bool
    test_session_id: str | None
    test_scenario: str | None
    created_at: datetime


class WebhookEventDetail(WebhookEventRow):
    """A call with what was sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"raw_payload": {"symbol": "SPY"}}]})

    raw_payload: Any = Field(default=None, description="secrets removed; null where it is not kept")


async def webhook_events(
    pool: Pool, *, account_id: str, wanted: Mapping[str, object], after: Cursor, limit: int
) -> list[WebhookEventRow]:
    """Return at most `limit` calls to an account's webhooks, newest first, from after a cursor.

    wanted  statuses, symbol, direction, timeframe, since, until; None: whatever it is
    """
    rows = await fetch(
        pool,
        f"""SELECT {", ".join(WebhookEventRow.model_fields)} FROM webhook_events
             WHERE account_id = $1 AND ($2::text[] IS NULL OR status = ANY($2)) AND ($3::text IS NULL OR symbol = $3)
               AND ($4::text IS NULL OR direction = $4) AND ($5::text IS NULL OR timeframe = $5)
               AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
               AND (created_at, event_id) < ($8, $9)
             ORDER BY created_at DESC, event_id DESC LIMIT $10""",
        account_id,
        *(wanted[name] for name in ("statuses", "symbol", "direction", "timeframe", "since", "until")),
        after.at,
        after.id,
        limit,
    )
    return [WebhookEventRow.model_validate(dict(row)) for row in rows]


@router.get(
    "/webhook-events",
    operation_id="list_webhook_events",
    summary="Calls of the webhooks",
    response_model=Page[WebhookEventRow],
)
async def listed(
    asking: Asking,
    asked: Asked,
    request: Request,
    status: Annotated[
        Wanted | None, Query(description="rejected: a bad signature, a bad payload or too many calls")
    ] = None,
    symbol: SymbolFilter = None,
    direction: Annotated[Literal["long", "short"] | None, Query()] = None,
    timeframe: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9]{1,10}$")] = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """What came to the account's webhooks, newest first, what came of it, and how long that took."""
    wanted = {
        "statuses": status and list(STATUSES[status]),
        "symbol": symbol and symbol.upper(),
        "direction": direction,
        "timeframe": timeframe,
        "since": since,
        "until": until,
    }
    found = await webhook_events(
        request.app.state.pool, account_id=asking.account_id, wanted=wanted, after=asked.after, limit=asked.limit + 1
    )
    return paged(found, asked, lambda row: Cursor(row.created_at, row.event_id))


@router.get(
    "/webhook-events/{event_id}",
    operation_id="get_webhook_event",
    summary="A call of a webhook",
    response_model=WebhookEventDetail,
    responses={404: PROBLEMS[401] | {"description": "The account has no such call"}},
)
async def one(event_id: UUID, asking: Asking, request: Request) -> Response:
    """A call with what was sent, secrets removed."""
    rows = await fetch(
        request.app.state.pool,
        f"""SELECT {", ".join(WebhookEventDetail.model_fields)} FROM webhook_events
             WHERE account_id = $1 AND event_id = $2""",
        asking.account_id,
        event_id,
    )
    if not rows:
        raise Problem(404, "there is no such call")
    return exact(WebhookEventDetail.model_validate(dict(rows[0])))
