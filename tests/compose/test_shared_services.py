"""The services that tests share."""

import asyncpg
import pytest

from compose.kafka import answers


@pytest.mark.kafka
async def test_the_shared_kafka_answers(kafka: str) -> None:
    assert await answers(kafka)


@pytest.mark.postgres
@pytest.mark.parametrize("symbol", ["SPY", "QQQ"])
async def test_each_test_has_a_migrated_database_of_its_own(database_url: str, symbol: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM webhook_dedup") == 0
        await connection.execute("CREATE TABLE mine AS SELECT $1::text AS symbol", symbol)
    finally:
        await connection.close()
