"""The webhooks over HTTP, on real Kafka and Postgres: every row of the failure table, and what lies behind 200."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from api.signatures import HEADER, hashed
from schemas.signals import SignalReceived
from streams.publisher import Publisher
from streams.topics import MARKET_CONTEXT, PRICE_TICKS, SIGNALS, partition_of
from tests.api.webhook_stage import (
    HMAC_SECRET,
    TOKEN,
    URL_ID,
    Stage,
    Tape,
    is_uuid,
    new_symbol,
    refused,
    settings,
    stage,
    tape,
)

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
SECRETS = (TOKEN, HMAC_SECRET, URL_ID)


class Steps:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at


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


async def test_an_alert_is_answered_published_and_logged(on: Stage, watched: Tape) -> None:
    answer = await on.post(on.alert(test_session_id="s-1"))
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {
        "status", "signal_id", "request_id", "processing_time_ms", "webhook_event_id", "test_session_id", "is_test",
    }  # fmt: skip
    assert (body["status"], body["test_session_id"], body["is_test"]) == ("ACCEPTED", "s-1", False)
    assert all(is_uuid(body[name]) for name in ("signal_id", "request_id", "webhook_event_id"))
    assert isinstance(body["processing_time_ms"], int)

    (event,) = await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=1)
    assert event.event_id == body["signal_id"]
    assert event.account_id == on.settings.risk.account_id
    assert (event.timestamp, event.price) == (AT, Decimal("595.42"))
    assert event.indicators["ema21"] == Decimal("594.8")
    (message,) = [message for message in watched.messages if message.key == on.symbol.encode()]
    assert message.partition == partition_of(on.symbol)
    assert dict(message.headers)["ce_id"] == event.event_id.encode()

    row = await on.row(answer)
    assert (row["status"], row["error_message"], row["symbol"]) == ("accepted", None, on.symbol)
    assert (row["direction"], row["timeframe"], row["is_test"]) == ("long", "5m", False)
    assert str(row["signal_id"]) == body["signal_id"]
    assert row["raw_payload"]["price"] == Decimal("595.42")
    assert "secret" not in row["raw_payload"]
    assert row["processing_time_ms"] >= 0


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/x-www-form-urlencoded", None, "x"])
async def test_any_content_type_will_do(on: Stage, kind: str | None) -> None:
    answer = await on.post(on.alert(), headers={"content-type": kind} if kind else None)
    assert answer.status_code == 200


async def test_a_signature_will_do_instead_of_a_token(on: Stage) -> None:
    answer = await on.post_signed(on.alert(secret=None))
    assert (answer.status_code, answer.json()["status"]) == (200, "ACCEPTED")


async def test_413_a_payload_above_128_kilobytes(on: Stage) -> None:
    padded = json.dumps(on.alert(note="")).encode()
    fits = padded.replace(b'"note": ""', b'"note": "' + b"x" * (128 * 1024 - len(padded)) + b'"')
    assert len(fits) == 128 * 1024
    assert (await on.post(fits)).status_code == 200
    for content in (fits + b" ", b"x" * 2_000_000):
        await refused(on, await on.post(content), 413, status="REJECTED", row_status="invalid_payload")


async def test_413_before_everything_was_sent(on: Stage) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65_536

    answer = await on.client.post("/webhook", content=endless())
    await refused(on, answer, 413, status="REJECTED", row_status="invalid_payload")
    assert sent < 10


async def test_401_comes_before_what_is_wrong_with_the_payload(on: Stage) -> None:
    wrong = {HEADER: "sha256=" + "0" * 64}
    for payload, headers in (
        (on.alert(), wrong),
        (on.alert(secret="wrong"), None),
        (on.alert(secret=None), None),
        ({"price": 1}, None),
        (b"{", None),
        (b"{", wrong),
    ):
        answer = await on.post(payload, headers=headers)
        body = await refused(on, answer, 401, status="REJECTED", row_status="invalid_signature")
        assert set(body) == {"status", "error", "request_id", "webhook_event_id"}


async def test_401_for_a_wrong_signature_even_where_none_is_asked_for(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = settings(monkeypatch, WEBHOOK_AUTH="none")
    async with stage(settings=without, publisher=publisher, database_url=database_url) as on:
        assert (await on.post(on.alert(secret=None))).status_code == 200
        answer = await on.post(on.alert(), headers={HEADER: "sha256=00"})
        await refused(on, answer, 401, status="REJECTED", row_status="invalid_signature")


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (b"{", "body"),
        (b"", "body"),
        (b"[1, 2]", "body"),
        (b'"text"', "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 50_000, "body"),
        ({"price": 595.42}, "symbol"),
        ({"symbol": ""}, "symbol"),
        ({"symbol": "SPY", "direction": "long"}, "timeframe"),
        ({"symbol": "SPY", "timeframe": "5m"}, "direction"),
        ({"symbol": "SPY", "timeframe": "5m", "direction": "flat"}, "direction"),
        ({"symbol": "SPY", "timeframe": "5m", "direction": "long", "price": "dear"}, "price"),
        ({"symbol": "SPY", "timeframe": "5m", "direction": "long", "timestamp": "soon"}, "timestamp"),
    ],
)
async def test_400_names_the_field(on: Stage, payload: object, field: str) -> None:
    answer = await on.post_signed(payload)
    body = await refused(on, answer, 400, status="REJECTED", row_status="invalid_payload")
    assert set(body) == {"status", "error", "details", "request_id", "webhook_event_id"}
    assert body["error"] == "Invalid payload"
    assert [problem["field"] for problem in body["details"]] == [field]
    if field == "symbol":
        assert body["details"] == [{"field": "symbol", "message": "symbol is required"}]


async def test_nan_is_refused_with_a_token_too(on: Stage) -> None:
    raw = json.dumps(on.alert(price=float("nan"))).encode()
    body = await refused(on, await on.post(raw), 400, status="REJECTED", row_status="invalid_payload")
    assert "NaN" in body["details"][0]["message"]


async def test_500_says_nothing_of_the_inside(
    on: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> SignalReceived:
        raise RuntimeError(f"secret of the inside {TOKEN}")

    monkeypatch.setattr("api.webhooks.signal_of", broken)
    answer = await on.post(on.alert())
    body = await refused(on, answer, 500, status="ERROR", row_status="error")
    assert body["error"] == "Internal error"
    assert "inside" not in answer.text + caplog.text


async def test_a_duplicate_is_one_within_a_minute_of_the_platform_s_clock(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch, watched: Tape
) -> None:
    clock = Steps()
    made = settings(monkeypatch)
    async with stage(settings=made, publisher=publisher, database_url=database_url, clock=clock) as on:
        first = (await on.post(on.alert())).json()
        answer = await on.post(on.alert(timestamp=1770996700, price=1))
        again = answer.json()
        assert (answer.status_code, again["status"]) == (200, "DUPLICATE")
        assert again["signal_id"] == first["signal_id"]
        assert set(again) == set(first)
        row = await on.row(answer)
        assert (row["status"], str(row["signal_id"])) == ("duplicate", first["signal_id"])
        for other in ({"is_test": True}, {"direction": "short"}, {"timeframe": "1h"}):
            assert (await on.post(on.alert(**other))).json()["status"] == "ACCEPTED"
            assert (await on.post(on.alert(**other))).json()["status"] == "DUPLICATE"
        clock.at += timedelta(seconds=59, milliseconds=999)
        assert (await on.post(on.alert(timestamp=1770996800))).json()["status"] == "DUPLICATE"
        clock.at += timedelta(milliseconds=1)
        assert (await on.post(on.alert(timestamp=1770996800))).json()["status"] == "ACCEPTED"
        assert (await on.post(on.alert(timestamp=1770996900))).json()["status"] == "DUPLICATE"
        assert len(await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=5)) == 5


async def test_duplicates_are_known_to_every_process_and_after_a_restart(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, clock = settings(monkeypatch), Steps()
    symbol = new_symbol()
    statuses = []
    for step in (0, 59, 1):
        clock.at += timedelta(seconds=step)
        async with stage(settings=made, publisher=publisher, database_url=database_url, clock=clock) as on:
            on.symbol = symbol
            statuses.append((await on.post(on.alert())).json()["status"])
    assert statuses == ["ACCEPTED", "DUPLICATE", "ACCEPTED"]


async def test_of_many_at_once_one_is_accepted(on: Stage, watched: Tape) -> None:
    answers = await asyncio.gather(*(on.post(on.alert()) for _ in range(40)))
    assert sorted(answer.json()["status"] for answer in answers) == ["ACCEPTED"] + ["DUPLICATE"] * 39
    assert len({answer.json()["signal_id"] for answer in answers}) == 1
    await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=1)
    await watched.look()
    assert sum(message.key == on.symbol.encode() for message in watched.messages) == 1


async def test_the_url_for_senders_without_headers_needs_the_token(on: Stage) -> None:
    assert (await on.post(on.alert(), f"/webhook/{URL_ID}")).json()["status"] == "ACCEPTED"
    for payload in (on.alert(secret=None), on.alert(secret="wrong"), b"{"):
        answer = await on.post(payload, f"/webhook/{URL_ID}")
        await refused(on, answer, 401, status="REJECTED", row_status="invalid_signature")
    answer = await on.post_signed(on.alert(secret=None), f"/webhook/{URL_ID}")
    await refused(on, answer, 401, status="REJECTED", row_status="invalid_signature")
    for url_id in ("unknown", URL_ID + "x", "test"):
        answer = await on.post(on.alert(), f"/webhook/{url_id}")
        await refused(on, answer, 404, status="REJECTED", row_status="invalid_signature")


@pytest.mark.parametrize("kept", [TOKEN, hashed(TOKEN)], ids=["as it is", "hashed"])
async def test_no_secret_is_stored_published_or_logged(
    kept: str,
    publisher: Publisher,
    database_url: str,
    watched: Tape,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    spread = {"note": f"token={TOKEN}", "list": [HMAC_SECRET, {"secret": "x", URL_ID: 1}], "test_scenario": TOKEN}
    given = settings(monkeypatch, WEBHOOK_TOKEN=kept)
    async with stage(settings=given, publisher=publisher, database_url=database_url) as on:
        taken = await on.post(on.alert(**spread))
        refusals = [
            await on.post(on.alert(symbol=TOKEN)),
            await on.post(json.dumps(on.alert()).encode()[:-1] + b",}"),
            await on.post(f"not json {TOKEN}".encode()),
            await on.post(on.alert(), "/webhook/unknown"),
            await on.post_signed({"symbol": on.symbol, "timestamp": TOKEN}, "/api/webhooks/price"),
        ]
        assert [answer.status_code < 400 for answer in (taken, *refusals)] == [True] + [False] * 5
        rows = [dict(await on.row(answer)) for answer in (taken, *refusals)]
        await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=1)
    published = b"".join(message.value for message in watched.messages if message.key == on.symbol.encode())
    everywhere = [repr(rows), published.decode("latin-1"), caplog.text, *(answer.text for answer in (taken, *refusals))]
    assert not [secret for secret in SECRETS for place in everywhere if secret in place]


async def test_a_payload_is_stored_up_to_32_kilobytes(on: Stage, watched: Tape) -> None:
    answer = await on.post(on.alert(note="é" * 20_000))
    assert answer.status_code == 200
    row = await on.row(answer)
    assert row["raw_payload"]["truncated"] is True
    (event,) = await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=1)
    assert len(event.raw_payload.encode()) <= 32 * 1024


async def test_webhook_test_says_it_is_there(on: Stage) -> None:
    answer = await on.client.get("/webhook/test")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
