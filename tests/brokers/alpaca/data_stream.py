"""The market data streams: stocks (`/v2/{feed}`) and options (`/v1beta1/{feed}`, MessagePack only).

source  https://docs.alpaca.markets/docs/streaming-market-data
"""

import asyncio
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aiohttp import web

from tests.brokers.alpaca.behaviour import Behaviour
from tests.brokers.alpaca.instruments import contract_of
from tests.brokers.alpaca.market import Quote, Trade
from tests.brokers.alpaca.moments import Clock, written
from tests.brokers.alpaca.packing import timestamp
from tests.brokers.alpaca.sockets import Connection, Hub

CHANNELS = ("trades", "quotes")
STOCK_CHANNELS = ("trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds")
FEEDS = {"stocks": ("iex", "sip", "delayed_sip", "test"), "options": ("indicative", "opra")}
ALL_FEEDS = (*FEEDS["stocks"], *FEEDS["options"])


@dataclass(slots=True)
class Session:
    """What one connection subscribed to, by channel."""

    feed: str
    wanted: dict[str, set[str]] = field(default_factory=lambda: {channel: set() for channel in STOCK_CHANNELS})

    def wants(self, channel: str, symbol: str) -> bool:
        return bool(self.wanted[channel] & {symbol, "*"})

    @property
    def size(self) -> int:
        """Return how many channels count against the limit."""
        return sum(len(self.wanted[channel]) for channel in CHANNELS)


