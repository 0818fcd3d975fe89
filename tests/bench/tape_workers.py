"""The tape drained by several workers that share its partitions."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from aiokafka import TopicPartition

from streams.feeds.lockstep import progress_of
from streams.publisher import Publisher
from streams.topics import GROUP, PARTITIONS, PRICE_TICKS
from tests.bench.load import used
from tests.bench.spy_day import Encoded
from tests.bench.tape import DEADLINE_S, at_work, held, send, worker


async def members(admin: Any) -> int:
    """Return how many workers share the partitions; 0 while that is being settled."""
    [group] = (await admin.describe_consumer_groups([GROUP]))[0].groups
    return len(group[5]) if group[2] == "Stable" else 0


class Shared(NamedTuple):
    """Several workers on one tape: processors that each of them kept busy, and that all else did, Kafka most of it."""

    per_second: float
    workers: list[float]
    others: float


async def drained_by(workers: int, bootstrap_servers: str, home: Path, tape: Sequence[Encoded], count: int) -> Shared:
    """Return how quickly so many workers drain a tape that waits.

    From the first commit after all of them share it to the last; one of them has the partition with half of the ticks.
    """
    sizes = [[0, *accumulate(frame.ticks for frame in tape if frame.partition == p)] for p in range(PARTITIONS)]
    total, first, before = sum(size[-1] for size in sizes), None, -1
    deadline = time.monotonic() + DEADLINE_S
    async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench") as publisher:
        await held(count).write(publisher)
        await send(publisher, tape)
    processes: list[psutil.Process] = []
    with ExitStack() as stack:
        for number in range(workers):
            own = home / f"worker-{number}"
            own.mkdir()
            processes.append(stack.enter_context(worker(bootstrap_servers, own)))
        async with progress_of(bootstrap_servers, topics=[PRICE_TICKS]) as progress:
            while True:
                await asyncio.sleep(0.05)
                for number, process in enumerate(processes):
                    at_work(process, home / f"worker-{number}")
                committed = await progress.admin.list_consumer_group_offsets(GROUP)
                done = sum(
                    sizes[number][max(0, found.offset)]
                    for number in range(PARTITIONS)
                    if (found := committed.get(TopicPartition(PRICE_TICKS.name, number))) is not None
                )
                if first is None and await members(progress.admin) == workers:
                    # commits of before may have come from one alone
                    first = _moment(done, processes) if -1 < before < done else None
                    before = done
                if done == total:
                    last = _moment(done, processes)
                    break
                assert time.monotonic() < deadline, f"{done} of {total} ticks drained"
    assert first is not None, "the tape was drained before all shared it"
    took = last.at - first.at
    each = [(after - before) / took for before, after in zip(first.used, last.used, strict=True)]
    _, busy = used(first.machine, last.machine)
    others = busy / 100 * (psutil.cpu_count() or 1) - sum(each)
    return Shared((last.done - first.done) / took, each, others)


class _Moment(NamedTuple):
    at: float
    done: int
    used: list[float]
    machine: Any


def _moment(done: int, processes: Sequence[psutil.Process]) -> _Moment:
    seconds = [sum(process.cpu_times()[:2]) for process in processes]
    return _Moment(time.perf_counter(), done, seconds, psutil.cpu_times())
