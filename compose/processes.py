"""Starting and ending processes so that none outlives whoever started it."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SURROUNDINGS = frozenset({"PATH", "HOME", "LANG", "TZ", "TMPDIR", "JAVA_HOME", "LD_LIBRARY_PATH"})
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Command:
    """What to start.

    environment   all of it but PATH and the like: a service need not see our secrets
    user          a system user to become, when started as root
    death_signal  what the kernel sends when the starting process dies (Linux)
    stop_signal   what asks the process to end in good order
    """

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: str | None = None
    death_signal: signal.Signals = signal.SIGKILL
    stop_signal: signal.Signals = signal.SIGTERM


def spawn(command: Command, *, log: Path) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, its output appended to `log`; raises OSError.

    Call it from a thread that lives as long as the process: the kernel watches the thread, not the process.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command.arguments),
            env={**_surroundings(), **command.environment},
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=_dies_with(os.getpid(), command.death_signal),
            user=command.user,
            group=pwd.getpwnam(command.user).pw_gid if command.user else None,
            extra_groups=[] if command.user else None,
        )


def _surroundings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in SURROUNDINGS or name.startswith("LC_")}


def _dies_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if LIBC is None:
        return None

    def prepare() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Return whether a process has ended, leaving its id taken so that its group can still be signalled."""
    if process.returncode is not None:
        return True
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def end_group(process: subprocess.Popen[bytes]) -> int:
    """Kill a process and all it has started in its group; returns its exit code."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def stop(process: subprocess.Popen[bytes], *, stop_signal: signal.Signals, deadline_s: float) -> bool:
    """Ask a process to end and wait, then kill it and its group. Returns whether it ended by itself in time."""
    # Only the leader is asked: Postgres and others tell their own children
    if not has_ended(process):
        process.send_signal(stop_signal)
    in_time = wait_until(lambda: has_ended(process), deadline_s=deadline_s)
    end_group(process)
    return in_time


def wait_until(condition: Callable[[], bool], *, deadline_s: float, every_s: float = 0.05) -> bool:
    """Poll a condition until it holds or the deadline has passed; returns whether it held."""
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every_s)
    return True
