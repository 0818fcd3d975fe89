"""The tape on Kafka: ticks travel in frames, columnar, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field

from schemas.event import Event, from_micros
from schemas.ids import derived_id

ABSENT = -1
"""A column's value where a tick does not have it."""

Column = npt.NDArray[np.int64]

_COLUMN = "int64 little-endian, one a tick; -1 is absent"


class Tick(NamedTuple):
    """A trade (price, size) or a quote (bid, ask) of one instrument.

    at in UTC microseconds; prices in 1e-9 dollars; sizes in shares or contracts; -1 is absent.
    """

    symbol: str
    at: int
    price: int = ABSENT
    size: int = ABSENT
    bid: int = ABSENT
    ask: int = ABSENT
    bid_size: int = ABSENT
    ask_size: int = ABSENT

    @property
    def mark(self) -> int:
        """The trade's price, or the quote's mid, or -1 when a side is missing; 1e-9 dollars."""
        if self.price != ABSENT:
            return self.price
        return mid(self.bid, self.ask)


def mid(bid: int, ask: int) -> int:
    """Return the middle of a quote, rounded down to 1e-9 dollars, or -1 when a side is absent: nobody asks 0."""
    return ABSENT if bid == ABSENT or ask <= 0 else (bid + ask) // 2


def marks_of(price: Column, bid: Column, ask: Column) -> Column:
    """Return the mark of each tick of columns, as `Tick.mark` reckons it."""
    # (bid + ask) // 2 without the sum, which may not fit
    middle = np.where((bid == ABSENT) | (ask <= 0), ABSENT, (bid & ask) + ((bid ^ ask) >> 1))
    marks: Column = np.where(price == ABSENT, middle, price)
    return marks


@dataclass(frozen=True, slots=True, eq=False)
class TickColumns:
    """Ticks in their order, a column for each field that a reducer reads; as in `Tick`.

    instruments  symbols that `instrument` counts; some of them may have no tick
    """

    instruments: Sequence[str]
    instrument: Column
    at: Column
    price: Column
    size: Column
    bid: Column
    ask: Column

    def __len__(self) -> int:
        return len(self.at)

    def __getitem__(self, rows: slice) -> "TickColumns":
        """Return the ticks of some rows."""
        return TickColumns(
            self.instruments,
            self.instrument[rows],
            self.at[rows],
            self.price[rows],
            self.size[rows],
            self.bid[rows],
            self.ask[rows],
        )

    def tick(self, row: int) -> Tick:
        """Return a tick."""
        return Tick(
            self.instruments[int(self.instrument[row])],
            int(self.at[row]),
            int(self.price[row]),
            int(self.size[row]),
            int(self.bid[row]),
            int(self.ask[row]),
        )

    def ticks(self) -> Iterator[Tick]:
        """Yield the ticks in order."""
        names = [self.instruments[number] for number in self.instrument.tolist()]
        columns = [column.tolist() for column in (self.at, self.price, self.size, self.bid, self.ask)]
        return map(Tick, names, *columns)


class TickFrame(Event):
    """Ticks of a shard's instruments that arrived since the frame before, in their order.

    `occurred_at` is the newest tick's time. Columns are packed: numpy.frombuffer(frame.at, "<i8").
    """

    instruments: tuple[str, ...] = Field(description="symbols that `instrument` counts")
    at: bytes = Field(description=f"UTC microseconds, {_COLUMN}")
    instrument: bytes = Field(description=f"index into instruments, {_COLUMN}")
    price: bytes = Field(description=f"trade, 1e-9 dollars, {_COLUMN}")
    size: bytes = Field(description=f"trade, {_COLUMN}")
    bid: bytes = Field(description=f"1e-9 dollars, {_COLUMN}")
    ask: bytes = Field(description=f"1e-9 dollars, {_COLUMN}")
    bid_size: bytes = Field(description=_COLUMN)
    ask_size: bytes = Field(description=_COLUMN)

    @classmethod
    def of(cls, ticks: Sequence[Tick], *, source: str, sequence: int) -> Self:
        """Return the frame of `ticks`; raises ValueError when there is none."""
        if not ticks:
            raise ValueError("a frame holds at least one tick")
        numbers: dict[str, int] = {}
        for tick in ticks:
            numbers.setdefault(tick.symbol, len(numbers))
        _, at, price, size, bid, ask, bid_size, ask_size = zip(*ticks, strict=True)
        return cls(
            event_id=derived_id("frame", source, sequence, at[0]),
            occurred_at=from_micros(max(at)),
            source=source,
            sequence=sequence,
            instruments=tuple(numbers),
            instrument=_pack([numbers[tick.symbol] for tick in ticks]),
            at=_pack(at),
            price=_pack(price),
            size=_pack(size),
            bid=_pack(bid),
            ask=_pack(ask),
            bid_size=_pack(bid_size),
            ask_size=_pack(ask_size),
        )

    def __len__(self) -> int:
        return len(self.at) // 8

    def ticks(self) -> Iterator[Tick]:
        """Yield the ticks in order; raises ValueError when the columns do not fit each other."""
        columns = [
            _unpack(column).tolist()
            for column in (self.at, self.price, self.size, self.bid, self.ask, self.bid_size, self.ask_size)
        ]
        numbers = _unpack(self.instrument).tolist()
        if len({len(numbers), *map(len, columns)}) != 1:
            raise ValueError("columns of a frame differ in length")
        if numbers and not 0 <= min(numbers) <= max(numbers) < len(self.instruments):
            raise ValueError("instrument: counts past the frame's instruments")
        names = [self.instruments[number] for number in numbers]
        return map(Tick._make, zip(names, *columns, strict=True))


def _pack(values: Sequence[int]) -> bytes:
    return np.asarray(values, dtype="<i8").tobytes()


def _unpack(column: bytes) -> Column:
    if len(column) % 8:
        raise ValueError("a column's length is no multiple of 8")
    return np.frombuffer(column, dtype="<i8")
