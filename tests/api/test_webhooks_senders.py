"""Who may send over HTTP: tokens that are replaced, addresses that are listed, calls that are named and dated."""

import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from api.signatures import HEADER, hashed, signature_of
from streams.publisher import Publisher
from tests.api.test_webhooks import Steps
from tests.api.webhook_stage import HMAC_SECRET, TOKEN, Stage, settings, stage

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


async def test_a_token_is_replaced_with_grace_and_shown_from_listed_addresses_only(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for more, codes in (
        ({"WEBHOOK_TOKEN_BEFORE_UNTIL": "2999-01-01T00:00:00Z"}, [200, 200, 401]),
        ({"WEBHOOK_TOKEN_BEFORE_UNTIL": "2020-01-01T00:00:00Z"}, [401, 200, 401]),
        ({"WEBHOOK_TOKEN_BEFORE_UNTIL": "2999-01-01T00:00:00Z", "WEBHOOK_NETWORKS": "10.0.0.0/8"}, [401, 401, 401]),
    ):
        given = settings(monkeypatch, WEBHOOK_TOKEN=hashed("a-newer-token"), WEBHOOK_TOKEN_BEFORE=hashed(TOKEN), **more)
        async with stage(settings=given, publisher=publisher, database_url=database_url) as on:
            shown = [await on.post(on.alert(secret=token)) for token in (TOKEN, "a-newer-token", hashed(TOKEN))]
            assert [answer.status_code for answer in shown] == codes
            assert (await on.post_signed(on.alert(secret=None))).status_code == 200


async def test_an_alert_that_is_sent_again_under_its_name_gets_the_first_answer_again(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Steps()
    given = settings(monkeypatch)

    async def send(on: Stage, name: str, *, late_s: int = 0) -> httpx.Response:
        raw = json.dumps(on.alert(secret=None)).encode()
        seconds = str(int(time.time()) - late_s)
        signature = signature_of(f"{name}.{seconds}.".encode() + raw, secret=HMAC_SECRET)
        return await on.post(raw, headers={HEADER: signature, "X-Webhook-Id": name, "X-Webhook-Timestamp": seconds})

    async with stage(settings=given, publisher=publisher, database_url=database_url, clock=clock) as on:
        first = (await send(on, "one")).json()
        clock.at += timedelta(hours=1)
        again = (await send(on, "one")).json()
        assert (first["status"], again["status"]) == ("ACCEPTED", "DUPLICATE")
        assert again["signal_id"] == first["signal_id"]
        assert (await send(on, "two")).json()["status"] == "ACCEPTED"
        # without a signature over it a name is nobody's, and takes nothing from its owner
        for name in ("two", "four"):
            clock.at += timedelta(hours=1)
            assert (await on.post(on.alert(), headers={"X-Webhook-Id": name})).json()["status"] == "ACCEPTED"
        assert (await send(on, "four")).json()["status"] == "ACCEPTED"
        assert (await send(on, "three", late_s=400)).status_code == 401
    async with stage(settings=given, publisher=publisher, database_url=database_url, clock=clock) as restarted:
        assert (await send(restarted, "one")).json()["signal_id"] == first["signal_id"]
