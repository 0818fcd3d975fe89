"""Decisions: how signals ended, gate by gate."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import exact
from api.pagination import Asked, Cursor, Page, SymbolFilter, paged
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem
from api.shadows import Since, Until
from api.signals import DecisionRow

router = APIRouter(tags=["signals"], responses=PROBLEMS)

CODE = r"^[A-Za-z0-9_.:-]{1,100}$"
Engine = Literal["A", "B"]
EngineFilter = Annotated[Engine | None, Query(description="the engine that trades; where none does, the one assigned")]

_ENGINE = "coalesce(policy ->> 'executed_engine', experiment ->> 'variant')"

EXAMPLE: dict[str, Any] = {
    "decision_id": "6f0b4a52-93bb-5f0c-9d6c-0f2f3c1b8a01",
    "proposal_id": "0d6c1f8e-7a44-5f07-8b5e-4c2a90f3d102",
    "account_id": "paper",
    "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
    "symbol": "SPY",
    "direction": "long",
    "timeframe": "5m",
    "engine": "A",
    "is_test": False,
    "status": "rejected",
    "rejection_reason": "max_open_positions_exceeded",
    "codes": ["max_open_positions_exceeded"],
    "gates": [
        {
            "gate": "open_positions",
            "verdict": "block",
            "inputs": {"open_positions": "5"},
            "limit": "fewer than 5",
            "code": "max_open_positions_exceeded",
            "detail": "the account holds, or has ordered, as many positions as it may",
        }
    ],
    "recommendation": {"engine": "A", "option_symbol": "SPY260220C00596000", "quantity": 9},
    "recommendations": [{"engine": "A", "option_symbol": "SPY260220C00596000", "quantity": 9}],
    "shadow_gates": [],
    "experiment": {"variant": "A", "split_percentage": 0},
    "policy": {"execution_mode": "ENGINE_A_PRIMARY", "executed_engine": "A"},
    "context_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "order_id": None,
    "order_ids": [],
    "created_at": "2026-02-13T15:30:00Z",
}


class DecisionDetail(DecisionRow):
    """A decision, with the signal that it ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    account_id: str
    signal_id: UUID
    symbol: str = Field(description="underlying")
    direction: Literal["long", "short"]
    timeframe: str
    engine: Engine | None = Field(description="the engine that trades; where none does, the one assigned")
    is_test: bool


_COLUMNS = ", ".join(f"{_ENGINE} AS engine" if name == "engine" else name for name in DecisionDetail.model_fields)


async def decisions(
    pool: Pool, *, account_id: str, wanted: Mapping[str, object], after: Cursor, limit: int
) -> list[DecisionDetail]:
    """Return at most `limit` decisions of an account, newest first, from after a cursor.

    wanted  status, symbol, code, engine, since, until; None: whatever it is
    """
    rows = await fetch(
        pool,
        f"""SELECT {_COLUMNS} FROM decisions
             WHERE account_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR symbol = $3)
               AND ($4::text IS NULL OR $4 = ANY(codes)) AND ($5::text IS NULL OR {_ENGINE} = $5)
               AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
               AND (created_at, decision_id) < ($8, $9)
             ORDER BY created_at DESC, decision_id DESC LIMIT $10""",
        account_id,
        *(wanted[name] for name in ("status", "symbol", "code", "engine", "since", "until")),
        after.at,
        after.id,
        limit,
    )
    return [DecisionDetail.model_validate(dict(row)) for row in rows]


def _cursor(row: DecisionDetail) -> Cursor:
    return Cursor(row.created_at, row.decision_id)


@router.get("/decisions", operation_id="list_decisions", summary="Decisions", response_model=Page[DecisionDetail])
async def listed(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    status: Annotated[Literal["approved", "rejected"] | None, Query()] = None,
    code: Annotated[str | None, Query(pattern=CODE, description="one of the codes that stopped it")] = None,
    engine: EngineFilter = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """How signals ended, newest first: each gate with its inputs and its limit, and the codes that stopped it."""
    wanted: dict[str, str | datetime | None] = {
        "status": status,
        "symbol": symbol and symbol.upper(),
        "code": code,
        "engine": engine,
        "since": since,
        "until": until,
    }
    found = await decisions(
        request.app.state.pool, account_id=asking.account_id, wanted=wanted, after=asked.after, limit=asked.limit + 1
    )
    return paged(found, asked, _cursor)


@router.get(
    "/decisions/{decision_id}",
    operation_id="get_decision",
    summary="A decision",
    response_model=DecisionDetail,
    responses={404: PROBLEMS[401] | {"description": "The account has no such decision"}},
)
async def one(decision_id: UUID, asking: Asking, request: Request) -> Response:
    """How a signal ended. What was known then stands with the signal, at `/signals/{signal_id}`."""
    rows = await fetch(
        request.app.state.pool,
        f"SELECT {_COLUMNS} FROM decisions WHERE account_id = $1 AND decision_id = $2",
        asking.account_id,
        decision_id,
    )
    if not rows:
        raise Problem(404, "there is no such decision")
    return exact(DecisionDetail.model_validate(dict(rows[0])))
