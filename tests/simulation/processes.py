"""A worker as a process: both stages as they are, in a loop of their own, on streams that are filled by hand."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any, Self

from faust.types import TP as FaustTP

from agents.rules import Rules
from streams.lease import Lease
from streams.processors.account import AccountStage
from streams.processors.market import MarketStage
from streams.publisher import Headers
from streams.sessions import SessionCalendar
from streams.stage import Stage
from streams.tables import Records
from streams.topics import ACCOUNT_STAGE, MARKET_STAGE
from tests.simulation.kafka import TP, Kafka, Line
from tests.simulation.loops import Clock, ProcessLoop, process_loop
from tests.streams.staging import ACCOUNT_TABLES, MARKET_TABLES

SESSION_TIMEOUT_S = 10.0
CALENDAR = SessionCalendar("XNYS")
READ_BY = (tuple(topic.name for topic in MARKET_STAGE), tuple(topic.name for topic in ACCOUNT_STAGE))
"""Topics of the market stage and of the account stage."""
CHANGELOGS = frozenset(topic.name for topic in (*MARKET_TABLES, *ACCOUNT_TABLES))


@dataclass
class Member:
    """What a stage asks its app for."""

    consumer_generation_id: int = -1


@dataclass(slots=True)
class Message:
    """A message as it is handed to a stage, or to a table that recovers: then it is its own event."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes | None
    headers: Headers
    generation_id: int
    timestamp: float = 0.0

    @property
    def tp(self) -> FaustTP:
        return FaustTP(self.topic, self.partition)

    @property
    def message(self) -> Self:
        return self


@dataclass(slots=True)
class Delivery:
    """What a stream yields."""

    message: Message
    process: "Process"
    stage: int

    def ack(self) -> None:
        """Note a message as done, as the transport does: not when it is of an earlier generation."""
        message, process = self.message, self.process
        if message.generation_id == process.member.consumer_generation_id:
            tp, done = (message.topic, message.partition), process.done[self.stage]
            done[tp] = max(message.offset + 1, done.get(tp, 0))


class Stream:
    """A queue that a stage runs over."""

    def __init__(self, loop: ProcessLoop) -> None:
        self._loop = loop
        self._waiting: deque[Delivery] = deque()
        self._news = loop.create_future()

    @property
    def channel(self) -> Self:
        return self

    @property
    def queue(self) -> Self:
        return self

    def noack(self) -> Self:
        return self

    def empty(self) -> bool:
        return not self._waiting

    def get_nowait(self) -> Delivery:
        return self._waiting.popleft()

    async def events(self) -> AsyncIterator[Delivery]:
        while True:
            if not self._waiting:
                self._news = self._loop.create_future()
                await self._news
            yield self._waiting.popleft()

    def put(self, deliveries: Iterable[Delivery]) -> None:
        """Hand messages over."""
        self._waiting.extend(deliveries)
        if self._waiting and not self._news.done():
            self._news.set_result(None)

    def clear(self) -> None:
        self._waiting.clear()


