"""A position's chart: bars of the underlying and the contract over its life, with what happened drawn on them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import Number, exact
from api.pool import Pool, fetch
from api.position_now import EXIT_EXAMPLE, ExitNow
from api.positions import PositionDetail, position
from api.problems import PROBLEMS, Problem

router = APIRouter(tags=["orders"], responses=PROBLEMS)

BARS_MAX = 500
MINUTE = timedelta(minutes=1)
STEPS = tuple(MINUTE * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 1440, 2880, 10080))
"""Lengths of a bar, the first that is long enough is taken."""
AROUND_MIN = timedelta(minutes=30)
"""That is shown before the entry and after the exit, at least; else a quarter of the position's life."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_BAR: dict[str, Any] = {"at": "2026-02-13T15:30:00Z", "open": 3.52, "high": 3.81, "low": 3.49, "close": 3.78}
_MARKER: dict[str, Any] = {
    "kind": "fill",
    "at": "2026-02-13T15:30:01Z",
    "id": "5b7d9f1e-3c2a-5d4e-8f6a-0c8b6d4e2f07",
    "price": 3.52,
    "quantity": 9,
    "what": "buy_to_open",
}


class ChartBar(BaseModel):
    """Prices of an interval, dollars a share."""

    at: datetime = Field(description="its beginning")
    open: Number
    high: Number
    low: Number
    close: Number


class Marker(BaseModel):
    """Something that happened to a position."""

    kind: Literal["signal", "decision", "order", "fill"]
    at: datetime
    id: UUID
    price: Number | None = Field(description="of the underlying for a signal, else of the contract; dollars a share")
    quantity: int | None = Field(description="contracts")
    what: str = Field(description="a direction, a status, or the side; of an exit its reason")


class PositionChart(BaseModel):
    """What a chart of a position shows. Bars are kept of the time in which `tapestream` ran."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
                    "symbol": "SPY",
                    "option_symbol": "SPY260220C00596000",
                    "since": "2026-02-13T15:00:01Z",
                    "until": "2026-02-13T15:41:07Z",
                    "step_s": 60,
                    "underlying": [{"at": "2026-02-13T15:30:00Z", "open": 596, "high": 597, "low": 596, "close": 597}],
                    "contract": [_BAR],
                    "markers": [_MARKER],
                    "levels": [EXIT_EXAMPLE],
                }
            ]
        }
    )

    position_id: UUID
    symbol: str
    option_symbol: str
    since: datetime
    until: datetime
    step_s: int = Field(description="seconds a bar")
    underlying: list[ChartBar] = Field(description=f"oldest first, about {BARS_MAX} at most")
    contract: list[ChartBar] = Field(description="from its first purchase on")
    markers: list[Marker] = Field(description="oldest first")
    levels: list[ExitNow] = Field(description="that an open position is armed with now")


def window_of(entered_at: datetime, ended_at: datetime, now: datetime) -> tuple[datetime, datetime, timedelta]:
    """Return what is shown of a position's life, and how long a bar is.

    ended_at  of an open position: now
    """
    life = max(ended_at - entered_at, timedelta(0))
    around = max(AROUND_MIN, life / 4)
    since, until = entered_at - around, max(min(ended_at + around, now), ended_at)
    step = next((step for step in STEPS if (until - since) / step <= BARS_MAX), STEPS[-1])
    return since, until, step


async def bars(pool: Pool, symbol: str, *, since: datetime, until: datetime, step: timedelta) -> list[ChartBar]:
    """Return the bars of an instrument, oldest first; of times without a price there is none."""
    rows = await fetch(
        pool,
        """SELECT date_bin($4, start, $5) AS at, (array_agg(open ORDER BY start))[1] AS open, max(high) AS high,
                  min(low) AS low, (array_agg(close ORDER BY start DESC))[1] AS close
             FROM price_bars WHERE symbol = $1 AND start >= date_bin($4, $2, $5) AND start <= $3
            GROUP BY 1 ORDER BY 1""",
        symbol,
        since,
        until,
        step,
        _EPOCH,
    )
    return [ChartBar.model_validate(dict(row)) for row in rows]


async def causes(pool: Pool, *, account_id: str, signal_id: UUID) -> list[Marker]:
    """Return the signal that a position came from, and its decision."""
    rows = await fetch(
        pool,
        """SELECT 'signal' AS kind, created_at AS at, signal_id AS id, price, NULL::int AS quantity, direction AS what
             FROM signals WHERE account_id = $1 AND signal_id = $2
           UNION ALL
           SELECT 'decision', created_at, decision_id, (recommendation ->> 'entry_price')::numeric,
                  (recommendation ->> 'quantity')::int, status
             FROM decisions WHERE account_id = $1 AND signal_id = $2""",
        account_id,
        signal_id,
    )
    return [Marker.model_validate(dict(row)) for row in rows]


def happened(of: PositionDetail) -> Iterator[Marker]:
    """Yield a position's orders and fills."""
    for order in of.orders:
        what = order.exit_reason or order.side
        yield Marker(
            kind="order",
            at=order.created_at,
            id=order.order_id,
            price=order.trigger_price or order.limit_price,
            quantity=order.quantity,
            what=what,
        )
    for fill in of.fills:
        yield Marker(
            kind="fill",
            at=fill.fill_timestamp,
            id=fill.trade_id,
            price=fill.fill_price,
            quantity=fill.fill_quantity,
            what=fill.exit_reason or fill.side,
        )


@router.get(
    "/positions/{position_id}/chart",
    operation_id="get_position_chart",
    summary="A position's chart",
    response_model=PositionChart,
    responses={404: PROBLEMS[401] | {"description": "The account has no such position"}},
)
async def chart(position_id: UUID, asking: Asking, request: Request) -> Response:
    """Bars of the underlying and of the contract, the signal, orders and fills, and the levels it is armed with."""
    state = request.app.state
    account_id = asking.account_id
    of = await position(state.pool, state.live, state.markets, account_id=account_id, position_id=position_id)
    if of is None:
        raise Problem(404, "there is no such position")
    now: datetime = state.intake.clock.now()
    since, until, step = window_of(of.entry_timestamp, of.exit_timestamp or max(now, of.entry_timestamp), now)
    underlying, contract, before = await asyncio.gather(
        bars(state.pool, of.symbol, since=since, until=until, step=step),
        bars(state.pool, of.option_symbol, since=since, until=until, step=step),
        causes(state.pool, account_id=account_id, signal_id=of.signal_id),
    )
    return exact(
        PositionChart(
            position_id=position_id,
            symbol=of.symbol,
            option_symbol=of.option_symbol,
            since=since,
            until=until,
            step_s=int(step.total_seconds()),
            underlying=underlying,
            contract=contract,
            markers=sorted([*before, *happened(of)], key=lambda marker: (marker.at, marker.kind, marker.id)),
            levels=of.exits,
        )
    )
