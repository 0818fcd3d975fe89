"""The tape of figure 1: a day of SPY's trades, and beside them trades and quotes of simulated symbols."""

import io
import os
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.csv as csv

from schemas.codec import encode
from schemas.event import from_micros, to_micros
from schemas.ids import derived_id
from schemas.occ import underlying_of
from schemas.ticks import ABSENT, TickFrame
from streams.feeds.framing import FRAME_MAX
from streams.topics import PARTITIONS, partition_of

Column = npt.NDArray[np.int64]

FOLDER = Path(os.environ.get("MARKET_DATA", "../shared/data/market"))
FILE = FOLDER / "equity/usa/tick/spy/20131008_trade.zip"
MIDNIGHT = datetime(2013, 10, 8, 4, tzinfo=UTC)
"""Of the day, in New York."""
SPY_TICKS = 451_545
UNDERLYINGS, CONTRACTS = 32, 500
MOVING: Final = 50
"""Contracts whose prices run into stops, targets and trailing stops; the others stay between their levels."""
ENTRY: Final = 2_000_000_000
"""What every contract costs at first, 1e-9 dollars."""
CENT: Final = 10_000_000


@dataclass(frozen=True)
class Tape:
    """Ticks in the order of their time; columns as in `Tick`, of one day."""

    names: list[str]
    instrument: Column
    at: Column
    price: Column
    size: Column
    bid: Column
    ask: Column
    is_recorded: bool
    """SPY's trades are the recorded ones"""


@dataclass(frozen=True)
class Encoded:
    """A frame as Kafka has it."""

    partition: int
    occurred_at: datetime
    ticks: int
    value: bytes


def names() -> tuple[list[str], list[str]]:
    """Return the underlyings, SPY first, and the contracts, evenly of all of them; those that move come first."""
    letters = "ABCDEFGH"
    underlyings = ["SPY", *(f"Q{letters[n // 8]}{letters[n % 8]}" for n in range(UNDERLYINGS - 1))]
    contracts = [f"{underlyings[n % UNDERLYINGS]}140117C{100_000 + n * 1_000:08d}" for n in range(CONTRACTS)]
    return underlyings, contracts


def day() -> Tape:
    """Return the tape of a day: half of it SPY's trades, a quarter trades of other underlyings, a quarter quotes."""
    underlyings, contracts = names()
    chance = np.random.default_rng(20131008)
    at, price, size = _recorded() if FILE.exists() else _simulated(chance)
    count = len(at) // 2
    traded, quoted = np.sort(chance.choice(at, count)), np.sort(chance.choice(at, count))
    whose, contract = chance.integers(1, UNDERLYINGS, count), chance.integers(0, CONTRACTS, count)
    middle = _middles(contract)
    columns = {
        "instrument": (np.zeros(len(at), dtype=np.int64), whose, contract + UNDERLYINGS),
        "at": (at, traded, quoted),
        "price": (price, 100 * CENT * (100 + np.cumsum(chance.integers(-1, 2, count)) % 50), _absent(count)),
        "size": (size, chance.integers(1, 500, count), _absent(count)),
        "bid": (_absent(len(at)), _absent(count), middle - CENT),
        "ask": (_absent(len(at)), _absent(count), middle + CENT),
    }
    order = np.argsort(np.concatenate(columns["at"]), kind="stable")
    found = {name: np.concatenate(parts)[order] for name, parts in columns.items()}
    return Tape(names=[*underlyings, *contracts], is_recorded=FILE.exists(), **found)


def frames(tape: Tape, *, days: int, first: datetime = MIDNIGHT) -> list[Encoded]:
    """Return the tape's frames, full ones, day after day, in the order of their time."""
    shard = np.array([partition_of(underlying_of(name)) for name in tape.names])[tape.instrument]
    found = []
    for number in range(days):
        later = int((first - MIDNIGHT + timedelta(days=number)) / timedelta(microseconds=1))
        for partition in range(PARTITIONS):
            rows = np.flatnonzero(shard == partition)
            for begin in range(0, len(rows), FRAME_MAX):
                found.append(_frame(tape, rows[begin : begin + FRAME_MAX], partition, later))
    return sorted(found, key=lambda frame: frame.occurred_at)


def _frame(tape: Tape, rows: Column, partition: int, later: int) -> Encoded:
    present, instrument = np.unique(tape.instrument[rows], return_inverse=True)
    at, absent = tape.at[rows] + later, _absent(len(rows)).tobytes()
    occurred_at = from_micros(int(at[-1]))
    frame = TickFrame(
        event_id=derived_id("frame", "bench", partition, int(at[0]), int(rows[0])),
        occurred_at=occurred_at,
        source="bench",
        instruments=tuple(tape.names[number] for number in present.tolist()),
        instrument=instrument.astype("<i8").tobytes(),
        at=at.tobytes(),
        price=tape.price[rows].tobytes(),
        size=tape.size[rows].tobytes(),
        bid=tape.bid[rows].tobytes(),
        ask=tape.ask[rows].tobytes(),
        bid_size=absent,
        ask_size=absent,
    )
    return Encoded(partition, occurred_at, len(rows), encode(frame))


def _recorded() -> tuple[Column, Column, Column]:
    """Return time, price and size of SPY's trades; the file has milliseconds of the day and deci-cents."""
    with zipfile.ZipFile(FILE) as archive:
        content = archive.read(archive.namelist()[0])
    options = csv.ReadOptions(column_names=["time", "price", "size", "exchange", "condition", "suspicious"])
    table = csv.read_csv(io.BytesIO(content), read_options=options)
    at, price, size = (table[name].to_numpy().astype(np.int64) for name in ("time", "price", "size"))
    return at * 1_000 + to_micros(MIDNIGHT), price * 100_000, size


def _simulated(chance: np.random.Generator) -> tuple[Column, Column, Column]:
    """Return trades of the same number, from half past nine to four."""
    opened = to_micros(MIDNIGHT + timedelta(hours=9.5))
    at = np.sort(chance.integers(opened, opened + 23_400_000_000, SPY_TICKS))
    return at, 16_700 * CENT + np.cumsum(chance.integers(-1, 2, SPY_TICKS)) * CENT, chance.integers(1, 1_000, SPY_TICKS)


def _middles(contract: Column) -> Column:
    """Return the middle of each quote: percents of the entry price by how often its contract has been quoted."""
    order = np.argsort(contract, kind="stable")
    counts = np.bincount(contract, minlength=CONTRACTS)
    nth = np.empty_like(contract)
    nth[order] = np.arange(len(contract)) - np.repeat(np.cumsum(counts) - counts, counts)
    still = np.rint(8 * np.sin(nth / 9 + contract)).astype(np.int64)
    step = nth // 8
    trailing = np.where(step < 45, step, 90 - step)
    moving = np.choose(contract % 3, [np.minimum(step, 60), -np.minimum(step, 60), np.maximum(trailing, -60)])
    return ENTRY + np.where(contract < MOVING, moving, still) * (ENTRY // 100)


def _absent(count: int) -> Column:
    return np.full(count, ABSENT, dtype=np.int64)
