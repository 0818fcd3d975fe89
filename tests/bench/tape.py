"""How many ticks a second one worker drains, with open positions, beside reading and decoding the same frames bare."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.rules import Rules
from schemas.codec import encode, fields_of
from schemas.ranks import rank_headers
from schemas.ticks import TickFrame
from streams.cycles import collect_rarely
from streams.feeds.lockstep import progress_of
from streams.processors.market import MarketStage
from streams.publisher import Publisher
from streams.sessions import SessionCalendar
from streams.topics import GROUP, ORDERS, PARTITIONS, PRICE_TICKS, partition_of
from tests.bench.holding import ENTERED, Held, holding
from tests.bench.spy_day import MOVING, Encoded, names
from tests.streams.staging import MARKET_TABLES, Line, Log, delivery, started, tables

MEASURED = 1_000
DAYS = 8
"""As often the day is looped: with less, what is measured lasts a few seconds, and the first commit is a part of it."""
HELD_FROM = ENTERED + timedelta(days=DAYS - 5)
"""When the positions were entered: none has been held for the 120 hours of the rules when the last day ends."""
DEADLINE_S = 240.0
BATCH = 500


class Drain(NamedTuple):
    """One worker on the whole tape.

    cpu_us       microseconds of its processor a tick
    peak_bytes   the most that was resident, looked at twenty times a second
    """

    per_second: float
    cpu_us: float
    exits: int
    peak_bytes: int = 0


def held(count: int) -> Held:
    """Return as many open positions: one in each contract that moves, the others evenly over those that do not."""
    _, contracts = names()
    still = contracts[MOVING:]
    wanted = [("a0", contract) for contract in contracts[:MOVING]]
    wanted += [(f"a{number // len(still)}", still[number % len(still)]) for number in range(count - MOVING)]
    return holding(wanted, at=HELD_FROM)


@contextmanager
def worker(bootstrap_servers: str, home: Path) -> Iterator[psutil.Process]:
    """Run one worker and yield it."""
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        "TAPESTREAM_HOME": str(home),
        "LOG_LEVEL": "warning",
    }
    with (home / "worker.log").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "streams.worker", "--name", "tape"], env=environment, stdout=said, stderr=said
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def at_work(process: psutil.Process, home: Path) -> None:
    """Raise AssertionError with the end of its log when a worker has left: nobody would start it again."""
    has_left = not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert not has_left, f"the worker has left: {(home / 'worker.log').read_text()[-2000:]}"


async def send(publisher: Publisher, tape: Sequence[Encoded]) -> None:
    """Put frames on Kafka."""
    futures = []
    for frame in tape:
        futures.append(
            await publisher.send_encoded(
                PRICE_TICKS.name,
                key=str(frame.partition),
                value=frame.value,
                partition=frame.partition,
                headers=[("ce_id", b"bench")],
            )
        )
        if len(futures) >= 1_000:
            await asyncio.gather(*futures)
            futures.clear()
    await asyncio.gather(*futures)


async def drained(bootstrap_servers: str, home: Path, tape: Sequence[Encoded], count: int) -> Drain:
    """Return how quickly one worker gets through a tape that waits for it; from its first commit to its last."""
    async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench") as publisher:
        await held(count).write(publisher)
        await send(publisher, tape)
    sizes = [[0, *accumulate(frame.ticks for frame in tape if frame.partition == p)] for p in range(PARTITIONS)]
    total, first, peak = sum(size[-1] for size in sizes), None, 0
    deadline = time.monotonic() + DEADLINE_S
    async with progress_of(bootstrap_servers, topics=[PRICE_TICKS]) as progress:
        with worker(bootstrap_servers, home) as process:
            while True:
                await asyncio.sleep(0.05)
                committed = await progress.admin.list_consumer_group_offsets(GROUP)
                now, used = time.perf_counter(), sum(process.cpu_times()[:2])
                at_work(process, home)
                peak = max(peak, process.memory_info().rss)
                done = sum(
                    sizes[number][found.offset]
                    for number in range(PARTITIONS)
                    if (found := committed.get(TopicPartition(PRICE_TICKS.name, number))) is not None
                    and found.offset > 0
                )
                if done and first is None:
                    first = now, used, done
                if done == total:
                    break
                assert time.monotonic() < deadline, f"{done} of {total} ticks drained"
    assert first is not None
    exits = await _count(bootstrap_servers)
    began, used_before, before = first
    return Drain((total - before) / (now - began), (used - used_before) / (total - before) * 1e6, exits, peak)


async def _count(bootstrap_servers: str) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers)
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(ORDERS.name, number) for number in range(PARTITIONS)])
        return sum(ends.values())
    finally:
        await consumer.stop()


async def least(bootstrap_servers: str, tape: Sequence[Encoded]) -> Drain:
    """Return how quickly the same frames are fetched and decoded, with nothing done."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(PRICE_TICKS.name, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        read, begun, used = 0, time.perf_counter(), time.process_time()
        while read < len(tape):
            for messages in (await consumer.getmany(timeout_ms=1000, max_records=BATCH)).values():
                for message in messages:
                    fields_of(TickFrame, message.value)
                    read += 1
        total = sum(frame.ticks for frame in tape)
        return Drain(total / (time.perf_counter() - begun), (time.process_time() - used) / total * 1e6, 0)
    finally:
        await consumer.stop()


async def alone(tape: Sequence[Encoded], count: int) -> Drain:
    """Return how quickly the stage gets through a tape without Kafka: what it writes is encoded, and acknowledged."""
    known, log = tables(MARKET_TABLES), Log()
    for key, record in held(count).records.items():
        value, headers = encode(record), rank_headers(record)
        known["books"].table.put(key.encode(), value, headers, partition=partition_of(record.state.symbol))
    calendar = SessionCalendar("XNYS")
    calendar.phase(tape[0].occurred_at)  # a worker has loaded it before it has partitions, and looks for cycles rarely
    collect_rarely(young=100_000)
    stage: Any = started(MarketStage, known, Line(log), rules=Rules(), calendar=calendar)
    offsets = [0] * PARTITIONS
    messages = []
    for frame in tape:
        offset = offsets[frame.partition]
        messages.append(delivery(PRICE_TICKS, frame.value, partition=frame.partition, offset=offset))
        offsets[frame.partition] += 1
    await stage.open()
    begun, used = time.perf_counter(), time.process_time()
    checkpointed = begun
    for first in range(0, len(messages), BATCH):
        await stage._process(messages[first : first + BATCH])
        if time.perf_counter() - checkpointed >= 1:
            await stage._checkpoint()
            checkpointed = time.perf_counter()
    total = sum(frame.ticks for frame in tape)
    return Drain(
        total / (time.perf_counter() - begun),
        (time.process_time() - used) / total * 1e6,
        len(log.values(ORDERS)),
    )
