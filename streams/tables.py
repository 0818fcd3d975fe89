"""Faust tables of state records: bytes in memory, writes that are awaited, recovery that never goes back."""

import logging
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from faust.tables.table import Table

from schemas.codec import Undecodable, decode, encode
from schemas.records import StateRecord
from streams.logs import logger
from streams.publisher import Headers
from streams.topics import PARTITIONS, Topic

log = logger(__name__)
R = TypeVar("R", bound=StateRecord)
Rank = tuple[int, int]
"""(epoch, version) of a record."""


class RecordTable(Table):
    """A table whose changelog is one of our topics.

    Its records are written by the stage itself: Faust drops the future of a changelog write.
    """

    logger = logging.getLogger("faust.table")

    def __init__(self, app: Any, *, topic: Topic) -> None:
        super().__init__(
            app,
            name=topic.name,
            partitions=PARTITIONS,
            key_type=bytes,
            value_type=bytes,
            changelog_topic=app.topic(
                topic.name,
                partitions=PARTITIONS,
                compacting=True,
                deleting=False,
                internal=True,
                key_type=bytes,
                value_type=bytes,
                key_serializer="raw",
                value_serializer="raw",
            ),
        )
        self.topic = topic
        self._ranks: dict[bytes, Rank] = {}
        app.tables.add(self)

    def apply_changelog_batch(self, batch: Iterable[Any]) -> None:
        """Recover, but never back from a higher (epoch, version): a zombie's late record is not the newest."""
        newest: dict[bytes, Any] = {}
        for event in batch:
            message = event.message
            rank = rank_of(message.headers) or self._rank_inside(message.value)
            if rank is None:
                log.warning("unreadable_changelog_record", topic=self.topic.name, offset=message.offset)
            elif (message.key not in newest and message.key not in self.data) or rank >= self._ranks[message.key]:
                self._ranks[message.key] = rank
                newest[message.key] = event
        super().apply_changelog_batch(newest.values())

    def _rank_inside(self, value: bytes | None) -> Rank | None:
        try:
            record: Any = decode(self.topic.record, value)
        except Undecodable:
            return None
        return record.epoch, record.version

    def put(self, key: bytes, value: bytes, rank: Rank) -> None:
        """Note a record that the changelog has acknowledged."""
        self.data[key] = value
        self._ranks[key] = rank


def rank_headers(record: StateRecord) -> Headers:
    """Return what tells how new a record is without decoding it: whole tables are read at a start."""
    return [("epoch", b"%d" % record.epoch), ("version", b"%d" % record.version)]


def rank_of(headers: Any) -> Rank | None:
    """Return (epoch, version) of a changelog message's headers, or None when they are not there."""
    known = dict(headers or ())
    try:
        return int(known["epoch"]), int(known["version"])
    except (KeyError, ValueError):
        return None


class Records(Generic[R]):
    """A table's records as the stage works on them: decoded once, written when they have changed."""

    def __init__(self, table: RecordTable, model: type[R]) -> None:
        self.table = table
        self._model = model
        self._records: dict[str, R] = {}
        self.changed: dict[str, int] = {}
        """Partition of each record that is ahead of its changelog."""

    def get(self, key: str) -> R | None:
        """Return a record, or None when there is none yet."""
        record = self._records.get(key)
        if record is None and (value := self.table.data.get(key.encode())) is not None:
            record = self._records[key] = decode(self._model, value)
        return record

    def keys(self) -> list[str]:
        """Return the keys of all records known here."""
        stored = {key.decode() for key in self.table.data.keys()}  # noqa: SIM118 -- a Faust store is no mapping
        return sorted(stored | set(self._records))

    def put(self, key: str, record: R) -> None:
        """Replace a record in memory."""
        self._records[key] = record

    def change(self, key: str, record: R, *, partition: int) -> None:
        """Replace a record, to be written."""
        self._records[key] = record
        self.changed[key] = partition

    def encoded(self, key: str) -> tuple[bytes, Headers]:
        """Return a record as its changelog carries it."""
        record = self._records[key]
        return encode(record), rank_headers(record)

    def written(self, key: str, value: bytes) -> None:
        """Note that the changelog has acknowledged a record."""
        record = self._records[key]
        self.table.put(key.encode(), value, (record.epoch, record.version))
        self.changed.pop(key, None)

    def forget(self) -> None:
        """Drop what is not on the changelog: the partitions may have a new owner."""
        self._records.clear()
        self.changed.clear()
