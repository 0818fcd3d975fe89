"""A follower says that it does not hear from Kafka, although its consumer hands out empty batches as ever."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.rules import Rules
from api import live, markets
from api.following import Follower
from api.live import Live
from api.markets import Markets
from api.stream import following
from api.stream.following import Following
from api.stream.hub import Hub
from tests.api.serving import until

STALE_AFTER_S = 1.0


@contextmanager
def broker(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yield a broker of the test's own, which it may stop, with its address."""
    told = folder / "address"
    process = subprocess.Popen([sys.executable, "-m", "compose.mock_kafka", str(told)])
    try:
        while not told.exists() or not told.read_text():
            assert process.poll() is None
        yield process, told.read_text()
    finally:
        process.kill()
        process.wait()


async def test_a_broker_that_falls_silent_is_noticed_and_so_is_its_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (live, markets, following):
        monkeypatch.setattr(module, "STALE_AFTER_S", STALE_AFTER_S)
    with broker(tmp_path) as (process, servers):
        followers: list[Follower] = [
            Live(servers, on_time=lambda _: None),
            Markets(servers, now=lambda: datetime.now(UTC)),
            Following(servers, Hub(Rules(), heartbeat_s=1.0), tape_is_silent=lambda: False),
        ]

        async def stale() -> list[bool]:
            return [follower.is_stale for follower in followers]

        assert await stale() == [True] * 3
        for follower in followers:
            follower.start()
        try:
            await until(stale, lambda found: not any(found))
            process.send_signal(signal.SIGSTOP)
            await until(stale, all)
            assert isinstance(followers[0], Live)
            assert followers[0].trouble == "stale"
            process.send_signal(signal.SIGCONT)
            await until(stale, lambda found: not any(found))
            assert followers[0].trouble is None
        finally:
            for follower in followers:
                await follower.stop()
