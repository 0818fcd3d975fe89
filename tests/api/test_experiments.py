"""Experiments, and engine A against engine B, as they are asked for."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from agents.significance import compare
from tests.api.serving import serving
from tests.api.test_queries import all_pages, insert
from tests.api.test_results import stored
from tests.schemas.story import contract
from tests.sinks.both_engines import SYMBOL, everything

AT = datetime(2026, 2, 20, 17, tzinfo=UTC)
POSTGRES = pytest.mark.postgres


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def insert_outcome(database: Any, experiment_id: UUID, engine: str, pnl: str, **more: Any) -> None:
    fields = {
        "outcome_id": uuid4(),
        "experiment_id": experiment_id,
        "engine": engine,
        "trade_id": uuid4(),
        "account_id": "paper",
        "position_id": uuid4(),
        "signal_id": uuid4(),
        "symbol": "SPY",
        "direction": "long",
        "quantity": 1,
        "entry_price": Decimal(2),
        "exit_price": Decimal(3),
        "pnl": Decimal(pnl),
        "pnl_percent": Decimal(pnl) / 2,
        "pnl_r": Decimal(pnl) / 2,
        "exit_reason": "profit_target",
        "exit_codes": ["profit_target"],
        "partial_exits": 0,
        "entry_time": AT,
        "exit_time": AT,
        "duration_minutes": 5,
        "is_shadow": engine == "B",
        "is_test": False,
        **more,
    }
    names, marks = ", ".join(fields), ", ".join(f"${number}" for number in range(1, len(fields) + 1))
    await database.execute(f"INSERT INTO trade_outcomes ({names}) VALUES ({marks})", *fields.values())


@POSTGRES
async def test_an_experiment_is_told_with_all_that_followed(database: Any, database_url: str) -> None:
    await stored(database_url, everything())
    experiment_id = contract(SYMBOL, "paper")["experiment_id"]
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get(f"/experiments/{experiment_id}")
        unknown = await client.get(f"/experiments/{uuid4()}")
        wrong = await client.get("/experiments/no-id")
        await database.execute("UPDATE experiments SET account_id = 'other'")
        theirs = await client.get(f"/experiments/{experiment_id}")
    told = answer.json()
    assert (told["experiment"]["variant"], told["experiment"]["symbol"]) == ("A", SYMBOL)
    assert (told["policy"]["executed_engines"], told["policy"]["shares"]) == (["A"], {"A": 60, "B": 40})
    assert [(wanted["engine"], wanted["is_shadow"]) for wanted in told["recommendations"]] == [
        ("A", False),
        ("B", True),
    ]
    assert [(made["engine"], made["is_shadow"], made["pnl"]) for made in told["outcomes"]] == [
        ("A", False, -195),
        ("B", True, -50),
    ]
    assert (unknown.status_code, wrong.status_code, theirs.status_code) == (404, 422, 404)


@POSTGRES
async def test_experiments_are_listed_by_variant_and_time(database: Any, database_url: str) -> None:
    for number in range(5):
        await insert(
            database,
            "experiments",
            experiment_id=uuid4(),
            signal_id=uuid4(),
            account_id="paper" if number else "other",
            symbol="SPY",
            timeframe="5m",
            variant="AB"[number % 2],
            assignment_hash="a" * 64,
            bucket=Decimal("0.5"),
            split_percentage=50,
            policy_version="v1.0",
            is_test=False,
            created_at=AT + timedelta(minutes=number),
        )
    async with serving(DATABASE_URL=database_url) as (_, client):
        rows = await all_pages(client, "/experiments", limit="3")
        b = await all_pages(client, "/experiments", variant="B", symbol="spy")
        late = await all_pages(client, "/experiments", since="2026-02-20T17:02:00Z", until="2026-02-20T17:04:00Z")
    assert [row["created_at"][14:16] for row in rows] == ["04", "03", "02", "01"]
    assert [row["created_at"][14:16] for row in b] == ["03", "01"]
    assert [row["created_at"][14:16] for row in late] == ["03", "02"]


@POSTGRES
async def test_engines_are_compared_on_the_experiments_that_both_have_closed(database: Any, database_url: str) -> None:
    a, b = [], []
    for number in range(24):
        experiment_id, at_ = uuid4(), AT + timedelta(minutes=number)
        a.append(Decimal(40 + 7 * (number % 5)))
        b.append(Decimal(-10 + 11 * (number % 3)))
        await insert_outcome(database, experiment_id, "A", str(a[-1]), exit_time=at_ - timedelta(hours=number % 2))
        await insert_outcome(database, experiment_id, "B", str(b[-1]), exit_time=at_)
    alone, tested, foreign, doubled = uuid4(), uuid4(), uuid4(), uuid4()
    await insert_outcome(database, alone, "A", "9999")
    for engine in "AB":
        await insert_outcome(database, tested, engine, "9999", is_test=True)
        await insert_outcome(database, foreign, engine, "9999", account_id="other")
    late = AT + timedelta(days=1)
    for engine, pnl, is_shadow in (("A", "5", False), ("A", "9999", True), ("B", "6", True)):
        more = {"symbol": "QQQ", "exit_time": late, "is_shadow": is_shadow}
        await insert_outcome(database, doubled, engine, pnl, **more)
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get("/experiments/results?symbol=spy")
        percent = (await client.get("/experiments/results?symbol=SPY&measure=pnl_percent&alpha=0.1")).json()
        newest = (await client.get("/experiments/results", params={"since": late.isoformat()})).json()
        early = (
            await client.get("/experiments/results", params={"until": (AT + timedelta(minutes=3)).isoformat()})
        ).json()
        naive = await client.get("/experiments/results?since=2026-02-20T17:00:00")
    told, expected = json.loads(answer.text, parse_float=Decimal), compare(a, b)
    assert (told["a"]["n"], told["a"]["mean"], told["b"]["sd"]) == (24, expected.a.mean, expected.b.sd)
    assert (told["difference"], told["readable"], told["measure"]) == (expected.difference, True, "pnl")
    assert float(told["welch"]["p"]) == expected.welch.p
    assert (float(told["bootstrap_low"]), float(told["bootstrap_high"])) == expected.bootstrap
    assert float(told["sequential"]["p"]) == expected.sequential.p
    assert float(told["sequential"]["low"]) == expected.sequential.low
    assert (percent["a"]["mean"], percent["alpha"]) == (float(compare([x / 2 for x in a], b).a.mean or 0), 0.1)
    assert (newest["a"]["n"], newest["a"]["mean"], newest["b"]["mean"]) == (1, 5, 6)
    assert (newest["readable"], newest["reason"]) == (False, "1 of 20 pairs that it takes")
    assert newest["welch"]["reason"] == "each engine needs two outcomes or more"
    assert early["a"]["n"] == 3
    assert naive.status_code == 422


@POSTGRES
async def test_without_outcomes_there_is_nothing_to_read(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        told = (await client.get("/experiments/results")).json()
    assert (told["a"]["n"], told["difference"], told["bootstrap_low"], told["readable"]) == (0, None, None, False)


@POSTGRES
async def test_too_many_pairs_are_refused(database: Any, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.comparison.PAIRS_MAX", 1)
    for _ in range(2):
        experiment_id = uuid4()
        for engine in "AB":
            await insert_outcome(database, experiment_id, engine, "1")
    async with serving(DATABASE_URL=database_url) as (_, client):
        assert (await client.get("/experiments/results")).status_code == 422
