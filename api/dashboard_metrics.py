"""The account at a glance: what it is worth, what it made, what its limits leave, and what happened last."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

import asyncpg
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.limits import equity, exposure, positions
from agents.rules import RiskLimits
from api.activity import Activity, activity
from api.auth import Asking
from api.dashboard_metrics_example import EXAMPLE
from api.exact_json import Number, exact
from api.in_force import rules_in_force, session_at
from api.live_view import LiveView
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from schemas.accounts import Account
from schemas.money import CONTRACT_MULTIPLIER, cents, ratio, to_usd

router = APIRouter(tags=["results"], responses=PROBLEMS)

Period: TypeAlias = Literal["1D", "1W", "1M", "3M", "6M", "1Y", "ALL"]
Limit: TypeAlias = Literal[
    "open_positions", "positions_per_symbol", "total_exposure", "exposure_percent", "daily_loss", "daily_trades"
]

DAY = timedelta(days=1)
PERIODS: Mapping[Period, tuple[timedelta | None, timedelta]] = {
    "1D": (DAY, timedelta(minutes=5)),
    "1W": (7 * DAY, timedelta(hours=1)),
    "1M": (30 * DAY, timedelta(hours=6)),
    "3M": (91 * DAY, DAY),
    "6M": (182 * DAY, DAY),
    "1Y": (365 * DAY, DAY),
    "ALL": (None, DAY),
}
"""How far back a period goes, and how long a step of its curve is."""
BEGINNING = datetime.fromisoformat("1990-01-01T00:00:00+00:00")


class AccountNow(BaseModel):
    """What the account is worth, dollars."""

    net_liquidation: Number = Field(description="cash, and what is held at its newest marks")
    cash: Number
    equity: Number = Field(description="opening equity, and what was made or booked since")
    opening_equity: Number
    realized_pnl: Number = Field(description="over all sales, those of positions that are still open too")
    unrealized_pnl: Number = Field(description="of what is held, at its newest marks")
    market_value: Number = Field(description="of what is held; at its cost where no mark is known")
    unmarked_positions: int
    day: date = Field(description="the exchange's date")
    day_realized_pnl: Number
    day_trades: int = Field(description="orders let through on that date")
    is_halted: bool
    broker_equity: Number | None = Field(description="of a live account, as its broker said last")
    broker_cash: Number | None


class TradesCameTo(BaseModel):
    """What closed trades come to. Tests and shadow trades are left out."""

    trades: int
    wins: int
    win_rate: Number | None = Field(description="percent; null without trades")
    pnl: Number = Field(description="dollars")
    profit_factor: Number | None = Field(description="dollars won over dollars lost; null when none was lost")


class LimitUse(BaseModel):
    """A risk limit that is in force, and what is used of it."""

    name: Limit
    used: Number
    limit: Number | None = Field(description="null: none")
    used_percent: Number | None = Field(description="null without a limit, or with one of 0")
    is_enabled: bool = Field(description="false: it blocks nothing at the moment")


class CurvePoint(BaseModel):
    """The P&L of all trades closed by an instant, dollars."""

    at: datetime
    pnl: Number


class DashboardMetrics(BaseModel):
    """The account at a glance."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    at: datetime = Field(description="the platform's time of this answer")
    period: Period
    account: AccountNow
    all_time: TradesCameTo
    in_period: TradesCameTo
    active_positions: int
    working_orders: int
    exposure: Number = Field(description="held and reserved, at cost, dollars")
    limits: list[LimitUse]
    curve: list[CurvePoint] = Field(description="oldest first; it begins with what had been made before the period")
    recent: list[Activity] = Field(description="newest first, at most 10 of each kind")


def account_now(account: Account, view: LiveView, *, day: date, halted: bool) -> AccountNow:
    """Return what an account is worth by the marks of the live view, at the exchange's date `day`."""
    value, unrealized, unmarked = Decimal(0), Decimal(0), 0
    for position in view.positions(account.account_id):
        mark = view.mark(position.option_symbol)
        price = position.entry_price if mark is None else to_usd(mark.price)
        value += price * position.quantity * CONTRACT_MULTIPLIER
        unrealized += position.unrealized_pnl(price)
        unmarked += mark is None
    is_today = account.day == day
    broker = account.broker
    return AccountNow(
        net_liquidation=cents(account.cash + value),
        cash=account.cash,
        equity=equity(account),
        opening_equity=account.opening_equity,
        realized_pnl=account.realized_pnl,
        unrealized_pnl=cents(unrealized),
        market_value=cents(value),
        unmarked_positions=unmarked,
        day=day,
        day_realized_pnl=account.day_realized_pnl if is_today else Decimal("0.00"),
        day_trades=account.day_trades if is_today else 0,
        is_halted=halted,
        broker_equity=None if broker is None else broker.equity,
        broker_cash=None if broker is None else broker.cash,
    )


