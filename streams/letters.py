"""What a stage sets aside: dead letters of what it fails on, and taking back what cannot be stored."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from schemas.dead_letters import dead_lettered, written_at
from schemas.operations import DeadLettered
from schemas.records import StateRecord
from streams.metrics import DEAD_LETTERS
from streams.publisher import Headers
from streams.records import ASIDE
from streams.tables import Records

RECORD_BYTES_MAX = 7_500_000
"""Of a record. An event that would make it larger is set aside: Kafka would refuse the record, and all after it."""
RECORD_WITH_LETTERS_BYTES_MAX = 8_300_000
"""Of a record that sets an event aside: the letter must find room, however large the record is."""

Name = tuple[str, str]
"""Table and key of a record."""


class Write(NamedTuple):
    """A record to be written to its changelog."""

    table: str
    key: str
    value: bytes
    partition: int
    headers: Headers


def letter_of(
    message: Any, *, reader: str, reason: Literal["undecodable", "failed"], error: str, record: str = ""
) -> DeadLettered:
    """Return the dead letter of a message (Faust's) that a stage, or one record of it, has failed on."""
    DEAD_LETTERS.labels(reader, message.topic, reason).inc()
    return dead_lettered(
        reader=reader,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=message.headers or (),
        reason=reason,
        error=error,
        occurred_at=written_at(message.timestamp or 0),
        record=record,
    )


def numbered_id(headers: Mapping[str, bytes | None]) -> str | None:
    """Return the id of an event that its source has numbered, so that it may be sent again; None of any other."""
    if headers.get("ce_sequence") in (None, b"", b"0"):
        return None
    return (headers.get("ce_id") or b"").decode("utf-8", "replace") or None


def set_aside_at(record: StateRecord | None, event_id: str | None) -> int | None:
    """Return the offset at which an event was set aside that no record could be named for; None when it was not."""
    return None if record is None or event_id is None else record.heard.get(ASIDE + event_id)


class Before:
    """The records that a batch has changed, as they were before it."""

    def __init__(self, tables: Mapping[str, Records[Any]]) -> None:
        self._tables = tables
        self._kept: dict[Name, tuple[Any, int | None]] = {}

    def note(self, table: str, key: str) -> None:
        """Keep a record that is about to change, unless the batch has changed it already."""
        if (table, key) not in self._kept:
            records = self._tables[table]
            self._kept[table, key] = (records.get(key), records.deferred.get(key))

    def restore(self) -> None:
        """Put all that was changed back."""
        for (table, key), (record, deferred) in self._kept.items():
            self._tables[table].restore(key, record, deferred=deferred)
        self.clear()

    def clear(self) -> None:
        """Begin a new batch."""
        self._kept.clear()
