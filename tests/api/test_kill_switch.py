"""The kill switch over HTTP: its state, and what became of each order and position."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from agents import book as books
from agents.controls import in_force, on_control
from agents.rules import Rules
from schemas.event import to_micros
from schemas.operations import ControlChanged
from schemas.orders import CloseRequested, OrderPlaced, OrderUpdated
from schemas.positions import Book
from schemas.ticks import Tick
from streams.publisher import Publisher
from tests.agents.changes import NONE
from tests.api.roles import asked_as
from tests.api.serving import USERNAME, serving, until
from tests.api.test_live import Trading
from tests.api.test_order_requests import store

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture
async def trading(kafka: str) -> AsyncIterator[Trading]:
    async with Publisher(kafka) as publisher:
        yield Trading(publisher)


def change_of(told: dict[str, Any], account_id: str) -> ControlChanged:
    """Return the change that an answer tells of."""
    value = {"halted": True, "close": True, "reason": told["reason"]}
    return ControlChanged(
        event_id=told["kill_switch_id"],
        occurred_at=told["changed_at"],
        name=f"kill_switch.{account_id}",
        value=json.dumps(value),
        changed_by=told["changed_by"],
    )


async def test_what_a_halt_that_closes_did_is_told_order_by_order_and_position_by_position(
    kafka: str, database_url: str, trading: Trading
) -> None:
    rules = Rules()
    held = Book(account_id=trading.account_id, symbol=trading.symbol)
    bought = trading.order().model_copy(update={"expires_at": None})
    held, _ = books.on_order(held, bought)
    later = to_micros(bought.occurred_at + timedelta(seconds=1))
    quote = Tick(trading.option_symbol, later, bid=3_500_000_000, ask=3_540_000_000)
    held, filled = books.on_ticks(held, [quote], rules=rules.exits)
    waits = trading.order().model_copy(update={"option_symbol": f"{trading.symbol}260220C00600000"})
    waiting, _ = books.on_order(held, waits)
    await trading.write_book(version=1, positions=waiting.positions, working=waiting.working)
    await store(database_url, bought, waits, *(event for event in filled if isinstance(event, OrderUpdated)))
    await store(database_url, filled[0])
    places = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "DATABASE_URL": database_url, "ACCOUNT_ID": trading.account_id}
    async with serving(**places) as (app, client):

        async def read(path: str) -> dict[str, Any]:
            answer = await until(lambda: client.get(path), lambda answer: answer.status_code == 200)
            found: dict[str, Any] = answer.json()
            return found

        async def throw(action: str) -> httpx.Response:
            return await client.post("/kill-switch", json={"action": action, "reason": "too fast"})

        thrown = await until(lambda: throw("halt_and_close"), lambda answer: answer.status_code == 202)
        told = thrown.json()
        state = await read("/kill-switch")
        assert (state["halted"], state["account"]["closing"], state["account"]["reason"]) == (True, True, "too fast")
        assert (state["account"]["changed_by"], state["all"]["halted"]) == (USERNAME, False)
        assert state["account"]["kill_switch_id"] == told["kill_switch_id"]

        def statuses(found: dict[str, Any]) -> tuple[Any, ...]:
            orders, positions = ([item["status"] for item in found[name]] for name in ("orders", "positions"))
            return orders, positions, found["complete"]

        async def outcome() -> tuple[Any, ...]:
            return statuses(await read(told["url"]))

        await until(outcome, lambda found: found == (["asked"], ["asked"], False))
        change = change_of(told, trading.account_id)
        after, events = books.on_rules(
            waiting,
            at=change.occurred_at,
            rules=in_force(rules, on_control(NONE, change), account_id=trading.account_id),
        )
        wanted = (OrderUpdated, OrderPlaced, CloseRequested)
        await store(database_url, change, *(event for event in events if isinstance(event, wanted)))
        await trading.write_book(version=2, positions=after.positions, working=after.working)
        await until(outcome, lambda found: found == (["canceled"], ["closing"], False))
        at = to_micros(change.occurred_at + timedelta(seconds=1))
        quote = Tick(trading.option_symbol, at, bid=3_000_000_000, ask=3_000_000_000)
        after, events = books.on_ticks(after, [quote], rules=rules.exits)
        await store(database_url, *(event for event in events if type(event).__name__ != "AccountEvent"))
        await trading.write_book(version=3, positions=after.positions, working=after.working)
        await until(outcome, lambda found: found == (["canceled"], ["closed"], True))
        (position,) = (await read(told["url"]))["positions"]
        assert (position["exit_price"], position["realized_pnl"]) == (
            3.0,
            float((Decimal("3.00") - Decimal("3.52")) * 900),
        )

        resumed = await throw("resume")
        assert resumed.status_code == 202
        assert (await read("/kill-switch"))["halted"] is False
        await store(database_url, change.model_copy(update={"event_id": resumed.json()["kill_switch_id"]}))
        # it is told of the one that is asked for, whatever came after it
        assert statuses(await read(told["url"])) == (["canceled"], ["closed"], True)
        with asked_as(app, "trader", account_id="other"):
            assert (await client.get(told["url"])).status_code == 404
            assert (await client.get("/kill-switch")).json()["account"]["halted"] is False
