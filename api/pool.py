"""The API's pool of Postgres connections, and its one way to ask.

It connects when first asked, so the API starts, and takes alerts, while Postgres is away.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from typing import TypeAlias

import asyncpg

from api.problems import unavailable
from sinks.writes import Connection
from streams.logs import logger

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
log = logger(__name__)

CONNECT_TIMEOUT_S = 3.0
QUERY_TIMEOUT_S = 5.0

UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.UndefinedTableError,  # not migrated yet
    OSError,
    TimeoutError,
)
"""Errors that mean that Postgres is away."""


async def open_pool(url: str, *, max_size: int) -> Pool:
    """Return a pool that has connected to nothing yet; JSON columns are Python values, their numbers exact."""
    pool: Pool = await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=max_size,
        init=_set_codecs,
        reset=_keep,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=QUERY_TIMEOUT_S,
        server_settings={"application_name": "tapestream-api", "jit": "off"},
    )
    return pool


async def _keep(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Spare the round trip that resets a session: nobody here leaves anything in one, and a rollback is done before."""


async def _set_codecs(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    write: Callable[[object], str] = partial(json.dumps, default=str)
    read: Callable[[str], object] = partial(json.loads, parse_float=Decimal)
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=write, decoder=read)


async def fetch(pool: Pool, query: str, *values: object, within_s: float = QUERY_TIMEOUT_S) -> list[asyncpg.Record]:
    """Return the rows of a query; raises Problem 503 when Postgres cannot be reached in time."""
    try:
        async with asyncio.timeout(within_s):
            rows: list[asyncpg.Record] = await pool.fetch(query, *values)
            return rows
    except UNREACHABLE as error:
        log.warning("postgres cannot be reached", error=type(error).__name__)
        raise unavailable("the database") from error


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """Yield a connection in a transaction; raises Problem 503 when Postgres cannot be reached in time.

    Whether what was to be committed was committed is not known then.
    """
    try:
        async with asyncio.timeout(QUERY_TIMEOUT_S), pool.acquire() as connection, connection.transaction():
            yield connection
    except UNREACHABLE as error:
        log.warning("postgres cannot be reached", error=type(error).__name__)
        raise unavailable("the database") from error
