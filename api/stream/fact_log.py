"""The newest facts in memory, in the order in which this process has read them; and which of them are repeats."""

from collections import OrderedDict, defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from heapq import merge
from itertools import takewhile

from api.stream.cursors import PLACES, Progress
from api.stream.frames import Fact, closed_frame

BYTES_MAX = 64_000_000
MARK_EVERY = 256
REMEMBERED_MAX = 200_000


class Repeats:
    """Recognises facts that are on Kafka twice: by the newest number of their source at a place, else by their id."""

    def __init__(self) -> None:
        self._heard: OrderedDict[tuple[int, str], int] = OrderedDict()
        self._ids: OrderedDict[tuple[int, str], None] = OrderedDict()

    def is_repeat(self, place: int, *, source: str, sequence: int, event_id: str) -> bool:
        """Return whether a fact has been told of here before, and remember it."""
        if sequence <= 0:
            known = (place, event_id) in self._ids
            self._ids[place, event_id] = None
            if len(self._ids) > REMEMBERED_MAX:
                self._ids.popitem(last=False)
            return known
        newest = self._heard.get((place, source), 0)
        if sequence <= newest:
            return True
        self._heard[place, source] = sequence
        self._heard.move_to_end((place, source))
        if len(self._heard) > REMEMBERED_MAX:
            self._heard.popitem(last=False)
        return False


class FactLog:
    """Facts by audience, bounded by their bytes. From `floor` on, by place, all of them are here."""

    def __init__(self, *, bytes_max: int = BYTES_MAX) -> None:
        self.progress = Progress()
        self.floor = [0] * len(PLACES)
        self._bytes_max = bytes_max
        self._bytes = 0
        self._count = 0
        self._facts: deque[Fact] = deque()
        self._by_audience: dict[str, deque[Fact]] = defaultdict(deque)
        self._marks: deque[tuple[int, tuple[int, ...]]] = deque()

    def begin(self, place: int, offset: int) -> None:
        """Say that facts of a place are kept from an offset on."""
        self.floor[place] = offset
        self.progress.advance(place, offset)

    def read(self, place: int, offset: int) -> None:
        """Have a message read of which nothing is told."""
        self.progress.advance(place, offset + 1)

    def add(self, place: int, offset: int, *, audience: str, event_id: str, lines: bytes) -> Fact:
        """Keep a fact that was read, and return it; the oldest ones make room."""
        self.progress.advance(place, offset + 1)
        if self._count % MARK_EVERY == 0:
            self._marks.append((self._count, tuple(self.progress.following)))
        cursor = self.progress.cursor
        fact = Fact(self._count, place, offset, audience, event_id, lines, cursor, closed_frame(lines, cursor))
        self._count += 1
        self._facts.append(fact)
        self._by_audience[audience].append(fact)
        self._bytes += len(fact.frame)
        while self._bytes > self._bytes_max:
            self._forget_oldest()
        return fact

    def missing(self, following: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return (place, from, to) of what came after a cursor and is not here any more."""
        return [
            (place, at, floor)
            for place, (at, floor) in enumerate(zip(following, self.floor, strict=True))
            if at < floor
        ]

    def since(self, following: Sequence[int], audiences: Collection[str]) -> Iterator[Fact]:
        """Yield the facts of some audiences that a cursor has not seen, in the order in which they were read."""
        from_number = 0
        for number, seen in reversed(self._marks):
            if all(there <= at for there, at in zip(seen, following, strict=True)):
                from_number = number
                break
        found = (
            list(takewhile(lambda fact: fact.number >= from_number, reversed(self._by_audience[audience])))[::-1]
            for audience in audiences
            if audience in self._by_audience
        )
        for fact in merge(*found, key=lambda fact: fact.number):
            if fact.offset >= following[fact.place]:
                yield fact

    def _forget_oldest(self) -> None:
        fact = self._facts.popleft()
        self._bytes -= len(fact.frame)
        self.floor[fact.place] = fact.offset + 1
        own = self._by_audience[fact.audience]
        own.popleft()
        if not own:
            del self._by_audience[fact.audience]
        while self._marks and self._marks[0][0] <= fact.number:
            self._marks.popleft()
