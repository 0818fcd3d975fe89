"""What stands before providers and brokers shows in Prometheus, and from there in the monitoring."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from alpaca.common.rest import RESTClient
from prometheus_client import CollectorRegistry, generate_latest, start_http_server

from api.guards import guards_in, guards_of
from sinks.alpaca.asking import Line as BrokerLine
from sinks.broker import Unavailable
from sinks.line import Line
from streams.metrics import GUARDS, Fill
from streams.providers.breaker import FAILURES_MAX, OPEN_S, Breaker
from streams.providers.failures import LimitReached, Paused
from streams.providers.failures import Unavailable as ProviderUnavailable
from streams.providers.limits import Limit, Timing
from tests.api.serving import until


class Clocks:
    """A clock of each kind that the test moves on."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 2, 13, tzinfo=UTC) + timedelta(seconds=self.seconds)

    async def pause(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    monkeypatch.setattr(GUARDS, "breakers", {})
    monkeypatch.setattr(GUARDS, "limiters", {})
    return Clocks()


@pytest.fixture
def text(clocks: Clocks) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(GUARDS)
    return registry


async def test_breakers_and_limiters_are_told_as_they_stand(clocks: Clocks, text: CollectorRegistry) -> None:
    timing = Timing(monotonic=clocks.monotonic, sleep=clocks.pause)
    breaker, limit = Breaker("a", timing=timing), Limit("a", 2, window_s=40, timing=timing)
    line = Line(clocks)

    def told() -> object:
        return guards_in("p", generate_latest(text).decode()).model_dump(exclude={"process", "answers"})

    async def unanswered() -> None:
        raise Unavailable("no answer")

    quiet = {"used": 0, "limit": 2, "waits": 0}
    assert told() == {"breakers": {"a": "closed", "broker": "closed"}, "limiters": {"a": quiet}}
    await limit.acquire("SPY", count=2)
    for _ in range(FAILURES_MAX):
        breaker.admit("SPY")
        breaker.failed(ProviderUnavailable("a", "SPY", "away"))
        with pytest.raises(Unavailable):
            await line.ask(unanswered)
    with pytest.raises(LimitReached):
        await limit.acquire("SPY")
    with pytest.raises(Paused):
        breaker.admit("SPY")
    full = {"used": 2, "limit": 2, "waits": 1}
    assert told() == {"breakers": {"a": "open", "broker": "open"}, "limiters": {"a": full}}
    clocks.seconds += OPEN_S
    breaker.admit("SPY")
    assert await line.is_free()
    trying = {"breakers": {"a": "half-open", "broker": "half-open"}, "limiters": {"a": quiet | {"waits": 1}}}
    assert told() == trying


async def test_the_brokers_limit_tells_what_was_asked_and_who_had_to_wait(clocks: Clocks) -> None:
    line = BrokerLine(
        RESTClient("https://127.0.0.1:9", api_key="key", secret_key="secret"), timeout_s=1, requests_per_minute=1
    )
    assert await line.ask(lambda: "answer") == "answer"
    assert GUARDS.limiters["broker"]() == Fill(used=1, limit=1, waits=0)
    waiting = asyncio.create_task(line.ask(lambda: "late"))

    async def waits() -> int:
        return GUARDS.limiters["broker"]().waits

    try:
        await until(waits, lambda found: found == 1)
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_processes_are_asked_and_one_that_is_away_is_told_as_such(
    clocks: Clocks, text: CollectorRegistry
) -> None:
    Limit("alpaca", 200, window_s=60, timing=Timing())
    server, thread = start_http_server(0, addr="127.0.0.1", registry=text)
    try:
        there, away = await guards_of([f"providers=127.0.0.1:{server.server_port}", "executor=127.0.0.1:9"])
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()
    assert (there.process, there.answers, there.limiters["alpaca"].limit) == ("providers", True, 200)
    assert away.model_dump() == {"process": "executor", "answers": False, "breakers": {}, "limiters": {}}


@pytest.mark.parametrize("text", ["tapestream_limiter_used{", 'tapestream_breaker_state{name="a"} 1.0\n'])
def test_what_cannot_be_read_is_no_answer(text: str) -> None:
    assert guards_in("feed", text).answers is False
