"""Topics as Parquet files: each message once, however the archiving ended."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import encode
from schemas.event import Record
from schemas.ticks import ABSENT, Tick, TickFrame
from sinks import archive
from sinks.archive import Archived, ArchiveInUse, next_offsets, opened
from sinks.archive_columns import table_of
from streams.publisher import Publisher
from streams.topics import FILLS, PRICE_TICKS, TOPICS, Topic, partition_of
from tests.agents.strategies import few
from tests.schemas.specimens import INTEGERS, specimens
from tests.schemas.story import NOON, traded
from tests.sinks.archived import message
from tests.sinks.own_topics import own

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_record_of_any_topic_reads_back_as_it_was(topic: Topic, tmp_path: Path) -> None:
    record = specimens()[topic.record.__name__]
    broken = [message(value, topic=topic.name, offset=n, millis=5) for n, value in enumerate((None, b"x"), 8)]
    table, unread = table_of(topic, [message(encode(record), topic=topic.name, offset=7, millis=5), *broken])
    assert unread == (2 if topic is PRICE_TICKS else 1)
    pq.write_table(table, tmp_path / "file.parquet")
    first, *_, deleted, unreadable = pq.read_table(tmp_path / "file.parquet").to_pylist()
    assert (deleted["_offset"], unreadable["_offset"]) == (8, 9)
    assert {name for name, value in deleted.items() if value is not None} == {name for name in first if name[0] == "_"}
    assert first["_timestamp"] == EPOCH + timedelta(milliseconds=5)
    if topic is not PRICE_TICKS:
        assert plain({name: value for name, value in first.items() if name[0] != "_"}) == plain(record)


def plain(value: Any) -> Any:
    """Return a value with lists and maps in one form; Parquet gives maps as pairs."""
    if isinstance(value, Record):
        return {name: plain(item) for name, item in value.model_dump().items()}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()} or []
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
            return {name: plain(item) for name, item in value}
        return [plain(item) for item in value]
    return value


ticks = st.builds(
    Tick,
    symbol=st.sampled_from(("SPY", "SPY260220C00596000")),
    at=st.integers(0, 4 * 10**15),
    price=INTEGERS,
    size=st.just(ABSENT) | st.integers(0, 10**9),
    bid=st.just(ABSENT) | st.integers(0, 10**15),
    ask=st.just(ABSENT) | st.integers(0, 10**15),
    bid_size=st.just(ABSENT),
    ask_size=st.integers(0, 10**9),
)


@few
@given(given_ticks=st.lists(ticks, min_size=1, max_size=5))
def test_a_frame_is_laid_out_as_its_ticks_exactly(given_ticks: list[Tick]) -> None:
    frame = TickFrame.of(given_ticks, source="feed", sequence=3)
    rows = table_of(PRICE_TICKS, [message(encode(frame), topic=PRICE_TICKS.name, offset=1, millis=5)])[0].to_pylist()
    assert [row["index"] for row in rows] == list(range(len(given_ticks)))
    for row, tick in zip(rows, given_ticks, strict=True):
        assert (row["symbol"], row["sequence"], row["_offset"]) == (tick.symbol, 3, 1)
        assert row["occurred_at"] == EPOCH + timedelta(microseconds=tick.at)
        for name in ("price", "bid", "ask"):
            nanos = getattr(tick, name)
            assert row[name] == (None if nanos == ABSENT else Decimal(nanos).scaleb(-9))
        assert row["size"] == (None if tick.size == ABSENT else tick.size)


def test_a_folder_has_one_writer_and_what_is_unfinished_goes(tmp_path: Path) -> None:
    day = tmp_path / "topic=fills.v1" / "date=2026-02-13"
    day.mkdir(parents=True)
    (day / "partition-3-0-9.unfinished").write_bytes(b"half")
    (day / "partition-3-0-4.parquet").touch()
    (day / "partition-3-5-8.parquet").touch()
    with opened(tmp_path):
        with pytest.raises(ArchiveInUse), opened(tmp_path):
            pass
        assert sorted(path.name for path in day.iterdir()) == ["partition-3-0-4.parquet", "partition-3-5-8.parquet"]
        assert next_offsets(tmp_path, FILLS) == {3: 9}
    with opened(tmp_path):
        pass


@pytest.fixture
def topic(kafka: str) -> Iterator[Topic]:
    with own(kafka, FILLS) as mine:
        yield mine


async def sent(kafka: str, topic: Topic, symbols: list[str]) -> None:
    """Send a fill of each symbol, and a message that nobody can read."""
    async with Publisher(kafka) as publisher:
        for symbol in symbols:
            await publisher.publish(topic, traded(symbol)[1], key=symbol)
        await (await publisher.send_encoded(topic.name, key="x", value=b"\1", partition=partition_of("x"), headers=[]))


def places(folder: Path, topic: Topic) -> list[tuple[int, int]]:
    files = sorted((folder / f"topic={topic.name}").rglob("*.parquet"))
    rows = [row for path in files for row in pq.read_table(path, columns=["_partition", "_offset"]).to_pylist()]
    return sorted((row["_partition"], row["_offset"]) for row in rows)


@pytest.mark.kafka
async def test_each_message_is_archived_once_and_a_run_goes_on_where_the_files_end(
    kafka: str, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "FILE_MESSAGES_MAX", 3)
    await sent(kafka, topic, [f"S{number}" for number in range(40)])
    added = await archive.archive(kafka, tmp_path, [topic])
    assert (added.messages, len(places(tmp_path, topic)), len(set(places(tmp_path, topic)))) == (41, 41, 41)
    assert added.files >= 14
    assert await archive.archive(kafka, tmp_path, [topic]) == Archived()
    await sent(kafka, topic, ["S1"])
    assert (await archive.archive(kafka, tmp_path, [topic])).messages == 2
    assert len(set(places(tmp_path, topic))) == len(places(tmp_path, topic)) == 43


@pytest.mark.kafka
async def test_a_file_that_could_not_be_finished_is_not_there_and_its_messages_come_again(
    kafka: str, topic: Topic, tmp_path: Path
) -> None:
    def full(_: int) -> None:
        raise OSError("no space left")

    await sent(kafka, topic, [f"S{number}" for number in range(10)])
    with pytest.MonkeyPatch.context() as disk:
        disk.setattr("os.fsync", full)
        with pytest.raises(OSError, match="no space"):
            await archive.archive(kafka, tmp_path, [topic])
    assert places(tmp_path, topic) == []
    with opened(tmp_path):
        await archive.archive(kafka, tmp_path, [topic])
    assert len(set(places(tmp_path, topic))) == len(places(tmp_path, topic)) == 11


def counted(folder: Path) -> tuple[int, int]:
    """Return how many files are whole, and how many are being written."""
    return len(list(folder.rglob("*.parquet"))), len(list(folder.rglob("*.unfinished")))


@pytest.mark.kafka
async def test_a_run_that_is_ended_finishes_the_file_it_is_writing(kafka: str, topic: Topic, tmp_path: Path) -> None:
    await sent(kafka, topic, [f"S{number}" for number in range(12)])
    writing, may_go_on = threading.Event(), threading.Event()
    to_disk = os.fsync

    def slow(handle: int) -> None:
        writing.set()
        assert may_go_on.wait(60)
        to_disk(handle)

    with pytest.MonkeyPatch.context() as disk, opened(tmp_path):
        disk.setattr("os.fsync", slow)
        run = asyncio.create_task(archive.archive(kafka, tmp_path, [topic]))
        assert await asyncio.to_thread(writing.wait, 60)
        run.cancel()
        await asyncio.sleep(0)
        assert counted(tmp_path) == (0, 1)
        may_go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await run
        # whoever holds the folder next finds a whole file, and nobody who still writes
        assert counted(tmp_path) == (1, 0)
    with opened(tmp_path):
        await archive.archive(kafka, tmp_path, [topic])
    assert len(set(places(tmp_path, topic))) == len(places(tmp_path, topic)) == 13


PROGRAM = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from sinks import archive
from streams.topics import FILLS
archive.FILE_MESSAGES_MAX = 1
kafka, folder, name = sys.argv[1:]
with archive.opened(Path(folder)):
    asyncio.run(archive.archive(kafka, Path(folder), [replace(FILLS, name=name)]))
"""


