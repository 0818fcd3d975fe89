"""A process that was paused for long may have lost its partitions: it leaves before it writes."""

import asyncio
import os
import time

from streams.logs import logger

log = logger(__name__)

EXIT_LEASE_LOST = 4
EXIT_KAFKA_LOST = 3


class Lease:
    """Holds as long as this process notices the time often enough: at least every half of its session."""

    def __init__(self, session_timeout_s: float) -> None:
        self._silence_max = session_timeout_s / 2
        self._noticed: float | None = None
        """None until the first check: a start may take longer than that, and nothing is owned before it is over."""
        self._keeping: asyncio.Task[None] | None = None

    def check(self) -> None:
        """Exit at once when the process slept for too long; called before each write and each send."""
        now = time.monotonic()
        if self._noticed is not None and now - self._noticed > self._silence_max:
            leave("lease_lost", EXIT_LEASE_LOST, silent_s=round(now - self._noticed, 1))
        self._noticed = now

    def start(self) -> None:
        """Keep the lease from now on, on the running loop."""
        self._keeping = asyncio.create_task(self.keep(), name="lease")

    def stop(self) -> None:
        """Let go of it: what is owned is being given back."""
        if self._keeping is not None:
            self._keeping.cancel()

    async def keep(self) -> None:
        """Notice the time twice a second, for ever."""
        while True:
            self.check()
            await asyncio.sleep(0.5)


def leave(why: str, code: int, **details: object) -> None:
    """End this process at once, without a word to Kafka: whoever supervises it starts it again."""
    log.error(why, exit_code=code, **details)
    os._exit(code)
