"""A replay through the real Kafka: one tape at any speed, and after a restart in the middle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from schemas.event import to_micros
from schemas.ticks import Tick
from streams.feeds.framing import Framer
from streams.feeds.lockstep import progress_of
from streams.feeds.pace import Pace
from streams.feeds.plan import Plan, plan_of
from streams.feeds.posting import Poster
from streams.feeds.replay import Lines, perform
from streams.feeds.resume import newest_ticks, reached_by
from streams.feeds.script import ScriptedPost
from streams.publisher import Publisher
from streams.sessions import SessionCalendar
from streams.tail import newest_times, reader
from streams.topics import CLOCK, PARTITIONS, PRICE_TICKS
from tests.streams.following import boundaries_sent, following, fresh_group, fresh_symbol, ticks_sent

pytestmark = pytest.mark.kafka

AT = datetime(2026, 2, 13, 20, 50, tzinfo=UTC)
"""Ten minutes before the close."""


def day_of(symbol: str, source: str) -> Plan:
    """A busy stretch, an alert, another stretch, four silent minutes, an alert and the rest."""
    seconds = [*range(300), *range(540, 600)]
    ticks = [Tick(symbol, to_micros(AT + timedelta(seconds=n)), price=10**9 + n) for n in seconds]
    return plan_of(
        ticks,
        sessions=SessionCalendar("XNYS"),
        source=source,
        chain={"symbol": symbol},
        script=[
            ScriptedPost(at=AT + timedelta(seconds=n, milliseconds=500), kind="alert", payload={"n": n})
            for n in (100, 550)
        ],
    )


@asynccontextmanager
async def lines(
    kafka: str, *, source: str, posts: list[tuple[str, object]], refuse_after: int | None = None
) -> AsyncIterator[Lines]:
    """Everything a replay talks to; the API takes posts, and goes away for good after `refuse_after` of them."""

    def answer(request: httpx.Request) -> httpx.Response:
        if refuse_after is not None and len(posts) >= refuse_after:
            raise httpx.ConnectError("refused")
        posts.append((request.url.path, request.content))
        return httpx.Response(200, json={"status": "ACCEPTED"})

    group = fresh_group()
    async with (
        following(kafka, group, (PRICE_TICKS, CLOCK)),
        progress_of(kafka, group=group, topics=(PRICE_TICKS, CLOCK)) as progress,
        Publisher(kafka) as publisher,
        Framer(publisher, source=source) as framer,
        httpx.AsyncClient(base_url="http://api", transport=httpx.MockTransport(answer)) as client,
    ):
        yield Lines(publisher, framer, progress, Poster(client, b"secret", deadline_s=30))


async def replay(kafka: str, plan: Plan, line: Lines, *, source: str, speed: float | None) -> None:
    async with reader(kafka) as consumer:
        told = await newest_times(consumer, CLOCK, source=source)
        reached = reached_by(plan.ticks, await newest_ticks(consumer, source=source))
    await perform(plan, line, reached=reached, told=told, pace=Pace(speed), on_streaming=lambda: None)


@pytest.mark.parametrize("speed", [None, 300.0])
async def test_the_tape_is_the_plans_at_any_speed(kafka: str, speed: float | None) -> None:
    symbol = fresh_symbol()
    source = f"feeds/{symbol}"
    plan, posts = day_of(symbol, source), list[tuple[str, object]]()
    async with lines(kafka, source=source, posts=posts) as line:
        await replay(kafka, plan, line, source=source, speed=speed)
    assert await ticks_sent(kafka, source=source) == list(plan.ticks)
    assert [path for path, _ in posts] == ["/api/webhooks/chain", "/webhook", "/webhook"]
    told = await boundaries_sent(kafka, source=source)
    assert {number for number, _ in told} == set(range(PARTITIONS))
    first = [event for number, event in told if number == 0]
    minutes = [event.occurred_at for event in first if event.kind == "minute"]
    # begins with its minute; silent from 20:54:59 to 20:59; ends with the close
    assert minutes == [AT + timedelta(minutes=n) for n in (0, 6, 7, 8)]
    assert (first[-1].kind, first[-1].occurred_at) == ("session_close", AT + timedelta(minutes=10))


async def test_a_replay_that_was_killed_goes_on_without_doubling_or_leaving_out_a_tick(kafka: str) -> None:
    symbol = fresh_symbol()
    source = f"feeds/{symbol}"
    plan, posts = day_of(symbol, source), list[tuple[str, object]]()
    # the first life ends when the API is away at the second alert, the second in the middle of a stretch
    async with lines(kafka, source=source, posts=posts, refuse_after=2) as line:
        life = asyncio.create_task(replay(kafka, plan, line, source=source, speed=None))
        while len(await ticks_sent(kafka, source=source)) < 311:
            await asyncio.sleep(0.05)
            assert not life.done()
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life
    async with lines(kafka, source=source, posts=posts) as line:
        life = asyncio.create_task(replay(kafka, plan, line, source=source, speed=10.0))
        while len(await ticks_sent(kafka, source=source)) < 320:
            await asyncio.sleep(0.05)
            assert not life.done()
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life
    async with lines(kafka, source=source, posts=posts) as line:
        await replay(kafka, plan, line, source=source, speed=None)
    assert await ticks_sent(kafka, source=source) == list(plan.ticks)
    told = [event.event_id for number, event in await boundaries_sent(kafka, source=source) if number == 0]
    assert len(told) == len(set(told))
    bodies = [body for path, body in posts if path == "/webhook"]
    # a post may be repeated, word for word, by the next life; the API answers that it knows it
    assert list(dict.fromkeys(bodies)) == [bodies[0], bodies[-1]]
    # complete: nothing is left to do but to repeat what stands at the very end
    async with lines(kafka, source=source, posts=[], refuse_after=0) as line:
        await replay(kafka, plan, line, source=source, speed=None)
    assert len(await ticks_sent(kafka, source=source)) == len(plan.ticks)
