"""How soon an alert is decided on, ordered and filled: on a running platform, all its processes and a Postgres.

An alert's clock starts when it is due at its rate. Each is of an underlying of its own. Its contract is quoted as soon
as its order has been read from Kafka: what the fill waits for is the platform and that quote's way to it, no market.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import fields_of
from schemas.decisions import DecisionMade
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.market import ChainState, ListedContract, MarketContextReceived
from schemas.orders import OrderFilled, OrderPlaced
from schemas.ticks import Tick, TickFrame
from streams.publisher import Publisher
from streams.topics import DECISIONS, FILLS, MARKET_CONTEXT, ORDERS, PARTITIONS, PRICE_TICKS, partition_of
from tests.bench.asking import Connections, connections, post
from tests.bench.figures import Sample, exponent, share
from tests.bench.kill_switch import LIMITS, names_of
from tests.e2e import trace
from tests.e2e.running import Platform, platform

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
LASTS_S = {5: 20.0, 20: 15.0, 100: 3.0}
"""By alerts a second."""
QUICK_S = 3.0
WARM = 40
CONNECTIONS = 16
LATE_S = 60.0
CENT = 10_000_000
STEPS = ("decision", "order", "fill")


@dataclass
class Seen:
    """When each underlying's alert was due, and when each thing that followed was read; seconds of one clock."""

    due: dict[str, float] = field(default_factory=dict)
    at: dict[str, dict[str, float]] = field(default_factory=lambda: {step: {} for step in STEPS})
    rejected: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def waits_ms(self, step: str) -> list[float]:
        """Return how long each alert waited for a step."""
        return [(self.at[step][name] - due) * 1e3 for name, due in self.due.items()]


def contract_of(name: str) -> str:
    """Return the one contract of an underlying."""
    return trace.CONTRACT.replace("SPY", name)


async def listed(publisher: Publisher, names: Sequence[str]) -> None:
    """Tell the platform each underlying's chain and price."""
    futures = []
    for name in names:
        contract = ListedContract(
            option_symbol=contract_of(name),
            strike=Decimal(596),
            expiration=date(2026, 2, 20),
            type="call",
            bid=Decimal("3.40"),
            ask=Decimal("3.50"),
            volume=1_200,
            open_interest=5_400,
            implied_volatility=Decimal("0.14"),
            delta=Decimal("0.48"),
            gamma=Decimal("0.03"),
            theta=Decimal("-0.11"),
            vega=Decimal("0.32"),
        )
        context = MarketContextReceived(
            event_id=derived_id("bench context", name),
            occurred_at=AT,
            symbol=name,
            chain=ChainState(timestamp=AT - timedelta(seconds=30), contracts=(contract,)),
        )
        futures.append(await publisher.send(MARKET_CONTEXT, context, key=name))
        futures.append(await _tick(publisher, name, Tick(name, to_micros(AT), price=59_542 * CENT, size=100)))
    await asyncio.gather(*futures)


async def _tick(publisher: Publisher, name: str, tick: Tick) -> "asyncio.Future[object]":
    frame = TickFrame.of([tick], source=f"bench/{tick.symbol}", sequence=0)
    partition = partition_of(name)
    return await publisher.send(PRICE_TICKS, frame, key=str(partition), partition=partition)


async def alerted(running: Platform, asking: Connections, names: Sequence[str], rate: float, seen: Seen) -> None:
    """Send each underlying's alert at a steady rate, whatever the answers take."""
    begun, token = time.perf_counter(), running.endpoints["webhook_token"]

    async def one(number: int, name: str) -> None:
        seen.due[name] = begun + number / rate
        await asyncio.sleep(max(0.0, seen.due[name] - time.perf_counter()))
        await asking.ask(post("/webhook", json.dumps({**trace.ALERT, "symbol": name, "secret": token}).encode()))

    await asyncio.gather(*(one(number, name) for number, name in enumerate(names)))


async def followed(consumer: AIOKafkaConsumer, publisher: Publisher, names: set[str], seen: Seen) -> None:
    """Note what follows until each alert is filled or rejected, and quote what is ordered."""
    while len(seen.at["fill"]) + len(seen.rejected) < len(names):
        found = await consumer.getmany(timeout_ms=500)
        at = time.perf_counter()
        for partition, messages in found.items():
            for message in messages:
                if partition.topic == DECISIONS.name:
                    decision = fields_of(DecisionMade, message.value)
                    seen.at["decision"].setdefault(decision["symbol"], at)
                    if decision["status"] == "rejected" and decision["symbol"] in names:
                        seen.rejected[decision["symbol"]] = tuple(decision["codes"])
                elif partition.topic == FILLS.name:
                    seen.at["fill"].setdefault(fields_of(OrderFilled, message.value)["symbol"], at)
                elif (name := fields_of(OrderPlaced, message.value)["symbol"]) not in seen.at["order"]:
                    seen.at["order"][name] = at
                    quote = Tick(contract_of(name), to_micros(AT) + 1, bid=340 * CENT, ask=350 * CENT)
                    await _tick(publisher, name, quote)


async def at_rates(running: Platform, lasts_s: dict[int, float]) -> dict[int, Seen]:
    """Return what was seen at each rate, after a warm-up."""
    servers = running.endpoints["kafka_bootstrap_servers"]
    counts = {0: WARM} | {rate: round(rate * seconds) for rate, seconds in lasts_s.items()}
    names = names_of(sum(counts.values()))
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    topics = (DECISIONS, ORDERS, FILLS)
    partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(PARTITIONS)]
    found: dict[int, Seen] = {}
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        for partition in partitions:
            await consumer.position(partition)
        async with Publisher(servers, linger_ms=0, client_id="bench") as publisher:
            await listed(publisher, names)
            await asyncio.to_thread(running.settle)
            for rate, count in counts.items():
                own, names, seen = names[:count], names[count:], Seen()
                # new ones for each rate: the API closes what has been idle for five seconds
                async with (
                    connections(running.endpoints["api_url"], CONNECTIONS) as asking,
                    asyncio.timeout(count / (rate or WARM) + LATE_S),
                    asyncio.TaskGroup() as group,
                ):
                    group.create_task(followed(consumer, publisher, set(own), seen))
                    group.create_task(alerted(running, asking, own, rate or WARM, seen))
                assert not seen.rejected, f"{len(seen.rejected)} rejected, such as {list(seen.rejected.items())[:3]}"
                found[rate] = seen
    finally:
        await consumer.stop()
    del found[0]
    return found


def measure(quick: bool) -> list[Sample]:
    """Return what one run finds. Raises AssertionError when an alert is rejected, TimeoutError when one is lost."""
    lasts_s = dict.fromkeys(LASTS_S, QUICK_S) if quick else LASTS_S
    with tempfile.TemporaryDirectory(prefix="tapestream-") as folder:
        home = Path(folder) / "home"
        with platform(home, "--feed", "none", "--clock", "tape", **{**LIMITS, "LOG_LEVEL": "warning"}) as running:
            found = uvloop.run(at_rates(running, lasts_s))
    samples: list[Sample] = []
    for rate, seen in found.items():
        for step in STEPS:
            waits, name = seen.waits_ms(step), f"alert to {step} at {rate}/s"
            samples.append(Sample(f"{name}, p50", share(waits, 0.5), "ms", f"{len(waits)} alerts"))
            samples.append(Sample(f"{name}, p99", share(waits, 0.99), "ms"))
    halves = {rate: share(seen.waits_ms("fill"), 0.5) for rate, seen in found.items()}
    samples.append(Sample("growth of alert to fill with the rate, p50", exponent(halves), "exponent", "0 is none"))
    return samples
