from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.rows import AT, insert_decision, insert_order, insert_outcome, insert_webhook_event
from tests.api.serving import serving, until
from tests.api.test_queries import all_pages, insert, insert_fill, insert_position, insert_signal

pytestmark = pytest.mark.postgres


async def ids(client: httpx.AsyncClient, path: str, name: str, **parameters: str) -> list[str]:
    return [row[name] for row in await all_pages(client, path, **parameters)]


async def test_decisions_are_found_by_status_symbol_code_engine_and_time(database: Any, database_url: str) -> None:
    by_b = {"experiment": {"variant": "A"}, "policy": {"executed_engine": "B"}}
    nobody = {"experiment": {"variant": "B"}, "policy": {"executed_engine": None}}
    first = await insert_decision(database, created_at=AT)
    stale = {"status": "rejected", "codes": ["signal_stale", "bias_stale"], "rejection_reason": "signal_stale"}
    second = await insert_decision(database, created_at=AT + timedelta(minutes=1), symbol="QQQ", **stale, **by_b)
    third = await insert_decision(database, created_at=AT + timedelta(minutes=2), **nobody)
    theirs = await insert_decision(database, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        newest_first = await ids(client, "/decisions", "decision_id", limit="2")
        found = {
            filters: await ids(client, "/decisions", "decision_id", **dict([filters.split("=")]))
            for filters in (
                "status=rejected",
                "symbol=qqq",
                "code=bias_stale",
                "engine=A",
                "engine=B",
                "since=2026-02-13T15:31:00Z",
                "until=2026-02-13T15:31:00Z",
            )
        }
        one = await client.get(f"/decisions/{second}")
        hidden = [await client.get(f"/decisions/{decision_id}") for decision_id in (theirs, uuid4())]
    assert newest_first == [str(third), str(second), str(first)]
    assert found == {
        "status=rejected": [str(second)],
        "symbol=qqq": [str(second)],
        "code=bias_stale": [str(second)],
        "engine=A": [str(first)],
        "engine=B": [str(third), str(second)],
        "since=2026-02-13T15:31:00Z": [str(third), str(second)],
        "until=2026-02-13T15:31:00Z": [str(first)],
    }
    assert (one.json()["engine"], one.json()["codes"]) == ("B", ["signal_stale", "bias_stale"])
    assert [answer.status_code for answer in hidden] == [404, 404]
    assert hidden[0].content == hidden[1].content


async def test_orders_are_found_by_status_symbol_and_time(database: Any, database_url: str) -> None:
    first = await insert_order(database)
    second = await insert_order(database, status="failed", symbol="QQQ", created_at=AT + timedelta(minutes=1))
    await insert_order(database, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        assert await ids(client, "/orders", "order_id", limit="1") == [str(second), str(first)]
        assert await ids(client, "/orders", "order_id", status="failed") == [str(second)]
        assert await ids(client, "/orders", "order_id", symbol="SPY") == [str(first)]
        assert await ids(client, "/orders", "order_id", since="2026-02-13T15:31:00Z") == [str(second)]
        unknown = await client.get("/orders?status=done")
    assert [error["field"] for error in unknown.json()["errors"]] == ["status"]


async def test_an_order_is_told_with_its_updates_and_fills_oldest_first(database: Any, database_url: str) -> None:
    order_id = await insert_order(database, filled_quantity=9, broker_order_id="b-1", order_type="live")
    theirs = await insert_order(database, account_id="other")
    for number, status in enumerate(("accepted", "partially_filled", "filled")):
        for account_id, of in (("paper", order_id), ("other", theirs)):
            await insert(
                database,
                "order_updates",
                update_id=uuid4(),
                account_id=account_id,
                order_id=of,
                symbol="SPY",
                status=status,
                quantity=number,
                filled_quantity=number * 4,
                created_at=AT + timedelta(seconds=number),
            )
    await insert_fill(database, order_id=order_id, fill_quantity=5, fill_timestamp=AT + timedelta(seconds=2))
    await insert_fill(database, order_id=order_id, fill_quantity=4, fill_timestamp=AT + timedelta(seconds=1))
    # somebody else's words on the same id are not told either
    await insert_fill(database, order_id=order_id, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        told = (await client.get(f"/orders/{order_id}")).json()
        hidden = [await client.get(f"/orders/{other}") for other in (theirs, uuid4())]
        not_an_id = await client.get("/orders/latest")
    assert [update["status"] for update in told["updates"]] == ["accepted", "partially_filled", "filled"]
    assert [fill["fill_quantity"] for fill in told["fills"]] == [4, 5]
    assert (told["broker_order_id"], told["filled_quantity"]) == ("b-1", 9)
    assert [answer.status_code for answer in hidden] == [404, 404]
    assert not_an_id.status_code == 422


async def test_closed_trades_are_found_by_engine_reason_symbol_and_time(database: Any, database_url: str) -> None:
    won = await insert_outcome(database)
    lost = await insert_outcome(
        database,
        engine="B",
        symbol="QQQ",
        pnl=Decimal("-80.50"),
        exit_reason="stop_loss",
        exit_time=AT + timedelta(hours=2),
    )
    shadow = await insert_outcome(database, is_shadow=True)
    await insert_outcome(database, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        assert await ids(client, "/trades", "outcome_id", limit="1") == [str(lost), str(won)]
        assert await ids(client, "/trades", "outcome_id", engine="B") == [str(lost)]
        assert await ids(client, "/trades", "outcome_id", symbol="spy") == [str(won)]
        assert await ids(client, "/trades", "outcome_id", reason="stop_loss") == [str(lost)]
        assert await ids(client, "/trades", "outcome_id", is_shadow="true") == [str(shadow)]
        assert await ids(client, "/trades", "outcome_id", until="2026-02-13T17:00:00Z") == [str(won)]
        text = (await client.get("/trades")).text
    assert '"pnl":-80.50,' in text


async def test_a_closed_position_is_told_with_orders_fills_and_lineage(database: Any, database_url: str) -> None:
    position_id, signal_id, experiment_id = uuid4(), uuid4(), uuid4()
    decision_id = await insert_decision(database, signal_id=signal_id)
    entry = await insert_order(database, position_id=position_id, signal_id=signal_id)
    leave = await insert_order(
        database, position_id=position_id, signal_id=None, side="sell_to_close", created_at=AT + timedelta(hours=1)
    )
    await insert_order(database, position_id=position_id, account_id="other")
    await insert_fill(database, position_id=position_id, order_id=entry)
    await insert_fill(database, position_id=position_id, account_id="other")
    outcome_id = await insert_outcome(database, position_id=position_id)
    await insert_position(database, position_id=position_id, signal_id=signal_id, experiment_id=experiment_id)
    theirs = uuid4()
    await insert_position(database, position_id=theirs, account_id="other")
    async with serving(DATABASE_URL=database_url) as (_, client):
        told = (await client.get(f"/positions/{position_id}")).json()
        hidden = [await client.get(f"/positions/{other}") for other in (theirs, uuid4())]
    assert (told["status"], told["realized_pnl"]) == ("closed", 1584)
    assert [order["order_id"] for order in told["orders"]] == [str(entry), str(leave)]
    assert len(told["fills"]) == 1
    assert told["lineage"] == {
        "signal_id": str(signal_id),
        "decision_id": str(decision_id),
        "proposal_id": told["lineage"]["proposal_id"],
        "experiment_id": str(experiment_id),
        "context_hash": "ab" * 32,
        "order_ids": [str(entry), str(leave)],
        "fill_ids": [told["fills"][0]["trade_id"]],
        "outcome_id": str(outcome_id),
    }
    assert [answer.status_code for answer in hidden] == [404, 404]


async def test_calls_of_webhooks_are_found_by_what_came_of_them(database: Any, database_url: str) -> None:
    fields = {"created_at": AT + timedelta(minutes=1), "symbol": "QQQ", "direction": "short", "timeframe": "1h"}
    accepted = await insert_webhook_event(database)
    unsigned = await insert_webhook_event(database, status="invalid_signature", **fields)
    bad = await insert_webhook_event(database, status="invalid_payload", created_at=AT + timedelta(minutes=2))
    theirs = await insert_webhook_event(database, account_id="other")
    nobodys = await insert_webhook_event(database, account_id=None)
    async with serving(DATABASE_URL=database_url) as (_, client):

        async def found(**filters: str) -> list[str]:
            return await ids(client, "/webhook-events", "event_id", **filters)

        assert await found(limit="2") == [str(bad), str(unsigned), str(accepted)]
        assert await found(status="rejected") == [str(bad), str(unsigned)]
        assert await found(status="accepted") == [str(accepted)]
        assert await found(status="duplicate") == []
        for filters in ({"symbol": "QQQ"}, {"direction": "short"}, {"timeframe": "1h"}):
            assert await found(**filters) == [str(unsigned)]
        assert await found(since="2026-02-13T15:32:00Z") == [str(bad)]
        one = await client.get(f"/webhook-events/{accepted}")
        hidden = [await client.get(f"/webhook-events/{other}") for other in (theirs, nobodys, uuid4())]
    assert (one.json()["raw_payload"], one.json()["processing_time_ms"]) == ({"symbol": "SPY"}, 6)
    assert [answer.status_code for answer in hidden] == [404, 404, 404]


async def test_a_call_is_listed_for_its_account_without_the_secret_it_came_with(database_url: str) -> None:
    token = "a signal token of the tests"
    async with serving(DATABASE_URL=database_url, WEBHOOK_TOKEN=token) as (_, client):
        # Kafka is away, so it goes into the spool: accepted all the same
        body = {"symbol": "SPY", "direction": "long", "timeframe": "5m", "secret": token, "note": f"it is {token}"}
        sent = await client.post("/webhook", json=body)
        unsigned = await client.post("/webhook", json=body | {"secret": "another"})

        async def listed() -> list[dict[str, Any]]:
            return await all_pages(client, "/webhook-events")

        rows = await until(listed, lambda found: len(found) == 2)
        told = [await client.get(f"/webhook-events/{row['event_id']}") for row in rows]
    assert (sent.status_code, unsigned.status_code) == (200, 401)
    assert {row["status"] for row in rows} == {"accepted", "invalid_signature"}
    assert {row["account_id"] for row in rows} == {"paper"}
    for answer in told:
        assert answer.json()["raw_payload"]["symbol"] == "SPY"
        assert token not in answer.text
        assert "another" not in answer.text


@pytest.mark.postgres
async def test_a_bad_instant_of_a_list_for_admins_is_named(database_url: str) -> None:
    async with serving(DATABASE_URL=database_url) as (_, client):
        answer = await client.get("/dead-letters?since=0001-01-01T00:00:00%2B14:00")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "since")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("/decisions?code=%00", "code"),
        ("/decisions?engine=C", "engine"),
        ("/decisions?since=2026-02-13", "since"),
        ("/orders?since=0001-01-01T00:00:00%2B14:00", "since"),
        ("/shadow-trades?until=9999-12-31T23:59:59-14:00", "until"),
        ("/orders?cursor=x", "cursor"),
        ("/trades?reason=luck", "reason"),
        ("/trades?is_shadow=perhaps", "is_shadow"),
        ("/webhook-events?status=lost", "status"),
        ("/webhook-events?timeframe=%00", "timeframe"),
        ("/agents/performance?agent=%00", "agent"),
        ("/shadow-trades?agent=%00", "agent"),
        ("/decisions/1", "decision_id"),
        ("/positions/1", "position_id"),
    ],
)
async def test_a_bad_parameter_of_a_list_is_named(query: str, field: str) -> None:
    async with serving() as (_, client):
        answer = await client.get(query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_signals_are_found_by_what_they_say_and_what_became_of_them(database: Any, database_url: str) -> None:
    plain, short, stopped, test = (uuid4() for _ in range(4))
    await insert_signal(database, plain)
    await insert_signal(database, short, direction="short", created_at=AT + timedelta(minutes=1))
    refusal = {"status": "rejected", "rejection_reason": "signal_stale", "created_at": AT + timedelta(minutes=2)}
    await insert_signal(database, stopped, **refusal)
    await insert_signal(database, test, is_test=True, created_at=AT + timedelta(minutes=3))
    await insert_signal(database, uuid4(), account_id="other", **refusal)
    async with serving(DATABASE_URL=database_url) as (_, client):

        async def found(**filters: str) -> list[str]:
            return await ids(client, "/signals", "signal_id", **filters)

        assert await found() == [str(signal) for signal in (test, stopped, short, plain)]
        assert await found(direction="short") == [str(short)]
        assert await found(reason="signal_stale") == [str(stopped)]
        assert await found(is_test="true") == [str(test)]
        assert await found(is_test="false", since="2026-02-13T15:31:00Z") == [str(stopped), str(short)]
        assert await found(until="2026-02-13T15:31:00Z") == [str(plain)]
