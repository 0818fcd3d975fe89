"""Keeping children running: started in order, awaited until ready, restarted with backoff, stopped in order."""

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from compose.notify import NotifyLine
from compose.processes import Command, end_group, has_ended, spawn, stop

POLL_S = 0.05
BACKOFF_FIRST_S = 0.5
BACKOFF_MAX_S = 30.0
STEADY_S = 60.0
"""A child that ran this long begins again with the shortest wait."""
ATTEMPTS = 3
"""How often a child may fail before it was ever ready."""
LOG_MAX_BYTES = 50_000_000


class ChildFailed(Exception):
    """A child never became ready, or one that cannot be replaced has ended; the text names it and its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep.

    ready         asks whether it works; None when it says so itself by READY=1
    finite        an exit with code 0 means its work is done
    replaceable   False when its state dies with it, so that the platform must end with it
    """

    name: str
    command: Command
    ready: Callable[[], Awaitable[bool]] | None = None
    finite: bool = False
    replaceable: bool = True
    start_deadline_s: float = 60.0
    stop_deadline_s: float = 5.0


@dataclass(eq=False, slots=True)
class _Kept:
    child: Child
    first_ready: "asyncio.Future[None]"
    said_ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: subprocess.Popen[bytes] | None = None
    task: "asyncio.Task[None] | None" = None


class Supervisor:
    """The children and what becomes of them.

    logs   folder for NAME.log
    say    tells a person what happens: the child's name and a sentence
    line   where children say that they are ready
    """

    def __init__(self, *, logs: Path, say: Callable[[str, str], None], line: NotifyLine) -> None:
        self._line = line
        line.heard = self.heard
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._logs = logs
        self._say = say
        self._kept: dict[str, _Kept] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill whatever still runs; after an orderly `stop` that is nothing."""
        for kept in self._kept.values():
            if kept.task is not None:
                kept.task.cancel()
            if kept.process is not None:
                end_group(kept.process)
        if self.lost.done():
            self.lost.exception()

    def heard(self, message: dict[str, str]) -> None:
        """Take note of a child's message."""
        kept = self._kept.get(message.get("CHILD", ""))
        if kept is not None and message.get("READY") == "1":
            kept.said_ready.set()

    def log_of(self, name: str) -> Path:
        """Return where a child's output goes."""
        return self._logs / f"{name}.log"

    def pid_of(self, name: str) -> int | None:
        """Return the process id of a child that runs."""
        kept = self._kept.get(name)
        return kept.process.pid if kept and kept.process and not has_ended(kept.process) else None

    async def start(self, children: Iterable[Child]) -> None:
        """Start children in order and return when all are ready; raises ChildFailed after a few attempts of one."""
        started = []
        for child in children:
            kept = _Kept(child, asyncio.get_running_loop().create_future())
            self._kept[child.name] = kept
            kept.task = asyncio.create_task(self._keep(kept), name=child.name)
            started.append(kept.first_ready)
            await asyncio.sleep(0)  # lets the task spawn its process before the next one does
        await asyncio.gather(*started)

    async def run_once(self, name: str, command: Command, *, deadline_s: float) -> None:
        """Run a command to its end; raises ChildFailed when it does not end well in time. Killed when cancelled."""
        process = self._spawn(name, command)
        try:
            async with asyncio.timeout(deadline_s):
                await _ended(process)
        except TimeoutError:
            raise ChildFailed(f"{name} did not end within {deadline_s:g} s{self._tail(name)}") from None
        finally:
            code = end_group(process)
        if code:
            raise ChildFailed(f"{name} failed with code {code}{self._tail(name)}")

    async def stop(self, order: Sequence[Sequence[str]]) -> None:
        """Stop groups of children one after another, those within a group together; then all others."""
        named = {name for group in order for name in group}
        for group in (*order, [name for name in self._kept if name not in named]):
            await asyncio.gather(*(self._stop(self._kept[name]) for name in group if name in self._kept))

    async def _stop(self, kept: _Kept) -> None:
        if kept.task is not None:
            kept.task.cancel()
            await asyncio.wait([kept.task])
        if kept.process is None:
            return
        child = kept.child
        in_time = await asyncio.to_thread(
            stop, kept.process, stop_signal=child.command.stop_signal, deadline_s=child.stop_deadline_s
        )
        if not in_time:
            self._say(child.name, f"did not stop within {child.stop_deadline_s:g} s and was killed")

    def _spawn(self, name: str, command: Command) -> subprocess.Popen[bytes]:
        log = self.log_of(name)
        if log.exists() and log.stat().st_size > LOG_MAX_BYTES:
            log.replace(log.with_suffix(".log.1"))
        told = {"TAPESTREAM_CHILD": name, "NOTIFY_SOCKET": self._line.address}
        return spawn(replace(command, environment={**command.environment, **told}), log=log)

    async def _keep(self, kept: _Kept) -> None:
        child, failures = kept.child, 0
        while True:
            began = time.monotonic()
            problem = await self._run(kept)
            if problem is None:
                self._say(child.name, "has finished")
                return
            if time.monotonic() - began > STEADY_S:
                failures = 0
            failures += 1
            ever_ready = kept.first_ready.done()
            if (not child.replaceable and ever_ready) or (not ever_ready and failures >= ATTEMPTS):
                failure = ChildFailed(f"{child.name} {problem}{self._tail(child.name)}")
                concerned = self.lost if ever_ready else kept.first_ready
                if not concerned.done():
                    concerned.set_exception(failure)
                return
            wait_s = min(BACKOFF_FIRST_S * 2 ** (failures - 1), BACKOFF_MAX_S)
            self._say(child.name, f"{problem}; starting it again in {wait_s:g} s")
            await asyncio.sleep(wait_s)

    async def _run(self, kept: _Kept) -> str | None:
        """Run a child once, to its end. Returns what went wrong, None when it has done its work."""
        child = kept.child
        kept.said_ready.clear()
        try:
            process = kept.process = self._spawn(child.name, child.command)
        except OSError as error:
            return f"could not be started: {error}"
        try:
            async with asyncio.timeout(child.start_deadline_s):
                is_ready = await self._is_ready(kept, process)
        except TimeoutError:
            end_group(process)
            return f"was not ready within {child.start_deadline_s:g} s"
        if is_ready:
            if kept.first_ready.done():
                self._say(child.name, "is ready again")
            else:
                kept.first_ready.set_result(None)
            await _ended(process)
        code = end_group(process)
        if code == 0 and child.finite:
            if not kept.first_ready.done():
                kept.first_ready.set_result(None)
            return None
        return f"ended by signal {-code}" if code < 0 else f"ended with code {code}"

    async def _is_ready(self, kept: _Kept, process: subprocess.Popen[bytes]) -> bool:
        """Wait until a child is ready or has ended; returns whether it is ready."""
        while not has_ended(process):
            ask = kept.child.ready
            if kept.said_ready.is_set() if ask is None else await ask():
                return True
            await asyncio.sleep(POLL_S)
        return False

    def _tail(self, name: str) -> str:
        """Return where to look, and the end of a child's log."""
        log = self.log_of(name)
        lines = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
        return f" (its log is {log})" + "".join(f"\n  {line[:300]}" for line in lines)


async def _ended(process: subprocess.Popen[bytes]) -> None:
    while not has_ended(process):  # noqa: ASYNC110 - no event tells it on every system
        await asyncio.sleep(POLL_S)
