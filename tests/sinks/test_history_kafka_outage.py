"""History while Kafka is away: on a broker of its own, which the test stops and starts again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from compose import kafka
from compose.kafka_jars import java_and_maven
from compose.topic_admin import ensure_topics
from schemas.codec import encode
from schemas.ids import derived_id
from sinks.history import READER
from streams.publisher import Publisher
from streams.topics import ENRICHMENTS, SIGNALS
from tests.schemas.story import signal
from tests.sinks.proxy import line_to
from tests.sinks.running import eventually, fresh_symbol, publish, running_history, send_bytes, stored

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.postgres,
    pytest.mark.skipif(not java_and_maven(), reason="a broker of its own needs java and mvn"),
]


@asynccontextmanager
async def broker(folder: Path) -> AsyncIterator[str]:
    """Run a broker that keeps its data and its port from one time to the next."""
    running = kafka.running(folder)
    address = await asyncio.to_thread(running.__enter__)
    try:
        yield address
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def test_rows_and_dead_letters_outlast_an_outage_of_kafka(database_url: str, tmp_path: Path) -> None:
    symbol, later = fresh_symbol(), fresh_symbol()
    async with line_to(database_url) as (line, url):
        async with broker(tmp_path) as address:
            await ensure_topics(address)
            history = running_history(address, url)
            await history.__aenter__()
            async with Publisher(address) as publisher:
                await publish(publisher, signal(fresh_symbol()))
                await stored(database_url, "SELECT 1 FROM signals")
                line.cut()
                place = await send_bytes(publisher, ENRICHMENTS.name, key=symbol, value=b"nonsense")
                await send_bytes(publisher, SIGNALS.name, key=symbol, value=encode(signal(symbol)))

            async def tried() -> bool | None:
                return line.refused >= 2 or None

            await eventually(tried, what="attempts to reconnect")
        try:
            line.mend()
            await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", symbol)
            async with broker(tmp_path) as address:
                async with Publisher(address) as publisher:
                    await publish(publisher, signal(later))
                await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", later)
                letter_id = derived_id("dead-letter", READER, *place)
                await stored(database_url, "SELECT 1 FROM dead_letters WHERE dead_letter_id = $1::uuid", letter_id)
        finally:
            await history.__aexit__(None, None, None)
