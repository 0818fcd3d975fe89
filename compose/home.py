"""The home folder: everything a platform keeps, used by one supervisor at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from compose.private_files import read_private


class HomeInUse(Exception):
    """Another supervisor holds the home; the text says which."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the parts of a home are."""

    folder: Path

    @property
    def logs(self) -> Path:
        """NAME.log of each child."""
        return self.folder / "logs"

    @property
    def kafka(self) -> Path:
        return self.folder / "kafka"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def ports(self) -> Path:
        """Which ports the home uses, so that they stay the same."""
        return self.folder / "ports.json"

    @property
    def endpoints(self) -> Path:
        """Where everything listens and how to log in; there once all is ready."""
        return self.folder / "endpoints.json"


@contextmanager
def opened(folder: Path) -> Iterator[Home]:
    """Make the folder when it is new and hold it; raises HomeInUse, OSError."""
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise HomeInUse(
                f"{folder} is in use by process {handle.read().strip() or '?'}: stop that one, or choose another --home"
            ) from None
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield Home(folder)


def read_endpoints(folder: Path) -> dict[str, str]:
    """Return what `tapestream run` wrote for a home; empty when it never got ready. Raises ValueError."""
    return read_private(folder.expanduser() / "endpoints.json")
