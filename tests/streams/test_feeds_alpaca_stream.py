"""A stream over real sockets: what breaks, what is missed, and what Alpaca refuses."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from schemas.event import to_micros
from schemas.ticks import Tick
from streams.feeds.alpaca.connection import Name, StreamLost, StreamRefused, endpoint_of, opened
from tests.streams.alpaca_stream_server import KEY, SECRET, StreamServer, quote, stream_server, trade
from tests.streams.alpaca_streaming import CALL, PACE, down, eventually, now, running, told, up


@pytest.fixture
async def server() -> AsyncIterator[StreamServer]:
    async with stream_server() as served:
        yield served


@pytest.mark.parametrize(("name", "symbol"), [("stocks", "SPY"), ("options", CALL)])
async def test_what_a_stream_tells_is_published_exactly(server: StreamServer, name: Name, symbol: str) -> None:
    async with running(server, name, symbols=[symbol]) as (_, published):
        await server.until(lambda: server.subscribed(name) == {symbol})
        at = now()
        await server.tell(name, quote(symbol, at, 0.07, 596.1501, (3, 4)), trade(symbol, at, 4.35, 12))
        assert await published.count(2) == [
            Tick(symbol, to_micros(at), bid=70_000_000, ask=596_150_100_000, bid_size=3, ask_size=4),
            Tick(symbol, to_micros(at), price=4_350_000_000, size=12),
        ]


@pytest.mark.parametrize(("name", "symbol"), [("stocks", "SPY"), ("options", CALL)])
async def test_after_a_drop_nothing_between_is_missing_and_nothing_comes_twice(
    server: StreamServer, name: Name, symbol: str
) -> None:
    async with running(server, name, symbols=[symbol]) as (stream, published):
        await server.until(lambda: server.subscribed(name) == {symbol})
        begun = now() - timedelta(seconds=1)
        for number in range(3):
            await server.tell(name, trade(symbol, begun + timedelta(milliseconds=number), 1 + number))
        await published.count(3)
        server.closed.add(name)
        server.drop(name)
        await down(stream)
        # what happens while nobody listens, twice the same thing within a microsecond, too
        for number in (3, 4, 4, 5):
            await server.tell(name, trade(symbol, begun + timedelta(milliseconds=number), 1 + number))
        server.closed.clear()
        await server.until(lambda: server.subscribed(name) == {symbol})
        await server.tell(name, trade(symbol, begun + timedelta(milliseconds=6), 7))
        ticks = await published.count(8)
        await told(published, server, name, symbol)
        assert [tick.price // 10**9 for tick in ticks[:8]] == [1, 2, 3, 4, 5, 5, 6, 7]
        assert len(published.ticks) == 9


async def test_what_is_on_its_way_to_kafka_outlives_the_connection(server: StreamServer) -> None:
    """It counts as published, so the history of the gap does not bring it again."""
    async with running(server) as (stream, published):
        await server.until(lambda: server.subscribed("stocks"))
        await told(published, server)
        may_go = asyncio.Event()
        went_on = stream._outgoing._publish

        async def slow(ticks: Sequence[Tick]) -> None:
            await may_go.wait()
            await went_on(ticks)

        stream._outgoing._publish = slow
        for number in range(2, 5):
            await server.tell("stocks", trade("SPY", now(), number))
        await eventually(lambda: stream._tape.newest_at("SPY") == to_micros(server.tape[-1]["t"]))
        server.drop("stocks")
        await down(stream)
        await up(stream)
        may_go.set()
        assert [tick.price // 10**9 for tick in await published.count(4)] == [1, 2, 3, 4]
        await told(published, server)
        assert len(published.ticks) == 5


@pytest.mark.parametrize(("name", "symbol", "expected"), [("stocks", "SPY", [1, 2, 3]), ("options", CALL, [1, 3])])
async def test_quotes_of_a_gap_come_from_history_for_stocks_and_the_newest_for_options(
    server: StreamServer, name: Name, symbol: str, expected: list[int]
) -> None:
    begun = now() - timedelta(seconds=1)
    async with running(server, name, symbols=[symbol]) as (stream, published):
        await server.until(lambda: server.subscribed(name))
        await server.tell(name, quote(symbol, begun, 1.0, 1.5))
        await published.count(1)
        server.drop(name)
        await down(stream)
        for number in (2, 3):
            server.tape.append(quote(symbol, begun + timedelta(milliseconds=number), number, number + 0.5))
        ticks = await published.count(len(expected))
        assert [tick.bid // 10**9 for tick in ticks] == expected


async def test_a_gap_that_is_too_long_takes_the_newest_quotes_only(server: StreamServer) -> None:
    long_ago = now() - timedelta(seconds=60)
    server.tape += [
        trade("SPY", long_ago + timedelta(seconds=1), 5.0),
        quote("SPY", long_ago + timedelta(seconds=2), 5.0, 6.0),
        quote("SPY", long_ago + timedelta(seconds=3), 7.0, 8.0),
    ]
    async with running(server, since={"SPY": long_ago}, gap_max_s=30) as (_, published):
        assert [tick.bid for tick in await published.count(1)] == [7 * 10**9]
    async with running(server, since={"SPY": long_ago}, gap_max_s=90) as (_, published):
        assert [tick.mark for tick in await published.count(3)] == [5 * 10**9, 5_500_000_000, 7_500_000_000]


async def test_a_history_that_cannot_be_had_stops_nothing(server: StreamServer) -> None:
    server.rest_status = 403
    async with running(server, since={"SPY": now()}) as (_, published):
        await server.until(lambda: server.subscribed("stocks"))
        await told(published, server)


async def test_what_comes_while_a_gap_is_filled_waits_for_its_history(server: StreamServer) -> None:
    begun = now() - timedelta(seconds=1)
    server.tape.append(trade("SPY", begun + timedelta(milliseconds=1), 1.0))
    async with running(server, since={"SPY": begun}) as (_, published):
        await server.until(lambda: server.subscribed("stocks"))
        # it is on the stream before history is asked for, and in history too
        await server.tell("stocks", trade("SPY", begun + timedelta(milliseconds=2), 2.0))
        await server.tell("stocks", trade("SPY", begun + timedelta(milliseconds=3), 3.0))
        await told(published, server)
        assert [tick.price // 10**9 for tick in (await published.count(4))[:3]] == [1, 2, 3]


async def test_subscriptions_change_by_differences_without_a_new_connection(server: StreamServer) -> None:
    async with running(server, symbols=["SPY", "QQQ"]) as (stream, _):
        await server.until(lambda: server.subscribed("stocks") == {"SPY", "QQQ"})
        stream.want(["QQQ", "IWM"])
        await server.until(lambda: server.subscribed("stocks") == {"QQQ", "IWM"})
        assert server.asked == [
            ("stocks", "subscribe", ("SPY", "QQQ")),
            ("stocks", "unsubscribe", ("SPY",)),
            ("stocks", "subscribe", ("IWM",)),
        ]
        assert server.connected == ["stocks"]


async def test_a_symbol_that_is_added_has_its_newest_quote_at_once(server: StreamServer) -> None:
    seen = quote("IWM", now(), 2.0, 2.5)
    server.tape.append(seen)
    async with running(server) as (stream, published):
        await up(stream)
        stream.want(["SPY", "IWM"])
        assert [tick.symbol for tick in await published.count(1)] == ["IWM"]


@pytest.mark.parametrize("limit", [1, 5, 7])
async def test_of_more_symbols_than_the_plan_allows_the_important_ones_are_kept(
    server: StreamServer, limit: int
) -> None:
    server.symbols_max["stocks"] = limit
    wanted = [f"S{letter}" for letter in "ABCDEFGH"]
    with capture_logs() as logs:
        async with running(server, symbols=wanted) as (stream, _):
            await up(stream)
            assert server.subscribed("stocks") == set(wanted[:limit])
            stream.want(["NEW", *wanted])
            await server.until(lambda: server.subscribed("stocks") == {"NEW", *wanted[: limit - 1]})
    assert "ALPACA_STOCK_SYMBOLS_MAX" in str([entry for entry in logs if entry["log_level"] == "error"])
    assert server.connected == ["stocks"]


@pytest.mark.parametrize(
    ("code", "text", "setting"),
    [
        (402, "auth failed", "ALPACA_API_KEY"),
        (406, "connection limit exceeded", "ALPACA_API_KEY"),
        (409, "insufficient subscription", "ALPACA_STOCK_FEED=iex"),
    ],
)
@pytest.mark.parametrize("place", ["welcome", "auth"])
async def test_a_refusal_names_the_setting_and_is_not_tried_again_soon(
    server: StreamServer, code: int, text: str, setting: str, place: str
) -> None:
    (server.welcome_errors if place == "welcome" else server.auth_errors)["stocks"] = code, text
    with pytest.raises(StreamRefused, match=setting):
        async with opened(endpoint_of("stocks", base_url=server.url, feed="iex"), key=KEY, secret=SECRET, pace=PACE):
            pass
    server.connected.clear()
    server.auth_errors["options"] = 500, "internal error"
    with capture_logs() as logs:
        async with running(server) as (stream, _), running(server, "options", symbols=[CALL]):
            await server.until(lambda: server.connected.count("options") >= 5)
            assert setting in stream.why
    assert [entry["log_level"] for entry in logs if entry.get("stream") == "stocks"] == ["error"]
    assert server.connected.count("stocks") == 1


@pytest.mark.parametrize("code", [401, 404, 407, 500])
async def test_other_errors_are_passing(server: StreamServer, code: int) -> None:
    server.auth_errors["stocks"] = code, "some error"
    with pytest.raises(StreamLost, match="some error"):
        async with opened(endpoint_of("stocks", base_url=server.url, feed="iex"), key=KEY, secret=SECRET, pace=PACE):
            pass
    async with running(server) as (stream, _):
        await server.until(lambda: server.connected.count("stocks") >= 4)
        server.auth_errors.clear()
        await up(stream)


async def test_keys_stand_in_no_log_and_no_error(
    server: StreamServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        async with running(server) as (stream, _):
            await up(stream)
        async with running(server, secret="another-secret") as (stream, _):
            await eventually(lambda: stream.why != "not connected yet")
    said = f"{caplog.text}{logs}{capfd.readouterr()}{stream.why}"
    assert "auth failed" in said
    for secret in (KEY, SECRET, "another-secret"):
        assert secret not in said
        # a frame's end, as websockets shows it
        assert secret.encode()[-6:].hex(" ") not in said
