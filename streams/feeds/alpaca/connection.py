"""A connection to one of Alpaca's streams: opened, authenticated, subscribed; it ends with a failure.

The socket is ours (websockets), not alpaca-py's: its streams reconnect out of sight, so nobody would know of the gap.

StreamFailed
  StreamLost       in passing: the socket broke, or nothing came any more; connect again
  StreamRefused    Alpaca does not serve us so: keys, plan, or another connection; the text names the setting
  TooManySymbols   the plan's limit; what was subscribed before still is
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from streams.feeds.alpaca.messages import (
    Action,
    Answer,
    Failed,
    Heard,
    Subscribed,
    Succeeded,
    Unreadable,
    authentication,
    heard,
    subscription,
)

Name = Literal["stocks", "options"]

_MESSAGE_MAX: Final = 16 * 2**20
_QUEUE: Final = 64
"""Frames that wait to be read; then the server has to wait."""
_FORBIDDEN: Final = frozenset({401, 402, 403})

_frames = logging.getLogger(f"{__name__}.frames")
# at debug websockets writes down every frame, the one with the keys too
_frames.setLevel(logging.WARNING)


class StreamFailed(Exception):
    """A stream does not do what it was asked for; the text holds no secret."""


class StreamLost(StreamFailed):
    """The connection has ended or gone silent."""


class StreamRefused(StreamFailed):
    """Alpaca refuses; asking again soon is of no use."""


class TooManySymbols(StreamFailed):
    """The subscription would go past the plan's limit, and was not changed."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One of the streams. `feed` is what the settings choose of it."""

    name: Name
    feed: str
    url: str
    feed_setting: str
    limit_setting: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, seconds."""

    open_s: float = 5.0
    answer_s: float = 5.0
    ping_s: float = 1.0
    silent_s: float = 2.5
    """without a message or a pong a connection counts as lost; with the look at it every quarter second, within 3 s"""
    look_s: float = 0.25


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a stream that failed is left alone, seconds. Doubled each time, with a random half more."""

    first_s: float = 0.1
    max_s: float = 15.0
    refused_first_s: float = 5.0
    refused_max_s: float = 60.0
    steady_s: float = 10.0
    """a connection that stood for so long was a good one"""
    fill_s: float = 20.0
    """for what is asked to fill a gap"""

    def wait_s(self, failures: int, random: Random, *, refused: bool) -> float:
        """Return how long to wait after so many failures in a row, 1 and more."""
        first, longest = (self.refused_first_s, self.refused_max_s) if refused else (self.first_s, self.max_s)
        return min(longest, first * 2.0 ** min(failures - 1, 30) * (1 + random.random() / 2))


def endpoint_of(name: Name, *, base_url: str, feed: str) -> Endpoint:
    """Return a stream's endpoint, e.g. wss://stream.data.alpaca.markets/v2/iex."""
    version = "v2" if name == "stocks" else "v1beta1"
    one = "STOCK" if name == "stocks" else "OPTION"
    return Endpoint(
        name, feed, f"{base_url.rstrip('/')}/{version}/{feed}", f"ALPACA_{one}_FEED", f"ALPACA_{one}_SYMBOLS_MAX"
    )


