"""What Alpaca's REST API tells of the time in which a stream was away.

There is a history of stocks' quotes and trades and of options' trades; of an option's quotes only the newest is told.
source  https://docs.alpaca.markets/docs/historical-option-data
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

from alpaca.data.enums import DataFeed, OptionsFeed
from alpaca.data.historical import OptionHistoricalDataClient, StockHistoricalDataClient
from alpaca.data.requests import (
    OptionLatestQuoteRequest,
    OptionTradesRequest,
    StockLatestQuoteRequest,
    StockQuotesRequest,
    StockTradesRequest,
)
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from schemas.ticks import Tick
from streams.feeds.alpaca.connection import Name
from streams.feeds.alpaca.messages import Unreadable, quote_tick, trade_tick
from streams.providers import failures
from streams.providers.alpaca import CONTRACTS_A_REQUEST, asked, bound
from streams.providers.web import TIMEOUT_S

TICKS_MAX: Final = 100_000
"""Ticks that one request may bring; a history that has more is not used."""
DELAY: Final = {"delayed_sip": timedelta(minutes=15)}
"""How far a feed is behind."""

_ATTEMPTS: Final = 3
_NAME: Final = "alpaca"
_PASSING = (failures.Throttled, failures.Unavailable, failures.Unreadable)


class History(NamedTuple):
    """What was told: ticks in no order. `whole` is whether nothing is missing."""

    ticks: tuple[Tick, ...]
    whole: bool


class Rest(Protocol):
    """What a stream asks about one kind of instruments. Each method raises ProviderFailed."""

    async def since(self, symbols: Sequence[str], start: datetime) -> History:
        """Return the ticks from an instant on, as far as there is a history of them."""
        ...

    async def latest(self, symbols: Sequence[str]) -> tuple[Tick, ...]:
        """Return the newest quotes of those symbols that have one."""
        ...


class StockRest:
    """Stocks: quotes and trades."""

    def __init__(self, *, key: str, secret: str, url: str, feed: str, timeout_s: float = TIMEOUT_S) -> None:
        self._client = StockHistoricalDataClient(key, secret, raw_data=True, url_override=url.rstrip("/"))
        bound(self._client, timeout_s=timeout_s)
        self._latest_feed = DataFeed(feed)
        # the history of the delayed feed is the exchanges' own, as far back
        self._delay = DELAY.get(feed)
        self._feed = DataFeed.SIP if self._delay else DataFeed(feed)

    def close(self) -> None:
        """Close the line."""
        self._client._session.close()

    async def since(self, symbols: Sequence[str], start: datetime) -> History:
        """Return quotes and trades from an instant on."""
        span = {"symbol_or_symbols": list(symbols), "start": start, "feed": self._feed, "limit": TICKS_MAX}
        if self._delay is not None:
            span["end"] = datetime.now(UTC) - self._delay
        quotes, trades = await asyncio.gather(
            _answer(symbols, partial(self._client.get_stock_quotes, StockQuotesRequest(**span))),
            _answer(symbols, partial(self._client.get_stock_trades, StockTradesRequest(**span))),
        )
        ticks = (*_listed(quotes, quote_tick), *_listed(trades, trade_tick))
        return History(ticks, whole=max(map(_count, (quotes, trades))) < TICKS_MAX)

    async def latest(self, symbols: Sequence[str]) -> tuple[Tick, ...]:
        """Return the newest quotes."""
        request = StockLatestQuoteRequest(symbol_or_symbols=list(symbols), feed=self._latest_feed)
        return tuple(_single(await _answer(symbols, partial(self._client.get_stock_latest_quote, request))))


class OptionRest:
    """Option contracts: trades, and the newest quote."""

    def __init__(self, *, key: str, secret: str, url: str, feed: str, timeout_s: float = TIMEOUT_S) -> None:
        self._client = OptionHistoricalDataClient(key, secret, raw_data=True, url_override=url.rstrip("/"))
        bound(self._client, timeout_s=timeout_s)
        self._feed = OptionsFeed(feed)

    def close(self) -> None:
        """Close the line."""
        self._client._session.close()

    async def since(self, symbols: Sequence[str], start: datetime) -> History:
        """Return trades from an instant on, and the newest quotes."""
        quotes = await self.latest(symbols)
        trades: list[Tick] = []
        whole = True
        for some in _batches(symbols):
            request = OptionTradesRequest(symbol_or_symbols=list(some), start=start, limit=TICKS_MAX)
            answer = await _answer(some, partial(self._client.get_option_trades, request))
            trades += _listed(answer, trade_tick)
            whole = whole and _count(answer) < TICKS_MAX
        return History((*quotes, *trades), whole)

    async def latest(self, symbols: Sequence[str]) -> tuple[Tick, ...]:
        """Return the newest quotes."""
        found: list[Tick] = []
        for some in _batches(symbols):
            request = OptionLatestQuoteRequest(symbol_or_symbols=list(some), feed=self._feed)
            found += _single(await _answer(some, partial(self._client.get_option_latest_quote, request)))
        return tuple(found)


def rest_of(name: Name, *, key: str, secret: str, url: str, feed: str) -> StockRest | OptionRest:
    """Open a line for one of the streams; it must be closed."""
    return (StockRest if name == "stocks" else OptionRest)(key=key, secret=secret, url=url, feed=feed)


async def _answer(symbols: Sequence[str], call: Callable[[], Any]) -> Mapping[str, Any]:
    """Ask, a few times where it fails in passing; raises ProviderFailed."""
    label = symbols[0] if len(symbols) == 1 else f"{len(symbols)} symbols"
    retrying = AsyncRetrying(
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.2, max=2),
        retry=retry_if_exception_type(_PASSING),
        reraise=True,
    )
    answer: Any = await retrying(asked, label, call)
    if not isinstance(answer, dict):
        raise failures.Unreadable(_NAME, label, "not an object")
    return answer


def _listed(answer: Mapping[str, Any], tick_of: Callable[[str, Mapping[str, Any]], Tick]) -> Iterator[Tick]:
    for symbol, items in answer.items():
        for item in items or ():
            try:
                yield tick_of(symbol, item)
            except Unreadable:
                continue


def _single(answer: Mapping[str, Any]) -> Iterator[Tick]:
    return _listed({symbol: [quote] for symbol, quote in answer.items() if quote}, quote_tick)


def _count(answer: Mapping[str, Any]) -> int:
    return sum(len(items or ()) for items in answer.values())


def _batches(symbols: Sequence[str]) -> Iterator[Sequence[str]]:
    return (symbols[first : first + CONTRACTS_A_REQUEST] for first in range(0, len(symbols), CONTRACTS_A_REQUEST))
