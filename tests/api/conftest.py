"""What tests of the API ask of Postgres."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Any]:
    """Yield a connection to the test's own database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
