"""How soon an alert is decided on, ordered and filled: on a running platform, all its processes and a Postgres.

An alert's clock starts when it is due at its rate. Each is of an underlying of its own, all of the one account that a
platform's alerts are of. Its contract is quoted as soon as its order has been read from Kafka: what the fill waits for
is the platform and that quote's way to it, no market. Once OPEN_MAX positions are open, each that opens has the oldest
quoted at its target: exits are worked on beside, as they would be. Each rate begins with nothing open.
"""

import asyncio
import json
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

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
from tests.bench.figures import Sample, growth, share
from tests.bench.kill_switch import LIMITS, names_of
from tests.e2e import trace
from tests.e2e.running import Platform, platform

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
LASTS_S = {5: 20.0, 20: 15.0, 100: 10.0}
"""By alerts a second."""
OPEN_MAX = 40
KEPT_RATE = 20
"""The rate that is measured once more with nothing closed, until all of its positions are open."""
QUICK_S = 3.0
WARM = 40
CONNECTIONS = 16
LATE_S = 180.0
REPEATED_AFTER_S = 5.0
CENT = 10_000_000
STEPS = ("decision", "order", "fill")


@dataclass
class Seen:
    """When each underlying's alert was due, and when each thing that followed was read; seconds of one clock."""

    due: dict[str, float] = field(default_factory=dict)
    at: dict[str, dict[str, float]] = field(default_factory=lambda: {step: {} for step in STEPS})
    rejected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open: deque[str] = field(default_factory=deque)
    left: set[str] = field(default_factory=set)
    repeated: int = 0
    restarted: bool = False
    """the worker left meanwhile, and was started again"""

    def waits_ms(self, step: str) -> list[float]:
        """Return how long each alert waited for a step."""
        return [(self.at[step][name] - due) * 1e3 for name, due in self.due.items()]

    @property
    def behind_s(self) -> float:
        """How long after the last alert the last one was filled."""
        return max(self.at["fill"].values()) - max(self.due.values())


class Run(NamedTuple):
    """So many alerts at a rate.

    open_max  positions that are open at most, until all are left at the end
    """

    name: str
    rate: int
    alerts: int
    open_max: int = OPEN_MAX


def runs_of(lasts_s: Mapping[int, float]) -> list[Run]:
    """Return what is measured: each rate, and one of them with nothing closed."""
    steady = [Run(f"{rate}/s", rate, round(rate * seconds)) for rate, seconds in lasts_s.items()]
    kept = round(KEPT_RATE * lasts_s[KEPT_RATE])
    return [*steady, Run(f"{KEPT_RATE}/s, nothing closed", KEPT_RATE, kept, open_max=kept)]


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
        futures.append(await _ticks(publisher, name, Tick(name, to_micros(AT), price=59_542 * CENT, size=100)))
    await asyncio.gather(*futures)


async def _ticks(publisher: Publisher, name: str, *ticks: Tick) -> "asyncio.Future[object]":
    frame = TickFrame.of(ticks, source=f"bench/{name}", sequence=0)
    partition = partition_of(name)
    return await publisher.send(PRICE_TICKS, frame, key=str(partition), partition=partition)


@dataclass
class Quotes:
    """Quotes of contracts, each a microsecond after the one before: none is older than an order that waits for it.

    waiting   by underlying what was quoted, and when, while its fill has not been read
    repeated  quotes that were sent once more: a fill did not follow
    """

    publisher: Publisher
    later_us: int = 0
    waiting: dict[str, tuple[float, tuple[int, ...]]] = field(default_factory=dict)
    repeated: int = 0

    async def send(self, name: str, *bids: int) -> None:
        """Quote an underlying's contract at each of some bids, in cents."""
        self.waiting[name] = time.perf_counter(), bids
        ticks = []
        for bid in bids:
            self.later_us += 1
            at = to_micros(AT) + self.later_us
            ticks.append(Tick(contract_of(name), at, bid=bid * CENT, ask=(bid + 10) * CENT))
        await _ticks(self.publisher, name, *ticks)

    async def repeat(self) -> None:
        """Quote again, as a market would, what was quoted a while ago and is not filled."""
        before = time.perf_counter() - REPEATED_AFTER_S
        for name, bids in [(name, bids) for name, (at, bids) in self.waiting.items() if at < before]:
            self.repeated += 1
            await self.send(name, *bids)

    async def leave(self, seen: Seen, *, at_most: int) -> None:
        """Quote the oldest of what is open at its target, and once more to fill the exit, until so many are left."""
        while len(seen.open) > at_most:
            await self.send(seen.open.popleft(), 560, 560)


async def alerted(running: Platform, asking: Connections, names: Sequence[str], rate: int, seen: Seen) -> None:
    """Send each underlying's alert at a steady rate, whatever the answers take."""
    begun, token = time.perf_counter(), running.endpoints["webhook_token"]

    async def one(number: int, name: str) -> None:
        seen.due[name] = begun + number / rate
        await asyncio.sleep(max(0.0, seen.due[name] - time.perf_counter()))
        await asking.ask(post("/webhook", json.dumps({**trace.ALERT, "symbol": name, "secret": token}).encode()))

    await asyncio.gather(*(one(number, name) for number, name in enumerate(names)))


