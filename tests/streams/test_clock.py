"""The clock process: boundaries of time as events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.event import to_micros
from schemas.operations import ClockAdvanced
from schemas.ticks import Tick
from streams import clock
from streams.boundaries import MINUTES_MAX, boundary, passed, tell
from streams.feeds.framing import Framer
from streams.publisher import Publisher
from streams.sessions import SessionCalendar
from streams.tail import reader
from streams.topics import PARTITIONS
from tests.streams.following import boundaries_sent, fresh_symbol

SESSIONS = SessionCalendar("XNYS")
OPEN = datetime(2026, 2, 13, 14, 30, tzinfo=UTC)
CLOSE = datetime(2026, 2, 13, 21, 0, tzinfo=UTC)


def kinds(after: datetime | None, upto: datetime, *, seconds: bool = False) -> list[tuple[str, datetime]]:
    events = passed(after, upto, sessions=SESSIONS, seconds=seconds, source="test")
    return [(event.kind, event.occurred_at) for event in events]


def test_a_second_is_told_and_on_the_full_minute_it_is_the_minute() -> None:
    at = OPEN + timedelta(minutes=5)
    assert kinds(at + timedelta(seconds=6), at + timedelta(seconds=7, milliseconds=9), seconds=True) == [
        ("second", at + timedelta(seconds=7))
    ]
    assert kinds(at - timedelta(seconds=1), at, seconds=True) == [("minute", at)]


def test_the_session_opens_and_closes_in_place_of_the_minute() -> None:
    assert kinds(OPEN - timedelta(seconds=1), OPEN, seconds=True) == [("session_open", OPEN)]
    assert kinds(CLOSE - timedelta(seconds=1), CLOSE) == [("session_close", CLOSE)]


def test_a_leap_tells_its_sessions_and_only_the_newest_minute() -> None:
    tuesday = datetime(2026, 2, 17, 14, 30, tzinfo=UTC)
    assert kinds(OPEN + timedelta(hours=1), tuesday + timedelta(hours=1, seconds=9)) == [
        ("session_close", CLOSE),
        ("session_open", tuesday),
        ("minute", tuesday + timedelta(hours=1)),
    ]


def test_at_first_only_the_newest_boundary_is_told() -> None:
    assert kinds(None, OPEN + timedelta(minutes=3, seconds=2)) == [("minute", OPEN + timedelta(minutes=3))]


def test_within_a_minute_nothing_is_told() -> None:
    assert kinds(OPEN + timedelta(minutes=3), OPEN + timedelta(minutes=3, seconds=59)) == []


@given(
    start=st.integers(min_value=0, max_value=3 * 86_400),
    steps=st.lists(st.integers(min_value=1, max_value=MINUTES_MAX * 60), min_size=1, max_size=20),
)
@settings(deadline=None)
def test_each_minute_is_told_once_however_time_is_cut(start: int, steps: list[int]) -> None:
    at = begin = OPEN + timedelta(seconds=start)
    told: list[tuple[str, datetime]] = []
    for step in steps:
        told += kinds(at, at + timedelta(seconds=step))
        at += timedelta(seconds=step)
    instants = [when for _, when in told]
    first = begin.replace(second=0) + timedelta(minutes=1)
    minutes = int((at - first).total_seconds() // 60) + 1
    assert instants == [first + timedelta(minutes=n) for n in range(minutes)]


def test_an_id_follows_from_kind_and_time_alone() -> None:
    assert boundary("minute", OPEN, source="a").event_id == boundary("minute", OPEN, source="b").event_id
    assert boundary("minute", OPEN, source="a").event_id != boundary("second", OPEN, source="a").event_id


@pytest.mark.kafka
async def test_a_boundary_reaches_every_partition_that_has_not_been_told(kafka: str) -> None:
    source = f"clock-{uuid4()}"
    told = {0: OPEN, 1: OPEN + timedelta(minutes=1)}
    async with Publisher(kafka) as publisher:
        await tell(publisher, boundary("minute", OPEN + timedelta(minutes=1), source=source), told=told)
    assert [number for number, _ in await boundaries_sent(kafka, source=source)] == [
        number for number in range(PARTITIONS) if number != 1
    ]


class Ticking:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@asynccontextmanager
async def working(work: object) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]  # a coroutine
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def told_by(kafka: str, source: str, *, at_least: int) -> list[ClockAdvanced]:
    """Return the boundaries of a source on partition 0 once there are enough."""
    async with asyncio.timeout(30):
        while True:
            found = [event for number, event in await boundaries_sent(kafka, source=source) if number == 0]
            if len(found) >= at_least:
                return found
            await asyncio.sleep(0.05)


@pytest.mark.kafka
async def test_the_wall_is_told_and_goes_on_where_it_was(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = f"clock-{uuid4()}"
    monkeypatch.setattr(clock, "SOURCE", source)
    now = Ticking(CLOSE - timedelta(seconds=1))
    async with Publisher(kafka) as publisher:
        told: dict[int, datetime] = {}
        async with working(clock.by_the_wall(publisher, now, sessions=SESSIONS, told=told)):
            await told_by(kafka, source, at_least=2)
            now.at = CLOSE + timedelta(seconds=1, milliseconds=250)
            found = await told_by(kafka, source, at_least=4)
    assert [(event.kind, event.occurred_at) for event in found] == [
        ("minute", CLOSE - timedelta(minutes=1)),
        ("second", CLOSE - timedelta(seconds=1)),
        ("session_close", CLOSE),
        ("second", CLOSE + timedelta(seconds=1)),
    ]


@pytest.mark.kafka
async def test_the_tape_tells_the_minutes_it_passes(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, symbol = f"clock-{uuid4()}", fresh_symbol()
    monkeypatch.setattr(clock, "SOURCE", source)
    # later than any other test's tape on the shared broker
    opens = datetime(2031, 2, 13, 14, 30, tzinfo=UTC)
    at = opens - timedelta(minutes=1)
    async with Publisher(kafka) as publisher, Framer(publisher, source=source) as framer:
        await framer.offer([Tick(symbol, to_micros(at), price=1)])
        await framer.flush()
        async with (
            reader(kafka) as consumer,
            working(clock.by_the_tape(publisher, consumer, sessions=SESSIONS, told={})),
        ):
            await told_by(kafka, source, at_least=1)
            await framer.offer([Tick(symbol, to_micros(at + timedelta(seconds=n)), price=1) for n in range(1, 200, 7)])
            await told_by(kafka, source, at_least=4)
            # an older tick tells nothing
            await framer.offer([Tick(symbol, to_micros(at), price=1), Tick(symbol, to_micros(at), price=1)])
            await framer.offer([Tick(symbol, to_micros(at + timedelta(minutes=4)), price=1)])
            found = await told_by(kafka, source, at_least=5)
    assert [(event.kind, event.occurred_at) for event in found] == [
        ("minute", at),
        ("session_open", opens),
        ("minute", opens + timedelta(minutes=1)),
        ("minute", opens + timedelta(minutes=2)),
        ("minute", opens + timedelta(minutes=3)),
    ]
