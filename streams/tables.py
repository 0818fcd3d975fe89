"""Faust tables of state records: bytes in memory, writes that are awaited, recovery that never goes back."""

import logging
from collections.abc import Container, Iterable
from typing import Any, Generic, TypeVar

from faust.tables.table import Table

from schemas.codec import Undecodable, decode, encode
from schemas.parts import PartsEncoder
from schemas.ranks import Rank, is_early, rank_headers, rank_of
from schemas.records import AccountRecord, StateRecord
from streams.logs import logger
from streams.publisher import Headers
from streams.topics import PARTITIONS, Topic

log = logger(__name__)
R = TypeVar("R", bound=StateRecord)
OF_PARTS: tuple[type[StateRecord], ...] = (AccountRecord,)
"""Records that hold many parts of which an event changes few."""


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
        self.watermark = 0.0
        """When the newest message that the records know was written to Kafka, in seconds since the epoch; 0: never."""
        self.overtaken: set[bytes] = set()
        """Keys of which the changelog's last record is not the newest: a zombie wrote behind its successor."""
        self.early: set[bytes] = set()
        """Keys whose newest record was written soon after a takeover, by this owner or a former one."""
        self._ranks: dict[bytes, Rank] = {}
        self._places: dict[bytes, int] = {}
        """The partition of each record."""
        app.tables.add(self)

    def recover(self, partition: int, messages: Iterable[Any]) -> None:
        """Take in records of a partition's changelog, but never back from a higher (epoch, version).

        messages  in the changelog's order, with key, value, headers, offset
        """
        known = self.data.data
        for message in messages:
            key = message.key
            rank = rank_of(message.headers) or self._rank_inside(message.value)
            if rank is None:
                log.warning("unreadable_changelog_record", topic=self.topic.name, offset=message.offset)
            elif key not in known or rank >= self._ranks[key]:
                self._note(key, message.value, rank, partition=partition, is_early=is_early(message.headers))
            else:
                self.overtaken.add(key)

    def apply_changelog_batch(self, batch: Iterable[Any]) -> None:
        """Recover from what Faust hands over; our consumer hands a poll's messages to `recover` without it."""
        for event in batch:
            self.recover(event.message.partition, (event.message,))

    def keep(self, partitions: Container[int]) -> None:
        """Forget the records of all other partitions: they belong to another worker by now."""
        for key in [key for key, partition in self._places.items() if partition not in partitions]:
            self.data.data.pop(key, None)
            self.overtaken.discard(key)
            self.early.discard(key)
            del self._places[key], self._ranks[key]

    def _rank_inside(self, value: bytes | None) -> Rank | None:
        try:
            record: Any = decode(self.topic.record, value)
        except Undecodable:
            return None
        return record.epoch, record.version

    def put(self, key: bytes, value: bytes, headers: Headers, *, partition: int) -> None:
        """Note a record that the changelog has acknowledged."""
        rank = rank_of(headers)
        assert rank is not None, "a record is written with its rank"
        self._note(key, value, rank, partition=partition, is_early=is_early(headers))

    def _note(self, key: bytes, value: bytes, rank: Rank, *, partition: int, is_early: bool) -> None:
        self.data.data[key] = value
        self._ranks[key] = rank
        self._places[key] = partition
        self.overtaken.discard(key)
        if is_early:
            self.early.add(key)
        else:
            self.early.discard(key)

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self._places)

    def place(self, key: bytes) -> int:
        """Return the partition of a record that is there."""
        return self._places[key]


class Records(Generic[R]):
    """A table's records as the stage works on them: decoded once, written when they have changed."""

    def __init__(self, table: RecordTable, model: type[R]) -> None:
        self.table = table
        self._model = model
        self._records: dict[str, R] = {}
        self._encoders: dict[str, PartsEncoder] = {}
        self.changed: dict[str, int] = {}
        """Partition of each record that is ahead of its changelog, and written with the batch that changed it."""
        self.deferred: dict[str, int] = {}
        """Likewise of each that waits for a checkpoint."""
        self.moved: set[str] = set()
        """Keys of which the state may be another one; whoever keeps what follows from it takes them out."""

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

    def change(self, key: str, record: R, *, partition: int, deferred: bool = False) -> None:
        """Replace a record, to be written; `deferred`: at a checkpoint, unless it is to be written anyway."""
        self._records[key] = record
        self.moved.add(key)
        if deferred and key not in self.changed:
            self.deferred[key] = partition
        else:
            self.deferred.pop(key, None)
            self.changed[key] = partition

    def restore(self, key: str, record: R | None, *, deferred: int | None) -> None:
        """Put a record back as it was before a batch, None where there was none.

        deferred  its partition where it waited for a checkpoint; nothing else waits from one batch to the next
        """
        self.moved.add(key)
        self.changed.pop(key, None)
        if record is None:
            self._records.pop(key, None)
        else:
            self._records[key] = record
        if deferred is None:
            self.deferred.pop(key, None)
        else:
            self.deferred[key] = deferred

    def encoded(self, key: str, *, is_early: bool) -> tuple[bytes, Headers]:
        """Return a record as its changelog carries it."""
        record = self._records[key]
        if self._model in OF_PARTS:
            value = self._encoders.setdefault(key, PartsEncoder()).encode(record)
        else:
            value = encode(record)
        return value, rank_headers(record, is_early=is_early)

    def written(self, key: str, value: bytes, headers: Headers) -> None:
        """Note that the changelog has acknowledged a record."""
        waited = self.changed if key in self.changed else self.deferred
        self.table.put(key.encode(), value, headers, partition=waited.pop(key))

    def write_again(self, keys: Iterable[str], *, epoch: int) -> None:
        """Have records that are there written once more, unchanged, as newer than any that a zombie wrote."""
        for key in keys:
            if key not in self.changed and key not in self.deferred and (record := self.get(key)) is not None:
                newer = record.model_copy(update={"epoch": epoch, "version": record.version + 1})
                self.change(key, newer, partition=self.table.place(key.encode()))

    def forget(self) -> None:
        """Drop what is not on the changelog: the partitions may have a new owner."""
        self._records.clear()
        self._encoders.clear()
        self.changed.clear()
        self.deferred.clear()
        self.moved.clear()
