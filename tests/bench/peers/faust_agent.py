"""The job on Faust as its documentation would write it: a record a tick, an agent, a table, an exit sent at once."""

import os
from typing import Any

import faust

from tests.bench.peers.stops import Clock, job, judged, mid

ASKED = job()
CLOCK = Clock(ASKED.total)
APP = faust.App(
    f"faust-{ASKED.topic}",
    broker=f"kafka://{ASKED.servers}",
    store="memory://",
    topic_partitions=8,
    topic_replication_factor=1,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
    datadir="faust-data",
)


class Tick(faust.Record, serializer="json"):  # type: ignore[call-arg]  # what Faust asks of its own metaclass
    """A trade or a quote."""

    symbol: str
    at: int
    price: int | None = None
    size: int | None = None
    bid: int | None = None
    ask: int | None = None


TICKS = APP.topic(ASKED.topic, value_type=Tick)
EXITS = APP.topic(ASKED.exits, value_serializer="json")
HELD: Any = APP.Table("held", default=list)


@APP.agent(TICKS)
async def stops(stream: Any) -> None:
    """Look at each tick."""
    async for tick in stream:
        if tick.bid is not None:
            symbol = tick.symbol
            if symbol not in HELD:
                HELD[symbol] = ASKED.positions.get(symbol, [])
            found, after = judged(symbol, HELD[symbol], tick.at, mid(tick.bid, tick.ask))
            if after is not None:
                HELD[symbol] = after
            for each in found:
                await EXITS.send(key=symbol, value=each)
        if CLOCK():
            await APP.producer.flush()
            CLOCK.say()
            os._exit(0)


if __name__ == "__main__":
    APP.worker_init()
    faust.Worker(APP, loglevel="warning").execute_from_commandline()
