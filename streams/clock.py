"""The clock process: writes the boundaries that time passes to clock.v1.

By the wall every second, by the tape the minutes and sessions that the newest tick has passed.
"""

import argparse
import asyncio
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from schemas.codec import Undecodable, decode
from schemas.ticks import TickFrame
from streams import logs, metrics
from streams.boundaries import passed, tell
from streams.clocks import Clock, WallClock
from streams.publisher import Publisher
from streams.readiness import ready
from streams.sessions import SessionCalendar
from streams.settings import Settings, load_settings
from streams.stopping import run_until_stopped
from streams.tail import newest_times, reader
from streams.topics import CLOCK, PARTITIONS, PRICE_TICKS

SOURCE = "clock"

_WAIT_MS = 1_000
_FETCH_WAIT_MS = 500
_GATHER_S = 0.02
"""Frames that come within so long are read together: a fetch costs more than they do, and a minute is longer."""

_log = logs.logger(__name__)


async def run(settings: Settings) -> None:
    """Tell the time until cancelled. It goes on after the newest boundary that Kafka has; raises KafkaError."""
    servers = settings.kafka.bootstrap_servers
    sessions = SessionCalendar(settings.session.calendar)
    async with reader(servers) as consumer:
        told = await newest_times(consumer, CLOCK)
    async with Publisher(servers, client_id="clock") as publisher:
        _log.info("telling the time", clock=settings.server.clock, calendar=sessions.name)
        if settings.server.clock == "wall":
            await by_the_wall(publisher, WallClock(), sessions=sessions, told=told)
        else:
            async with reader(servers, fetch_wait_ms=_FETCH_WAIT_MS) as consumer:
                await by_the_tape(publisher, consumer, sessions=sessions, told=told)


async def by_the_wall(
    publisher: Publisher, clock: Clock, *, sessions: SessionCalendar, told: dict[int, datetime]
) -> None:
    """Tell every second, minute and session boundary of the machine's clock."""
    after = max(told.values(), default=None)
    ready()
    while True:
        now = clock.now()
        for event in passed(after, now, sessions=sessions, seconds=True, source=SOURCE):
            await tell(publisher, event, told=told)
            after = event.occurred_at
        await asyncio.sleep(1 - clock.now().microsecond / 1_000_000)


async def by_the_tape(
    publisher: Publisher, consumer: Any, *, sessions: SessionCalendar, told: dict[int, datetime]
) -> None:
    """Tell the minutes and sessions that the tape has passed, however many it passes at once.

    consumer  aiokafka's; it reads from each shard's newest frame on
    """
    after = max(told.values(), default=None)
    shards = [TopicPartition(PRICE_TICKS.name, number) for number in range(PARTITIONS)]
    first = await consumer.beginning_offsets(shards)
    ends = await consumer.end_offsets(shards)
    consumer.assign(shards)
    for shard in shards:
        consumer.seek(shard, max(first[shard], ends[shard] - 1))
    ready()
    while True:
        batches = await consumer.getmany(timeout_ms=_WAIT_MS)
        times = [
            at for messages in batches.values() for message in messages if (at := _frame_time(message)) is not None
        ]
        await asyncio.sleep(_GATHER_S)
        if not times or (after is not None and max(times) <= after):
            continue
        for event in passed(after, max(times), sessions=sessions, seconds=False, source=SOURCE):
            await tell(publisher, event, told=told)
            after = event.occurred_at


def _frame_time(message: Any) -> datetime | None:
    try:
        return decode(TickFrame, message.value).occurred_at
    except Undecodable:
        return None  # the market stage answers for it


def main() -> None:
    """Run until SIGTERM."""
    argparse.ArgumentParser(prog="python -m streams.clock", description=__doc__).parse_args()
    settings = load_settings()
    logs.configure(settings.server.log_level, process="clock")
    metrics.serve(settings.server.metrics_host, settings.server.metrics_port)
    run_until_stopped(run(settings))


if __name__ == "__main__":
    main()
