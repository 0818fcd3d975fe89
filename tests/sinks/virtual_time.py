"""Time that passes only when nobody has anything left to do before it does."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 2, 20, 15, 0, tzinfo=UTC)
_IDLE_TURNS = 60


class VirtualTime:
    """A clock, and pauses by it; `until` makes it pass."""

    def __init__(self) -> None:
        self._now = START
        self._number = itertools.count()
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def pause(self, seconds: float) -> None:
        due = self._now + timedelta(seconds=seconds)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (due, next(self._number), future))
        await future

    async def until(self, is_reached: Callable[[], bool], *, within_s: float = 3600) -> None:
        """Let time pass until something is so; fails when it is not within so long."""
        end = self._now + timedelta(seconds=within_s)
        while True:
            for _ in range(_IDLE_TURNS):
                await asyncio.sleep(0)
                if is_reached():
                    return
            assert self._waiting, "everybody waits for something that does not come"
            due, _, future = heapq.heappop(self._waiting)
            assert due <= end, f"not within {within_s:g} s"
            self._now = max(self._now, due)
            if not future.done():
                future.set_result(None)

    async def pass_by(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self._now + timedelta(seconds=seconds)
        alarm = asyncio.ensure_future(self.pause(seconds))
        await self.until(lambda: alarm.done() and self._now >= end, within_s=seconds + 1)
