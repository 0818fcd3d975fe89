"""The connections on which claims are made: begun ahead, given back when nobody claims, replaced when they break."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from api.claims import Key
from api.deduplication import WINDOW, Deduplication
from api.pool import open_pool
from tests.api.webhook_stage import new_symbol, until

pytestmark = pytest.mark.postgres

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
_BEGUN = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND state = 'idle in transaction' AND query IN ('BEGIN', 'COMMIT; BEGIN')
"""


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    opened = await open_pool(database_url, max_size=5)  # one connection for claims
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave Postgres the time that it takes on a machine with other work."""
    monkeypatch.setattr("api.claims._CLAIM_WITHIN_S", 30.0)


async def _claimed(claims: Deduplication, symbol: str) -> bool:
    key = Key("paper", symbol, "long", "5m", False)
    async with claims.claim(key, at=AT, signal_id=str(uuid4()), window=WINDOW) as first:
        return first is None


async def _is_kept(pool: "asyncpg.Pool[asyncpg.Record]", symbol: str) -> bool:
    return bool(await pool.fetchval("SELECT count(*) FROM webhook_dedup WHERE symbol = $1", symbol))


async def test_one_transaction_after_the_other_is_made_on_one_connection(
    pool: "asyncpg.Pool[asyncpg.Record]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.claims._LINGER_S", 30.0)
    claims, used = Deduplication(pool), set[int]()
    for _ in range(3):
        symbol = new_symbol()
        assert await _claimed(claims, symbol)
        assert await _is_kept(pool, symbol)
        used |= {row["pid"] for row in await pool.fetch(_BEGUN)}
    assert len(used) == 1
    pool.terminate()


async def test_a_connection_goes_back_without_a_transaction_when_nobody_claims(
    pool: "asyncpg.Pool[asyncpg.Record]",
) -> None:
    claims = Deduplication(pool)
    for _ in range(2):
        assert await _claimed(claims, new_symbol())

        async def none_is_begun() -> bool:
            return not await pool.fetch(_BEGUN)

        await until(none_is_begun)
        assert await _claimed(claims, new_symbol())


async def test_a_connection_that_broke_while_it_waited_costs_no_claim(
    pool: "asyncpg.Pool[asyncpg.Record]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.claims._LINGER_S", 30.0)
    claims = Deduplication(pool)
    assert await _claimed(claims, new_symbol())
    (broken,) = await pool.fetch(_BEGUN)
    assert await pool.fetchval("SELECT pg_terminate_backend($1, 10000)", broken["pid"])
    await pool.fetchval("SELECT 1")
    symbol = new_symbol()
    assert await _claimed(claims, symbol)
    assert await _is_kept(pool, symbol)
    pool.terminate()
