"""The consumer without a connection, and what is fetched for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from faust.sensors.monitor import Monitor
from faust.types import TP

from streams.transport import OrderedConsumer

A, B, CHANGELOG = TP("a.v1", 0), TP("b.v1", 0), TP("books.v1", 0)


@dataclass(frozen=True)
class Record:
    """What the aiokafka fetcher gives, as far as anybody looks."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    value: bytes = b""
    timestamp_type: int = 0
    headers: tuple[Any, ...] = ()
    key: bytes | None = None
    checksum: int | None = None
    serialized_key_size: int = 0
    serialized_value_size: int = 0


def records(tp: TP, timestamps: Sequence[int], *, first: int = 0) -> list[Record]:
    return [Record(tp.topic, tp.partition, first + number, at) for number, at in enumerate(timestamps)]


@dataclass
class Recovery:
    in_recovery: bool = False


@dataclass
class Tables:
    recovery: Recovery = field(default_factory=Recovery)
    changelog_topics: frozenset[str] = frozenset({CHANGELOG.topic})


@dataclass
class Assigned:
    """What a consumer asks its app for."""

    consumer_generation_id: int = 1
    monitor: Monitor = field(default_factory=Monitor)
    tables: Tables = field(default_factory=Tables)


class Handed(OrderedConsumer):
    """The consumer without a connection: it notes what it hands over and where it goes back to."""

    def __init__(self) -> None:
        self.app = Assigned()
        self.suspend_flow = asyncio.Event()
        self._wanted: dict[Any, int] = {}
        self._confirmed_gaps: dict[Any, tuple[int, int]] = {}
        self._read_offset: dict[Any, int] = {}
        self._buffered_partitions: set[Any] = set()
        self._unacked_messages: set[Any] = set()
        self._done: dict[Any, int] = {}
        self._committed: dict[Any, int] = {}
        self._committed_offset: dict[Any, int] = {}
        self.refuses = False
        self.commits: list[dict[TP, int]] = []
        self.handed: list[tuple[TP, int]] = []
        self.sought: list[tuple[TP, int]] = []

    async def callback(self, message: Any) -> None:
        self.handed.append((message.tp, message.offset))

    async def _seek(self, partition: TP, offset: int) -> None:
        self.sought.append((partition, offset))

    async def _commit(self, offsets: dict[TP, int]) -> bool:
        if not self.refuses:
            self.commits.append(dict(offsets))
        return not self.refuses

    async def poll(self, tp: TP, *offsets: int) -> None:
        """Deliver records of one partition."""
        found = [Record(tp.topic, tp.partition, offset, 0) for offset in offsets]
        await self._deliver({tp: found}, None)

    @property
    def offsets(self) -> list[int]:
        return [offset for _, offset in self.handed]
