"""Alpaca: prices, bars, option quotes and chains, by its own client (alpaca-py), whose calls block.

The client knows no timeout, and repeats what was throttled after a fixed sleep. Both are put right here: how often a
provider is asked again is decided in one place for all of them.
source  https://docs.alpaca.markets/docs/about-market-data-api
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import requests
from alpaca.common.exceptions import APIError
from alpaca.common.rest import RESTClient
from alpaca.data.enums import Adjustment, DataFeed
from alpaca.data.historical import OptionHistoricalDataClient, StockHistoricalDataClient
from alpaca.data.requests import (
    OptionChainRequest,
    OptionLatestQuoteRequest,
    StockBarsRequest,
    StockLatestTradeRequest,
)
from alpaca.data.timeframe import TimeFrame, TimeFrameUnit
from pydantic import AwareDatetime
from requests.adapters import HTTPAdapter

from schemas.market import ChainState, HistoryState
from streams.clocks import Clock
from streams.providers.candles import Candle, asked_length, begins_by, history_of
from streams.providers.failures import NoData, Unavailable, Unreadable, of_status
from streams.providers.listed import chain_of
from streams.providers.provider import (
    CHAIN_DAYS,
    EVERYTHING,
    STRIKES_WITHIN,
    Answer,
    PriceSeen,
    QuoteSeen,
    Side,
    Usd,
    sides,
)
from streams.providers.web import TIMEOUT_S, reading
from streams.sessions import SessionCalendar

NAME = "alpaca"
URL = "https://data.alpaca.markets"
FEED = "iex"
"""The one exchange whose prices come with every plan; sip, of all exchanges, needs a subscription."""
CONTRACTS_A_REQUEST = 100
"""Contracts whose newest quotes may be asked for at once."""
CHAIN_COST = 10
"""Requests that a chain may take: the price, and pages of a thousand contracts."""

_MINUTE = timedelta(minutes=1)
_TIMEFRAMES = {
    1: TimeFrame(1, TimeFrameUnit.Minute),
    5: TimeFrame(5, TimeFrameUnit.Minute),
    15: TimeFrame(15, TimeFrameUnit.Minute),
    30: TimeFrame(30, TimeFrameUnit.Minute),
    1440: TimeFrame(1, TimeFrameUnit.Day),
}
"""By minutes."""


class _Trade(Answer):
    p: Usd
    t: AwareDatetime


class _Quote(Answer):
    bp: Side | None = None
    ap: Side | None = None
    t: AwareDatetime


class Alpaca:
    """A line to Alpaca's market data. Blocking calls run in threads."""

    name = NAME
    offers = EVERYTHING

    def __init__(
        self,
        *,
        key: str,
        secret: str,
        clock: Clock,
        sessions: SessionCalendar,
        url: str = URL,
        feed: str = FEED,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._stocks = StockHistoricalDataClient(key, secret, raw_data=True, url_override=url.rstrip("/"))
        self._options = OptionHistoricalDataClient(key, secret, raw_data=True, url_override=url.rstrip("/"))
        for client in (self._stocks, self._options):
            bound(client, timeout_s=timeout_s)
        self._feed = DataFeed(feed)
        self._clock = clock
        self._sessions = sessions

    async def aclose(self) -> None:
        """Close the lines."""
        self._stocks._session.close()
        self._options._session.close()

    async def price(self, symbol: str) -> PriceSeen:
        """Return the price of the newest trade."""
        request = StockLatestTradeRequest(symbol_or_symbols=symbol, feed=self._feed)
        trades = await asked(symbol, lambda: self._stocks.get_stock_latest_trade(request))
        with reading(NAME, symbol):
            if not trades.get(symbol):
                raise NoData(NAME, symbol, "no trade")
            trade = _Trade.model_validate(trades[symbol])
            return PriceSeen(symbol, trade.p, trade.t, NAME)

    async def option_quote(self, option_symbol: str) -> QuoteSeen:
        """Return the newest quote of a contract."""
        request = OptionLatestQuoteRequest(symbol_or_symbols=option_symbol)
        quotes = await asked(option_symbol, lambda: self._options.get_option_latest_quote(request))
        with reading(NAME, option_symbol):
            seen = _Quote.model_validate(quotes[option_symbol]) if quotes.get(option_symbol) else None
            bid, ask = (None, None) if seen is None else sides(seen.bp, seen.ap)
            if seen is None or (bid is None and ask is None):
                raise NoData(NAME, option_symbol, "no quote")
            return QuoteSeen(option_symbol, bid, ask, seen.t, NAME)

    async def prices(self, symbols: Sequence[str]) -> tuple[PriceSeen, ...]:
        """Return the price of the newest trade of each underlying that has one."""
        request = StockLatestTradeRequest(symbol_or_symbols=list(symbols), feed=self._feed)
        trades = await asked(_label(symbols), lambda: self._stocks.get_stock_latest_trade(request))
        with reading(NAME, _label(symbols)):
            seen = [(symbol, _Trade.model_validate(trade)) for symbol, trade in trades.items() if trade]
            return tuple(PriceSeen(symbol, trade.p, trade.t, NAME) for symbol, trade in seen)

    async def option_quotes(self, option_symbols: Sequence[str]) -> tuple[QuoteSeen, ...]:
        """Return the newest quote of each contract that has one. At most CONTRACTS_A_REQUEST."""
        request = OptionLatestQuoteRequest(symbol_or_symbols=list(option_symbols))
        quotes = await asked(_label(option_symbols), lambda: self._options.get_option_latest_quote(request))
        with reading(NAME, _label(option_symbols)):
            found = []
            for symbol, quote in quotes.items():
                seen = _Quote.model_validate(quote)
                bid, ask = sides(seen.bp, seen.ap)
                if bid is not None or ask is not None:
                    found.append(QuoteSeen(symbol, bid, ask, seen.t, NAME))
            return tuple(found)

    async def candles(self, symbol: str, timeframe: str, limit: int) -> HistoryState:
        """Return closed bars, adjusted for splits; see `Provider.candles`."""
        now = self._clock.now()
        request = StockBarsRequest(
            symbol_or_symbols=symbol,
            timeframe=_TIMEFRAMES[asked_length(timeframe) // _MINUTE],
            start=begins_by(timeframe, limit, now=now, sessions=self._sessions),
            end=now,
            adjustment=Adjustment.SPLIT,
            feed=self._feed,
        )
        answer = await asked(symbol, lambda: self._stocks.get_stock_bars(request))
        with reading(NAME, symbol):
            if not answer.get(symbol):
                raise NoData(NAME, symbol, "no bars")
            candles = [
                Candle(start=bar["t"], open=bar["o"], high=bar["h"], low=bar["l"], close=bar["c"], volume=bar["v"])
                for bar in answer[symbol]
            ]
            return history_of(
                candles,
                provider=NAME,
                symbol=symbol,
                timeframe=timeframe,
                limit=limit,
                now=now,
                sessions=self._sessions,
            )

    async def chain(self, symbol: str) -> ChainState:
        """Return the contracts of the next CHAIN_DAYS days around the price. Open interest is not told."""
        now = self._clock.now()
        today = self._sessions.local_date(now)
        price = (await self.price(symbol)).price
        request = OptionChainRequest(
            underlying_symbol=symbol,
            expiration_date_gte=today,
            expiration_date_lte=today + timedelta(days=CHAIN_DAYS),
            strike_price_gte=float(price * (1 - STRIKES_WITHIN)),
            strike_price_lte=float(price * (1 + STRIKES_WITHIN)),
        )
        snapshots = await asked(symbol, lambda: self._options.get_option_chain(request))
        with reading(NAME, symbol):
            rows = [_contract(contract, snapshot) for contract, snapshot in snapshots.items()]
            return chain_of(rows, provider=NAME, symbol=symbol, price=price, now=now)


def _label(symbols: Sequence[str]) -> str:
    """Name a request for several symbols."""
    return symbols[0] if len(symbols) == 1 else f"{len(symbols)} symbols"


def _contract(option_symbol: str, snapshot: dict[str, Any]) -> dict[str, object]:
    quote = snapshot.get("latestQuote") or {}
    greeks = snapshot.get("greeks") or {}
    return {
        "option_symbol": option_symbol,
        "at": quote.get("t"),
        "bid": quote.get("bp"),
        "ask": quote.get("ap"),
        "volume": (snapshot.get("dailyBar") or {}).get("v"),
        "implied_volatility": snapshot.get("impliedVolatility"),
        **{name: greeks.get(name) for name in ("delta", "gamma", "theta", "vega")},
    }


async def asked(symbol: str, call: Callable[[], Any]) -> Any:
    """Return what a blocking call of the client returns, from a thread of its own; raises ProviderFailed."""
    try:
        return await asyncio.to_thread(call)
    except APIError as error:
        response = error.response
        if response is None:
            raise Unavailable(NAME, symbol, "an error without a status") from None
        retry_after = response.headers.get("Retry-After")
        raise of_status(NAME, symbol, response.status_code, retry_after=retry_after) from None
    except requests.JSONDecodeError:
        raise Unreadable(NAME, symbol, "not JSON") from None
    except requests.RequestException as error:
        raise Unavailable(NAME, symbol, type(error).__name__) from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # the client takes an answer's envelope apart itself
        raise Unreadable(NAME, symbol, type(error).__name__) from None


def bound(client: RESTClient, *, timeout_s: float) -> None:
    """Give a client's requests a timeout, and take its own repetitions from it."""
    client._retry = 0
    for scheme in ("https://", "http://"):
        client._session.mount(scheme, _TimedAdapter(timeout_s))


class _TimedAdapter(HTTPAdapter):
    """Gives each request a timeout, for connecting and for each wait within the answer."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout_s})
