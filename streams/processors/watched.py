"""What books watch together, so that a run of frames is looked at once for all of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from agents.quiet import Quiet, quiet_marks
from schemas.positions import NEVER_ABOVE, NEVER_BELOW, Book
from schemas.ticks import ABSENT, Column, TickColumns
from streams.processors.frames import FrameReader, Piece

_NOTHING: Final = Quiet({}, NEVER_ABOVE)
_NOBODY: Final = (NEVER_BELOW - 1, NEVER_ABOVE)
"""Marks of a contract that nobody watches: all are between them."""


class Watched:
    """The quiet marks of an underlying's books: between all of them nothing happens to any."""

    def __init__(self) -> None:
        self._books: dict[str, Quiet] = {}
        self._of_contract: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        """Of each contract the marks of the books that watch it."""
        self._levels: dict[str, tuple[int, int]] = {}
        self.due = NEVER_ABOVE
        """The first instant (UTC microseconds) from which time alone may change something."""

    def note(self, key: str, book: Book | None, at: datetime | None = None) -> None:
        """Go by a book as it is now.

        book  None: there is none
        at    an instant up to which its ticks have been worked in, of which nothing has come; None: none has
        """
        before = self._books.pop(key, _NOTHING)
        after = quiet_marks(book, at) if book is not None and (book.positions or book.working) else _NOTHING
        if after != _NOTHING:
            self._books[key] = after
        for contract in before.levels.keys() | after.levels.keys():
            watching = self._of_contract[contract]
            if contract in after.levels:
                watching[key] = after.levels[contract]
            else:
                watching.pop(key, None)
            if watching:
                lows, highs = zip(*watching.values(), strict=True)
                self._levels[contract] = _in_64_bits(max(lows)), _in_64_bits(min(highs))
            else:
                del self._of_contract[contract]
                self._levels.pop(contract, None)
        self.due = min((quiet.due for quiet in self._books.values()), default=NEVER_ABOVE)

    def quiet(self, key: str) -> Quiet | None:
        """Return what a tick cannot change about a book; None: it is not watched."""
        return self._books.get(key)

    def is_watched(self, contract: str) -> bool:
        """Return whether some book watches a contract."""
        return contract in self._levels

    def levels(self, contracts: Sequence[str]) -> list[tuple[int, int]]:
        """Return the marks of contracts."""
        return [self._levels.get(contract, _NOBODY) for contract in contracts]

    def met(self, ticks: TickColumns, rows: Column) -> list[tuple[str, int]]:
        """Return the books to which something may happen at some of the rows, and the first such row of each."""
        found: dict[str, int] = {}
        for row in rows.tolist():
            tick = ticks.tick(row)
            mark = tick.mark
            if tick.at >= self.due:
                for key, quiet in self._books.items():
                    if tick.at >= quiet.due:
                        found.setdefault(key, row)
            if mark == ABSENT:
                continue
            for key, (low, high) in self._of_contract.get(tick.symbol, {}).items():
                if not low < mark < high:
                    found.setdefault(key, row)
        return sorted(found.items())


class Watching:
    """The quiet marks of all books, by the number that a reader has given an instrument."""

    def __init__(self, reader: FrameReader) -> None:
        self._reader = reader
        self.forget()

    def forget(self) -> None:
        """Know no book."""
        self._watched: dict[str, Watched] = defaultdict(Watched)
        """By underlying."""
        self._stale: set[str] = set()
        """Underlyings of which a book has changed."""
        self._is_watched = np.empty(0, dtype=np.bool_)
        self._low, self._high, self._due = np.empty((3, 0), dtype=np.int64)
        self._first_due = NEVER_ABOVE
        self._reader.fresh.clear()

    def note(self, key: str, book: Book | None, at: datetime | None = None) -> None:
        """Go by a book as it is now; as of `Watched.note`."""
        symbol = key.split("|")[1]
        self._watched[symbol].note(key, book, at)
        self._stale.add(symbol)

    def crossing(self, piece: Piece, rows: Column | None = None) -> Column:
        """Return the rows of a piece, of some of them only, at which something may happen to some book."""
        self._catch_up()
        number, marks, at = piece.number, piece.marks, piece.at
        if rows is not None:
            number, marks, at = number[rows], marks[rows], at[rows]
        own = np.flatnonzero(self._is_watched[number])  # most ticks are the underlyings', which nobody watches
        place, mark = number[own], marks[own]
        found: Column = own[((mark <= self._low[place]) | (mark >= self._high[place])) & (mark != ABSENT)]
        if len(at) and at.max() >= self._first_due:
            found = np.union1d(found, np.flatnonzero(at >= self._due[number]))
        return found if rows is None else rows[found]

    def quiet(self, symbol: str, key: str) -> Quiet | None:
        """Return what `Watched.quiet` does for an underlying."""
        return self._watched[symbol].quiet(key)

    def met(self, symbol: str, ticks: TickColumns, rows: Column) -> list[tuple[str, int]]:
        """Return what `Watched.met` does for an underlying."""
        return self._watched[symbol].met(ticks, rows)

    def _catch_up(self) -> None:
        """Bring the arrays up to the books, and to the instruments that have been read meanwhile."""
        if (more := self._reader.count - len(self._low)) > 0:
            low, high = _NOBODY
            self._is_watched = np.append(self._is_watched, np.zeros(more, dtype=np.bool_))
            self._low = np.append(self._low, np.full(more, low))
            self._high = np.append(self._high, np.full(more, high))
            self._due = np.append(self._due, np.full(more, NEVER_ABOVE))
        for symbol in self._stale | self._reader.fresh:
            if (watched := self._watched.get(symbol)) is None:
                continue
            numbers, contracts = self._reader.instruments(symbol)
            if numbers:
                self._low[numbers], self._high[numbers] = np.array(watched.levels(contracts), dtype=np.int64).T
                self._is_watched[numbers] = [watched.is_watched(contract) for contract in contracts]
                self._due[numbers] = _in_64_bits(watched.due)
        if self._stale or self._reader.fresh:
            self._first_due = int(self._due.min(initial=NEVER_ABOVE))
        self._stale.clear()
        self._reader.fresh.clear()


def _in_64_bits(level: int) -> int:
    return min(max(level, NEVER_BELOW - 1), NEVER_ABOVE)
