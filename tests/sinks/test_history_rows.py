"""Rows of history: the same whatever the order of arrival, and however often."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderUpdated
from schemas.signals import SignalReceived
from sinks.database import open_pool
from sinks.tables import EFFECTS
from sinks.tables.signals import payload
from sinks.writes import apply
from tests.schemas.story import at, judged, learnt, signal, story, traded

pytestmark = pytest.mark.postgres

TABLES = (
    "signals",
    "refactored_signals",
    "decisions",
    "orders",
    "order_updates",
    "trades",
    "refactored_positions",
    "experiments",
    "execution_policies",
    "decision_recommendations",
    "agent_decisions",
    "bias_state_current",
    "bias_trade_performance",
)
Rows = dict[str, list[dict[str, Any]]]
Pool = Any


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(database_url, max_size=2)
    yield opened
    await opened.close()


async def write(pool: Pool, events: Iterable[Event], *, batch: int = 1000) -> None:
    """Store events in transactions of `batch` events."""
    waiting = list(events)
    async with pool.acquire() as connection:
        for start in range(0, len(waiting), batch):
            part = waiting[start : start + batch]
            await apply(connection, [effect for event in part for effect in EFFECTS[type(event)](event)])


async def rows(pool: Pool) -> Rows:
    """Return all of history's rows, in an order of their own."""
    found = {}
    for table in TABLES:
        found[table] = sorted((dict(row) for row in await pool.fetch(f"SELECT * FROM {table}")), key=repr)
    return found


async def rows_after(pool: Pool, events: Sequence[Event], *, batch: int = 1000) -> Rows:
    """Return the rows that events make of an empty database."""
    await pool.execute(f"TRUNCATE {', '.join(TABLES)}")
    await write(pool, events, batch=batch)
    return await rows(pool)


async def test_a_whole_trade_is_told_by_its_rows(pool: Pool) -> None:
    found = await rows_after(pool, story("SPY"))
    assert {table: len(found[table]) for table in TABLES} == {
        **dict.fromkeys(TABLES, 1),
        "orders": 2,
        "order_updates": 2,
        "trades": 2,
    }
    (received,) = found["signals"]
    assert received["status"] == "approved"
    assert received["processed"]
    assert str(received["experiment_id"]) == derived_id("experiment", "SPY")
    assert received["raw_payload"]["nested"]["price"] == 596.1234
    (position,) = found["refactored_positions"]
    assert position["status"] == "closed"
    assert position["realized_pnl"] == Decimal(260)
    assert position["entry_timestamp"] == position["created_at"] == at(1)
    assert position["entry_mode_hint"] == "BREAKOUT"
    assert {order["status"] for order in found["orders"]} == {"filled"}
    (exit_order,) = (order for order in found["orders"] if order["side"] == "sell_to_close")
    assert exit_order["signal_id"] is None
    assert exit_order["filled_at"] == at(61)
    (recommended,) = found["decision_recommendations"]
    assert recommended["quantity"] == 2
    assert recommended["strike"] == Decimal("596.5")
    (enriched,) = found["refactored_signals"]
    assert [gate["gate"] for gate in enriched["risk_check_result"]["gates"]] == ["session", "position_size"]
    (bias,) = found["bias_state_current"]
    assert bias["state"]["bias_score"] == "62.5000"
    (outcome,) = found["bias_trade_performance"]
    assert outcome["exit_reason_codes"] == ["profit_target"]


async def test_a_rejected_signal_says_why(pool: Pool) -> None:
    found = await rows_after(pool, [signal("QQQ"), *judged("QQQ", approved=False)])
    (received,) = found["signals"]
    assert (received["status"], received["rejection_reason"]) == ("rejected", "max_position_size")
    assert found["refactored_signals"][0]["rejection_reason"] == "max_position_size"
    assert found["decision_recommendations"][0]["quantity"] == 5


async def test_a_signal_is_pending_until_its_decision_is_there(pool: Pool) -> None:
    found = await rows_after(pool, [signal("IWM"), *judged("IWM")[:-1]])
    (received,) = found["signals"]
    assert (received["status"], received["processed"], received["experiment_id"]) == ("pending", False, None)


async def test_what_comes_twice_changes_nothing(pool: Pool) -> None:
    once = await rows_after(pool, story("SPY"))
    await write(pool, story("SPY"))
    await write(pool, reversed(story("SPY")), batch=1)
    assert await rows(pool) == once


