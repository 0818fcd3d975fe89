"""Recorded sessions that ship with the project: a folder each, with its files as they were published and a manifest."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.event import to_micros
from schemas.money import NANOS
from schemas.occ import OptionContract, OptionType
from schemas.ticks import ABSENT, Tick

SESSIONS = Path(__file__).parent / "sessions"

_STRIKE_UNITS = 10_000
"""Strikes in the files' names are in deci-cents, whatever the prices are in."""
_MILLISECOND = 1_000
_SECOND = 1_000_000


class SessionUnavailable(Exception):
    """There is no such session, or a file of it cannot be read; the text names it."""


class PriceFile(BaseModel):
    """A zip of header-less CSV. Times are milliseconds since midnight in `zone`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    zone: str
    units_per_dollar: int
    root: str = ""


class ContractFile(BaseModel):
    """A file that says something of each contract of a root."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    root: str


class HistoryFile(BaseModel):
    """A zip of one header-less CSV of bars: start as yyyymmdd hh:mm in `zone`, open, high, low, close, volume."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    timeframe: Literal["1m", "5m", "15m", "1h", "1d"]
    zone: str
    units_per_dollar: int


class Manifest(BaseModel):
    """What a session's folder holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    underlying: str
    day: date
    calendar: str
    trades: tuple[PriceFile, ...]
    option_quotes: tuple[PriceFile, ...]
    open_interest: tuple[ContractFile, ...] = ()
    universe: ContractFile | None = None
    history: tuple[HistoryFile, ...] = ()


class Bar(NamedTuple):
    """Open, high, low, close in 1e-9 dollars; volume in shares."""

    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A listed contract of a session, with what was known of it before the day began."""

    contract: OptionContract
    open_interest: int | None = None
    implied_volatility: Decimal | None = None
    delta: Decimal | None = None
    gamma: Decimal | None = None
    theta: Decimal | None = None
    vega: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """One recorded day of an underlying and its options."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def underlying(self) -> str:
        return self.manifest.underlying


def session_names() -> tuple[str, ...]:
    """Return the names of the sessions that ship with the project, in order."""
    return tuple(sorted(path.parent.name for path in SESSIONS.glob("*/manifest.json")))


def open_session(name: str) -> RecordedSession:
    """Return a session that ships with the project; raises SessionUnavailable."""
    if name not in session_names():
        raise SessionUnavailable(f"session: there is no {name!r}; there are {', '.join(session_names())}")
    return open_folder(SESSIONS / name)


def open_folder(folder: Path) -> RecordedSession:
    """Return the session in a folder; raises SessionUnavailable."""
    try:
        return RecordedSession(folder, Manifest.model_validate_json((folder / "manifest.json").read_bytes()))
    except (OSError, ValidationError) as error:
        raise SessionUnavailable(f"{folder.name}/manifest.json: {error}") from error


def ticks_of(session: RecordedSession) -> list[Tick]:
    """Return the session's ticks in the order of the tape; raises SessionUnavailable.

    The order is by time; at one instant the underlying comes before its contracts, and they come by symbol. An
    instrument has at most one tick at an instant, so (symbol, at) names a tick.
    """
    ticks = [*_trades(session), *_quotes(session)]
    ticks.sort(key=lambda tick: (tick.at, tick.symbol != session.underlying, tick.symbol))
    return ticks


def facts_of(session: RecordedSession) -> list[ContractFacts]:
    """Return the contracts of the session by symbol; raises SessionUnavailable."""
    facts: dict[str, ContractFacts] = {}
    for file in session.manifest.option_quotes:
        for name in _names(session, file.file):
            contract = _contract(name, root=file.root)
            facts[contract.symbol] = ContractFacts(contract)
    for listed in session.manifest.open_interest:
        for name, rows in csvs_of(session, listed.file):
            symbol = _contract(name, root=listed.root).symbol
            if symbol in facts and rows:
                facts[symbol] = replace(facts[symbol], open_interest=int(rows[-1][1]))
    if session.manifest.universe is not None:
        for row in _universe(session, session.manifest.universe):
            known = facts.get(row.contract.symbol)
            if known is not None:
                facts[row.contract.symbol] = replace(row, open_interest=known.open_interest)
    return [facts[symbol] for symbol in sorted(facts)]


