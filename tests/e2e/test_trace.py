"""One trade from webhook to closed position, with a worker killed on the way."""

from pathlib import Path

import pytest

from tests.e2e import trace
from tests.e2e.running import platform

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

MOMENTS = ("prices sent", "alert sent", "fill sent", "exit called for", "closed")


def test_a_worker_killed_at_each_moment_of_the_trace_changes_nothing(home: Path) -> None:
    reached = []

    with platform(home, "--feed", "none", "--clock", "tape") as running:

        def kill(name: str) -> None:
            reached.append(name)
            running.kill("streams.worker")

        trace.check(running, trace.play(running, kill))
    assert tuple(reached) == MOMENTS
