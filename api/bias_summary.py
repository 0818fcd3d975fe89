"""The newest bias of each underlying, and which of them are too old to go by."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import exact
from api.market_parts import BIAS_EXAMPLE, BiasNow, bias_now
from api.pagination import SymbolFilter
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from schemas.market import BiasState

router = APIRouter(tags=["market"], responses=PROBLEMS)

SYMBOLS_MAX = 1000


class SymbolBias(BiasNow):
    """The newest bias of an underlying."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"symbol": "SPY"} | BIAS_EXAMPLE]})

    symbol: str


class BiasSummary(BaseModel):
    """All biases that are known, by symbol."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "at": "2026-02-13T15:30:00Z",
                    "counts": {"bullish": 1, "bearish": 0, "neutral": 0},
                    "stale": 0,
                    "suppressed": 0,
                    "items": [{"symbol": "SPY"} | BIAS_EXAMPLE],
                }
            ]
        }
    )

    at: datetime = Field(description="the platform's time of this answer, by which ages are reckoned")
    counts: dict[str, int] = Field(description="of those that are not stale, by bias")
    stale: int
    suppressed: int = Field(description="that say not to trade")
    items: list[SymbolBias]


async def biases(pool: Pool, *, symbol: str | None, at: datetime) -> list[SymbolBias]:
    """Return the newest bias of each underlying, or of one, by symbol; at most 1000."""
    rows = await fetch(
        pool,
        """SELECT symbol, state FROM bias_state_current
            WHERE $1::text IS NULL OR symbol = $1 ORDER BY symbol LIMIT $2""",
        symbol,
        SYMBOLS_MAX,
    )
    told: list[SymbolBias] = []
    for row in rows:
        state: dict[str, Any] = row["state"]
        bias = bias_now(BiasState.model_validate(state), at=at)
        told.append(SymbolBias(symbol=row["symbol"], **bias.model_dump()))
    return told


@router.get(
    "/bias/summary", operation_id="get_bias_summary", summary="Bias by symbol and timeframe", response_model=BiasSummary
)
@router.get(
    "/api/bias/summary",
    operation_id="get_bias_summary_by_its_old_path",
    summary="Bias by symbol and timeframe",
    response_model=BiasSummary,
)
async def summary(asking: Asking, request: Request, symbol: SymbolFilter = None) -> Response:
    """The newest bias of each underlying with its timeframes, its age, and whether it is too old to go by."""
    at = request.app.state.intake.clock.now()
    items = await biases(request.app.state.pool, symbol=symbol and symbol.upper(), at=at)
    fresh = [item.bias for item in items if not item.is_stale]
    return exact(
        BiasSummary(
            at=at,
            counts={name: fresh.count(name) for name in ("bullish", "bearish", "neutral")},
            stale=len(items) - len(fresh),
            suppressed=sum(item.trade_suppressed for item in items),
            items=items,
        )
    )
