"""A Kafka in memory: logs by topic and partition, commits, and a producer whose writes arrive when they are let."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from schemas.ranks import rank_of
from streams.publisher import Headers, Publisher
from tests.simulation.loops import ProcessLoop

TP = tuple[str, int]
PAUSES = 0.3
"""The share of sends that wait for their turn, so that a process can end or fall asleep between two of them."""


@dataclass(slots=True)
class Entry:
    """A message on its log.

    is_late       it arrived when its sender's partitions had another owner already
    at            when it arrived, seconds
    is_compacted  it is on its log no more, as a later one of its key is
    before        of a changelog's record: the one that its sender made it out of
    is_recovered  an owner goes by it: it was the newest of its key when one recovered
    """

    key: str
    value: bytes | None
    headers: Headers
    is_late: bool = False
    at: float = 0.0
    is_compacted: bool = False
    before: "Entry | None" = None
    is_recovered: bool = False


class Kafka:
    """What outlives every process."""

    def __init__(self) -> None:
        self.logs: dict[TP, list[Entry]] = defaultdict(list)
        self.committed: dict[TP, int] = defaultdict(int)

    def append(self, tp: TP, key: str, value: bytes | None) -> None:
        """Put a message from outside on its log."""
        self.logs[tp].append(Entry(key, value, []))

    def compact(self, topics: Iterable[str], *, older_than: float) -> list[str]:
        """Keep of what arrived before an instant only the last of each key; returns what should not have gone."""
        wrong = []
        for (topic, partition), log in self.logs.items():
            seen, newest = set[str](), dict[str, Entry]()
            for entry in reversed(log) if topic in topics else ():
                if entry.at <= older_than:
                    entry.is_compacted = entry.is_compacted or entry.key in seen
                    seen.add(entry.key)
                if entry.is_late and not entry.is_recovered:
                    continue  # nobody goes by it, and what it was made of comes again
                known = newest.setdefault(entry.key, entry)
                if (rank_of(entry.headers) or (0, 0)) > (rank_of(known.headers) or (0, 0)):
                    newest[entry.key] = entry
            gone = sorted(key for key, entry in newest.items() if entry.is_compacted)
            wrong += [f"{topic}-{partition}: compaction has left {key} without its newest record" for key in gone]
        return wrong

    def counted(self, tp: TP) -> list[tuple[int, Entry]]:
        """Return a log by offset, without what came late and came to nothing.

        Such a record is one that a zombie wrote behind its successor's back, and that the newest one was not made of.
        """
        log = self.logs.get(tp, [])
        if not any(entry.is_late for entry in log):
            return list(enumerate(log))
        newest: dict[str, Entry] = {}
        for entry in log:
            rank = rank_of(entry.headers)
            known = newest.get(entry.key)
            if rank is not None and (known is None or rank >= (rank_of(known.headers) or rank)):
                newest[entry.key] = entry
        made_of = set[int]()
        for made in newest.values():
            link: Entry | None = made
            while link is not None:
                made_of.add(id(link))
                link = link.before
        return [(offset, entry) for offset, entry in enumerate(log) if not entry.is_late or id(entry) in made_of]

    def digest(self) -> str:
        """Return what tells two runs apart: every byte of every log, in its order. Traces are random by nature."""
        said = sha256()
        for (topic, partition), entries in sorted(self.logs.items()):
            said.update(f"{topic}-{partition} {len(entries)}\n".encode())
            for entry in entries:
                said.update(entry.key.encode())
                said.update(entry.value or b"")
                for name, value in entry.headers:
                    said.update(b"" if name == "traceparent" else value)
        return said.hexdigest()


@dataclass(slots=True)
class Write:
    """What a producer has been handed: its future resolves when Kafka has it and the sender may know."""

    entry: Entry
    future: "asyncio.Future[object]"


class Line(Publisher):
    """An idempotent producer: what it is handed arrives in order within a partition, and the sender hears later."""

    def __init__(self, loop: ProcessLoop, rng: random.Random, *, guard: Callable[[], None]) -> None:
        super().__init__("", guard=guard)
        self._check = guard
        self._loop = loop
        self._rng = rng
        self.waiting: dict[TP, deque[Write]] = {}
        """Handed over, and not on the log yet."""
        self.unheard: deque[Write] = deque()
        """On the log, and the sender does not know."""
        self.known: dict[tuple[str, str], Entry] = {}
        """The newest record of each changelog's keys, as the process at this end knows it."""
        self.turns: deque[asyncio.Future[None]] = deque()
        """Sends that wait for their turn."""

    async def send_encoded(
        self, topic: str, *, key: str, value: bytes | None, partition: int, headers: Headers
    ) -> "asyncio.Future[object]":
        if self._rng.random() < PAUSES:
            turn = self._loop.create_future()
            self.turns.append(turn)
            await turn
        self._check()
        future = self._loop.create_future()
        entry = Entry(key, value, headers, before=self.known.get((topic, key)))
        self.known[topic, key] = entry
        self.waiting.setdefault((topic, partition), deque()).append(Write(entry, future))
        return future

    @property
    def is_at_work(self) -> bool:
        """Whether something is on its way, or its answer is."""
        return bool(self.waiting or self.unheard or self.turns)

    def arriving(self, tp: TP, count: int) -> Iterator[Entry]:
        """Yield the next writes of a partition, which are on its log from now on."""
        waiting = self.waiting[tp]
        for _ in range(min(count, len(waiting))):
            write = waiting.popleft()
            self.unheard.append(write)
            yield write.entry
        if not waiting:
            del self.waiting[tp]

    def hear(self, count: int) -> None:
        """Let the sender know of what has arrived."""
        for _ in range(min(count, len(self.unheard))):
            write = self.unheard.popleft()
            if not write.future.done():
                write.future.set_result(None)

    def take_turns(self) -> None:
        """Let the sends go on that wait."""
        while self.turns:
            turn = self.turns.popleft()
            if not turn.done():
                turn.set_result(None)

    def lose(self, kept: Callable[[int], int]) -> None:
        """Lose what has not arrived, but for the first of each partition: those are on the wire.

        kept  how many of so many
        """
        for tp in sorted(self.waiting):
            waiting = self.waiting[tp]
            for _ in range(len(waiting) - kept(len(waiting))):
                waiting.pop()
            if not waiting:
                del self.waiting[tp]
