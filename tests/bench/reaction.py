"""How soon an exit follows its tick: 10,000 ticks a second, and now and then a quote that calls for an exit.

The sender is a process of its own and sends as the product's feeds do. The clock starts right before the frame with the
tick is handed to its producer, and stops when the order, or the fill, has been read from Kafka; another one starts when
the tick falls due, so that what a feed gathers is not hidden. The quote that fills the exit is the next one.
"""

import asyncio
import multiprocessing
import time
from multiprocessing.queues import Queue
from pathlib import Path
from typing import NamedTuple, cast

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import fields_of
from schemas.orders import OrderFilled, OrderPlaced
from streams.feeds.lockstep import progress_of, settled
from streams.publisher import Publisher
from streams.topics import FILLS, ORDERS, PARTITIONS
from tests.bench.figures import Sample, growth, share
from tests.bench.holding import holding
from tests.bench.reaction_tape import CALLS_PER_S, LEAVING, RATE, Key, Sent, planned, sent
from tests.bench.services import kafka
from tests.bench.spy_day import names
from tests.bench.tape import worker

POSITIONS = (300, 1_000, 10_000)
WARM_S, LASTS_S, QUICK_S = 3.0, 25.0, 4.0
LATE_S = 30.0
HAVING = "Kafka acknowledging a frame"


class Waits(NamedTuple):
    """Milliseconds that were waited, and the frames.

    exit    from a frame's being handed over to its exit's order
    fill    to its fill
    due     from the tick's falling due to its exit's order
    kafka   from a frame's being handed over to Kafka having it
    frames  what the frames were like, in words
    """

    exit: list[float]
    fill: list[float]
    due: list[float]
    kafka: list[float]
    frames: str


def wanted(count: int) -> list[tuple[str, str]]:
    """Return account and contract of each position: one where a contract is left, the others in those that stay."""
    _, contracts = names()
    stay = contracts[LEAVING:]
    more = [(f"a{number // len(stay)}", stay[number % len(stay)]) for number in range(count - LEAVING)]
    return [*(("a0", contract) for contract in contracts[:LEAVING]), *more]


def _sender(bootstrap_servers: str, lasts_s: float, said: "Queue[object]") -> None:
    plan = planned(lasts_s, first=WARM_S, leaving=True)
    said.put("ready")
    said.put(uvloop.run(sent(bootstrap_servers, plan, run="measured")))


async def followed(bootstrap_servers: str, lasts_s: float) -> Waits:
    """Have the tape sent, read what follows, and return what was waited for."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
    partitions = [TopicPartition(topic.name, number) for topic in (ORDERS, FILLS) for number in range(PARTITIONS)]
    orders: dict[Key, float] = {}
    fills: dict[Key, float] = {}
    said: Queue[object] = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=_sender, args=(bootstrap_servers, lasts_s, said))
    process.start()
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        for partition in partitions:
            await consumer.position(partition)
        expected = min(2 * LEAVING, round(lasts_s * CALLS_PER_S))
        end = time.monotonic() + lasts_s + LATE_S + 30.0
        while len(fills) < expected and time.monotonic() < end:
            read = await consumer.getmany(timeout_ms=500)
            at = time.monotonic()
            for partition, messages in read.items():
                for message in messages:
                    model, noted = (OrderPlaced, orders) if partition.topic == ORDERS.name else (OrderFilled, fills)
                    known = fields_of(model, message.value)
                    noted.setdefault((known["option_symbol"], known["exit_reason"]), at)
        assert said.get(timeout=60) == "ready"
        found = cast(Sent, said.get(timeout=60))
        called = set(found.handed)
        assert set(orders) == set(fills) == called, f"{len(orders)} orders, {len(fills)} fills for {len(called)} calls"
        return Waits(
            exit=[(orders[key] - at) * 1e3 for key, at in found.handed.items()],
            fill=[(fills[key] - at) * 1e3 for key, at in found.handed.items()],
            due=[(orders[key] - at) * 1e3 for key, at in found.due.items()],
            kafka=[seconds * 1e3 for seconds in found.took],
            frames=f"{len(found.frames) / lasts_s:,.0f} frames/s of {sum(found.frames) / len(found.frames):.1f} ticks",
        )
    finally:
        await consumer.stop()
        process.terminate()
        process.join(10)


async def _prepared(bootstrap_servers: str, count: int) -> None:
    async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench") as publisher:
        await holding(wanted(count)).write(publisher)


async def _warmed(bootstrap_servers: str) -> None:
    await sent(bootstrap_servers, planned(WARM_S, first=0.0, leaving=False), run="warm")
    async with progress_of(bootstrap_servers) as progress:
        await settled(progress)


def one(folder: Path, bootstrap_servers: str, count: int, *, lasts_s: float) -> Waits:
    """Return what is waited for with so many open positions."""
    asyncio.run(_prepared(bootstrap_servers, count))
    with worker(bootstrap_servers, folder):
        uvloop.run(_warmed(bootstrap_servers))
        return uvloop.run(followed(bootstrap_servers, lasts_s))


def measure(quick: bool) -> list[Sample]:
    """Return what one run finds. Raises AssertionError when an exit is missing."""
    samples: list[Sample] = []
    costs: dict[str, dict[int, float]] = {}
    for count in POSITIONS:
        with kafka() as (servers, folder):
            waits = one(folder, servers, count, lasts_s=QUICK_S if quick else LASTS_S)
        note = f"{len(waits.exit)} exits; {waits.frames}"
        shares = (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
        for article, what, found in (("an", "exit", waits.exit), ("a", "fill", waits.fill)):
            name = f"{what} after its tick at {RATE:,} ticks/s, {count:,} positions"
            for label, part in shares:
                beside = {HAVING: share(waits.kafka, part)}
                samples.append(Sample(f"{name}, {label}", share(found, part), "ms", note, beside))
                costs.setdefault(f"{article} {what}'s delay with positions, {label}", {})[count] = share(found, part)
        name = f"exit after its tick fell due at the feed, {count:,} positions"
        samples += [Sample(f"{name}, {label}", share(waits.due, part), "ms", note) for label, part in shares]
    # the longest wait of a run is a matter of luck
    samples += [growth(what, cost, "positions, ms") for what, cost in costs.items() if not what.endswith("max")]
    return samples
