"""The pace of a replay: tape time against the machine's."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from schemas.ticks import Tick

_STEP_S = 0.005
"""Ticks that fall due within this time go together."""
_MICROS = 1_000_000


class Pace:
    """Holds ticks back until they are due. `speed` is tape seconds a second; None holds nothing back.

    free_until  tape time, UTC microseconds, up to which nothing is held back: the quiet before the open
    """

    def __init__(self, speed: float | None, *, free_until: int = 0) -> None:
        self._speed = speed
        self._free_until = free_until
        self._tape_began: int | None = None
        self._began_s = 0.0

    async def due(self, ticks: Sequence[Tick]) -> AsyncIterator[Sequence[Tick]]:
        """Yield the ticks in order, as many at a time as have fallen due."""
        if self._speed is None:
            if ticks:
                yield ticks
            return
        loop = asyncio.get_running_loop()
        start = 0
        while start < len(ticks):
            wait_s = self._due_s(ticks[start].at, self._speed, loop.time()) - loop.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            limit = loop.time() + _STEP_S
            end = start + 1
            while end < len(ticks) and self._due_s(ticks[end].at, self._speed, limit) <= limit:
                end += 1
            yield ticks[start:end]
            start = end

    async def until(self, at: int) -> None:
        """Wait until an instant of the tape, UTC microseconds, is due."""
        if self._speed is not None:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._due_s(at, self._speed, loop.time()) - loop.time()))

    def restart(self) -> None:
        """Count from the next tick on: time spent waiting for others is not made up for by a burst."""
        self._tape_began = None

    def _due_s(self, at: int, speed: float, now_s: float) -> float:
        if at <= self._free_until:
            return now_s
        if self._tape_began is None:
            self._tape_began, self._began_s = at, now_s
        return self._began_s + (at - self._tape_began) / _MICROS / speed
