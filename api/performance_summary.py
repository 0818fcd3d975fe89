"""Performance over a period: ratios, returns by day, drawdown, distribution, and what trades have in common."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents import returns
from agents.facts import EXCHANGE, exchange_day
from agents.returns import Summary, Trade
from api.auth import Asking
from api.dashboard_metrics import BEGINNING, PERIODS, Period
from api.exact_json import Number, exact
from api.in_force import opened_with, sessions_between
from api.pagination import SymbolFilter
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem
from schemas.money import ratio

router = APIRouter(tags=["results"], responses=PROBLEMS)

TRADES_MAX = 100_000
DAYS_SHOWN = 1_000

_ABSENT: dict[str, Any] = {"value": None, "reason": "nothing was lost"}
_SUMMARY: dict[str, Any] = {
    "trades": 2,
    "wins": 2,
    "pnl": 1884.00,
    "win_rate": {"value": 100, "reason": ""},
    "average_win": {"value": 942.00, "reason": ""},
    "average_loss": {"value": None, "reason": "every trade has won"},
    "largest_win": {"value": 1584.00, "reason": ""},
    "largest_loss": {"value": None, "reason": "every trade has won"},
    "profit_factor": _ABSENT,
    "expectancy": {"value": 942.00, "reason": ""},
}


class FigureRow(BaseModel):
    """A number, or why there is none."""

    model_config = ConfigDict(from_attributes=True)
    value: Number | None
    reason: str = Field(description="empty where there is a value")


class SummaryRow(BaseModel):
    """What trades come to, dollars. A win made more than nothing."""

    model_config = ConfigDict(from_attributes=True)
    trades: int
    wins: int
    pnl: Number
    win_rate: FigureRow = Field(description="percent")
    average_win: FigureRow
    average_loss: FigureRow = Field(description="of those that did not win, not positive")
    largest_win: FigureRow
    largest_loss: FigureRow
    profit_factor: FigureRow = Field(description="dollars won over dollars lost")
    expectancy: FigureRow = Field(description="dollars a trade")


class GroupRow(SummaryRow):
    """Trades that have something in common."""

    name: str


class DayRow(BaseModel):
    """A day of the exchange; a session without a trade made nothing."""

    model_config = ConfigDict(from_attributes=True)
    day: date
    pnl: Number
    trades: int
    equity: Number = Field(description="at its end, of closed trades")
    return_percent: Number | None = Field(description="of the equity it began with; null where that was 0 or below")


class DrawdownRow(BaseModel):
    """The deepest fall of equity from a peak, trade by trade."""

    model_config = ConfigDict(from_attributes=True)
    amount: Number = Field(description="dollars, not negative")
    percent: Number | None = Field(description="of the peak; null where that was 0 or below")
    peak_at: datetime | None = Field(description="null: at the period's beginning, or it never fell")
    low_at: datetime | None


class BinRow(BaseModel):
    """Trades that made `low` or more, and less than `high`."""

    model_config = ConfigDict(from_attributes=True)
    low: Number
    high: Number
    trades: int


class PerformanceSummary(BaseModel):
    """An account's closed trades over a period. Tests are left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "period": "1W",
                    "since": "2026-02-06T21:00:00Z",
                    "until": "2026-02-13T21:00:00Z",
                    "is_shadow": False,
                    "opening_equity": 100000.00,
                    "equity": 101884.00,
                    "total": _SUMMARY,
                    "return_percent": {"value": 1.884, "reason": ""},
                    "sharpe": {"value": 8.6947, "reason": ""},
                    "sortino": {"value": None, "reason": "no day lost anything"},
                    "volatility_percent": {"value": 11.2207, "reason": ""},
                    "max_drawdown": {"amount": 0, "percent": 0, "peak_at": None, "low_at": None},
                    "days": [
                        {
                            "day": "2026-02-13",
                            "pnl": 1884.00,
                            "trades": 2,
                            "equity": 101884.00,
                            "return_percent": 1.884,
                        }
                    ],
                    "distribution": [{"low": 0, "high": 500, "trades": 1}],
                    "by_engine": [{"name": "A", **_SUMMARY}],
                    "by_symbol": [{"name": "SPY", **_SUMMARY}],
                    "by_regime": [{"name": "trending", **_SUMMARY}],
                    "by_hour": [{"name": "10", **_SUMMARY}],
                }
            ]
        }
    )

    period: Period
    since: datetime
    until: datetime
    is_shadow: bool
    opening_equity: Number = Field(description="at the period's beginning: of closed trades, dollars")
    equity: Number = Field(description="at its end")
    total: SummaryRow
    return_percent: FigureRow
    sharpe: FigureRow = Field(description="of daily returns, a year of 252 sessions, risk-free rate 0")
    sortino: FigureRow = Field(description="likewise, against the downside deviation from 0")
    volatility_percent: FigureRow = Field(description="of daily returns, a year")
    max_drawdown: DrawdownRow
    days: list[DayRow] = Field(description=f"oldest first, the newest {DAYS_SHOWN} at most")
    distribution: list[BinRow] = Field(description="lowest first, in equal bins that have 0 for an edge")
    by_engine: list[GroupRow]
    by_symbol: list[GroupRow]
    by_regime: list[GroupRow] = Field(description="at entry; trades without one are left out")
    by_hour: list[GroupRow] = Field(description="the exchange's hour of the entry, 00 to 23")


