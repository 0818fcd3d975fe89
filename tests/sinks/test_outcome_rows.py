"""Positions, shadow positions and outcomes as rows: what is left of them follows from their fills, in any order."""

import itertools
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.event import Event
from schemas.orders import ExitReason, TradeClosed
from sinks.database import open_pool
from sinks.tables import EFFECTS
from sinks.writes import Write
from tests.schemas.story import at
from tests.sinks.all_rows import rows_after
from tests.sinks.both_engines import (
    SYMBOL,
    closed_trade,
    end_of_parts,
    shadowed,
    sold,
    sold_in_parts,
)
from tests.sinks.test_history_rows import Pool

POSTGRES = pytest.mark.postgres


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(database_url, max_size=2)
    yield opened
    await opened.close()


@POSTGRES
async def test_what_is_left_of_a_position_follows_from_its_fills_in_any_order(pool: Pool) -> None:
    entry, opened, first, first_fill, second, second_fill, last = sold_in_parts()
    found = await rows_after(pool, [entry, opened, first, first_fill])
    (position,) = found["refactored_positions"]
    assert (position["status"], position["quantity"], position["initial_quantity"]) == ("open", 5, 9)
    assert (position["realized_pnl"], position["partial_exits"], position["exit_reason"]) == (260, 1, None)
    expected = await rows_after(pool, sold_in_parts())
    (position,) = expected["refactored_positions"]
    assert (position["status"], position["quantity"], position["initial_quantity"]) == ("closing", 3, 9)
    assert (position["realized_pnl"], position["partial_exits"]) == (Decimal("180.00"), 2)
    assert (position["exit_reason"], position["exit_codes"]) == ("stop_loss", ["stop_loss_code"])
    for arrival in itertools.permutations([opened, first, first_fill, second_fill, last]):
        assert await rows_after(pool, [*arrival, *arrival[:2], entry, second], batch=1) == expected


@POSTGRES
async def test_a_position_that_is_all_sold_waits_for_its_end(pool: Pool) -> None:
    last_fill = sold(3, 3, "1.20", left=0, reason="stop_loss")[1]
    found = await rows_after(pool, [*sold_in_parts(), last_fill])
    (position,) = found["refactored_positions"]
    assert (position["status"], position["quantity"], position["realized_pnl"]) == ("closing", 0, Decimal("-195.00"))
    expected = await rows_after(pool, [*sold_in_parts(), last_fill, end_of_parts()])
    (position,) = expected["refactored_positions"]
    assert (position["status"], position["quantity"], position["realized_pnl"]) == ("closed", 9, Decimal("-195.00"))
    assert (position["partial_exits"], position["exit_codes"]) == (2, ["partial_profit", "deep_loss", "stop_loss"])
    assert {trade["exit_reason"] for trade in expected["trades"]} == {
        None,
        "partial_profit",
        "deep_loss",
        "stop_loss",
    }
    assert sorted(order["remaining_quantity"] for order in expected["orders"]) == [0, 0, 3, 5]
    arrivals = [end_of_parts(), last_fill, *reversed(sold_in_parts())]
    assert await rows_after(pool, arrivals, batch=1) == expected


@POSTGRES
async def test_a_shadow_position_is_told_apart_in_any_order(pool: Pool) -> None:
    trade, opened, reduced, _, _ = shadowed()
    found = await rows_after(pool, [trade, opened, reduced])
    (position,) = found["shadow_positions"]
    assert (position["status"], position["quantity"], position["initial_quantity"]) == ("open", 3, 4)
    assert (position["realized_pnl"], position["partial_exits"]) == (Decimal(100), 1)
    assert str(position["shadow_trade_id"]) == trade.event_id
    expected = await rows_after(pool, shadowed())
    (position,) = expected["shadow_positions"]
    assert (position["status"], position["realized_pnl"], position["quantity"]) == ("closed", Decimal(-50), 4)
    assert str(position["shadow_trade_id"]) == trade.event_id
    assert (position["engine"], position["entry_mode_hint"]) == ("B", "BREAKOUT")
    (told,) = expected["shadow_trades"]
    assert (told["contributing_agents"], told["meta_confidence"]) == (["context", "technical"], 67)
    assert (told["dealer_decision"]["confidence"], told["entry_price"]) == ("0.4000", Decimal("2.1"))
    assert (told["entry_timestamp"], told["expires_at"]) == (at(0.2), at(300))
    assert (expected["refactored_positions"], expected["trades"], expected["orders"]) == ([], [], [])
    for arrival in itertools.permutations(shadowed()):
        assert await rows_after(pool, arrival, batch=1) == expected


