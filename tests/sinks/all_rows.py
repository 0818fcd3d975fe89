"""Every row that history keeps of engines, trades and controls."""

from collections.abc import Iterable
from typing import Any

from schemas.event import Event
from tests.sinks.test_history_rows import Pool, write

TABLES = (
    "signals",
    "signal_updates",
    "refactored_signals",
    "market_contexts",
    "decisions",
    "experiments",
    "execution_policies",
    "decision_recommendations",
    "orders",
    "trades",
    "refactored_positions",
    "shadow_trades",
    "shadow_fills",
    "shadow_positions",
    "trade_outcomes",
    "bias_trade_performance",
    "agent_performance",
    "performance_figures",
    "bias_adaptive_config_history",
    "close_requests",
    "control_changes",
    "controls",
    "feature_flags",
)


async def told(pool: Pool) -> dict[str, list[dict[str, Any]]]:
    return {
        table: sorted((dict(row) for row in await pool.fetch(f"SELECT * FROM {table}")), key=repr) for table in TABLES
    }


async def rows_after(pool: Pool, events: Iterable[Event], *, batch: int = 1000) -> dict[str, list[dict[str, Any]]]:
    await pool.execute(f"TRUNCATE {', '.join(table for table in TABLES if table != 'feature_flags')}")
    await write(pool, events, batch=batch)
    return await told(pool)
