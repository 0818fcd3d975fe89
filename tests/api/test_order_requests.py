"""Orders by hand over HTTP: what is sent on, what is refused, and what is said of what became of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from agents.account import on_proposal, opened
from agents.desk import Seen
from agents.manual import on_order_request
from agents.rules import Rules
from schemas.codec import decode
from schemas.desks import Desk
from schemas.event import Event
from schemas.orders import CancelAsked, CloseRequested, OrderRequested
from sinks.database import open_pool
from sinks.tables import EFFECTS
from sinks.writes import apply
from streams.publisher import Publisher
from streams.topics import CANCELS_ASKED, CLOSE_REQUESTS, ORDER_REQUESTS, partition_of
from tests.agents.strategies import CLOSED, DAY, market, session
from tests.api.roles import asked_as
from tests.api.serving import NOWHERE, USERNAME, serving, until
from tests.api.test_live import Trading, listed
from tests.sinks.running import asking
from tests.streams.following import messages_of


@pytest.fixture
async def trading(kafka: str) -> AsyncIterator[Trading]:
    async with Publisher(kafka) as publisher:
        yield Trading(publisher)


async def order(client: httpx.AsyncClient, body: dict[str, Any], key: str = "") -> httpx.Response:
    return await client.post("/orders", json=body, headers={"Idempotency-Key": key or uuid4().hex})


async def store(database_url: str, *events: Event) -> None:
    """Write events as the history does."""
    pool = await open_pool(database_url, max_size=1)
    async with pool, pool.acquire() as database:
        await apply(database, [effect for event in events for effect in EFFECTS[type(event)](event)])


def judged(asked: OrderRequested, **phase: Any) -> tuple[Event, ...]:
    """Return what follows from a request in a market that knows nothing against it."""
    known = market().model_copy(update={"symbol": asked.symbol, "chain": {}})
    seen = Seen(market=known, session=session(**phase), view=lambda _: (Rules(), None), read_positions={})
    _, (proposal,) = on_order_request(Desk(symbol=asked.symbol), asked, seen=seen)
    account = opened(asked.account_id, Rules().limits)
    _, events = on_proposal(account, proposal, day=DAY, rules=Rules())  # type: ignore[arg-type]  # a TradeProposed
    return (proposal, *(event for event in events if type(event) in EFFECTS))


@pytest.mark.kafka
@pytest.mark.postgres
async def test_an_order_by_hand_is_one_event_and_can_be_followed_to_its_end(
    kafka: str, database_url: str, trading: Trading
) -> None:
    places = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    wanted = {"side": "buy_to_open", "option_symbol": trading.option_symbol, "quantity": 2, "limit_price": 3.4}
    by_fields = {
        "side": "buy_to_open",
        "symbol": trading.symbol.lower(),
        "strike": 596,
        "expiration": "2026-02-20",
        "type": "call",
        "quantity": 1,
    }
    async with serving(**places) as (app, client):
        accepted = await until(lambda: order(client, wanted, "one"), lambda answer: answer.status_code == 202)
        assert (await order(client, wanted, "one")).content == accepted.content
        second = await order(client, by_fields)
        assert second.status_code == 202, second.text
        body = accepted.json()
        url = body["url"]
        assert (body["status"], accepted.headers["Location"]) == ("pending", url)
        # known before the history has it
        pending = (await client.get(url)).json()
        assert (pending["status"], pending["order_request_id"]) == ("pending", body["order_request_id"])

        messages = await messages_of(kafka, ORDER_REQUESTS, source="api.orders")
        sent = [(message.partition, decode(OrderRequested, message.value)) for message in messages]
        mine = [(partition, event) for partition, event in sent if event.account_id == trading.account_id]
        assert {partition for partition, _ in mine} == {partition_of(trading.symbol)}
        limited, at_market = (event for _, event in mine)
        assert (limited.event_id, str(limited.limit_price)) == (body["order_request_id"], "3.4000")
        assert (limited.requested_by, limited.quantity, limited.strike) == (USERNAME, 2, 596)
        assert (at_market.option_symbol, at_market.limit_price) == (trading.option_symbol, None)

        await store(database_url, limited)
        assert (await client.get(url)).json()["status"] == "pending"
        await store(database_url, *judged(limited))
        approved = (await client.get(url)).json()
        assert (approved["status"], approved["order_status"], approved["codes"]) == (
            "approved",
            "pending_execution",
            [],
        )
        assert {"kill_switch", "total_exposure"} <= {gate["gate"] for gate in approved["gates"]}
        async with asking(database_url) as database:
            assert await database.fetchval("SELECT engine FROM orders WHERE order_id = $1", approved["order_id"]) == (
                "manual"
            )
            assert await database.fetchval("SELECT count(*) FROM experiments") == 0

        await store(database_url, at_market, *judged(at_market, **CLOSED))
        rejected = (await client.get(second.json()["url"])).json()
        assert (rejected["status"], rejected["codes"][0], rejected["order_id"]) == ("rejected", "market_closed", None)
        with asked_as(app, "trader", account_id="other"):
            assert (await client.get(url)).status_code == 404


@pytest.mark.kafka
@pytest.mark.postgres
async def test_a_position_is_sold_and_a_working_order_cancelled_by_hand(
    kafka: str, database_url: str, trading: Trading
) -> None:
    places = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    entry = trading.order()
    exiting = trading.order().model_copy(update={"side": "sell_to_close"})
    await trading.write_book(version=1, positions=(trading.position(),), working=(entry, exiting))
    async with serving(**places) as (app, client):
        await until(lambda: listed(client, "/orders/positions"), bool)
        sold = await order(client, {"side": "sell_to_close", "position_id": trading.position_id, "quantity": 4})
        assert sold.status_code == 202, sold.text
        assert (await client.get(sold.json()["url"])).json()["status"] == "pending"
        (request,) = [
            event
            for event in (
                decode(CloseRequested, message.value)
                for message in await messages_of(kafka, CLOSE_REQUESTS, source="api.close")
            )
            if event.account_id == trading.account_id
        ]
        assert (request.event_id, request.quantity) == (sold.json()["order_request_id"], 4)
        exit_order = exiting.model_copy(
            update={"occurred_at": request.occurred_at, "exit_reason": "manual", "position_id": trading.position_id}
        )
        await store(database_url, request, exit_order)
        found = (await client.get(sold.json()["url"])).json()
        assert (found["status"], found["order_id"], found["side"]) == ("approved", exiting.event_id, "sell_to_close")

        cancelled = await client.post(f"/orders/{entry.event_id}/cancel")
        assert cancelled.status_code == 202, cancelled.text
        assert (await client.post(f"/orders/{entry.event_id}/cancel")).content != b""
        asked = [
            decode(CancelAsked, message.value)
            for message in await messages_of(kafka, CANCELS_ASKED, source="api.orders")
        ]
        mine = [event for event in asked if event.account_id == trading.account_id]
        assert {event.order_id for event in mine} == {entry.event_id}
        assert {event.event_id for event in mine} == {cancelled.json()["cancel_request_id"]}
        ended = trading.order().model_copy(update={"occurred_at": entry.occurred_at - timedelta(days=1)})
        await store(database_url, ended)
        for order_id, status in ((exiting.event_id, 409), (ended.event_id, 409), (uuid4(), 404)):
            assert (await client.post(f"/orders/{order_id}/cancel")).status_code == status
        with asked_as(app, "trader", account_id="other"):
            assert (await client.post(f"/orders/{entry.event_id}/cancel")).status_code == 404


BUY: dict[str, Any] = {"side": "buy_to_open", "option_symbol": "SPY260220C00596000", "quantity": 1}
NAMED: dict[str, Any] = {"side": "buy_to_open", "symbol": "SPY", "strike": 596, "type": "call", "quantity": 1}
SELL: dict[str, Any] = {"side": "sell_to_close", "position_id": str(uuid4())}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({**BUY, "quantity": 0}, "quantity"),
    ({**BUY, "quantity": None}, "quantity"),
    ({**BUY, "quantity": 10_001}, "quantity"),
    ({**BUY, "limit_price": 0}, "limit_price"),
    ({**BUY, "limit_price": 1.001}, "limit_price"),
    ({**BUY, "limit_price": "NaN"}, "limit_price"),
    ({**BUY, "option_symbol": "SPY"}, "option_symbol"),
    ({**BUY, "symbol": "QQQ"}, "symbol"),
    ({**BUY, "strike": 596}, "strike"),
    ({**BUY, "position_id": str(uuid4())}, "position_id"),
    ({**BUY, "account_id": "other"}, "account_id"),
    (NAMED, "expiration"),
    ({**NAMED, "expiration": "2026-02-20", "symbol": "TOOLONG"}, "symbol"),
    ({"side": "sell_to_close"}, "position_id"),
    ({**SELL, "limit_price": 3}, "limit_price"),
    ({**SELL, "option_symbol": "SPY260220C00596000"}, "option_symbol"),
    ({"side": "sell_to_open"}, "side"),
]


async def test_what_is_no_order_is_refused_by_its_field_and_without_a_key_nothing_is_ordered() -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=NOWHERE) as (app, client):
        for body, field in REFUSED:
            answer = await order(client, body)
            assert answer.status_code == 422, (body, answer.text)
            assert [error["field"] for error in answer.json()["errors"]] == [field], body
        without = await client.post("/orders", json=BUY)
        assert without.status_code == 400
        assert [error["field"] for error in without.json()["errors"]] == ["Idempotency-Key"]
        # nothing can be kept at the moment
        assert (await order(client, BUY)).status_code == 503
        with asked_as(app, "viewer"):
            for path in ("/orders", f"/orders/{uuid4()}/cancel", f"/orders/positions/{uuid4()}/close", "/kill-switch"):
                body = {"action": "halt", "reason": "enough"} if path == "/kill-switch" else BUY
                answer = await client.post(path, json=body, headers={"Idempotency-Key": "k"})
                assert answer.status_code == 403, path
        with asked_as(app, "trader"):
            body = {"action": "halt", "scope": "all", "reason": "enough"}
            assert (await client.post("/kill-switch", json=body)).status_code == 403
