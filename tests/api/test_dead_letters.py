"""Dead letters over the API: listed, looked at, sent again, discarded."""

import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codec import encode
from schemas.dead_letters import DeadLetterUpdated
from streams.topics import CONTROLS, DEAD_LETTER_UPDATES, PRICE_TICKS, SIGNALS
from tests.api.serving import NOWHERE, USERNAME, client_of, serving
from tests.schemas.story import signal
from tests.sinks.letters import dealt_with, end_of, letter, sent_since, stored
from tests.sinks.running import first

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture
async def client(kafka: str, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, DATABASE_URL=database_url) as (_, asking):
        yield asking


async def items(client: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await client.get("/dead-letters", params=query)
    assert answer.status_code == 200, answer.text
    return [item["dead_letter_id"] for item in answer.json()["items"]]


async def test_letters_are_listed_by_what_they_are_a_page_at_a_time(
    client: httpx.AsyncClient, database_url: str
) -> None:
    one, account, control, done = letter(), letter(reader="account"), letter(topic=CONTROLS), letter()
    unreadable = letter(reason="undecodable", record="")
    await stored(database_url, one, account, control, done, unreadable, dealt_with(done, "redriven"))
    everything = [one, account, control, done, unreadable]
    assert set(await items(client)) == {found.event_id for found in everything}
    assert await items(client, reader="account") == [account.event_id]
    assert await items(client, topic=CONTROLS.name) == [control.event_id]
    assert await items(client, reason="undecodable") == [unreadable.event_id]
    assert await items(client, status="redriven") == [done.event_id]
    assert await items(client, since="2100-01-01T00:00:00Z") == []
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = (await client.get("/dead-letters", params=query)).json()
        seen += [item["dead_letter_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted(found.event_id for found in everything)


async def test_a_letter_is_shown_decoded_where_todays_schema_reads_it(
    client: httpx.AsyncClient, database_url: str
) -> None:
    readable = letter(value=encode(signal("SPY")))
    unreadable, large = letter(value=b"\x00\xff"), letter(value=b"x" * 300_000)
    await stored(database_url, readable, unreadable, large)
    shown = (await client.get(f"/dead-letters/{readable.event_id}")).json()
    assert (shown["value"]["symbol"], shown["value_base64"], shown["key"]) == ("SPY", None, "SPY")
    assert shown["headers"]["ce_id"] == "s-1"
    assert (shown["topic"], shown["partition"], shown["offset"]) == (SIGNALS.name, readable.partition, readable.offset)
    assert (shown["reason"], shown["error"], shown["record"]) == ("failed", "ZeroDivisionError", "desks/SPY")
    shown = (await client.get(f"/dead-letters/{unreadable.event_id}")).json()
    assert (shown["value"], base64.b64decode(shown["value_base64"])) == (None, b"\x00\xff")
    shown = (await client.get(f"/dead-letters/{large.event_id}")).json()
    assert (shown["value"], shown["value_base64"], shown["is_complete"]) == (None, None, False)


async def test_one_or_some_or_all_are_sent_again(client: httpx.AsyncClient, kafka: str, database_url: str) -> None:
    letters = [letter() for _ in range(3)]
    other, prices = letter(reader="account"), letter(topic=PRICE_TICKS)
    await stored(database_url, *letters, other, prices)
    end = await end_of(kafka, SIGNALS, letters[0].partition)
    answer = await client.post(f"/dead-letters/{letters[0].event_id}/redrive")
    assert (answer.status_code, answer.json()["status"]) == (200, "redriven")
    answer = await client.post("/dead-letters/redrive", json={"ids": [letters[1].event_id, prices.event_id]})
    outcomes = {item["dead_letter_id"]: item["status"] for item in answer.json()["items"]}
    assert outcomes == {letters[1].event_id: "redriven", prices.event_id: "refused"}
    answer = await client.post("/dead-letters/redrive", json={"reader": "account"})
    assert [item["dead_letter_id"] for item in answer.json()["items"]] == [other.event_id]
    answer = await client.post("/dead-letters/redrive", json={"all": True})
    assert len(answer.json()["items"]) == 5
    assert answer.json()["left"] == 0
    ids = {found.event_id for found in (*letters, other)}
    sent = await sent_since(kafka, SIGNALS, letters[0].partition, end, count=7, letters=ids)
    assert {dict(message.headers)["tapestream-redrive"].decode() for message in sent} == ids
    note = await first(
        kafka, DEAD_LETTER_UPDATES, DeadLetterUpdated, lambda update: update.dead_letter_id == other.event_id
    )
    assert note.changed_by == USERNAME


async def test_a_letter_is_discarded_with_a_reason_and_not_sent_again(
    client: httpx.AsyncClient, kafka: str, database_url: str
) -> None:
    found = letter()
    await stored(database_url, found)
    path = f"/dead-letters/{found.event_id}"
    assert (await client.post(f"{path}/discard", json={})).status_code == 422
    answer = await client.post(f"{path}/discard", json={"reason": "of a test"})
    assert (answer.status_code, answer.json()["status"]) == (200, "discarded")
    note = await first(
        kafka, DEAD_LETTER_UPDATES, DeadLetterUpdated, lambda update: update.dead_letter_id == found.event_id
    )
    await stored(database_url, note)
    shown = (await client.get(path)).json()
    assert (shown["status"], shown["change_reason"], shown["changed_by"]) == ("discarded", "of a test", USERNAME)
    assert (await client.post(f"{path}/redrive")).status_code == 409
    assert (await client.post(f"{path}/discard", json={"reason": "again"})).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"everything": True},
        {"all": True, "ids": [str(uuid4())]},
        {"ids": []},
        {"ids": ["no-uuid"]},
        {"topic": "no topic"},
        {"since": "2026-02-13T10:30:00"},
        {"reason": "none"},
    ],
)
async def test_an_unclear_wish_is_refused(login_database: str, body: dict[str, Any]) -> None:
    async with serving(DATABASE_URL=login_database) as (_, client):
        answer = await client.post("/dead-letters/redrive", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_what_is_not_there_is_said_and_strangers_see_nothing(client: httpx.AsyncClient) -> None:
    path = f"/dead-letters/{uuid4()}"
    assert (await client.get(path)).status_code == 404
    assert (await client.post(f"{path}/redrive")).status_code == 404
    assert (await client.post(f"{path}/discard", json={"reason": "x"})).status_code == 404
    assert (await client.get("/dead-letters", params={"topic": "a\x00b"})).status_code == 422
    async with serving() as (app, _), client_of(app) as stranger:
        for method, route in (("GET", "/dead-letters"), ("GET", path), ("POST", f"{path}/redrive")):
            assert (await stranger.request(method, route)).status_code == 401


async def test_without_kafka_or_postgres_nothing_is_promised(database_url: str) -> None:
    found = letter()
    await stored(database_url, found)
    async with serving(KAFKA_BOOTSTRAP_SERVERS=NOWHERE, DATABASE_URL=database_url) as (_, client):
        assert (await client.post(f"/dead-letters/{found.event_id}/redrive")).status_code == 503
    async with serving(KAFKA_BOOTSTRAP_SERVERS=NOWHERE) as (_, client):
        assert (await client.get("/dead-letters")).status_code == 503
        assert (await client.post(f"/dead-letters/{found.event_id}/redrive")).status_code == 503
