from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from schemas.codec import decode
from schemas.orders import CloseRequested
from streams.publisher import Publisher
from streams.topics import CLOSE_REQUESTS, partition_of
from tests.api.serving import NOWHERE, USERNAME, client_of, serving, until
from tests.api.test_live import Trading, listed
from tests.streams.following import messages_of

pytestmark = pytest.mark.kafka


@pytest.fixture
async def trading(kafka: str) -> AsyncIterator[Trading]:
    async with Publisher(kafka) as publisher:
        yield Trading(publisher)


async def requests_of(kafka: str, trading: Trading) -> list[CloseRequested]:
    messages = await messages_of(kafka, CLOSE_REQUESTS, source="api.close")
    found = [(message.partition, decode(CloseRequested, message.value)) for message in messages]
    of_account = [(partition, event) for partition, event in found if event.account_id == trading.account_id]
    assert all(partition == partition_of(event.symbol) for partition, event in of_account)
    return [event for _, event in of_account]


async def test_a_position_is_closed_by_hand_whole_or_in_part(kafka: str, trading: Trading) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):
        await trading.write_book(version=1, positions=(trading.position(),))
        await until(lambda: listed(client, "/orders/positions"), bool)
        path = f"/orders/positions/{trading.position_id}/close"
        whole = await client.post(path)
        part = await client.post(path, json={"quantity": 9})
        assert (whole.status_code, part.status_code) == (202, 202)
        assert whole.json()["position_id"] == trading.position_id
        assert (whole.json()["quantity"], part.json()["quantity"]) == (9, 9)
    asked, also = await requests_of(kafka, trading)
    assert (asked.reason, asked.requested_by, asked.quantity) == ("manual", USERNAME, None)
    assert (asked.position_id, asked.symbol) == (trading.position_id, trading.symbol)
    assert also.quantity == 9
    assert whole.json()["close_request_id"] == asked.event_id


@pytest.mark.parametrize(
    ("status", "body", "changes", "field"),
    [
        (404, None, {"position_id": str(uuid4())}, None),
        (409, None, {"status": "closing", "exit_reason": "stop_loss"}, None),
        (422, {"quantity": 10}, {}, "quantity"),
        (422, {"quantity": 0}, {}, "quantity"),
        (422, {"contracts": 1}, {}, "contracts"),
    ],
)
async def test_what_cannot_be_closed_is_refused_and_nothing_is_asked(
    kafka: str, trading: Trading, status: int, body: Any, changes: dict[str, Any], field: str | None
) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):
        await trading.write_book(version=1, positions=(trading.position(**changes),))
        await until(lambda: listed(client, "/orders/positions"), bool)
        answer = await client.post(f"/orders/positions/{trading.position_id}/close", json=body)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await requests_of(kafka, trading) == []


async def test_a_position_of_another_account_is_not_there(kafka: str, trading: Trading) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=f"other-{uuid4().hex}") as (app, client):
        await trading.write_book(version=1, positions=(trading.position(),))

        async def known() -> bool:
            return bool(list(app.state.live.view.positions(trading.account_id)))

        async def caught_up() -> bool:
            return app.state.live.trouble is None

        await until(caught_up, bool)
        await until(known, bool)
        answer = await client.post(f"/orders/positions/{trading.position_id}/close")
        assert answer.status_code == 404
        async with client_of(app) as stranger:
            assert (await stranger.post(f"/orders/positions/{trading.position_id}/close")).status_code == 401


async def test_without_kafka_and_postgres_nothing_is_promised() -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=NOWHERE) as (_, client):
        assert (await client.post(f"/orders/positions/{uuid4()}/close")).status_code == 503