@dataclass(frozen=True, slots=True)
class Point:
    """A quote or trade, as a message without its time."""

    channel: str
    at: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the subscription allows."""

    feeds: Collection[str] = ALL_FEEDS
    most_symbols: int = 0
    """Trades and quotes together, a connection; 0: any number."""
    most_connections: int = 1
    """A feed; 0: any number."""
    auth_timeout_s: float = 10.0


class MarketStream:
    """Tells subscribers of quotes and trades."""

    def __init__(self, key: str, secret: str, behaviour: Behaviour, clock: Clock, terms: Terms) -> None:
        self._credentials = (key + secret).encode()
        self._terms = terms
        self._sessions: dict[int, Session] = {}
        self.hubs: dict[str, Hub[Point]] = {
            kind: Hub(kind, behaviour, clock, self._deliver) for kind in ("stocks", "options")
        }

    def quote(self, quote: Quote) -> None:
        self._publish(Point("quotes", quote.at, quote_fields(quote)), quote.symbol)

    def trade(self, trade: Trade) -> None:
        self._publish(Point("trades", trade.at, trade_fields(trade)), trade.symbol)

    def subscribed(self, kind: str) -> set[str]:
        """Return the symbols that anyone listens to on `stocks` or `options`."""
        connections = self.hubs[kind].connections if kind in self.hubs else []
        return {
            symbol for each in connections for wanted in self._sessions[id(each)].wanted.values() for symbol in wanted
        }

    async def stocks(self, request: web.Request) -> web.StreamResponse:
        as_msgpack = request.headers.get("Content-Type") == "application/msgpack"
        return await self._serve(request, "stocks", as_msgpack=as_msgpack)

    async def options(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, "options", as_msgpack=True)

    async def _serve(self, request: web.Request, kind: str, *, as_msgpack: bool) -> web.StreamResponse:
        connection = Connection(request, as_msgpack=as_msgpack, binary=False)
        self._sessions[id(connection)] = Session(request.match_info["feed"])
        late = asyncio.get_running_loop().call_later(self._terms.auth_timeout_s, self._too_late, connection)
        connection.send([{"T": "success", "msg": "connected"}])
        if kind == "options" and request.headers.get("Content-Type") != "application/msgpack":
            connection.send([_error(412, "option messages are only available in MsgPack format")])
        given = request.headers.get("APCA-API-KEY-ID", "") + request.headers.get("APCA-API-SECRET-KEY", "")
        if given:
            self._authenticate(connection, kind, given)
        try:
            async for message in connection.messages():
                self._hear(connection, kind, message)
        finally:
            late.cancel()
            del self._sessions[id(connection)]
            with suppress(ValueError):
                self.hubs[kind].connections.remove(connection)
        return connection.response

    def _hear(self, connection: Connection, kind: str, message: Any) -> None:
        action = message.get("action") if isinstance(message, dict) else None
        if action == "auth":
            self._authenticate(connection, kind, f"{message.get('key', '')}{message.get('secret', '')}")
        elif action not in ("subscribe", "unsubscribe"):
            connection.send([_error(400, "invalid syntax")])
        elif not connection.authorized:
            connection.send([_error(401, "not authenticated")])
        else:
            self._subscribe(connection, kind, message, adds=action == "subscribe")

    def _authenticate(self, connection: Connection, kind: str, given: str) -> None:
        feed = self._sessions[id(connection)].feed
        others = [each for each in self.hubs[kind].connections if self._sessions[id(each)].feed == feed]
        if connection.authorized:
            connection.send([_error(403, "already authenticated")])
        elif not secrets.compare_digest(given.encode(), self._credentials):
            connection.send([_error(402, "auth failed")])
        elif feed not in self._terms.feeds:
            connection.end_with([_error(409, "insufficient subscription")])
        elif 0 < self._terms.most_connections <= len(others):
            connection.end_with([_error(406, "connection limit exceeded")])
        else:
            connection.authorized = True
            self.hubs[kind].connections.append(connection)
            connection.send([{"T": "success", "msg": "authenticated"}])

    def _subscribe(self, connection: Connection, kind: str, message: dict[str, Any], *, adds: bool) -> None:
        session = self._sessions[id(connection)]
        channels = STOCK_CHANNELS if kind == "stocks" else CHANNELS
        asked = {name: set(symbols) for name, symbols in message.items() if name != "action"}
        if set(asked) - set(channels):
            connection.send([_error(410, "invalid subscribe action for this feed")])
            return
        if kind == "options" and "*" in asked.get("quotes", ()):
            connection.send([_error(413, "star subscription is not allowed for option quotes")])
            return
        after = {
            name: (had | asked.get(name, set())) if adds else (had - asked.get(name, set()))
            for name, had in session.wanted.items()
        }
        if 0 < self._terms.most_symbols < Session(session.feed, after).size:
            connection.send([_error(405, "symbol limit exceeded")])
            return
        session.wanted = after
        connection.send([{"T": "subscription", **{name: sorted(after[name]) for name in channels}}])

    def _too_late(self, connection: Connection) -> None:
        if not connection.authorized:
            connection.end_with([_error(404, "auth timeout")])

    def _publish(self, point: Point, symbol: str) -> None:
        kind = "options" if contract_of(symbol) else "stocks"
        self.hubs[kind].publish([(symbol, point)])

    def _deliver(self, connection: Connection, point: Point) -> None:
        if not self._sessions[id(connection)].wants(point.channel, point.fields["S"]):
            return
        at = timestamp(point.at) if connection.as_msgpack else written(point.at)
        connection.send([{**point.fields, "t": at}])


def quote_fields(quote: Quote) -> dict[str, Any]:
    """Return a quote's message but for its time; conditions are a list for stocks, a letter for options."""
    is_option = contract_of(quote.symbol) is not None
    exchange = "C" if is_option else "V"
    return {
        "T": "q",
        "S": quote.symbol,
        "bx": exchange,
        "bp": float(quote.bid),
        "bs": int(quote.bid_size),
        "ax": exchange,
        "ap": float(quote.ask),
        "as": int(quote.ask_size),
        **({"c": "A"} if is_option else {"c": ["R"], "z": "B"}),
    }


def trade_fields(trade: Trade) -> dict[str, Any]:
    """Return a trade's message but for its time."""
    whole = {"T": "t", "S": trade.symbol, "p": float(trade.price), "s": _size(trade.size)}
    if contract_of(trade.symbol):
        return {**whole, "x": "C", "c": "I"}
    return {**whole, "i": trade.number, "x": "V", "c": ["@"], "z": "B"}


def _size(size: Decimal) -> int | float:
    return int(size) if size == int(size) else float(size)


def _error(code: int, message: str) -> dict[str, Any]:
    return {"T": "error", "code": code, "msg": message}
