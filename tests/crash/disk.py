"""A disk that fills up: a small one of its own for Postgres where that may be mounted, and no more bytes in any file.

Filling the machine's own disk would hit everybody on it. So a process may not write a byte to any file (RLIMIT_FSIZE
of 0, which anybody may set for processes of their own), and Postgres stands on a tmpfs that a file of ballast fills to
the last block; without the right to mount, Postgres is left alone.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEGABYTES = 768
"""Of the small disk: what a long round writes, several times over."""


class Disk:
    """Where Postgres keeps its data. `is_small`: whether it can be filled."""

    def __init__(self, folder: Path, *, is_small: bool) -> None:
        self.is_small = is_small
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room on it; does nothing where it is the machine's own."""
        if not self.is_small:
            return
        with self._ballast.open("ab") as ballast:
            left = os.statvfs(self._ballast)
            with suppress(OSError):
                os.posix_fallocate(ballast.fileno(), ballast.tell(), left.f_bavail * left.f_frsize)
            with suppress(OSError):
                while os.write(ballast.fileno(), bytes(4096)):
                    pass

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Yield a disk of its own mounted at `folder`, or the machine's where mounting is not allowed."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", str(folder)]
    is_small = _succeeds(mount)
    try:
        yield Disk(folder, is_small=is_small)
    finally:
        if is_small:
            _succeeds(["umount", "--lazy", str(folder)])


def let_write(pid: int, *, allowed: bool) -> None:
    """Let a process write to files, or not a byte: each write then fails as on a full disk."""
    with suppress(ProcessLookupError):
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most if allowed else 0, most))


def _succeeds(arguments: list[str]) -> bool:
    try:
        return subprocess.run(arguments, capture_output=True, check=False, timeout=30).returncode == 0
    except OSError:
        return False
