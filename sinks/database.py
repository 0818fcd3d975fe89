"""The Postgres database: its migrations and its pool."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path

import asyncpg

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_TIMEOUT_S = 10.0
COMMAND_TIMEOUT_S = 60.0

_LOCK = 0x7461_7065_6D69_6772
"""Of whoever migrates; any number that nobody else takes."""


def migrate(url: str) -> None:
    """Bring a database to the newest revision; whoever comes second waits for the first.

    url      postgresql://, a Unix socket's included (postgresql://user@/name?host=/folder)
    raises   asyncpg.PostgresError, OSError
    """
    # a thread of its own, so that callers inside an event loop may call it too
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _migrate(url)).result()


async def _migrate(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            current = None
            if await connection.fetchval("SELECT to_regclass('alembic_version')") is not None:
                current = await connection.fetchval("SELECT version_num FROM alembic_version")
            # alembic writes the SQL and asyncpg runs it: no second driver, and all of it in this one transaction
            if script := _upgrade_sql(current):
                await connection.execute(script)
    finally:
        await connection.close()


def _upgrade_sql(current: str | None) -> str:
    # loaded by who migrates, and not by every sink: it takes a third of their start
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    written = StringIO()
    config = Config(output_buffer=written)
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if current == ScriptDirectory.from_config(config).get_current_head():
        return ""
    command.upgrade(config, f"{current or 'base'}:head", sql=True)
    return written.getvalue()


async def open_pool(url: str, *, max_size: int) -> "asyncpg.Pool[asyncpg.Record]":
    """Return a pool whose connections turn JSON columns into Python values and back.

    raises   asyncpg.PostgresError, OSError, TimeoutError when the database cannot be reached
    """
    pool: asyncpg.Pool[asyncpg.Record] = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=max_size,
        init=_set_codecs,
        reset=_keep,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=COMMAND_TIMEOUT_S,
        # planning with jit costs these short statements more than they take to run
        server_settings={"application_name": "tapestream", "jit": "off"},
    )
    return pool


async def _keep(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Spare the round trip that resets a session: nobody here leaves anything in one, and a rollback is done before."""


async def _set_codecs(connection: asyncpg.Connection) -> None:
    write: Callable[[object], str] = partial(json.dumps, default=str)
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=write, decoder=json.loads)
