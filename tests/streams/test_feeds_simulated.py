"""The simulated feed on the real Kafka, and the feeds as programs."""

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from schemas.event import to_micros
from streams.clocks import WallClock
from streams.feeds import simulated
from streams.feeds.walk import instruments, walk
from streams.publisher import Publisher
from tests.streams.following import fresh_symbol, ticks_sent


class Backwards(WallClock):
    """A clock that is set back all the time."""

    def __init__(self) -> None:
        self.readings = 0

    def now(self) -> datetime:
        self.readings += 1
        return super().now() - timedelta(seconds=self.readings)


@pytest.mark.kafka
async def test_ticks_come_at_the_rate_in_the_walks_order_and_never_go_back(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, symbol = f"feeds/{uuid4()}", fresh_symbol()
    monkeypatch.setattr(simulated, "SOURCE", source)
    began = to_micros(WallClock().now())

    market = instruments((symbol,), contracts=4, seed=5, day=date(2026, 2, 13))
    async with Publisher(kafka) as publisher:
        streaming = asyncio.create_task(
            simulated.stream(publisher, walk(market, seed=5), clock=Backwards(), rate=2_000.0)
        )
        async with asyncio.timeout(30):
            while len(got := await ticks_sent(kafka, source=source)) < 2_000:
                assert not streaming.done()
                await asyncio.sleep(0.1)
        streaming.cancel()
        with suppress(asyncio.CancelledError):
            await streaming
    again = walk(instruments((symbol,), contracts=4, seed=5, day=date(2026, 2, 13)), seed=5)
    assert [tick._replace(at=0) for tick in got] == [next(again) for _ in got]
    times = [tick.at for tick in got]
    assert times == sorted(times)
    assert times[0] > began - 60_000_000


@pytest.mark.parametrize(
    ("module", "arguments", "said"),
    [
        ("streams.feeds.replay", ("--session", "spy-1999-01-01"), "spx-2021-01-04, twx-2014-06-05"),
        ("streams.feeds.replay", ("--session", "spx-2021-01-04", "--speed", "0"), "--speed"),
        ("streams.feeds.replay", ("--session", "spx-2021-01-04"), "API_URL"),
        ("streams.feeds.simulated", ("--symbols", "0"), "symbols"),
        ("streams.feeds.simulated", ("--rate", "-1"), "--rate"),
    ],
)
def test_a_bad_argument_ends_the_feed_with_its_name(module: str, arguments: tuple[str, ...], said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "API_URL"}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
