"""What an account was worth over time: its cash, and what it held at the marks of each moment."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.equity_curve import EquityPoint, Flow, Held, equity_curve, thinned
from api.auth import Asking
from api.dashboard_metrics import DAY, PERIODS, Period
from api.exact_json import Number, exact
from api.in_force import opened_with
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from schemas.money import ratio

router = APIRouter(tags=["account"], responses=PROBLEMS)

POINTS_MAX = 500
STEPS: Mapping[Period, timedelta] = {
    "1D": timedelta(minutes=5),
    "1W": timedelta(minutes=30),
    "1M": timedelta(hours=2),
    "3M": timedelta(hours=6),
    "6M": timedelta(hours=12),
    "1Y": DAY,
}
"""How far points lie apart; of ALL as many days as it takes."""

_POINT: dict[str, Any] = {
    "at": "2026-02-13T15:35:00Z",
    "cash": 96832.00,
    "value": 3402.00,
    "equity": 100234.00,
    "drawdown": 0,
    "drawdown_percent": 0,
}


class EquityRow(BaseModel):
    """An account at a moment, dollars."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_POINT]})

    at: datetime
    cash: Number
    value: Number = Field(description="of what was held, at its newest mark; without one at what it was traded at last")
    equity: Number = Field(description="cash and value: the net liquidation")
    drawdown: Number = Field(description="below the highest equity of the period until then, not negative")
    drawdown_percent: Number | None = Field(description="of that highest equity; null where that was 0 or below")


class AccountHistory(BaseModel):
    """An account over a period, tests on the paper exchange and all: as its cash has them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "period": "1D",
                    "since": "2026-02-12T15:35:00Z",
                    "until": "2026-02-13T15:35:00Z",
                    "step_s": 300,
                    "change": 234.00,
                    "change_percent": 0.234,
                    "max_drawdown": 0,
                    "max_drawdown_percent": 0,
                    "points": [_POINT],
                }
            ]
        }
    )

    period: Period
    since: datetime
    until: datetime
    step_s: int = Field(description="seconds between points; those within a flat stretch are left out")
    change: Number = Field(description="of equity over the period, dollars")
    change_percent: Number | None = Field(description="null where it began at 0 or below")
    max_drawdown: Number = Field(description="dollars, not negative")
    max_drawdown_percent: Number | None = Field(description="the deepest in percent of the highest equity until then")
    points: list[EquityRow] = Field(description="oldest first, about 500 at most")


_MOVED = """
    WITH moved AS (
        SELECT fill_timestamp AS at, option_symbol, fill_price AS price,
               CASE side WHEN 'buy_to_open' THEN fill_quantity ELSE -fill_quantity END AS quantity
          FROM trades WHERE account_id = $1
        UNION ALL
        SELECT created_at, option_symbol, price, quantity FROM position_adjustments WHERE account_id = $1)
"""
"""Contracts that came and went."""


async def begun(pool: Pool, *, account_id: str, since: datetime) -> tuple[Decimal, dict[str, Held]]:
    """Return what an account had paid by an instant, dollars, and what it held then."""
    rows, (booked,) = await asyncio.gather(
        fetch(
            pool,
            f"""{_MOVED} SELECT option_symbol, sum(quantity)::int AS quantity, sum(quantity * price) * 100 AS paid,
                       (array_agg(price ORDER BY at DESC))[1] AS price
                  FROM moved WHERE at < $2 GROUP BY option_symbol""",
            account_id,
            since,
        ),
        fetch(
            pool,
            """SELECT coalesce(sum(cash_difference), 0) AS cash FROM broker_reports
                WHERE account_id = $1 AND created_at < $2""",
            account_id,
            since,
        ),
    )
    paid = sum((row["paid"] for row in rows), Decimal(0)) - booked["cash"]
    held = {row["option_symbol"]: Held(row["quantity"], row["price"]) for row in rows if row["quantity"]}
    marked = await fetch(
        pool,
        """SELECT DISTINCT ON (symbol) symbol, close FROM price_bars
            WHERE symbol = ANY($1) AND start < $2 AND last_at <= $2 ORDER BY symbol, start DESC""",
        sorted(held),
        since,
    )
    return paid, held | {row["symbol"]: Held(held[row["symbol"]].quantity, row["close"]) for row in marked}


async def flows_of(pool: Pool, *, account_id: str, since: datetime, until: datetime, step: timedelta) -> list[Flow]:
    """Return what came and went in each step, at the step's end."""
    moved, booked = await asyncio.gather(
        fetch(
            pool,
            f"""{_MOVED} SELECT least(date_bin($4, at, $2) + $4, $3) AS ends, option_symbol,
                       sum(quantity)::int AS quantity, sum(quantity * price) * 100 AS paid,
                       (array_agg(price ORDER BY at DESC))[1] AS price
                  FROM moved WHERE at >= $2 AND at <= $3 GROUP BY ends, option_symbol""",
            account_id,
            since,
            until,
            step,
        ),
        fetch(
            pool,
            """SELECT least(date_bin($4, created_at, $2) + $4, $3) AS ends, sum(cash_difference) AS cash
                 FROM broker_reports
                WHERE account_id = $1 AND created_at >= $2 AND created_at <= $3 AND cash_difference <> 0
                GROUP BY ends""",
            account_id,
            since,
            until,
            step,
        ),
    )
    traded = [Flow(row["ends"], row["paid"], row["option_symbol"], row["quantity"], row["price"]) for row in moved]
    return traded + [Flow(row["ends"], -row["cash"]) for row in booked]


