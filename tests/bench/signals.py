"""How many signals a second one worker decides, with limits that let everything through."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.market import BiasState, ChainState, ListedContract, MarketContextReceived
from schemas.signals import SignalReceived
from schemas.ticks import Tick, TickFrame
from streams.feeds.lockstep import progress_of, settled
from streams.publisher import Publisher
from streams.topics import DECISIONS, MARKET_CONTEXT, PARTITIONS, PRICE_TICKS, SIGNALS, partition_of

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
SYMBOLS = 64
SIGNALS_SENT = 2_000


@contextmanager
def worker(bootstrap_servers: str, home: Path) -> Iterator[None]:
    """Run one worker with limits that let everything through."""
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        "TAPESTREAM_HOME": str(home),
        "LOG_LEVEL": "warning",
        "MAX_OPEN_POSITIONS": "1000000",
        "MAX_POSITIONS_PER_SYMBOL": "1000000",
        "MAX_TOTAL_EXPOSURE": "1000000000",
        "MAX_EXPOSURE_PERCENT": "100",
        "ACCOUNT_EQUITY": "1000000000",
    }
    with (home / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streams.worker", "--name", "bench"], env=environment, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


async def decided(bootstrap_servers: str, publisher: Publisher) -> float:
    """Send signals on many underlyings and return the seconds until each has its decision."""
    names = [f"S{number:04d}" for number in range(SYMBOLS)]
    for name in names:
        contract = ListedContract(
            option_symbol=f"{name[0]}{'ABCDEFGHIJ'[int(name[3])]}{'ABCDEFGHIJ'[int(name[4])]}260220C00101000",
            strike=Decimal(101),
            expiration=date(2026, 2, 20),
            type="call",
            bid=Decimal("1.00"),
            ask=Decimal("1.10"),
        )
        bias = BiasState(event_id_raw=name, timestamp=AT, bias="bullish", bias_score=Decimal(60))
        context = MarketContextReceived(
            event_id=derived_id("context", name),
            occurred_at=AT,
            symbol=name,
            bias=bias,
            chain=ChainState(timestamp=AT, contracts=(contract,)),
        )
        await publisher.publish(MARKET_CONTEXT, context, key=name)
        frame = TickFrame.of([Tick(name, to_micros(AT), 100_500_000_000, 1)], source="bench", sequence=0)
        part = partition_of(name)
        await (await publisher.send(PRICE_TICKS, frame, key=str(part), partition=part))
    async with progress_of(bootstrap_servers) as progress:
        await settled(progress)
        begun = time.perf_counter()
        futures = []
        for number in range(SIGNALS_SENT):
            name = names[number % SYMBOLS]
            signal = SignalReceived(
                event_id=derived_id("bench", number),
                occurred_at=AT,
                account_id="paper",
                symbol=name,
                direction="long",
                timeframe="5m",
                timestamp=AT,
                confidence=Decimal(80),
                signal_hash="0",
            )
            futures.append(await publisher.send(SIGNALS, signal, key=name))
        await asyncio.gather(*futures)
        await settled(progress)
        taken = time.perf_counter() - begun
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers)
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(DECISIONS.name, number) for number in range(PARTITIONS)])
        assert sum(ends.values()) >= SIGNALS_SENT, f"{sum(ends.values())} decisions for {SIGNALS_SENT} signals"
    finally:
        await consumer.stop()
    return taken


def measure(bootstrap_servers: str, home: Path) -> list[tuple[str, float, str, str]]:
    """Return rows of (figure, value, unit, beside it)."""
    with worker(bootstrap_servers, home):
        taken = asyncio.run(_measured(bootstrap_servers))
    return [("signals decided by one worker", SIGNALS_SENT / taken, "signals/s", f"{SYMBOLS} underlyings")]


async def _measured(bootstrap_servers: str) -> float:
    async with Publisher(bootstrap_servers, linger_ms=2) as publisher:
        return await decided(bootstrap_servers, publisher)
