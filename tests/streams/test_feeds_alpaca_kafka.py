"""The whole feed on a real Kafka: books lead to subscriptions, and what Alpaca tells to the tape."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from compose.children import feed_children
from compose.options import BadOption, Feed, RunOptions, feed_of
from schemas.codec import encode
from schemas.event import to_micros
from schemas.occ import OptionContract
from schemas.positions import Book
from schemas.records import BookRecord
from schemas.ticks import Tick
from streams.feeds.alpaca.__main__ import Tempo, run
from streams.feeds.alpaca.connection import Pace, Patience
from streams.publisher import Publisher
from streams.settings import InvalidSettings, load_settings
from streams.topics import BOOKS, partition_of
from tests.streams.alpaca_stream_server import KEY, SECRET, StreamServer, quote, stream_server, trade
from tests.streams.following import fresh_symbol, ticks_sent
from tests.streams.test_feeds_alpaca_wanted import position

TEMPO = Tempo(
    Pace(ping_s=0.1, silent_s=0.5, look_s=0.05), Patience(first_s=0.02, max_s=0.2, refused_first_s=0.05), away_s=0.6
)


@pytest.fixture
async def server() -> AsyncIterator[StreamServer]:
    async with stream_server() as served:
        yield served


def environment(server: StreamServer, kafka: str, symbol: str) -> dict[str, str]:
    return {
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "GAMMA_METRICS_SYMBOLS": symbol,
        "ALPACA_API_KEY": KEY,
        "ALPACA_SECRET_KEY": SECRET,
        "ALPACA_STREAM_URL": server.url,
        "ALPACA_DATA_URL": server.rest_url,
        "ALPACA_OPTION_SYMBOLS_MAX": "5000",
        "ALPACA_STOCK_SYMBOLS_MAX": "5000",
        "TWELVE_DATA_API_KEY": "",
        "MARKET_DATA_API_KEY": "",
    }


@asynccontextmanager
async def feeding(values: dict[str, str], monkeypatch: pytest.MonkeyPatch, *, source: str) -> AsyncIterator[None]:
    """Run the feed in this process; killed rather than stopped at the end, with what it had in hand."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    task = asyncio.create_task(run(load_settings(None), source=source, tempo=TEMPO))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def published(kafka: str, source: str, enough: Callable[[list[Tick]], bool]) -> list[Tick]:
    """Return the ticks of a source once there are enough."""
    async with asyncio.timeout(40):
        while not enough(ticks := await ticks_sent(kafka, source=source)):  # noqa: ASYNC110 -- Kafka tells nobody
            await asyncio.sleep(0.05)
    return ticks


async def held(kafka: str, symbol: str, option_symbol: str) -> None:
    """Let a book hold a contract."""
    book = Book(account_id="paper", symbol=symbol, positions=(position(option_symbol, symbol),))
    key = f"paper|{symbol}"
    async with Publisher(kafka) as publisher:
        await (
            await publisher.send_encoded(
                BOOKS.name,
                key=key,
                value=encode(BookRecord(state=book, epoch=1, version=1)),
                partition=partition_of(key),
                headers=[],
            )
        )


def contract_of(symbol: str) -> str:
    return OptionContract(symbol, datetime.now(UTC).date() + timedelta(days=7), "call", Decimal(596)).symbol


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.kafka
async def test_the_tape_is_whole_over_a_position_a_drop_and_a_new_run(
    kafka: str, server: StreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    symbol, source = fresh_symbol(), f"feeds/alpaca-{uuid4().hex}"
    contract = contract_of(symbol)
    values = environment(server, kafka, symbol)
    happened: list[int] = []

    async def happen(*, option: bool = False) -> None:
        """Let a trade and a quote of the underlying happen, or a trade of the contract."""
        at = now()
        happened.append(to_micros(at))
        if option:
            await server.tell("options", trade(contract, at, len(happened)))
        else:
            await server.tell("stocks", trade(symbol, at, len(happened)))

    def all_there(ticks: list[Tick]) -> bool:
        return len(ticks) >= len(happened)

    async with feeding(values, monkeypatch, source=source):
        await server.until(lambda: symbol in server.subscribed("stocks"))
        for _ in range(20):
            await happen()
        await published(kafka, source, all_there)
        # a position is opened: its contract is subscribed to, without a new connection
        await held(kafka, symbol, contract)
        await server.until(lambda: contract in server.subscribed("options"))
        assert server.connected.count("options") == 1
        await happen(option=True)
        await published(kafka, source, all_there)
        for name in ("stocks", "options"):
            server.closed.add(name)
            server.drop(name)
        for number in range(20):
            await happen(option=number % 2 == 0)
        server.closed.clear()
        await server.until(lambda: symbol in server.subscribed("stocks") and contract in server.subscribed("options"))
        await happen()
        await published(kafka, source, all_there)
        await happen(option=True)
    # what happens between two runs, and what the first had in hand when it ended
    await happen()
    await happen(option=True)
    async with feeding(values, monkeypatch, source=source):
        await server.until(lambda: symbol in server.subscribed("stocks") and contract in server.subscribed("options"))
        await happen()
        ticks = await published(kafka, source, all_there)
    # all of it once; of each symbol in order, as each stream fills its own gaps
    assert sorted((tick.at, tick.price // 10**9) for tick in ticks) == list(zip(happened, count(1), strict=False))
    for name in (symbol, contract):
        times = [tick.at for tick in ticks if tick.symbol == name]
        assert times == sorted(times)


@pytest.mark.kafka
async def test_the_process_publishes_and_stops_when_told(kafka: str, server: StreamServer) -> None:
    symbol, begun = fresh_symbol(), now()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streams.feeds.alpaca",
        env=os.environ | environment(server, kafka, symbol) | {"LOG_LEVEL": "debug"},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await server.until(lambda: symbol in server.subscribed("stocks"))
        await server.tell("stocks", quote(symbol, now(), 1.25, 1.5))
        ticks = await published(kafka, "feeds/alpaca", lambda ticks: any(tick.symbol == symbol for tick in ticks))
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said.decode()
    assert [tick.bid for tick in ticks if tick.symbol == symbol and tick.at > to_micros(begun)] == [1_250_000_000]
    assert KEY.encode() not in said
    assert SECRET.encode() not in said


async def test_without_keys_the_process_says_which_are_needed() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streams.feeds.alpaca",
        env=os.environ | {"ALPACA_API_KEY": "", "ALPACA_SECRET_KEY": ""},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"ALPACA_API_KEY and ALPACA_SECRET_KEY" in said


def test_the_feed_starts_beside_the_providers_and_the_clock() -> None:
    options = RunOptions(
        home=Path("home"), port=None, workers=1, feed=feed_of("alpaca"), speed="max", clock=None, demo=False
    )
    assert options.feed == Feed("alpaca")
    children = feed_children(options, environment={})
    assert [child.name for child in children] == ["feed", "providers", "clock"]
    assert children[0].command.arguments[-1] == "streams.feeds.alpaca"
    assert not children[0].finite
    with pytest.raises(BadOption, match="alpaca"):
        feed_of("alpaca:sip")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALPACA_STOCK_FEED", "opra"),
        ("ALPACA_OPTION_FEED", "sip"),
        ("ALPACA_STREAM_URL", "https://x"),
        ("ALPACA_GAP_MAX_S", "-1"),
    ],
)
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=name):
        load_settings(None)
