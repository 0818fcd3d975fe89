"""Every order there was, and all that became of one."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import Number, exact
from api.live import Live
from api.orders import FillRow, OrderRow, working_order
from api.pagination import Asked, Cursor, Page, SymbolFilter, paged
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem
from api.shadows import Since, Until
from schemas.decisions import Pricing
from schemas.orders import OrderStatus

router = APIRouter(tags=["orders"], responses=PROBLEMS)

EXAMPLE: dict[str, Any] = {
    "order_id": "3c9e5d1a-0b4f-5e62-8a77-1d2c3b4a5f04",
    "client_order_id": "ts-3c9e5d1a0b4f",
    "account_id": "paper",
    "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
    "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
    "symbol": "SPY",
    "option_symbol": "SPY260220C00596000",
    "strike": 596,
    "expiration": "2026-02-20",
    "type": "call",
    "direction": "long",
    "side": "buy_to_open",
    "quantity": 9,
    "limit_price": 3.45,
    "order_type": "paper",
    "status": "filled",
    "engine": "A",
    "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
    "is_test": False,
    "expires_at": "2026-02-13T15:35:00Z",
    "filled_at": "2026-02-13T15:30:01Z",
    "created_at": "2026-02-13T15:30:00Z",
}
FILL_EXAMPLE: dict[str, Any] = {
    "trade_id": "5b7d9f1e-3c2a-5d4e-8f6a-0c8b6d4e2f07",
    "order_id": EXAMPLE["order_id"],
    "account_id": "paper",
    "position_id": EXAMPLE["position_id"],
    "signal_id": EXAMPLE["signal_id"],
    "symbol": "SPY",
    "option_symbol": "SPY260220C00596000",
    "side": "buy_to_open",
    "fill_price": 3.52,
    "fill_quantity": 9,
    "fill_timestamp": "2026-02-13T15:30:01Z",
    "commission": 0,
    "engine": "A",
    "experiment_id": EXAMPLE["experiment_id"],
    "is_test": False,
    "created_at": "2026-02-13T15:30:01Z",
}


class OrderUpdateRow(BaseModel):
    """A word on an order, as the columns of `order_updates`."""

    update_id: UUID
    status: OrderStatus
    reason: str | None
    quantity: int = Field(description="contracts of this execution; 0: it is none")
    price: Number | None = Field(description="of this execution")
    was_price: Number | None = Field(description="of an execution that was taken back or corrected, as first told")
    filled_quantity: int = Field(description="contracts executed by then")
    broker_order_id: str | None
    created_at: datetime


class OrderDetail(OrderRow):
    """An order with all that was said of it, and its fills."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                EXAMPLE
                | {
                    "pricing": "limit",
                    "step": 0,
                    "filled_quantity": 9,
                    "broker_order_id": None,
                    "updates": [
                        {
                            "update_id": "9d8c7b6a-5f4e-5d3c-8b2a-1f0e9d8c7b08",
                            "status": "filled",
                            "reason": None,
                            "quantity": 0,
                            "price": None,
                            "was_price": None,
                            "filled_quantity": 0,
                            "broker_order_id": None,
                            "created_at": "2026-02-13T15:30:01Z",
                        }
                    ],
                    "fills": [FILL_EXAMPLE],
                }
            ]
        }
    )

    pricing: Pricing = "limit"
    step: int = Field(default=0, description="of an exit in steps: 0 is the first order, each further one is bolder")
    filled_quantity: int = Field(default=0, description="contracts")
    broker_order_id: str | None = None
    updates: list[OrderUpdateRow] = Field(default=[], description="oldest first")
    fills: list[FillRow] = Field(default=[], description="oldest first")


_NOT_COLUMNS = ("updates", "fills")
COLUMNS = ", ".join(OrderRow.model_fields)
_DETAIL = ", ".join(name for name in OrderDetail.model_fields if name not in _NOT_COLUMNS)


async def orders(
    pool: Pool, *, account_id: str, wanted: Mapping[str, object], after: Cursor, limit: int
) -> list[OrderRow]:
    """Return at most `limit` orders of an account, newest first, from after a cursor.

    wanted  status, symbol, since, until; None: whatever it is
    """
    rows = await fetch(
        pool,
        f"""SELECT {COLUMNS} FROM orders
             WHERE account_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR symbol = $3)
               AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at < $5)
               AND (created_at, order_id) < ($6, $7)
             ORDER BY created_at DESC, order_id DESC LIMIT $8""",
        account_id,
        *(wanted[name] for name in ("status", "symbol", "since", "until")),
        after.at,
        after.id,
        limit,
    )
    return [OrderRow.model_validate(dict(row)) for row in rows]


async def order(pool: Pool, live: Live, *, account_id: str, order_id: UUID) -> OrderDetail | None:
    """Return an account's order; one that history has not stored yet as its book has it; None without any."""
    found, updates, fills = await asyncio.gather(
        fetch(pool, f"SELECT {_DETAIL} FROM orders WHERE account_id = $1 AND order_id = $2", account_id, order_id),
        fetch(
            pool,
            f"""SELECT {", ".join(OrderUpdateRow.model_fields)} FROM order_updates
                 WHERE account_id = $1 AND order_id = $2 ORDER BY created_at, filled_quantity, update_id""",
            account_id,
            order_id,
        ),
        fetch(
            pool,
            f"""SELECT {", ".join(FillRow.model_fields)} FROM trades
                 WHERE account_id = $1 AND order_id = $2 ORDER BY fill_timestamp, trade_id""",
            account_id,
            order_id,
        ),
    )
    told: dict[str, Any] = {"updates": [dict(row) for row in updates], "fills": [dict(row) for row in fills]}
    if found:
        return OrderDetail.model_validate(dict(found[0]) | told)
    working = live.view.working(account_id) if live.trouble is None else ()
    row = next((item for item in working if item.event_id == str(order_id)), None)
    return None if row is None else OrderDetail.model_validate(working_order(row).model_dump() | told)


@router.get("/orders", operation_id="list_orders", summary="Orders", response_model=Page[OrderRow])
async def listed(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    status: Annotated[OrderStatus | None, Query()] = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Every order, newest first, from the history; `/orders/active` has those that work, as of this moment."""
    wanted = {"status": status, "symbol": symbol and symbol.upper(), "since": since, "until": until}
    found = await orders(
        request.app.state.pool, account_id=asking.account_id, wanted=wanted, after=asked.after, limit=asked.limit + 1
    )
    return paged(found, asked, lambda row: Cursor(row.created_at, row.order_id))


@router.get(
    "/orders/{order_id}",
    operation_id="get_order",
    summary="An order",
    response_model=OrderDetail,
    responses={404: PROBLEMS[401] | {"description": "The account has no such order"}},
)
async def one(order_id: UUID, asking: Asking, request: Request) -> Response:
    """An order with each word that was said of it and its fills, oldest first."""
    state = request.app.state
    found = await order(state.pool, state.live, account_id=asking.account_id, order_id=order_id)
    if found is None:
        raise Problem(404, "there is no such order")
    return exact(found)
