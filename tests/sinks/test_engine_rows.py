"""Rows of both engines, of shadow trades, partial exits, waiting signals, figures and controls: in any order alike."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.event import Event
from schemas.ids import derived_id
from sinks.database import open_pool
from sinks.tables import EFFECTS
from tests.schemas.story import at, story
from tests.sinks.all_rows import TABLES, rows_after
from tests.sinks.both_engines import (
    SYMBOL,
    close_requested,
    control,
    everything,
    judged_by_both,
    measured,
    tuned,
    update,
    waited,
)
from tests.sinks.test_history_rows import Pool

POSTGRES = pytest.mark.postgres


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(database_url, max_size=2)
    yield opened
    await opened.close()


@POSTGRES
async def test_a_waiting_signal_says_since_when_until_when_and_why(pool: Pool) -> None:
    (row,) = (await rows_after(pool, waited()))["signals"]
    assert (row["queued_at"], row["queued_until"], row["queue_reason"]) == (at(1), at(7200), "queued_again")
    assert (row["processing_attempts"], row["next_retry_at"]) == (2, at(3722))
    assert row["status"] == "pending"
    (row,) = (await rows_after(pool, waited()[:1]))["signals"]
    assert (row["queued_at"], row["processing_attempts"], row["next_retry_at"]) == (None, 0, None)
    (row,) = (await rows_after(pool, [*waited()[:1], update("1", "queued", "q" * 150, seconds=1)]))["signals"]
    assert (row["queue_reason"], row["queued_until"]) == ("q" * 100, None)


@POSTGRES
async def test_what_each_engine_recommends_is_told_with_its_reasons(pool: Pool) -> None:
    found = await rows_after(pool, [*waited()[:1], *judged_by_both()])
    ours, theirs = sorted(found["decision_recommendations"], key=lambda row: str(row["engine"]))
    assert (ours["engine"], ours["quantity"], ours["is_shadow"]) == ("A", 2, False)
    assert (theirs["engine"], theirs["quantity"], theirs["is_shadow"]) == ("B", 3, True)
    assert (ours["rationale"]["context_hash"], theirs["rationale"]["context_hash"]) == ("c" * 64, "d" * 64)
    assert [gate["gate"] for gate in ours["rationale"]["gates"]] == ["entry", "session"]
    assert [gate["gate"] for gate in theirs["rationale"]["gates"]] == ["session", "meta_decision"]
    assert theirs["rationale"]["agents"][0]["agent_name"] == "context"
    assert theirs["rationale"]["selection"]["considered"] == 12
    assert (theirs["rationale"]["confidence"], theirs["rationale"]["gamma_overridden"]) == (67, True)
    assert ours["rationale"]["selection"] is None
    (policy,) = found["execution_policies"]
    assert (policy["executed_engines"], policy["shadow_engine"], policy["shares"]) == (["A"], "B", {"A": 60, "B": 40})
    (experiment,) = found["experiments"]
    assert (experiment["account_id"], experiment["symbol"], experiment["timeframe"], experiment["is_test"]) == (
        "paper",
        SYMBOL,
        "5m",
        False,
    )
    (decision,) = found["decisions"]
    assert [str(order_id) for order_id in decision["order_ids"]] == [
        derived_id("entry-order", SYMBOL),
        derived_id("other-order", SYMBOL),
    ]
    assert [(wanted["engine"], wanted["quantity"]) for wanted in decision["recommendations"]] == [("A", 2), ("B", 3)]
    assert [gate["gate"] for gate in decision["shadow_gates"]] == ["meta_decision"]


@POSTGRES
async def test_the_market_at_a_signal_is_kept_with_its_hash(pool: Pool) -> None:
    found = await rows_after(pool, [*waited()[:1], *judged_by_both()])
    (context,) = found["market_contexts"]
    assert (context["timestamp"], context["symbol"], context["current_price"]) == (at(0.1), SYMBOL, Decimal("596.12"))
    assert (context["context_hash"], context["volume"]) == ("c" * 64, 1234)
    assert context["indicators"]["1m"]["bars"] == 30
    assert found["signals"][0]["meta_gamma"]["direction"] == "long"
    plain = await rows_after(pool, story(SYMBOL))
    assert (plain["market_contexts"][0]["volume"], plain["signals"][0]["meta_gamma"]) == (None, None)


@POSTGRES
async def test_the_figures_of_most_trades_stay(pool: Pool) -> None:
    for arrival in itertools.permutations([measured(1), measured(2), measured(7)]):
        found = await rows_after(pool, arrival, batch=1)
        (agent,) = found["agent_performance"]
        assert (agent["agent_name"], agent["trades"], agent["wins"], agent["is_shadow"]) == ("context", 8, 7, False)
        assert (agent["avg_win"], agent["avg_loss"]) == (Decimal(10), Decimal("-4.50"))
        assert (agent["win_rate"], agent["expectancy"]) == (Decimal("87.5"), Decimal("8.19"))
        assert agent["updated_at"] == at(7)
        (regime,) = found["performance_figures"]
        assert (regime["dimension"], regime["name"], regime["is_shadow"], regime["trades"]) == (
            "regime",
            "TREND",
            True,
            8,
        )


@POSTGRES
async def test_what_the_tuner_and_people_changed_is_kept(pool: Pool) -> None:
    found = await rows_after(pool, [tuned(), close_requested()])
    (change,) = found["bias_adaptive_config_history"]
    assert (change["config_key"], change["old_value"], change["new_value"]) == ("confidence_min", "50.0000", "55.0000")
    assert change["applied"]
    (asked,) = found["close_requests"]
    assert (asked["reason"], asked["requested_by"], asked["quantity"]) == ("manual", "trader", 2)


@POSTGRES
async def test_the_newest_value_of_a_control_stays_and_every_change_is_kept(pool: Pool) -> None:
    changes = [
        control("flag.enable_variant_b", {"enabled": True}, seconds=1),
        control("flag.enable_variant_b", {"enabled": False}, seconds=2),
        control("exit_rules.default", {"profit_target_percent": "40", "min_dte_exit": 2}, seconds=1),
        control("risk_limits.paper", {"enabled": False, "max_total_exposure": "5000.50"}, seconds=1, by="desk"),
    ]
    expected = await rows_after(pool, changes)
    for arrival in itertools.permutations(changes):
        assert await rows_after(pool, [*arrival, *arrival], batch=1) == expected
    assert len(expected["control_changes"]) == 4
    assert len(expected["controls"]) == 3
    (flag,) = expected["feature_flags"]
    assert (flag["name"], flag["enabled"], flag["updated_by"]) == ("enable_variant_b", False, "trader")
    rules = await pool.fetchrow("SELECT * FROM exit_rules")
    assert (rules["rule_name"], rules["profit_target_percent"], rules["min_dte_exit"]) == ("default", 40, 2)
    assert (rules["stop_loss_percent"], rules["enabled"]) == (None, True)
    limits = await pool.fetchrow("SELECT * FROM risk_limits")
    assert (limits["limit_name"], limits["max_total_exposure"], limits["enabled"]) == (
        "paper",
        Decimal("5000.50"),
        False,
    )


def test_a_control_that_is_no_json_leaves_no_row() -> None:
    broken = control("kill_switch", {}, seconds=1).model_copy(update={"value": "{"})
    assert list(EFFECTS[type(broken)](broken)) == []


@POSTGRES
def test_any_arrival_of_everything_gives_the_same_rows(database_url: str) -> None:
    events = everything()

    async def outcome(arrival: Sequence[Event], batch: int) -> dict[str, list[dict[str, Any]]]:
        opened = await open_pool(database_url, max_size=1)
        try:
            return await rows_after(opened, arrival, batch=batch)
        finally:
            await opened.close()

    with asyncio.Runner() as runner:
        expected = runner.run(outcome(events, 1000))
        assert all(expected[table] for table in TABLES)

        @settings(
            max_examples=40,
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
