"""What a kill switch did: what became of each order and position, from the live view and the history."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field

from api.exact_json import Number
from api.orders import live_view
from api.pool import Pool, fetch
from schemas.ids import derived_id
from schemas.operations import ControlChanged

_EVER = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


class OrderOutcome(BaseModel):
    """A working order to open something, and what became of it."""

    order_id: UUID
    symbol: str
    option_symbol: str
    quantity: int = Field(description="contracts")
    status: Literal["asked", "canceled", "filled"] = Field(description="filled: before it could be cancelled")
    filled_quantity: int = Field(default=0, description="contracts executed before it ended")
    reason: str | None = None


class PositionOutcome(BaseModel):
    """A position that was to be closed, and what became of it."""

    position_id: UUID
    symbol: str
    option_symbol: str
    quantity: int = Field(description="contracts")
    status: Literal["asked", "closing", "closed", "failed"] = Field(description="failed: its exit came to nothing")
    exit_price: Number | None = None
    realized_pnl: Number | None = Field(default=None, description="dollars")
    reason: str | None = Field(default=None, description="why its exit failed")


@dataclass(frozen=True, slots=True)
class Span:
    """Between the change of a switch before, and the one after."""

    after: datetime
    until: datetime


async def thrown(request: Request, kill_switch_id: str, names: list[str]) -> ControlChanged | None:
    """Return the change of a kill switch of this id; from the live view while it is the newest, else the history."""
    for control in live_view(request).controls():
        if control.event_id == kill_switch_id:
            return control if control.name in names else None
    rows = await fetch(
        request.app.state.pool,
        """SELECT change_id::text AS event_id, name, value, changed_by, changed_at AS occurred_at
             FROM control_changes WHERE change_id = $1 AND name = ANY($2)""",
        kill_switch_id,
        names,
    )
    return ControlChanged.model_validate({**rows[0], "value": json.dumps(rows[0]["value"])}) if rows else None


async def span_of(request: Request, event: ControlChanged) -> Span:
    """Return how long a change of a switch was in force; what it did was done in that time."""
    (row,) = await fetch(
        request.app.state.pool,
        """SELECT max(changed_at) FILTER (WHERE changed_at < $2) AS before,
                  min(changed_at) FILTER (WHERE changed_at > $2) AS next
             FROM control_changes WHERE name = $1""",
        event.name,
        event.occurred_at,
    )
    return Span(row["before"] or _NEVER, row["next"] or _EVER)


async def orders_of(request: Request, event: ControlChanged, span: Span, account_id: str) -> list[OrderOutcome]:
    """Return the opening orders of an account that a switch ended, and, while it is in force, those it still has to."""
    rows = await fetch(
        request.app.state.pool,
        """SELECT order_id, symbol, option_symbol, quantity, filled_quantity, status, failure_reason AS reason
             FROM orders AS o
            WHERE account_id = $1 AND side = 'buy_to_open' AND order_id IN (
                  SELECT order_id FROM order_updates
                   WHERE account_id = $1 AND reason = 'kill_switch' AND created_at > $2 AND created_at < $3
                   UNION ALL
                  SELECT order_id FROM cancel_requests
                   WHERE account_id = $1 AND reason = 'kill_switch' AND created_at > $2 AND created_at < $3)
            ORDER BY created_at, order_id""",
        account_id,
        span.after,
        span.until,
    )
    ended = {"failed": "canceled", "canceled": "canceled", "expired": "canceled", "filled": "filled"}
    found = {row["order_id"]: {**row, "status": ended.get(row["status"], "asked")} for row in rows}
    if span.until == _EVER:
        for order in live_view(request).working(account_id):
            if order.side == "buy_to_open" and UUID(order.event_id) not in found:
                fields = order.model_dump(include={"symbol", "option_symbol", "quantity"})
                found[UUID(order.event_id)] = {**fields, "order_id": order.event_id, "status": "asked"}
    return [OrderOutcome.model_validate(row) for row in found.values()]


async def positions_of(request: Request, event: ControlChanged, span: Span, account_id: str) -> list[PositionOutcome]:
    """Return the positions of an account that a switch closed, or, while it is in force, still has to."""
    pool: Pool = request.app.state.pool
    rows = await fetch(
        pool,
        """SELECT c.request_id::text AS request_id, p.position_id, p.symbol, p.option_symbol, p.quantity, p.status,
                  p.exit_price, p.realized_pnl
             FROM close_requests AS c JOIN refactored_positions AS p USING (position_id)
            WHERE c.account_id = $1 AND c.reason = 'kill_switch' AND c.created_at > $2 AND c.created_at < $3
            ORDER BY c.created_at, p.position_id""",
        account_id,
        span.after,
        span.until,
    )
    found: dict[UUID, dict[str, object]] = {}
    for row in rows:
        if row["request_id"] == _request_id(event, str(row["position_id"])):
            is_closed = row["status"] == "closed"
            told = dict(row) if is_closed else {**row, "exit_price": None, "realized_pnl": None}
            found[row["position_id"]] = {**told, "status": "closed" if is_closed else "closing"}
    refused = await _refused(pool, account_id, event.occurred_at)
    for position in live_view(request).positions(account_id):
        name = UUID(position.position_id)
        was_asked = _request_id(event, position.position_id) in position.close_requests
        if name in found and found[name]["status"] == "closed":
            continue  # the live view is behind
        if not was_asked and name not in found and span.until != _EVER:
            continue  # bought since
        on_way = position.status == "closing" or position.leaving > 0
        status = "closing" if on_way else "failed" if was_asked else "asked"
        found[name] = {
            **position.model_dump(include={"position_id", "symbol", "option_symbol", "quantity"}),
            "status": status,
            "reason": refused.get(name) if status == "failed" else None,
        }
    return [PositionOutcome.model_validate(row) for row in found.values()]


async def _refused(pool: Pool, account_id: str, since: datetime) -> dict[UUID, str | None]:
    """Return why the newest exit of a position came to nothing, by position."""
    rows = await fetch(
        pool,
        """SELECT DISTINCT ON (position_id) position_id, failure_reason FROM orders
            WHERE account_id = $1 AND side = 'sell_to_close' AND created_at >= $2
              AND status IN ('failed', 'canceled', 'expired')
            ORDER BY position_id, created_at DESC""",
        account_id,
        since,
    )
    return {row["position_id"]: row["failure_reason"] for row in rows}


def _request_id(event: ControlChanged, position_id: str) -> str:
    return derived_id("close-request", event.event_id, position_id)
