"""The tape drained by several workers that share its partitions."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path

from aiokafka import TopicPartition

from streams.feeds.lockstep import progress_of
from streams.publisher import Publisher
from streams.topics import GROUP, PARTITIONS, PRICE_TICKS
from tests.bench.spy_day import Encoded
from tests.bench.tape import DEADLINE_S, held, send, worker


async def drained_by(workers: int, bootstrap_servers: str, home: Path, tape: Sequence[Encoded], count: int) -> float:
    """Return the ticks a second that so many workers drain together of a tape that waits, from first commit to last.

    A rebalance in between counts, and so does the partition with half of the ticks, which one of them drains alone.
    """
    sizes = [[0, *accumulate(frame.ticks for frame in tape if frame.partition == p)] for p in range(PARTITIONS)]
    total, first = sum(size[-1] for size in sizes), None
    deadline = time.monotonic() + DEADLINE_S
    async with Publisher(bootstrap_servers, linger_ms=5, client_id="bench") as publisher:
        await held(count).write(publisher)
        await send(publisher, tape)
    with ExitStack() as stack:
        for number in range(workers):
            own = home / f"worker-{number}"
            own.mkdir()
            stack.enter_context(worker(bootstrap_servers, own))
        async with progress_of(bootstrap_servers, topics=[PRICE_TICKS]) as progress:
            while True:
                await asyncio.sleep(0.05)
                committed = await progress.admin.list_consumer_group_offsets(GROUP)
                done = sum(
                    sizes[number][max(0, found.offset)]
                    for number in range(PARTITIONS)
                    if (found := committed.get(TopicPartition(PRICE_TICKS.name, number))) is not None
                )
                if done and first is None:
                    first = time.perf_counter(), done
                if done == total:
                    break
                assert time.monotonic() < deadline, f"{done} of {total} ticks drained"
    assert first is not None
    began, before = first
    return float(total - before) / (time.perf_counter() - began)
