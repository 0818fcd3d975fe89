"""WebSocket connections of the fake, and what goes wrong on them."""

import asyncio
import json
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from aiohttp import WSMsgType, web

from tests.brokers.alpaca.behaviour import Behaviour
from tests.brokers.alpaca.moments import Clock
from tests.brokers.alpaca.packing import packed, unpacked

_Message = TypeVar("_Message")
_LAST = object()
_MOST_TOGETHER = 100


def sever(transport: asyncio.BaseTransport | None) -> None:
    """Reset a connection: the other side gets no word of farewell."""
    if not isinstance(transport, asyncio.WriteTransport):
        return
    if raw := transport.get_extra_info("socket"):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class Connection:
    """One client's connection: what it is sent waits in a queue, in order."""

    def __init__(self, request: web.Request, *, as_msgpack: bool, binary: bool) -> None:
        self.request = request
        self.as_msgpack = as_msgpack
        self.authorized = False
        self._binary = binary or as_msgpack
        self._silent_until = 0.0
        self.response = web.WebSocketResponse(autoping=False, max_msg_size=0)
        self._queue: deque[Any] = deque()
        self._is_waiting = asyncio.Event()

    async def messages(self) -> AsyncIterator[Any]:
        """Yield what the client says, decoded (None for what cannot be), until it leaves."""
        await self.response.prepare(self.request)
        writing = asyncio.ensure_future(self._write())
        try:
            async for frame in self.response:
                if frame.type == WSMsgType.PING and not self._is_silent:
                    await self.response.pong(frame.data)
                elif frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    yield self._decoded(frame.data)
        except ConnectionError:
            return
        finally:
            writing.cancel()

    def send(self, message: Any) -> None:
        """Queue a message; while the connection is silent it is lost."""
        if not self._is_silent:
            self._put(message)

    def end_with(self, message: Any) -> None:
        """Queue a last message, after which the connection is closed as a well-behaved server does."""
        self._put(message)
        self._put(_LAST)

    def drop(self) -> None:
        """Cut the connection without a close."""
        sever(self.request.transport)

    def fall_silent(self, seconds: float) -> None:
        """Say nothing and answer no ping for a while; the connection stays."""
        self._silent_until = asyncio.get_running_loop().time() + seconds

    @property
    def _is_silent(self) -> bool:
        return asyncio.get_running_loop().time() < self._silent_until

    def _put(self, message: Any) -> None:
        self._queue.append(message)
        self._is_waiting.set()

    async def _next(self) -> Any:
        """Return what is to be sent next; data points that wait go together, as in one message of Alpaca's."""
        while not self._queue:
            self._is_waiting.clear()
            await self._is_waiting.wait()
        message = self._queue.popleft()
        if _is_data(message):
            while self._queue and _is_data(self._queue[0]) and len(message) < _MOST_TOGETHER:
                message = [*message, *self._queue.popleft()]
        return message

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                message = await self._next()
                if message is _LAST:
                    await self.response.close()
                elif self.as_msgpack:
                    await self.response.send_bytes(packed(message))
                elif self._binary:
                    await self.response.send_bytes(json.dumps(message).encode())
                else:
                    await self.response.send_str(json.dumps(message))

    def _decoded(self, data: str | bytes) -> Any:
        try:
            if self.as_msgpack and isinstance(data, bytes):
                return unpacked(data)
            return json.loads(data)
        except ValueError:
            return None


def _is_data(message: Any) -> bool:
    return isinstance(message, list) and message[0]["T"] in ("t", "q")


class Hub(Generic[_Message]):
    """The connections of one stream; what is published reaches them unless a rule says otherwise."""

    def __init__(
        self,
        on: str,
        behaviour: Behaviour,
        clock: Clock,
        deliver: Callable[[Connection, _Message], None],
    ) -> None:
        self.on = on
        self.connections: list[Connection] = []
        self._behaviour = behaviour
        self._clock = clock
        self._deliver = deliver
        self._held: list[_Message] = []

    def publish(self, messages: Iterable[tuple[str, _Message]]) -> None:
        """Give messages, each with its symbol, to all connections, in order."""
        for symbol, message in messages:
            self._publish(symbol, message)

    def drop(self) -> None:
        """Cut all connections."""
        for connection in self.connections:
            connection.drop()

    def fall_silent(self, seconds: float) -> None:
        """Say nothing to anyone who is connected now."""
        for connection in self.connections:
            connection.fall_silent(seconds)

    def _publish(self, symbol: str, message: _Message) -> None:
        loop = asyncio.get_running_loop()
        if self._takes("lose", symbol):
            return
        if rule := self._takes("reorder", symbol):
            self._held.append(message)
            loop.call_later(rule.seconds, self._release)
            return
        if rule := self._takes("delay", symbol):
            loop.call_later(rule.seconds, self._give, message)
        else:
            self._give(message)
        self._release()
        if self._takes("duplicate", symbol):
            self._give(message)
        if self._takes("drop", symbol):
            self.drop()
        if rule := self._takes("silence", symbol):
            self.fall_silent(rule.seconds)

    def _takes(self, kind: str, symbol: str) -> Any:
        return self._behaviour.take(kind, symbol, self.on, self._clock.now())

    def _give(self, message: _Message) -> None:
        for connection in self.connections:
            self._deliver(connection, message)

    def _release(self) -> None:
        """Send what was held back to come out of order."""
        held, self._held = self._held, []
        for message in held:
            self._give(message)
