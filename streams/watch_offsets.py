"""How far consumer groups are behind, as Kafka itself has it, and since when they stand still."""

import asyncio
from collections.abc import AsyncIterator, Collection, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

REQUEST_TIMEOUT_MS = 5_000


@dataclass(frozen=True, slots=True)
class Lag:
    """A partition as a group stands to it."""

    committed: int
    """the offset that is read next after a restart"""
    end: int

    @property
    def behind(self) -> int:
        """Messages that are there and not done."""
        return max(0, self.end - self.committed)


class Stalls:
    """Since when things stand still: each is known by its mark, and moves when that changes."""

    def __init__(self) -> None:
        self._since: dict[Hashable, tuple[object, float]] = {}

    def look(self, marks: Mapping[Hashable, object], *, now: float) -> dict[Hashable, float]:
        """Return the seconds for which each thing has stood still. What is left out has nothing to do.

        now  of a clock that only goes on, seconds
        """
        known = self._since
        self._since = {
            name: known[name] if name in known and known[name][0] == mark else (mark, now)
            for name, mark in marks.items()
        }
        return {name: now - since for name, (_, since) in self._since.items()}

    def forget(self) -> None:
        """Begin anew: nothing is known of the time since the last look."""
        self._since.clear()


@dataclass(frozen=True, slots=True)
class Offsets:
    """An open line that asks for offsets, in no group."""

    consumer: Any
    admin: Any

    async def ends(self, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offset after the last message of each partition; raises KafkaError."""
        return dict(await self.consumer.end_offsets(list(partitions))) if partitions else {}

    async def lags(self, group: str, partitions: Collection[TopicPartition] | None = None) -> dict[TopicPartition, Lag]:
        """Return how a group stands to partitions; raises KafkaError.

        What retention has deleted needs no reading any more, so where nothing is committed it begins at the first.

        partitions  None: those of which it has committed anything
        """
        if partitions is not None and not partitions:
            return {}
        asked = None if partitions is None else list(partitions)
        try:
            found = await self.admin.list_consumer_group_offsets(group, partitions=asked)
        except GroupCoordinatorNotAvailableError:  # a broker that no group has asked for anything yet
            found = {}
        asked = list(found) if asked is None else asked
        committed = {at: found[at].offset if at in found else -1 for at in asked}
        fresh = [at for at in asked if committed[at] < 0]
        firsts = await self.consumer.beginning_offsets(fresh) if fresh else {}
        ends = await self.ends(asked)
        return {at: Lag(committed=firsts.get(at, committed[at]), end=ends[at]) for at in asked}


def learn_all_topics(consumer: AIOKafkaConsumer) -> None:
    """Have a consumer to which nothing is assigned learn of all topics at once, for who asks it for offsets only.

    It learns of each topic as it is asked for otherwise, one after the other and a tenth of a second apart.
    """
    consumer.unsubscribe()


@asynccontextmanager
async def offsets_of(bootstrap_servers: str, *, client_id: str) -> AsyncIterator[Offsets]:
    """Open a line to Kafka's offsets; raises aiokafka.errors.KafkaError."""
    common: dict[str, Any] = {
        "bootstrap_servers": bootstrap_servers,
        "client_id": client_id,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
    }
    consumer = AIOKafkaConsumer(group_id=None, enable_auto_commit=False, **common)
    admin = AIOKafkaAdminClient(**common)
    try:
        await consumer.start()
        learn_all_topics(consumer)
        await admin.start()
        yield Offsets(consumer, admin)
    finally:
        await asyncio.gather(admin.close(), consumer.stop(), return_exceptions=True)
