"""What became of an order by hand, from the history."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.exact_json import Number
from api.pool import Pool, fetch
from schemas.orders import OrderStatus


class GateMet(BaseModel):
    """What one gate said."""

    gate: str
    verdict: Literal["pass", "reduce", "block"]
    inputs: dict[str, str]
    limit: str | None
    code: str | None
    detail: str


class OrderRequestOutcome(BaseModel):
    """An order by hand: pending until it is judged, then approved, with its order, or rejected, with its codes."""

    order_request_id: UUID
    status: Literal["pending", "approved", "rejected"]
    side: Literal["buy_to_open", "sell_to_close"] | None = Field(default=None, description="null: not in history yet")
    option_symbol: str | None = None
    quantity: int | None = Field(default=None, description="contracts; of a sale, null: all that was held")
    limit_price: Number | None = Field(default=None, description="null: at the market")
    requested_by: str | None = None
    requested_at: datetime | None = None
    codes: list[str] = Field(default=[], description="why it was rejected, the first reason first")
    gates: list[GateMet] = []
    decision_id: UUID | None = None
    order_id: UUID | None = None
    order_status: OrderStatus | None = None


async def outcome_of(pool: Pool, request_id: UUID, account_id: str) -> OrderRequestOutcome | None:
    """Return what became of a request of an account; None when it has none of this id.

    A request that history does not have yet is known by the answer that was kept under its idempotency key.
    """
    for ask in (_bought, _sold, _kept):
        if (found := await ask(pool, request_id, account_id)) is not None:
            return OrderRequestOutcome.model_validate({**found, "order_request_id": request_id})
    return None


async def _bought(pool: Pool, request_id: UUID, account_id: str) -> dict[str, Any] | None:
    rows = await fetch(
        pool,
        """SELECT coalesce(d.status, 'pending') AS status, r.option_symbol, r.quantity, r.limit_price, r.requested_by,
                  r.created_at AS requested_at, coalesce(d.codes, '{}') AS codes, coalesce(d.gates, '[]') AS gates,
                  d.decision_id, d.order_id, o.status AS order_status
             FROM order_requests AS r
             LEFT JOIN decisions AS d ON d.signal_id = r.request_id AND d.account_id = r.account_id
             LEFT JOIN orders AS o ON o.order_id = d.order_id
            WHERE r.request_id = $1 AND r.account_id = $2""",
        request_id,
        account_id,
    )
    return {**rows[0], "side": "buy_to_open"} if rows else None


async def _sold(pool: Pool, request_id: UUID, account_id: str) -> dict[str, Any] | None:
    """A sale is what its position's book ordered out at its time; of a position that was gone by then, nothing."""
    rows = await fetch(
        pool,
        """SELECT p.option_symbol, c.quantity, c.requested_by, c.created_at AS requested_at, p.status AS held,
                  o.order_id, o.status AS order_status
             FROM close_requests AS c
             LEFT JOIN refactored_positions AS p USING (position_id)
             LEFT JOIN orders AS o ON o.position_id = c.position_id AND o.side = 'sell_to_close'
                                  AND o.created_at = c.created_at AND o.exit_reason = c.reason
            WHERE c.request_id = $1 AND c.account_id = $2 AND c.reason = 'manual' ORDER BY o.order_id LIMIT 1""",
        request_id,
        account_id,
    )
    if not rows:
        return None
    row = dict(rows[0])
    is_gone = row.pop("held") == "closed" and row["order_id"] is None
    status = "approved" if row["order_id"] is not None else "rejected" if is_gone else "pending"
    return {**row, "side": "sell_to_close", "status": status, "codes": ["position_closed"] if is_gone else []}


async def _kept(pool: Pool, request_id: UUID, account_id: str) -> dict[str, Any] | None:
    sql = "SELECT 1 FROM idempotency_keys WHERE account_id = $1 AND request_id = $2"
    return {"status": "pending"} if await fetch(pool, sql, account_id, request_id) else None
