"""Bias and market data over HTTP, on real Kafka and Postgres."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from api.signatures import HEADER, signature_of
from schemas.market import MarketContextReceived
from schemas.signals import SignalReceived
from schemas.ticks import TickFrame
from streams.clocks import TapeClock
from streams.publisher import Publisher
from streams.topics import MARKET_CONTEXT, PRICE_TICKS, SIGNALS, partition_of
from tests.api.webhook_stage import TOKEN, URL_ID, Stage, Tape, new_symbol, refused, settings, stage, tape

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


@pytest.fixture
async def on(publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with stage(settings=settings(monkeypatch), publisher=publisher, database_url=database_url) as built:
        yield built


@pytest.fixture
async def watched(kafka: str) -> AsyncIterator[Tape]:
    async with tape(kafka, (SIGNALS, MARKET_CONTEXT, PRICE_TICKS)) as opened:
        yield opened


def bias(symbol: str, **more: object) -> dict[str, object]:
    return {
        "event_id_raw": f"mtf-{symbol}",
        "symbol": symbol,
        "timestamp": "2026-02-13T15:29:00Z",
        "bias": "bullish",
        "bias_score": 72,
        "secret": TOKEN,
    } | more


@pytest.mark.parametrize("path", ["/webhook", "/api/webhooks/mtf-bias", f"/webhook/{URL_ID}"])
async def test_a_bias_is_taken_once(on: Stage, watched: Tape, path: str) -> None:
    answer = await on.post(bias(on.symbol), path)
    body = answer.json()
    assert (answer.status_code, body["status"], body["accepted"]) == (200, "ACCEPTED", 1)
    again = await on.post(bias(on.symbol, bias="bearish"), "/webhook")
    assert (again.status_code, again.json()["status"], again.json()["accepted"]) == (200, "DUPLICATE", 0)
    assert (await on.row(again))["status"] == "duplicate"
    (event,) = await watched.read(MARKET_CONTEXT, MarketContextReceived, key=on.symbol, count=1)
    assert event.bias is not None
    assert (event.symbol, event.bias.bias, event.bias.bias_score) == (on.symbol, "bullish", 72)
    assert (await on.row(answer))["status"] == "accepted"


async def test_a_bias_is_known_again_after_a_restart(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, symbol, statuses = settings(monkeypatch), new_symbol(), []
    for path in ("/api/webhooks/mtf-bias", "/webhook"):
        async with stage(settings=made, publisher=publisher, database_url=database_url) as on:
            statuses.append((await on.post(bias(symbol), path)).json()["status"])
    assert statuses == ["ACCEPTED", "DUPLICATE"]


async def test_a_bias_needs_what_an_alert_needs(on: Stage) -> None:
    path = "/api/webhooks/mtf-bias"
    answer = await on.post(bias(on.symbol, secret="wrong"), path)
    await refused(on, answer, 401, status="REJECTED", row_status="invalid_signature")
    answer = await on.post(bias(on.symbol, bias="perhaps"), path)
    body = await refused(on, answer, 400, status="REJECTED", row_status="invalid_payload")
    assert body["details"][0]["field"] == "bias"
    answer = await on.post(on.alert(), path)
    body = await refused(on, answer, 400, status="REJECTED", row_status="invalid_payload")
    assert body["details"][0]["field"] == "event_id_raw"
    snapshot = {"event_type": "BIAS_SNAPSHOT", "symbol": on.symbol, "bias": "bearish", "confidence": 50}
    assert (await on.post_signed(snapshot)).json()["status"] == "ACCEPTED"


MARKET_PATHS = ("/api/webhooks/price", "/api/webhooks/chain", "/api/webhooks/flow")


def market_payload(path: str, symbol: str, at: str = "2026-02-13T15:30:00Z") -> dict[str, object]:
    match path.rpartition("/")[2]:
        case "price":
            return {"symbol": symbol, "timestamp": at, "price": 595.42, "size": 100}
        case "chain":
            return {"symbol": symbol, "timestamp": at, "gex": {"net_gex": 250000000}}
        case _:
            entry = {"type": "call", "side": "buy", "strike": 596, "expiration": "2026-02-20", "size": 5, "premium": 1}
            return {"symbol": symbol, "timestamp": at, "entries": [entry]}


@pytest.mark.parametrize("path", MARKET_PATHS)
async def test_market_data_needs_a_signature(on: Stage, path: str) -> None:
    payload = market_payload(path, on.symbol)
    for content, headers in ((payload, None), ({**payload, "secret": TOKEN}, None), (b"{", None)):
        answer = await on.post(content, path, headers=headers)
        await refused(on, answer, 401, status="REJECTED", row_status="invalid_signature")
    answer = await on.post(payload, path, headers={HEADER: "sha256=00"})
    await refused(on, answer, 401, status="REJECTED", row_status="invalid_signature")
    answer = await on.post_signed(payload, path)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ACCEPTED", "request_id": answer.json()["request_id"], "accepted": 1}
    row = await on.row(answer)
    assert (row["status"], row["symbol"]) == ("accepted", on.symbol)


@pytest.mark.parametrize("path", MARKET_PATHS)
async def test_market_data_is_refused_by_field_and_by_size(on: Stage, path: str) -> None:
    for content, field in ((b"{", "body"), ({**market_payload(path, on.symbol), "timestamp": "soon"}, "timestamp")):
        answer = await on.post_signed(content, path)
        body = await refused(on, answer, 400, status="REJECTED", row_status="invalid_payload")
        assert field in [problem["field"] for problem in body["details"]]
    answer = await on.post_signed(b" " * (1024 * 1024 + 1), path)
    await refused(on, answer, 413, status="REJECTED", row_status="invalid_payload")


async def test_without_an_hmac_secret_no_market_data_is_taken(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = settings(monkeypatch, HMAC_SECRET="", WEBHOOK_AUTH="none")
    async with stage(settings=without, publisher=publisher, database_url=database_url) as on:
        raw = json.dumps(market_payload("price", on.symbol)).encode()
        answer = await on.post(raw, "/api/webhooks/price", headers={HEADER: signature_of(raw, secret="")})
        assert answer.status_code == 401


async def test_prices_reach_their_shards_exactly_and_in_order(on: Stage, watched: Tape) -> None:
    symbols = [new_symbol() for _ in range(6)]
    ticks = [
        {"symbol": symbols[number % 6], "timestamp": 1770996600000 + number, "price": f"{number + 1}.000000001"}
        for number in range(1000)
    ]
    answer = await on.post_signed({"ticks": ticks}, "/api/webhooks/price")
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1000)
    for shard in {partition_of(symbol) for symbol in symbols}:
        frames = await watched.read(PRICE_TICKS, TickFrame, key=str(shard), count=1)
        mine = [tick for frame in frames for tick in frame.ticks() if tick.symbol in symbols]
        wanted = [number for number in range(1000) if partition_of(symbols[number % 6]) == shard]
        assert [tick.price for tick in mine] == [(number + 1) * 10**9 + 1 for number in wanted]
    places = {(message.partition, message.key) for message in watched.messages if message.topic == PRICE_TICKS.name}
    assert all(key == str(partition).encode() for partition, key in places)


async def test_market_data_moves_the_tape_s_clock_and_alerts_do_not(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch, watched: Tape
) -> None:
    clock, made = TapeClock(), settings(monkeypatch)
    async with stage(settings=made, publisher=publisher, database_url=database_url, clock=clock) as on:
        await on.post(on.alert(timestamp="2026-02-13T15:00:00Z"))
        assert not clock.started
        for minute, path in enumerate(MARKET_PATHS):
            payload = market_payload(path, on.symbol, f"2026-02-13T15:2{minute}:00Z")
            assert (await on.post_signed(payload, path)).status_code == 200
            assert clock.now() == datetime(2026, 2, 13, 15, 20 + minute, tzinfo=UTC)
        await on.post(bias(on.symbol))
        assert clock.now() == datetime(2026, 2, 13, 15, 29, tzinfo=UTC)
        await on.post(on.alert(timestamp="2026-02-13T15:59:00Z", direction="short"))
        await on.post({name: value for name, value in on.alert(timeframe="1h").items() if name != "timestamp"})
        assert clock.now() == datetime(2026, 2, 13, 15, 29, tzinfo=UTC)
        before, after, untimed = await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=3)
        assert before.occurred_at == datetime(2026, 2, 13, 15, 0, tzinfo=UTC)
        assert after.occurred_at == untimed.occurred_at == untimed.timestamp == clock.now()
        contexts = await watched.read(MARKET_CONTEXT, MarketContextReceived, key=on.symbol, count=3)
        assert [context.occurred_at.minute for context in contexts] == [21, 22, 29]
