"""What tests of the API ask of Postgres, and a database for the logins of those that are about something else."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from compose import postgres
from tests.api import serving


@pytest.fixture(scope="session")
def login_database(postgres_server: str, template_database: str) -> Iterator[str]:
    """Yield the address of a migrated database that the logins of one worker's tests share."""
    address = postgres.at_database(postgres_server, f"logins_{uuid4().hex}")
    # in a thread of its own, as it may be asked for while the tests' loop runs
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(asyncio.run, postgres.ensure_database(address, template=template_database)).result()
        yield address
        executor.submit(asyncio.run, postgres.drop_database(address)).result()


@pytest.fixture(scope="session", autouse=True)
def _logins(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let `serving` find that database; it is made when the first test needs it."""
    serving.logins.append(lambda: str(request.getfixturevalue("login_database")))
    yield
    serving.logins.pop()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    """Yield a connection to the test's own database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
