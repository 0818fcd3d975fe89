"""Following the consumer groups: how far each is behind, since when, and which worker owns what."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError

from streams.logs import logger
from streams.topics import ACCOUNT_STAGE, GROUP, MARKET_STAGE, PARTITIONS
from streams.watch_offsets import Lag, Offsets, Stalls, offsets_of

LOOK_EVERY_S = 1.0
TIMEOUT_S = 10.0
"""For a whole look: the first one on a line learns of every topic, which takes seconds on a busy machine."""
STALE_AFTER_S = 5.0
SINKS_PREFIX = f"{GROUP}-"

log = logger(__name__)

WORKED_ON = tuple(
    TopicPartition(topic.name, number)
    for topic in dict.fromkeys((*MARKET_STAGE, *ACCOUNT_STAGE))
    for number in range(PARTITIONS)
)
"""What the workers have to read."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the workers' group."""

    name: str
    owns: frozenset[TopicPartition]


@dataclass(frozen=True, slots=True)
class Found:
    """What the last look has found."""

    members: tuple[Member, ...] = ()
    lags: Mapping[str, Mapping[TopicPartition, Lag]] = field(default_factory=dict)
    """by group"""
    ages_s: Mapping[tuple[str, TopicPartition], float] = field(default_factory=dict)
    """seconds since the commit of a partition with lag has moved, by group and partition"""

    def rows(self) -> Iterator[tuple[str, TopicPartition, Lag, float]]:
        """Yield group, partition, lag and commit age."""
        for group, lags in self.lags.items():
            for at, lag in lags.items():
                yield group, at, lag, self.ages_s.get((group, at), 0.0)


class Groups:
    """Looks at the workers' group and at the sinks' once a second.

    group  of the workers
    """

    def __init__(self, bootstrap_servers: str, *, group: str = GROUP) -> None:
        self._servers = bootstrap_servers
        self._group = group
        self._stalls = Stalls()
        self._found = Found()
        self._looked_at: float | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def found(self) -> Found | None:
        """What is known, not older than a few seconds; None when the broker does not answer."""
        if self._looked_at is None or time.monotonic() - self._looked_at > STALE_AFTER_S:
            return None
        return self._found

    def start(self) -> None:
        """Begin to follow Kafka, which need not be there yet."""
        self._task = asyncio.create_task(self._keep(), name="groups")

    async def stop(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            try:
                async with offsets_of(self._servers, client_id="tapestream-api-groups") as offsets:
                    while True:
                        async with asyncio.timeout(TIMEOUT_S):
                            await self._look(offsets)
                        await asyncio.sleep(LOOK_EVERY_S)
            except (KafkaError, OSError, TimeoutError) as error:
                self._looked_at = None
                self._stalls.forget()
                log.warning("kafka does not answer", error=type(error).__name__)
            except Exception:
                self._looked_at = None
                log.exception("groups cannot be followed")
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self, offsets: Offsets) -> None:
        try:
            members = await self._members(offsets)
            sinks = [name for name, _ in await offsets.admin.list_consumer_groups() if name.startswith(SINKS_PREFIX)]
        except GroupCoordinatorNotAvailableError:
            members, sinks = (), []  # a broker that no group has asked for anything yet
        lags = {self._group: await offsets.lags(self._group, WORKED_ON)}
        for sink in sorted(sinks):
            lags[sink] = await offsets.lags(sink)
        now = time.monotonic()
        behind = [(group, at, lag) for group, found in lags.items() for at, lag in found.items() if lag.behind]
        ages = self._stalls.look({(group, at): lag.committed for group, at, lag in behind}, now=now)
        self._found = Found(members, lags, {(group, at): ages[group, at] for group, at, _ in behind})
        self._looked_at = now

    async def _members(self, offsets: Offsets) -> tuple[Member, ...]:
        answers = await offsets.admin.describe_consumer_groups([self._group])
        found = [member for answer in answers for group in answer.groups for member in group[5]]
        return tuple(
            sorted((Member(str(member[1]), _owned(member[4])) for member in found), key=lambda member: member.name)
        )


def _owned(assignment: object) -> frozenset[TopicPartition]:
    """Return the partitions in a member's assignment; none while they are being handed out."""
    if not isinstance(assignment, bytes) or not assignment:
        return frozenset()
    decoded = ConsumerProtocolMemberAssignment.decode(assignment)
    return frozenset(TopicPartition(topic, number) for topic, numbers in decoded.assignment for number in numbers)
