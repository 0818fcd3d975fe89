"""The process that fetches bars and chains: when it asks for what, and what it puts on market-context.v1."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from compose.children import PROVIDER_KEYS, feed_children
from compose.options import Feed, RunOptions
from schemas.codec import decode, encode
from schemas.market import ChainState, HistoryState, MarketContextReceived
from schemas.operations import ClockAdvanced
from streams.boundaries import MINUTE, Kind, boundary
from streams.clocks import TapeClock
from streams.feeds import history
from streams.feeds.history import (
    BARS,
    CHAIN,
    Lines,
    Wanted,
    access_of,
    context_of,
    everything,
    fetch,
    follow,
    wanted_at,
)
from streams.providers.candles import TIMEFRAMES
from streams.providers.fallback import Access, MarketData, guarded_providers
from streams.publisher import Publisher
from streams.settings import load_settings
from streams.tail import reader
from streams.topics import CLOCK, MARKET_CONTEXT, partition_of
from tests.streams.following import messages_of
from tests.streams.provider_lines import Passing, Standing
from tests.streams.provider_server import CALL, KEY, NOW, PUT, SECRET, SESSIONS, ProviderServer, Reply, provider_server

OPEN = datetime(2026, 2, 13, 14, 30, tzinfo=UTC)
SYMBOLS = ("SPY", "QQQ")


def asked_at(kind: Kind, at: datetime) -> set[Wanted]:
    return wanted_at(boundary(kind, at, source="test"), symbols=SYMBOLS, sessions=SESSIONS)


def test_all_timeframes_and_the_chain_are_wanted_at_the_start() -> None:
    assert everything(["SPY"]) == {Wanted("SPY", part) for part in ("1m", "5m", "15m", "1h", "1d", "chain")}
    assert BARS == 250


def test_the_open_asks_for_daily_bars_and_the_chain() -> None:
    assert asked_at("session_open", OPEN) == {Wanted(symbol, part) for symbol in SYMBOLS for part in ("1d", CHAIN)}


@pytest.mark.parametrize(
    ("at", "is_asked"),
    [
        (OPEN + timedelta(minutes=5), True),
        (OPEN + timedelta(minutes=4), False),
        (OPEN + timedelta(minutes=6), False),
        (OPEN - timedelta(minutes=5), False),
        (datetime(2026, 2, 13, 20, 55, tzinfo=UTC), True),
        (datetime(2026, 2, 13, 21, 0, tzinfo=UTC), False),
        (datetime(2026, 2, 14, 16, 0, tzinfo=UTC), False),
    ],
)
def test_in_regular_hours_the_chain_is_asked_for_every_five_minutes(at: datetime, is_asked: bool) -> None:
    assert asked_at("minute", at) == ({Wanted(symbol, CHAIN) for symbol in SYMBOLS} if is_asked else set())


def test_seconds_and_the_close_ask_for_nothing() -> None:
    assert (
        asked_at("second", OPEN + timedelta(minutes=5)) == asked_at("session_close", OPEN + timedelta(hours=1)) == set()
    )


def test_an_id_follows_from_the_content() -> None:
    bars = HistoryState(timeframe="5m")
    event = context_of(Wanted("SPY", "5m"), bars, clock=Standing())
    assert (event.symbol, event.history, event.chain, event.occurred_at) == ("SPY", bars, None, NOW)
    later = TapeClock()
    later.advance(NOW + MINUTE)
    assert context_of(Wanted("SPY", "5m"), bars, clock=later).event_id == event.event_id
    others = [
        context_of(Wanted("QQQ", "5m"), bars, clock=Standing()),
        context_of(Wanted("SPY", "1m"), HistoryState(timeframe="1m"), clock=Standing()),
        context_of(Wanted("SPY", CHAIN), ChainState(timestamp=NOW), clock=Standing()),
        context_of(Wanted("SPY", CHAIN), ChainState(timestamp=OPEN), clock=Standing()),
    ]
    assert len({item.event_id for item in (event, *others)}) == 5


def test_settings_give_order_addresses_and_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "MARKET_DATA_PROVIDER": "alpaca",
        "MARKET_DATA_PROVIDER_PRIORITY": "marketdata,alpaca",
        "ALPACA_API_KEY": "a",
        "ALPACA_SECRET_KEY": "b",
        "ALPACA_DATA_URL": "http://alpaca",
        "TWELVE_DATA_API_KEY": "c",
        "TWELVE_DATA_URL": "http://twelve",
        "MARKET_DATA_API_KEY": "d",
        "MARKET_DATA_URL": "http://market",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert access_of(load_settings(None)) == Access(
        order=("alpaca", "marketdata"),
        alpaca_key="a",
        alpaca_secret="b",
        alpaca_url="http://alpaca",
        twelve_data_key="c",
        twelve_data_url="http://twelve",
        market_data_key="d",
        market_data_url="http://market",
    )


@pytest.fixture(scope="module")
def running() -> Iterator[ProviderServer]:
    with provider_server() as server:
        yield server


@pytest.fixture
def server(running: ProviderServer) -> ProviderServer:
    return running.reset()


def market_of(server: ProviderServer, passing: Passing) -> MarketData:
    access = Access(
        order=("alpaca", "twelvedata"),
        alpaca_key=KEY,
        alpaca_secret=SECRET,
        alpaca_url=server.url,
        twelve_data_key=KEY,
        twelve_data_url=server.url,
    )
    return MarketData(
        guarded_providers(access, clock=Standing(), sessions=SESSIONS, timing=passing.timing), timing=passing.timing
    )


@asynccontextmanager
async def working(work: Any) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def events_once(kafka: str, enough: Callable[[list[MarketContextReceived]], bool]) -> list[MarketContextReceived]:
    """Return what the feed has published, once it is enough."""
    async with asyncio.timeout(30):
        while True:
            messages = await messages_of(kafka, MARKET_CONTEXT, source=history.SOURCE)
            found = [decode(MarketContextReceived, message.value) for message in messages]
            if enough(found):
                assert {(message.partition, message.key.decode()) for message in messages} == {
                    (partition_of("SPY"), "SPY")
                }
                return found
            await asyncio.sleep(0.05)


@pytest.mark.kafka
async def test_the_process_publishes_bars_and_chains_and_outlives_failures(
    kafka: str, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SOURCE", f"feeds/history-{uuid4()}")
    passing = Passing()
    server.always("alpaca", Reply(503))
    server.always("twelvedata", Reply(503))
    at = datetime(2020, 1, 2, 15, 30, tzinfo=UTC)  # earlier than any other test's, on whom it shall not work

    async def pass_a_minute() -> None:
        nonlocal at
        at += MINUTE
        passing.at += 61  # what was cached or paused is no more
        await (await publisher.send(CLOCK, boundary("minute", at, source=history.SOURCE), key="0", partition=0))

    market = market_of(server, passing)
    async with Publisher(kafka) as publisher, reader(kafka) as consumer:
        lines = Lines(market, publisher, Standing())
        feed = follow(consumer, lines, symbols=("SPY",), sessions=SESSIONS)
        async with working(feed) as task:
            while len(server.asked) < 10:
                await asyncio.sleep(0.02)
                assert not task.done()
            # alpaca stays away: bars come from the next, chains from nobody
            server.standing.pop("twelvedata")
            while len(await messages_of(kafka, MARKET_CONTEXT, source=history.SOURCE)) < 5:
                await pass_a_minute()
                await asyncio.sleep(0.3)
                assert not task.done()
            found = await events_once(kafka, lambda events: len(events) >= 5)
            assert sorted(event.history.timeframe for event in found if event.history) == sorted(TIMEFRAMES)
            assert {len(event.history.bars) for event in found if event.history} == {BARS}
            server.standing.clear()
            while not any(event.chain for event in found):
                await pass_a_minute()
                await asyncio.sleep(0.3)
                found = await events_once(kafka, lambda events: bool(events))
            (chain,) = (event.chain for event in found if event.chain)
            assert [contract.option_symbol for contract in chain.contracts] == [CALL, PUT]
            assert len(found) == 6
    await market.aclose()


@pytest.mark.kafka
async def test_what_has_not_changed_is_not_published_again(
    kafka: str, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SOURCE", f"feeds/history-{uuid4()}")
    passing = Passing()
    market = market_of(server, passing)
    wanted = {Wanted("SPY", "1d"), Wanted("SPY", CHAIN)}
    async with Publisher(kafka) as publisher:
        lines = Lines(market, publisher, Standing())
        for asked in (3, 6):  # bars; the price and the chain
            assert await fetch(wanted, lines) == (set(), set())
            assert len(server.asked) == asked
            passing.at += 60
    await market.aclose()
    assert len(await events_once(kafka, bool)) == 2


@pytest.mark.kafka
async def test_what_nobody_has_is_put_off_until_the_next_open(
    kafka: str, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SOURCE", f"feeds/history-{uuid4()}")
    market, daily = market_of(server, Passing()), Wanted("NOSUCH", "1d")
    server.script("alpaca", Reply(401))
    async with Publisher(kafka) as publisher:
        lines = Lines(market, publisher, Standing())
        assert await fetch({daily}, lines) == (set(), {daily})
        server.always("alpaca", Reply(500))
        assert await fetch({daily}, lines) == ({daily}, set())
        await market.aclose()
        server.reset()
        market = market_of(server, Passing())
        lines = Lines(market, publisher, Standing())
        day = [boundary("minute", OPEN + n * MINUTE, source="test") for n in range(1, 5)]
        told = Told(*day, boundary("session_open", OPEN + timedelta(days=4), source="test"))
        async with working(follow(told, lines, symbols=("NOSUCH",), sessions=SESSIONS)):
            async with asyncio.timeout(20):
                await told.heard.wait()
    await market.aclose()
    # five timeframes at the start and five at the open
    assert len(server.asked_of("twelvedata")) == 10


class Told:
    """A consumer of a clock that has told nothing before."""

    def __init__(self, *events: ClockAdvanced) -> None:
        self.batches: list[list[ClockAdvanced]] = [[], *([event] for event in events)]
        self.heard = asyncio.Event()

    async def beginning_offsets(self, partitions: list[Any]) -> dict[Any, int]:
        return dict.fromkeys(partitions, 0)

    end_offsets = beginning_offsets

    def assign(self, partitions: list[Any]) -> None: ...

    def seek(self, partition: Any, offset: int) -> None: ...

    async def getmany(self, partition: Any, *, timeout_ms: int) -> dict[Any, list[Any]]:
        if not self.batches:
            self.heard.set()
            await asyncio.Event().wait()
        return {partition: [SimpleNamespace(value=encode(event)) for event in self.batches.pop(0)]}


@pytest.mark.kafka
async def test_by_the_tape_nothing_is_fetched_before_it_tells_a_time(
    kafka: str, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SOURCE", f"feeds/history-{uuid4()}")
    market = market_of(server, Passing())
    async with Publisher(kafka) as publisher:
        lines = Lines(market, publisher, TapeClock())
        silent = Told()
        async with working(follow(silent, lines, symbols=("SPY",), sessions=SESSIONS)), asyncio.timeout(20):
            await silent.heard.wait()
        assert server.asked == []
        told = Told(boundary("second", OPEN, source="test"), boundary("minute", OPEN + MINUTE, source="test"))
        async with working(follow(told, lines, symbols=("SPY",), sessions=SESSIONS)) as task:
            found = await events_once(kafka, lambda events: len(events) == 6 or task.done())
    await market.aclose()
    assert {event.occurred_at for event in found} == {OPEN + MINUTE}


@pytest.mark.kafka
async def test_the_program_fetches_publishes_and_stops_when_told(kafka: str, server: ProviderServer) -> None:
    server.now = began = datetime.now(UTC)
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "CLOCK": "wall",
        "LOG_LEVEL": "debug",
        "GAMMA_METRICS_SYMBOLS": "SPY",
        "MARKET_DATA_PROVIDER": "twelvedata",
        "MARKET_DATA_PROVIDER_PRIORITY": "alpaca,marketdata",
        "TWELVE_DATA_API_KEY": KEY,
        "TWELVE_DATA_URL": server.url,
        "MARKET_DATA_API_KEY": KEY,
        "MARKET_DATA_URL": server.url,
        "ALPACA_API_KEY": "",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streams.feeds.history", env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        found = [
            event
            for event in await events_once(kafka, lambda events: sum(item.occurred_at > began for item in events) >= 6)
            if event.occurred_at > began
        ]
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said.decode()
    assert sorted(event.history.timeframe if event.history else CHAIN for event in found) == sorted(
        (*TIMEFRAMES, CHAIN)
    )
    asked = {(item.provider, item.path) for item in server.asked}
    assert asked == {("twelvedata", "/time_series"), ("marketdata", "/v1/options/chain/SPY/")}
    assert b"left out" in said
    assert KEY.encode() not in said


def children(feed: Feed, **environment: str) -> list[str]:
    options = RunOptions(home=Path("home"), port=None, workers=1, feed=feed, speed="max", clock=None, demo=False)
    return [child.name for child in feed_children(options, environment=environment)]


def test_the_supervisor_starts_it_where_prices_come_from_outside_and_a_key_is_set() -> None:
    for name in PROVIDER_KEYS:
        assert children(Feed("none"), **{name: "key"}) == ["providers", "clock"]
    assert children(Feed("none"), **dict.fromkeys(PROVIDER_KEYS, "")) == ["clock"]
    keys = dict.fromkeys(PROVIDER_KEYS, "key")
    assert children(Feed("simulated"), **keys) == ["feed", "clock"]
    assert children(Feed("replay", "spx-2021-01-04"), **keys) == ["feed"]
