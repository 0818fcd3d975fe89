"""The audit log: who changed what. It only grows, each row is hashed with the one before, and Kafka knows its head."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.auth import Administering
from api.exact_json import exact
from api.pagination import Asked, Cursor, Page, paged
from api.pool import UNREACHABLE, Pool, fetch
from api.problems import PROBLEMS, invalid_field, unavailable
from sinks.audit import COLUMNS, row_of
from sinks.audit_chain import Fault
from sinks.audit_verify import verify_log
from streams.settings import Settings

NUMBER_MAX = 2**63 - 1

router = APIRouter(tags=["audit"], responses=PROBLEMS)


class AuditRow(BaseModel):
    """Something that somebody changed."""

    number: int = Field(description="place in the log, from 1 without a gap")
    at: datetime
    actor: str = Field(description="a user or key; system/<name> for what the platform did by itself")
    account_id: str = Field(description="empty when it concerns the platform")
    action: str = Field(examples=["change_control"])
    target: str = Field(description="what was changed: a control's name, a position's id ...")
    detail: dict[str, Any]
    event_id: UUID | None = Field(description="of the event that says so on Kafka; null when no event does")
    previous_hash: str = Field(description="the hash of the row before")
    hash: str = Field(description="SHA-256 over the canonical JSON of all other fields, 64 hexadecimal digits")


class AuditFinding(BaseModel):
    """Something that is wrong with the log."""

    number: int
    fault: Fault
    text: str


class AuditVerdict(BaseModel):
    """Whether the log is as it was written."""

    intact: bool
    rows: int = Field(description="in the log")
    heads: int = Field(description="numbers that Kafka was told")
    findings: list[AuditFinding] = Field(description="in the order of the log")


def _instant(value: datetime | None, *, field: Literal["since", "until"]) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise invalid_field(field, "needs a zone, such as a Z at its end")
    return value


Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.get("/audit", operation_id="list_audit", summary="Changes, by whom", response_model=Page[AuditRow])
async def listed(
    asking: Administering,
    asked: Asked,
    request: Request,
    actor: Text = None,
    action: Text = None,
    since: Annotated[datetime | None, Query(description="at or after")] = None,
    until: Annotated[datetime | None, Query(description="before")] = None,
) -> Response:
    """What was changed by hand or by the platform itself, newest row first: the account's, and the platform's."""
    rows = await fetch(
        request.app.state.pool,
        f"""SELECT {COLUMNS} FROM audit_log
             WHERE account_id IN ($1, '') AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR action = $3)
               AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5) AND number < $6
             ORDER BY number DESC LIMIT $7""",
        asking.account_id,
        actor,
        action,
        _instant(since, field="since"),
        _instant(until, field="until"),
        min(asked.after.id.int, NUMBER_MAX),
        asked.limit + 1,
    )
    found = [_row(row) for row in rows]
    return paged(found, asked, lambda row: Cursor(row.at, UUID(int=row.number)))


@router.get("/audit/verify", operation_id="verify_audit", summary="Is the log intact?", response_model=AuditVerdict)
async def verified(asking: Administering, request: Request) -> Response:
    """Compare the whole log with itself and with the heads on Kafka: edits, deletions and truncations show."""
    settings: Settings = request.app.state.settings
    pool: Pool = request.app.state.pool
    try:
        verdict = await verify_log(pool, settings.kafka.bootstrap_servers)
    except KafkaError as error:
        raise unavailable("Kafka") from error
    except UNREACHABLE as error:
        raise unavailable("the database") from error
    findings = [AuditFinding(number=each.number, fault=each.fault, text=each.text) for each in verdict.findings]
    return exact(
        AuditVerdict(intact=not findings, rows=verdict.rows, heads=verdict.heads, findings=findings),
    )


def _row(record: asyncpg.Record) -> AuditRow:
    row = row_of(record)
    change = row.change
    return AuditRow(
        number=row.number,
        at=change.at,
        actor=change.actor,
        account_id=change.account_id,
        action=change.action,
        target=change.target,
        detail=dict(change.detail),
        event_id=UUID(change.event_id) if change.event_id else None,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
