"""One executor an account: a lock in Postgres, and the one connection that holds it and writes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg

from sinks.process import persist
from sinks.writes import REFUSALS, Connection
from streams.logs import logger

CONNECT_TIMEOUT_S = 10.0
COMMAND_TIMEOUT_S = 10.0
WAIT_S = 0.5
BEAT_S = 2.0

UNREACHABLE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
_SERVER_SETTINGS = {
    "application_name": "tapestream-executor",
    "jit": "off",
    # so that the server notices a holder whose machine is gone
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "15s",
}

log = logger(__name__)


class LockLost(Exception):
    """The connection that held the account's lock is gone: somebody else may be at work by now."""


class Held:
    """The lock, and the connection that holds it: whoever has lost it can write nothing any more."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.connection = connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Yield the connection in a transaction, one at a time.

        raises   LockLost when Postgres fails; whether the transaction was committed is not known then. REFUSALS of
                 what was to be written pass: nothing was
        """
        async with self._turn:
            try:
                async with self.connection.transaction():
                    yield self.connection
            except REFUSALS:
                raise
            except UNREACHABLE as error:
                raise LockLost(type(error).__name__) from error

    async def watch(self) -> None:
        """Return never; raises LockLost once the connection is gone."""
        while True:
            async with self.transaction() as connection:
                await connection.execute("SELECT 1")
            await asyncio.sleep(BEAT_S)


@asynccontextmanager
async def holding(url: str, account_id: str, *, waiting: Callable[[], None] = lambda: None) -> AsyncIterator[Held]:
    """Yield the account's lock as soon as it is free; waits for Postgres, and for another executor, while it takes.

    waiting  called when another executor is at work
    """

    async def acquire() -> "asyncpg.Connection[asyncpg.Record]":
        connection = await asyncpg.connect(
            url, timeout=CONNECT_TIMEOUT_S, command_timeout=COMMAND_TIMEOUT_S, server_settings=_SERVER_SETTINGS
        )
        try:
            is_waiting = False
            while not await connection.fetchval(
                "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", f"tapestream executor {account_id}"
            ):
                if not is_waiting:
                    log.warning("waiting", what="another executor", account_id=account_id)
                    waiting()
                    is_waiting = True
                await asyncio.sleep(WAIT_S)
        except BaseException:
            connection.terminate()
            raise
        return connection

    connection = await persist(acquire, what="postgres", passing=UNREACHABLE)
    try:
        yield Held(connection)
    finally:
        # it may be broken; what was committed is committed, and the lock goes with the session
        with suppress(*UNREACHABLE):
            await connection.close(timeout=1)
