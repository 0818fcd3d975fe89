"""The processes of a round: started, killed, put to sleep, started again, and ended whatever happens."""

import asyncio
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from compose.processes import Command, end_group, has_ended, spawn
from tests.brokers.alpaca.running import FakeAlpaca
from tests.crash.clocks import Clocks
from tests.crash.disk import Disk, let_write

STOP_DEADLINE_S = 15.0
READY_DEADLINE_S = 60.0
NOT_OURS = ("kafka", "postgres", "broker")
"""Processes that the platform needs, and is not made of."""
_LOOK_S = 0.05
_AGAIN_AFTER_S = 0.5


class NotReady(Exception):
    """A process did not come up in time; the text names it and its log."""


@dataclass(frozen=True, slots=True)
class Part:
    """A process of the platform, or one that the platform needs.

    ready  asks whether it takes requests; None where nobody has to know
    """

    command: Command
    ready: Callable[[], Awaitable[bool]] | None = None


class Platform:
    """Processes by name. One that ends by itself is started again, as a supervisor would, and counted.

    parts   all that there are; which of them run is for the callers of `start` to say
    broker  the one that live orders go to, None where none do
    """

    def __init__(
        self, parts: Mapping[str, Part], *, home: Path, disk: Disk, clocks: Clocks, broker: FakeAlpaca | None = None
    ) -> None:
        self._parts = parts
        self._home = home
        self.disk = disk
        self.clocks = clocks
        self.broker = broker
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._down: set[str] = set()
        self.own_exits: Counter[tuple[str, int]] = Counter()
        """(name, exit code) of processes that ended by themselves."""
        self.late: list[str] = []
        """Who was asked to stop and had to be killed in the end."""

    def log_of(self, name: str) -> Path:
        """Return the file that holds what a process has said, of all its lives."""
        return self._home / f"{name}.log"

    @property
    def running(self) -> list[str]:
        """The names of the processes that are kept running."""
        return [name for name in self._processes if name not in self._down]

    def start(self, *names: str) -> None:
        """Start processes that are not running."""
        for name in names:
            self._down.discard(name)
            self._processes[name] = spawn(self._parts[name].command, log=self.log_of(name))

    def kill(self, *names: str) -> None:
        """SIGKILL processes, with all that they have started, at one moment."""
        self._down.update(names)
        for name in names:
            self._signal(name, signal.SIGKILL)
        for name in names:
            end_group(self._processes[name])

    def pause(self, *names: str) -> None:
        """SIGSTOP processes."""
        for name in names:
            self._signal(name, signal.SIGSTOP)

    def go_on(self, *names: str) -> None:
        """SIGCONT processes that were paused."""
        for name in names:
            self._signal(name, signal.SIGCONT)

    async def stop(self, *names: str) -> None:
        """End processes in good order, together, and by force after a deadline, which is noted."""
        present = [name for name in names if name in self._processes]
        self._down.update(present)
        for name in present:
            self._signal(name, self._parts[name].command.stop_signal)
        end = time.monotonic() + STOP_DEADLINE_S
        for name in present:
            while time.monotonic() < end and not has_ended(self._processes[name]):  # noqa: ASYNC110 - no event tells it
                await asyncio.sleep(_LOOK_S)
        for name in present:
            if not has_ended(self._processes[name]):
                self.late.append(name)
            end_group(self._processes[name])

    def let_write(self, names: Iterable[str], *, allowed: bool) -> None:
        """Let processes write to files, or not a byte."""
        for name in names:
            let_write(self._processes[name].pid, allowed=allowed)

    async def ready(self, *names: str) -> None:
        """Return when processes take requests; raises NotReady."""
        for name in names:
            ask = self._parts[name].ready
            end = time.monotonic() + READY_DEADLINE_S
            while ask is not None and not await ask():
                if time.monotonic() > end:
                    raise NotReady(f"{name} was not ready within {READY_DEADLINE_S:g} s; see {self.log_of(name)}")
                await asyncio.sleep(_LOOK_S)

    async def keep(self) -> None:
        """Start again what has ended by itself, for ever."""
        while True:
            for name in self.running:
                if has_ended(self._processes[name]):
                    self.own_exits[name, end_group(self._processes[name])] += 1
                    await asyncio.sleep(_AGAIN_AFTER_S)
                    if name not in self._down and has_ended(self._processes[name]):
                        self.start(name)
            await asyncio.sleep(_LOOK_S)

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in self._processes.values():
            end_group(process)

    def _signal(self, name: str, number: signal.Signals) -> None:
        if not has_ended(self._processes[name]):
            self._processes[name].send_signal(number)


@asynccontextmanager
async def kept(platform: Platform) -> AsyncIterator[Platform]:
    """Keep a platform's processes running, and end them all on leaving."""
    keeping = asyncio.create_task(platform.keep(), name="keep")
    try:
        yield platform
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        platform.end()
