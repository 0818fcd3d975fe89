"""Answers kept for a minute. Callers that ask for the same at the same time share one request."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from cachetools import TTLCache

from streams.providers.limits import Timing

KEPT_S: Final = 60.0
KEPT_MAX: Final = 4_096

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Hits:
    """How often callers were served from the cache, by a request that was under way already, and by one of theirs."""

    hits: int = 0
    shared: int = 0
    misses: int = 0

    @property
    def rate(self) -> float:
        """The share of callers that cost no request."""
        asked = self.hits + self.shared + self.misses
        return (self.hits + self.shared) / asked if asked else 0.0


class Cache:
    """Answers by key. A failure is not kept, but shared by those who wait for it."""

    def __init__(self, *, timing: Timing) -> None:
        self._kept: TTLCache[Hashable, Any] = TTLCache(KEPT_MAX, KEPT_S, timer=timing.monotonic)
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}
        self._hits = self._shared = self._misses = 0

    @property
    def hits(self) -> Hits:
        return Hits(self._hits, self._shared, self._misses)

    async def get(self, key: Hashable, fetch: Callable[[], Awaitable[_T]]) -> _T:
        """Return what is kept under a key, else what `fetch` returns; raises what it raises.

        A caller that is cancelled leaves the request to the others.
        """
        try:
            kept: _T = self._kept[key]
        except KeyError:
            pass
        else:
            self._hits += 1
            return kept
        task = self._under_way.get(key)
        if task is None:
            self._misses += 1
            task = self._under_way[key] = asyncio.create_task(self._fetched(key, fetch))
            task.add_done_callback(_seen)
        else:
            self._shared += 1
        answer: _T = await asyncio.shield(task)
        return answer

    async def _fetched(self, key: Hashable, fetch: Callable[[], Awaitable[_T]]) -> _T:
        try:
            answer = await fetch()
            self._kept[key] = answer
            return answer
        finally:
            del self._under_way[key]

    async def aclose(self) -> None:
        """Cancel what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _seen(task: "asyncio.Task[Any]") -> None:
    """Look at a failure that nobody may be left to wait for."""
    if not task.cancelled():
        task.exception()
