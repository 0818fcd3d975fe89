"""One alert for the first dead letter of a kind, none for those after it; repeated by no restart."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from schemas.dead_letters import DeadLetterUpdated
from schemas.operations import DeadLettered
from sinks import alerts
from streams.publisher import Publisher
from streams.settings import Alerting, InvalidSettings
from streams.topics import CONTROLS, DEAD_LETTERS
from tests.sinks.letters import letter, pool_of, stored
from tests.sinks.running import eventually, settings_for, working

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


class Received:
    """A webhook's end: what was posted to it, and how it answers."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.status = 200
        self.url = ""

    def about(self, found: DeadLettered) -> list[dict[str, Any]]:
        return [body for body in self.posted if f"--reader {found.reader} " in body["message"] + " "]


@contextmanager
def webhook() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if received.status == 200:
                received.posted.append(body)
            self.send_response(received.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"json://127.0.0.1:{server.server_port}/secret-path"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fresh_letter(reader: str) -> DeadLettered:
    return letter(reader=reader)


def alerting(kafka: str, url: str, received: Received) -> Any:
    given = Alerting(ALERT_URLS=SecretStr(received.url), ALERT_REPEAT_S=3600)
    return settings_for(kafka, url).model_copy(update={"alerting": given})


async def noted(url: str, *letters: DeadLettered, repeat_s: float = 3600) -> list[alerts.Alert]:
    async with pool_of(url) as pool:
        return await alerts.note(pool, letters, repeat_s=repeat_s)


async def test_the_first_letter_of_a_kind_alerts_and_those_after_it_do_not(database_url: str) -> None:
    reader = f"r-{uuid4()}"
    first = await noted(database_url, *(fresh_letter(reader) for _ in range(3)))
    assert [(alert.reader, alert.letters) for alert in first] == [(reader, 3)]
    assert await noted(database_url, fresh_letter(reader)) == []
    others = [letter(reader=reader, reason="undecodable"), letter(reader=reader, topic=CONTROLS)]
    assert len(await noted(database_url, *others)) == 2
    assert len(await noted(database_url, fresh_letter(reader), repeat_s=0)) == 1


async def test_once_all_were_dealt_with_the_next_letter_alerts_again(database_url: str) -> None:
    reader = f"r-{uuid4()}"
    one, other, third = (fresh_letter(reader) for _ in range(3))
    await noted(database_url, one, other)
    await stored(database_url, one, other, third)
    assert await noted(database_url, third) == []
    for found, expected in ((one, 0), (other, 1)):
        async with pool_of(database_url) as pool:
            at = await pool.fetchval("SELECT now()")
        await stored(
            database_url,
            DeadLetterUpdated(
                event_id=str(uuid4()),
                occurred_at=at + timedelta(milliseconds=1),
                dead_letter_id=found.event_id,
                status="redriven",
                changed_by="trader",
            ),
        )
        assert len(await noted(database_url, third)) == expected


async def test_an_alert_says_how_many_of_which_and_how_to_redrive_them(database_url: str) -> None:
    [alert] = await noted(database_url, fresh_letter("market"), fresh_letter("market"))
    assert "2 dead letters" in alert.title
    for said in ("2 of the messages", "signals.v1", "failed", "dead-letters list", "dead-letters redrive", "--all"):
        assert said in alert.body


async def test_letters_on_the_topic_raise_one_alert_and_a_restart_none(kafka: str, database_url: str) -> None:
    first, second = f"r-{uuid4()}", f"r-{uuid4()}"
    group = f"alerts-{uuid4()}"
    with webhook() as received:
        settings = alerting(kafka, database_url, received)

        async def told(found: DeadLettered) -> list[dict[str, Any]] | None:
            return received.about(found) or None

        async def kept() -> object:
            # a process that ends between the sending and this sends once more
            asked = "SELECT delivered_at FROM dead_letter_alerts WHERE reader = $1"
            async with pool_of(database_url) as pool:
                return await pool.fetchval(asked, first)

        async with Publisher(kafka) as publisher:
            found = fresh_letter(first)
            # whose id no database takes: it holds up no other
            bad = fresh_letter(first).model_copy(update={"event_id": "not-a-uuid"})
            for each in (bad, found):
                await publisher.publish(DEAD_LETTERS, each, key=each.topic)
            async with working(lambda: alerts.consume(settings, group=group)):
                [body] = await eventually(lambda: told(found), what="an alert")
                await eventually(kept, what="a note of its delivery")
            assert "secret-path" not in json.dumps(body)
            # the same and one of another kind, read by a process that begins anew
            last = fresh_letter(second)
            for each in (found, fresh_letter(first), last):
                await publisher.publish(DEAD_LETTERS, each, key=each.topic)
            async with working(lambda: alerts.consume(settings, group=f"alerts-{uuid4()}")):
                await eventually(lambda: told(last), what="the other alert")
        assert len(received.about(found)) == 1


async def test_what_the_receiver_did_not_take_is_sent_by_the_next_process(
    kafka: str, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = fresh_letter(f"r-{uuid4()}")
    await noted(database_url, found)
    with webhook() as received:
        settings = alerting(kafka, database_url, received).alerting
        async with pool_of(database_url) as pool:
            received.status = 500
            assert not await alerts.deliver(pool, settings)
            received.status = 200
            assert await alerts.deliver(pool, settings)
            assert await alerts.deliver(pool, settings)
    assert len(received.about(found)) == 1
    assert "secret-path" not in caplog.text


async def test_an_address_of_no_known_service_is_refused_by_name(kafka: str, database_url: str) -> None:
    given = Alerting(ALERT_URLS=SecretStr("carrier-pigeon://secret"))
    settings = settings_for(kafka, database_url).model_copy(update={"alerting": given})
    with pytest.raises(InvalidSettings, match="ALERT_URLS") as raised:
        await asyncio.wait_for(alerts.consume(settings), 10)
    assert "secret" not in str(raised.value)
