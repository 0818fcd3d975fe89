"""A stream that says nothing any more: others stand in for it until it is back."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from streams.clocks import WallClock
from streams.feeds.alpaca.fallback import stand_in
from streams.providers.failures import NobodyAnswered
from streams.providers.fallback import TWELVE_DATA_PER_DAY, Access, guarded_providers
from streams.providers.newest import Newest
from tests.streams.alpaca_stream_server import KEY, SECRET, StreamServer, quote, stream_server, trade
from tests.streams.alpaca_streaming import CALL, down, eventually, now, running, told, up
from tests.streams.provider_server import SESSIONS, ProviderServer, Reply, provider_server


@pytest.fixture
async def server() -> AsyncIterator[StreamServer]:
    async with stream_server() as served:
        yield served


async def test_a_socket_that_falls_silent_is_given_up_and_its_gap_filled(server: StreamServer) -> None:
    async with running(server) as (stream, published):
        await server.until(lambda: server.subscribed("stocks"))
        await told(published, server)
        await server.fall_silent("stocks")
        await server.tell("stocks", trade("SPY", now(), 2.0))
        await down(stream)
        assert stream.is_down.is_set()
        server.drop("stocks")
        server.silent.clear()
        await up(stream)
        ticks = await published.count(2)
        assert [tick.price // 10**9 for tick in ticks] == [1, 2]


async def test_a_connection_that_is_mute_in_an_open_market_is_given_up(server: StreamServer) -> None:
    async with running(server, mute_s=0.1) as (stream, published):
        await down(stream)
        await up(stream)
        await down(stream)
        assert "mute" in stream.why
        # it counts as back once it tells something, not when it answers
        back = asyncio.create_task(stream.is_up.wait())
        await server.until(lambda: len(server.asked) >= 4)
        assert not back.done()
        await server.until(lambda: server.subscribed("stocks"))
        await server.tell("stocks", trade("SPY", now(), 2.0))
        await published.count(1)
        assert await back


async def test_a_connection_may_be_mute_while_the_market_is_closed(server: StreamServer) -> None:
    looks = 0

    def is_open() -> bool:
        nonlocal looks
        looks += 1
        return False

    async with running(server, mute_s=0.02, is_open=is_open):
        await eventually(lambda: looks >= 10)
        assert server.connected == ["stocks"]


@pytest.fixture
def providers() -> Iterator[ProviderServer]:
    with provider_server() as served:
        yield served


async def test_a_silent_stream_falls_back_to_the_next_provider_and_comes_back(
    server: StreamServer, providers: ProviderServer
) -> None:
    providers.always("twelvedata", Reply(500))
    access = Access(
        order=("twelvedata", "marketdata"),
        twelve_data_key=KEY,
        twelve_data_url=providers.url,
        market_data_key=KEY,
        market_data_url=providers.url,
    )
    newest = Newest(guarded_providers(access, clock=WallClock(), sessions=SESSIONS))
    with capture_logs() as logs:
        async with running(server) as (stream, published):
            poll = asyncio.create_task(
                stand_in(
                    stream,
                    newest=newest,
                    symbols=lambda: ("SPY", "UNKNOWN"),
                    tape=stream._tape,
                    publish=published.publish,
                    is_open=lambda: True,
                    poll_s=0.05,
                    away_s=0.6,
                )
            )
            await server.until(lambda: server.subscribed("stocks"))
            before = quote("SPY", providers.now - timedelta(seconds=1), 1.0, 2.0)
            await server.tell("stocks", before)
            await published.count(1)
            await server.fall_silent("stocks")
            # the second price comes at another time, and what is polled in between is no news
            await published.count(2)
            providers.now += timedelta(seconds=5)
            await published.count(3)
            server.drop("stocks")
            server.silent.clear()
            await up(stream)
            await told(published, server)
            asked = len(providers.asked)
            await eventually(lambda: [entry.get("status") for entry in logs].count("stream") == 2)
            assert len(providers.asked) <= asked + 1
            poll.cancel()
    await newest.aclose()
    # what is polled again and has not changed is not published again
    assert [tick.price for tick in published.ticks[1:3]] == [596_160_000_000] * 2
    assert published.ticks[2].at - published.ticks[1].at == 5_000_000
    assert [tick.price for tick in published.ticks].count(596_160_000_000) == 2
    assert [entry["status"] for entry in logs if entry["event"] == "feed_status"] == ["stream", "polled", "stream"]
    assert [entry["providers"] for entry in logs if entry.get("status") == "polled"] == [["marketdata"]]


async def test_nothing_is_polled_while_the_market_is_closed(server: StreamServer, providers: ProviderServer) -> None:
    server.closed.add("stocks")
    looks = 0

    def is_open() -> bool:
        nonlocal looks
        looks += 1
        return False

    newest = Newest(
        guarded_providers(
            Access(market_data_key=KEY, market_data_url=providers.url), clock=WallClock(), sessions=SESSIONS
        )
    )
    async with running(server) as (stream, published):
        poll = asyncio.create_task(
            stand_in(
                stream,
                newest=newest,
                symbols=lambda: ("SPY",),
                tape=stream._tape,
                publish=published.publish,
                is_open=is_open,
                poll_s=0.01,
                away_s=0.05,
            )
        )
        await eventually(lambda: looks >= 5)
        poll.cancel()
    await newest.aclose()
    assert not providers.asked
    assert not published.ticks


async def test_what_one_provider_has_nothing_of_is_asked_of_the_next(providers: ProviderServer) -> None:
    access = Access(
        order=("twelvedata", "alpaca", "marketdata"),
        twelve_data_key=KEY,
        twelve_data_url=providers.url,
        alpaca_key=KEY,
        alpaca_secret=SECRET,
        alpaca_url=providers.url,
        market_data_key=KEY,
        market_data_url=providers.url,
    )
    newest = Newest(guarded_providers(access, clock=WallClock(), sessions=SESSIONS))
    assert [(seen.symbol, seen.provider) for seen in await newest.prices(["SPY"])] == [("SPY", "twelvedata")]
    # Twelve Data offers no options; asked again it is asked again, as nothing is kept
    for _ in range(2):
        quotes = await newest.option_quotes([CALL])
        assert [(seen.option_symbol, seen.bid, seen.provider) for seen in quotes] == [(CALL, Decimal("4.25"), "alpaca")]
    providers.always("alpaca", Reply(503))
    assert [seen.provider for seen in await newest.option_quotes([CALL])] == ["marketdata"]
    assert len(providers.asked_of("alpaca")) == 3
    assert await newest.prices([]) == ()
    with pytest.raises(NobodyAnswered):
        await newest.option_quotes(["SPY260220C00999000"])
    await newest.aclose()


async def test_twelve_data_prices_several_symbols_at_the_cost_of_each(providers: ProviderServer) -> None:
    unknown = {"code": 404, "message": "symbol not found", "status": "error"}
    providers.always("twelvedata", Reply(body=json.dumps({"SPY": {"price": "596.15002"}, "NONE": unknown})))
    access = Access(twelve_data_key=KEY, twelve_data_url=providers.url)
    newest = Newest(guarded_providers(access, clock=WallClock(), sessions=SESSIONS, share=TWELVE_DATA_PER_DAY // 3))
    assert [(seen.symbol, seen.price) for seen in await newest.prices(["SPY", "NONE"])] == [
        ("SPY", Decimal("596.15002"))
    ]
    # of three requests a day one is left
    with pytest.raises(NobodyAnswered, match="limit of 3"):
        await newest.prices(["SPY", "NONE"])
    await newest.aclose()
