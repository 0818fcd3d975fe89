"""A tape that is silent while the market is open is told as stale; at night it may be silent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agents.rules import Rules
from api.in_force import session_at
from api.live import Live
from api.stream.following import Following
from api.stream.hub import Hub
from api.tape import Tape, is_silent
from streams.publisher import Publisher
from tests.api.serving import settings, until
from tests.api.streaming import listening, streaming
from tests.api.test_following import broker
from tests.api.test_live import Trading

OPEN = datetime(2026, 2, 13, 14, 30, tzinfo=UTC)
NIGHT = datetime(2026, 2, 14, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "written", "silent"),
    [
        (OPEN + timedelta(hours=1), OPEN + timedelta(minutes=54), True),
        (OPEN + timedelta(hours=1), OPEN + timedelta(minutes=56), False),
        (OPEN + timedelta(hours=1), None, True),
        # the day's first frame may take a moment, whenever the last one of the day before was
        (OPEN + timedelta(minutes=4), OPEN - timedelta(hours=14), False),
        (OPEN + timedelta(minutes=6), OPEN - timedelta(hours=14), True),
        (OPEN - timedelta(minutes=1), OPEN - timedelta(hours=14), False),
        (NIGHT, OPEN, False),
        (NIGHT + timedelta(hours=12), None, False),
    ],
)
async def test_a_tape_is_silent_in_regular_hours_only(at: datetime, written: datetime | None, silent: bool) -> None:
    session = await session_at(settings(), at)
    assert is_silent(written, session, wall=at, max_age_s=300) is silent


async def test_the_stream_hears_of_a_silent_tape_and_of_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.tape.LOOK_EVERY_S", 0.1)
    now = OPEN + timedelta(hours=1)
    tape = Tape(settings(MARKET_DATA_MAX_AGE_S="2"), now=lambda: now)
    with broker(tmp_path) as (_, servers):
        live = Live(servers, on_time=lambda _: None)
        following = Following(servers, Hub(Rules(), heartbeat_s=1.0), tape_is_silent=lambda: tape.is_silent)

        async def states() -> tuple[bool, bool, bool]:
            return live.is_stale, tape.is_silent, following.is_stale

        live.start()
        following.start()
        tape.start(live)
        try:
            async with Publisher(servers) as publisher:
                trading = Trading(publisher)
                assert await until(states, lambda found: found == (False, True, True))
                await trading.tick(price=1_000_000_000)
                assert await until(states, lambda found: not any(found))
                assert await until(states, lambda found: found == (False, True, True))
                now = NIGHT
                assert await until(states, lambda found: not any(found))
        finally:
            for each in (tape, following, live):
                await each.stop()


async def test_clients_are_told_of_a_silent_tape_and_of_its_end(tmp_path: Path) -> None:
    with broker(tmp_path) as (_, servers):
        serving = listening(KAFKA_BOOTSTRAP_SERVERS=servers, CLOCK="tape", MARKET_DATA_MAX_AGE_S="2")
        async with Publisher(servers) as publisher, serving as (_, port):
            trading = Trading(publisher)
            await trading.tick(price=1_000_000_000)
            async with streaming(port, "anybody") as reader:
                await reader.until("hello")
                # the first ones may be of Kafka, which is read up to its end only now
                while (await reader.until("alert"))[-1].data["kind"] != "feed_stale":
                    pass
                await trading.tick(price=1_000_000_000)
                assert (await reader.until("alert"))[-1].data["kind"] == "feed_back"
