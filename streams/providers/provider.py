"""What a market data provider offers, whoever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from schemas.market import ChainState, HistoryState


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """The newest price of an underlying. `at` is when it traded or was quoted, as far as the provider says."""

    symbol: str
    price: Decimal
    at: datetime
    provider: str


@dataclass(frozen=True, slots=True)
class QuoteSeen:
    """The newest quote of an option contract; a side that nobody quotes is None."""

    option_symbol: str
    bid: Decimal | None
    ask: Decimal | None
    at: datetime
    provider: str


class Provider(Protocol):
    """A source of market data. Each method raises ProviderFailed; Unsupported where it offers no such thing."""

    @property
    def name(self) -> str:
        """The name it is configured by."""
        ...

    @property
    def offers(self) -> frozenset[str]:
        """The methods of this protocol that it serves; the others raise Unsupported."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...

    async def price(self, symbol: str) -> PriceSeen:
        """Return the newest price of an underlying."""
        ...

    async def option_quote(self, option_symbol: str) -> QuoteSeen:
        """Return the newest quote of an option contract, by its OCC symbol."""
        ...

    async def candles(self, symbol: str, timeframe: str, limit: int) -> HistoryState:
        """Return the newest `limit` closed bars of regular hours, or as many as there are, oldest first.

        timeframe  of `streams.providers.candles.TIMEFRAMES`
        """
        ...

    async def chain(self, symbol: str) -> ChainState:
        """Return the listed contracts within CHAIN_DAYS and STRIKES_WITHIN, quoted as of the newest quote."""
        ...


@runtime_checkable
class InBulk(Protocol):
    """What a provider offers beside: newest prices and quotes of several symbols. Each method raises ProviderFailed.

    What it has nothing of is left out of the answer.
    """

    async def prices(self, symbols: Sequence[str]) -> tuple[PriceSeen, ...]:
        """Return the newest prices of underlyings."""
        ...

    async def option_quotes(self, option_symbols: Sequence[str]) -> tuple[QuoteSeen, ...]:
        """Return the newest quotes of option contracts."""
        ...


EVERYTHING = frozenset({"price", "option_quote", "candles", "chain", "prices", "option_quotes"})

CHAIN_DAYS = 45
"""Expirations this far ahead are asked for."""
STRIKES_WITHIN = Decimal("0.10")
"""Strikes this far from the price, as a share of it, are asked for."""
CONTRACTS_MAX = 2_000
"""Contracts of a chain; of more, those with strikes nearest to the price."""

Usd = Annotated[Decimal, Field(gt=0, lt=10**9)]
Side = Annotated[Decimal, Field(ge=0, lt=10**9)]
Measure = Annotated[Decimal, Field(gt=-(10**6), lt=10**6)]
"""A greek or an implied volatility."""


class Answer(BaseModel):
    """A part of a provider's answer: what is read of it is checked, what else it says is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def sides(bid: Decimal | None, ask: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Return a quote's sides as they are meant: 0 asked is nothing asked, 0 bid without an ask is nothing bid."""
    asked = ask or None
    return (bid if asked is not None or bid else None), asked
