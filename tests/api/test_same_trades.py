"""The same trades, whoever asks: the API, a stock Avro consumer with the registry, and DuckDB over the archive."""

import io
import json
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import fastavro
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.orders import OrderFilled
from sinks.archive import archive
from streams.publisher import Publisher
from streams.topics import FILLS, PARTITIONS
from tests.api.serving import serving
from tests.api.test_queries import all_pages
from tests.schemas.story import traded
from tests.sinks.running import fresh_symbol, publish, running_history, stored

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

Trade = tuple[str, str, int, Decimal, str]


@pytest.fixture
def account() -> str:
    return f"account-{fresh_symbol()}"


async def test_the_api_a_stock_consumer_and_the_archive_tell_the_same_trades(
    kafka: str, database_url: str, account: str, tmp_path: Path
) -> None:
    symbols = [fresh_symbol() for _ in range(3)]
    fills = [event for symbol in symbols for event in traded(symbol, account) if isinstance(event, OrderFilled)]
    async with Publisher(kafka) as publisher:
        for event in fills:
            await publish(publisher, event)
    async with running_history(kafka, database_url):
        for event in fills:
            await stored(database_url, "SELECT * FROM trades WHERE trade_id = $1::text::uuid", event.event_id)
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, DATABASE_URL=database_url, ACCOUNT_ID=account) as (_, client):
        rows = await all_pages(client, "/orders/trades")
        told = {
            (row["trade_id"], row["option_symbol"], row["fill_quantity"], Decimal(str(row["fill_price"])), row["side"])
            for row in rows
        }
        consumed = await by_a_stock_consumer(kafka, client, account)
    await archive(kafka, tmp_path, [FILLS])
    archived = by_duckdb(tmp_path, account)
    assert told == consumed == archived
    assert {UUID(trade[0]) for trade in told} == {UUID(event.event_id) for event in fills}


async def by_a_stock_consumer(kafka: str, registry: httpx.AsyncClient, account: str) -> set[Trade]:
    """Read the topic with nothing but Avro and the schemas that the registry's routes give, as kcat does."""
    schemas: dict[int, Any] = {}
    found: set[Trade] = set()
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(FILLS.name, number) for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for messages in (await consumer.getmany(timeout_ms=200)).values():
                for message in messages:
                    magic, schema_id = struct.unpack(">bI", message.value[:5].rjust(5, b"\xff"))
                    if magic != 0:
                        continue  # another test's, which nobody can read
                    if schema_id not in schemas:
                        answer = await registry.get(f"/schemas/ids/{schema_id}")
                        schemas[schema_id] = answer.is_success and fastavro.parse_schema(
                            json.loads(answer.json()["schema"])
                        )
                    if schemas[schema_id]:
                        fields: Any = fastavro.schemaless_reader(
                            io.BytesIO(message.value[5:]), schemas[schema_id], None
                        )
                        if fields["account_id"] == account:
                            found.add(trade_of(fields))
    finally:
        await consumer.stop()
    return found


def by_duckdb(folder: Path, account: str) -> set[Trade]:
    columns = ("event_id", "option_symbol", "quantity", "price", "side")
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {', '.join(columns)} FROM read_parquet(?) WHERE account_id = ?",
            [f"{folder}/topic={FILLS.name}/**/*.parquet", account],
        ).fetchall()
    return {trade_of(dict(zip(columns, row, strict=True))) for row in rows}


def trade_of(fields: dict[str, Any]) -> Trade:
    return fields["event_id"], fields["option_symbol"], fields["quantity"], fields["price"], fields["side"]
