"""An HTTP server that speaks as Alpaca, Twelve Data and MarketData.app do, with answers as their documentation shows.

Its market is made up: SPY has traded every minute from 04:00 to 20:00 New York up to `now`, and nothing else is listed.
A reply that is scripted for a provider comes before its normal answers.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from streams.sessions import SessionCalendar

SESSIONS = SessionCalendar("XNYS")
NOW = datetime(2026, 2, 13, 15, 32, 10, tzinfo=UTC)
"""Friday, 10:32:10 in New York."""
KEY = "key-that-nobody-may-see"
SECRET = "secret-that-nobody-may-see"
CALL = "SPY260220C00596000"
PUT = "SPY260220P00595000"
ADJUSTED = "SPY1260220C00596000"
QUOTED_AT = datetime(2026, 2, 13, 15, 31, 58, tzinfo=UTC)

_DEADLINE_S = 10.0
_PAGE = 300
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer out of the ordinary, after a delay."""

    status: int = 200
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    provider: str
    path: str
    query: dict[str, str]


def opening_price(start: datetime) -> float:
    """Return what SPY traded at when a minute began: 500 and a cent for each minute of the day, and a dollar a day."""
    minutes = start.hour * 60 + start.minute
    return round(500 + start.toordinal() % 50 + minutes / 100, 2)


def bars(length: timedelta, *, first: datetime, now: datetime) -> list[dict[str, Any]]:
    """Return bars from `first` on, the one being built at `now` included."""
    found: list[dict[str, Any]] = []
    if length == timedelta(days=1):
        day = SESSIONS.local_date(first)
        while day <= SESSIONS.local_date(now):
            trading = SESSIONS.trading_day(day)
            start = trading.premarket_from - timedelta(hours=4)
            if trading.open_at is not None and first <= start and trading.open_at <= now:
                found.append(_bar(start, opening_price(trading.open_at)))
            day += timedelta(days=1)
        return found
    start = first - (first - first.replace(hour=0, minute=0, second=0, microsecond=0)) % length
    while start <= now:
        if SESSIONS.phase(start).phase != "closed":
            found.append(_bar(start, opening_price(start)))
        start += length
    return found


def _bar(start: datetime, opened: float) -> dict[str, Any]:
    return {
        "start": start,
        "open": opened,
        "high": round(opened + 0.5, 2),
        "low": round(opened - 0.25, 2),
        "close": round(opened + 0.25, 2),
        "volume": 1000,
    }


@dataclass(slots=True)
class ProviderServer:
    """The server's side of a test: where it listens, what was asked of it, and what it shall say."""

    url: str = ""
    now: datetime = NOW
    asked: list[Asked] = field(default_factory=list)
    scripted: dict[str, deque[Reply]] = field(default_factory=dict)
    standing: dict[str, Reply] = field(default_factory=dict)

    def script(self, provider: str, *replies: Reply) -> None:
        """Say these, one after the other, before anything else."""
        self.scripted.setdefault(provider, deque()).extend(replies)

    def always(self, provider: str, reply: Reply) -> None:
        """Say this from now on."""
        self.standing[provider] = reply

    def reset(self) -> "ProviderServer":
        """Forget what was asked and what was to be said."""
        self.now = NOW
        for kept in (self.asked, self.scripted, self.standing):
            kept.clear()
        return self

    def asked_of(self, provider: str) -> list[Asked]:
        return [item for item in self.asked if item.provider == provider]


def app_of(server: ProviderServer) -> Starlette:
    """Return the three services as one application: their paths differ."""

    async def respond(request: Request) -> Response:
        provider = _provider(request.url.path)
        server.asked.append(Asked(provider, request.url.path, dict(request.query_params)))
        replies = server.scripted.get(provider)
        reply = replies.popleft() if replies else server.standing.get(provider)
        if reply is not None:
            await asyncio.sleep(reply.delay_s)
            return Response(reply.body, reply.status, reply.headers, "application/json")
        answer = {"alpaca": _alpaca, "twelvedata": _twelve_data, "marketdata": _market_data_app}[provider]
        return answer(request, server.now)

    return Starlette(routes=[Route("/{path:path}", respond, methods=["GET"])])


