"""What closed trades say of a strategy: ratios, drawdown and distribution. Percentages and ratios have four decimals.

A figure that is not defined for what there is has no value, and says why: it is never NaN, nor infinite.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from statistics import fmean, stdev

import numpy as np

from agents.facts import exchange_day
from schemas.money import cents, ratio

SESSIONS_A_YEAR = 252
DAYS_MIN = 5
"""Of a ratio: fewer say nothing."""
BINS_MAX = 40


@dataclass(frozen=True, slots=True)
class Trade:
    """A closed trade. P&L in dollars."""

    pnl: Decimal
    opened_at: datetime
    closed_at: datetime
    engine: str
    symbol: str
    regime: str | None
    """at entry"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, or why there is none."""

    value: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayReturn:
    """A day of the exchange."""

    day: date
    pnl: Decimal
    trades: int
    equity: Decimal
    """at its end, of closed trades, dollars"""
    return_percent: Decimal | None
    """of the equity it began with; None where that was 0 or below"""


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall from a peak to a later low, of equity after each trade."""

    amount: Decimal
    """dollars, not negative"""
    percent: Decimal | None
    """of the peak; None where that was 0 or below"""
    peak_at: datetime | None
    """None: at the beginning, or there was none"""
    low_at: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What some trades come to, dollars."""

    trades: int
    wins: int
    pnl: Decimal
    win_rate: Figure
    """percent"""
    average_win: Figure
    average_loss: Figure
    """of those that did not win, not positive"""
    largest_win: Figure
    largest_loss: Figure
    profit_factor: Figure
    """dollars won over dollars lost"""
    expectancy: Figure
    """dollars a trade: the mean, which is win rate x average win + the rest x average loss"""


@dataclass(frozen=True, slots=True)
class Bin:
    """Trades from `low` on and below `high`, dollars."""

    low: Decimal
    high: Decimal
    trades: int


def summary(pnls: Sequence[Decimal]) -> Summary:
    """Return what trades come to. A win made more than nothing."""
    won, lost = [pnl for pnl in pnls if pnl > 0], [pnl for pnl in pnls if pnl <= 0]
    total, gain, loss = (sum(some, Decimal(0)) for some in (pnls, won, lost))
    none, no_win, no_loss = "no trade is closed", "no trade has won", "every trade has won"
    return Summary(
        trades=len(pnls),
        wins=len(won),
        pnl=total,
        win_rate=Figure(ratio(Decimal(100 * len(won)) / len(pnls))) if pnls else Figure(None, none),
        average_win=Figure(cents(gain / len(won))) if won else Figure(None, no_win if pnls else none),
        average_loss=Figure(cents(loss / len(lost))) if lost else Figure(None, no_loss if pnls else none),
        largest_win=Figure(max(won)) if won else Figure(None, no_win if pnls else none),
        largest_loss=Figure(min(lost)) if lost else Figure(None, no_loss if pnls else none),
        profit_factor=Figure(ratio(gain / -loss)) if loss else Figure(None, "nothing was lost" if pnls else none),
        expectancy=Figure(cents(total / len(pnls))) if pnls else Figure(None, none),
    )


def by_day(trades: Iterable[Trade], sessions: Iterable[date], *, opening_equity: Decimal) -> list[DayReturn]:
    """Return each day of the exchange, oldest first: sessions without a trade made nothing.

    trades          any order; one that closed on no session has a day of its own
    opening_equity  before the first day, dollars
    """
    made: dict[date, list[Decimal]] = {day: [] for day in sessions}
    for trade in trades:
        made.setdefault(exchange_day(trade.closed_at), []).append(trade.pnl)
    days: list[DayReturn] = []
    equity = opening_equity
    for day in sorted(made):
        pnl = sum(made[day], Decimal(0))
        percent = ratio(pnl / equity * 100) if equity > 0 else None
        equity += pnl
        days.append(DayReturn(day, pnl, len(made[day]), equity, percent))
    return days


def sharpe(returns: Sequence[Decimal | None]) -> Figure:
    """Return the Sharpe ratio of daily returns, a year: mean over standard deviation, x sqrt(252), risk-free rate 0.

    source   Sharpe, The Sharpe Ratio, Journal of Portfolio Management 21 (1994); scaled to a year as there, which
             takes days to be independent (Lo, The Statistics of Sharpe Ratios, FAJ 58, 2002)
    """
    known, reason = _usable(returns)
    if reason:
        return Figure(None, reason)
    deviation = stdev(known)
    if deviation == 0:
        return Figure(None, "every day returned the same")
    return _a_year(fmean(known), deviation)


