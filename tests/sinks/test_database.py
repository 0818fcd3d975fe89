"""Reaching the database and bringing it up to date."""

import asyncio
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from compose import postgres
from sinks.database import migrate, open_pool

pytestmark = pytest.mark.postgres


async def test_several_may_migrate_at_once_and_again(postgres_server: str) -> None:
    address = postgres.at_database(postgres_server, f"migrating_{uuid4().hex}")
    await postgres.ensure_database(address)
    try:
        await asyncio.gather(*(asyncio.to_thread(migrate, address) for _ in range(3)))
        migrate(address)
        connection = await asyncpg.connect(address)
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
        assert await connection.fetchval("SELECT count(*) FROM signals") == 0
        await connection.close()
    finally:
        await postgres.drop_database(address)


async def test_json_columns_are_python_values(database_url: str) -> None:
    pool = await open_pool(database_url, max_size=1)
    try:
        value = {"a": [1, None, "ü"]}
        assert await pool.fetchval("SELECT $1::jsonb", value) == value
        assert await pool.fetchval("SELECT $1::json", value) == value
    finally:
        await pool.close()


def test_a_unix_socket_s_address_will_do() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sockets = folder / "sockets"
        sockets.mkdir()
        folder.chmod(0o755)
        sockets.chmod(0o777)  # the server may run as another user
        settings = {**postgres.CAREFREE, "unix_socket_directories": str(sockets)}
        with postgres.running(folder / "data", password="secret", settings=settings) as url:
            port = urlsplit(url).port
            address = f"postgresql://postgres:secret@/postgres?host={sockets}&port={port}"
            migrate(address)
            assert asyncio.run(_tables(address)) > 15


async def _tables(address: str) -> int:
    pool = await open_pool(address, max_size=1)
    try:
        return int(await pool.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    finally:
        await pool.close()