def _provider(path: str) -> str:
    if path in ("/price", "/time_series"):
        return "twelvedata"
    return "alpaca" if path.startswith(("/v2/", "/v1beta1/")) else "marketdata"


def _alpaca(request: Request, now: datetime) -> Response:
    query, headers = request.query_params, request.headers
    if (headers.get("APCA-API-KEY-ID"), headers.get("APCA-API-SECRET-KEY")) != (KEY, SECRET):
        return JSONResponse({"message": "forbidden."}, 403)
    symbol = query.get("symbols", "")
    match request.url.path:
        case "/v2/stocks/trades/latest":
            trade = {
                "t": "2026-02-13T15:32:09.123456789Z",
                "x": "V",
                "p": 596.15,
                "s": 10,
                "c": ["@"],
                "i": 1,
                "z": "B",
            }
            return JSONResponse({"trades": {"SPY": trade} if symbol == "SPY" else {}})
        case "/v1beta1/options/quotes/latest":
            return JSONResponse({"quotes": {CALL: _SNAPSHOTS[CALL]["latestQuote"]} if symbol == CALL else {}})
        case "/v2/stocks/bars":
            unit = {"Min": _MINUTE, "Hour": timedelta(hours=1), "Day": timedelta(days=1)}
            amount = query["timeframe"].rstrip("MinHourDay")
            length = unit[query["timeframe"].removeprefix(amount)] * int(amount)
            # the oldest first, in pages
            found = bars(length, first=datetime.fromisoformat(query["start"]), now=now) if symbol == "SPY" else []
            begin = int(query.get("page_token") or 0)
            page = [
                {"t": bar["start"].strftime("%Y-%m-%dT%H:%M:%SZ"), "n": 9, "vw": bar["open"]}
                | {name[0]: bar[name] for name in ("open", "high", "low", "close", "volume")}
                for bar in found[begin : begin + _PAGE]
            ]
            more = str(begin + _PAGE) if begin + _PAGE < len(found) else None
            return JSONResponse({"bars": {symbol: page} if page else {}, "next_page_token": more})
        case "/v1beta1/options/snapshots/SPY":
            return JSONResponse({"snapshots": _SNAPSHOTS, "next_page_token": None})
    return JSONResponse({"snapshots": {}, "next_page_token": None})


_SNAPSHOTS: dict[str, dict[str, Any]] = {
    CALL: {
        "latestQuote": {"t": "2026-02-13T15:31:58Z", "ax": "w", "ap": 4.35, "as": 12, "bx": "W", "bp": 4.25, "bs": 7},
        "latestTrade": {"t": "2026-02-13T15:30:00Z", "x": "U", "p": 4.3, "s": 3, "c": "I"},
        "dailyBar": {"t": "2026-02-13T05:00:00Z", "o": 4, "h": 5, "l": 4, "c": 4.3, "v": 1234, "n": 99, "vw": 4.4},
        "impliedVolatility": 0.1523,
        "greeks": {"delta": 0.512, "gamma": 0.031, "rho": 0.05, "theta": -0.41, "vega": 0.33},
    },
    PUT: {"latestQuote": {"t": "2026-02-13T15:31:40Z", "ax": " ", "ap": 0, "as": 0, "bx": " ", "bp": 0, "bs": 0}},
    ADJUSTED: {"latestQuote": {"t": "2026-02-13T15:31:40Z", "ap": 1, "as": 1, "bp": 0.5, "bs": 1}},
}


