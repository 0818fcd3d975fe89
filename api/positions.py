"""A position, open or closed, with all that belongs to it."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import exact
from api.history import COLUMNS
from api.live import Live
from api.markets import Markets
from api.order_history import COLUMNS as ORDER_COLUMNS
from api.order_history import EXAMPLE as ORDER_EXAMPLE
from api.order_history import FILL_EXAMPLE
from api.orders import FillRow, OrderRow, PositionRow, held_position
from api.pool import Pool, fetch
from api.position_now import CLOSING_EXAMPLE, EXIT_EXAMPLE, ClosingNow, ExitNow, closing_now, exits_now, known_market
from api.problems import PROBLEMS, Problem

router = APIRouter(tags=["orders"], responses=PROBLEMS)

_LINEAGE_EXAMPLE: dict[str, Any] = {
    "signal_id": FILL_EXAMPLE["signal_id"],
    "decision_id": "6f0b4a52-93bb-5f0c-9d6c-0f2f3c1b8a01",
    "proposal_id": "0d6c1f8e-7a44-5f07-8b5e-4c2a90f3d102",
    "experiment_id": FILL_EXAMPLE["experiment_id"],
    "context_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "order_ids": [FILL_EXAMPLE["order_id"]],
    "fill_ids": [FILL_EXAMPLE["trade_id"]],
    "outcome_id": None,
}


class LineageIds(BaseModel):
    """What a position came from and led to; null or empty as far as it has not come."""

    signal_id: UUID
    decision_id: UUID | None
    proposal_id: UUID | None
    experiment_id: UUID | None
    context_hash: str | None = Field(description="of what was known when its signal was judged")
    order_ids: list[UUID] = Field(description="oldest first")
    fill_ids: list[UUID] = Field(description="oldest first")
    outcome_id: UUID | None = Field(description="of the closed trade")


class PositionDetail(PositionRow):
    """A position with its orders, fills and lineage."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "position_id": FILL_EXAMPLE["position_id"],
                    "account_id": "paper",
                    "signal_id": FILL_EXAMPLE["signal_id"],
                    "symbol": "SPY",
                    "option_symbol": "SPY260220C00596000",
                    "strike": 596,
                    "expiration": "2026-02-20",
                    "type": "call",
                    "direction": "long",
                    "quantity": 9,
                    "initial_quantity": 9,
                    "entry_order_id": FILL_EXAMPLE["order_id"],
                    "entry_price": 3.52,
                    "current_price": 3.78,
                    "unrealized_pnl": 234.00,
                    "position_pnl_percent": 7.39,
                    "status": "open",
                    "entry_timestamp": "2026-02-13T15:30:01Z",
                    "engine": "A",
                    "experiment_id": FILL_EXAMPLE["experiment_id"],
                    "is_test": False,
                    "entry_bias_score": 72,
                    "marked_at": "2026-02-13T15:41:07Z",
                    "exits": [EXIT_EXAMPLE],
                    "due_at": "2026-02-18T15:30:01Z",
                    "due_reason": "max_hold_time",
                    "closing": CLOSING_EXAMPLE,
                    "lineage": _LINEAGE_EXAMPLE,
                    "orders": [ORDER_EXAMPLE],
                    "fills": [FILL_EXAMPLE],
                }
            ]
        }
    )

    exits: list[ExitNow] = Field(default=[], description="levels it is armed with now, lowest first")  # type: ignore[assignment]  # each row says more
    closing: ClosingNow | None = Field(default=None, description="null unless it is held and its contract is quoted")
    lineage: LineageIds
    orders: list[OrderRow] = Field(description="oldest first")
    fills: list[FillRow] = Field(description="oldest first")


async def position(
    pool: Pool, live: Live, markets: Markets, *, account_id: str, position_id: UUID
) -> PositionDetail | None:
    """Return an account's position, or None without any.

    An open one is as the live view has it, where that is current: history comes a moment later.
    """
    stored, orders, fills, outcomes = await asyncio.gather(
        _rows(pool, COLUMNS, "refactored_positions", account_id, position_id, order="position_id"),
        _rows(pool, ORDER_COLUMNS, "orders", account_id, position_id, order="created_at, order_id"),
        _rows(
            pool, ", ".join(FillRow.model_fields), "trades", account_id, position_id, order="fill_timestamp, trade_id"
        ),
        _rows(pool, "outcome_id, is_shadow", "trade_outcomes", account_id, position_id, order="outcome_id"),
    )
    row = PositionRow.model_validate(stored[0]) if stored else None
    now: dict[str, Any] = {}
    if (row is None or row.status != "closed") and live.trouble is None:
        held = (item for item in live.view.positions(account_id) if item.position_id == str(position_id))
        if (found := next(held, None)) is not None:
            mark, market = live.view.mark(found.option_symbol), await known_market(markets, found.symbol)
            row = held_position(found, mark)
            now = {"exits": exits_now(found, mark, market), "closing": closing_now(found, market)}
    if row is None:
        return None
    decided = await fetch(
        pool,
        "SELECT decision_id, proposal_id, context_hash FROM decisions WHERE account_id = $1 AND signal_id = $2",
        account_id,
        row.signal_id,
    )
    decision = dict(decided[0]) if decided else dict.fromkeys(("decision_id", "proposal_id", "context_hash"))
    lineage = LineageIds.model_validate(
        {
            **decision,
            "signal_id": row.signal_id,
            "experiment_id": row.experiment_id,
            "order_ids": [item["order_id"] for item in orders],
            "fill_ids": [item["trade_id"] for item in fills],
            "outcome_id": next((item["outcome_id"] for item in outcomes if not item["is_shadow"]), None),
        }
    )
    told = {"lineage": lineage, "orders": orders, "fills": fills}
    return PositionDetail.model_validate(row.model_dump() | now | told)


async def _rows(
    pool: Pool, columns: str, table: str, account_id: str, position_id: UUID, *, order: str
) -> list[dict[str, Any]]:
    query = f"SELECT {columns} FROM {table} WHERE account_id = $1 AND position_id = $2 ORDER BY {order}"
    return [dict(row) for row in await fetch(pool, query, account_id, position_id)]


@router.get(
    "/positions/{position_id}",
    operation_id="get_position",
    summary="A position",
    response_model=PositionDetail,
    responses={404: PROBLEMS[401] | {"description": "The account has no such position"}},
)
async def one(position_id: UUID, asking: Asking, request: Request) -> Response:
    """A position with its orders, its fills, and the ids of what it came from.

    An open one is at its newest mark, with the levels it is armed with and what closing it by hand would come to.
    """
    state = request.app.state
    found = await position(state.pool, state.live, state.markets, account_id=asking.account_id, position_id=position_id)
    if found is None:
        raise Problem(404, "there is no such position")
    return exact(found)
