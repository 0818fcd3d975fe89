"""What closed trades say of a strategy, against plain arithmetic and hand-worked numbers."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.returns import (
    BINS_MAX,
    DAYS_MIN,
    Trade,
    by_day,
    drawdown,
    grouped,
    histogram,
    sharpe,
    sortino,
    summary,
    volatility,
)
from tests.agents.strategies import few

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
dollars = st.integers(-500_000, 500_000).map(lambda cents: Decimal(cents) / 100)
percents = st.integers(-30_000, 30_000).map(lambda value: Decimal(value) / 10_000)


def trade(pnl: Decimal, *, minutes: int = 0, engine: str = "A", regime: str | None = None) -> Trade:
    at = AT + timedelta(minutes=minutes)
    return Trade(pnl, at, at, engine, "SPY", regime)


@few
@given(st.lists(dollars, max_size=40))
def test_expectancy_is_what_the_win_rate_and_the_averages_say(pnls: list[Decimal]) -> None:
    found = summary(pnls)
    assert (found.trades, found.pnl) == (len(pnls), sum(pnls))
    for figure in (found.win_rate, found.profit_factor, found.expectancy, found.average_win, found.average_loss):
        assert (figure.value is None) == bool(figure.reason)
    if pnls:
        assert found.win_rate.value is not None
        assert found.expectancy.value is not None
        rate = Decimal(found.wins) / found.trades
        average_win, average_loss = found.average_win.value or 0, found.average_loss.value or 0
        assert abs(rate * average_win + (1 - rate) * average_loss - found.expectancy.value) < Decimal("0.03")
    if found.profit_factor.value is not None:
        assert (found.profit_factor.value > 1) <= (found.pnl > 0)


def test_figures_that_are_not_defined_say_why() -> None:
    assert summary([]).win_rate.reason == "no trade is closed"
    assert summary([Decimal(5)]).profit_factor.reason == "nothing was lost"
    assert summary([Decimal(0)]).profit_factor.reason == "nothing was lost"
    assert summary([Decimal(5)]).average_loss.reason == "every trade has won"
    assert summary([Decimal(-5)]).average_win.reason == "no trade has won"
    assert sharpe([Decimal(1)] * (DAYS_MIN - 1)).reason == f"{DAYS_MIN - 1} of the {DAYS_MIN} days that it takes"
    assert sharpe([Decimal(1)] * 9).reason == "every day returned the same"
    assert sortino([Decimal(1)] * 9).reason == "no day lost anything"
    assert sharpe([Decimal(1), None] * 9).reason == "equity was 0 or below on a day"


@few
@given(st.lists(percents, min_size=DAYS_MIN, max_size=60))
def test_ratios_are_those_of_the_textbook(daily: list[Decimal]) -> None:
    values = [float(value) for value in daily]
    found = sharpe(daily).value, sortino(daily).value, volatility(daily).value
    downside = math.sqrt(mean([min(value, 0) ** 2 for value in values]))
    wanted = (
        mean(values) / stdev(values) * math.sqrt(252) if stdev(values) else None,
        mean(values) / downside * math.sqrt(252) if downside else None,
        stdev(values) * math.sqrt(252),
    )
    for told, right in zip(found, wanted, strict=True):
        assert (told is None) == (right is None)
        if told is not None and right is not None:
            assert float(told) == pytest.approx(right, rel=1e-6, abs=1e-4)


def test_ratios_of_a_worked_example() -> None:
    daily = [Decimal(value) for value in ("1", "-1", "2", "0", "-2", "3")]
    # mean 0.5, sample deviation 1.8708, downside deviation sqrt(5/6)
    assert sharpe(daily).value == Decimal("4.2426")
    assert sortino(daily).value == Decimal("8.6948")


@few
@given(st.lists(st.tuples(dollars, st.integers(0, 20_000)), max_size=30))
def test_days_add_up_and_each_begins_where_the_one_before_ended(made: list[tuple[Decimal, int]]) -> None:
    trades = [trade(pnl, minutes=minutes) for pnl, minutes in made]
    sessions = [date(2026, 2, 13), date(2026, 2, 17)]
    days = by_day(trades, sessions, opening_equity=Decimal(10_000))
    equity = Decimal(10_000)
    for day in days:
        assert day.equity == equity + day.pnl
        assert (day.return_percent is None) == (equity <= 0)
        equity = day.equity
    assert equity == 10_000 + sum(pnl for pnl, _ in made)
    assert set(sessions) <= {day.day for day in days}
    assert [day.day for day in days] == sorted({day.day for day in days})


def test_a_trade_closed_in_the_evening_is_of_the_exchanges_day() -> None:
    late = Trade(Decimal(5), AT, datetime(2026, 2, 14, 2, tzinfo=UTC), "A", "SPY", None)
    (day,) = by_day([late], [], opening_equity=Decimal(100))
    assert (day.day, day.return_percent) == (date(2026, 2, 13), 5)


@few
@given(st.lists(dollars, max_size=30))
def test_the_drawdown_is_the_worst_of_all_falls(pnls: list[Decimal]) -> None:
    equity = [Decimal(10_000)]
    for pnl in pnls:
        equity.append(equity[-1] + pnl)
    worst = max((equity[i] - equity[j] for i in range(len(equity)) for j in range(i, len(equity))), default=0)
    found = drawdown([trade(pnl, minutes=n) for n, pnl in enumerate(pnls)], opening_equity=Decimal(10_000))
    assert found.amount == max(worst, 0)
    assert (found.low_at is None) == (found.amount == 0)


@few
@given(st.lists(dollars, max_size=60))
def test_each_trade_is_in_one_bin_and_no_bin_has_both_losses_and_wins(pnls: list[Decimal]) -> None:
    bins = histogram(pnls)
    assert sum(item.trades for item in bins) == len(pnls)
    assert len(bins) <= BINS_MAX + 1
    for item in bins:
        assert sum(item.low <= pnl < item.high for pnl in pnls) == item.trades
        assert item.high <= 0 or item.low >= 0
    for item, following in pairwise(bins):
        assert item.high == following.low


def test_groups_leave_out_what_has_no_name() -> None:
    found = grouped([trade(Decimal(1), regime="calm"), trade(Decimal(2))], lambda item: item.regime)
    assert found == {"calm": [Decimal(1)]}
