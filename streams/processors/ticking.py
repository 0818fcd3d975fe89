"""The tape in the market stage: markets fold it frame after frame, books look only at what concerns them.

Frames of a partition that wait behind each other are folded into their markets together, as nothing of the partition
comes between them. Books see each in its turn, and only those to which something may happen in it.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from typing import Any, Final, NamedTuple

import numpy as np

from agents import book as books
from agents.market import OpeningWindow
from agents.rules import ExitRules
from agents.tape import on_columns
from schemas.dead_letters import REDRIVE_HEADER
from schemas.event import from_micros, to_micros
from schemas.market import Market
from schemas.positions import Book
from schemas.records import BookRecord, MarketRecord
from streams.bookkeeping import source_of
from streams.logs import logger
from streams.processors.frames import Frame, FrameReader, Part, frame_in
from streams.processors.watched import Watched
from streams.stage import Stage
from streams.topics import PRICE_TICKS

log = logger(__name__)

MARKETS, BOOKS = "markets", "books"
_LATEST_US: Final = to_micros(datetime.max.replace(tzinfo=UTC))

Place = tuple[int, int]
"""Partition and offset of a frame."""


class Concerned(NamedTuple):
    """A frame's ticks of an underlying at which something may happen to books.

    number  the frame's among `messages`, whose ticks of the underlying `part` holds
    """

    part: Part
    messages: Sequence[Any]
    number: int


class Ticking(Stage):
    """A stage that folds frames."""

    def __init__(self, **stage: Any) -> None:
        super().__init__(**stage)
        self._reader = FrameReader()
        self._books_of: dict[str, set[str]] = defaultdict(set)
        self._watched: dict[str, Watched] = {}
        """By underlying."""
        self._coming: dict[Place, list[Any]] = {}
        """Frames of a partition behind each other, by the first one."""
        self._folded: dict[Place, list[Concerned]] = {}
        """Frames that their markets have, and the books have not."""
        self._noted: dict[Part, set[int]] = {}
        """Numbers of the frames in which something may happen to books, by what has been read of their underlying."""

    @abstractmethod
    def _window(self, at: datetime) -> OpeningWindow | None:
        """Return the opening range of the exchange's date at an instant."""

    @abstractmethod
    def _exits(self, partition: int, symbol: str) -> ExitRules:
        """Return the exit rules in force for an underlying."""

    def _forget(self) -> None:
        super()._forget()
        self._watched.clear()

    def _taken_back(self) -> None:
        super()._taken_back()
        self._watched.clear()

    def _look_ahead(self, messages: Sequence[Any]) -> None:
        self._coming.clear()
        self._folded.clear()
        self._noted.clear()
        runs: dict[int, list[Any]] = {}
        for message in messages:
            if message.topic != PRICE_TICKS.name or any(name == REDRIVE_HEADER for name, _ in message.headers or ()):
                runs.pop(message.partition, None)
            elif message.partition in runs:
                runs[message.partition].append(message)
            else:
                runs[message.partition] = self._coming[message.partition, message.offset] = [message]

    def _offer(self, message: Any) -> None:
        if message.topic == PRICE_TICKS.name:
            place = message.partition, message.offset
            if (run := self._coming.pop(place, None)) is not None:
                self._fold_together(run)
            if self._folded.get(place) == []:
                self._read[message.partition][source_of(message)] = message.offset
                return
        super()._offer(message)

    def _fold_together(self, messages: Sequence[Any]) -> None:
        """Fold frames into their markets at once; where anything is out of the ordinary, leave each to come alone."""
        if self._refused or any(self._is_aside(message) for message in messages):
            return
        self._redrive = self._trace = None
        read = dict(self._read[messages[0].partition])
        try:
            frames = [(message, frame_in(message)) for message in messages]
            # a run ends with the day; the next one waits until books have seen this one, as it moves what they watch
            window = self._window(frames[0][1]["occurred_at"])
            run = list(takewhile(lambda pair: self._window(pair[1]["occurred_at"]) == window, frames))
            if rest := messages[len(run) :]:
                self._coming[rest[0].partition, rest[0].offset] = list(rest)
            self._fold_run(run, window)
        except Exception as error:
            # the one among them that cannot be worked in is told of in its turn
            log.debug("frames_one_by_one", partition=messages[0].partition, error=type(error).__name__)
            for message in messages:
                self._folded.pop((message.partition, message.offset), None)
        finally:
            self._read[messages[0].partition] = read

    def _fold_run(self, run: Sequence[tuple[Any, Frame]], window: OpeningWindow | None) -> bool:
        """Fold frames of one day, and return whether they are folded."""
        messages = [message for message, _ in run]
        first, last = messages[0], messages[-1]
        parts = self._reader.parted([frame for _, frame in run], first)
        markets = [(part, self._market(part.symbol)) for part in parts]
        if not all(self._is_news(MARKETS, part.symbol, record, first) for part, record in markets):
            return False
        if not all(self._watching(part.symbol, first).seen_until < first.offset for part in parts):
            return False
        states = [on_columns(record.state, part.ticks, window=window) for part, record in markets]
        self._read[last.partition][source_of(last)] = last.offset
        for (part, record), state in zip(markets, states, strict=True):
            self._apply(MARKETS, part.symbol, record, last, state=state, emitted=())
        self._folded |= {(message.partition, message.offset): [] for message in messages}
        for part in parts:
            self._note_concerned(part, messages, 0)
        return True

    def _note_concerned(self, part: Part, messages: Sequence[Any], number: int) -> None:
        """Note the frames from one on in which something may happen to books, and in which no longer anything may."""
        begin = part.begin(number)
        rows = self._watched[part.symbol].crossing(part.ticks[begin:], part.marks[begin:]) + begin
        found = set(np.searchsorted(part.ends, rows, side="right").tolist())
        noted = self._noted.get(part, set())
        for place in found ^ {known for known in noted if known >= number}:
            concerned = self._folded[messages[place].partition, messages[place].offset]
            if place in found:
                concerned.append(Concerned(part, messages, place))
            else:
                concerned[:] = [known for known in concerned if known.part is not part]
        self._noted[part] = found

    def _on_frame(self, message: Any) -> None:
        concerned = self._folded.pop((message.partition, message.offset), None)
        if concerned is not None:
            for each in sorted(concerned, key=lambda found: found.part.arrived(found.number)):
                self._into_books(each, message)
            return
        frame = frame_in(message)
        window = self._window(frame["occurred_at"])
        for part in sorted(self._reader.parted([frame], message), key=lambda part: part.arrived(0)):
            self._fold(part.symbol, message, partial(on_columns, ticks=part.ticks, window=window))
            rules, ticks = self._exits(message.partition, part.symbol), list(part.ticks.ticks())
            for key, record in self._books(part.symbol, message):
                if record.state.positions or record.state.working:
                    with self._isolated(BOOKS, key, record, message):
                        state, emitted = books.on_ticks(record.state, ticks, rules=rules)
                        self._apply(BOOKS, key, record, message, state=state, emitted=emitted)

    def _into_books(self, concerned: Concerned, message: Any) -> None:
        """Let the books see a frame that its market has."""
        part, number = concerned.part, concerned.number
        rows = slice(part.begin(number), int(part.ends[number]))
        ticks = part.ticks[rows]
        watched = self._watching(part.symbol, message)
        met = watched.met(ticks, watched.crossing(ticks, part.marks[rows]))
        if not met:
            return  # what it would have met has moved in a frame before it
        rules = self._exits(message.partition, part.symbol)
        for key, row in met:
            record: BookRecord | None = self._tables[BOOKS].get(key)
            if record is None or not self._is_news(BOOKS, key, record, message):
                continue
            with self._isolated(BOOKS, key, record, message):
                quiet = watched.quiet_of(key)
                state, emitted = books.on_ticks(record.state, ticks[row:].ticks(), rules=rules, quiet=quiet)
                self._apply(BOOKS, key, record, message, state=state, emitted=emitted)
            watched.note(key, self._book(key), from_micros(min(int(ticks.at.max()), _LATEST_US)))
            self._tables[BOOKS].moved.discard(key)
        self._note_concerned(part, concerned.messages, number + 1)

    def _watching(self, symbol: str, message: Any) -> Watched:
        """Return what the books of an underlying watch, as they are now."""
        moved = self._tables[BOOKS].moved
        for key in moved:
            if (known := self._watched.get(key.split("|")[1])) is not None:
                known.note(key, self._book(key))
        moved.clear()
        watched = self._watched.get(symbol)
        if watched is None:
            watched = Watched()
            for key in sorted(self._books_of.get(symbol, ())):
                if (record := self._tables[BOOKS].get(key)) is not None:
                    self._is_news(BOOKS, key, record, message)  # its outbox goes out again at the first look
                    watched.note(key, record.state)
                    watched.seen_until = max(watched.seen_until, record.applied.get(source_of(message), -1))
            self._watched[symbol] = watched
        return watched

    def _book(self, key: str) -> Book | None:
        record: BookRecord | None = self._tables[BOOKS].get(key)
        return None if record is None else record.state

    def _market(self, symbol: str) -> MarketRecord:
        record: MarketRecord | None = self._tables[MARKETS].get(symbol)
        return record or MarketRecord(state=Market(symbol=symbol))

    def _fold(self, symbol: str, message: Any, fold: Callable[[Market], Market]) -> None:
        record = self._market(symbol)
        if self._is_news(MARKETS, symbol, record, message):
            with self._isolated(MARKETS, symbol, record, message):
                self._apply(MARKETS, symbol, record, message, state=fold(record.state), emitted=())

    def _books(self, symbol: str, message: Any) -> Iterator[tuple[str, BookRecord]]:
        """Yield the books of an underlying to which a message is news."""
        for key in sorted(self._books_of.get(symbol, ())):
            record: BookRecord | None = self._tables[BOOKS].get(key)
            if record is not None and self._is_news(BOOKS, key, record, message):
                yield key, record
