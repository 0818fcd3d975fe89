"""The fake's market data: its streams and its history, by alpaca-py's own clients and over plain sockets."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alpaca.common.exceptions import APIError
from alpaca.data.historical import OptionHistoricalDataClient, StockHistoricalDataClient
from alpaca.data.live import OptionDataStream, StockDataStream
from alpaca.data.requests import (
    OptionChainRequest,
    OptionLatestQuoteRequest,
    OptionTradesRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockQuotesRequest,
    StockTradesRequest,
)
from websockets.asyncio.client import ClientConnection, connect

from tests.brokers.alpaca.packing import packed, unpacked
from tests.brokers.alpaca.running import FakeAlpaca, fake_alpaca
from tests.brokers.listening import eventually, watching

CALL = "SPY260220C00596000"
AT = "2026-02-13T15:30:00.123456789Z"
NANOSECONDS = 1_770_996_600_123_456_789


def stocks(fake: FakeAlpaca, **settings: Any) -> StockDataStream:
    return StockDataStream(fake.key, fake.secret, url_override=fake.stock_stream_url, **settings)


def options(fake: FakeAlpaca, **settings: Any) -> OptionDataStream:
    return OptionDataStream(fake.key, fake.secret, url_override=fake.option_stream_url, **settings)


def test_quotes_and_trades_reach_those_who_subscribed(fake: FakeAlpaca) -> None:
    with watching(fake, stocks(fake), "SPY") as of_stocks, watching(fake, options(fake), CALL) as of_options:
        fake.quote("SPY", "596.10", "596.12", bid_size=3, ask_size=4, at=AT)
        fake.quote("QQQ", "500", "501")
        fake.trade("SPY", "596.11", 100, at=AT)
        fake.quote(CALL, "2.50", "2.55", at=AT)
        fake.trade(CALL, "2.53", 2, at=AT)
        eventually(lambda: len(of_stocks) == len(of_options) == 2, what="quotes and trades")
    quote, trade = of_stocks
    assert (quote.symbol, quote.bid_price, quote.ask_price) == ("SPY", 596.10, 596.12)
    assert (quote.bid_size, quote.ask_size, quote.conditions) == (3, 4, ["R"])
    assert (trade.price, trade.size, trade.id) == (596.11, 100, 1)
    assert quote.timestamp == trade.timestamp == datetime(2026, 2, 13, 15, 30, 0, 123456, tzinfo=UTC)
    quote, trade = of_options
    assert (quote.symbol, quote.bid_price, quote.ask_price, quote.conditions) == (CALL, 2.5, 2.55, "A")
    assert (trade.price, trade.size, trade.timestamp) == (2.53, 2, quote.timestamp)


class Talk:
    """A plain conversation with a data stream, in JSON or MessagePack."""

    def __init__(self, socket: ClientConnection, *, as_msgpack: bool) -> None:
        self._socket = socket
        self._as_msgpack = as_msgpack

    async def say(self, **message: object) -> Any:
        """Say something and return the answer."""
        await self._socket.send(packed(message) if self._as_msgpack else json.dumps(message))
        return await self.hear()

    async def hear(self) -> Any:
        frame = await self._socket.recv()
        assert isinstance(frame, bytes) == self._as_msgpack
        return unpacked(frame) if isinstance(frame, bytes) else json.loads(frame)


def talking(url: str, *, as_msgpack: bool = False, **headers: str) -> connect:
    if as_msgpack:
        headers["Content-Type"] = "application/msgpack"
    return connect(url, additional_headers=headers, proxy=None)


WELCOME = [{"T": "success", "msg": "connected"}]
AUTHENTICATED = [{"T": "success", "msg": "authenticated"}]


def error(code: int, message: str) -> list[dict[str, object]]:
    return [{"T": "error", "code": code, "msg": message}]


async def test_stocks_are_told_in_json_with_nanoseconds_unless_messagepack_is_asked_for(fake: FakeAlpaca) -> None:
    for as_msgpack in (False, True):
        async with talking(fake.stock_stream_url, as_msgpack=as_msgpack) as socket:
            talk = Talk(socket, as_msgpack=as_msgpack)
            assert await talk.hear() == WELCOME
            assert await talk.say(action="auth", key=fake.key, secret=fake.secret) == AUTHENTICATED
            subscribed = (await talk.say(action="subscribe", quotes=["SPY", "QQQ"], trades=["*"]))[0]
            assert (subscribed["T"], subscribed["quotes"], subscribed["trades"]) == (
                "subscription",
                ["QQQ", "SPY"],
                ["*"],
            )
            assert (await talk.say(action="unsubscribe", quotes=["QQQ"]))[0]["quotes"] == ["SPY"]
            fake.quote("QQQ", "1", "2")
            fake.quote("SPY", "596.10", "596.12", at=AT)
            quote = (await talk.hear())[0]
            at = quote.pop("t")
            assert (at.seconds * 10**9 + at.nanoseconds if as_msgpack else at) == (NANOSECONDS if as_msgpack else AT)
            sides = {"bx": "V", "bp": 596.1, "bs": 1000, "ax": "V", "ap": 596.12, "as": 1000}
            assert quote == {"T": "q", "S": "SPY", **sides, "c": ["R"], "z": "B"}


async def test_what_waits_is_told_together(fake: FakeAlpaca) -> None:
    async with talking(fake.stock_stream_url) as socket:
        talk = Talk(socket, as_msgpack=False)
        await talk.hear()
        await talk.say(action="auth", key=fake.key, secret=fake.secret)
        await talk.say(action="subscribe", quotes=["SPY"])
        fake.post("quotes", [{"symbol": "SPY", "bid": str(n), "ask": str(n + 1)} for n in range(1, 251)])
        heard: list[list[dict[str, Any]]] = []
        while sum(map(len, heard)) < 250:
            heard.append(await talk.hear())
        assert [each["bp"] for message in heard for each in message] == list(range(1, 251))
        assert len(heard) < 250
        assert max(map(len, heard)) <= 100


async def test_options_are_told_in_messagepack_only_and_not_all_quotes_at_once(fake: FakeAlpaca) -> None:
    async with talking(fake.option_stream_url) as socket:
        assert unpacked(await socket.recv()) == WELCOME  # type: ignore[arg-type] # the frame is binary
        told = unpacked(await socket.recv())  # type: ignore[arg-type] # the frame is binary
        assert told == error(412, "option messages are only available in MsgPack format")
    async with talking(fake.option_stream_url, as_msgpack=True) as socket:
        talk = Talk(socket, as_msgpack=True)
        await talk.hear()
        await talk.say(action="auth", key=fake.key, secret=fake.secret)
        assert await talk.say(action="subscribe", quotes=["*"]) == error(
            413, "star subscription is not allowed for option quotes"
        )
        assert await talk.say(action="subscribe", bars=[CALL]) == error(410, "invalid subscribe action for this feed")
        assert await talk.say(action="subscribe", trades=["*"], quotes=[CALL]) == [
            {"T": "subscription", "trades": ["*"], "quotes": [CALL]}
        ]


async def test_who_may_not_is_told_why(tmp_path: Path) -> None:
    terms = {"feeds": "iex,indicative", "most_symbols": 3, "auth_timeout_s": 0.3}
    with fake_alpaca(tmp_path, **terms) as fake:
        async with talking(fake.stock_stream_url) as socket:
            talk = Talk(socket, as_msgpack=False)
            await talk.hear()
            assert await talk.say(action="dance") == error(400, "invalid syntax")
            assert await talk.say(action="subscribe", quotes=["SPY"]) == error(401, "not authenticated")
            assert await talk.say(action="auth", key=fake.key, secret="wrong") == error(402, "auth failed")
            right = {"action": "auth", "key": fake.key, "secret": fake.secret}
            assert await talk.say(**right) == AUTHENTICATED
            assert await talk.say(**right) == error(403, "already authenticated")
            await talk.say(action="subscribe", quotes=["A", "B"], bars=["C", "D"])
            assert await talk.say(action="subscribe", trades=["C", "D"]) == error(405, "symbol limit exceeded")
            assert (await talk.say(action="subscribe", trades=["C"]))[0]["trades"] == ["C"]
            async with talking(fake.stock_stream_url) as second:
                other = Talk(second, as_msgpack=False)
                await other.hear()
                assert await other.say(**right) == error(406, "connection limit exceeded")
                await second.wait_closed()
        async with talking(f"{fake.data_stream_url}/v2/sip") as socket:
            talk = Talk(socket, as_msgpack=False)
            await talk.hear()
            assert await talk.say(**right) == error(409, "insufficient subscription")
            await socket.wait_closed()
        keys = {"APCA-API-KEY-ID": fake.key, "APCA-API-SECRET-KEY": fake.secret}
        async with talking(fake.option_stream_url, as_msgpack=True, **keys) as socket:
            talk = Talk(socket, as_msgpack=True)
            assert [await talk.hear(), await talk.hear()] == [WELCOME, AUTHENTICATED]
        async with talking(fake.stock_stream_url) as socket:
            talk = Talk(socket, as_msgpack=False)
            await talk.hear()
            assert await talk.hear() == error(404, "auth timeout")
            await socket.wait_closed()


def test_a_stream_that_was_cut_is_taken_up_again_and_the_gap_is_in_history(fake: FakeAlpaca) -> None:
    with watching(fake, stocks(fake), "SPY") as heard:
        fake.behave("lose", on="stocks")
        fake.quote("SPY", "1.00", "1.01")
        fake.quote("SPY", "2.00", "2.01")
        eventually(lambda: heard, what="a quote")
        fake.behave("drop", on="stocks")
        fake.quote("SPY", "3.00", "3.01")
        eventually(lambda: fake.misbehaved("drop") and fake.listeners("stocks") == 0, what="a cut")
        fake.quote("SPY", "4.00", "4.01")
        eventually(lambda: fake.subscribed("stocks"), what="a new subscription")
        fake.quote("SPY", "5.00", "5.01")
        eventually(lambda: heard[-1].bid_price == 5, what="the newest quote")
    assert not {1.0, 4.0} & {each.bid_price for each in heard}
    history: Any = StockHistoricalDataClient(fake.key, fake.secret, url_override=fake.data_url)
    found = history.get_stock_quotes(StockQuotesRequest(symbol_or_symbols="SPY"))
    assert [each.bid_price for each in found["SPY"]] == [1, 2, 3, 4, 5]


def test_history_comes_in_pages_by_symbol_and_time(fake: FakeAlpaca) -> None:
    history: Any = StockHistoricalDataClient(fake.key, fake.secret, url_override=fake.data_url)
    start = NANOSECONDS - NANOSECONDS % 1_000_000_000
    for n in range(5):
        for symbol in ("SPY", "QQQ"):
            fake.quote(symbol, f"{n + 1}.00", f"{n + 1}.01", at=start + n * 1_000_000_000)
            fake.trade(symbol, f"{n + 1}.00", at=start + n * 1_000_000_000)
    pages = []
    token: dict[str, str] = {}
    while True:
        whole = {"symbols": "SPY,QQQ", "start": "2026-02-13", "end": "2026-02-14T00:00:00Z", "limit": 4, **token}
        page = history.get("/stocks/quotes", whole)
        pages.append({symbol: [each["bp"] for each in quotes] for symbol, quotes in page["quotes"].items()})
        if page["next_page_token"] is None:
            break
        token = {"page_token": page["next_page_token"]}
    assert pages == [{"QQQ": [1, 2, 3, 4]}, {"QQQ": [5], "SPY": [1, 2, 3]}, {"SPY": [4, 5]}]
    second = datetime.fromtimestamp(start // 1_000_000_000 + 1, UTC)
    third = datetime.fromtimestamp(start // 1_000_000_000 + 2, UTC)
    asked = StockTradesRequest(symbol_or_symbols="SPY", start=second, end=third)
    found = history.get_stock_trades(asked)
    assert [each.price for each in found["SPY"]] == [2, 3], "both ends are included"
    falling = StockQuotesRequest(symbol_or_symbols="SPY", start=second, end=third, sort="desc")
    assert [each.bid_price for each in history.get_stock_quotes(falling)["SPY"]] == [3, 2]
    newest = history.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols=["SPY", "IWM"]))
    assert {symbol: each.bid_price for symbol, each in newest.items()} == {"SPY": 5}
    last = history.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols="QQQ"))
    assert last["QQQ"].price == 5


def test_options_have_trades_newest_quotes_and_chains_but_no_history_of_quotes(fake: FakeAlpaca) -> None:
    history: Any = OptionHistoricalDataClient(fake.key, fake.secret, url_override=fake.data_url)
    put = "SPY260313P00590000"
    fake.quote(CALL, "2.50", "2.55", at=AT)
    fake.trade(CALL, "2.53", 2, at=AT)
    fake.quote(put, "5.00", "5.10", at=AT)
    fake.quote("SPXW260220C06000000", "9", "10", at=AT)
    start = datetime(2026, 2, 13, tzinfo=UTC)
    end = datetime(2026, 2, 14, tzinfo=UTC)
    trades = history.get_option_trades(OptionTradesRequest(symbol_or_symbols=CALL, start=start, end=end))
    assert [(each.price, each.size) for each in trades[CALL]] == [(2.53, 2)]
    newest = history.get_option_latest_quote(OptionLatestQuoteRequest(symbol_or_symbols=[CALL, put]))
    assert {symbol: each.ask_price for symbol, each in newest.items()} == {CALL: 2.55, put: 5.10}
    chain = history.get_option_chain(OptionChainRequest(underlying_symbol="SPY"))
    assert set(chain) == {CALL, put}
    assert (chain[CALL].latest_trade.price, chain[put].latest_trade) == (2.53, None)
    calls = history.get_option_chain(OptionChainRequest(underlying_symbol="SPX", type="call"))
    assert set(calls) == {"SPXW260220C06000000"}
    with pytest.raises(APIError) as caught:
        history.get("/options/quotes", {"symbols": CALL})
    assert caught.value.status_code == 404
