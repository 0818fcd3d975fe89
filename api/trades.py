"""Closed trades: what each position made once it was closed, and why it was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.decisions import Engine
from api.exact_json import Number
from api.pagination import Asked, Cursor, Page, SymbolFilter, paged
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from api.shadows import Since, Until
from schemas.orders import ExitReason

router = APIRouter(tags=["results"], responses=PROBLEMS)


class TradeRow(BaseModel):
    """A closed trade, as the columns of `trade_outcomes`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome_id": "1f2e3d4c-5b6a-5978-8a9b-0c1d2e3f4a09",
                    "account_id": "paper",
                    "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
                    "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
                    "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
                    "engine": "A",
                    "symbol": "SPY",
                    "direction": "long",
                    "quantity": 9,
                    "entry_price": 3.52,
                    "exit_price": 5.28,
                    "pnl": 1584.00,
                    "pnl_percent": 50.00,
                    "pnl_r": 50.00,
                    "exit_reason": "profit_target",
                    "exit_codes": ["profit_target"],
                    "partial_exits": 0,
                    "entry_time": "2026-02-13T15:30:01Z",
                    "exit_time": "2026-02-13T16:30:00Z",
                    "duration_minutes": 59,
                    "is_shadow": False,
                    "is_test": False,
                }
            ]
        }
    )

    outcome_id: UUID
    account_id: str
    position_id: UUID
    signal_id: UUID
    experiment_id: UUID
    engine: Engine
    symbol: str = Field(description="underlying")
    direction: Literal["long", "short"]
    quantity: int = Field(description="contracts it was opened with")
    entry_price: Number
    exit_price: Number = Field(description="mean over its closing fills")
    pnl: Number = Field(description="dollars")
    pnl_percent: Number = Field(description="of the cost")
    pnl_r: Number = Field(description="P&L over one percent of the cost")
    exit_reason: str
    exit_codes: list[str] = Field(description="every reason it was reduced or closed for, in order")
    partial_exits: int
    entry_time: datetime
    exit_time: datetime
    duration_minutes: int
    is_shadow: bool
    is_test: bool


async def trades(
    pool: Pool, *, account_id: str, wanted: Mapping[str, object], after: Cursor, limit: int
) -> list[TradeRow]:
    """Return at most `limit` closed trades of an account, the one closed last first, from after a cursor.

    wanted  symbol, engine, reason, since, until; None: whatever it is. is_shadow
    """
    rows = await fetch(
        pool,
        f"""SELECT {", ".join(TradeRow.model_fields)} FROM trade_outcomes
             WHERE account_id = $1 AND is_shadow = $2 AND ($3::text IS NULL OR symbol = $3)
               AND ($4::text IS NULL OR engine = $4) AND ($5::text IS NULL OR exit_reason = $5)
               AND ($6::timestamptz IS NULL OR exit_time >= $6) AND ($7::timestamptz IS NULL OR exit_time < $7)
               AND (exit_time, outcome_id) < ($8, $9)
             ORDER BY exit_time DESC, outcome_id DESC LIMIT $10""",
        account_id,
        *(wanted[name] for name in ("is_shadow", "symbol", "engine", "reason", "since", "until")),
        after.at,
        after.id,
        limit,
    )
    return [TradeRow.model_validate(dict(row)) for row in rows]


@router.get("/trades", operation_id="list_trades", summary="Closed trades", response_model=Page[TradeRow])
async def listed(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    engine: Annotated[Engine | None, Query()] = None,
    reason: Annotated[ExitReason | None, Query(description="what closed it")] = None,
    is_shadow: Annotated[bool, Query(description="those of the engine that does not trade, instead")] = False,
    since: Since = None,
    until: Until = None,
) -> Response:
    """What positions made, the one closed last first; the range is of their ends. Fills are at `/orders/trades`."""
    wanted = {
        "is_shadow": is_shadow,
        "symbol": symbol and symbol.upper(),
        "engine": engine,
        "reason": reason,
        "since": since,
        "until": until,
    }
    found = await trades(
        request.app.state.pool, account_id=asking.account_id, wanted=wanted, after=asked.after, limit=asked.limit + 1
    )
    return paged(found, asked, lambda row: Cursor(row.exit_time, row.outcome_id))
