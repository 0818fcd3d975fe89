"""What is open right now, folded from changelogs and the tape: books, and each instrument's newest mark."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from agents.controls import parse
from schemas.accounts import Account
from schemas.codec import Undecodable, decode, decode_any
from schemas.event import from_micros
from schemas.operations import ControlChanged
from schemas.orders import OrderPlaced
from schemas.positions import Book, Position
from schemas.ranks import Rank
from schemas.records import AccountRecord, BookRecord
from schemas.ticks import ABSENT, marks_of, mid

MARKS_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Mark:
    """What an instrument is worth: a trade's price or a quote's mid, 1e-9 dollars, at UTC microseconds."""

    price: int
    at: int


@dataclass(slots=True)
class _Held:
    """An account's newest record: large, and written far more often than asked for."""

    value: bytes
    rank: Rank
    account: Account | None = None


class LiveView:
    """Books and marks. Every message may come again: a record older than the one held changes nothing."""

    def __init__(self) -> None:
        self._books: dict[str, BookRecord] = {}
        self._accounts: dict[str, _Held] = {}
        self._marks: dict[str, Mark] = {}
        self._controls: dict[str, ControlChanged] = {}
        self._seen_on_tape: set[str] = set()
        self._moved: set[str] = set()

    def apply_book(self, key: str, value: bytes | None) -> None:
        """Take a book's record, or its deletion; a late one of an older (epoch, version) is passed over.

        raises   Undecodable
        """
        if value is None:
            self._books.pop(key, None)
            return
        record = decode(BookRecord, value)
        held = self._books.get(key)
        if held is None or (record.epoch, record.version) >= (held.epoch, held.version):
            self._books[key] = record

    def apply_account(self, key: str, value: bytes | None, rank: Rank | None = None) -> None:
        """Take an account's record, or its deletion, as `apply_book` does a book's; it is decoded once asked for.

        rank     as its message's headers tell; None: as it says itself
        raises   Undecodable
        """
        if value is None:
            self._accounts.pop(key, None)
            return
        if rank is None:
            record = decode(AccountRecord, value)
            rank = record.epoch, record.version
        held = self._accounts.get(key)
        if held is None or rank >= held.rank:
            self._accounts[key] = _Held(value, rank)

    def apply_market(self, value: bytes | None) -> datetime | None:
        """Take the marks of a market's checkpoint, where the tape has not told newer ones.

        returns  the newest time in it
        raises   Undecodable
        """
        if value is None:
            return None
        state = _fields(value, "MarketRecord")["state"]
        newest = 0
        for symbol, quote in ((state["symbol"], state["last"]), *state["quotes"].items()):
            mark = _mark_of(quote)
            newest = max(newest, quote["quoted_at"], quote["traded_at"])
            if mark is not None and symbol not in self._seen_on_tape:
                self._marks[symbol] = mark
        return from_micros(newest) if newest else None

    def apply_frame(self, value: bytes | None) -> datetime:
        """Take a frame's marks and return its time. The order of the tape decides, not the times on it.

        raises   Undecodable, ValueError when its columns do not fit each other
        """
        fields = _fields(value, "TickFrame")
        at, number, price, bid, ask = (
            np.frombuffer(fields[name], dtype="<i8") for name in ("at", "instrument", "price", "bid", "ask")
        )
        names = fields["instruments"]
        if len({len(at), len(number), len(price), len(bid), len(ask)}) != 1:
            raise ValueError("columns of a frame differ in length")
        if len(number) and not 0 <= number.min() <= number.max() < len(names):
            raise ValueError("instrument: counts past the frame's instruments")
        marks = marks_of(price, bid, ask)
        known = np.flatnonzero(marks != ABSENT)
        # a later tick of an instrument replaces an earlier one
        for instrument, row in dict(zip(number[known].tolist(), known.tolist(), strict=True)).items():
            symbol = names[instrument]
            self._marks[symbol] = Mark(int(marks[row]), int(at[row]))
            self._seen_on_tape.add(symbol)
            self._moved.add(symbol)
        if len(self._marks) > MARKS_MAX:
            self._forget_unheld()
        occurred_at = fields["occurred_at"]
        assert isinstance(occurred_at, datetime)
        return occurred_at

    def apply_control(self, value: bytes | None) -> None:
        """Take a control's newest value; one that is older than the one held is passed over.

        raises   Undecodable, schemas.controls.InvalidControl
        """
        if value is None:
            return
        control = decode(ControlChanged, value)
        parse(control)
        held = self._controls.get(control.name)
        if held is None or control.occurred_at >= held.occurred_at:
            self._controls[control.name] = control

    def controls(self) -> list[ControlChanged]:
        """Return the newest value of each control that was ever changed, by name."""
        return [self._controls[name] for name in sorted(self._controls)]

    def mark(self, symbol: str) -> Mark | None:
        """Return an instrument's newest mark, or None when none is known."""
        return self._marks.get(symbol)

    def take_moved(self) -> set[str]:
        """Return the instruments of which frames have told since this was asked last."""
        moved, self._moved = self._moved, set()
        return moved

    def book_keys(self) -> Iterable[str]:
        """Return the keys of all books."""
        return self._books.keys()

    def book(self, key: str) -> Book | None:
        """Return a book, or None when there is none."""
        record = self._books.get(key)
        return None if record is None else record.state

    def account(self, account_id: str) -> Account | None:
        """Return an account as its stage has it, or None before its first event; raises Undecodable."""
        held = self._accounts.get(account_id)
        if held is None:
            return None
        if held.account is None:
            held.account = decode(AccountRecord, held.value).state
        return held.account

    def positions(self, account_id: str, *, is_shadow: bool = False) -> Iterator[Position]:
        """Yield an account's open and closing positions, or its shadow positions."""
        for record in self._books.values():
            if record.state.account_id == account_id and record.state.is_shadow == is_shadow:
                yield from record.state.positions

    def working(self, account_id: str) -> Iterator[OrderPlaced]:
        """Yield an account's orders that are not filled yet."""
        for record in self._books.values():
            if record.state.account_id == account_id and not record.state.is_shadow:
                yield from record.state.working

    def _forget_unheld(self) -> None:
        held = {position.option_symbol for record in self._books.values() for position in record.state.positions}
        self._marks = {symbol: mark for symbol, mark in self._marks.items() if symbol in held}
        self._seen_on_tape &= held
        self._moved &= held


def _fields(value: bytes | None, name: str) -> dict[str, Any]:
    found, fields = decode_any(value)
    if found != name:
        raise Undecodable(f"{name}: the message is a {found}")
    return fields


def _mark_of(quote: Mapping[str, int]) -> Mark | None:
    middle = mid(quote["bid"], quote["ask"])
    traded = Mark(quote["price"], quote["traded_at"]) if quote["price"] != ABSENT else None
    quoted = Mark(middle, quote["quoted_at"]) if middle != ABSENT else None
    if traded is None or quoted is None:
        return traded or quoted
    return traded if traded.at > quoted.at else quoted
