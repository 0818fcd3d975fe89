"""The history as it stands in Postgres, every row by its id."""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg

Rows = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Rows by table and id; ids are text, JSON is what it says."""

ID_OF = {
    "signals": "signal_id",
    "decisions": "decision_id",
    "orders": "order_id",
    "order_updates": "update_id",
    "trades": "trade_id",
    "refactored_positions": "position_id",
    "trade_outcomes": "outcome_id",
    "shadow_positions": "shadow_position_id",
    "refactored_signals": "refactored_signal_id",
    "market_contexts": "context_id",
    "signal_updates": "update_id",
    "agent_decisions": "decision_id",
    "shadow_trades": "shadow_trade_id",
    "shadow_fills": "fill_id",
    "close_requests": "request_id",
    "cancel_requests": "request_id",
    "control_changes": "change_id",
    "bias_trade_performance": "id",
    "bias_adaptive_config_history": "id",
    "dead_letters": "dead_letter_id",
}
"""The column of each table that an event's id, or a position's, stands in."""

_COUNTED = ("refactored_signals", "market_contexts", "agent_decisions")
"""Tables of which the ids will do: their rows are large and written once."""


async def read_rows(database_url: str) -> Rows:
    """Return the tables of `ID_OF`; raises asyncpg.PostgresError."""
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        for name in ("json", "jsonb"):
            await connection.set_type_codec(name, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str)
        return {table: await _rows(connection, table, column) for table, column in ID_OF.items()}
    finally:
        await connection.close()


async def _rows(connection: asyncpg.Connection, table: str, column: str) -> dict[str, Mapping[str, Any]]:
    wanted = column if table in _COUNTED else "*"
    return {row[column]: dict(row) for row in await connection.fetch(f"SELECT {wanted} FROM {table}")}
