"""A provider with its manners: its limit, its breaker, and being asked again when it failed in passing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from streams.logs import logger
from streams.providers.breaker import Breaker
from streams.providers.failures import (
    NoData,
    ProviderFailed,
    Refused,
    Throttled,
    Unavailable,
    Unreadable,
    Unsupported,
)
from streams.providers.limits import Limit, Timing
from streams.providers.provider import Provider

ATTEMPTS_MAX: Final = 4
WAIT_FIRST_S: Final = 1.0
"""Before the second attempt; doubled before each further one."""
RETRY_AFTER_MAX_S: Final = 30.0
"""A provider that asks for more patience is left to later callers."""

_log = logger(__name__)
_T = TypeVar("_T")


class Guarded:
    """Asks one provider.

    limit  None when it may be asked as often as one likes
    costs  requests that a method of it takes, where they are more than one
    """

    def __init__(
        self, provider: Provider, *, timing: Timing, limit: Limit | None = None, costs: Mapping[str, int] | None = None
    ) -> None:
        self.provider = provider
        self.breaker = Breaker(provider.name, timing=timing)
        self.attempts = 0
        """made so far"""
        self._timing = timing
        self._limit = limit
        self._costs = costs or {}

    async def ask(
        self,
        what: str,
        symbol: str,
        call: Callable[[], Awaitable[_T]],
        *,
        attempts: int = ATTEMPTS_MAX,
        cost: int | None = None,
    ) -> _T:
        """Return what `call` returns; raises the failure of the last attempt.

        what  the method of the provider that is called
        cost  requests that this call takes; None: as many as the method takes
        """
        if what not in self.provider.offers:
            raise Unsupported(self.provider.name, symbol, f"{what} is not offered")
        retrying = AsyncRetrying(
            sleep=self._timing.sleep,
            stop=stop_after_attempt(attempts),
            retry=retry_if_exception(_passes),
            wait=_wait_s,
            before_sleep=_tell,
            reraise=True,
        )
        return await retrying(self._attempt, symbol, call, self._costs.get(what, 1) if cost is None else cost)

    async def _attempt(self, symbol: str, call: Callable[[], Awaitable[_T]], cost: int) -> _T:
        self.breaker.admit(symbol)
        try:
            if self._limit is not None:
                await self._limit.acquire(symbol, count=cost)
            self.attempts += 1
            answer = await call()
        except NoData:
            self.breaker.answered()
            raise
        except (Throttled, Unavailable, Unreadable, Refused) as failure:
            self.breaker.failed(failure)
            raise
        except BaseException as cause:
            self.breaker.abandoned(cause)
            raise
        self.breaker.answered()
        return answer


def _passes(failure: BaseException) -> bool:
    """Return whether asking again may help."""
    if isinstance(failure, Throttled):
        return failure.retry_after_s is None or failure.retry_after_s <= RETRY_AFTER_MAX_S
    return isinstance(failure, Unavailable | Unreadable)


def backoff_s(attempt: int) -> float:
    """Return how long to wait after attempt number 1, 2, ...: 1, 2, 4 seconds."""
    return float(WAIT_FIRST_S * 2 ** (attempt - 1))


def _wait_s(state: RetryCallState) -> float:
    failure = _failure(state)
    asked = failure.retry_after_s if isinstance(failure, Throttled) else None
    return max(backoff_s(state.attempt_number), asked or 0.0)


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _tell(state: RetryCallState) -> None:
    failure = _failure(state)
    if isinstance(failure, ProviderFailed):
        _log.info(
            "asking again",
            provider=failure.provider,
            symbol=failure.symbol,
            reason=failure.reason,
            attempt=state.attempt_number,
            wait_s=state.upcoming_sleep,
        )