def killed(kafka: str, folder: Path, topic: Topic, *, after: int) -> int:
    """Archive in a process that is killed once there are so many files more; return how many there are."""
    before = len(list(folder.rglob("*.parquet")))
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, kafka, str(folder), topic.name])
    try:
        while process.poll() is None and len(list(folder.rglob("*.parquet"))) < before + after:
            time.sleep(0.005)
    finally:
        process.kill()
        process.wait()
    found = len(list(folder.rglob("*.parquet")))
    assert found > before
    return found


@pytest.mark.kafka
async def test_each_message_is_archived_once_over_kills(kafka: str, topic: Topic, tmp_path: Path) -> None:
    await sent(kafka, topic, [f"S{number}" for number in range(120)])
    files = 0
    for _ in range(2):
        files = await asyncio.to_thread(killed, kafka, tmp_path, topic, after=15)
    assert files < 121, "it was never killed in the middle"
    with opened(tmp_path):
        await archive.archive(kafka, tmp_path, [topic])
    assert len(set(places(tmp_path, topic))) == len(places(tmp_path, topic)) == 121


def test_a_run_is_cut_where_the_date_changes(tmp_path: Path) -> None:
    millis = int(NOON.timestamp() * 1000)
    run = [message(traded("SPY")[1], topic=FILLS.name, offset=4, millis=millis)]
    archive.write(tmp_path, FILLS, run)
    (path,) = tmp_path.rglob("*.parquet")
    assert path.relative_to(tmp_path) == Path("topic=fills.v1/date=2026-02-20/partition-3-4-4.parquet")
