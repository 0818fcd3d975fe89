"""How often a provider may be asked: so many requests in any window, the rest queue up for a bounded time."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from streams.logs import logger
from streams.metrics import GUARDS, Fill
from streams.providers.failures import LimitReached

WAIT_MAX_S = 30.0
"""How long a request queues up; one that would take longer fails at once, so that the next provider is asked."""
WARN_SHARE = 0.9

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """How time passes: seconds of a clock that never goes back, and a sleep."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Limit:
    """At most `requests` in any window of `window_s` seconds.

    Each request takes a slot as it comes, now or in the future; slots never go back, so callers are served in their
    order. What was asked before the process began is not known.
    """

    def __init__(self, provider: str, requests: int, *, window_s: float, timing: Timing) -> None:
        self._provider = provider
        self._window_s = window_s
        self._timing = timing
        self._slots: deque[float] = deque(maxlen=requests)
        """the newest slots given away, oldest first"""
        self._warned = False
        self._waits = 0
        GUARDS.limiters[provider] = self._fill

    async def acquire(self, symbol: str, *, count: int = 1) -> None:
        """Take `count` slots and wait for the last; raises LimitReached when that takes longer than WAIT_MAX_S."""
        now = self._timing.monotonic()
        whole = self._slots.maxlen or 0
        free_from = len(self._slots) + count - whole
        slot = max(now, self._slots[-1] if self._slots else now)
        if free_from > 0:
            slot = max(slot, self._slots[free_from - 1] + self._window_s)
        self._waits += slot > now
        if slot - now > WAIT_MAX_S:
            raise LimitReached(self._provider, symbol, f"limit of {whole} in {self._window_s:g} s")
        self._slots.extend([slot] * count)
        self._warn(now, whole)
        if slot > now:
            await self._timing.sleep(slot - now)

    def _used(self, now: float) -> int:
        # of a copy, as Prometheus is answered by a thread of its own
        return sum(slot > now - self._window_s for slot in self._slots.copy())

    def _fill(self) -> Fill:
        return Fill(self._used(self._timing.monotonic()), self._slots.maxlen or 0, self._waits)

    def _warn(self, now: float, whole: int) -> None:
        used = self._used(now)
        if used < WARN_SHARE * whole:
            self._warned = False
        elif not self._warned:
            self._warned = True
            _log.warning("a limit is almost used up", provider=self._provider, used=used, limit=whole)
