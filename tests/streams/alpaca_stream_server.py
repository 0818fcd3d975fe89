"""Alpaca's market data on one local port, as it is documented: both streams, and the REST paths that go with them.

What is told is kept, so that the history of a time in which nobody listened can be asked for. All of it can be broken.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import msgpack  # type: ignore[import-untyped]  # it has no stubs
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

KEY = "key-that-nobody-may-see"
SECRET = "secret-that-nobody-may-see"

_quiet = logging.getLogger(__name__)
# what this side sees of the keys is not what a test looks for
_quiet.setLevel(logging.CRITICAL)

Name = Literal["stocks", "options"]
Error = tuple[int, str]


@dataclass(eq=False)
class Client:
    """A connection that came in."""

    name: Name
    socket: ServerConnection
    packed: bool
    symbols: set[str] = field(default_factory=set)

    async def say(self, *messages: dict[str, Any]) -> None:
        text = json.dumps([_as_json(message) for message in messages])
        await self.socket.send(msgpack.packb([*messages], datetime=True) if self.packed else text)


@dataclass
class StreamServer:
    """The server's side of a test."""

    port: int = 0
    clients: list[Client] = field(default_factory=list)
    connected: list[Name] = field(default_factory=list)
    """every connection that was tried"""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """REST"""
    asked: list[tuple[Name, str, tuple[str, ...]]] = field(default_factory=list)
    """subscribe and unsubscribe"""
    tape: list[dict[str, Any]] = field(default_factory=list)
    welcome_errors: dict[Name, Error] = field(default_factory=dict)
    auth_errors: dict[Name, Error] = field(default_factory=dict)
    symbols_max: dict[Name, int] = field(default_factory=dict)
    closed: set[Name] = field(default_factory=set)
    """connections are not taken"""
    silent: set[Name] = field(default_factory=set)
    """connections are taken, and nothing is ever said"""
    rest_status: int = 200
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def rest_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def tell(self, name: Name, *messages: dict[str, Any]) -> None:
        """Let things happen: those who listen hear of it, and history keeps it."""
        self.tape += messages
        for client in self.of(name):
            heard = [message for message in messages if message["S"] in client.symbols]
            if heard and name not in self.silent:
                try:
                    await client.say(*heard)
                except ConnectionClosed:
                    continue

    def of(self, name: Name) -> list[Client]:
        return [client for client in self.clients if client.name == name]

    def subscribed(self, name: Name) -> set[str]:
        return {symbol for client in self.of(name) for symbol in client.symbols}

    def drop(self, name: Name) -> None:
        """Break the connections without a word."""
        for client in self.of(name):
            self.clients.remove(client)
            client.socket.transport.abort()

    async def fall_silent(self, name: Name) -> None:
        """Answer nothing any more, not even a ping; connections stay open."""
        self.silent.add(name)
        for client in self.of(name):
            transport = client.socket.transport
            assert isinstance(transport, asyncio.Transport)
            transport.pause_reading()

    async def until(self, true: Any) -> None:
        """Wait for something to be so; it is looked at whenever the server has heard something."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(true)

    async def note(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def serve_client(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        name = _name_of(socket.request.path)
        client = Client(name, socket, "msgpack" in socket.request.headers.get("Content-Type", ""))
        self.connected.append(name)
        await self.note()
        if name in self.silent:
            await socket.wait_closed()
            return
        try:
            await self._speak(client)
        except ConnectionClosed:
            pass
        finally:
            if client in self.clients:
                self.clients.remove(client)
            await self.note()

    async def _speak(self, client: Client) -> None:
        name = client.name
        if name in self.welcome_errors:
            return await client.say(_error(*self.welcome_errors[name]))
        if name == "options" and not client.packed:
            return await client.say(_error(412, "option messages are only available in MsgPack format"))
        await client.say({"T": "success", "msg": "connected"})
        message = _read(await client.socket.recv())
        if message.get("action") != "auth":
            return await client.say(_error(401, "not authenticated"))
        if (message.get("key"), message.get("secret")) != (KEY, SECRET):
            return await client.say(_error(402, "auth failed"))
        if name in self.auth_errors:
            return await client.say(_error(*self.auth_errors[name]))
        if self.of(name):
            return await client.say(_error(406, "connection limit exceeded"))
        self.clients.append(client)
        await client.say({"T": "success", "msg": "authenticated"})
        async for frame in client.socket:
            await self._subscribe(client, _read(frame))
            await self.note()
        return None

    async def _subscribe(self, client: Client, message: dict[str, Any]) -> None:
        action, symbols = message["action"], set(message["quotes"])
        assert symbols == set(message["trades"])
        self.asked.append((client.name, action, tuple(message["quotes"])))
        after = client.symbols | symbols if action == "subscribe" else client.symbols - symbols
        if len(after) > self.symbols_max.get(client.name, 10_000):
            return await client.say(_error(405, "symbol limit exceeded"))
        client.symbols = after
        await client.say({"T": "subscription", "trades": sorted(after), "quotes": sorted(after)})
        return None

    def rest(self, socket: ServerConnection, request: Request) -> Response | None:
        """Answer what is no stream, or let it through."""
        if "Upgrade" in request.headers:
            if _name_of(request.path) in self.closed:
                self.connected.append(_name_of(request.path))
                return _response(503, {})
            return None
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.requests.append((parts.path, query))
        if (request.headers.get("APCA-API-KEY-ID"), request.headers.get("APCA-API-SECRET-KEY")) != (KEY, SECRET):
            return _response(403, {"message": "forbidden."})
        if self.rest_status != HTTPStatus.OK:
            return _response(self.rest_status, {"message": "no"})
        _, _, _, what, *latest = parts.path.split("/")
        symbols = query["symbols"].split(",")
        kind = what[0]
        known = [item for item in self.tape if item["T"] == kind and item["S"] in symbols]
        if latest:
            return _response(200, {what: {item["S"]: _as_json(item) for item in known}})
        start = datetime.fromisoformat(query["start"])
        begin = start if start.tzinfo else start.replace(tzinfo=UTC)
        told: dict[str, list[dict[str, Any]]] = {}
        for item in sorted(known, key=lambda item: _micros(item["t"])):
            if _micros(item["t"]) >= begin.timestamp() * 1e6:
                told.setdefault(item["S"], []).append(_as_json(item))
        return _response(200, {what: told, "next_page_token": None})


def quote(symbol: str, at: datetime, bid: float, ask: float, sizes: Iterable[int] = (1, 2)) -> dict[str, Any]:
    """Return a quote as both streams send it."""
    bid_size, ask_size = sizes
    return {
        "T": "q", "S": symbol, "t": at, "bx": "V", "bp": bid, "bs": bid_size, "ax": "V", "ap": ask, "as": ask_size,
        "c": ["R"], "z": "B",
    }  # fmt: skip


def trade(symbol: str, at: datetime, price: float, size: int = 1) -> dict[str, Any]:
    """Return a trade as both streams send it."""
    return {"T": "t", "S": symbol, "t": at, "i": 1, "x": "V", "p": price, "s": size, "c": ["@"], "z": "B"}


def _error(code: int, text: str) -> dict[str, Any]:
    return {"T": "error", "code": code, "msg": text}


def _read(frame: bytes | str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(frame) if isinstance(frame, str) else msgpack.unpackb(frame)
    return message


def _micros(at: datetime) -> float:
    return at.timestamp() * 1e6


def _as_json(message: dict[str, Any]) -> dict[str, Any]:
    """With nanoseconds, as Alpaca writes them."""
    return {
        name: value.strftime("%Y-%m-%dT%H:%M:%S.%f") + "789Z" if isinstance(value, datetime) else value
        for name, value in message.items()
    }


def _name_of(path: str) -> Name:
    return "stocks" if path.startswith("/v2/") else "options"


def _response(status: int, body: dict[str, Any]) -> Response:
    text = json.dumps(body).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(text)), "Connection": "close"})
    return Response(status, HTTPStatus(status).phrase, headers, text)


@asynccontextmanager
async def stream_server() -> AsyncIterator[StreamServer]:
    """Serve on a free port for the length of a test."""
    served = StreamServer()
    server: Server = await serve(
        served.serve_client,
        "127.0.0.1",
        0,
        process_request=served.rest,
        ping_interval=None,
        close_timeout=0.1,
        logger=_quiet,
    )
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        for client in served.clients:
            client.socket.transport.abort()
        server.close()
        for connection in server.connections:
            connection.transport.abort()
        await server.wait_closed()
