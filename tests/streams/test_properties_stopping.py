"""What holds of a process that is told to stop, whenever that is."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager, nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.stopping import run_until_stopped

some = settings(max_examples=40, deadline=None)
signals = st.sampled_from([signal.SIGTERM, signal.SIGINT])


@contextmanager
def handlers_kept() -> Iterator[None]:
    """Leave this process its own handlers: a loop that has ended would swallow what comes later."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@some
@given(signals, st.integers(0, 6), st.integers(0, 4))
def test_a_signal_ends_the_work_at_once_and_its_clean_up_is_awaited(
    number: signal.Signals, items: int, clean_up_steps: int
) -> None:
    """Property 47: Shutdown signal handling"""
    begun, steps = list[int](), list[int]()

    async def work() -> None:
        try:
            for item in range(items + 100):
                begun.append(item)
                if item == items:
                    os.kill(os.getpid(), number)
                await asyncio.sleep(0 if item < items else 0.1)
        finally:
            for step in range(clean_up_steps):
                await asyncio.sleep(0)
                steps.append(step)

    with handlers_kept():
        run_until_stopped(work())
    assert begun == list(range(items + 1))
    assert steps == list(range(clean_up_steps))


@some
@given(signals, st.lists(st.sampled_from(["closes", "closes slowly", "fails"]), max_size=6))
def test_everything_that_was_opened_is_closed_newest_first_even_when_one_fails(
    number: signal.Signals, resources: list[str]
) -> None:
    """Property 48: Resource cleanup on shutdown"""
    is_open, closed = set[int](), list[int]()

    async def close(name: int, how: str) -> None:
        if how == "closes slowly":
            await asyncio.sleep(0.001)
        is_open.discard(name)
        closed.append(name)
        if how == "fails":
            raise ConnectionError(how)

    async def work() -> None:
        async with AsyncExitStack() as stack:
            for name, how in enumerate(resources):
                is_open.add(name)
                stack.push_async_callback(close, name, how)
            os.kill(os.getpid(), number)
            await asyncio.sleep(60)

    fails: AbstractContextManager[Any] = pytest.raises(ConnectionError) if "fails" in resources else nullcontext()
    with handlers_kept(), fails:
        run_until_stopped(work())
    assert is_open == set()
    assert closed == list(reversed(range(len(resources))))
