"""The line to a broker that does not answer, or asks to wait: nobody asks for a while, then one tries for all."""

from datetime import datetime, timedelta

from sinks.broker import Busy, Unavailable
from streams.metrics import BreakerState

FAILURES_MAX = 5
"""Failures in a row that open it."""
OPEN_FIRST, OPEN_MAX = timedelta(seconds=1), timedelta(seconds=10)
"""How long it stays open: doubled at each trial that fails. Short, as exits wait behind it."""
TRIAL = timedelta(seconds=1)
"""While one tries, the others look again after this."""


class Breaker:
    """Closed, open, or tried by one request. Every request that it lets through must be told of."""

    def __init__(self) -> None:
        self._failures = 0
        self._open_for = OPEN_FIRST
        self._until: datetime | None = None
        self._trial_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the broker is held to be away."""
        return self._failures >= FAILURES_MAX

    @property
    def state(self) -> BreakerState:
        """Whether requests pass: all of them, one for a trial, or none."""
        if not self.is_open:
            return "closed"
        return "open" if self._trial_until is None else "half-open"

    def delay(self, now: datetime) -> timedelta:
        """Return how long to wait before asking; zero lets the request through."""
        if self._until is not None and now < self._until:
            return self._until - now
        if self.is_open:
            if self._trial_until is not None and now < self._trial_until:
                return self._trial_until - now
            self._trial_until = now + TRIAL
        return timedelta(0)

    def answered(self) -> None:
        """Note an answer, whatever it says."""
        self._failures, self._open_for, self._until, self._trial_until = 0, OPEN_FIRST, None, None

    def failed(self, failure: Unavailable, *, now: datetime) -> None:
        """Note a failure, or that the broker asks to wait."""
        if isinstance(failure, Busy):
            self._until = max(self._until or now, now + timedelta(seconds=failure.retry_after_s))
            return
        self._failures += 1
        if self.is_open:
            self._until, self._trial_until = now + self._open_for, None
            self._open_for = min(self._open_for * 2, OPEN_MAX)
