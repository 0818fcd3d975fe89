"""The queries of sinks/ARCHIVE.md, each run as it stands there."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from sinks import archive
from tests.sinks.archived import archived, of_a_day

COOKBOOK = (Path(archive.__file__).parent / "ARCHIVE.md").read_text()
QUERIES = {
    heading.strip(): query
    for heading, query in re.findall(r"^## (.+?)\n(?:(?!^## )[\s\S])*?```sql\n([\s\S]*?)```", COOKBOOK, re.MULTILINE)
}
(VIEWS,) = re.findall(r"```sql\n-- views\n([\s\S]*?)```", COOKBOOK)

EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "P&L by day": [(date(2026, 2, 20), "paper", 2, Decimal(160), Decimal(160))],
    "Win rate by engine": [
        ("A", False, 1, 100.0, Decimal(260), 53.06),
        ("B", False, 1, 0.0, Decimal(-100), 53.06),
    ],
    "Slippage of fills against the mid": [
        ("paper", "buy_to_open", 1, Decimal(10)),
        ("paper", "sell_to_close", 1, Decimal(2)),
    ],
    "Rejected by which gate": [
        ("position_size", "max_position_size", 1, "5 contracts asked for, 2 allowed"),
    ],
    "What an agent's word was worth": [("trend", "bullish", 2, 70.0, 50.0)],
    "Money in and out, fill by fill": [
        ("paper", "QQQ", 2, Decimal(260)),
        ("paper", "SPY", 2, Decimal(260)),
    ],
}


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    events = of_a_day()
    archived(tmp_path / "archive", [*events, *events])  # all of it stands on the topics twice
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(VIEWS)
        yield connection


def test_the_cookbook_has_its_queries() -> None:
    assert len(QUERIES) == COOKBOOK.count("```sql") - 1 >= 9
    assert set(EXPECTED) <= set(QUERIES)


@pytest.mark.parametrize("heading", QUERIES)
def test_a_query_of_the_cookbook_runs_and_says_what_happened(heading: str, day: duckdb.DuckDBPyConnection) -> None:
    rows = day.execute(QUERIES[heading]).fetchall()
    assert rows
    if heading in EXPECTED:
        assert rows == EXPECTED[heading]


def test_latency_is_counted_from_signal_to_decision(day: duckdb.DuckDBPyConnection) -> None:
    ((_, signals, median, _),) = day.execute(QUERIES["Latency from the webhook to the decision"]).fetchall()
    assert (signals, median) == (3, 450)  # decided 200 ms after, and dated 250 ms later


def test_a_signal_that_was_not_decided_on_is_found(day: duckdb.DuckDBPyConnection) -> None:
    assert [row[1] for row in day.execute(QUERIES["Signals without a decision"]).fetchall()] == ["DIA"]


def test_bars_are_made_of_the_tape(day: duckdb.DuckDBPyConnection) -> None:
    found = day.execute(QUERIES["Minute bars of an instrument"]).fetchall()
    bars = [row[2:6] for row in found if row[0] == "SPY"]
    cent = Decimal("0.01")
    assert bars == [(596 + n * cent, 596 + (n + 2) * cent, 596 + n * cent, 596 + (n + 2) * cent) for n in (0, 3)]


def test_polars_reads_the_same_rows(day: duckdb.DuckDBPyConnection) -> None:
    found = pl.scan_parquet("archive/topic=trades.v1", hive_partitioning=True).collect()
    assert (len(found), found["realized_pnl"].sum()) == (4, Decimal(320))
    assert set(found["date"].to_list()) == {date(2026, 2, 20)}
