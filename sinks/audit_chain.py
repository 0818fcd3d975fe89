"""The audit log as a chain: each row's hash covers the row and the hash before it.

Pure: what a row's hash is, and what is wrong with a chain of rows and the heads that were told of it elsewhere.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

GENESIS = "0" * 64
"""The hash before the first row."""

Fault = Literal["edited", "missing", "reordered", "truncated", "unsaid", "unlinked"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a person, a key or the platform changed.

    account_id  whose; empty when it concerns the platform
    event_id    of the event that says so on Kafka; None when no event does
    """

    at: datetime
    actor: str
    account_id: str
    action: str
    target: str
    detail: Mapping[str, Any]
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A change in its place of the chain."""

    number: int
    change: Change
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and at which number."""

    number: int
    fault: Fault
    text: str


def canonical(value: object) -> str:
    """Return a value as JSON that is the same however it was stored: keys sorted, numbers without their own spelling.

    Texts lose what Postgres cannot hold (NUL, lone surrogates). Raises ValueError for what has no JSON form.
    """
    match value:
        case None | bool():
            return json.dumps(value)
        case str():
            return json.dumps(storable(value))
        case int():
            return str(value)
        case float() | Decimal():
            number = Decimal(repr(value)) if isinstance(value, float) else value
            if not number.is_finite():
                raise ValueError("a number of the audit log is finite")
            return format(number.normalize(), "f") if number else "0"
        case dict() | Mapping():
            keyed = sorted((storable(str(name)), item) for name, item in value.items())
            return "{" + ",".join(f"{json.dumps(name)}:{canonical(item)}" for name, item in keyed) + "}"
        case list() | tuple():
            return "[" + ",".join(canonical(item) for item in value) + "]"
        case datetime():
            return json.dumps(value.astimezone(UTC).isoformat(timespec="microseconds"))
        case _:
            return json.dumps(storable(str(value)))


def storable(text: str) -> str:
    """Return a text as Postgres can hold it."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def hash_of(number: int, change: Change, previous_hash: str) -> str:
    """Return the hash of a row: SHA-256 over its fields and the hash before it, 64 hexadecimal digits."""
    fields = {
        "number": number,
        "at": change.at,
        "actor": change.actor,
        "account_id": change.account_id,
        "action": change.action,
        "target": change.target,
        "detail": change.detail,
        "event_id": change.event_id,
        "previous_hash": previous_hash,
    }
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def linked(number: int, change: Change, previous_hash: str) -> Row:
    """Return a change as the row that follows a hash."""
    return Row(number, change, previous_hash, hash_of(number, change, previous_hash))


class Walk:
    """Goes along a log and says what is wrong with it.

    heads   hashes told on Kafka, by number
    unsaid  numbers whose heads wait to be told
    upto    the highest number whose head must have been told by now; None: every one
    """

    def __init__(
        self, heads: Mapping[int, Collection[str]], *, unsaid: Collection[int] = (), upto: int | None = None
    ) -> None:
        self._heads, self._unsaid, self._upto = heads, frozenset(unsaid), upto
        self._previous = GENESIS
        self.highest = 0
        self.rows = 0

    def look_at(self, row: Row) -> Iterator[Finding]:
        """Yield what is wrong with the next row as it stands."""
        number, expected = row.number, self.highest + 1
        if number < expected:
            yield Finding(number, "reordered", f"stands after number {self.highest}")
        elif number > expected:
            yield Finding(expected, "missing", _absent(expected, number - 1))
        told = self._heads.get(number, ())
        if hash_of(number, row.change, row.previous_hash) != row.hash:
            yield Finding(number, "edited", "its hash is not that of its fields")
        elif told and set(told) != {row.hash}:
            yield Finding(number, "edited", "its hash is not the one told on Kafka")
        elif number == expected and row.previous_hash != self._previous:
            yield Finding(number, "unlinked", "it does not follow from the row before it")
        elif not told and number not in self._unsaid and (self._upto is None or number <= self._upto):
            yield Finding(number, "unsaid", "its hash was never told on Kafka")
        self._previous = row.hash
        self.highest = max(self.highest, number)
        self.rows += 1

    def end(self) -> Iterator[Finding]:
        """Yield what is wrong with where the log ends."""
        newest = max(self._heads, default=0)
        if newest > self.highest:
            yield Finding(self.highest + 1, "truncated", f"{_absent(self.highest + 1, newest)}, as Kafka knows them")


def verify(
    rows: Iterable[Row], *, heads: Mapping[int, Collection[str]], unsaid: Collection[int] = (), upto: int | None = None
) -> list[Finding]:
    """Return what is wrong with a log whose rows are given in the order in which they stand; see `Walk`."""
    walk = Walk(heads, unsaid=unsaid, upto=upto)
    return [*(finding for row in rows for finding in walk.look_at(row)), *walk.end()]


def _absent(first: int, last: int) -> str:
    return "is not there" if first == last else f"is not there, nor any up to {last}"
