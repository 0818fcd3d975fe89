"""Real services for the tests: one Kafka and one Postgres for a whole run, shared by its workers."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import asyncpg
import pytest

from compose import postgres
from compose.kafka_jars import java_and_maven, locked
from compose.shared import shared
from compose.topic_admin import ensure_topics

TEMPLATE = "migrated"
FIRST = ("crash", "e2e", "compose", "brokers", "sinks", "streams", "page")
"""Folders with long tests: a parallel run begins with them, so that it ends with short ones and no core waits.

The dashboard's come last of them, as their platform and browser go on until their process ends.
"""
T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first, by folder; in a folder the order stays."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        return FIRST.index(folder) if folder in FIRST else len(FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def services_folder() -> Path:
    """Return a folder that all workers of this run share.

    It lies outside pytest's own, which every run that begins closes to the user that Postgres runs as.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"tapestream-tests-{run}"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def kafka(services_folder: Path) -> Iterator[str]:
    """Yield the bootstrap servers of a real Kafka with all topics of the registry, shared by all tests.

    Tests keep apart by symbols, accounts and consumer groups of their own.
    """
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        with locked(services_folder / "topics"):
            _run(ensure_topics(given))
        yield given
        return
    if not java_and_maven():
        pytest.skip("a real Kafka needs java and mvn, or KAFKA_BOOTSTRAP_SERVERS")
    with shared("kafka", services_folder) as bootstrap_servers:
        yield bootstrap_servers


@pytest.fixture(scope="session")
def postgres_server(services_folder: Path) -> Iterator[str]:
    """Yield the address of a real Postgres, as its superuser."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with shared("postgres", services_folder) as address:
        yield address


@pytest.fixture(scope="session")
def template_database(postgres_server: str, services_folder: Path) -> str:
    """Return the name of a database that is migrated once a run; the tests' databases are copies of it."""
    from sinks.database import migrate

    # named after the run, as a server that is given outlives it
    name = f"{TEMPLATE}_{services_folder.stat().st_ino}"
    done = services_folder / "migrated"
    with locked(services_folder / "migrating"):
        # the server that the workers share ends with its last user, and what comes after it begins anew
        if not done.exists() or not _run(_exists(postgres_server, name)):
            address = postgres.at_database(postgres_server, name)
            _run(postgres.ensure_database(address))
            _apart(lambda: migrate(address))
            done.touch()
    return name


@pytest.fixture
def database_url(postgres_server: str, template_database: str) -> Iterator[str]:
    """Yield the address of a fresh, migrated database; it is dropped afterwards."""
    address = postgres.at_database(postgres_server, f"test_{uuid4().hex}")
    _run(postgres.ensure_database(address, template=template_database))
    yield address
    _run(postgres.drop_database(address))


async def _exists(server: str, name: str) -> bool:
    connection = await asyncpg.connect(server)
    try:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name))
    finally:
        await connection.close()


def _run(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end."""
    return _apart(lambda: asyncio.run(work))


def _apart(call: Callable[[], T]) -> T:
    """Call in a thread of its own, as a fixture may be asked for while the tests' loop runs."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(call).result()
