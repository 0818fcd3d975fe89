"""Topics as Parquet files that DuckDB, Polars and any other reader of Parquet take as they are.

A file holds a run of messages of one partition, and says so in its name:
`topic=<topic>/date=<UTC date>/partition-<n>-<first offset>-<last offset>.parquet`. The date is the messages' own, by
their Kafka timestamps. What is archived can be read off the names, so a run goes on after the highest offset that is
there, and a file appears under its name only once all of it is on the disk: however a run ends, each message is in the
archive once.

Columns are those of the topic's Avro schema, nested ones included, and `_topic`, `_partition`, `_offset`, `_timestamp`,
`_key`. Frames of ticks are laid out as ticks, a row each. A message that cannot be read, or deletes a key, is a row
without columns of its own.
"""

import asyncio
import fcntl
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path

import pyarrow.parquet as pq
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas.dead_letters import written_at
from sinks.archive_columns import table_of
from streams.logs import logger
from streams.topics import PARTITIONS, Topic

FILE_MESSAGES_MAX = 20_000
FILE_BYTES_MAX = 32 * 1_048_576
"""Of the messages of one file, as Kafka has them."""
FETCH_TIMEOUT_MS = 1000
REQUEST_TIMEOUT_MS = 20_000

_NAME = re.compile(r"partition-(\d+)-(\d+)-(\d+)\.parquet")
_UNFINISHED = ".unfinished"

log = logger(__name__)


class ArchiveInUse(Exception):
    """Another process writes to the folder."""


@dataclass(frozen=True, slots=True)
class Archived:
    """What a run added."""

    files: int = 0
    messages: int = 0
    bytes: int = 0

    def __add__(self, other: "Archived") -> "Archived":
        return Archived(self.files + other.files, self.messages + other.messages, self.bytes + other.bytes)


@contextmanager
def opened(folder: Path) -> Iterator[Path]:
    """Yield the folder, made when it is new and held against other writers; raises ArchiveInUse, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveInUse(f"{folder} is being written to by another process") from None
        for left in folder.rglob(f"*{_UNFINISHED}"):
            left.unlink()
        yield folder


def next_offsets(folder: Path, topic: Topic) -> dict[int, int]:
    """Return the offset to go on from, by partition, of those that have files."""
    found: dict[int, int] = {}
    for path in (folder / f"topic={topic.name}").glob("date=*/*.parquet"):
        if name := _NAME.fullmatch(path.name):
            partition, _, last = map(int, name.groups())
            found[partition] = max(found.get(partition, 0), last + 1)
    return found


async def archive(bootstrap_servers: str, folder: Path, topics: Sequence[Topic]) -> Archived:
    """Add what is on the topics now and not in the folder, and return what that was; hold the folder with `opened`.

    Cancelled, it ends once the file that is being written is there.

    raises   aiokafka.errors.KafkaError when Kafka is away; OSError when the disk is full
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        client_id="tapestream-archive",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    total = Archived()
    try:
        await consumer.start()
        for topic in topics:
            known = next_offsets(folder, topic)
            places = [TopicPartition(topic.name, number) for number in range(PARTITIONS)]
            begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
            for place in places:
                begin = max(known.get(place.partition, 0), begins[place])
                if begin >= ends[place]:
                    continue
                consumer.assign([place])
                consumer.seek(place, begin)
                async for run in _runs(consumer, place, ends[place]):
                    total += await _written(folder, topic, run)
    finally:
        await consumer.stop()
    return total


async def _runs(consumer: AIOKafkaConsumer, place: TopicPartition, end: int) -> AsyncIterator[list[ConsumerRecord]]:
    """Yield a partition's messages up to an offset, as files are to have them."""
    run: list[ConsumerRecord] = []
    size = 0
    while await consumer.position(place) < end:
        for message in (await consumer.getmany(place, timeout_ms=FETCH_TIMEOUT_MS)).get(place, ()):
            if message.offset >= end:
                break
            is_full = len(run) >= FILE_MESSAGES_MAX or size >= FILE_BYTES_MAX
            if run and (is_full or date_of(message) != date_of(run[-1])):
                yield run
                run, size = [], 0
            run.append(message)
            size += len(message.value or b"")
    if run:
        yield run


async def _written(folder: Path, topic: Topic, run: Sequence[ConsumerRecord]) -> Archived:
    """Write a file in a thread, to its end even when cancelled: nobody else may take the folder before."""
    writing = asyncio.ensure_future(asyncio.to_thread(write, folder, topic, run))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])
        raise


def date_of(message: ConsumerRecord) -> date:
    """Return the UTC date of a message, by its Kafka timestamp."""
    return written_at(message.timestamp / 1000).astimezone(UTC).date()


def write(folder: Path, topic: Topic, run: Sequence[ConsumerRecord]) -> Archived:
    """Write a run of one partition's messages of one date as a file; it appears once all of it is on the disk."""
    day = folder / f"topic={topic.name}" / f"date={date_of(run[0]).isoformat()}"
    day.mkdir(parents=True, exist_ok=True)
    path = day / f"partition-{run[0].partition}-{run[0].offset}-{run[-1].offset}.parquet"
    unfinished = path.with_suffix(_UNFINISHED)
    table, unread = table_of(topic, run)
    if unread:
        log.warning("unreadable", topic=topic.name, partition=run[0].partition, messages=unread)
    with unfinished.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    _sync(day)
    return Archived(1, len(run), path.stat().st_size)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
