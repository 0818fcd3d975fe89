"""Adaptive framing: nothing is lost, the order of a shard is kept, frames grow under load."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.event import Event
from schemas.ticks import Tick, TickFrame
from streams.feeds import framing
from streams.feeds.framing import Framer, shard_of
from streams.publisher import Publisher
from streams.topics import Topic
from tests.streams.following import frames_of, fresh_symbol

symbols = ("SPY", "QQQ", "IWM", "SPX", "SPXW210108P03800000", "TWX", "TWX140621C00070000")


class Line(Publisher):
    """A publisher whose acknowledgements come when the test says so."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.at_once = at_once
        self.frames: list[tuple[int, TickFrame]] = []
        self.waiting: list[asyncio.Future[object]] = []
        self.most_in_flight = 0

    async def send(
        self, topic: Topic, event: Event, *, key: str, partition: int | None = None, traceparent: str | None = None
    ) -> "asyncio.Future[object]":
        assert isinstance(event, TickFrame)
        assert partition is not None
        assert key == str(partition)
        self.frames.append((partition, event))
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        self.most_in_flight = max(self.most_in_flight, len(self.waiting))
        if self.at_once:
            asyncio.get_running_loop().call_soon(self.acknowledge)
        return future

    def acknowledge(self) -> None:
        self.waiting.pop(0).set_result(None)


def by_shard(ticks: Sequence[Tick]) -> dict[int, list[Tick]]:
    shards: dict[int, list[Tick]] = {}
    for tick in ticks:
        shards.setdefault(shard_of(tick.symbol), []).append(tick)
    return shards


def received(frames: Sequence[tuple[int, TickFrame]]) -> dict[int, list[Tick]]:
    shards: dict[int, list[Tick]] = {}
    for shard, frame in frames:
        shards.setdefault(shard, []).extend(frame.ticks())
    return shards


@given(
    batches=st.lists(st.lists(st.sampled_from(symbols), max_size=40), max_size=12),
    frame_max=st.integers(min_value=1, max_value=16),
    in_flight_max=st.integers(min_value=1, max_value=4),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_tick_arrives_once_and_in_the_order_of_its_shard(
    batches: list[list[str]], frame_max: int, in_flight_max: int
) -> None:
    numbered = iter(range(10_000))
    offered = [[Tick(symbol, next(numbered), price=1) for symbol in batch] for batch in batches]

    async def run() -> Line:
        line = Line()
        async with Framer(
            line,
            source="feeds/test",
            frame_max=frame_max,
            in_flight_max=in_flight_max,
            waiting_max=2 * frame_max,
        ) as framer:
            for batch in offered:
                await framer.offer(batch)
        return line

    line = asyncio.run(run())
    assert received(line.frames) == by_shard([tick for batch in offered for tick in batch])
    assert all(1 <= len(frame) <= frame_max for _, frame in line.frames)
    assert all(frame.sequence == 0 for _, frame in line.frames)
    assert len({frame.event_id for _, frame in line.frames}) == len(line.frames)


async def test_an_idle_line_takes_a_tick_at_once_and_a_busy_one_gathers_them() -> None:
    line = Line(at_once=False)
    async with Framer(line, source="feeds/test", frame_max=8, in_flight_max=2) as framer:
        await framer.offer([Tick("SPY", 0, price=1)])
        await asyncio.sleep(0)
        assert [len(frame) for _, frame in line.frames] == [1]
        # the first is not acknowledged: fewer than a frame's worth waits
        await framer.offer([Tick("SPY", n, price=1) for n in range(1, 6)])
        await asyncio.sleep(0)
        assert [len(frame) for _, frame in line.frames] == [1]
        # a full frame may go beside it, up to the bound
        await framer.offer([Tick("SPY", n, price=1) for n in range(6, 30)])
        await asyncio.sleep(0)
        assert [len(frame) for _, frame in line.frames] == [1, 8]
        line.at_once = True
        line.acknowledge()
        line.acknowledge()
    assert [tick.at for _, frame in line.frames for tick in frame.ticks()] == list(range(30))
    assert line.most_in_flight == 2


async def test_frames_of_all_shards_leave_together_and_a_full_one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "GATHER_S", 0.5)
    line = Line()
    first, second, third = ("SPY", "QQQ", "SPX")
    assert len({shard_of(symbol) for symbol in (first, second, third)}) == 3
    async with Framer(line, source="feeds/test", frame_max=4) as framer:
        await framer.offer([Tick(first, 0, price=1)])
        for number in range(3):
            await framer.offer([Tick(second, number, price=1)])
        await framer.offer([Tick(third, number, price=1) for number in range(4)])
        await asyncio.sleep(0)
        assert [(shard, len(frame)) for shard, frame in line.frames] == [(shard_of(first), 1), (shard_of(third), 4)]
    assert [(shard, len(frame)) for shard, frame in line.frames[2:]] == [(shard_of(second), 3)]


async def test_offering_waits_while_a_shard_is_full() -> None:
    line = Line(at_once=False)
    async with Framer(line, source="feeds/test", frame_max=4, in_flight_max=1, waiting_max=8) as framer:
        offer = asyncio.create_task(framer.offer([Tick("SPY", n, price=1) for n in range(40)]))
        await asyncio.sleep(0.01)
        assert not offer.done()
        line.at_once = True
        line.acknowledge()
        await offer
    assert [tick.at for _, frame in line.frames for tick in frame.ticks()] == list(range(40))


async def test_a_frame_that_fails_is_an_error_of_whoever_offers() -> None:
    line = Line(at_once=False)

    async def send_and_lose() -> None:
        async with Framer(line, source="feeds/test") as framer:
            await framer.offer([Tick("SPY", 0, price=1)])
            await asyncio.sleep(0)
            line.waiting.pop().set_exception(ConnectionError("gone"))
            await framer.flush()

    with pytest.raises(ConnectionError, match="gone"):
        await send_and_lose()


async def test_frames_that_go_on_from_an_earlier_run_have_other_ids() -> None:
    line = Line()
    for begin in (0, 1):
        async with Framer(line, source="feeds/test") as framer:
            framer.begin_at(shard_of("SPY"), ordinal=begin)
            await framer.offer([Tick("SPY", 5, price=1)])
    first, second = (frame.event_id for _, frame in line.frames)
    assert first != second


@pytest.mark.kafka
async def test_a_burst_goes_through_kafka_in_order_in_few_frames(kafka: str) -> None:
    source, symbol, other = f"feeds/test-{uuid4()}", fresh_symbol(), fresh_symbol()
    ticks = [Tick(symbol if n % 3 else other, n, price=n + 1) for n in range(20_000)]
    async with Publisher(kafka) as publisher, Framer(publisher, source=source) as framer:
        await framer.offer(ticks)
    frames = await frames_of(kafka, source=source)
    got = [tick for frame in frames for tick in frame.ticks()]
    assert by_shard(got) == by_shard(ticks)
    assert framer.frames_sent == len(frames) < 1_000
    assert framer.ticks_sent == len(ticks)
