"""What leaves a process, and what must not."""

import asyncio
import signal
import subprocess
import sys
import time
from uuid import uuid4

import pytest

from streams.lease import EXIT_LEASE_LOST
from streams.topics import SIGNAL_UPDATES
from tests.streams.worker_process import PROJECT, messages

LINGERS_S, SESSION_S = 1.5, 2.0


def handing_over(kafka: str, key: str) -> "subprocess.Popen[str]":
    """Start a process that has a message waiting in its producer by now."""
    arguments = [kafka, SIGNAL_UPDATES.name, key, str(LINGERS_S), str(SESSION_S)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.streams.slow_publisher", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "handed over\n"
    return process


@pytest.mark.kafka
async def test_what_waits_in_the_producer_of_a_paused_process_does_not_leave_when_it_wakes(kafka: str) -> None:
    key = uuid4().hex
    process = handing_over(kafka, key)
    try:
        process.send_signal(signal.SIGSTOP)
        time.sleep(2 * LINGERS_S)  # noqa: ASYNC251 -- the pause is what is tested
        process.send_signal(signal.SIGCONT)
        assert process.wait(20) == EXIT_LEASE_LOST
    finally:
        process.kill()
        process.wait()
    found = await asyncio.to_thread(messages, kafka, SIGNAL_UPDATES)
    assert key.encode() not in {message.key for message in found}
