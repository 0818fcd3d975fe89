"""Ticks between a stream and Kafka: a connection that ends takes none of them along."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from schemas.ticks import Tick

WAITING_MAX: Final = 64
"""Lists of ticks that wait; then the stream is not read on."""


class Outgoing:
    """Ticks on their way out. What is put here counts as published: the end of a connection cannot take it back."""

    def __init__(self, publish: Callable[[Sequence[Tick]], Awaitable[None]]) -> None:
        self._publish = publish
        self._waiting: deque[Sequence[Tick]] = deque()
        self._changed = asyncio.Event()

    async def room(self) -> None:
        """Wait until something may be put."""
        while len(self._waiting) >= WAITING_MAX:
            self._changed.clear()
            await self._changed.wait()

    def put(self, ticks: Sequence[Tick]) -> None:
        """Take ticks, at once."""
        if ticks:
            self._waiting.append(ticks)
            self._changed.set()

    async def send(self) -> None:
        """Publish what is put, in its order; raises what `publish` raises."""
        while True:
            while self._waiting:
                await self._publish(self._waiting[0])
                self._waiting.popleft()
                self._changed.set()
            self._changed.clear()
            await self._changed.wait()
