"""The tape of a recorded session, read off the raw files with the standard library alone (see `tests.e2e.oracle`)."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SESSIONS = Path(__file__).resolve().parents[2] / "streams" / "feeds" / "sessions"
NEW_YORK = ZoneInfo("America/New_York")
NANOS = 10**9

RawTick = tuple[int, str, int | None, int | None, int | None]
"""Milliseconds since midnight in New York, symbol, price, bid, ask; prices in 1e-9 dollars."""
File = tuple[str, str, int, int]
"""File, root of its contracts (empty: the underlying's bars), hours to add for New York, nanodollars a unit."""

LAYOUTS: dict[str, tuple[str, date, tuple[File, ...]]] = {
    "twx-2014-06-05": (
        "TWX",
        date(2014, 6, 5),
        (("equity/20140605_trade.zip", "", 0, 100_000), ("option/20140605_quote_american.zip", "TWX", 0, 100_000)),
    ),
    "spx-2021-01-04": (
        "SPX",
        date(2021, 1, 4),
        (
            ("index/20210104_trade.zip", "", 1, NANOS),
            ("spx/20210104_quote_european.zip", "SPX", 0, 100_000),
            ("spxw/20210104_quote_european.zip", "SPXW", 0, 100_000),
        ),
    ),
}


@dataclass(frozen=True)
class Contract:
    """A listed contract, as its file is named."""

    symbol: str
    right: str
    strike: Fraction
    expiration: date


@cache
def read_tape(folder: Path, underlying: str, files: tuple[File, ...]) -> tuple[list[RawTick], dict[str, Contract]]:
    """Return the ticks in the order of the tape, and the contracts by symbol."""
    ticks: list[RawTick] = []
    contracts: dict[str, Contract] = {}
    for file, root, hours, unit in files:
        with zipfile.ZipFile(folder / file) as archive:
            for name in archive.namelist():
                rows = list(csv.reader(io.StringIO(archive.read(name).decode())))
                if not root:
                    ticks += [tick for row in rows for tick in trades(underlying, row, hours, unit)]
                    continue
                right, strike, expiry = name.removesuffix(".csv").split("_")[-3:]
                thousandths = int(strike) // 10
                symbol = f"{root}{expiry[2:]}{right[0].upper()}{thousandths:08d}"
                expiration = date.fromisoformat(f"{expiry[:4]}-{expiry[4:6]}-{expiry[6:]}")
                contracts[symbol] = Contract(symbol, right, Fraction(thousandths, 1000), expiration)
                ticks += [tick for row in rows for tick in quotes(symbol, row, unit)]
    ticks.sort(key=lambda tick: (tick[0], tick[1] != underlying, tick[1]))
    return ticks, contracts


def trades(symbol: str, row: list[str], hours: int, unit: int) -> Iterator[RawTick]:
    at = int(row[0]) + hours * 3_600_000
    opened, high, low, close = (int(Fraction(text) * unit) for text in row[1:5])
    extremes = (low, high) if close >= opened else (high, low)
    for offset, price in zip((0, 20_000, 40_000, 59_000), (opened, *extremes, close), strict=True):
        yield at + offset, symbol, price, None, None


def quotes(symbol: str, row: list[str], unit: int) -> Iterator[RawTick]:
    for offset, bid, ask in ((0, row[1], row[6]), (59_000, row[4], row[9])):
        if bid or ask:
            yield int(row[0]) + offset, symbol, None, int(bid) * unit if bid else None, int(ask) * unit if ask else None


def steps_of(script: Path) -> list[dict[str, Any]]:
    """Return a script's alerts and biases, in its order."""
    steps: list[dict[str, Any]] = json.loads(script.read_text())["steps"]
    return steps


def merged(ticks: list[RawTick], steps: list[dict[str, Any]], day: date) -> Iterator[tuple[int, str, Any]]:
    """Yield (milliseconds, kind, item) in order: at one instant the clock, then ticks, then the script."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK)
    line: list[tuple[int, int, int, str, Any]] = [
        (at, 1, number, "tick", tick) for number, (at, *tick) in enumerate(ticks)
    ]
    for number, step in enumerate(steps):
        at = (datetime.fromisoformat(step["at"]) - midnight) // timedelta(milliseconds=1)
        line.append((at, 2, number, "step", step))
    line += [(at, 0, 0, "clock", None) for at in clock_times([tick[0] for tick in ticks])]
    line.sort(key=lambda entry: entry[:3])
    for at, _, _, kind, item in line:
        yield at, kind, item


def clock_times(times: list[int]) -> set[int]:
    """The open and the close, each full minute that a minute of silence precedes, and the minutes around the tape."""
    minute = 60_000
    told = {34_200_000, 57_600_000, times[0] // minute * minute, (times[-1] // minute + 1) * minute}
    for earlier, later in pairwise(times):
        told |= {at for at in range(earlier // minute * minute, later, minute) if at > earlier + minute}
    return told
