"""Signals as lists: what came, how each ended, and what refused it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import asyncpg
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.margins import margin_of
from agents.why import Weighed, refusing, said_of
from api.auth import Asking
from api.decisions import EngineFilter
from api.exact_json import exact
from api.pagination import Asked, Cursor, Page, SymbolFilter, paged
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from api.shadows import Since, Until
from api.signals import SignalRow, Status
from schemas.decisions import GateResult

router = APIRouter(tags=["signals"], responses=PROBLEMS)

WANTED = ("symbol", "status", "direction", "engine", "gate", "since", "until", "reason", "is_test")
GATE = r"^[A-Za-z0-9_-]{1,50}$"
_ENGINE = "coalesce(d.policy ->> 'executed_engine', d.experiment ->> 'variant')"
_COLUMNS = ", ".join(f"s.{name}" for name in SignalRow.model_fields)

EXAMPLE: dict[str, Any] = {
    "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
    "account_id": "paper",
    "symbol": "SPY",
    "direction": "long",
    "timeframe": "5m",
    "timestamp": "2026-02-13T15:29:58Z",
    "price": 596.12,
    "confidence": 72,
    "sequence_number": 42,
    "status": "rejected",
    "rejection_reason": "confluence_below_threshold",
    "processed": True,
    "queued_at": None,
    "queued_until": None,
    "queue_reason": None,
    "processing_attempts": 0,
    "next_retry_at": None,
    "experiment_id": "0d6c1f8e-7a44-5f07-8b5e-4c2a90f3d102",
    "signal_hash": None,
    "is_test": False,
    "test_session_id": None,
    "test_scenario": None,
    "created_at": "2026-02-13T15:30:00Z",
    "engine": "A",
    "gate": "confluence",
    "says": "confluence 47, needed at least 50 points (3 short)",
}


class SignalListed(SignalRow):
    """A signal, and what ended it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    engine: str | None = Field(description="the engine that trades; where none does, the one assigned")
    gate: str | None = Field(description="the gate that refused it")
    says: str | None = Field(description="what that gate saw, needed, and lacked")


class Refusals(BaseModel):
    """How many signals a gate has refused. One that several refused counts for each."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"gate": "confluence", "signals": 12}]})

    gate: str
    signals: int


class RefusalList(BaseModel):
    """The gates that have refused signals, those that refused the most first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [{"gate": "confluence", "signals": 12}]}]})

    items: list[Refusals]


async def signals(
    pool: Pool, *, account_id: str, wanted: Mapping[str, object], after: Cursor, limit: int
) -> list[SignalListed]:
    """Return at most `limit` signals of an account, newest first, from after a cursor.

    wanted  by the names in WANTED; None: whatever it is
    """
    rows = await fetch(
        pool,
        f"""SELECT {_COLUMNS}, {_ENGINE} AS engine, d.gates
              FROM signals AS s LEFT JOIN decisions AS d ON d.signal_id = s.signal_id AND d.account_id = s.account_id
             WHERE s.account_id = $1 AND ($2::text IS NULL OR s.symbol = $2) AND ($3::text IS NULL OR s.status = $3)
               AND ($4::text IS NULL OR s.direction = $4) AND ($5::text IS NULL OR {_ENGINE} = $5)
               AND ($6::text IS NULL OR d.status = 'rejected'
                    AND d.gates @> jsonb_build_array(jsonb_build_object('gate', $6::text, 'verdict', 'block')))
               AND ($7::timestamptz IS NULL OR s.created_at >= $7) AND ($8::timestamptz IS NULL OR s.created_at < $8)
               AND ($9::text IS NULL OR s.rejection_reason = $9) AND ($10::boolean IS NULL OR s.is_test = $10)
               AND (s.created_at, s.signal_id) < ($11, $12)
             ORDER BY s.created_at DESC, s.signal_id DESC LIMIT $13""",
        account_id,
        *(wanted[name] for name in WANTED),
        after.at,
        after.id,
        limit,
    )
    return [_listed(row) for row in rows]


def _listed(row: asyncpg.Record) -> SignalListed:
    gates = [GateResult.model_validate(gate) for gate in row["gates"] or []]
    refused = next(iter(refusing(gates, row["rejection_reason"])), None) if row["status"] == "rejected" else None
    says = None if refused is None else said_of(Weighed(refused, margin_of(refused)))
    return SignalListed.model_validate({**row, "gate": refused and refused.gate, "says": says})


async def refusals(
    pool: Pool, *, account_id: str, symbol: str | None, since: datetime | None, until: datetime | None
) -> list[Refusals]:
    """Return how many of an account's signals each gate has refused, the most first."""
    rows = await fetch(
        pool,
        """SELECT met ->> 'gate' AS gate, count(DISTINCT signal_id) AS signals
             FROM decisions CROSS JOIN LATERAL jsonb_array_elements(gates) AS met
            WHERE account_id = $1 AND status = 'rejected' AND met ->> 'verdict' = 'block'
              AND ($2::text IS NULL OR symbol = $2)
              AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)
            GROUP BY 1 ORDER BY 2 DESC, 1""",
        account_id,
        symbol,
        since,
        until,
    )
    return [Refusals.model_validate(dict(row)) for row in rows]


def _cursor(row: SignalListed) -> Cursor:
    return Cursor(row.created_at, row.signal_id)


@router.get("/signals", operation_id="list_signals", summary="Signals", response_model=Page[SignalListed])
async def listed(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    status: Annotated[Status | None, Query()] = None,
    direction: Annotated[Literal["long", "short"] | None, Query()] = None,
    engine: EngineFilter = None,
    gate: Annotated[str | None, Query(pattern=GATE, description="a gate that refused it")] = None,
    reason: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,64}$", description="the code that stopped it")] = None,
    is_test: Annotated[bool | None, Query(description="tests alone, or without them")] = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Signals that were taken in, newest first, and what refused each; the range is of when they came in."""
    wanted = {
        "symbol": symbol and symbol.upper(),
        "status": status,
        "direction": direction,
        "engine": engine,
        "gate": gate,
        "since": since,
        "until": until,
        "reason": reason,
        "is_test": is_test,
    }
    found = await signals(
        request.app.state.pool, account_id=asking.account_id, wanted=wanted, after=asked.after, limit=asked.limit + 1
    )
    return paged(found, asked, _cursor)


@router.get(
    "/signals/refusals", operation_id="count_refusals", summary="What refuses signals", response_model=RefusalList
)
async def counted(
    asking: Asking, request: Request, symbol: SymbolFilter = None, since: Since = None, until: Until = None
) -> Response:
    """How many signals each gate has refused, those that refused the most first."""
    found = await refusals(
        request.app.state.pool,
        account_id=asking.account_id,
        symbol=symbol and symbol.upper(),
        since=since,
        until=until,
    )
    return exact(RefusalList(items=found))
