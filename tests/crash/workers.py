"""The workers of a round as processes: started, killed, started again, and ended whatever happens."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from compose.processes import Command, end_group, has_ended, spawn, wait_until

PROJECT = Path(__file__).resolve().parents[2]
STOP_DEADLINE_S = 15.0
_LOOK_S = 0.1


class Workers:
    """Worker processes by number. One that ends by itself is started again, as a supervisor would, and counted."""

    def __init__(self, *, home: Path, environment: Mapping[str, str], count: int) -> None:
        self._home = home
        self._environment = {**environment, "PYTHONPATH": str(PROJECT), "TAPESTREAM_HOME": str(home)}
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._down: set[int] = set()
        self._count = count
        self.kills = 0
        self.own_exits: Counter[int] = Counter()
        """Exit codes of workers that ended by themselves."""
        self.stopped_in_time = True

    def log_of(self, number: int) -> Path:
        """Return the file that holds what a worker has said, of all its lives."""
        return self._home / f"worker-{number}.log"

    def start(self, number: int) -> None:
        """Start a worker."""
        self._down.discard(number)
        name = f"worker-{number}"
        command = Command(
            arguments=(sys.executable, "-m", "streams.worker", "--name", name),
            environment=self._environment,
            folder=self._home,
        )
        self._processes[number] = spawn(command, log=self.log_of(number))

    def kill(self, numbers: Sequence[int]) -> None:
        """SIGKILL workers at one moment."""
        for number in numbers:
            self._down.add(number)
            if not has_ended(self._processes[number]):
                self._processes[number].send_signal(signal.SIGKILL)
                self.kills += 1
        for number in numbers:
            end_group(self._processes[number])

    async def keep(self) -> None:
        """Start again what has ended by itself, for ever."""
        while True:
            for number, process in list(self._processes.items()):
                if number not in self._down and has_ended(process):
                    self.own_exits[end_group(process)] += 1
                    self.start(number)
            await asyncio.sleep(_LOOK_S)

    def stop(self) -> None:
        """End all workers in good order, or by force after a deadline."""
        self._down = set(range(self._count))
        processes = list(self._processes.values())
        for process in processes:
            if not has_ended(process):
                process.send_signal(signal.SIGTERM)
        self.stopped_in_time = wait_until(lambda: all(map(has_ended, processes)), deadline_s=STOP_DEADLINE_S)
        for process in processes:
            end_group(process)


@asynccontextmanager
async def running(*, home: Path, environment: Mapping[str, str], count: int) -> AsyncIterator[Workers]:
    """Run workers and yield them; leaving ends them all."""
    workers = Workers(home=home, environment=environment, count=count)
    keeping: asyncio.Task[None] | None = None
    try:
        for number in range(count):
            workers.start(number)
        keeping = asyncio.create_task(workers.keep())
        yield workers
    finally:
        if keeping is not None:
            keeping.cancel()
        workers.stop()
