"""A wire between browser and API that a test can cut, or hold still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PIECE = 65_536


class Relay:
    """Passes bytes between who connects to `address` and a server; see `hold`, `cut` and `mend`."""

    def __init__(self, host: str, port: int) -> None:
        self._to = host, port
        self._flows = asyncio.Event()
        self._flows.set()
        self._is_cut = False
        self._wires: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """Return where the server seems to be."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def close(self) -> None:
        """Cut all, and listen no more."""
        self.cut()
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def hold(self) -> None:
        """Let connections stand, with nothing said on them any more: a cable that is out."""
        self._flows.clear()

    def cut(self) -> None:
        """Break all connections, and each that is tried."""
        self._is_cut = True
        self._flows.set()
        for writer in self._wires:
            writer.transport.abort()

    def mend(self) -> None:
        """Let through again."""
        self._is_cut = False
        self._flows.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._to)
        self._wires |= {writer, far_writer}
        try:
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        finally:
            self._wires -= {writer, far_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def relay(address: str) -> AsyncIterator[Relay]:
    """Yield a relay to http://host:port."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    between = Relay(host, int(port))
    await between.open()
    try:
        yield between
    finally:
        await between.close()
