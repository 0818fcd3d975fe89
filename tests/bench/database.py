"""A Postgres of a benchmark's own, with the tables, and with the settings that `make run` gives it."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compose import postgres
from sinks.database import migrate


@contextmanager
def migrated() -> Iterator[str]:
    """Yield the address of a database that is there as long as it is asked."""
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.running(Path(folder) / "postgres", password="bench") as server,
    ):
        database_url = postgres.at_database(server, "bench")
        asyncio.run(postgres.ensure_database(database_url))
        migrate(database_url)
        yield database_url