class Process:
    """One life of a worker.

    tables  of both stages, by their short names, empty
    """

    def __init__(
        self, slot: int, *, clock: Clock, rng: random.Random, rules: Rules, tables: tuple[dict[str, Records[Any]], ...]
    ) -> None:
        self.slot = slot
        self.loop = process_loop(clock)
        self.member = Member()
        self.tables = tables
        lease = Lease(SESSION_TIMEOUT_S)
        self.line = Line(self.loop, rng, guard=lease.check)
        shared: dict[str, Any] = {
            "app": self.member,
            "publisher": self.line,
            "lease": lease,
            "rules": rules,
            "calendar": CALENDAR,
        }
        market = MarketStage(tables=tables[0], **shared)
        self.stages: tuple[Stage, ...] = (market, AccountStage(tables=tables[1], **shared))
        self.streams = (Stream(self.loop), Stream(self.loop))
        self.owned: tuple[int, ...] = ()
        self.positions: tuple[dict[TP, int], ...] = ({}, {})
        """What is read next, by stage."""
        self.done: tuple[dict[TP, int], ...] = ({}, {})
        """The offset after the newest message that is acknowledged, by stage."""
        self._recovered: dict[TP, int] = {}
        self.is_asleep = False
        self.is_unheard = False
        """Whether Kafka's answers do not reach it any more."""
        self.revoking: asyncio.Task[None] | None = None
        self.opening: asyncio.Task[None] | None = None
        self.loop.start(lease.keep())
        for stage, stream in zip(self.stages, self.streams, strict=True):
            self.loop.start(stage.run(stream))
            self.loop.start(stage.keep_ahead())
        self.loop.start(market.keep_checkpoints())

    @property
    def generation(self) -> int:
        return self.member.consumer_generation_id

    @property
    def is_assigned(self) -> bool:
        """Whether it owns partitions that it has not recovered yet."""
        return self.opening is None and self.revoking is None

    @property
    def is_reading(self) -> bool:
        return self.opening is not None and self.opening.done() and self.revoking is None

    @property
    def is_revoked(self) -> bool:
        """Whether it works on nothing, as a rebalance wants it."""
        return self.revoking is None or self.revoking.done()

    def revoke(self) -> None:
        """Begin to give all partitions back: batches at work are finished first."""
        self.revoking = self.loop.start(self._close())

    async def _close(self) -> None:
        for stage in self.stages:
            await stage.close()

    def assign(self, partitions: tuple[int, ...], *, generation: int) -> None:
        """Take partitions over; they have to be recovered before anything is read of them."""
        self.revoking = self.opening = None
        self.done = ({}, {})
        self.member.consumer_generation_id = generation
        self._recovered = {tp: offset for tp, offset in self._recovered.items() if tp[1] in partitions}
        self.owned = partitions

    def recover(self, kafka: Kafka, *, keeps_queue: bool) -> None:
        """Read the changelogs on from where they were left, set positions to what is committed, and begin.

        keeps_queue  whether messages of before stand in the stages' queues still
        """
        for records in (table for tables in self.tables for table in tables.values()):
            topic = records.table.topic.name
            for partition in self.owned:
                log, begun = kafka.logs[topic, partition], self._recovered.get((topic, partition), 0)
                records.table.recover(
                    partition,
                    [
                        Message(topic, partition, offset, entry.key.encode(), entry.value, entry.headers, 0)
                        for offset, entry in enumerate(log[begun:], start=begun)
                        if not entry.is_compacted
                    ],
                )
                self._recovered[topic, partition] = len(log)
                for entry in log:
                    if not entry.is_compacted and records.table.data.get(entry.key.encode()) == entry.value:
                        self.line.known[topic, entry.key] = entry
                        entry.is_recovered = True
        self.opening = self.loop.start(self._open())
        for stream in self.streams:
            if not keeps_queue:
                stream.clear()
        self.positions = tuple(
            {(topic, partition): kafka.committed[topic, partition] for topic in topics for partition in self.owned}
            for topics in READ_BY
        )

    async def _open(self) -> None:
        owned = {records.table.topic.name: set(self.owned) for tables in self.tables for records in tables.values()}
        for stage in self.stages:
            await stage.open(owned)

    def poll(self, kafka: Kafka, stage: int, rng: random.Random, *, most: int) -> list[tuple[str, int, int]]:
        """Hand messages of some partitions to a stage, in any order between them; returns which."""
        positions = self.positions[stage]
        unread = [tp for tp, offset in positions.items() if offset < len(kafka.logs[tp])]
        taken: list[TP] = []
        for tp in unread if rng.random() < 0.3 else rng.sample(unread, rng.randint(1, len(unread))):
            taken += [tp] * rng.randint(1, min(most, len(kafka.logs[tp]) - positions[tp]))
        rng.shuffle(taken)
        deliveries = []
        for tp in taken:
            offset = positions[tp]
            positions[tp] = offset + 1
            entry = kafka.logs[tp][offset]
            message = Message(
                *tp, offset, entry.key.encode(), entry.value, entry.headers, self.member.consumer_generation_id
            )
            deliveries.append(Delivery(message, self, stage))
        self.streams[stage].put(deliveries)
        return [(told.message.topic, told.message.partition, told.message.offset) for told in deliveries]

    def committable(self) -> dict[TP, int]:
        """Return what may be committed: of a topic that both stages read, what both are done with."""
        first, second = self.done
        return {
            tp: offset if tp not in self.positions[1] else min(offset, second.get(tp, 0))
            for tp, offset in (second | first).items()
            if tp not in self.positions[0] or tp in first
        }

    def unread(self, kafka: Kafka) -> list[int]:
        """Return the stages that something waits for."""
        logs = kafka.logs
        found = []
        for stage, positions in enumerate(self.positions):
            for tp, offset in positions.items():
                if offset < len(logs[tp]):
                    found.append(stage)
                    break
        return found
