"""The tape in the market stage: books look at what concerns them, markets fold it when somebody asks for them.

Frames of a partition that wait behind each other are looked at together, as nothing of the partition comes between
them, so an exit waits for one comparison. What has been looked at is folded into its markets before anything but a
frame is worked in on the partition, when the markets are written, and when there is much of it.
"""

from abc import abstractmethod
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, takewhile
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
from schemas.ticks import Column
from streams.bookkeeping import source_of
from streams.logs import logger
from streams.processors import frames as frames_read
from streams.processors.frames import FrameReader, Part, Piece, frame_in
from streams.processors.watched import Watching
from streams.stage import Stage
from streams.topics import ACCOUNT_SNAPSHOTS, CONTROLS, PRICE_TICKS

log = logger(__name__)

MARKETS, BOOKS = "markets", "books"
UNPRICED: Final = (ACCOUNT_SNAPSHOTS.name, CONTROLS.name)
"""Topics whose messages are worked in without a look at any market."""
UNFOLDED_MAX: Final = 4_096
"""Ticks of a partition that may wait to be folded from one batch to the next."""
_LATEST_US: Final = to_micros(datetime.max.replace(tzinfo=UTC))

Place = tuple[int, int]
"""Partition and offset of a frame."""


class Looked(NamedTuple):
    """Frames of one day that have been looked at for the books."""

    messages: Sequence[Any]
    piece: Piece
    window: OpeningWindow | None


class Concerned(NamedTuple):
    """A frame's ticks of an underlying at which something may happen to books.

    frame       its number among those looked at together
    underlying  by the reader's number
    rows        of the piece
    """

    looked: Looked
    frame: int
    underlying: int
    rows: Column


