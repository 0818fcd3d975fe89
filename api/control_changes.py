"""Who changed which control, when, and to what: every change there was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import exact
from api.pagination import Asked, Cursor, Page, cut
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from api.shadows import Since, Until

router = APIRouter(tags=["controls"], responses=PROBLEMS)

_OF_ACCOUNTS = ("risk_limits", "kill_switch")
"""Families whose controls may be of one account: `risk_limits.paper`; those of others are an administrator's to see."""


class ControlChangeRow(BaseModel):
    """A change of a control."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "change_id": "4c5d6e7f-8091-5a2b-9c3d-4e5f60718290",
                    "name": "exit_rules.default",
                    "value": {"stop_loss_percent": 30},
                    "was": {"stop_loss_percent": 50},
                    "changed_by": "trader",
                    "changed_at": "2026-02-13T15:30:00Z",
                }
            ]
        }
    )

    change_id: UUID
    name: str
    value: dict[str, Any]
    was: dict[str, Any] | None = Field(description="before; null: as configured")
    changed_by: str = Field(description="a user or key, or what of the platform did it by itself")
    changed_at: datetime


async def changes(
    pool: Pool,
    *,
    account_id: str,
    sees_all: bool,
    name: str | None,
    since: datetime | None,
    until: datetime | None,
    after: Cursor,
    limit: int,
) -> Sequence[ControlChangeRow]:
    """Return at most `limit` changes that a caller may know of, newest first, from after a cursor."""
    rows = await fetch(
        pool,
        """SELECT * FROM (
                SELECT change_id, name, value, changed_by, changed_at,
                       lag(value) OVER (PARTITION BY name ORDER BY changed_at, change_id) AS was
                  FROM control_changes WHERE $1::text IS NULL OR name = $1) AS told
            WHERE ($2 OR split_part(name, '.', 1) <> ALL($3) OR split_part(name, '.', 2) IN ('', 'default', $4))
              AND ($5::timestamptz IS NULL OR changed_at >= $5) AND ($6::timestamptz IS NULL OR changed_at < $6)
              AND (changed_at, change_id) < ($7, $8)
            ORDER BY changed_at DESC, change_id DESC LIMIT $9""",
        name,
        sees_all,
        list(_OF_ACCOUNTS),
        account_id,
        since,
        until,
        after.at,
        after.id,
        limit,
    )
    return [ControlChangeRow.model_validate(dict(row)) for row in rows]


@router.get(
    "/control-changes",
    operation_id="list_control_changes",
    summary="Changes of controls",
    response_model=Page[ControlChangeRow],
)
async def listed(
    asking: Asking,
    asked: Asked,
    request: Request,
    name: Annotated[str | None, Query(max_length=100, pattern=r"^[A-Za-z0-9_.^/-]+$", description="of one")] = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Who changed flags, limits, exit rules and kill switches, newest first, with what they were before.

    Those of other accounts are an administrator's to see.
    """
    found = await changes(
        request.app.state.pool,
        account_id=asking.account_id,
        sees_all="administer" in asking.permissions,
        name=name,
        since=since,
        until=until,
        after=asked.after,
        limit=asked.limit + 1,
    )
    items, cursor = cut(found, limit=asked.limit, cursor_of=lambda row: Cursor(row.changed_at, row.change_id))
    return exact(Page[ControlChangeRow](items=list(items), next_cursor=cursor))