@POSTGRES
async def test_outcomes_of_real_and_shadow_trades_stand_side_by_side(pool: Pool) -> None:
    found = await rows_after(pool, [closed_trade(), *shadowed()])
    real, shadow = sorted(found["trade_outcomes"], key=lambda row: bool(row["is_shadow"]))
    assert real["experiment_id"] == shadow["experiment_id"]
    assert (real["engine"], real["pnl"], real["is_shadow"], real["exit_codes"]) == (
        "A",
        Decimal(260),
        False,
        ["profit_target"],
    )
    assert (shadow["engine"], shadow["pnl"], shadow["partial_exits"]) == ("B", Decimal(-50), 1)
    learnt = sorted(found["bias_trade_performance"], key=lambda row: bool(row["is_shadow"]))
    assert [row["source"] for row in learnt] == ["live", "simulation"]
    assert learnt[1]["exit_reason_codes"] == ["partial_profit", "stop_loss"]
    assert (learnt[1]["engine"], learnt[1]["exit_reason"]) == ("B", "stop_loss")


def row_of(event: Event, table: str) -> dict[str, Any]:
    """Return the columns that an event writes to a table."""
    (found,) = [
        effect
        for effect in EFFECTS[type(event)](event)
        if isinstance(effect, Write) and effect.sql.startswith(f"INSERT INTO {table} ")
    ]
    names = found.sql.split("(", 1)[1].split(")", 1)[0].replace('"', "").split(", ")
    return dict(zip(names, found.values, strict=True))


money = st.integers(-(10**6), 10**6).map(lambda cents: Decimal(cents).scaleb(-2))
prices = st.integers(0, 10**6).map(lambda ticks: Decimal(ticks).scaleb(-4))


@settings(max_examples=60, deadline=None)
@given(
    pnl=money,
    entry_price=prices,
    exit_price=prices,
    engine=st.sampled_from("AB"),
    is_shadow=st.booleans(),
    reason=st.sampled_from(get_args(ExitReason)),
    codes=st.lists(st.sampled_from(get_args(ExitReason)), max_size=3),
    minutes=st.integers(0, 10_000),
)
def test_an_outcome_is_told_whole(
    pnl: Decimal,
    entry_price: Decimal,
    exit_price: Decimal,
    engine: str,
    is_shadow: bool,
    reason: ExitReason,
    codes: list[str],
    minutes: int,
) -> None:
    """Orchestrator property: Trade outcome record completeness"""
    trade = TradeClosed.model_validate(
        closed_trade().model_dump()
        | {
            "realized_pnl": pnl,
            "entry_price": entry_price,
            "exit_price": exit_price,
            "engine": engine,
            "is_shadow": is_shadow,
            "exit_reason": reason,
            "exit_codes": codes,
            "exit_timestamp": at(0) + timedelta(minutes=minutes),
            "duration_minutes": minutes,
            "expiration": date(2026, 2, 27),
        }
    )
    row = row_of(trade, "trade_outcomes")
    assert all(value is not None for value in row.values())
    assert row == {
        "outcome_id": trade.event_id,
        "experiment_id": trade.experiment_id,
        "engine": engine,
        "trade_id": trade.entry_order_id,
        "account_id": "paper",
        "position_id": trade.position_id,
        "signal_id": trade.signal_id,
        "symbol": SYMBOL,
        "direction": "long",
        "quantity": 2,
        "entry_price": entry_price,
        "exit_price": exit_price,
        "pnl": pnl,
        "pnl_percent": trade.pnl_percent,
        "pnl_r": trade.pnl_r,
        "exit_reason": reason,
        "exit_codes": codes or [reason],
        "partial_exits": 0,
        "entry_time": trade.entry_timestamp,
        "exit_time": trade.exit_timestamp,
        "duration_minutes": minutes,
        "is_shadow": is_shadow,
        "is_test": False,
    }
    assert json.dumps(row, default=str)