async def trades_of(
    pool: Pool, *, account_id: str, is_shadow: bool, since: datetime, until: datetime, symbol: str | None
) -> tuple[Decimal, list[Trade]]:
    """Return what closed trades had made by `since`, and those closed from then on, in their order.

    raises   Problem 422 where there are too many
    """
    (before,), rows = await asyncio.gather(
        fetch(
            pool,
            """SELECT coalesce(sum(pnl), 0) AS made FROM trade_outcomes
                WHERE account_id = $1 AND is_shadow = $2 AND NOT is_test AND exit_time < $3
                  AND ($4::text IS NULL OR symbol = $4)""",
            account_id,
            is_shadow,
            since,
            symbol,
        ),
        fetch(
            pool,
            """SELECT o.pnl, o.entry_time AS opened_at, o.exit_time AS closed_at, o.engine, o.symbol,
                      b.entry_regime AS regime
                 FROM trade_outcomes AS o LEFT JOIN bias_trade_performance AS b ON b.id = o.outcome_id
                WHERE o.account_id = $1 AND o.is_shadow = $2 AND NOT o.is_test AND o.exit_time >= $3
                  AND o.exit_time <= $4 AND ($5::text IS NULL OR o.symbol = $5)
                ORDER BY o.exit_time, o.outcome_id LIMIT $6""",
            account_id,
            is_shadow,
            since,
            until,
            symbol,
            TRADES_MAX + 1,
        ),
    )
    if len(rows) > TRADES_MAX:
        raise Problem(422, f"more than {TRADES_MAX} trades: ask for a shorter period or for one symbol")
    return before["made"], [Trade(**dict(row)) for row in rows]


def summarised(
    trades: Sequence[Trade], sessions: Sequence[date], *, opening_equity: Decimal, told: dict[str, Any]
) -> PerformanceSummary:
    """Return trades as they are answered.

    trades  in the order in which they closed
    told    the fields that say what was asked for
    """
    days = returns.by_day(trades, sessions, opening_equity=opening_equity)
    daily = [day.return_percent for day in days]
    total = returns.summary([trade.pnl for trade in trades])
    gained = returns.Figure(None, "equity began at 0 or below")
    if opening_equity > 0:
        gained = returns.Figure(ratio(total.pnl / opening_equity * 100))
    return PerformanceSummary(
        **told,
        opening_equity=opening_equity,
        equity=opening_equity + total.pnl,
        total=SummaryRow.model_validate(total),
        return_percent=FigureRow.model_validate(gained),
        sharpe=FigureRow.model_validate(returns.sharpe(daily)),
        sortino=FigureRow.model_validate(returns.sortino(daily)),
        volatility_percent=FigureRow.model_validate(returns.volatility(daily)),
        max_drawdown=DrawdownRow.model_validate(returns.drawdown(trades, opening_equity=opening_equity)),
        days=[DayRow.model_validate(day) for day in days[-DAYS_SHOWN:]],
        distribution=[BinRow.model_validate(item) for item in returns.histogram([trade.pnl for trade in trades])],
        by_engine=_groups(returns.grouped(trades, lambda trade: trade.engine)),
        by_symbol=_groups(returns.grouped(trades, lambda trade: trade.symbol)),
        by_regime=_groups(returns.grouped(trades, lambda trade: trade.regime)),
        by_hour=_groups(returns.grouped(trades, lambda trade: f"{trade.opened_at.astimezone(EXCHANGE).hour:02}")),
    )


def _groups(found: dict[str, list[Decimal]]) -> list[GroupRow]:
    told: list[tuple[str, Summary]] = [(name, returns.summary(pnls)) for name, pnls in found.items()]
    return [
        GroupRow.model_validate({"name": name} | SummaryRow.model_validate(item).model_dump()) for name, item in told
    ]


@router.get(
    "/performance/summary",
    operation_id="get_performance_summary",
    summary="Performance over a period",
    response_model=PerformanceSummary,
)
async def performance_summary(
    asking: Asking,
    request: Request,
    period: Annotated[Period, Query(description="back from the platform's time")] = "1M",
    is_shadow: Annotated[bool, Query(description="trades of the engine that does not trade, instead")] = False,
    symbol: SymbolFilter = None,
) -> Response:
    """Sharpe, Sortino, drawdown, profit factor, expectancy, returns by day and distribution of closed trades.

    Also by engine, symbol, regime and hour. A figure that is not defined is null, with the reason.
    """
    state = request.app.state
    until: datetime = state.intake.clock.now()
    span, _ = PERIODS[period]
    since = BEGINNING if span is None else until - span
    made, trades = await trades_of(
        state.pool,
        account_id=asking.account_id,
        is_shadow=is_shadow,
        since=since,
        until=until,
        symbol=symbol and symbol.upper(),
    )
    begins = since if span is not None else min([until, *(trade.closed_at for trade in trades)])
    sessions = await sessions_between(state.settings, exchange_day(begins), exchange_day(until))
    told = {"period": period, "since": begins, "until": until, "is_shadow": is_shadow}
    opening_equity = opened_with(request, asking.account_id) + made
    # in a thread: a hundred thousand trades hold up everybody else's answers
    answer = await asyncio.to_thread(summarised, trades, sessions, opening_equity=opening_equity, told=told)
    return exact(answer)
