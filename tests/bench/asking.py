"""Asking an API over real connections that stay open, by a client that costs little beside what it measures."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle, islice


class Connections:
    """Connections to one address; each question takes the one that is free for longest, or waits for it."""

    def __init__(self, free: "asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]") -> None:
        self._free = free

    async def ask(self, request: bytes) -> bytes:
        """Return the body of an answer that is 200; raises AssertionError with any other."""
        reader, writer = connection = await self._free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(int(length.removeprefix(b"content-length:")))
        self._free.put_nowait(connection)
        assert head.startswith(b"HTTP/1.1 200"), (head, body)
        return body


@asynccontextmanager
async def connections(address: str, count: int, *others: str) -> AsyncIterator[Connections]:
    """Open so many connections to http://host:port, and to others in turn, and close them."""
    places = [one.removeprefix("http://").rpartition(":") for one in (address, *others)]
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    opened = [
        await asyncio.open_connection(host, int(port), limit=2**20) for host, _, port in islice(cycle(places), count)
    ]
    for connection in opened:
        free.put_nowait(connection)
    try:
        yield Connections(free)
    finally:
        for _, writer in opened:
            writer.close()


def get(path: str, *, token: str) -> bytes:
    """Return the request that asks for a path."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    """Return the request that posts JSON."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def steadily(asking: Connections, requests: Sequence[bytes], *, rate: float) -> list[float]:
    """Ask at a steady rate, whatever the answers take, and return the seconds from when each was due."""
    begun = time.perf_counter()

    async def one(number: int, request: bytes) -> float:
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await asking.ask(request)
        return time.perf_counter() - due

    return list(await asyncio.gather(*(one(number, request) for number, request in enumerate(requests))))


async def at_once(asking: Connections, requests: Sequence[bytes]) -> float:
    """Ask as fast as the connections take it, and return the seconds that all answers took."""
    begun = time.perf_counter()
    await asyncio.gather(*(asking.ask(request) for request in requests))
    return time.perf_counter() - begun
