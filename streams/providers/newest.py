"""The newest prices and quotes of several symbols, as of now: nothing is kept, and a provider that fails is passed by.

Whoever asks does so again and again, so the next answer is worth more than another attempt at this one.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from streams.providers import alpaca
from streams.providers.failures import NobodyAnswered, ProviderFailed, Unsupported
from streams.providers.guarded import Guarded
from streams.providers.provider import InBulk, PriceSeen, QuoteSeen

_T = TypeVar("_T", PriceSeen, QuoteSeen)


class Newest:
    """All providers as one; what one has nothing of is asked of the next. Raises NobodyAnswered."""

    def __init__(self, providers: Sequence[Guarded]) -> None:
        self._providers = tuple(providers)

    async def aclose(self) -> None:
        """Close all connections."""
        for item in self._providers:
            await item.provider.aclose()

    async def prices(self, symbols: Sequence[str]) -> tuple[PriceSeen, ...]:
        """Return the newest prices of those underlyings that anybody has one of."""
        return await self._gathered("prices", symbols, lambda provider, some: provider.prices(some), _underlying)

    async def option_quotes(self, option_symbols: Sequence[str]) -> tuple[QuoteSeen, ...]:
        """Return the newest quotes of those contracts that anybody has one of."""
        return await self._gathered(
            "option_quotes", option_symbols, lambda provider, some: provider.option_quotes(some), _contract
        )

    async def _gathered(
        self,
        what: str,
        symbols: Sequence[str],
        call: Callable[[InBulk, Sequence[str]], Awaitable[tuple[_T, ...]]],
        named: Callable[[_T], str],
    ) -> tuple[_T, ...]:
        found: dict[str, _T] = {}
        failures: list[ProviderFailed] = []
        for guarded in self._providers:
            for some in _batches([symbol for symbol in symbols if symbol not in found]):
                try:
                    found |= {named(seen): seen for seen in await _asked(guarded, what, some, call)}
                except ProviderFailed as failure:
                    failures.append(failure)
                    break
        if symbols and not found:
            raise NobodyAnswered(symbols[0], failures)
        return tuple(found.values())


async def _asked(
    guarded: Guarded,
    what: str,
    symbols: Sequence[str],
    call: Callable[[InBulk, Sequence[str]], Awaitable[tuple[_T, ...]]],
) -> tuple[_T, ...]:
    provider = guarded.provider
    if not isinstance(provider, InBulk):
        raise Unsupported(provider.name, symbols[0], f"{what} is not offered")
    cost = 1 if provider.name == alpaca.NAME else len(symbols)
    return await guarded.ask(what, symbols[0], lambda: call(provider, symbols), attempts=1, cost=cost)


def _batches(symbols: Sequence[str]) -> Iterator[Sequence[str]]:
    size = alpaca.CONTRACTS_A_REQUEST
    return (symbols[first : first + size] for first in range(0, len(symbols), size))


def _underlying(seen: PriceSeen) -> str:
    return seen.symbol


def _contract(seen: QuoteSeen) -> str:
    return seen.option_symbol
