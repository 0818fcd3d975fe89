"""A webhook that is called too often says so, and what it has turned away is taken when it is sent again."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.signatures import signing_headers
from tests.api.serving import client_of, environment, serving, until
from tests.api.webhook_stage import new_symbol

pytestmark = pytest.mark.postgres


async def call(client: httpx.AsyncClient, symbol: str, **more: object) -> httpx.Response:
    alert = {"symbol": symbol, "direction": "long", "timeframe": "5m", "price": 595.42, "is_test": True}
    raw = json.dumps(alert | more).encode()
    secret = environment()["HMAC_SECRET"]
    name = f"{symbol}-{alert | more}".encode().hex()[:200]
    return await client.post(
        "/webhook", content=raw, headers=signing_headers(raw, name=name, secret=secret, at=datetime.now(UTC))
    )


async def test_what_is_refused_is_told_and_counted_and_a_flood_is_not_one_of_rows(
    database_url: str, database: Any
) -> None:
    async with serving(DATABASE_URL=database_url, LIMIT_WEBHOOKS_BY_ADDRESS="2/3600s") as (app, admin):
        assert [(await admin.post("/webhook", content=b"{}")).status_code for _ in range(2)] == [401, 401]
        refused = await asyncio.gather(*(admin.post("/webhook", content=b"{}") for _ in range(90)))
        for answer in refused:
            assert answer.status_code == 429
            assert int(answer.headers["Retry-After"]) > 0
            told = answer.json()
            assert (told["status"], told["request_id"] != "") == ("REJECTED", True)
            assert "webhooks-by-address" in told["error"]
        # somebody else's calls go on meanwhile
        async with client_of(app, address="198.51.100.9") as other:
            assert (await other.post("/webhook", content=b"{}")).status_code == 401

        async def rows() -> list[str]:
            found = await database.fetch("SELECT status FROM webhook_events WHERE request_id IS NOT NULL")
            return sorted(row["status"] for row in found)

        written = await until(
            rows, lambda found: found.count("invalid_signature") == 3 and found.count("rate_limited") >= 60
        )
        assert written.count("rate_limited") < 90
        listed = (await admin.get("/webhook-events", params={"status": "rate_limited"})).json()["items"]
        assert {row["status"] for row in listed} == {"rate_limited"}
        assert "webhooks-by-address" in listed[0]["error_message"]


async def test_an_alert_that_was_refused_is_taken_when_it_is_sent_again(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url, LIMIT_WEBHOOKS_BY_ADDRESS="1/2s") as (_, client):
        await until(lambda: call(client, new_symbol()), lambda answer: answer.status_code == 429)
        symbol = new_symbol()
        answer = await until(lambda: call(client, symbol), lambda answer: answer.status_code == 200)
        assert answer.json()["status"] == "ACCEPTED"


async def test_an_account_is_charged_for_what_its_senders_send_and_for_nobody_elses_calls(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url, LIMIT_WEBHOOKS_BY_ACCOUNT="2/3600s") as (app, client):
        for _ in range(5):
            assert (await client.post("/webhook", content=b"{}")).status_code == 401
            assert (await client.post("/api/webhooks/price", content=b"{}")).status_code == 401
        codes = [(await call(client, new_symbol())).status_code for _ in range(3)]
        assert [code == 429 for code in codes] == [False, False, True]
        async with client_of(app, address="198.51.100.9") as elsewhere:
            answer = await call(elsewhere, new_symbol())
            raw = b'{"symbol": "SPY"}'
            secret = environment()["HMAC_SECRET"]
            headers = signing_headers(raw, name="prices", secret=secret, at=datetime.now(UTC))
            prices = await elsewhere.post("/api/webhooks/price", content=raw, headers=headers)
        for refused in (answer, prices):
            assert refused.status_code == 429
            assert "webhooks-by-account" in refused.json()["error"]
            assert int(refused.headers["Retry-After"]) > 0