async def test_every_order_of_a_trade_s_orders_fills_and_end_gives_the_same_rows(pool: Pool) -> None:
    events = [event for event in traded("SPY") if not isinstance(event, OrderUpdated)]
    expected = await rows_after(pool, events)
    for arrival in itertools.permutations(events):
        assert await rows_after(pool, arrival, batch=1) == expected


async def test_a_position_goes_from_open_to_closing_whichever_comes_first(pool: Pool) -> None:
    entry, fill, _, close, *_ = traded("SPY")
    expected = await rows_after(pool, [entry, fill, close])
    assert expected["refactored_positions"][0]["status"] == "closing"
    assert expected["refactored_positions"][0]["exit_reason"] == "profit_target"
    for arrival in itertools.permutations([entry, fill, close]):
        assert await rows_after(pool, arrival, batch=1) == expected


async def test_a_fill_outweighs_a_failure_and_the_first_failure_counts(pool: Pool) -> None:
    order, fill, *_ = traded("SPY")
    failures = [
        OrderUpdated(
            event_id=derived_id("failure", number),
            occurred_at=at(10 + number),
            account_id="paper",
            order_id=order.event_id,
            symbol="SPY",
            status="failed",
            reason=f"reason {number}",
        )
        for number in range(2)
    ]
    for arrival in itertools.permutations([order, *failures]):
        (row,) = (await rows_after(pool, arrival, batch=1))["orders"]
        assert (row["status"], row["failure_reason"], row["filled_at"]) == ("failed", "reason 0", None)
    for arrival in itertools.permutations([order, fill, *failures]):
        (row,) = (await rows_after(pool, arrival, batch=1))["orders"]
        assert (row["status"], row["failure_reason"], row["filled_at"]) == ("filled", None, at(1))


async def test_the_newest_bias_stays(pool: Pool) -> None:
    news = [learnt("SPY", str(score), seconds=seconds) for score, seconds in ((10, 0), (20, 5), (30, 5), (40, 1))]
    expected = await rows_after(pool, news)
    for arrival in itertools.permutations(news):
        assert (await rows_after(pool, arrival, batch=1))["bias_state_current"] == expected["bias_state_current"]


async def test_writers_at_the_same_time_leave_the_same_rows(pool: Pool) -> None:
    expected = await rows_after(pool, story("SPY"))
    for _ in range(5):
        await pool.execute(f"TRUNCATE {', '.join(TABLES)}")
        events = story("SPY")
        await asyncio.gather(write(pool, events[::2], batch=1), write(pool, events[1::2], batch=1))
        assert await rows(pool) == expected


def test_any_arrival_of_a_story_gives_the_same_rows(database_url: str) -> None:
    events = story("SPY")

    async def outcome(arrival: Sequence[Event], batch: int) -> Rows:
        opened = await open_pool(database_url, max_size=1)
        try:
            return await rows_after(opened, arrival, batch=batch)
        finally:
            await opened.close()

    with asyncio.Runner() as runner:
        expected = runner.run(outcome(events, 1000))

        @settings(
            max_examples=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        )
        @given(
            arrival=st.permutations(events),
            repeats=st.lists(st.sampled_from(events), max_size=5),
            batch=st.integers(1, 20),
        )
        def check(arrival: list[Event], repeats: list[Event], batch: int) -> None:
            assert runner.run(outcome([*arrival, *repeats], batch)) == expected

        check()


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1', '{"a": 1'),
        ('{"a": NaN}', '{"a": NaN}'),
        ('{"a": "\\u0000"}', '{"a": "\\u0000"}'),
        ("\x00", ""),
        ("[" * 100_000, "[" * 100_000),
    ],
)
async def test_any_payload_of_an_alert_can_be_stored(pool: Pool, text: str, stored: object) -> None:
    assert payload(text) == stored
    await write(pool, [signal("SPY", raw_payload=text)])
    assert await pool.fetchval("SELECT raw_payload FROM signals") == stored


async def test_a_signal_from_outside_keeps_its_own_times(pool: Pool) -> None:
    event = signal("SPY")
    assert isinstance(event, SignalReceived)
    (row,) = (await rows_after(pool, [event]))["signals"]
    assert row["created_at"] - row["timestamp"] == timedelta(seconds=1)
