"""What comes too late for a stage to work on is let go of: Faust ends no rebalance before."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from typing import Any

from streams.topics import CONTROLS, SIGNALS
from tests.agents.strategies import signal
from tests.streams.feeding import HALT, Fed


class Handed:
    """A stream of what is in its queue, and of nothing after that."""

    def __init__(self, *events: Any) -> None:
        self.channel = self
        self.queue: asyncio.Queue[Any] = asyncio.Queue()
        for event in events:
            self.queue.put_nowait(event)
        self.emptied = asyncio.Event()

    def noack(self) -> "Handed":
        return self

    async def events(self) -> AsyncIterator[Any]:
        while not self.queue.empty():
            yield self.queue.get_nowait()
        self.emptied.set()
        await asyncio.Event().wait()


async def test_a_stage_lets_go_of_messages_that_it_does_not_work_on() -> None:
    fed = await Fed().begin()
    await fed.stage.close()
    stream = Handed(fed.deliver(SIGNALS, signal()), fed.deliver(CONTROLS, HALT))
    late = [weakref.ref(event) for event in fed.deliveries]
    fed.deliveries.clear()
    task = asyncio.create_task(fed.stage.run(stream))
    try:
        await stream.emptied.wait()
        gc.collect()
        assert [event() for event in late] == [None, None]
    finally:
        task.cancel()
