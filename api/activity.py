"""What happened last: signals, decisions, orders, fills and exits in one list."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.exact_json import Number
from api.pool import Pool, fetch

RECENT_MAX = 10
"""Of each kind."""


class Activity(BaseModel):
    """Something that happened."""

    kind: Literal["signal", "decision", "order", "fill", "exit"]
    id: UUID
    at: datetime
    symbol: str
    direction: str | None
    signal_id: UUID | None
    position_id: UUID | None
    what: str = Field(description="a status, the code that stopped it, or the reason of the exit")
    quantity: int | None
    price: Number | None
    pnl: Number | None


_RECENT = """
    (SELECT 'signal' AS kind, signal_id AS id, created_at AS at, symbol, direction, signal_id,
            NULL::uuid AS position_id, status AS what, NULL::int AS quantity, price, NULL::numeric AS pnl
       FROM signals WHERE account_id = $1 ORDER BY created_at DESC LIMIT $2)
    UNION ALL
    (SELECT 'decision', decision_id, created_at, symbol, direction, signal_id, NULL,
            coalesce(rejection_reason, status), (recommendation ->> 'quantity')::int, NULL, NULL
       FROM decisions WHERE account_id = $1 ORDER BY created_at DESC LIMIT $2)
    UNION ALL
    (SELECT 'order', order_id, created_at, symbol, direction, signal_id, position_id, status, quantity, limit_price,
            NULL
       FROM orders WHERE account_id = $1 ORDER BY created_at DESC LIMIT $2)
    UNION ALL
    (SELECT 'fill', trade_id, fill_timestamp, symbol, NULL, signal_id, position_id, side, fill_quantity, fill_price,
            NULL
       FROM trades WHERE account_id = $1 ORDER BY fill_timestamp DESC LIMIT $2)
    UNION ALL
    (SELECT 'exit', outcome_id, exit_time, symbol, direction, signal_id, position_id, exit_reason, quantity,
            exit_price, pnl
       FROM trade_outcomes WHERE account_id = $1 AND NOT is_shadow ORDER BY exit_time DESC LIMIT $2)
    ORDER BY at DESC, kind, id
"""


async def activity(pool: Pool, *, account_id: str) -> list[Activity]:
    """Return what happened last in an account, newest first: at most ten of each kind."""
    return [Activity.model_validate(dict(row)) for row in await fetch(pool, _RECENT, account_id, RECENT_MAX)]