def sortino(returns: Sequence[Decimal | None]) -> Figure:
    """Return the Sortino ratio of daily returns, a year: the mean over the downside deviation from 0, x sqrt(252).

    The downside deviation is the root of the mean square of min(return, 0) over all days.
    source   Sortino and Price, Performance Measurement in a Downside Risk Framework, Journal of Investing 3 (1994)
    """
    known, reason = _usable(returns)
    if reason:
        return Figure(None, reason)
    downside = fmean([min(value, 0.0) ** 2 for value in known]) ** 0.5
    if downside == 0:
        return Figure(None, "no day lost anything")
    return _a_year(fmean(known), downside)


def volatility(returns: Sequence[Decimal | None]) -> Figure:
    """Return the standard deviation of daily returns, percent a year."""
    known, reason = _usable(returns)
    return Figure(None, reason) if reason else Figure(ratio(Decimal(repr(stdev(known) * SESSIONS_A_YEAR**0.5))))


def drawdown(trades: Sequence[Trade], *, opening_equity: Decimal) -> Drawdown:
    """Return the deepest fall of equity, in dollars, over trades in the order in which they closed.

    source   Magdon-Ismail and Atiya, Maximum Drawdown, Risk 17 (2004)
    """
    equity = peak = opening_equity
    peak_at: datetime | None = None
    deepest = Drawdown(Decimal(0), Decimal(0) if opening_equity > 0 else None, None, None)
    for trade in sorted(trades, key=lambda item: item.closed_at):
        equity += trade.pnl
        if equity > peak:
            peak, peak_at = equity, trade.closed_at
        elif peak - equity > deepest.amount:
            percent = ratio((peak - equity) / peak * 100) if peak > 0 else None
            deepest = Drawdown(peak - equity, percent, peak_at, trade.closed_at)
    return deepest


def histogram(pnls: Sequence[Decimal]) -> list[Bin]:
    """Return how trades' results are distributed, in equal bins of whole dollars that have 0 for an edge.

    The width is 2 x interquartile range / cube root of n, rounded up to 1, 2 or 5 times a power of ten, so that at
    most BINS_MAX cover all; where the range is 0, it is a tenth of the whole.
    source   Freedman and Diaconis, On the histogram as a density estimator, Zeitschrift fuer
             Wahrscheinlichkeitstheorie 57 (1981)
    """
    if not pnls:
        return []
    values = np.array([float(pnl) for pnl in pnls])
    low, high = min(*pnls, Decimal(0)), max(*pnls, Decimal(0))
    upper, lower = np.quantile(values, [0.75, 0.25])
    wanted = 2 * float(upper - lower) / len(values) ** (1 / 3) or float(high - low) / 10
    width = _round_width(max(wanted, float(high - low) / (BINS_MAX - 2), 1.0))
    counts = dict.fromkeys(range(_place(low, width), _place(high, width) + 1), 0)
    for pnl in pnls:
        counts[_place(pnl, width)] += 1
    return [Bin(place * width, (place + 1) * width, count) for place, count in counts.items()]


def grouped(trades: Iterable[Trade], key: Callable[[Trade], str | None]) -> dict[str, list[Decimal]]:
    """Return the P&L of trades by a name they have, by name; those without one are left out."""
    found: dict[str, list[Decimal]] = {}
    for trade in trades:
        if (name := key(trade)) is not None:
            found.setdefault(name, []).append(trade.pnl)
    return dict(sorted(found.items()))


def _usable(returns: Sequence[Decimal | None]) -> tuple[list[float], str]:
    known = [float(value) for value in returns if value is not None]
    if len(known) < len(returns):
        return [], "equity was 0 or below on a day"
    if len(known) < DAYS_MIN:
        return [], f"{len(known)} of the {DAYS_MIN} days that it takes"
    return known, ""


def _a_year(mean: float, deviation: float) -> Figure:
    return Figure(ratio(Decimal(repr(mean / deviation * SESSIONS_A_YEAR**0.5))))


def _place(pnl: Decimal, width: Decimal) -> int:
    return int((pnl / width).to_integral_value(rounding=ROUND_FLOOR))


def _round_width(wanted: float) -> Decimal:
    power = Decimal(1)
    while True:
        for step in (1, 2, 5):
            if step * power >= Decimal(repr(wanted)):
                return step * power
        power *= 10
