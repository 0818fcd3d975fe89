"""The app on a socket, as a stream needs it, and a client that reads one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.auth import PERMISSIONS, Authenticator, Caller
from api.pool import Pool
from api.server import Server, create_app
from tests.api.serving import settings, until
from tests.api.stream_facts import Event


class Named(Authenticator):
    """Takes who asks from the token, `account:role`: the tests' login knows one account only."""

    async def read(self, pool: Pool, credential: str) -> Caller:
        account_id, _, role = credential.partition(":")
        known: Any = role
        return Caller("someone", account_id, known, PERMISSIONS[known])


@asynccontextmanager
async def listening(*, named: bool = True, **more: str) -> AsyncIterator[tuple[FastAPI, int]]:
    """Serve an app in this process, and yield it with its port. Tokens name an account and a role, where `named`."""
    app = create_app(settings(**more))
    if named:
        app.state.authenticator = Named(settings(**more))
    config = uvicorn.Config(
        app, port=0, lifespan="on", ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=10
    )
    server = Server(config, streams=app.state.streams)
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    try:
        await until(started, bool)
        yield app, server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


class Reader:
    """A client of a stream: reads its answer's pieces, and events out of them."""

    def __init__(self, reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> None:
        self.status = status
        self.headers = headers
        self._reader = reader
        self._rest = b""
        self.ended_well = False

    async def next(self) -> Event:
        """Return the next event; raises EOFError when the stream has ended, ConnectionError when it broke off."""
        while b"\n\n" not in self._rest:
            try:
                size = int((await self._reader.readuntil(b"\r\n")).strip(), 16)
                piece = await self._reader.readexactly(size + 2)
            except asyncio.IncompleteReadError as error:
                raise ConnectionError from error
            if size == 0:
                self.ended_well = True
                raise EOFError
            self._rest += piece[:-2]
        block, _, self._rest = self._rest.partition(b"\n\n")
        return Event(block)

    async def until(self, *kinds: str, within_s: float = 60.0) -> list[Event]:
        """Return the events up to the first one of some kinds."""
        events = list[Event]()
        async with asyncio.timeout(within_s):
            while not events or events[-1].kind not in kinds:
                events.append(await self.next())
        return events


@asynccontextmanager
async def streaming(
    port: int, account_id: str, *, role: str = "trader", cursor: str | None = None, query: str = "", shown: str = ""
) -> AsyncIterator[Reader]:
    """Ask for a stream, and yield its reader; the connection is dropped afterwards. `shown` is a token to show."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    try:
        resume = f"Last-Event-ID: {cursor}\r\n" if cursor is not None else ""
        bearer = shown or f"{account_id}:{role}"
        request = f"GET /stream{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n{resume}\r\n"
        writer.write(request.encode())
        async with asyncio.timeout(60):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        yield Reader(reader, int(head[0].split()[1]), headers)
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
