"""How soon an exit follows its tick: 10,000 ticks a second, and now and then a quote that calls for an exit.

The sender is a process of its own. A frame's clock starts right before it is handed to its producer, and stops when the
order, or the fill, has been read from Kafka. The quote that fills the exit is the next one in the same frame.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.queues import Queue
from pathlib import Path
from typing import NamedTuple, cast

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import encode, fields_of
from schemas.event import to_micros
from schemas.occ import underlying_of
from schemas.orders import OrderFilled, OrderPlaced
from schemas.ticks import Tick, TickFrame
from streams.feeds.lockstep import progress_of, settled
from streams.publisher import Publisher
from streams.topics import FILLS, ORDERS, PARTITIONS, PRICE_TICKS, partition_of
from tests.bench.figures import Sample, exponent, share
from tests.bench.holding import holding
from tests.bench.services import kafka
from tests.bench.spy_day import CENT, ENTRY, MIDNIGHT, names
from tests.bench.tape import worker

POSITIONS = (300, 1_000, 10_000)
RATE, EVERY_S = 10_000, 0.01
LEAVING = 250
"""Contracts that are left, each by one position: a part at +26 %, the rest at +60 %."""
CALLED_EVERY = 5
"""Steps from one call for an exit to the next: 20 a second."""
WARM_S, LASTS_S, QUICK_S = 3.0, 25.0, 4.0
BEGUN = MIDNIGHT + timedelta(hours=10)
LATE_S = 30.0
HAVING = "Kafka acknowledging a frame"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """What is sent at one instant: a frame for each partition that has ticks, and the exits it calls for.

    calls  by partition, contract and reason
    """

    frames: dict[int, bytes]
    calls: dict[int, list[Key]]


class Waits(NamedTuple):
    """Milliseconds from a frame's being handed over to an exit's order, to its fill, and to Kafka having the frame."""

    exit: list[float]
    fill: list[float]
    kafka: list[float]


def wanted(count: int) -> list[tuple[str, str]]:
    """Return account and contract of each position: one where a contract is left, the others in those that stay."""
    _, contracts = names()
    stay = contracts[LEAVING:]
    more = [(f"a{number // len(stay)}", stay[number % len(stay)]) for number in range(count - LEAVING)]
    return [*(("a0", contract) for contract in contracts[:LEAVING]), *more]


def steps(lasts_s: float, *, first: float, leaving: bool) -> list[Step]:
    """Return what is sent so long, `first` seconds after the beginning.

    leaving  exits are called for, evenly: of each contract a part, then of each the rest
    """
    underlyings, contracts = names()
    stay, count = contracts[LEAVING:], round(lasts_s / EVERY_S)
    found = []
    for number in range(count):
        ticks: list[Tick] = []
        at = to_micros(BEGUN + timedelta(seconds=first)) + int(number * EVERY_S * 1_000_000)
        for row in range(int(RATE * EVERY_S)):
            nth, moment = number * 100 + row, at + row * 100
            if row % 4 == 3:
                ticks.append(_quote(stay[nth // 4 % len(stay)], moment, ENTRY + (nth % 5 - 2) * CENT))
            else:
                symbol = "SPY" if row % 4 < 2 else underlyings[nth % len(underlyings)]
                ticks.append(Tick(symbol, moment, price=16_700 * CENT + nth % 7 * CENT, size=100))
        keys: list[Key] = []
        if leaving and number % CALLED_EVERY == 0 and number // CALLED_EVERY < 2 * LEAVING:
            turn, which = divmod(number // CALLED_EVERY, LEAVING)
            gain, reason = ((26, "partial_profit"), (60, "profit_target"))[turn]
            mark, last = ENTRY * (100 + gain) // 100, at + 10_000 - 2
            ticks += [_quote(contracts[which], last, mark), _quote(contracts[which], last + 1, mark)]
            keys.append((contracts[which], reason))
        found.append(_step(ticks, keys, first))
    return found


def _quote(contract: str, at: int, mark: int) -> Tick:
    return Tick(contract, at, bid=mark - CENT, ask=mark + CENT)


def _step(ticks: Sequence[Tick], keys: Sequence[Key], first: float) -> Step:
    shards: dict[int, list[Tick]] = {}
    for tick in ticks:
        shards.setdefault(partition_of(underlying_of(tick.symbol)), []).append(tick)
    calls: dict[int, list[Key]] = {}
    for key in keys:
        calls.setdefault(partition_of(underlying_of(key[0])), []).append(key)
    encoded = {
        number: encode(TickFrame.of(found, source=f"reaction-{first:g}", sequence=0))
        for number, found in shards.items()
    }
    return Step(encoded, calls)


async def sent(bootstrap_servers: str, plan: Sequence[Step]) -> tuple[dict[Key, float], list[float]]:
    """Send what is planned, each step at its time.

    Returns when the frame with each call was handed over, and the seconds that Kafka took to acknowledge each frame.
    """
    when: dict[Key, float] = {}
    took: list[float] = []
    futures = []

    def acknowledged(begun: float) -> Callable[[object], None]:
        return lambda _: took.append(time.monotonic() - begun)

    async with Publisher(bootstrap_servers, linger_ms=0, client_id="bench") as publisher:
        begun = time.monotonic()
        for number, step in enumerate(plan):
            await asyncio.sleep(max(0.0, begun + number * EVERY_S - time.monotonic()))
            for partition, value in step.frames.items():
                handed = time.monotonic()
                when |= dict.fromkeys(step.calls.get(partition, ()), handed)
                future = await publisher.send_encoded(
                    PRICE_TICKS.name,
                    key=str(partition),
                    value=value,
                    partition=partition,
                    headers=[("ce_id", b"reaction")],
                )
                future.add_done_callback(acknowledged(handed))
                futures.append(future)
        await asyncio.gather(*futures)
    return when, took


def _sender(bootstrap_servers: str, lasts_s: float, said: "Queue[object]") -> None:
    plan = steps(lasts_s, first=WARM_S, leaving=True)
    said.put("ready")
    said.put(uvloop.run(sent(bootstrap_servers, plan)))


async def read(bootstrap_servers: str, lasts_s: float) -> Waits:
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
        expected = min(2 * LEAVING, round(lasts_s / EVERY_S / CALLED_EVERY))
        end = time.monotonic() + lasts_s + LATE_S + 30.0
        while len(fills) < expected and time.monotonic() < end:
            found = await consumer.getmany(timeout_ms=500)
            at = time.monotonic()
            for partition, messages in found.items():
                for message in messages:
                    model, noted = (OrderPlaced, orders) if partition.topic == ORDERS.name else (OrderFilled, fills)
                    known = fields_of(model, message.value)
                    noted.setdefault((known["option_symbol"], known["exit_reason"]), at)
        assert said.get(timeout=60) == "ready"
        when, took = cast(tuple[dict[Key, float], list[float]], said.get(timeout=60))
        assert set(orders) == set(fills) == set(when), f"{len(orders)} orders, {len(fills)} fills for {len(when)} calls"
        return Waits(
            [(orders[key] - at) * 1e3 for key, at in when.items()],
            [(fills[key] - at) * 1e3 for key, at in when.items()],
            [seconds * 1e3 for seconds in took],
        )
    finally:
        await consumer.stop()
        process.terminate()
        process.join(10)


async def _prepared(bootstrap_servers: str, count: int) -> None:
    async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench") as publisher:
        await holding(wanted(count)).write(publisher)


async def _warmed(bootstrap_servers: str) -> None:
    await sent(bootstrap_servers, steps(WARM_S, first=0.0, leaving=False))
    async with progress_of(bootstrap_servers) as progress:
        await settled(progress)


def one(folder: Path, bootstrap_servers: str, count: int, *, lasts_s: float) -> Waits:
    """Return what is waited for with so many open positions."""
    asyncio.run(_prepared(bootstrap_servers, count))
    with worker(bootstrap_servers, folder):
        uvloop.run(_warmed(bootstrap_servers))
        return uvloop.run(read(bootstrap_servers, lasts_s))


def measure(quick: bool) -> list[Sample]:
    """Return what one run finds. Raises AssertionError when an exit is missing."""
    samples: list[Sample] = []
    halves: dict[int, float] = {}
    for count in POSITIONS:
        with kafka() as (servers, folder):
            waits = one(folder, servers, count, lasts_s=QUICK_S if quick else LASTS_S)
        halves[count] = share(waits.exit, 0.5)
        for what, found in (("exit", waits.exit), ("fill", waits.fill)):
            name = f"{what} after its tick at {RATE:,} ticks/s, {count:,} positions"
            for label, part in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
                beside = {HAVING: share(waits.kafka, part)}
                samples.append(Sample(f"{name}, {label}", share(found, part), "ms", f"{len(found)} of them", beside))
    samples.append(Sample("growth of an exit's delay with positions, p50", exponent(halves), "exponent", "0 is none"))
    return samples