async def followed(consumer: AIOKafkaConsumer, quotes: Quotes, names: set[str], seen: Seen, *, open_max: int) -> None:
    """Note what follows until each alert is filled or rejected, quote what is ordered, and leave what is open."""
    while len(seen.left) + len(seen.rejected) < len(names):
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
                    fill = fields_of(OrderFilled, message.value)
                    name = fill["symbol"]
                    quotes.waiting.pop(name, None)
                    if fill["side"] == "sell_to_close":
                        seen.left.add(name)
                    elif name not in seen.at["fill"]:
                        seen.at["fill"][name] = at
                        seen.open.append(name)
                elif (name := fields_of(OrderPlaced, message.value)["symbol"]) not in seen.at["order"]:
                    seen.at["order"][name] = at
                    await quotes.send(name, 340)
        is_over = len(seen.at["fill"]) + len(seen.rejected) == len(names)
        await quotes.leave(seen, at_most=0 if is_over else open_max)
        await quotes.repeat()
    seen.repeated = quotes.repeated


async def seen_of(running: Platform, runs: Sequence[Run]) -> dict[Run, Seen]:
    """Return what was seen in each run, after a warm-up."""
    servers = running.endpoints["kafka_bootstrap_servers"]
    warm = Run("warm", WARM, WARM)
    names = names_of(sum(run.alerts for run in (warm, *runs)))
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    topics = (DECISIONS, ORDERS, FILLS)
    partitions = [TopicPartition(topic.name, number) for topic in topics for number in range(PARTITIONS)]
    found: dict[Run, Seen] = {}
    later_us = 0
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        for partition in partitions:
            await consumer.position(partition)
        async with Publisher(servers, linger_ms=0, client_id="bench") as publisher:
            await listed(publisher, names)
            await asyncio.to_thread(running.settle)
            for run in (warm, *runs):
                worker = running.child("streams.worker").pid
                own, names, seen = names[: run.alerts], names[run.alerts :], Seen()
                quotes = Quotes(publisher, later_us=later_us)
                try:
                    # new ones for each run: the API closes what has been idle for five seconds
                    async with (
                        connections(running.endpoints["api_url"], CONNECTIONS) as asking,
                        asyncio.timeout(run.alerts / run.rate + LATE_S),
                        asyncio.TaskGroup() as group,
                    ):
                        group.create_task(followed(consumer, quotes, set(own), seen, open_max=run.open_max))
                        group.create_task(alerted(running, asking, own, run.rate, seen))
                except TimeoutError:
                    steps = ", ".join(f"{len(seen.at[step])} to the {step}" for step in STEPS)
                    raise TimeoutError(f"{run.name}: of {run.alerts} alerts {steps}, {len(seen.left)} closed") from None
                assert not seen.rejected, f"{len(seen.rejected)} rejected, such as {list(seen.rejected.items())[:3]}"
                await asyncio.to_thread(running.settle)
                seen.restarted = running.child("streams.worker").pid != worker
                found[run], later_us = seen, quotes.later_us
    finally:
        await consumer.stop()
    del found[warm]
    return found


def measure(quick: bool) -> list[Sample]:
    """Return what one run finds. Raises AssertionError when an alert is rejected, TimeoutError when one is lost."""
    lasts_s = dict.fromkeys(LASTS_S, QUICK_S) if quick else LASTS_S
    with tempfile.TemporaryDirectory(prefix="tapestream-") as folder:
        home = Path(folder) / "home"
        with platform(home, "--feed", "none", "--clock", "tape", **{**LIMITS, "LOG_LEVEL": "warning"}) as running:
            found = uvloop.run(seen_of(running, runs_of(lasts_s)))
    return _samples(found)


def _samples(found: Mapping[Run, Seen]) -> list[Sample]:
    samples: list[Sample] = []
    costs: dict[str, dict[int, float]] = {}
    for run, seen in found.items():
        note = (
            f"{run.alerts:,} alerts, at most {run.open_max} positions open; the last fill {seen.behind_s:.1f} s after "
        )
        note += f"the last alert; {seen.repeated} quotes sent again"
        note += "; the worker was started again meanwhile" if seen.restarted else ""
        for step in STEPS:
            waits = seen.waits_ms(step)
            for label, part in (("p50", 0.5), ("p99", 0.99)):
                name = f"alert to {step} at {run.name}, {label}"
                samples.append(Sample(name, share(waits, part), "ms", note))
                if run.open_max == OPEN_MAX:
                    costs.setdefault(f"alert to {step} with the rate, {label}", {})[run.rate] = share(waits, part)
    return samples + [growth(what, cost, "alerts a second, ms") for what, cost in costs.items()]
