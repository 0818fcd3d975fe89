"""The chart of a position."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.position_chart import BARS_MAX, STEPS, window_of
from tests.agents.strategies import few
from tests.api.rows import AT, insert_decision, insert_order
from tests.api.serving import serving
from tests.api.test_queries import insert, insert_fill, insert_position, insert_signal

CONTRACT = "SPY260220C00596000"
lives = st.integers(0, 400 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@few
@given(life=lives, ago=lives)
def test_a_chart_shows_the_whole_life_in_few_bars(life: timedelta, ago: timedelta) -> None:
    ended = AT + life
    since, until, step = window_of(AT, ended, ended + ago)
    assert since < AT <= ended <= until <= ended + ago
    assert (until - since) / step <= BARS_MAX or step == STEPS[-1]


async def bar(database: Any, symbol: str, at: datetime, *prices: str) -> None:
    names = ("open", "high", "low", "close")
    fields = dict(zip(names, map(Decimal, prices), strict=True))
    await insert(database, "price_bars", symbol=symbol, start=at, first_at=at, last_at=at, **fields)


@pytest.mark.postgres
async def test_a_closed_position_is_drawn_with_what_led_to_it(database: Any, database_url: str) -> None:
    position_id, signal_id, theirs = uuid4(), uuid4(), uuid4()
    await insert_signal(database, signal_id, price=Decimal("595.5"), created_at=AT - timedelta(seconds=2))
    decision_id = await insert_decision(database, signal_id=signal_id, created_at=AT - timedelta(seconds=1))
    order_id = await insert_order(database, position_id=position_id, signal_id=signal_id)
    await insert_fill(database, position_id=position_id, order_id=order_id, fill_timestamp=AT + timedelta(seconds=1))
    ended = {"entry_timestamp": AT, "exit_timestamp": AT + timedelta(hours=10)}
    await insert_position(database, position_id=position_id, signal_id=signal_id, **ended)
    await insert_position(database, position_id=theirs, account_id="other", **ended)
    for symbol, at, *prices in (
        ("SPY", AT - timedelta(hours=9), "1", "1", "1", "1"),  # too early
        ("SPY", AT, "595", "597", "594", "596"),
        ("SPY", AT + timedelta(minutes=1), "596", "599", "595", "598"),
        (CONTRACT, AT + timedelta(minutes=4), "3.5", "3.9", "3.4", "3.8"),
        ("QQQ", AT, "5", "5", "5", "5"),
    ):
        await bar(database, symbol, at, *prices)
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get(f"/positions/{position_id}/chart")
        hidden = [(await client.get(f"/positions/{other}/chart")).status_code for other in (theirs, uuid4())]
    told = answer.json()
    assert told["step_s"] == 120
    assert told["underlying"] == [{"at": "2026-02-13T15:30:00Z", "open": 595, "high": 599, "low": 594, "close": 598}]
    assert [(row["at"], row["close"]) for row in told["contract"]] == [("2026-02-13T15:34:00Z", 3.8)]
    assert [(marker["kind"], marker["id"]) for marker in told["markers"][:3]] == [
        ("signal", str(signal_id)),
        ("decision", str(decision_id)),
        ("order", str(order_id)),
    ]
    assert (told["markers"][0]["price"], told["markers"][1]["quantity"], told["markers"][3]["price"]) == (
        595.5,
        9,
        3.52,
    )
    assert told["levels"] == []
    assert hidden == [404, 404]