def _twelve_data(request: Request, now: datetime) -> Response:
    query = request.query_params
    if request.headers.get("Authorization") != f"apikey {KEY}":
        return JSONResponse({"code": 401, "message": "**apikey** parameter is incorrect.", "status": "error"}, 401)
    if query.get("symbol") != "SPY":
        return JSONResponse({"code": 404, "message": "**symbol** not found", "status": "error"})
    if request.url.path == "/price":
        return JSONResponse({"price": "596.15002"})
    length = {"1day": timedelta(days=1)}.get(query["interval"]) or _MINUTE * int(query["interval"].removesuffix("min"))
    found = bars(length, first=_far_enough(length, now), now=now)
    if query["interval"] != "1day":
        found = [bar for bar in found if SESSIONS.phase(bar["start"]).phase == "regular"]
    form = "%Y-%m-%d" if query["interval"] == "1day" else "%Y-%m-%d %H:%M:%S"
    values = [
        {"datetime": bar["start"].strftime(form)}
        | {name: f"{bar[name]:.5f}" for name in ("open", "high", "low", "close")}
        | {"volume": str(bar["volume"])}
        for bar in reversed(found[-int(query["outputsize"]) :])
    ]
    return JSONResponse({"meta": {"symbol": "SPY", "interval": query["interval"]}, "values": values, "status": "ok"})


def _market_data_app(request: Request, now: datetime) -> Response:
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return JSONResponse({"s": "error", "errmsg": "Invalid token header."}, 401)
    match request.url.path.strip("/").split("/")[1:]:
        case ["stocks", "quotes", "SPY"]:
            columns: dict[str, list[Any]] = {"symbol": ["SPY"], "ask": [596.2], "bid": [596.1], "mid": [596.15]}
            return JSONResponse(
                {"s": "ok", **columns, "last": [596.16], "volume": [9], "updated": [_seconds(now)]}, 203
            )
        case ["options", "quotes", symbol] if symbol == CALL:
            return JSONResponse({"s": "ok", **{name: values[:1] for name, values in _CHAIN.items()}})
        case ["options", "chain", "SPY"]:
            return JSONResponse({"s": "ok", **_CHAIN})
        case ["stocks", "candles", resolution, "SPY"]:
            length = timedelta(days=1) if resolution == "D" else _MINUTE * int(resolution)
            found = bars(length, first=_far_enough(length, now), now=now)
            if resolution != "D":
                found = [bar for bar in found if SESSIONS.phase(bar["start"]).phase == "regular"]
            found = found[-int(request.query_params["countback"]) :]
            names = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}
            told = {short: [bar[name] for bar in found] for short, name in names.items()}
            return JSONResponse({"s": "ok", "t": [_seconds(bar["start"]) for bar in found], **told})
    return JSONResponse({"s": "no_data"}, 404)


def _far_enough(length: timedelta, now: datetime) -> datetime:
    """Return an instant with more bars after it than anybody asks for."""
    return now - (timedelta(days=500) if length == timedelta(days=1) else max(timedelta(days=5), 3000 * length))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


_CHAIN: dict[str, list[Any]] = {
    "optionSymbol": [CALL, PUT, ADJUSTED],
    "underlying": ["SPY"] * 3,
    "expiration": [_seconds(datetime(2026, 2, 20, 21, tzinfo=UTC))] * 3,
    "side": ["call", "put", "call"],
    "strike": [596, 595, 596],
    "bid": [4.25, 0, 0.5],
    "ask": [4.35, 0.05, 1],
    "volume": [1234, 0, 1],
    "openInterest": [5678, None, 1],
    "underlyingPrice": [596.15] * 3,
    "iv": [0.1523, None, 0.2],
    "delta": [0.512, None, 0.5],
    "gamma": [0.031, None, 0.1],
    "theta": [-0.41, None, -0.1],
    "vega": [0.33, None, 0.1],
    "updated": [_seconds(QUOTED_AT)] * 3,
}


@contextmanager
def provider_server() -> Iterator[ProviderServer]:
    """Serve on a free port, from a thread, for the length of a test."""
    served = ProviderServer()
    server = uvicorn.Server(
        uvicorn.Config(app_of(served), port=0, loop="asyncio", lifespan="off", log_level="critical", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + _DEADLINE_S
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.01)
    served.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.should_exit = server.force_exit = True
        thread.join(_DEADLINE_S)
        assert not thread.is_alive(), "the server did not stop"
