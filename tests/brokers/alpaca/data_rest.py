"""The market data interface: the history of quotes and trades, the newest of each, and option snapshots.

Options have no history of quotes. source  https://docs.alpaca.markets/reference/stocklatestquotes-1
"""

import base64
import bisect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from aiohttp import web

from tests.brokers.alpaca.data_stream import quote_fields, trade_fields
from tests.brokers.alpaca.instruments import contract_of
from tests.brokers.alpaca.market import Market, Quote, Trade
from tests.brokers.alpaca.moments import SECOND, Clock, written
from tests.brokers.alpaca.refusals import Refused
from tests.brokers.alpaca.rest import moment, whole

_LONGEST_PAGE = 10_000
_LONGEST_SNAPSHOT_PAGE = 1000
_DAY = 24 * 3600 * SECOND
_Point = TypeVar("_Point", Quote, Trade)


class MarketData:
    """Answers the requests of the data interface, from what was set."""

    def __init__(self, market: Market, clock: Clock) -> None:
        self._market = market
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/stocks/quotes", self.quotes),
            web.get("/v2/stocks/trades", self.trades),
            web.get("/v2/stocks/quotes/latest", self.latest_quotes),
            web.get("/v2/stocks/trades/latest", self.latest_trades),
            web.get("/v1beta1/options/trades", self.trades),
            web.get("/v1beta1/options/quotes/latest", self.latest_quotes),
            web.get("/v1beta1/options/trades/latest", self.latest_trades),
            web.get("/v1beta1/options/snapshots", self.snapshots),
            web.get("/v1beta1/options/snapshots/{underlying}", self.chain),
        ]

    async def quotes(self, request: web.Request) -> web.Response:
        return web.json_response(self._page("quotes", request.query, self._market.quotes, written_quote))

    async def trades(self, request: web.Request) -> web.Response:
        return web.json_response(self._page("trades", request.query, self._market.trades, written_trade))

    async def latest_quotes(self, request: web.Request) -> web.Response:
        return web.json_response({"quotes": _newest(request.query, self._market.quotes, written_quote)})

    async def latest_trades(self, request: web.Request) -> web.Response:
        return web.json_response({"trades": _newest(request.query, self._market.trades, written_trade)})

    async def snapshots(self, request: web.Request) -> web.Response:
        symbols = sorted(each for each in _symbols(request.query) if self._is_known(each))
        return web.json_response(self._snapshots(symbols, request.query))

    async def chain(self, request: web.Request) -> web.Response:
        underlying = request.match_info["underlying"]
        known = {*self._market.quotes, *self._market.trades}
        symbols = sorted(each for each in known if _is_of(each, underlying, request.query))
        return web.json_response(self._snapshots(symbols, request.query))

    def _is_known(self, symbol: str) -> bool:
        return symbol in self._market.quotes or symbol in self._market.trades

    def _snapshots(self, symbols: list[str], query: Mapping[str, str]) -> dict[str, Any]:
        after = _unpacked(query.get("page_token", ""))
        size = whole(query, "limit", default=100, most=_LONGEST_SNAPSHOT_PAGE)
        symbols = [each for each in symbols if each > after]
        found = {}
        for symbol in symbols[:size]:
            quotes, trades = self._market.quotes.get(symbol), self._market.trades.get(symbol)
            found[symbol] = {
                **({"latestQuote": written_quote(quotes[-1])} if quotes else {}),
                **({"latestTrade": written_trade(trades[-1])} if trades else {}),
            }
        more = _packed(symbols[size - 1]) if len(symbols) > size else None
        return {"snapshots": found, "next_page_token": more}

    def _page(
        self,
        name: str,
        query: Mapping[str, str],
        history: Mapping[str, Sequence[_Point]],
        write: Callable[[_Point], dict[str, Any]],
    ) -> dict[str, Any]:
        """Return a page: by symbol, then by time; the limit counts points of all symbols together."""
        now = self._clock.now()
        start = moment(query["start"], "start") if "start" in query else now - now % _DAY
        end = moment(query["end"], "end") if "end" in query else now
        size = whole(query, "limit", default=1000, most=_LONGEST_PAGE)
        falling = query.get("sort") == "desc"
        found = [
            (symbol, place, point)
            for symbol in sorted(_symbols(query))
            for place, point in _between(history.get(symbol, ()), start, end, falling=falling)
        ]
        if token := _unpacked(query.get("page_token", "")):
            last_symbol, _, last = token.partition("|")
            found = found[_after(found, last_symbol, int(last)) :]
        page: dict[str, list[dict[str, Any]]] = {}
        for symbol, _, point in found[:size]:
            page.setdefault(symbol, []).append(write(point))
        more = _packed(f"{found[size - 1][0]}|{found[size - 1][1]}") if len(found) > size else None
        return {name: page, "next_page_token": more}


def written_quote(quote: Quote) -> dict[str, Any]:
    """Return a quote as the data interface gives it."""
    fields = {name: value for name, value in quote_fields(quote).items() if name not in ("T", "S")}
    return {"t": written(quote.at), **fields}


def written_trade(trade: Trade) -> dict[str, Any]:
    """Return a trade as the data interface gives it."""
    fields = {name: value for name, value in trade_fields(trade).items() if name not in ("T", "S")}
    return {"t": written(trade.at), **fields}


def _between(points: Sequence[_Point], start: int, end: int, *, falling: bool) -> list[tuple[int, _Point]]:
    """Return the points from `start` to `end`, both included, with their places in history."""
    found = [(place, point) for place, point in enumerate(points) if start <= point.at <= end]
    found.sort(key=lambda each: (each[1].at, each[0]), reverse=falling)
    return found


def _after(found: Sequence[tuple[str, int, object]], symbol: str, place: int) -> int:
    """Return where the page begins that follows a point."""
    at = next((n for n, each in enumerate(found) if each[:2] == (symbol, place)), None)
    return bisect.bisect_right([each[0] for each in found], symbol) if at is None else at + 1


def _newest(
    query: Mapping[str, str], history: Mapping[str, Sequence[_Point]], write: Callable[[_Point], dict[str, Any]]
) -> dict[str, Any]:
    return {symbol: write(history[symbol][-1]) for symbol in _symbols(query) if history.get(symbol)}


def _symbols(query: Mapping[str, str]) -> set[str]:
    found = {each for each in query.get("symbols", "").split(",") if each}
    if not found:
        raise Refused(400, 40010000, "symbols is required")
    return found


def _is_of(symbol: str, underlying: str, query: Mapping[str, str]) -> bool:
    contract = contract_of(symbol)
    if contract is None or contract.underlying != underlying:
        return False
    expiration, strike = contract.expiration.isoformat(), float(contract.strike)
    return (
        query.get("type", contract.kind) == contract.kind
        and query.get("root_symbol", contract.root) == contract.root
        and query.get("expiration_date", expiration) == expiration
        and query.get("expiration_date_gte", expiration) <= expiration <= query.get("expiration_date_lte", expiration)
        and float(query.get("strike_price_gte", strike)) <= strike <= float(query.get("strike_price_lte", strike))
    )


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def _unpacked(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        raise Refused(400, 40010000, "invalid page token") from None
