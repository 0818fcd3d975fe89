"""How long a worker takes to be at work on many state records, beside reading the same changelogs bare."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents import book as books
from agents.market import on_ticks
from agents.rules import ExitRules
from compose.processes import wait_until
from schemas.codec import encode
from schemas.market import Market
from schemas.positions import Book
from schemas.ranks import rank_headers
from schemas.records import BookRecord, MarketRecord
from streams.publisher import Publisher
from streams.topics import BOOKS, MARKETS, PARTITIONS, book_key, partition_of
from tests.agents.strategies import SPY, order, quoted, traded
from tests.bench.figures import Sample

READING = "reading the changelogs alone"
START_DEADLINE_S = 120.0


async def fill(bootstrap_servers: str, count: int) -> None:
    """Write as many records as `count`: of each underlying a market and a book with a position."""
    names = ["".join(letters) for letters in islice(product(ascii_uppercase, repeat=4), count // 2)]
    ticks = [traded(SPY, str(100 + minute), seconds=60 * minute) for minute in range(30)]
    market = MarketRecord(state=on_ticks(Market(symbol=SPY), ticks, window=None), epoch=1, version=1)
    asked = order()
    bought, _ = books.on_order(Book(account_id="paper", symbol=SPY), asked)
    held, _ = books.on_ticks(bought, [quoted(asked.option_symbol, "1.00", "1.10", seconds=1)], rules=ExitRules())
    assert held.positions
    book = BookRecord(state=held, epoch=1, version=1)
    values = encode(market), encode(book)
    headers = rank_headers(market)
    async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench-fill") as publisher:
        for begin in range(0, len(names), 5_000):
            futures = []
            for name in names[begin : begin + 5_000]:
                for topic, key, value in ((MARKETS, name, values[0]), (BOOKS, book_key("paper", name), values[1])):
                    futures.append(
                        await publisher.send_encoded(
                            topic.name, key=key, value=value, partition=partition_of(name), headers=headers
                        )
                    )
            await asyncio.gather(*futures)


async def bare(bootstrap_servers: str, count: int) -> float:
    """Return the seconds that fetching the changelogs takes, with nothing done."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic.name, number) for topic in (MARKETS, BOOKS) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        read, begun = 0, time.perf_counter()
        while read < count:
            found = await consumer.getmany(timeout_ms=1000, max_records=500)
            read += sum(map(len, found.values()))
        return time.perf_counter() - begun
    finally:
        await consumer.stop()


@contextmanager
def recovering(bootstrap_servers: str, home: Path) -> Iterator[Path]:
    """Run a worker and yield its log."""
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers, "TAPESTREAM_HOME": str(home)}
    log = home / "recovery.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streams.worker", "--name", "recovery"],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def assigned(log: Path) -> bool:
    """Return whether a worker has its partitions and their records."""
    return any(json.loads(line).get("event") == "partitions_assigned" for line in log.read_text().splitlines())


def measure(bootstrap_servers: str, home: Path, count: int) -> Sample:
    """Return how long a worker takes to be at work on so many records."""
    asyncio.run(fill(bootstrap_servers, count))
    read_s = asyncio.run(bare(bootstrap_servers, count))
    begun = time.perf_counter()
    with recovering(bootstrap_servers, home) as log:
        assert wait_until(lambda: assigned(log), deadline_s=START_DEADLINE_S), log.read_text()[-2000:]
        took_s = time.perf_counter() - begun
    return Sample(f"{count:,} records to ready", took_s, "s", "the start of Python included", {READING: read_s})
