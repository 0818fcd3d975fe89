"""A round: its own Kafka, two workers, a feed, ten kills, and what the oracle says of it in the end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from compose import kafka
from compose.topic_admin import ensure_topics
from streams.feeds.lockstep import NotSettled, Progress, progress_of, settled
from streams.publisher import Publisher
from streams.topics import ACCOUNT_STAGE, MARKET_STAGE
from tests.crash.facts import Facts, gather
from tests.crash.feed import Sent, feed
from tests.crash.oracle import Counts, counts, not_as_sent, violations
from tests.crash.plan import WORKERS, Limits, Strike, strikes
from tests.crash.workers import Workers, running

SESSION_TIMEOUT_S = 6
AT_WORK_DEADLINE_S = 60.0
"""A killed worker's session, a rebalance, a start, a recovery, and what has piled up meanwhile."""
SETTLED_DEADLINE_S = 90.0
_LOOK_S = 0.2
_KNOWN_DEAD_S = 1.0
"""After a kill, until what is sent can only be got through by the workers that come after it."""


class NotAtWork(Exception):
    """The workers did not get on in time; the text says since which strike."""


@dataclass(frozen=True, slots=True)
class Round:
    """How a round went."""

    seed: int
    kills: int
    own_exits: Mapping[int, int]
    sent: Sent
    facts: Facts
    violations: tuple[str, ...]
    stopped_in_time: bool
    counts: Counts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", counts(self.facts))


async def run(home: Path, *, seed: int, kills: int = 10, backlog: int = 0) -> Round:
    """Run a round in a folder of its own and return what came of it.

    backlog  steps of the feed, a tenth of a second each, that the workers find when they start
    raises   KafkaNotStarted, NotAtWork; NotSettled is a violation
    """
    limits = Limits()
    with kafka.running(home / "kafka") as bootstrap_servers:
        await ensure_topics(bootstrap_servers)
        environment = {
            **limits.environment(),
            "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
            "KAFKA_SESSION_TIMEOUT_S": str(SESSION_TIMEOUT_S),
            "LOG_LEVEL": "info",
        }
        sent, problems = Sent(), []
        async with (
            progress_of(bootstrap_servers, topics=(*MARKET_STAGE, *ACCOUNT_STAGE)) as progress,
            running(home=home, environment=environment, count=WORKERS) as workers,
        ):
            try:
                await _disturb(
                    bootstrap_servers,
                    progress,
                    workers,
                    strikes(seed, kills=kills),
                    feed_on=partial(feed, seed=seed, sent=sent, backlog=backlog),
                )
                await settled(progress, deadline_s=SETTLED_DEADLINE_S)
            except (NotSettled, NotAtWork) as error:
                problems.append(f"{type(error).__name__}: {error}")
        facts = await gather(bootstrap_servers)
    problems += [*not_as_sent(facts, sent), *violations(facts, limits)]
    return Round(
        seed=seed,
        kills=workers.kills,
        own_exits=dict(workers.own_exits),
        sent=sent,
        facts=facts,
        violations=tuple(problems),
        stopped_in_time=workers.stopped_in_time,
    )


async def _disturb(
    bootstrap_servers: str,
    progress: Progress,
    workers: Workers,
    schedule: list[Strike],
    *,
    feed_on: Callable[..., Awaitable[None]],
) -> None:
    """Feed for as long as the strikes last."""
    stop = asyncio.Event()
    async with Publisher(bootstrap_servers, linger_ms=2, client_id="crash-feed") as publisher:
        feeding = asyncio.ensure_future(feed_on(publisher, stop=stop))
        try:
            for number, strike in enumerate(schedule, start=1):
                if strike.at_work:
                    await _at_work(progress, since=number - 1)
                await asyncio.sleep(strike.after_s)
                workers.kill(strike.victims)
                await asyncio.sleep(strike.pause_s)
                for victim in strike.victims:
                    workers.start(victim)
                if feeding.done():
                    break
            await asyncio.sleep(_KNOWN_DEAD_S)
        finally:
            stop.set()
            await feeding


async def _at_work(progress: Progress, *, since: int) -> None:
    """Wait until the workers have got through what has been sent on every partition by now."""
    loop = asyncio.get_running_loop()
    end = loop.time() + AT_WORK_DEADLINE_S
    await asyncio.sleep(_KNOWN_DEAD_S)
    goal: Mapping[TopicPartition, int] = await progress.consumer.end_offsets(list(progress.partitions))
    while True:
        read = await _committed(progress)
        behind = [at for at in progress.partitions if read.get(at, 0) < goal[at]]
        if not behind:
            return
        if loop.time() > end:
            raise NotAtWork(f"{AT_WORK_DEADLINE_S:g} s after strike {since} still behind on {behind[:8]}")
        await asyncio.sleep(_LOOK_S)


async def _committed(progress: Progress) -> dict[TopicPartition, int]:
    """Return the group's commits; none while it has no coordinator yet."""
    try:
        read = await progress.admin.list_consumer_group_offsets(progress.group, partitions=list(progress.partitions))
    except KafkaError:
        return {}
    return {at: max(found.offset, 0) for at, found in read.items()}  # -1 where nothing was committed yet
