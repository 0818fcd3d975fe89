"""The line to a broker as all share it: a breaker before it, and pauses while the broker asks to wait."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from sinks.breaker import Breaker
from sinks.broker import Refused, Unavailable
from streams.logs import logger
from streams.metrics import GUARDS

PAUSE_MAX_S = 1.0
"""After so long whoever waits looks again whether it still wants to."""

log = logger(__name__)
_Answer = TypeVar("_Answer")


class Timing(Protocol):
    """A clock, and pauses by it."""

    def now(self) -> datetime:
        """Return the time, in UTC."""

    async def pause(self, seconds: float) -> None:
        """Return after so long."""


class Line:
    """Asks one thing at a time for each that asks; nothing is asked twice by itself."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._breaker = Breaker()
        GUARDS.breakers["broker"] = lambda: self._breaker.state

    async def is_free(self) -> bool:
        """Return at once whether something may be asked now; after a pause of at most PAUSE_MAX_S when not."""
        delay = self._breaker.delay(self._timing.now()).total_seconds()
        if delay <= 0:
            return True
        await self._timing.pause(min(delay, PAUSE_MAX_S))
        return False

    async def ask(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """Ask as soon as it is free; raises Refused, Unavailable."""
        while not await self.is_free():
            pass
        return await self.ask_now(call)

    async def ask_now(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """Ask; raises Refused, Unavailable."""
        was_open = self._breaker.is_open
        try:
            answer = await call()
        except Unavailable as failure:
            self._breaker.failed(failure, now=self._timing.now())
            if self._breaker.is_open and not was_open:
                log.warning("broker_unavailable", error=str(failure))
            raise
        except Refused:
            self._breaker.answered()
            raise
        self._breaker.answered()
        if was_open:
            log.info("broker_available")
        return answer
