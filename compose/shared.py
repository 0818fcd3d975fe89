"""One Kafka and one Postgres for several processes at once, for as long as one of them uses it.

Each user holds a shared lock on a file. The service runs under a keeper, a process of its own, which stops it when
nobody holds the lock any more: locks fall with their processes, so nothing is left behind even after SIGKILL.
"""

import asyncio
import fcntl
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Literal

from compose import kafka, postgres
from compose.kafka_jars import locked
from compose.topic_admin import ensure_topics

Service = Literal["kafka", "postgres"]
START_DEADLINE_S = 300.0
"""Copying Kafka's jars for the first time included."""
STOP_DEADLINE_S = 30.0


class ServiceNotStarted(Exception):
    """A shared service did not come up; the text carries the end of its keeper's log."""


@contextmanager
def shared(service: Service, folder: Path) -> Iterator[str]:
    """Yield the address of the service kept under `folder`, starting it when nobody uses it yet.

    folder   the same for all who share it; the data goes when the service does
    raises   ServiceNotStarted
    """
    folder = folder.resolve() / service
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "users").open("a") as users:
        with locked(folder / "starting"):
            fcntl.flock(users, fcntl.LOCK_SH)
            address = _address(folder) or _start(service, folder)
        try:
            yield address
        finally:
            with locked(folder / "starting"):
                fcntl.flock(users, fcntl.LOCK_UN)
                # more than once, as the keeper holds the lock for an instant when it looks
                if any(_alone(users, after_s=wait_s) for wait_s in (0, 0.05, 0.05)):
                    fcntl.flock(users, fcntl.LOCK_UN)
                    _wait_until_gone(folder)


def _start(service: Service, folder: Path) -> str:
    with (folder / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "compose.shared", service, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    end = time.monotonic() + START_DEADLINE_S
    while (address := _address(folder)) is None:
        if keeper.poll() is not None or time.monotonic() > end:
            keeper.terminate()
            said = (folder / "keeper.log").read_text(errors="replace").strip()[-2000:]
            raise ServiceNotStarted(f"{service} did not start:\n{said}")
        time.sleep(0.05)
    return address


def _address(folder: Path) -> str | None:
    """Return the address that a living keeper has written, or None."""
    if not _kept(folder):
        return None
    try:
        return str(json.loads((folder / "address.json").read_text()))
    except (FileNotFoundError, ValueError):
        return None


def _kept(folder: Path) -> bool:
    """Return whether a keeper lives: it holds the lock on its file for life."""
    with (folder / "keeper").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _alone(users: IO[str], *, after_s: float) -> bool:
    """Return whether nobody else uses the service, in which case the lock is then ours alone."""
    time.sleep(after_s)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_until_gone(folder: Path) -> None:
    end = time.monotonic() + STOP_DEADLINE_S
    while _kept(folder) and time.monotonic() < end:
        time.sleep(0.05)


def keep(folder: Path, run: Callable[[Path], AbstractContextManager[str]]) -> None:
    """Run a service under `folder` until nobody holds the lock on its file `users`."""
    written = folder / "address.json"
    with (folder / "keeper").open("a") as life, (folder / "users").open("a") as users:
        fcntl.flock(life, fcntl.LOCK_EX)
        written.unlink(missing_ok=True)
        data = folder / "data"
        with run(data) as address:
            draft = written.with_suffix(".draft")
            draft.write_text(json.dumps(address))
            draft.rename(written)
            while not _alone(users, after_s=0.2):
                pass
            # whoever comes now waits for the lock and then finds no address, so starts another keeper
            written.unlink()
            fcntl.flock(users, fcntl.LOCK_UN)
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _kafka(folder: Path) -> Iterator[str]:
    with kafka.running(folder) as bootstrap_servers:
        asyncio.run(ensure_topics(bootstrap_servers))
        yield bootstrap_servers


def _postgres(folder: Path) -> AbstractContextManager[str]:
    return postgres.running(folder, password="shared", settings=postgres.CAREFREE)


def main() -> None:
    """Keep the service named by the first argument under the folder named by the second."""
    service, folder = sys.argv[1], Path(sys.argv[2])
    keep(folder, _kafka if service == "kafka" else _postgres)


if __name__ == "__main__":
    main()
