"""Signals are found by what ended them, and each says what refused it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.rows import AT, insert_decision
from tests.api.serving import serving
from tests.api.test_queries import all_pages, insert_signal

pytestmark = pytest.mark.postgres

LOW = {
    "gate": "confluence",
    "verdict": "block",
    "inputs": {"score": "47"},
    "limit": "at least 50",
    "code": "confluence_below_threshold",
}
FULL = {
    "gate": "open_positions",
    "verdict": "block",
    "inputs": {"open_positions": "5"},
    "limit": "fewer than 5",
    "code": "max_open_positions_exceeded",
}


async def refused(database: Any, *gates: dict[str, Any], minute: int, **more: Any) -> UUID:
    """Insert a signal that gates refused, the first of them for the reason that is given."""
    signal_id, about = uuid4(), {"account_id": "paper", "symbol": "SPY", "direction": "long"} | more
    ending = {"status": "rejected", "rejection_reason": gates[0]["code"], "created_at": AT + timedelta(minutes=minute)}
    policy = about.pop("policy", {"executed_engine": "A"})
    await insert_signal(database, signal_id, **about, **ending)
    # in the order in which they were asked, which is not that of their weight
    told = sorted(gates, key=lambda gate: gate["gate"] != "confluence")
    codes = [gate["code"] for gate in gates]
    await insert_decision(database, signal_id=signal_id, gates=told, codes=codes, policy=policy, **about, **ending)
    return signal_id


async def test_signals_are_found_by_direction_engine_gate_and_time(database: Any, database_url: str) -> None:
    waiting = uuid4()
    await insert_signal(database, waiting, status="pending", created_at=AT)
    low = await refused(database, LOW, minute=1)
    full = await refused(database, FULL, LOW, minute=2, direction="short", policy={"executed_engine": "B"})
    traded = uuid4()
    await insert_signal(database, traded, created_at=AT + timedelta(minutes=3))
    # one engine of two was stopped: the signal was not refused
    await insert_decision(database, signal_id=traded, gates=[LOW], created_at=AT + timedelta(minutes=3))
    await refused(database, LOW, minute=4, account_id="other")
    names = {waiting: "waiting", low: "low", full: "full", traded: "traded"}
    async with serving(DATABASE_URL=database_url) as (_, client):
        everything = await all_pages(client, "/signals", limit="2")
        found = {}
        for filters in (
            "direction=short",
            "engine=A",
            "engine=B",
            "gate=confluence",
            "gate=open_positions",
            "since=2026-02-13T15:32:00Z",
            "until=2026-02-13T15:31:00Z",
        ):
            rows = await all_pages(client, "/signals", **dict([filters.split("=")]))
            found[filters] = [names[UUID(row["signal_id"])] for row in rows]
        wrong = await client.get("/signals?engine=C")
    assert [names[UUID(row["signal_id"])] for row in everything] == ["traded", "full", "low", "waiting"]
    assert found == {
        "direction=short": ["full"],
        "engine=A": ["traded", "low"],
        "engine=B": ["full"],
        "gate=confluence": ["full", "low"],
        "gate=open_positions": ["full"],
        "since=2026-02-13T15:32:00Z": ["traded", "full"],
        "until=2026-02-13T15:31:00Z": ["waiting"],
    }
    assert [(row["engine"], row["gate"], row["says"]) for row in everything] == [
        ("A", None, None),
        ("B", "open_positions", "open positions 5, needed fewer than 5 positions (at its bound)"),
        ("A", "confluence", "confluence 47, needed at least 50 points (3 short)"),
        (None, None, None),
    ]
    assert [error["field"] for error in wrong.json()["errors"]] == ["engine"]


async def test_what_refuses_signals_is_counted_by_gate(database: Any, database_url: str) -> None:
    await refused(database, LOW, LOW | {"engine": "B"}, minute=0)
    await refused(database, LOW, FULL, minute=1, symbol="QQQ")
    await refused(database, FULL, minute=2, account_id="other")
    await insert_decision(database, gates=[FULL])
    async with serving(DATABASE_URL=database_url) as (_, client):
        counted = (await client.get("/signals/refusals")).json()["items"]
        of_one = (await client.get("/signals/refusals?symbol=qqq&since=2026-02-13T15:31:00Z")).json()["items"]
        before = (await client.get("/signals/refusals?until=2026-02-13T15:30:00Z")).json()["items"]
    assert counted == [{"gate": "confluence", "signals": 2}, {"gate": "open_positions", "signals": 1}]
    assert of_one == [{"gate": "confluence", "signals": 1}, {"gate": "open_positions", "signals": 1}]
    assert before == []
