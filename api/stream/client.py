"""One client of the stream: what waits for it, and the writer that sends it. It never holds up anybody else."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.auth import Caller
from api.stream.cursors import Progress
from api.stream.frames import Fact, closed_frame
from streams.logs import logger

QUEUE_BYTES_MAX = 2_097_152
"""What may wait for a client beside what it was given to begin with. Events that wait are shared by all clients."""
PIECE_BYTES = 65_536

log = logger(__name__)


class Client:
    """What waits for a client. One that does not take its facts is let go: it can resume.

    ahead  next offsets, by place, of what it has read elsewhere and this process has yet to read
    """

    def __init__(self, caller: Caller, audiences: Collection[str], *, queue_bytes_max: int = QUEUE_BYTES_MAX) -> None:
        self.caller = caller
        self.audiences = audiences
        self.ahead: dict[int, int] = {}
        self.is_closed = False
        self.told_at = 0.0
        """When it was last told how far it is, in seconds of a clock that does not go back."""
        self._bytes_max = queue_bytes_max
        self._queue: list[bytes] = []
        self._bytes = 0
        self._moved: dict[str, bytes] = {}
        self._awake = asyncio.Event()
        self._gone = asyncio.Event()
        self._writer: asyncio.Task[object] | None = None
        self._overflowed = False

    @property
    def has_waiting(self) -> bool:
        """Whether anything waits to be written."""
        return bool(self._queue)

    def push_fact(self, fact: Fact, progress: Progress) -> None:
        """Have a fact written, unless it has been read elsewhere; `progress` is the point after it."""
        self.told_at = time.monotonic()
        if not self.ahead:
            self.push(fact.frame)
            return
        if fact.offset >= self.ahead.get(fact.place, 0):
            self.push(closed_frame(fact.lines, self.cursor(progress)))
        self.ahead = {place: at for place, at in self.ahead.items() if at > progress.following[place]}

    def cursor(self, progress: Progress) -> str:
        """Return the cursor of this client: this process's, or further where it has read elsewhere."""
        if not self.ahead:
            return progress.cursor
        return Progress([max(at, self.ahead.get(place, 0)) for place, at in enumerate(progress.following)]).cursor

    def begin_with(self, frames: Sequence[bytes]) -> None:
        """Have what a stream begins with written first, however much it is."""
        self._queue += frames
        self._awake.set()

    def push(self, frame: bytes) -> None:
        """Have an event written; a client for which too much waits is closed at once."""
        if self.is_closed:
            return
        self._queue.append(frame)
        self._bytes += len(frame)
        self._awake.set()
        if self._bytes > self._bytes_max:
            self._overflowed = True
            self.close()
            if self._writer is not None:
                self._writer.cancel()  # it waits for a socket that nobody reads

    def push_moved(self, name: str, frame: bytes) -> None:
        """Have a mark or price written after all facts, unless a newer one of the same name comes first."""
        if not self.is_closed:
            self._moved[name] = frame
            self._awake.set()

    def close(self) -> None:
        """End the stream after what is being written; what waits is dropped, as a resumed stream has it again."""
        self.is_closed = True
        self.take()
        self._awake.set()
        self._gone.set()

    async def closed(self) -> None:
        """Return once the client is closed."""
        await self._gone.wait()

    def take(self) -> list[bytes]:
        """Return what waits, facts before what has moved; nothing waits then."""
        frames = [*self._queue, *self._moved.values()]
        self._queue, self._moved, self._bytes = [], {}, 0
        return frames

    async def write(self, send: Send) -> None:
        """Write until the client is closed."""
        self._writer = asyncio.current_task()
        try:
            while not self.is_closed:
                await self._awake.wait()
                self._awake.clear()
                for piece in _pieces(self.take()):
                    if self.is_closed:
                        break
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except asyncio.CancelledError:
            if not self._overflowed:
                raise
            assert self._writer is not None
            self._writer.uncancel()


def _pieces(frames: Sequence[bytes]) -> Iterator[bytes]:
    """Yield frames joined to pieces of which each may wait for the socket to take the one before."""
    part, size = list[bytes](), 0
    for frame in frames:
        part.append(frame)
        size += len(frame)
        if size >= PIECE_BYTES:
            yield b"".join(part)
            part, size = [], 0
    if part:
        yield b"".join(part)


class EventStream(Response):
    """The answer that writes a client's events as they come.

    attend  runs beside the writer for as long as the client is there
    """

    media_type = "text/event-stream"

    def __init__(self, client: Client, attend: Callable[[Client], Awaitable[None]]) -> None:
        # X-Accel-Buffering: nginx, and what behaves like it, hands each event on at once
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]  # the end is not known
        self._client = client
        self._attend = attend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = self._client
        # uvicorn lets a write to a client that is gone pass without a word
        beside = [
            asyncio.create_task(_until_disconnected(receive, client), name="stream: disconnect"),
            asyncio.create_task(_attended(self._attend, client), name="stream: attend"),
        ]
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await client.write(send)
        finally:
            client.close()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


async def _until_disconnected(receive: Receive, client: Client) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    client.close()


async def _attended(attend: Callable[[Client], Awaitable[None]], client: Client) -> None:
    try:
        await attend(client)
    except Exception as error:
        log.exception("stream could not begin", error=type(error).__name__)
    finally:
        client.close()
