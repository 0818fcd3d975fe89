"""A round: the whole platform on its own Kafka and Postgres, a feed, faults, and what the oracle says in the end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from sinks import executor, history
from streams.feeds.lockstep import NotSettled, Progress, progress_of, settled
from streams.topics import CANCEL_REQUESTS, ORDERS
from tests.crash.alerts import Posted, storm
from tests.crash.broker import is_told, their_book
from tests.crash.facts import Facts, gather
from tests.crash.faults import FAULTS, passed_over
from tests.crash.feeder import Sent, sent_of, steps_sent
from tests.crash.market import quoted
from tests.crash.oracle import Counts, counts, not_as_sent, violations
from tests.crash.plan import LIVE_ACCOUNT, Limits
from tests.crash.platform import NotReady, Platform
from tests.crash.recovery import NotRecovered, Recovery, Watch
from tests.crash.schedule import KINDS, SPARE_WORKER, Strike, strikes
from tests.crash.services import HMAC_SECRET, Addresses, api_answers, journal_of, platform_of

SETTLED_DEADLINE_S = 120.0
_LAST_S = 1.0
"""The feed goes on for so long after the last fault."""
STOP_ORDER = (("api",), ("executor",), ("worker-0", "worker-1", SPARE_WORKER), ("history",))


@dataclass(frozen=True, slots=True)
class Round:
    """How a round went."""

    seed: int
    injected: Counter[str]
    """faults by kind"""
    passed_over: Mapping[str, str]
    """kinds that this machine cannot have, and why"""
    recoveries: Sequence[Recovery]
    own_exits: Mapping[tuple[str, int], int]
    late: Sequence[str]
    """who did not stop in time when asked to"""
    posted: Posted
    sent: Sent
    facts: Facts
    violations: tuple[str, ...]
    counts: Counts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", counts(self.facts))


async def run(
    home: Path, *, seed: int, faults: int = 12, kinds: Sequence[str] = tuple(KINDS), backlog: int = 0
) -> Round:
    """Run a round in a folder of its own and return what came of it.

    backlog  steps of the feed, a tenth of a second of tape each, that the workers find when they start
    raises   JarsUnavailable, KafkaNotStarted, PostgresNotStarted; NotReady, NotRecovered and NotSettled are violations
    """
    schedule = strikes(seed, faults=faults, kinds=kinds)
    limits, posted, problems = Limits(), Posted(), list[str]()
    injected: Counter[str] = Counter()
    is_at_rest = False
    async with platform_of(home, seed=seed, backlog=backlog) as (platform, addresses), AsyncExitStack() as stack:
        lines = _lines(addresses.bootstrap_servers, with_broker=platform.broker is not None)
        groups = [await stack.enter_async_context(line) for line in lines]
        journal = journal_of(home)
        watch = Watch(groups, is_ready=lambda: api_answers(addresses.api_url), fed=lambda: steps_sent(journal))
        left_out = {kind: why for kind in kinds if (why := passed_over(platform, kind)) is not None}
        try:
            async with _fed(platform, addresses, journal, seed=seed, posted=posted), _running(watch):
                await _disturb(platform, watch, schedule, left_out=left_out, injected=injected)
            await _at_rest(platform, addresses, groups)
            await platform.stop("api", "executor")
            await _read([groups[0], groups[-1]])  # what the executor has told last
            is_at_rest = True
        except (NotReady, NotRecovered, NotSettled) as error:
            problems.append(f"{type(error).__name__}: {error}")
        for names in STOP_ORDER:
            await platform.stop(*names)
        facts = await gather(
            addresses.bootstrap_servers,
            addresses.database_url,
            broker=None if platform.broker is None else await platform.broker.asking(their_book, platform.broker),
            answered=posted.accepted,
        )
        sent = sent_of(seed, steps_sent=steps_sent(journal))
    problems += [f"alert {number} was refused with {code}" for number, code in sorted(posted.refused.items())]
    if is_at_rest:  # else much is missing that may only be late
        problems += [*not_as_sent(facts, sent), *violations(facts, limits)]
    return Round(
        seed=seed,
        injected=injected,
        passed_over=left_out,
        recoveries=watch.recoveries,
        own_exits=dict(platform.own_exits),
        late=platform.late,
        posted=posted,
        sent=sent,
        facts=facts,
        violations=tuple(problems),
    )


def _lines(servers: str, *, with_broker: bool) -> Sequence[AbstractAsyncContextManager[Progress]]:
    """Return the lines to the groups whose lag counts, those last whose output no other reads."""
    executor_reads = (ORDERS,) if not with_broker else (ORDERS, CANCEL_REQUESTS)
    return [
        progress_of(servers),
        progress_of(servers, group=executor.group_of(LIVE_ACCOUNT), topics=executor_reads),
        progress_of(servers, group=history.GROUP, topics=history.READS),
    ]


@asynccontextmanager
async def _fed(
    platform: Platform, addresses: Addresses, journal: Path, *, seed: int, posted: Posted
) -> AsyncIterator[None]:
    """Keep the feed and the storm of alerts going; leaving waits for the last of both."""
    platform.start("feed")
    stop = asyncio.Event()
    quoting = asyncio.create_task(quoted(platform.broker, platform.clocks, journal, seed=seed), name="quotes")
    alerts = asyncio.create_task(
        storm(
            addresses.api_url,
            secret=HMAC_SECRET,
            seed=seed,
            step=lambda: steps_sent(journal),
            posted=posted,
            stop=stop,
        )
    )
    try:
        yield
    finally:
        stop.set()
        await alerts
        await platform.stop("feed")
        quoting.cancel()
        with suppress(asyncio.CancelledError):
            await quoting


@asynccontextmanager
async def _running(watch: Watch) -> AsyncIterator[None]:
    looking = asyncio.create_task(watch.run(), name="watch")
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _disturb(
    platform: Platform,
    watch: Watch,
    schedule: Sequence[Strike],
    *,
    left_out: Mapping[str, str],
    injected: Counter[str],
) -> None:
    """Inject the schedule's faults one after the other, and see that the platform gets over the last of them."""
    since = "the start"
    for number, strike in enumerate(schedule, start=1):
        if strike.kind in left_out:
            continue
        if strike.at_work:
            await watch.all_over(since=since)
        await asyncio.sleep(strike.after_s)
        given_back = watch.struck(strike.kind)
        await FAULTS[strike.kind](platform, strike)
        given_back()
        injected[strike.kind] += 1
        since = f"fault {number} ({strike.kind})"
    await watch.all_over(since=since)
    await asyncio.sleep(_LAST_S)