class Ticking(Stage):
    """A stage that folds frames."""

    def __init__(self, **stage: Any) -> None:
        super().__init__(**stage)
        self._reader = FrameReader()
        self._books_of: dict[str, set[str]] = defaultdict(set)
        self._watching = Watching(self._reader)
        self._seen_until: dict[int, int] = {}
        """Offset of the newest frame that a book of a partition had seen when it was recovered."""
        self._coming: dict[Place, list[Any]] = {}
        """Frames of a partition behind each other, by the first one."""
        self._concerned: dict[Place, dict[int, Concerned]] = {}
        """By frame that has been looked at, and underlying."""
        self._unfolded: dict[int, list[Looked]] = defaultdict(list)
        """What markets have yet to fold, by partition."""
        self._unfolded_before: dict[int, list[Looked]] = {}
        """Likewise before the batch."""

    @abstractmethod
    def _window(self, at: datetime) -> OpeningWindow | None:
        """Return the opening range of the exchange's date at an instant."""

    @abstractmethod
    def _exits(self, partition: int, symbol: str) -> ExitRules:
        """Return the exit rules in force for an underlying."""

    @abstractmethod
    def _symbols(self, partition: int) -> list[str]:
        """Return the underlyings of a partition that have books."""

    def _forget(self) -> None:
        super()._forget()
        self._unfolded.clear()
        self._unfolded_before.clear()
        self._unwatch()

    def _taken_back(self) -> None:
        super()._taken_back()
        self._unfolded = defaultdict(list, self._unfolded_before)
        self._unwatch()

    def _unwatch(self) -> None:
        self._watching.forget()
        self._seen_until.clear()

    def _look_ahead(self, messages: Sequence[Any]) -> None:
        self._unfolded_before = {partition: list(looked) for partition, looked in self._unfolded.items()}
        self._coming.clear()
        self._concerned.clear()
        is_full = self._reader.count > frames_read.INSTRUMENTS_MAX
        for partition, looked in list(self._unfolded.items()):
            if is_full or sum(len(each.piece) for each in looked) > UNFOLDED_MAX:
                self._catch_up(partition)
        if is_full:
            self._reader.forget()
            self._unwatch()
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
                self._look_at(run)
            if (concerned := self._concerned.get(place)) is not None:
                if concerned:
                    super()._offer(message)
                else:
                    self._read[message.partition][source_of(message)] = message.offset
                return
        if message.topic not in UNPRICED:
            self._catch_up(message.partition)
        super()._offer(message)

    def _look_at(self, messages: Sequence[Any]) -> None:
        """Look at frames for the books at once; where anything is out of the ordinary, leave each to come alone."""
        if self._refused or any(self._is_aside(message) for message in messages):
            return
        first = messages[0]
        self._redrive = self._trace = None
        try:
            if self._seen_by_books(first) >= first.offset:
                return
            found = [(message, frame_in(message)) for message in messages]
            window = self._window(found[0][1]["occurred_at"])
            run = list(takewhile(lambda pair: self._window(pair[1]["occurred_at"]) == window, found))
            if rest := messages[len(run) :]:
                self._coming[rest[0].partition, rest[0].offset] = list(rest)
            looked = Looked(messages[: len(run)], self._reader.read([frame for _, frame in run], first), window)
        except Exception as error:
            # the one among them that cannot be worked in is told of in its turn
            log.debug("frames_one_by_one", partition=first.partition, error=type(error).__name__)
            return
        self._concerned |= {(message.partition, message.offset): {} for message in looked.messages}
        self._unfolded[first.partition].append(looked)
        self._note_concerned(looked, self._watching.crossing(looked.piece))

    def _seen_by_books(self, message: Any) -> int:
        """Have the books of a partition watched; return up to which frame some had seen the tape when recovered."""
        partition = message.partition
        if partition not in self._seen_until:
            seen = -1
            for key in (key for symbol in self._symbols(partition) for key in sorted(self._books_of[symbol])):
                if (record := self._tables[BOOKS].get(key)) is not None:
                    self._is_news(BOOKS, key, record, message)  # its outbox goes out again at the first look
                    self._watching.note(key, record.state)
                    seen = max(seen, record.applied.get(source_of(message), -1))
            self._seen_until[partition] = seen
        self._note_moved()
        return self._seen_until[partition]

    def _note_moved(self) -> None:
        moved = self._tables[BOOKS].moved
        for key in moved:
            self._watching.note(key, self._book(key))
        moved.clear()

    def _note_concerned(self, looked: Looked, rows: Column) -> None:
        """Note the frames in which something may happen to books, by the rows at which it may."""
        if not len(rows):
            return
        piece = looked.piece
        underlyings = self._reader.underlyings(piece.number)
        frames = np.searchsorted(piece.ends, rows, side="right")
        for frame, underlying in sorted(set(zip(frames.tolist(), underlyings[rows].tolist(), strict=True))):
            begin, end = piece.begin(frame), int(piece.ends[frame])
            own = begin + np.flatnonzero(underlyings[begin:end] == underlying)
            message = looked.messages[frame]
            known = self._concerned[message.partition, message.offset]
            known.setdefault(underlying, Concerned(looked, frame, underlying, own))

    def _on_frame(self, message: Any) -> None:
        if (concerned := self._concerned.get((message.partition, message.offset))) is not None:
            for each in sorted(concerned.values(), key=lambda found: int(found.rows[0])):
                self._into_books(each, message)
            return
        frame = frame_in(message)
        piece = self._reader.read([frame], message)
        self._fold_looked([Looked([message], piece, self._window(frame["occurred_at"]))])
        for part in self._reader.parted([piece]):
            rules, ticks = self._exits(message.partition, part.symbol), list(part.ticks.ticks())
            for key, record in self._books(part.symbol, message):
                if record.state.positions or record.state.working:
                    with self._isolated(BOOKS, key, record, message):
                        state, emitted = books.on_ticks(record.state, ticks, rules=rules)
                        self._apply(BOOKS, key, record, message, state=state, emitted=emitted)

    def _into_books(self, concerned: Concerned, message: Any) -> None:
        """Let the books see a frame."""
        looked, frame, underlying, rows = concerned
        self._note_moved()
        symbol, piece = self._reader.symbol(underlying), looked.piece
        ticks = self._reader.ticks(piece, underlying, rows)
        met = self._watching.met(symbol, ticks, np.searchsorted(rows, self._watching.crossing(piece, rows)))
        if not met:
            return  # what it would have met has moved in a frame before it
        rules = self._exits(message.partition, symbol)
        for key, row in met:
            record: BookRecord | None = self._tables[BOOKS].get(key)
            if record is None or not self._is_news(BOOKS, key, record, message):
                continue
            with self._isolated(BOOKS, key, record, message):
                quiet = self._watching.quiet(symbol, key)
                state, emitted = books.on_ticks(record.state, ticks[row:].ticks(), rules=rules, quiet=quiet)
                self._apply(BOOKS, key, record, message, state=state, emitted=emitted)
            self._watching.note(key, self._book(key), from_micros(min(int(ticks.at.max()), _LATEST_US)))
            self._tables[BOOKS].moved.discard(key)
        for later in looked.messages[frame + 1 :]:
            self._concerned[later.partition, later.offset].pop(underlying, None)
        rest = np.arange(int(piece.ends[frame]), len(piece))
        rest = rest[self._reader.underlyings(piece.number[rest]) == underlying]
        self._note_concerned(looked, self._watching.crossing(piece, rest))

    def _catch_up(self, partition: int) -> None:
        """Fold what has been looked at on a partition into its markets."""
        if (looked := self._unfolded.pop(partition, None)) is not None:
            self._redrive = self._trace = None
            self._fold_looked(looked)

    def _fold_looked(self, looked: Sequence[Looked]) -> None:
        source, read = source_of(looked[0].messages[0]), self._read[looked[0].messages[0].partition]
        newest = read[source]
        for window, run in groupby(looked, key=lambda each: each.window):
            found = list(run)
            messages = [message for each in found for message in each.messages]
            read[source] = messages[-1].offset  # what of the tape a market has by then
            ends = np.cumsum(np.concatenate([np.diff(each.piece.ends, prepend=0) for each in found]))
            for part in self._reader.parted([each.piece for each in found]):
                self._fold_part(part, messages, ends, window)
        read[source] = newest

    def _fold_part(self, part: Part, messages: Sequence[Any], ends: Column, window: OpeningWindow | None) -> None:
        """Fold an underlying's ticks into its market.

        ends  place after the last tick of each message
        """
        last, (symbol, ticks, place) = messages[-1], part
        record = self._market(symbol)
        if not self._is_news(MARKETS, symbol, record, last):
            return
        source, read = source_of(last), self._read[last.partition]
        if old := bisect_right(messages, record.applied.get(source, -1), key=lambda message: message.offset):
            ticks = ticks[int(np.searchsorted(place, ends[old - 1])) :]
        if not len(ticks):
            return
        try:
            state = on_columns(record.state, ticks, window=window)
            self._apply(MARKETS, symbol, record, last, state=state, emitted=(), deferred=True)
        except Exception:
            # frame after frame, so that what cannot be folded is told of alone
            begin = 0
            for message, end in zip(messages, np.searchsorted(place, ends).tolist(), strict=True):
                own = part.ticks[begin:end]
                begin, read[source] = end, message.offset
                if len(own):
                    self._fold(symbol, message, partial(on_columns, ticks=own, window=window))

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
                self._apply(MARKETS, symbol, record, message, state=fold(record.state), emitted=(), deferred=True)

    def _books(self, symbol: str, message: Any) -> Iterator[tuple[str, BookRecord]]:
        """Yield the books of an underlying to which a message is news."""
        for key in sorted(self._books_of.get(symbol, ())):
            record: BookRecord | None = self._tables[BOOKS].get(key)
            if record is not None and self._is_news(BOOKS, key, record, message):
                yield key, record
