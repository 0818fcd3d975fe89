"""What the books of an underlying watch together, so that a whole frame of ticks is looked at once for all of them."""

from collections import defaultdict
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from agents.quiet import Quiet, quiet_marks
from schemas.positions import NEVER_ABOVE, NEVER_BELOW, Book
from schemas.ticks import ABSENT, Column, TickColumns

_NOTHING: Final = Quiet({}, NEVER_ABOVE)


class Watched:
    """The quiet marks of an underlying's books: between all of them nothing happens to any."""

    def __init__(self) -> None:
        self._books: dict[str, Quiet] = {}
        self._of_contract: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        """Of each contract the marks of the books that watch it."""
        self._levels: dict[str, tuple[int, int]] = {}
        self._due = NEVER_ABOVE
        self._tables: tuple[object, npt.NDArray[np.bool_], Column, Column] | None = None
        self.seen_until = -1
        """Offset of the newest frame that a book had seen when it was recovered."""

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
        self._due = min((quiet.due for quiet in self._books.values()), default=NEVER_ABOVE)
        self._tables = None

    def crossing(self, ticks: TickColumns, marks: Column) -> Column:
        """Return the rows at which something may happen to some book.

        marks  of the ticks
        """
        if not self._books:
            return np.empty(0, dtype=np.int64)
        is_watched, low, high = self._levels_of(ticks)
        rows = np.flatnonzero(is_watched[ticks.instrument])  # most ticks are the underlying's, which nobody watches
        place, mark = ticks.instrument[rows], marks[rows]
        found: Column = rows[((mark <= low[place]) | (mark >= high[place])) & (mark != ABSENT)]
        if self._due != NEVER_ABOVE and len(due := np.flatnonzero(ticks.at >= self._due)):
            found = np.union1d(found, due)
        return found

    def met(self, ticks: TickColumns, rows: Column) -> list[tuple[str, int]]:
        """Return the books to which something may happen at some of the rows, and the first such row of each."""
        found: dict[str, int] = {}
        for row in rows.tolist():
            tick = ticks.tick(row)
            mark = tick.mark
            if tick.at >= self._due:
                for key, quiet in self._books.items():
                    if tick.at >= quiet.due:
                        found.setdefault(key, row)
            if mark == ABSENT:
                continue
            for key, (low, high) in self._of_contract.get(tick.symbol, {}).items():
                if not low < mark < high:
                    found.setdefault(key, row)
        return sorted(found.items())

    def quiet_of(self, key: str) -> Quiet | None:
        """Return what a tick cannot change about a book; None: it is not watched."""
        return self._books.get(key)

    def _levels_of(self, ticks: TickColumns) -> tuple[npt.NDArray[np.bool_], Column, Column]:
        """Return by the number of the instrument whether it is watched, and the marks."""
        instruments = ticks.instruments
        if self._tables is None or self._tables[0] is not instruments or len(self._tables[1]) != len(instruments):
            nobody = (NEVER_BELOW - 1, NEVER_ABOVE)
            table = np.array([self._levels.get(name, nobody) for name in instruments], dtype=np.int64)
            low, high = np.ascontiguousarray(table.T)
            self._tables = instruments, np.array([name in self._levels for name in instruments]), low, high
        return self._tables[1:]


def _in_64_bits(level: int) -> int:
    return min(max(level, NEVER_BELOW - 1), NEVER_ABOVE)