async def _at_rest(platform: Platform, addresses: Addresses, groups: Sequence[Progress]) -> None:
    """Wait until nothing is on its way: the spool is empty, every group has read all there is, the broker's part too.

    Raises NotSettled.
    """
    end = asyncio.get_running_loop().time() + SETTLED_DEADLINE_S
    while waiting := await _spooled(addresses.database_url):
        if asyncio.get_running_loop().time() > end:
            raise NotSettled(f"{waiting} alerts still wait in the spool")
        await asyncio.sleep(0.2)
    await _read(groups)
    # what a broker's answer makes of a book may be another order
    is_over = 0
    while platform.broker is not None and is_over < 2:
        book = await platform.broker.asking(their_book, platform.broker)
        is_over = is_over + 1 if await is_told(addresses.database_url, book) else 0
        await _read(groups)
        if asyncio.get_running_loop().time() > end:
            raise NotSettled("the executor has not told all that its broker has")
        await asyncio.sleep(0.2)


async def _read(groups: Sequence[Progress]) -> None:
    # twice: the workers read what the executor tells
    for group in (*groups, *groups):
        await settled(group, deadline_s=SETTLED_DEADLINE_S)


async def _spooled(database_url: str) -> int:
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM signal_spool WHERE forwarded_at IS NULL"))
    finally:
        await connection.close()
