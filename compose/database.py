"""What the command line does with a platform's database."""

import asyncio
import getpass
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeAlias, TypeVar

import asyncpg
import structlog
import typer
from pydantic import TypeAdapter, ValidationError
from rich.table import Table

from compose.home import read_endpoints
from sinks.database import open_pool
from sinks.redrive import KafkaAway
from sinks.writes import Connection

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
T = TypeVar("T")

REFUSED, BAD_OPTION = 1, 2
DEFAULT_HOME = Path(".tapestream")
HomeOption = Annotated[
    Path, typer.Option("--home", help="Where everything is kept.", envvar="TAPESTREAM_HOME", file_okay=False)
]


class Refused(Exception):
    """What was asked for is not done; the text says why."""


def done(home: Path, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Do something in one transaction of a platform's database, or end the program with a sentence.

    work  raises Refused for what cannot be
    """
    from compose import cli

    settings = cli._settings()
    url = settings.database.url or endpoints(home).get("database_url", "")
    if not url:
        fail(f"nothing is known of a platform in {home}: start it with `tapestream run`, or name its --home")

    async def run() -> T:
        pool = await open_pool(url, max_size=1)
        try:
            async with pool.acquire() as connection, connection.transaction():
                return await work(connection)
        finally:
            pool.terminate()

    try:
        with _quiet():
            return asyncio.run(run())
    except Refused as error:
        fail(str(error))
    except asyncpg.UndefinedTableError:
        fail("the database is not up to date: `tapestream run` brings it there")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        fail(f"the database does not answer ({type(error).__name__}); is `tapestream run` running?")


def with_kafka(home: Path, work: Callable[[Pool, str], Awaitable[T]]) -> T:
    """Do something with a platform's database and Kafka, or end the program with a sentence.

    work  is given the pool and Kafka's servers
    """
    from compose import cli

    settings = cli._settings()
    known = {} if settings.database.url and settings.kafka.bootstrap_servers else endpoints(home)
    url = settings.database.url or known.get("database_url", "")
    servers = settings.kafka.bootstrap_servers or known.get("kafka_bootstrap_servers", "")
    if not url or not servers:
        fail(f"nothing is known of a platform in {home}: start it with `tapestream run`, or name its --home")

    async def run() -> T:
        pool = await open_pool(url, max_size=2)
        try:
            return await work(pool, servers)
        finally:
            pool.terminate()

    try:
        return asyncio.run(run())
    except KafkaAway as error:
        fail(f"Kafka at {servers} does not answer ({error}); is `tapestream run` running?")
    except asyncpg.UndefinedTableError:
        fail("the database is of an older version: `tapestream run` brings it up to date")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        fail(f"the database does not answer ({type(error).__name__}); is `tapestream run` running?")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what is logged out of what a command prints, which may be read by a program."""
    kept = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**kept)


def user() -> str:
    """Return who types, as it stands on record."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):
        return "cli"


def now() -> datetime:
    """Return the time by the wall's clock, which logins go by."""
    return datetime.now(UTC)


def text_of(at: datetime | None) -> str:
    """Return an instant as people read it."""
    return "" if at is None else at.astimezone(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")


def instant(text: str | None) -> datetime | None:
    """Return the instant that --since names, or end the program with a sentence."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--since: {text!r} is no instant in ISO 8601", code=BAD_OPTION)
    if at.tzinfo is None:
        fail(f"--since: {text!r} needs a zone, such as a Z at its end", code=BAD_OPTION)
    return at


def valid(kind: Any, text: str, *, option: str) -> None:
    """End the program with a sentence when a text is not of the form that the interface asks for."""
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        fail(f"{option}: {text!r}: {error.errors()[0]['msg']}", code=BAD_OPTION)


def tell(what: object) -> None:
    """Print a line or a table."""
    from compose import cli

    cli.output.print(what, highlight=False, markup=False, soft_wrap=not isinstance(what, Table))


def fail(text: str, *, code: int = REFUSED) -> NoReturn:
    """End the program with a sentence."""
    from compose import cli

    cli._fail(text, code=code)


def endpoints(home: Path) -> dict[str, str]:
    """Return what is known of a home's platform, or end the program with a sentence."""
    try:
        return read_endpoints(home)
    except (OSError, ValueError) as error:
        fail(f"{home / 'endpoints.json'}: {error}")
