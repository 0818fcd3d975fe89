"""MarketData.app: prices, bars, option quotes and chains.

An answer is columns of equal length beside a status: ok, no_data or error. HTTP 203 is an answer from its cache, 204
that the cache has none.
source  https://www.marketdata.app/docs/api
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from schemas.event import from_micros
from schemas.market import ChainState, HistoryState
from streams.clocks import Clock
from streams.providers.candles import Candle, asked_count, asked_length, history_of
from streams.providers.failures import NoData, Unavailable, Unreadable, of_status
from streams.providers.listed import chain_of
from streams.providers.provider import CHAIN_DAYS, EVERYTHING, Answer, PriceSeen, QuoteSeen, Side, Usd, sides
from streams.providers.web import TIMEOUT_S, decoded, line_to, reading
from streams.sessions import SessionCalendar

NAME = "marketdata"
URL = "https://api.marketdata.app"

_T = TypeVar("_T")

_ERROR = 400
_NO_CONTENT = 204
_MINUTE = timedelta(minutes=1)
_RESOLUTIONS = {1: "1", 5: "5", 15: "15", 30: "30", 1440: "D"}
"""By minutes."""
_STRIKES_MAX = 60
"""Strikes asked for, those around the price."""
_SECONDS_MAX = 10**11

_COLUMNS = {
    "optionSymbol": "option_symbol",
    "bid": "bid",
    "ask": "ask",
    "volume": "volume",
    "openInterest": "open_interest",
    "iv": "implied_volatility",
    "delta": "delta",
    "gamma": "gamma",
    "theta": "theta",
    "vega": "vega",
}
"""Of a chain, by the name in ContractSeen."""


class _Price(Answer):
    last: Usd | None = None
    mid: Usd | None = None
    updated: int


class _Quote(Answer):
    bid: Side | None = None
    ask: Side | None = None
    updated: int


class MarketDataApp:
    """A line to MarketData.app."""

    name = NAME
    offers = EVERYTHING

    def __init__(
        self, *, key: str, clock: Clock, sessions: SessionCalendar, url: str = URL, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._line = line_to(NAME, url=url, authorization=f"Bearer {key}", timeout_s=timeout_s)
        self._clock = clock
        self._sessions = sessions

    async def aclose(self) -> None:
        """Close the line."""
        await self._line.client.aclose()

    async def price(self, symbol: str) -> PriceSeen:
        """Return the last trade's price, or the mid where there was no trade."""
        rows = await self._rows(f"/v1/stocks/quotes/{_part(symbol)}/", symbol=symbol, query={})
        with reading(NAME, symbol):
            seen = _Price.model_validate(rows[0])
            price = seen.last if seen.last is not None else seen.mid
            if price is None:
                raise NoData(NAME, symbol, "no price")
            return PriceSeen(symbol, price, _instant(seen.updated), NAME)

    async def option_quote(self, option_symbol: str) -> QuoteSeen:
        """Return the newest quote of a contract."""
        path = f"/v1/options/quotes/{_part(option_symbol)}/"
        rows = await self._rows(path, symbol=option_symbol, query={})
        with reading(NAME, option_symbol):
            seen = _Quote.model_validate(rows[0])
            bid, ask = sides(seen.bid, seen.ask)
            if bid is None and ask is None:
                raise NoData(NAME, option_symbol, "no quote")
            return QuoteSeen(option_symbol, bid, ask, _instant(seen.updated), NAME)

    async def prices(self, symbols: Sequence[str]) -> tuple[PriceSeen, ...]:
        """Return the newest price of each underlying that has one, by a request for each."""
        return await _known(self.price, symbols)

    async def option_quotes(self, option_symbols: Sequence[str]) -> tuple[QuoteSeen, ...]:
        """Return the newest quote of each contract that has one, by a request for each."""
        return await _known(self.option_quote, option_symbols)

    async def candles(self, symbol: str, timeframe: str, limit: int) -> HistoryState:
        """Return closed bars; see `Provider.candles`."""
        now = self._clock.now()
        resolution = _RESOLUTIONS[asked_length(timeframe) // _MINUTE]
        query = {"to": int(now.timestamp()), "countback": asked_count(timeframe, limit)}
        rows = await self._rows(f"/v1/stocks/candles/{resolution}/{_part(symbol)}/", symbol=symbol, query=query)
        with reading(NAME, symbol):
            candles = [
                Candle(
                    start=_instant(row["t"]),
                    open=row["o"],
                    high=row["h"],
                    low=row["l"],
                    close=row["c"],
                    volume=row.get("v") or 0,
                )
                for row in rows
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
        """Return the contracts of the next CHAIN_DAYS days around the price."""
        now = self._clock.now()
        today = self._sessions.local_date(now)
        query: dict[str, str | int] = {
            "from": today.isoformat(),
            "to": (today + timedelta(days=CHAIN_DAYS)).isoformat(),
            "strikeLimit": _STRIKES_MAX,
        }
        rows = await self._rows(f"/v1/options/chain/{_part(symbol)}/", symbol=symbol, query=query)
        with reading(NAME, symbol):
            contracts = [
                {name: row.get(column) for column, name in _COLUMNS.items()} | {"at": _instant(row["updated"])}
                for row in rows
            ]
            prices = [row["underlyingPrice"] for row in rows if row.get("underlyingPrice")]
            price = _Price(last=prices[0], updated=0).last if prices else None
            return chain_of(contracts, provider=NAME, symbol=symbol, price=price, now=now)

    async def _rows(self, path: str, *, symbol: str, query: Mapping[str, str | int]) -> list[dict[str, Any]]:
        """Return the columns of an answer as rows, at least one."""
        status, body, retry_after = await self._line.ask(path, symbol=symbol, query=query)
        if status >= _ERROR:
            raise of_status(NAME, symbol, status, retry_after=retry_after)
        if status == _NO_CONTENT:
            raise NoData(NAME, symbol, "no data")
        answer = decoded(NAME, symbol, body)
        with reading(NAME, symbol):
            match answer["s"]:
                case "ok":
                    columns = {name: values for name, values in answer.items() if isinstance(values, list)}
                    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
                case "no_data":
                    rows = []
                case "error":
                    raise Unavailable(NAME, symbol, "an error without a status")
                case _:
                    raise Unreadable(NAME, symbol, "neither ok, no_data nor error")
        if not rows:
            raise NoData(NAME, symbol, "no data")
        return rows


async def _known(ask: Callable[[str], Awaitable[_T]], symbols: Sequence[str]) -> tuple[_T, ...]:
    """Ask for one after the other, and leave out what there is nothing of."""
    found = []
    for symbol in symbols:
        with suppress(NoData):
            found.append(await ask(symbol))
    return tuple(found)


def _part(symbol: str) -> str:
    """Return a symbol as one part of a path."""
    return quote(symbol, safe="")


def _instant(seconds: object) -> datetime:
    if not isinstance(seconds, int) or not 0 <= seconds < _SECONDS_MAX:
        raise ValueError("not seconds since 1970")
    return from_micros(seconds * 1_000_000)