class Connection:
    """An open stream. `heard_at` is when anything was heard of the other side last, by the loop's clock."""

    def __init__(self, socket: ClientConnection, endpoint: Endpoint, pace: Pace) -> None:
        self._socket = socket
        self._endpoint = endpoint
        self._pace = pace
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self.heard_at = asyncio.get_running_loop().time()

    async def frames(self) -> AsyncIterator[Heard]:
        """Yield what comes, until the connection ends: raises StreamLost. Answers go to whoever asked."""
        while True:
            said = await self._read()
            for answer in said.answers:
                self._answers.put_nowait(answer)
            yield said

    async def authenticate(self, key: str, secret: str) -> None:
        """Wait for the welcome and authenticate, before anything else reads; raises StreamLost, StreamRefused."""
        async with self._deadline():
            await self._success()
            await self._send(authentication(key, secret))
            await self._success()

    async def subscribe(self, action: Action, symbols: Sequence[str]) -> frozenset[str]:
        """Begin or end the trades and quotes of symbols; returns all that are subscribed to by then.

        While it waits somebody must go through `frames`. raises StreamLost, StreamRefused, TooManySymbols
        """
        async with self._deadline():
            await self._send(subscription(action, symbols))
            match await self._answers.get():
                case Subscribed(subscribed):
                    return subscribed
                case Failed() as failed:
                    raise refusal(failed, self._endpoint)
                case Succeeded(text):
                    raise StreamLost(f"{action}: answered by {text!r}")

    async def keep_alive(self) -> None:
        """Ping until nothing is heard any more; raises StreamLost."""
        loop = asyncio.get_running_loop()
        ping_at = loop.time()
        while True:
            now = loop.time()
            if now - self.heard_at > self._pace.silent_s:
                raise StreamLost(f"silent for {now - self.heard_at:.1f} s")
            if now >= ping_at:
                ping_at = now + self._pace.ping_s
                try:
                    pong = await self._socket.ping()
                except (WebSocketException, OSError) as error:
                    raise _lost(error) from None
                asyncio.ensure_future(pong).add_done_callback(self._ponged)
            await asyncio.sleep(self._pace.look_s)

    def _ponged(self, pong: "asyncio.Future[float]") -> None:
        if not pong.cancelled() and pong.exception() is None:
            self.heard_at = asyncio.get_running_loop().time()

    async def _success(self) -> None:
        while True:
            for answer in (await self._read()).answers:
                match answer:
                    case Succeeded():
                        return
                    case Failed() as failed:
                        raise refusal(failed, self._endpoint)

    async def _read(self) -> Heard:
        try:
            frame = await self._socket.recv()
        except (WebSocketException, OSError) as error:
            raise _lost(error) from None
        self.heard_at = asyncio.get_running_loop().time()
        try:
            return heard(frame)
        except Unreadable:
            return Heard(unreadable=1)

    async def _send(self, message: bytes) -> None:
        try:
            await self._socket.send(message)
        except (WebSocketException, OSError) as error:
            raise _lost(error) from None

    @asynccontextmanager
    async def _deadline(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._pace.answer_s):
                yield
        except TimeoutError:
            raise StreamLost(f"no answer within {self._pace.answer_s:g} s") from None


@asynccontextmanager
async def opened(endpoint: Endpoint, *, key: str, secret: str, pace: Pace) -> AsyncIterator[Connection]:
    """Connect and authenticate; raises StreamLost, StreamRefused. A connection is left without waiting for anybody."""
    try:
        socket = await connect(
            endpoint.url,
            additional_headers={"Content-Type": "application/msgpack"},
            open_timeout=pace.open_s,
            ping_interval=None,
            max_size=_MESSAGE_MAX,
            max_queue=_QUEUE,
            logger=_frames,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        if status in _FORBIDDEN:
            raise refusal(Failed(402, f"HTTP {status}"), endpoint) from None
        raise StreamLost(f"HTTP {status}") from None
    except (WebSocketException, OSError, TimeoutError) as error:
        raise _lost(error) from None
    try:
        connection = Connection(socket, endpoint, pace)
        await connection.authenticate(key, secret)
        yield connection
    finally:
        # to close in good order takes an answer, and the other side may be gone; but say so, as only one connection
        # is allowed, and the next one comes at once
        try:
            async with asyncio.timeout(pace.look_s):
                await socket.close()
        except TimeoutError:
            pass
        finally:
            socket.transport.abort()


def refusal(failed: Failed, endpoint: Endpoint) -> StreamFailed:
    """Return what an error of the stream means to us."""
    said = f"{failed.text} ({failed.code})"
    match failed.code:
        case 402:
            return StreamRefused(f"ALPACA_API_KEY and ALPACA_SECRET_KEY: {said}")
        case 405:
            return TooManySymbols(f"{endpoint.limit_setting} is above what the plan allows: {said}")
        case 406:
            return StreamRefused(
                f"ALPACA_API_KEY: {said}: another program is connected to {endpoint.name} with it, or was just now"
            )
        case 409:
            return StreamRefused(f"{endpoint.feed_setting}={endpoint.feed} is not part of the plan: {said}")
        case 410 | 412 | 413:
            return StreamRefused(f"{endpoint.url}: {said}")
    return StreamLost(said)


def _lost(error: Exception) -> StreamLost:
    return StreamLost(str(error) if isinstance(error, WebSocketException) else type(error).__name__)