def trade_ticks(symbol: str, at: int, bar: Bar) -> Iterator[Tick]:
    """Yield a minute's trades as its bar leaves room for: open, both extremes, close.

    at  UTC microseconds of the minute; the low comes before the high when the minute closed no lower than it opened
    """
    first, second = (bar.low, bar.high) if bar.close >= bar.open else (bar.high, bar.low)
    part = bar.volume // 4
    yield Tick(symbol, at, price=bar.open, size=part)
    yield Tick(symbol, at + 20 * _SECOND, price=first, size=part)
    yield Tick(symbol, at + 40 * _SECOND, price=second, size=part)
    yield Tick(symbol, at + 59 * _SECOND, price=bar.close, size=bar.volume - 3 * part)


def _trades(session: RecordedSession) -> Iterator[Tick]:
    for file in session.manifest.trades:
        midnight = _midnight(session, file.zone)
        for _, rows in csvs_of(session, file.file):
            for at, opened, high, low, close, volume in rows:
                prices = [_nanos(text, file.units_per_dollar) for text in (opened, high, low, close)]
                bar = Bar._make([*prices, int(Decimal(volume))])
                yield from trade_ticks(session.underlying, midnight + int(at) * _MILLISECOND, bar)


def _quotes(session: RecordedSession) -> Iterator[Tick]:
    for file in session.manifest.option_quotes:
        midnight = _midnight(session, file.zone)
        unit = file.units_per_dollar
        for name, rows in csvs_of(session, file.file):
            symbol = _contract(name, root=file.root).symbol
            for at, bid, _, _, bid_close, bid_size, ask, _, _, ask_close, ask_size in rows:
                start = midnight + int(at) * _MILLISECOND
                if bid or ask:
                    # the bar's sizes are those at its end
                    yield Tick(symbol, start, bid=_nanos(bid, unit), ask=_nanos(ask, unit))
                if bid_close or ask_close:
                    yield Tick(
                        symbol,
                        start + 59 * _SECOND,
                        bid=_nanos(bid_close, unit),
                        ask=_nanos(ask_close, unit),
                        bid_size=_size(bid_close, bid_size),
                        ask_size=_size(ask_close, ask_size),
                    )


def _nanos(text: str, units_per_dollar: int) -> int:
    """Return a price as 1e-9 dollars, exactly; an empty one is absent."""
    if not text:
        return ABSENT
    nanos = Decimal(text) * NANOS / units_per_dollar
    if nanos != (whole := int(nanos)):
        raise SessionUnavailable(f"{text} has more than nine decimals")
    return whole


def _size(price: str, text: str) -> int:
    return int(Decimal(text)) if price and text else ABSENT


def _midnight(session: RecordedSession, zone: str) -> int:
    return to_micros(datetime.combine(session.manifest.day, time(), ZoneInfo(zone)))


def _contract(name: str, *, root: str) -> OptionContract:
    """Return the contract of a file such as 20140605_twx_minute_quote_american_call_1000000_20160115.csv."""
    parts = name.removesuffix(".csv").split("_")
    kind: OptionType = "call" if parts[-3] == "call" else "put"
    return OptionContract(root=root, expiration=_day(parts[-1]), type=kind, strike=Decimal(parts[-2]) / _STRIKE_UNITS)


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _universe(session: RecordedSession, file: ContractFile) -> Iterator[ContractFacts]:
    with (session.folder / file.file).open(newline="") as lines:
        for row in csv.DictReader(lines):
            if not row["#expiry"]:
                continue  # the underlying's own row
            contract = OptionContract(
                root=file.root,
                expiration=_day(row["#expiry"]),
                type="call" if row["right"] == "C" else "put",
                strike=Decimal(row["strike"]),
            )
            if not Decimal(row["implied_volatility"] or 0):
                yield ContractFacts(contract)
                continue
            yield ContractFacts(
                contract,
                implied_volatility=Decimal(row["implied_volatility"]),
                delta=Decimal(row["delta"]),
                gamma=Decimal(row["gamma"]),
                theta=Decimal(row["theta"]),
                vega=Decimal(row["vega"]),
            )


def _names(session: RecordedSession, file: str) -> list[str]:
    with _archive(session, file) as archive:
        return sorted(archive.namelist())


def csvs_of(session: RecordedSession, file: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the CSVs of a zip in the session's folder by name, with their rows; raises SessionUnavailable."""
    with _archive(session, file) as archive:
        for name in sorted(archive.namelist()):
            with archive.open(name) as lines:
                yield name, [row for row in csv.reader(io.TextIOWrapper(lines, "ascii", newline="")) if row]


def _archive(session: RecordedSession, file: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(session.folder / file)
    except (OSError, zipfile.BadZipFile) as error:
        raise SessionUnavailable(f"{session.name}/{file}: {error}") from error
