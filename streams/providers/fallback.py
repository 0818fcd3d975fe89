"""The providers in the order they are asked in: the next one when one fails, and one cache for all."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from schemas.market import ChainState, HistoryState
from streams.clocks import Clock
from streams.logs import logger
from streams.providers import alpaca, market_data_app, twelve_data
from streams.providers.cache import Cache, Hits
from streams.providers.failures import NobodyAnswered, ProviderFailed, Unsupported
from streams.providers.guarded import Guarded
from streams.providers.limits import Limit, Timing
from streams.providers.provider import PriceSeen, Provider, QuoteSeen
from streams.providers.web import TIMEOUT_S
from streams.sessions import SessionCalendar

ALPACA_PER_MINUTE = 200
TWELVE_DATA_PER_DAY = 800

_NAMES = (twelve_data.NAME, market_data_app.NAME, alpaca.NAME)
_MINUTE_S = 60.0
_DAY_S = 86_400.0

_log = logger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """The providers' addresses and keys, and the order to ask them in. An empty key leaves a provider out."""

    order: tuple[str, ...] = ()
    alpaca_key: str = ""
    alpaca_secret: str = ""
    alpaca_url: str = alpaca.URL
    twelve_data_key: str = ""
    twelve_data_url: str = twelve_data.URL
    market_data_key: str = ""
    market_data_url: str = market_data_app.URL


def asking_order(first: str, priority: Iterable[str]) -> tuple[str, ...]:
    """Return the names in the order to ask: the first, then the others by their priority, each once."""
    return tuple(dict.fromkeys(name for name in (first, *priority) if name))


def guarded_providers(
    access: Access,
    *,
    clock: Clock,
    sessions: SessionCalendar,
    timing: Timing | None = None,
    timeout_s: float = TIMEOUT_S,
    share: int = 1,
) -> list[Guarded]:
    """Return the providers that have a key, in the order to ask them; what is left out, and why, is logged.

    A provider that has a key but stands nowhere in the order is asked last.

    share    one part in so many of what the providers' limits allow: others ask them too

    raises   ValueError for a name that is no provider's
    """
    pace = timing or Timing()
    if unknown := [name for name in access.order if name not in _NAMES]:
        raise ValueError(f"market data provider: there is no {unknown[0]!r}; there are {', '.join(_NAMES)}")
    known: dict[str, Guarded] = {}
    if access.twelve_data_key:
        known[twelve_data.NAME] = Guarded(
            twelve_data.TwelveData(
                key=access.twelve_data_key,
                clock=clock,
                sessions=sessions,
                url=access.twelve_data_url,
                timeout_s=timeout_s,
            ),
            timing=pace,
            limit=Limit(twelve_data.NAME, TWELVE_DATA_PER_DAY // share, window_s=_DAY_S, timing=pace),
        )
    if access.market_data_key:
        known[market_data_app.NAME] = Guarded(
            market_data_app.MarketDataApp(
                key=access.market_data_key,
                clock=clock,
                sessions=sessions,
                url=access.market_data_url,
                timeout_s=timeout_s,
            ),
            timing=pace,
        )
    if access.alpaca_key and access.alpaca_secret:
        known[alpaca.NAME] = Guarded(
            alpaca.Alpaca(
                key=access.alpaca_key,
                secret=access.alpaca_secret,
                clock=clock,
                sessions=sessions,
                url=access.alpaca_url,
                timeout_s=timeout_s,
            ),
            timing=pace,
            limit=Limit(alpaca.NAME, ALPACA_PER_MINUTE // share, window_s=_MINUTE_S, timing=pace),
            costs={"chain": alpaca.CHAIN_COST},
        )
    for name in access.order:
        if name not in known:
            _log.warning("a provider is left out, as it has no key", provider=name)
    order = [name for name in dict.fromkeys((*access.order, *known)) if name in known]
    _log.info("market data providers, in the order they are asked", providers=order)
    return [known[name] for name in order]


class MarketData:
    """All providers as one: each method returns the first answer, at most a minute old; raises NobodyAnswered."""

    def __init__(self, providers: Sequence[Guarded], *, timing: Timing | None = None) -> None:
        self._providers = tuple(providers)
        self._cache = Cache(timing=timing or Timing())

    @property
    def hits(self) -> Hits:
        """How often the cache served."""
        return self._cache.hits

    @property
    def attempts(self) -> dict[str, int]:
        """Requests made, by provider."""
        return {item.provider.name: item.attempts for item in self._providers}

    async def aclose(self) -> None:
        """Give up what is under way and close all connections."""
        await self._cache.aclose()
        for item in self._providers:
            await item.provider.aclose()

    async def price(self, symbol: str) -> PriceSeen:
        """Return the newest price of an underlying."""
        return await self._first("price", symbol, lambda provider: provider.price(symbol))

    async def option_quote(self, option_symbol: str) -> QuoteSeen:
        """Return the newest quote of a contract."""
        return await self._first("option_quote", option_symbol, lambda provider: provider.option_quote(option_symbol))

    async def candles(self, symbol: str, timeframe: str, limit: int) -> HistoryState:
        """Return closed bars; see `Provider.candles`."""
        return await self._first(
            "candles", symbol, lambda provider: provider.candles(symbol, timeframe, limit), timeframe, limit
        )

    async def chain(self, symbol: str) -> ChainState:
        """Return the listed contracts; see `Provider.chain`."""
        return await self._first("chain", symbol, lambda provider: provider.chain(symbol))

    async def _first(
        self, what: str, symbol: str, call: Callable[[Provider], Awaitable[_T]], *arguments: str | int
    ) -> _T:
        return await self._cache.get((what, symbol, *arguments), lambda: self._asked(what, symbol, call))

    async def _asked(self, what: str, symbol: str, call: Callable[[Provider], Awaitable[_T]]) -> _T:
        failures: list[ProviderFailed] = []
        for guarded in self._providers:
            provider = guarded.provider
            try:
                return await guarded.ask(what, symbol, partial(call, provider))
            except ProviderFailed as failure:
                failures.append(failure)
                if not isinstance(failure, Unsupported):
                    _log.info("a provider failed", what=what, provider=provider.name, symbol=symbol, why=failure.reason)
        raise NobodyAnswered(symbol, failures)
