"""What an account was worth over time, from its fills and the marks that were kept."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.account_history import POINTS_MAX, STEPS, times_of
from api.dashboard_metrics import PERIODS
from tests.agents.strategies import few
from tests.api.rows import AT
from tests.api.serving import serving, until
from tests.api.test_queries import insert, insert_fill

NOW = datetime.now(UTC)
CONTRACT = "SPY260220C00596000"


@few
@given(span=st.integers(1, 10**7), step=st.integers(60, 10**5))
def test_the_times_of_a_curve_begin_and_end_where_they_should(span: int, step: int) -> None:
    ends = AT + timedelta(seconds=span)
    times = times_of(AT, ends, timedelta(seconds=step)) if span / step < 5000 else [AT, ends]
    assert (times[0], times[-1]) == (AT, ends)
    assert times == sorted(set(times))


def test_no_period_has_more_than_its_points() -> None:
    for period, step in STEPS.items():
        span, _ = PERIODS[period]
        assert span is not None
        assert span // step <= POINTS_MAX


async def bar(database: Any, minutes_ago: float, close: str) -> None:
    at = NOW - timedelta(minutes=minutes_ago)
    start = at.replace(second=0, microsecond=0)
    price = Decimal(close)
    prices = dict.fromkeys(("open", "high", "low", "close"), price)
    await insert(database, "price_bars", symbol=CONTRACT, start=start, first_at=at, last_at=at, **prices)


@pytest.mark.kafka
@pytest.mark.postgres
async def test_an_accounts_curve_is_its_cash_and_what_it_held_at_the_marks(
    kafka: str, database: Any, database_url: str
) -> None:
    mine = f"test-{uuid4().hex}"
    for account_id in (mine, "other"):
        for minutes, side, quantity, price in (
            (60 * 24 * 3, "buy_to_open", 2, "1.00"),
            (300, "sell_to_close", 1, "3.00"),
            (100, "sell_to_close", 1, "2.00"),
        ):
            at = NOW - timedelta(minutes=minutes)
            fields = {"side": side, "fill_quantity": quantity, "fill_price": Decimal(price), "fill_timestamp": at}
            await insert_fill(database, account_id=account_id, option_symbol=CONTRACT, **fields)
    for minutes_ago, close in ((60 * 24 * 2, "1.50"), (400, "2.50"), (200, "1.00"), (50, "9.00")):
        await bar(database, minutes_ago, close)
    environment = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": mine}
    async with serving(**environment) as (_, client):

        async def told(period: str) -> dict[str, Any]:
            path = f"/account/history?period={period}"
            answer = await until(lambda: client.get(path), lambda found: found.status_code == 200)
            found: dict[str, Any] = answer.json()
            return found

        day, everything = await told("1D"), await told("ALL")
        bad = await client.get("/account/history?period=1H")
    equities = [point["equity"] for point in day["points"]]
    # two, bought at 1.00, at 1.50, then 2.50; one sold at 3.00, the other at that price, then 1.00, then sold at 2.00
    assert [worth for worth, _ in groupby(equities)] == [100_100, 100_300, 100_400, 100_200, 100_300]
    assert (day["change"], day["max_drawdown"]) == (200, 200)
    assert len(day["points"]) <= 14
    assert day["points"][-1]["value"] == 0
    assert (everything["points"][0]["equity"], everything["points"][-1]["equity"]) == (100_000, 100_300)
    assert bad.status_code == 422
