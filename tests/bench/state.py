"""What state costs: the time to be ready, a takeover, memory, and what a tick writes to the changelogs."""

import asyncio
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from schemas.codec import encode
from schemas.event import to_micros
from schemas.occ import underlying_of
from schemas.ticks import Tick, TickFrame
from streams.feeds.lockstep import progress_of, settled
from streams.publisher import Publisher
from streams.topics import BOOKS, MARKETS, PRICE_TICKS, partition_of
from tests.bench import recovery, tape
from tests.bench.figures import Sample
from tests.bench.services import kafka
from tests.bench.spy_day import CENT, ENTRY, MIDNIGHT, day, frames, names
from tests.bench.tape_workers import members
from tests.e2e.running import read_topic

RECORDS = (10_000, 100_000)
POSITIONS = (100, 1_000, 10_000)
TAKEOVER_DEADLINE_S = 90.0
BEGUN = MIDNIGHT + timedelta(hours=10)


def measure(quick: bool) -> list[Sample]:
    """Return what one run finds."""
    samples = []
    for count in RECORDS[:1] if quick else RECORDS:
        with kafka() as (servers, folder):
            samples.append(recovery.measure(servers, folder, count))
    with kafka() as (servers, folder):
        samples.append(Sample("takeover after SIGKILL", asyncio.run(taken_over(servers, folder)), "s", TAKEOVER))
    of_count: dict[int, float] = {}
    for count in POSITIONS:
        with kafka() as (servers, folder):
            of_count[count] = asyncio.run(memory(servers, folder, count))
        samples.append(Sample(f"memory of a worker with {count:,} positions", of_count[count] / 1e6, "MB"))
    few, many = min(POSITIONS), max(POSITIONS)
    each = (of_count[many] - of_count[few]) / (many - few)
    samples.append(Sample("memory of a position", each, "bytes", f"from {few:,} to {many:,} positions"))
    samples.append(Sample("a position's record on its changelog", recorded(), "bytes", "uncompressed, in its book"))
    with kafka() as (servers, folder):
        samples.append(asyncio.run(changelog(servers, folder, days=1 if quick else tape.DAYS)))
    return samples


TAKEOVER = "two workers, one killed; until ticks of all partitions are worked on again; the session is 10 s"


async def probed(bootstrap_servers: str, number: int) -> None:
    """Send a trade to each partition."""
    shards = {partition_of(name): name for name in names()[0]}
    at = to_micros(BEGUN + timedelta(seconds=number))
    async with Publisher(bootstrap_servers, linger_ms=0, client_id="bench") as publisher:
        for partition, name in shards.items():
            ticks = [Tick(name, at, price=100 * 100 * CENT, size=1)]
            frame = TickFrame.of(ticks, source=f"probe-{number}", sequence=0)
            await (await publisher.send(PRICE_TICKS, frame, key=str(partition), partition=partition))


async def taken_over(bootstrap_servers: str, home: Path) -> float:
    """Return the seconds from a worker's death to the other one having worked on every partition."""
    with ExitStack() as stack:
        async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench") as publisher:
            await tape.held(tape.MEASURED).write(publisher)
        workers = []
        for number in range(2):
            own = home / f"worker-{number}"
            own.mkdir()
            workers.append(stack.enter_context(tape.worker(bootstrap_servers, own)))
        async with progress_of(bootstrap_servers, topics=[PRICE_TICKS]) as progress:
            end = time.monotonic() + TAKEOVER_DEADLINE_S
            while await members(progress.admin) < 2:
                assert time.monotonic() < end, "two workers did not share the partitions"
                await asyncio.sleep(0.2)
            await probed(bootstrap_servers, 0)
            await settled(progress)
            workers[1].kill()
            begun = time.perf_counter()
            await probed(bootstrap_servers, 1)
            await settled(progress, deadline_s=TAKEOVER_DEADLINE_S)
            return time.perf_counter() - begun


async def memory(bootstrap_servers: str, home: Path, count: int) -> float:
    """Return the bytes of a worker's resident set after it has looked at every contract of so many positions."""
    async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench") as publisher:
        await tape.held(count).write(publisher)
        shards: dict[int, list[Tick]] = {}
        for row, contract in enumerate(names()[1]):
            tick = Tick(contract, to_micros(BEGUN) + row, bid=ENTRY - CENT, ask=ENTRY + CENT)
            shards.setdefault(partition_of(underlying_of(contract)), []).append(tick)
        for partition, ticks in shards.items():
            frame = TickFrame.of(ticks, source="memory", sequence=0)
            await (await publisher.send(PRICE_TICKS, frame, key=str(partition), partition=partition))
    with tape.worker(bootstrap_servers, home) as process:
        await _worked(bootstrap_servers)
        return float(process.memory_info().rss)


async def _worked(bootstrap_servers: str) -> None:
    async with progress_of(bootstrap_servers, topics=[PRICE_TICKS]) as progress:
        await settled(progress)


def recorded() -> float:
    """Return the bytes of a book's record a position."""
    records = tape.held(tape.MEASURED).records.values()
    return sum(len(encode(record)) for record in records) / sum(len(record.state.positions) for record in records)


async def changelog(bootstrap_servers: str, home: Path, *, days: int) -> Sample:
    """Return what the state records of a whole tape at full speed cost, a tick."""
    looped = frames(day(), days=days)
    found = await tape.drained(bootstrap_servers, home, looped, tape.MEASURED)
    sizes = {}
    for topic in (MARKETS, BOOKS):
        messages = await asyncio.to_thread(read_topic, bootstrap_servers, topic.name)
        sizes[topic.name] = sum(len(message.key or b"") + len(message.value or b"") for message in messages)
    sizes[BOOKS.name] -= sum(len(key) + len(encode(record)) for key, record in tape.held(tape.MEASURED).records.items())
    total = sum(frame.ticks for frame in looped)
    said = ", ".join(f"{name} {size / total:.2f}" for name, size in sizes.items())
    note = f"{said}; at {found.per_second:,.0f} ticks/s, markets once a second"
    return Sample("changelog bytes a tick", sum(sizes.values()) / total, "bytes", note)
