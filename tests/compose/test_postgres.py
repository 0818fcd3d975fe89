"""Postgres, started here: it keeps its data, wants its password, and ends with whoever started it."""

import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import pytest

from compose.postgres import CAREFREE, answers, at_database, ensure_database, running, without_password


@pytest.mark.postgres
async def test_a_server_started_again_has_its_data(tmp_path: Path) -> None:
    with running(tmp_path, password="a/b c", settings=CAREFREE) as address:
        database = at_database(address, "tapestream")
        await ensure_database(database)
        await ensure_database(database)
        connection = await asyncpg.connect(database)
        await connection.execute("CREATE TABLE kept AS SELECT 1 AS x")
        await connection.close()
    assert not await answers(address)
    with running(tmp_path, password="a/b c") as address:
        connection = await asyncpg.connect(at_database(address, "tapestream"))
        assert await connection.fetchval("SELECT x FROM kept") == 1
        await connection.close()


@pytest.mark.postgres
async def test_a_server_lets_nobody_in_without_the_password(tmp_path: Path) -> None:
    with running(tmp_path, password="right", settings=CAREFREE) as address:
        assert await answers(address)
        assert not await answers(address.replace("right", "wrong"))


@pytest.mark.postgres
async def test_a_server_recovers_in_a_folder_that_only_its_starter_may_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with running(closed, password="p") as address:
        connection = await asyncpg.connect(address)
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        os.kill(backend, signal.SIGKILL)
        async with asyncio.timeout(20):
            while not await answers(address):  # noqa: ASYNC110 - the effect is outside this process
                await asyncio.sleep(0.05)
        connection.terminate()


def test_an_address_is_shown_without_its_password() -> None:
    shown = without_password("postgresql://me:secret@db.example:5433/tape?password=secret")
    assert shown == "postgresql://me@db.example:5433/tape"


@pytest.mark.postgres
async def test_a_server_starts_on_what_a_crash_has_left(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    # the machine went down while the data was being made
    (data / "PG_VERSION").write_text("18\n")
    (tmp_path / ".data-making").touch()
    with running(tmp_path, password="p", settings=CAREFREE) as address:
        assert await answers(address)
    # a server was killed, and its number is another process's now
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n1\n\n127.0.0.1\n\n")
    with running(tmp_path, password="p", settings=CAREFREE) as address:
        assert await answers(address)
