"""Frames of a partition that follow each other, read as one piece of tape and parted by underlying."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.codec import Undecodable, fields_of
from schemas.occ import underlying_of
from schemas.ticks import Column, TickColumns, TickFrame, marks_of
from streams.stage import check_place
from streams.topics import partition_of

Frame = dict[str, Any]
"""A `TickFrame`'s fields."""

INSTRUMENTS_MAX = 100_000
"""Of those that are numbered, from which on they are numbered anew."""
_COLUMNS = ("price", "size", "bid", "ask", "bid_size", "ask_size", "instrument")
_READ = ("at", "price", "size", "bid", "ask")


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Ticks of frames of a partition that follow each other, in their order.

    number  of each tick's instrument, as the reader counts them
    marks   of each tick, as `Tick.mark` reckons it
    ends    row after the last one of each frame
    """

    number: Column
    at: Column
    price: Column
    size: Column
    bid: Column
    ask: Column
    marks: Column
    ends: Column

    def __len__(self) -> int:
        return len(self.number)

    def begin(self, frame: int) -> int:
        """Return the row at which a frame begins."""
        return int(self.ends[frame - 1]) if frame else 0


class Part(NamedTuple):
    """The ticks of an underlying and of its contracts.

    place  of each tick among all that were parted with it
    """

    symbol: str
    ticks: TickColumns
    place: Column


class FrameReader:
    """Reads frames. What it has seen of an instrument's name it keeps by number."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Number the instruments anew; what has been read before cannot be parted any more."""
        self._numbers: dict[str, int] = {}
        self._symbols: list[str] = []
        """Underlyings."""
        self._instruments: list[list[str]] = []
        """Of each underlying."""
        self._members: list[list[int]] = []
        """Likewise by number."""
        self._numbered: dict[str, int] = {}
        """Underlyings."""
        self._underlying: list[int] = []
        self._place: list[int] = []
        """Among its underlying's, of each instrument."""
        self._tables = np.empty((2, 0), dtype=np.int64)
        self._homes: list[int] = []
        """Partition of each underlying."""
        self.fresh: set[str] = set()
        """Underlyings with instruments that have been numbered since this was emptied."""

    @property
    def count(self) -> int:
        """How many instruments are numbered."""
        return len(self._numbers)

    def instruments(self, symbol: str) -> tuple[list[int], list[str]]:
        """Return the numbers and the names of an underlying's instruments that have been read."""
        number = self._numbered.get(symbol)
        return ([], []) if number is None else (self._members[number], self._instruments[number])

    def symbol(self, underlying: int) -> str:
        """Return the symbol of an underlying by its number."""
        return self._symbols[underlying]

    def underlyings(self, number: Column) -> Column:
        """Return the numbers of instruments' underlyings."""
        underlying: Column = self._tables[0, number]
        return underlying

    def read(self, frames: Sequence[Frame], message: Any) -> Piece:
        """Return the ticks of frames of one partition; raises Undecodable.

        message  the first one's (Faust's), to tell the partition
        """
        for frame in frames:
            length = len(frame["at"])
            if length % 8 or any(len(frame[column]) != length for column in _COLUMNS):
                raise Undecodable("TickFrame: columns of a frame differ in length")
        names = [name for frame in frames for name in frame["instruments"]]
        if not self._numbers.keys() >= set(names):
            self._count(names)
        counts = np.array([len(frame["at"]) // 8 for frame in frames])
        listed = np.array([len(frame["instruments"]) for frame in frames])
        place = _joined(frames, "instrument")
        if ((place < 0) | (place >= np.repeat(listed, counts))).any():
            raise Undecodable("TickFrame: instrument: counts past the frame's instruments")
        numbers = np.fromiter(map(self._numbers.__getitem__, names), dtype=np.int64, count=len(names))
        number = numbers[place + np.repeat(np.cumsum(listed) - listed, counts)]
        underlying = self._tables[0, number]
        for each in np.unique(underlying).tolist():
            if self._homes[each] != message.partition:
                check_place(message, self._symbols[each])
        at, price, size, bid, ask = (_joined(frames, column) for column in _READ)
        return Piece(number, at, price, size, bid, ask, marks_of(price, bid, ask), np.cumsum(counts))

    def parted(self, pieces: Sequence[Piece]) -> list[Part]:
        """Return the ticks of pieces by underlying, in the order of their first ones."""
        number, *columns = (
            np.concatenate(found) if len(found) > 1 else found[0]
            for found in zip(
                *((each.number, each.at, each.price, each.size, each.bid, each.ask) for each in pieces), strict=True
            )
        )
        underlying, instrument = self._tables[:, number]
        place = np.arange(len(number))
        found = np.bincount(underlying)
        present = np.flatnonzero(found)
        if len(present) > 1:
            # stable, so that the order within an underlying stays; 16 bits are sorted by radix
            place = np.argsort(underlying.astype(np.uint16) if len(found) < 2**16 else underlying, kind="stable")
            instrument = instrument[place]
            columns = [column[place] for column in columns]
        ends = np.cumsum(found[present]).tolist()
        parts = []
        for first, end, each in zip([0, *ends], ends, present.tolist(), strict=False):
            rows = slice(first, end)
            ticks = TickColumns(self._instruments[each], instrument[rows], *(column[rows] for column in columns))
            parts.append(Part(self._symbols[each], ticks, place[rows]))
        return sorted(parts, key=lambda part: part.place[0])

    def ticks(self, piece: Piece, underlying: int, rows: Column) -> TickColumns:
        """Return some ticks of a piece, all of an underlying."""
        columns = (column[rows] for column in (piece.at, piece.price, piece.size, piece.bid, piece.ask))
        return TickColumns(self._instruments[underlying], self._tables[1, piece.number[rows]], *columns)

    def _count(self, names: Sequence[str]) -> None:
        for name in names:
            if name in self._numbers:
                continue
            underlying = underlying_of(name)
            number = self._numbered.get(underlying)
            if number is None:
                number = self._numbered[underlying] = len(self._symbols)
                self._symbols.append(underlying)
                self._instruments.append([])
                self._members.append([])
                self._homes.append(partition_of(underlying))
            self._underlying.append(number)
            self._place.append(len(self._instruments[number]))
            self._instruments[number].append(name)
            self._members[number].append(len(self._numbers))
            self._numbers[name] = len(self._numbers)
            self.fresh.add(underlying)
        self._tables = np.array([self._underlying, self._place], dtype=np.int64)


def frame_in(message: Any) -> Frame:
    """Return the fields of the frame in a message (Faust's); raises Undecodable."""
    return fields_of(TickFrame, message.value)


def _joined(frames: Sequence[Frame], column: str) -> npt.NDArray[np.int64]:
    return np.frombuffer(b"".join([frame[column] for frame in frames]), dtype="<i8")
