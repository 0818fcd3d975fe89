"""What can go wrong with a provider. The texts name the provider and the symbol, never a key or an address.

ProviderFailed
  Unsupported       the provider does not offer what was asked for; it is not asked at all
  NoData            it answered, and has nothing for this request (400, 404, an empty answer); final
  Refused           it does not serve us (401, 402, 403: the key or the plan); final
  Throttled         it was asked too often (429); asked again after what it says
  Unavailable       no answer, a late one, or an error of its own (5xx); asked again
  Unreadable        an answer that is not what its documentation promises; asked again
  Paused            its breaker is open; it is not asked
  LimitReached      our own limit for it is used up for longer than a caller waits; it is not asked
NobodyAnswered      none of the providers did; says what became of each
"""

from collections.abc import Sequence

_NO_DATA = frozenset({400, 404, 413, 414, 422})
_THROTTLED = 429
_SERVER_ERROR = 500


class ProviderFailed(Exception):
    """A provider did not give what it was asked for."""

    def __init__(self, provider: str, symbol: str, reason: str) -> None:
        super().__init__(f"{provider}: {symbol}: {reason}")
        self.provider = provider
        self.symbol = symbol
        self.reason = reason


class Unsupported(ProviderFailed):
    """The provider does not offer it."""


class NoData(ProviderFailed):
    """The provider has nothing for this request."""


class Refused(ProviderFailed):
    """The provider does not serve us."""


class Throttled(ProviderFailed):
    """The provider was asked too often."""

    def __init__(self, provider: str, symbol: str, reason: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(provider, symbol, reason)
        self.retry_after_s = retry_after_s


class Unavailable(ProviderFailed):
    """The provider did not answer, or with an error of its own."""


class Unreadable(ProviderFailed):
    """The provider's answer cannot be read."""


class Paused(ProviderFailed):
    """The provider's breaker is open."""


class LimitReached(ProviderFailed):
    """Our own limit for the provider is used up."""


class NobodyAnswered(Exception):
    """No provider gave what was asked for; `failures` are in the order of asking."""

    def __init__(self, symbol: str, failures: Sequence[ProviderFailed]) -> None:
        told = "; ".join(f"{failure.provider}: {failure.reason}" for failure in failures) or "no provider is configured"
        super().__init__(f"{symbol}: {told}")
        self.symbol = symbol
        self.failures = tuple(failures)

    @property
    def is_final(self) -> bool:
        """Whether asking again soon is of no use: nobody has it, offers it, or serves us."""
        return all(isinstance(failure, NoData | Refused | Unsupported) for failure in self.failures)


def of_status(provider: str, symbol: str, status: int, *, retry_after: str | None) -> ProviderFailed:
    """Return the failure that an HTTP status of 400 or more, or a provider's own code like it, means.

    retry_after  the header of that name: seconds; the form with a date is not used by the providers, and passed over
    """
    reason = f"HTTP {status}"
    if status == _THROTTLED:
        return Throttled(provider, symbol, reason, retry_after_s=_seconds(retry_after))
    if status >= _SERVER_ERROR:
        return Unavailable(provider, symbol, reason)
    return (NoData if status in _NO_DATA else Refused)(provider, symbol, reason)


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.strip().isdecimal() else None
