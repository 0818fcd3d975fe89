"""Facts tampered with: alerts that were taken in, and rows of the history."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.crash.facts import Facts

Tampering = Callable[[Facts], Facts]
Row = Mapping[str, Any]

COMPARED = {
    "signals": ("account_id", "timestamp", "confidence", "status", "processed", "experiment_id"),
    "decisions": ("signal_id", "status", "codes", "gates", "recommendation", "experiment", "policy", "order_id"),
    "orders": ("client_order_id", "quantity", "limit_price", "status", "filled_at", "remaining_quantity"),
    "order_updates": ("order_id", "status", "created_at"),
    "trades": ("order_id", "position_id", "side", "fill_price", "fill_quantity", "fill_timestamp", "commission"),
    "refactored_positions": ("entry_order_id", "quantity", "entry_price", "status", "realized_pnl", "partial_exits"),
    "trade_outcomes": ("position_id", "quantity", "exit_price", "pnl", "is_shadow", "exit_time"),
    "shadow_positions": ("shadow_trade_id", "quantity", "status"),
}
"""Columns of each table that must say what the topics say."""
IDS_ONLY = ("refactored_signals", "agent_decisions", "shadow_trades", "shadow_fills", "control_changes")


def _with_rows(facts: Facts, table: str, rows: Mapping[str, Row]) -> Facts:
    return replace(facts, rows={**facts.rows, table: rows})


def _without_a_row(table: str) -> Tampering:
    def tamper(facts: Facts) -> Facts:
        first, *others = facts.rows[table].items()
        assert first
        return _with_rows(facts, table, dict(others))

    return tamper


def _with_a_row_more(table: str) -> Tampering:
    def tamper(facts: Facts) -> Facts:
        rows = facts.rows[table]
        return _with_rows(facts, table, {**rows, "another": next(iter(rows.values()))})

    return tamper


def _with_another(table: str, column: str) -> Tampering:
    def tamper(facts: Facts) -> Facts:
        name, row = next((name, row) for name, row in facts.rows[table].items() if row[column] is not None)
        return _with_rows(facts, table, {**facts.rows[table], name: {**row, column: _other(row[column])}})

    return tamper


def _other(value: Any) -> Any:
    """Return a value next to another."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}?"
    if isinstance(value, list):
        return [*value, "another"]
    if isinstance(value, dict):
        return {**value, "another": 1}
    # the least that a column of its kind can be off by
    return value + (timedelta(microseconds=1) if hasattr(value, "tzinfo") else type(value)(1))


def _lost_alert(facts: Facts) -> Facts:
    """The API named a signal that is not on Kafka."""
    return replace(facts, answered={**facts.answered, -1: "lost"})


def _split_alert(facts: Facts) -> Facts:
    """An alert that was sent again, and became another signal."""
    name = next(iter(facts.answered.values()))
    stored = facts.signals.first[name]
    again = replace(stored, record=stored.record.model_copy(update={"event_id": "again"}))
    return replace(facts, signals=replace(facts.signals, first={**facts.signals.first, "again": again}))


OF_HISTORY: Mapping[str, Tampering] = {
    "an alert that was taken in is lost": _lost_alert,
    "an alert becomes two signals": _split_alert,
    **{f"{table} has lost a row": _without_a_row(table) for table in (*COMPARED, *IDS_ONLY)},
    **{f"{table} has a row too many": _with_a_row_more(table) for table in (*COMPARED, *IDS_ONLY)},
    **{
        f"{column} of {table} is another": _with_another(table, column)
        for table, columns in COMPARED.items()
        for column in columns
    },
}