async def marks_of(
    pool: Pool, contracts: list[str], *, since: datetime, until: datetime, step: timedelta
) -> list[tuple[datetime, str, Decimal]]:
    """Return the newest mark of each contract in each step, at the step's end."""
    rows = await fetch(
        pool,
        """SELECT symbol, least(date_bin($4, last_at, $2) + $4, $3) AS ends,
                  (array_agg(close ORDER BY last_at DESC))[1] AS price
             FROM price_bars
            WHERE symbol = ANY($1) AND start >= $2::timestamptz - interval '1 minute' AND start <= $3
              AND last_at >= $2 AND last_at <= $3
            GROUP BY symbol, ends""",
        contracts,
        since,
        until,
        step,
    )
    return [(row["ends"], row["symbol"], row["price"]) for row in rows]


async def first_moved(pool: Pool, *, account_id: str) -> datetime | None:
    """Return when an account traded first, or None before it has."""
    (row,) = await fetch(pool, f"{_MOVED} SELECT min(at) AS first FROM moved", account_id)
    first: datetime | None = row["first"]
    return first


def times_of(since: datetime, until: datetime, step: timedelta) -> list[datetime]:
    """Return the instants of a curve: the beginning, each step's end, and the end."""
    count = (until - since) // step
    times = [since + step * number for number in range(count + 1)]
    return times if times[-1] == until else [*times, until]


def _told(points: list[EquityPoint], **fields: Any) -> AccountHistory:
    first, last = points[0].equity, points[-1].equity
    percents = [point.drawdown_percent for point in points if point.drawdown_percent is not None]
    return AccountHistory(
        **fields,
        change=last - first,
        change_percent=ratio((last - first) / first * 100) if first > 0 else None,
        max_drawdown=max(point.drawdown for point in points),
        max_drawdown_percent=max(percents, default=None),
        points=[EquityRow.model_validate(point) for point in thinned(points)],
    )


@router.get(
    "/account/history",
    operation_id="get_account_history",
    summary="The account's worth over time",
    response_model=AccountHistory,
)
async def account_history(
    asking: Asking,
    request: Request,
    period: Annotated[Period, Query(description="back from the platform's time; ALL: from the first trade on")] = "1M",
) -> Response:
    """The net liquidation and its drawdown, from every fill and the marks that were kept of what was held."""
    state = request.app.state
    pool, account_id = state.pool, asking.account_id
    until: datetime = state.intake.clock.now()
    span, _ = PERIODS[period]
    opening = opened_with(request, account_id)
    if span is None:
        first = await first_moved(pool, account_id=account_id)
        span = max(DAY, until - (until if first is None else first - timedelta(minutes=1)))
    step = STEPS.get(period) or DAY * max(1, -(-span // (DAY * POINTS_MAX)))
    since = until - span
    (paid, held), flows = await asyncio.gather(
        begun(pool, account_id=account_id, since=since),
        flows_of(pool, account_id=account_id, since=since, until=until, step=step),
    )
    contracts = sorted({flow.option_symbol for flow in flows if flow.option_symbol} | held.keys())
    marks = await marks_of(pool, contracts, since=since, until=until, step=step)
    points = equity_curve(times_of(since, until, step), cash=opening - paid, held=held, flows=flows, marks=marks)
    told = {"period": period, "since": since, "until": until, "step_s": int(step.total_seconds())}
    return exact(_told(points, **told))