def limit_uses(account: Account, limits: RiskLimits, *, day: date) -> list[LimitUse]:
    """Return each limit of an account with what is used of it, as the account stage reckons it."""
    counts, worth, carried = positions(account), equity(account), exposure(account)
    is_today = account.day == day
    lost = max(Decimal(0), -account.day_realized_pnl) if is_today else Decimal(0)
    share = cents(carried / worth * 100) if worth > 0 else Decimal(0)
    ordered = account.day_trades if is_today else 0
    uses: tuple[tuple[Limit, Decimal | int, Decimal | int | None], ...] = (
        ("open_positions", sum(counts.values()), limits.open_positions_max),
        ("positions_per_symbol", max(counts.values(), default=0), limits.positions_per_symbol_max),
        ("total_exposure", carried, limits.exposure_max),
        ("exposure_percent", share, limits.exposure_pct_max),
        ("daily_loss", lost, limits.daily_loss_max),
        ("daily_trades", ordered, limits.daily_trades_max or None),
    )
    return [
        LimitUse(
            name=name,
            used=Decimal(used),
            limit=None if most is None else Decimal(most),
            used_percent=cents(Decimal(used) / Decimal(most) * 100) if most else None,
            is_enabled=limits.enabled,
        )
        for name, used, most in uses
    ]


def curve_of(
    steps: Sequence[tuple[datetime, Decimal]], *, since: datetime, until: datetime, before: Decimal
) -> list[CurvePoint]:
    """Return the points of a curve.

    steps   the P&L made within each step, and the step's end, oldest first
    before  what had been made by `since`, dollars
    """
    points = [CurvePoint(at=since, pnl=before)]
    for ends, made in steps:
        points.append(CurvePoint(at=min(ends, until), pnl=points[-1].pnl + made))
    if points[-1].at < until:
        points.append(CurvePoint(at=until, pnl=points[-1].pnl))
    return points


async def figures(pool: Pool, *, account_id: str, since: datetime) -> tuple[TradesCameTo, TradesCameTo]:
    """Return what an account's closed trades come to: all of them, and those closed from an instant on."""
    (row,) = await fetch(
        pool,
        """SELECT count(*) AS trades, count(*) FILTER (WHERE pnl > 0) AS wins,
                  coalesce(sum(pnl) FILTER (WHERE pnl > 0), 0) AS won,
                  coalesce(sum(pnl) FILTER (WHERE pnl < 0), 0) AS lost,
                  count(*) FILTER (WHERE exit_time >= $2) AS new_trades,
                  count(*) FILTER (WHERE exit_time >= $2 AND pnl > 0) AS new_wins,
                  coalesce(sum(pnl) FILTER (WHERE exit_time >= $2 AND pnl > 0), 0) AS new_won,
                  coalesce(sum(pnl) FILTER (WHERE exit_time >= $2 AND pnl < 0), 0) AS new_lost
             FROM trade_outcomes WHERE account_id = $1 AND NOT is_shadow AND NOT is_test""",
        account_id,
        since,
    )
    return _came_to(row, ""), _came_to(row, "new_")


def _came_to(row: asyncpg.Record, prefix: str) -> TradesCameTo:
    trades, wins, won, lost = (row[f"{prefix}{name}"] for name in ("trades", "wins", "won", "lost"))
    return TradesCameTo(
        trades=trades,
        wins=wins,
        win_rate=ratio(Decimal(100 * wins) / trades) if trades else None,
        pnl=won + lost,
        profit_factor=ratio(won / -lost) if lost else None,
    )


async def _steps(pool: Pool, *, account_id: str, since: datetime, step: timedelta) -> list[tuple[datetime, Decimal]]:
    rows = await fetch(
        pool,
        """SELECT date_bin($3, exit_time, $2) + $3 AS ends, sum(pnl) AS made
             FROM trade_outcomes
            WHERE account_id = $1 AND NOT is_shadow AND NOT is_test AND exit_time >= $2 GROUP BY 1 ORDER BY 1""",
        account_id,
        since,
        step,
    )
    return [(row["ends"], row["made"]) for row in rows]


@router.get(
    "/dashboard/metrics",
    operation_id="get_dashboard_metrics",
    summary="The account at a glance",
    response_model=DashboardMetrics,
)
async def dashboard(
    asking: Asking,
    request: Request,
    period: Annotated[Period, Query(description="back from the platform's time")] = "1M",
) -> Response:
    """What the account is worth, what it made, what is used of each limit, its P&L curve and what happened last.

    Worth, positions and limits are of this moment, from the live view; trades and activity come from the history.
    """
    state = request.app.state
    view: LiveView = state.live.view
    at: datetime = state.intake.clock.now()
    session = await session_at(state.settings, at)
    limits = rules_in_force(state.settings, view, account_id=asking.account_id).limits
    account = view.account(asking.account_id) or Account(
        account_id=asking.account_id, opening_equity=limits.opening_equity, cash=limits.opening_equity
    )
    span, step = PERIODS[period]
    since = BEGINNING if span is None else at - span
    (all_time, in_period), steps, recent = await asyncio.gather(
        figures(state.pool, account_id=asking.account_id, since=since),
        _steps(state.pool, account_id=asking.account_id, since=since, step=step),
        activity(state.pool, account_id=asking.account_id),
    )
    begins = since if span is not None else min([at, *(ends - step for ends, _ in steps)])
    return exact(
        DashboardMetrics(
            at=at,
            period=period,
            account=account_now(account, view, day=session.day, halted=limits.halted),
            all_time=all_time,
            in_period=in_period,
            active_positions=sum(1 for _ in view.positions(asking.account_id)),
            working_orders=sum(1 for _ in view.working(asking.account_id)),
            exposure=exposure(account),
            limits=limit_uses(account, limits, day=session.day),
            curve=curve_of(steps, since=begins, until=at, before=all_time.pnl - in_period.pnl),
            recent=recent,
        )
    )
