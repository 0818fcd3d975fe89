"""Faust tables of state records: bytes in memory, writes that are awaited, recovery that never goes back."""

import logging
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from faust.tables.table import Table

from schemas.codec import Undecodable, decode, encode
from schemas.records import StateRecord
from streams.logs import logger
from streams.topics import PARTITIONS, Topic

log = logger(__name__)
R = TypeVar("R", bound=StateRecord)


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
        app.tables.add(self)

    def apply_changelog_batch(self, batch: Iterable[Any]) -> None:
        """Recover, but never back from a higher (epoch, version): a zombie's late record is not the newest."""
        newest: dict[bytes, tuple[tuple[int, int], Any]] = {}
        for event in batch:
            key, value = event.message.key, event.message.value
            rank = self._rank(value)
            if rank is None:
                log.warning("unreadable_changelog_record", topic=self.topic.name, offset=event.message.offset)
                continue
            known = newest[key][0] if key in newest else self._rank(self.data.get(key))
            if known is None or rank >= known:
                newest[key] = rank, event
        super().apply_changelog_batch([event for _, event in newest.values()])

    def _rank(self, value: bytes | None) -> tuple[int, int] | None:
        if value is None:
            return None
        try:
            record: Any = decode(self.topic.record, value)
        except Undecodable:
            return None
        return record.epoch, record.version


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

    def encoded(self, key: str) -> bytes:
        """Return a record as its changelog carries it."""
        return encode(self._records[key])

    def written(self, key: str, value: bytes) -> None:
        """Note that the changelog has acknowledged a record."""
        self.table.data[key.encode()] = value
        self.changed.pop(key, None)

    def forget(self) -> None:
        """Drop what is not on the changelog: the partitions may have a new owner."""
        self._records.clear()
        self.changed.clear()
