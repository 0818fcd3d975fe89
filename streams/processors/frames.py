"""Frames of a partition that follow each other, read as one piece of tape and parted by underlying."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.codec import Undecodable, fields_of
from schemas.occ import underlying_of
from schemas.ticks import Column, TickColumns, TickFrame, marks_of
from streams.stage import check_place

Frame = dict[str, Any]
"""A `TickFrame`'s fields."""

INSTRUMENTS_MAX = 100_000
"""Of those that are numbered; then they are numbered anew."""
_COLUMNS = ("price", "size", "bid", "ask", "bid_size", "ask_size", "instrument")
_READ = ("at", "price", "size", "bid", "ask")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The ticks of an underlying and of its contracts, of one frame or more.

    marks  of each tick, as `Tick.mark` reckons it
    place  of each tick among all that were read with it
    ends   row after the last one of each frame
    """

    symbol: str
    ticks: TickColumns
    marks: Column
    place: Column
    ends: Column

    def begin(self, number: int) -> int:
        """Return the row at which a frame begins."""
        return int(self.ends[number - 1]) if number else 0

    def arrived(self, number: int) -> int:
        """Return the place of a frame's first tick; the frame has one."""
        return int(self.place[self.begin(number)])


class FrameReader:
    """Reads frames. What it has seen of an instrument's name it keeps by number."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Number the instruments anew."""
        self._numbers: dict[str, int] = {}
        self._symbols: list[str] = []
        self._instruments: list[list[str]] = []
        """Of each underlying."""
        self._numbered: dict[str, int] = {}
        """Underlyings."""
        self._underlying: list[int] = []
        self._place: list[int] = []
        """Among its underlying's, of each instrument."""
        self._tables = np.empty((2, 0), dtype=np.int64)

    def parted(self, frames: Sequence[Frame], message: Any) -> list[Part]:
        """Return the ticks of frames of one partition by underlying; raises Undecodable.

        message  the first one's (Faust's), to tell the partition
        """
        for frame in frames:
            length = len(frame["at"])
            if length % 8 or any(len(frame[column]) != length for column in _COLUMNS):
                raise Undecodable("TickFrame: columns of a frame differ in length")
        names = [name for frame in frames for name in frame["instruments"]]
        if not self._numbers.keys() >= set(names):
            self._number(names)
        counts = np.array([len(frame["at"]) // 8 for frame in frames])
        listed = np.array([len(frame["instruments"]) for frame in frames])
        number = _joined(frames, "instrument")
        if ((number < 0) | (number >= np.repeat(listed, counts))).any():
            raise Undecodable("TickFrame: instrument: counts past the frame's instruments")
        numbers = np.fromiter(map(self._numbers.__getitem__, names), dtype=np.int64, count=len(names))
        named = number + np.repeat(np.cumsum(listed) - listed, counts)
        underlying, instrument = (table[numbers][named] for table in self._tables)
        columns = [_joined(frames, column) for column in _READ]
        parts = self._parted(underlying, instrument, columns, counts)
        for part in parts:
            check_place(message, part.symbol)
        return parts

    def _parted(self, underlying: Column, instrument: Column, columns: list[Column], counts: Column) -> list[Part]:
        place, frame = np.arange(len(underlying)), np.repeat(np.arange(len(counts)), counts)
        found = np.bincount(underlying, minlength=1)
        present = np.flatnonzero(found)
        if len(present) > 1:
            # stable, so that the order within an underlying stays; 16 bits are sorted by radix
            place = np.argsort(underlying.astype(np.uint16) if len(found) < 2**16 else underlying, kind="stable")
            instrument, frame = instrument[place], frame[place]
            columns = [column[place] for column in columns]
        _, price, _, bid, ask = columns
        marks = marks_of(price, bid, ask)
        ends = np.cumsum(found[present]).tolist()
        parts = []
        for first, end, number in zip([0, *ends], ends, present.tolist(), strict=False):
            rows = slice(first, end)
            ticks = TickColumns(self._instruments[number], instrument[rows], *(column[rows] for column in columns))
            frame_ends = np.searchsorted(frame[rows], np.arange(len(counts)), side="right")
            parts.append(Part(self._symbols[number], ticks, marks[rows], place[rows], frame_ends))
        return parts

    def _number(self, names: Sequence[str]) -> None:
        if len(self._numbers) > INSTRUMENTS_MAX:
            self.forget()
        for name in names:
            if name in self._numbers:
                continue
            underlying = underlying_of(name)
            number = self._numbered.get(underlying)
            if number is None:
                number = self._numbered[underlying] = len(self._symbols)
                self._symbols.append(underlying)
                self._instruments.append([])
            self._numbers[name] = len(self._numbers)
            self._underlying.append(number)
            self._place.append(len(self._instruments[number]))
            self._instruments[number].append(name)
        self._tables = np.array([self._underlying, self._place], dtype=np.int64)


def frame_in(message: Any) -> Frame:
    """Return the fields of the frame in a message (Faust's); raises Undecodable."""
    return fields_of(TickFrame, message.value)


def _joined(frames: Sequence[Frame], column: str) -> npt.NDArray[np.int64]:
    return np.frombuffer(b"".join([frame[column] for frame in frames]), dtype="<i8")
