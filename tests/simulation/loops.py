"""A process in virtual time: an event loop of its own, which runs only when it is told to."""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Clock:
    """The time of a whole simulation, seconds."""

    def __init__(self) -> None:
        self.now = 0.0


class ProcessLoop(asyncio.AbstractEventLoop):
    """What one process runs. A process that is never run again is dead, one that is run late was asleep.

    Callbacks run in the order in which they were asked for, timers by time and then by that order, so that what a
    process does depends on nothing but what happens to it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._asked = 0
        self.tasks: list[asyncio.Task[Any]] = []
        """Kept, so that no coroutine of a dead process is closed, and cleans up after itself, while others run."""
        self.left: str | None = None
        """Why the process has ended itself."""

    def run(self) -> None:
        """Run until there is nothing left to do before some time has passed, or something comes from outside."""
        asyncio._set_running_loop(self)
        try:
            while self.left is None:
                while self._timers and self._timers[0][0] <= self._clock.now:
                    self._ready.append(heapq.heappop(self._timers)[2])
                if not self._ready:
                    break
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            asyncio._set_running_loop(None)
        self._check()

    def _check(self) -> None:
        """Raise what a task raised: in a process that is alive none of them ends so."""
        for task in self.tasks:
            if self.left is None and task.done() and (error := task.exception()) is not None:
                raise error

    def clear_away(self) -> None:
        """End what is left pending, once nobody looks any more: else it complains when it is collected."""
        self.left = None
        for task in self.tasks:
            task.cancel()
        asyncio._set_running_loop(self)
        try:
            while self._ready:
                self._ready.popleft()._run()
        finally:
            asyncio._set_running_loop(None)

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin a task; it runs when the process does."""
        task = self.create_task(work)
        self.tasks.append(task)
        return task

    def time(self) -> float:
        return self._clock.now

    def call_soon(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._asked += 1
        heapq.heappush(self._timers, (when, self._asked, handle))
        return handle

    def call_later(
        self, delay: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._clock.now + delay, callback, *args, context=context)

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Generator[Any, None, T] | Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> asyncio.Task[T]:
        return asyncio.Task(coro, loop=self, name=name or "task", context=context)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Say nothing: what was at work when its process died is meant to be left pending."""

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing to do: cancelled timers are passed over when they come up."""


def process_loop(clock: Clock) -> ProcessLoop:
    """Return the loop of a new process."""
    return ProcessLoop(clock)  # type: ignore[abstract]  # typeshed's abstract methods are plain ones, for what is not used
