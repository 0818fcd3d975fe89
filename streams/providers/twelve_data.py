"""Twelve Data: prices and bars of underlyings; options it does not offer.

Numbers come as strings. An error may come with HTTP 200: its status stands in the body then.
source  https://twelvedata.com/docs
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from schemas.market import ChainState, HistoryState
from streams.clocks import Clock
from streams.providers.candles import Candle, asked_count, asked_length, history_of
from streams.providers.failures import Unsupported, of_status
from streams.providers.provider import Answer, PriceSeen, QuoteSeen, Usd
from streams.providers.web import TIMEOUT_S, decoded, line_to, reading
from streams.sessions import SessionCalendar

NAME = "twelvedata"
URL = "https://api.twelvedata.com"

_ERROR = 400
_UNKNOWN = 500
"""Stands for an error that gives no code."""
_MINUTE = timedelta(minutes=1)
_INTERVALS = {1: "1min", 5: "5min", 15: "15min", 30: "30min", 1440: "1day"}
"""By minutes."""
_COUNT_MAX = 5_000


class _Price(Answer):
    price: Usd


class _Value(Answer):
    datetime: str
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal = Decimal(0)


class _TimeSeries(Answer):
    values: tuple[_Value, ...]


class TwelveData:
    """A line to Twelve Data."""

    name = NAME
    offers = frozenset({"price", "prices", "candles"})

    def __init__(
        self, *, key: str, clock: Clock, sessions: SessionCalendar, url: str = URL, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._line = line_to(NAME, url=url, authorization=f"apikey {key}", timeout_s=timeout_s)
        self._clock = clock
        self._sessions = sessions

    async def aclose(self) -> None:
        """Close the line."""
        await self._line.client.aclose()

    async def price(self, symbol: str) -> PriceSeen:
        """Return the newest price. It comes without a time, so it is dated by when it was asked for."""
        at = self._clock.now()
        answer = await self._get("/price", symbol=symbol, query={})
        with reading(NAME, symbol):
            return PriceSeen(symbol, _Price.model_validate(answer).price, at, NAME)

    async def prices(self, symbols: Sequence[str]) -> tuple[PriceSeen, ...]:
        """Return the newest price of each underlying that has one, each at the cost of a request."""
        if len(symbols) == 1:
            return (await self.price(symbols[0]),)
        label, at = f"{len(symbols)} symbols", self._clock.now()
        answer = await self._get("/price", symbol=label, query={"symbol": ",".join(symbols)})
        with reading(NAME, label):
            # one that is not known has an error in the place of its price
            priced = [(symbol, answer[symbol]) for symbol in symbols if "price" in answer.get(symbol, {})]
            return tuple(PriceSeen(symbol, _Price.model_validate(told).price, at, NAME) for symbol, told in priced)

    async def option_quotes(self, option_symbols: Sequence[str]) -> tuple[QuoteSeen, ...]:
        """Raise Unsupported."""
        raise Unsupported(NAME, option_symbols[0], "option quotes are not offered")

    async def option_quote(self, option_symbol: str) -> QuoteSeen:
        """Raise Unsupported."""
        raise Unsupported(NAME, option_symbol, "option quotes are not offered")

    async def candles(self, symbol: str, timeframe: str, limit: int) -> HistoryState:
        """Return closed bars; see `Provider.candles`."""
        query: dict[str, str | int] = {
            "interval": _INTERVALS[asked_length(timeframe) // _MINUTE],
            "outputsize": min(asked_count(timeframe, limit), _COUNT_MAX),
        }
        if timeframe != "1d":
            query["timezone"] = "UTC"
        now = self._clock.now()
        answer = await self._get("/time_series", symbol=symbol, query=query)
        with reading(NAME, symbol):
            values = _TimeSeries.model_validate(answer).values
            candles = [self._candle(value, daily=timeframe == "1d") for value in values]
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
        """Raise Unsupported."""
        raise Unsupported(NAME, symbol, "option chains are not offered")

    async def _get(self, path: str, *, symbol: str, query: Mapping[str, str | int]) -> Any:
        status, body, retry_after = await self._line.ask(path, symbol=symbol, query={"symbol": symbol, **query})
        if status >= _ERROR:
            raise of_status(NAME, symbol, status, retry_after=retry_after)
        answer = decoded(NAME, symbol, body)
        if isinstance(answer, dict) and answer.get("status") == "error":
            code = answer.get("code")
            told = code if isinstance(code, int) and code >= _ERROR else _UNKNOWN
            raise of_status(NAME, symbol, told, retry_after=retry_after)
        return answer

    def _candle(self, value: _Value, *, daily: bool) -> Candle:
        at = datetime.fromisoformat(value.datetime)
        start = self._sessions.trading_day(at.date()).premarket_from if daily else at.replace(tzinfo=UTC)
        return Candle(
            start=start, open=value.open, high=value.high, low=value.low, close=value.close, volume=value.volume
        )
