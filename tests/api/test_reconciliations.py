"""The live broker as the API tells of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from schemas.accounts import BrokerReported
from schemas.ids import derived_id
from schemas.reconciliation import Difference, Reconciled
from sinks.intents import CHANNEL
from sinks.tables import EFFECTS
from sinks.writes import apply
from tests.api.serving import NOWHERE, serving
from tests.api.test_queries import all_pages

pytestmark = pytest.mark.postgres

AT = datetime(2026, 2, 20, 17, tzinfo=UTC)
LIVE = {"BROKER": "alpaca"}
DIFFERENCE = Difference(
    kind="position_quantity",
    subject="SPY260227C00596500",
    symbol="SPY",
    ours="2",
    theirs="1",
    repair="the book goes by the broker; paused until they agree",
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    yield connection
    await connection.close()


def reconciled(number: int, account_id: str = "paper") -> Reconciled:
    return Reconciled(
        event_id=derived_id("reconciled", account_id, number),
        occurred_at=AT + timedelta(seconds=number // 2),
        account_id=account_id,
        cause="gap",
        orders=number,
        positions=2,
        differences=(DIFFERENCE,) if number else (),
        paused=("SPY",),
    )


def reported(cash: str, *, seconds: int, account_id: str = "paper") -> BrokerReported:
    return BrokerReported(
        event_id=derived_id("report", account_id, seconds),
        occurred_at=AT + timedelta(seconds=seconds),
        account_id=account_id,
        cash=Decimal(cash),
        equity=Decimal("100000.50"),
        buying_power=Decimal(200_000),
        options_buying_power=Decimal("99999.99"),
        day_trades=1,
        is_pattern_day_trader=False,
        is_blocked=False,
        cash_difference=Decimal("-0.65"),
    )


async def write(database: Any, *events: Any) -> None:
    await apply(database, [effect for event in events for effect in EFFECTS[type(event)](event)])


async def test_comparisons_are_listed_newest_first_page_by_page(database: Any, database_url: str) -> None:
    mine = [reconciled(number) for number in range(5)]
    await write(database, *mine, *mine, reconciled(9, "other"))
    async with serving(DATABASE_URL=database_url) as (_, client):
        rows = await all_pages(client, "/reconciliations", limit="2")
    newest_first = sorted(mine, key=lambda event: (event.occurred_at, UUID(event.event_id)), reverse=True)
    assert [row["reconciliation_id"] for row in rows] == [event.event_id for event in newest_first]
    assert rows[0]["differences"] == [DIFFERENCE.model_dump()]
    assert rows[0]["paused"] == ["SPY"]
    assert next(row for row in rows if not row["orders"])["differences"] == []


async def test_the_broker_is_as_it_said_last(database: Any, database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        assert (await client.get("/brokers/paper")).status_code == 404
        await write(
            database, reported("2.00", seconds=2), reported("1.25", seconds=1), reported("3", seconds=3, account_id="x")
        )
        answer = await client.get("/brokers/paper")
        assert (await client.get("/brokers/x")).status_code == 404
    body = answer.json()
    assert (body["cash"], body["cash_difference"], body["created_at"]) == (2.00, -0.65, "2026-02-20T17:00:02Z")
    assert '"cash":2.00' in answer.text.replace(" ", "")


async def test_a_comparison_that_is_asked_for_reaches_the_executor(database: Any, database_url: str) -> None:
    heard: asyncio.Queue[object] = asyncio.Queue()
    await database.add_listener(CHANNEL, lambda *said: heard.put_nowait(said[-1]))
    async with serving(DATABASE_URL=database_url, **LIVE) as (_, client):
        answer = await client.post("/reconciliations")
    assert answer.status_code == 202
    assert await asyncio.wait_for(heard.get(), 10) == "paper"
    (row,) = await database.fetch("SELECT * FROM reconciliation_requests")
    assert str(row["request_id"]) == answer.json()["reconciliation_id"]
    assert (row["account_id"], row["requested_by"], row["answered_at"]) == ("paper", "trader", None)


async def test_without_a_broker_there_is_nothing_to_compare(database: Any, database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.post("/reconciliations")
    assert answer.status_code == 409
    assert await database.fetchval("SELECT count(*) FROM reconciliation_requests") == 0


@pytest.mark.parametrize("path", ["/reconciliations", "/brokers/paper"])
async def test_nobody_is_told_without_a_token_or_a_database(path: str) -> None:
    async with serving(DATABASE_URL=f"postgresql://nobody@{NOWHERE}/nothing") as (_, client):
        assert (await client.get(path)).status_code == 503
        assert (await client.get(path, params={"cursor": str(uuid4())})).status_code in (422, 503)
        del client.headers["Authorization"]
        assert (await client.get(path)).status_code == 401
