"""A stream of the feed that runs against a local server, and what it published."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from schemas.ticks import Tick
from streams.clocks import WallClock
from streams.feeds.alpaca.connection import Name, Pace, Patience, endpoint_of
from streams.feeds.alpaca.gap import Tape
from streams.feeds.alpaca.rest import rest_of
from streams.feeds.alpaca.stream import Stream
from tests.streams.alpaca_stream_server import KEY, SECRET, StreamServer, trade

CALL = "SPY260220C00596000"
PACE = Pace(open_s=2.0, answer_s=2.0, ping_s=0.1, silent_s=0.5, look_s=0.05)
PATIENCE = Patience(first_s=0.02, max_s=0.2, refused_first_s=600, refused_max_s=600)


@dataclass
class Published:
    """What went out, and a wait for more of it."""

    ticks: list[Tick] = field(default_factory=list)
    more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def publish(self, ticks: Sequence[Tick]) -> None:
        self.ticks += ticks
        async with self.more:
            self.more.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self.more:
            await self.more.wait_for(true)

    async def count(self, count: int) -> list[Tick]:
        await self.until(lambda: len(self.ticks) >= count)
        return self.ticks


@asynccontextmanager
async def running(
    server: StreamServer,
    name: Name = "stocks",
    *,
    symbols: Sequence[str] = ("SPY",),
    secret: str = SECRET,
    since: dict[str, datetime] | None = None,
    mute_s: float = 600.0,
    is_open: Callable[[], bool] = lambda: True,
    gap_max_s: float = 900,
    patience: Patience = PATIENCE,
) -> AsyncIterator[tuple[Stream, Published]]:
    published = Published()
    feed = "iex" if name == "stocks" else "indicative"
    rest = rest_of(name, key=KEY, secret=SECRET, url=server.rest_url, feed=feed)
    stream = Stream(
        endpoint_of(name, base_url=server.url, feed=feed),
        key=KEY,
        secret=secret,
        tape=Tape(),
        rest=rest,
        publish=published.publish,
        clock=WallClock(),
        gap_max=timedelta(seconds=gap_max_s),
        is_open=is_open,
        mute_s=mute_s,
        since=since,
        pace=PACE,
        patience=patience,
    )
    stream.want(symbols)
    task = asyncio.create_task(stream.run())
    try:
        yield stream, published
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        rest.close()


def now() -> datetime:
    return datetime.now(UTC)


async def up(stream: Stream) -> None:
    async with asyncio.timeout(20):
        await stream.is_up.wait()


async def down(stream: Stream) -> None:
    async with asyncio.timeout(20):
        await stream.is_down.wait()


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0.005)


async def told(published: Published, server: StreamServer, name: Name = "stocks", symbol: str = "SPY") -> None:
    """Wait until what is told comes through: nothing is held back any more."""
    before = len(published.ticks)
    await server.tell(name, trade(symbol, now(), 1.0))
    await published.count(before + 1)
