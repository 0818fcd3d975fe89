"""A provider's breaker: after failures in a row it is left alone for a while, then tried by one request.

The states are purgatory's. When to try again is decided here, by a clock that is passed in.
"""

from math import inf
from typing import Final

from purgatory import ContextChanged
from purgatory.domain.model import Context, HalfOpenedState

from streams.logs import logger
from streams.metrics import GUARDS, BreakerState
from streams.providers.failures import Paused
from streams.providers.limits import Timing

FAILURES_MAX: Final = 5
"""Failures in a row that open it."""
OPEN_S: Final = 60.0
"""How long it stays open before one request may try."""

_SHOWN: Final[dict[str, BreakerState]] = {"closed": "closed", "half-opened": "half-open", "opened": "open"}

_log = logger(__name__)


class Breaker:
    """Closed, opened or half-opened. What is admitted must be told of: answered, failed or abandoned."""

    def __init__(self, provider: str, *, timing: Timing) -> None:
        self._provider = provider
        self._timing = timing
        self._context = Context(provider, FAILURES_MAX, ttl=inf)
        self._opened_at = -inf
        GUARDS.breakers[provider] = lambda: _SHOWN[self.state]

    @property
    def state(self) -> str:
        return self._context.state

    def admit(self, symbol: str) -> None:
        """Let a request through; raises Paused while it is open, or while another request tries."""
        if self.state == "opened" and self._timing.monotonic() - self._opened_at >= OPEN_S:
            self._context.set_state(HalfOpenedState())
            self._tell()
        elif self.state != "closed":
            raise Paused(self._provider, symbol, f"its breaker is {self.state}")

    def answered(self) -> None:
        """Note that an admitted request was answered."""
        self._context.handle_end_request()
        self._tell()

    def failed(self, failure: BaseException) -> None:
        """Note that an admitted request failed."""
        before = self.state
        self._context.handle_exception(failure)
        if self.state == "opened" and before != "opened":
            self._opened_at = self._timing.monotonic()
        self._tell()

    def abandoned(self, cause: BaseException) -> None:
        """Note that an admitted request was never made or heard of: a trial has failed then, else it means nothing."""
        if self.state == "half-opened":
            self.failed(cause)

    def _tell(self) -> None:
        changes = [message for message in self._context.messages if isinstance(message, ContextChanged)]
        self._context.messages.clear()
        for change in changes:
            level = _log.warning if change.state == "opened" else _log.info
            level("a provider's breaker has changed", provider=self._provider, state=change.state)
