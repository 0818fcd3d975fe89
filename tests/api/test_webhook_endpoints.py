"""Setting webhooks up: what is shown to whom, and an alert to try them with."""

import json
from typing import Any

import pytest

from api.webhook_endpoints import HIDDEN, endpoints
from schemas.signals import SignalReceived
from streams.topics import SIGNALS
from tests.api.people import shown, user
from tests.api.serving import environment, serving, settings, until
from tests.api.webhook_stage import new_symbol, tape

SECRETS = tuple(environment()[name] for name in ("WEBHOOK_TOKEN", "WEBHOOK_URL_ID"))
BASE = "http://tapestream.test"


def by_name(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows}


def test_without_secrets_only_what_can_be_called_is_listed() -> None:
    bare = settings(WEBHOOK_TOKEN="", HMAC_SECRET="", WEBHOOK_URL_ID="")
    assert endpoints(bare, BASE, shows_secrets=True) == []
    signed = settings(WEBHOOK_TOKEN="", WEBHOOK_URL_ID="")
    names = [item.name for item in endpoints(signed, BASE, shows_secrets=True)]
    assert names == ["Alerts", "Bias", "Prices", "Chain", "Options trades"]
    anyone = settings(WEBHOOK_TOKEN="", HMAC_SECRET="", WEBHOOK_URL_ID="", WEBHOOK_AUTH="none")
    assert [item.needs for item in endpoints(anyone, BASE, shows_secrets=True)] == ["nothing", "nothing"]


@pytest.mark.postgres
async def test_a_trader_sees_the_secrets_a_viewer_and_another_account_do_not(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        await user(client, "viewer", "viewer")
        await user(client, "stranger", "trader", account_id="other")
        trader = (await client.get("/webhook-endpoints")).json()
        viewers = await shown(client, "viewer")
        strangers = await shown(client, "stranger")
        viewed = await client.get("/webhook-endpoints", headers=viewers)
        foreign = (await client.get("/webhook-endpoints", headers=strangers)).json()
        refused = [
            (await client.post("/webhook-endpoints/test", json={"symbol": "SPY"}, headers=headers)).status_code
            for headers in (viewers, strangers)
        ]
        large = await client.post("/webhook-endpoints/test", content=b"[" + b" " * 70_000 + b"]")
    token, url_id = SECRETS
    tradingview = by_name(trader["items"])["TradingView"]
    assert tradingview["url"] == f"{BASE}/webhook/{url_id}"
    filled = tradingview["message"].replace("{{close}}", "595.42")
    assert json.loads(filled)["secret"] == token
    assert trader["shows_secrets"]
    assert not any(secret in viewed.text for secret in SECRETS)
    assert by_name(viewed.json()["items"])["TradingView"]["url"] == f"{BASE}/webhook/{HIDDEN}"
    assert foreign["items"] == []
    assert refused == [403, 404]
    assert large.status_code == 413


@pytest.mark.kafka
@pytest.mark.postgres
async def test_a_test_alert_goes_the_way_of_any_other_and_is_marked(kafka: str, database_url: str) -> None:
    symbol = new_symbol()
    async with (
        tape(kafka, (SIGNALS,)) as watched,
        serving(KAFKA_BOOTSTRAP_SERVERS=kafka, DATABASE_URL=database_url) as (_, client),
    ):
        body = {"symbol": symbol.lower(), "direction": "short", "timeframe": "15m", "confidence": 80}
        sent = await client.post("/webhook-endpoints/test", json=body)
        again = await client.post("/webhook-endpoints/test", json=body)
        (event,) = await watched.read(SIGNALS, SignalReceived, key=symbol, count=1)
        path = f"/webhook-events/{sent.json()['webhook_event_id']}"
        call = (await until(lambda: client.get(path), lambda answer: answer.status_code == 200)).json()
        bad = await client.post("/webhook-endpoints/test", json={"symbol": "SPY260220C00596000"})
        other = await client.post("/webhook-endpoints/test", json=body | {"account_id": "other"})
    told = sent.json()
    assert (sent.status_code, told["status"], told["is_test"]) == (200, "ACCEPTED", True)
    assert (event.event_id, event.is_test, event.direction, event.timeframe) == (
        told["signal_id"],
        True,
        "short",
        "15m",
    )
    assert (call["status"], call["signal_id"], call["is_test"]) == ("accepted", told["signal_id"], True)
    assert (again.json()["status"], again.json()["signal_id"]) == ("DUPLICATE", told["signal_id"])
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "symbol")
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "account_id")
