"""Live orders as rows: executions one by one, ends, busts and adjustments, the same in any order of arrival."""

import itertools
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import CancelRequested, OrderFilled, OrderPlaced, OrderUpdated, PositionAdjusted
from sinks.database import open_pool
from tests.schemas.story import at, traded
from tests.sinks.test_history_rows import Pool, write

pytestmark = pytest.mark.postgres
TABLES = ("orders", "order_updates", "trades", "refactored_positions", "cancel_requests", "position_adjustments")
ENTRY, EXIT = derived_id("entry", "live"), derived_id("exit", "live")


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(database_url, max_size=2)
    yield opened
    await opened.close()


async def rows_after(pool: Pool, events: list[Event], *, batch: int = 1000) -> dict[str, list[dict[str, Any]]]:
    await pool.execute(f"TRUNCATE {', '.join(TABLES)}")
    await write(pool, events, batch=batch)
    return {
        table: sorted((dict(row) for row in await pool.fetch(f"SELECT * FROM {table}")), key=repr) for table in TABLES
    }


def placed(order_id: str, quantity: int, *, closes: bool = False, **changes: Any) -> OrderPlaced:
    order = traded("SPY", "paper")[0]
    assert isinstance(order, OrderPlaced)
    side = "sell_to_close" if closes else "buy_to_open"
    update = {"event_id": order_id, "client_order_id": f"ts-{order_id}", "order_type": "live", "quantity": quantity}
    return order.model_copy(update={**update, "side": side, "occurred_at": at(60 if closes else 1), **changes})


def updated(order_id: str, status: str, number: int, **changes: Any) -> OrderUpdated:
    return OrderUpdated.model_validate(
        {
            "event_id": derived_id("update", order_id, status, number),
            "occurred_at": at(number),
            "account_id": "paper",
            "order_id": order_id,
            "symbol": "SPY",
            "status": status,
            "broker_order_id": "b1",
            **changes,
        }
    )


def executed(order_id: str, status: str, number: int, quantity: int, filled: int, price: str) -> OrderUpdated:
    return updated(order_id, status, number, quantity=quantity, filled_quantity=filled, price=Decimal(price))


def fill(order: OrderPlaced, number: int, quantity: int, price: str, *, undoes: str | None = None) -> OrderFilled:
    return OrderFilled(
        event_id=derived_id("fill", order.event_id, number),
        occurred_at=at(number),
        order_id=order.event_id,
        side=order.side,
        order_type="live",
        quantity=quantity,
        price=Decimal(price),
        undoes=undoes,
        **order.model_dump(
            include={
                *("account_id", "symbol", "option_symbol", "strike", "expiration", "type", "direction", "engine"),
                *("experiment_id", "signal_id", "is_test", "position_id"),
            }
        ),
    )


def partly_bought() -> list[Event]:
    """Return an order for five contracts of which three were bought, in two executions, before it was cancelled."""
    order = placed(ENTRY, 5)
    return [
        order,
        updated(ENTRY, "accepted", 2),
        executed(ENTRY, "partially_filled", 3, 1, 1, "2.40"),
        fill(order, 3, 1, "2.40"),
        executed(ENTRY, "partially_filled", 4, 2, 3, "2.46"),
        fill(order, 4, 2, "2.46"),
        updated(ENTRY, "canceled", 5, reason="expired", filled_quantity=3),
    ]


async def test_an_order_filled_in_parts_is_told_by_its_rows(pool: Pool) -> None:
    found = await rows_after(pool, partly_bought())
    (order,) = found["orders"]
    assert (order["status"], order["failure_reason"], order["filled_quantity"]) == ("canceled", "expired", 3)
    assert (order["broker_order_id"], order["filled_at"]) == ("b1", None)
    (position,) = found["refactored_positions"]
    assert (position["quantity"], position["initial_quantity"], position["status"]) == (3, 3, "open")
    assert (position["entry_price"], position["entry_timestamp"]) == (Decimal("2.4400"), at(3))


@pytest.mark.parametrize(
    ("until", "status", "filled"), [(1, "pending_execution", 0), (2, "accepted", 0), (3, "partially_filled", 1)]
)
async def test_an_order_is_as_far_as_was_told(pool: Pool, until: int, status: str, filled: int) -> None:
    (order,) = (await rows_after(pool, partly_bought()[:until]))["orders"]
    assert (order["status"], order["filled_quantity"]) == (status, filled)


async def test_the_last_execution_fills_a_live_order_and_a_refusal_fails_it(pool: Pool) -> None:
    last = executed(ENTRY, "filled", 6, 2, 5, "2.50")
    (order,) = (await rows_after(pool, [*partly_bought()[:-1], last]))["orders"]
    assert (order["status"], order["filled_at"], order["filled_quantity"]) == ("filled", at(6), 5)
    refused = updated(ENTRY, "failed", 2, reason="insufficient_buying_power")
    (order,) = (await rows_after(pool, [placed(ENTRY, 5), refused]))["orders"]
    assert (order["status"], order["failure_reason"]) == ("failed", "insufficient_buying_power")


async def test_what_the_broker_takes_back_leaves_order_and_position(pool: Pool) -> None:
    order = placed(ENTRY, 3)
    events: list[Event] = [
        order,
        executed(ENTRY, "filled", 3, 3, 3, "2.40"),
        fill(order, 3, 3, "2.40"),
        updated(ENTRY, "busted", 9, quantity=3, filled_quantity=3, was_price=Decimal("2.40")),
        fill(order, 9, -3, "2.40", undoes=derived_id("fill", ENTRY, 3)),
    ]
    expected = await rows_after(pool, events)
    (stored,), (position,) = expected["orders"], expected["refactored_positions"]
    assert (stored["status"], stored["filled_quantity"]) == ("busted", 0)
    assert (position["quantity"], position["status"], position["exit_reason"]) == (0, "closed", "busted")
    for arrival in itertools.permutations(events):
        assert await rows_after(pool, list(arrival), batch=1) == expected
    again = await rows_after(pool, [*events, fill(order, 10, 1, "2.50")], batch=1)
    (position,) = again["refactored_positions"]
    assert (position["quantity"], position["status"], position["exit_reason"]) == (1, "open", None)


async def test_rows_of_live_orders_do_not_depend_on_the_order_of_arrival(pool: Pool) -> None:
    exits = placed(EXIT, 3, closes=True, exit_reason="profit_target")
    bought = next(event for event in partly_bought() if isinstance(event, OrderPlaced))
    events = [
        *partly_bought(),
        exits,
        executed(EXIT, "partially_filled", 61, 1, 1, "3.00"),
        fill(exits, 61, 1, "3.00"),
        CancelRequested(
            event_id=derived_id("cancel", EXIT),
            occurred_at=at(62),
            account_id="paper",
            order_id=EXIT,
            client_order_id=exits.client_order_id,
            symbol="SPY",
            reason="step_over",
        ),
        fill(bought, 70, -1, "2.40", undoes=derived_id("fill", ENTRY, 3)),
        PositionAdjusted(
            event_id=derived_id("adjusted", "live"),
            occurred_at=at(80),
            account_id="paper",
            symbol="SPY",
            option_symbol=exits.option_symbol,
            position_id=exits.position_id,
            quantity=0,
            price=Decimal("3.10"),
            reason="sold_elsewhere",
        ),
    ]
    expected = await rows_after(pool, events)
    for seed in range(12):
        shuffled = [*events, *events[:4]]
        random.Random(seed).shuffle(shuffled)
        assert await rows_after(pool, shuffled, batch=1 + seed % 4) == expected
    (position,) = expected["refactored_positions"]
    assert (position["quantity"], position["initial_quantity"]) == (1, 2)
    assert timedelta(0) < position["last_updated"] - position["entry_timestamp"]


@pytest.mark.parametrize("status", ["failed", "canceled", "expired"])
async def test_a_position_whose_exit_has_ended_unfilled_is_open_again_whatever_comes_first(
    pool: Pool, status: str
) -> None:
    entry, leaving = placed(ENTRY, 3), placed(EXIT, 3, closes=True, exit_reason="stop_loss")
    story: list[Event] = [
        entry,
        executed(ENTRY, "filled", 2, 3, 3, "2.40"),
        fill(entry, 2, 3, "2.40"),
        leaving,
        updated(EXIT, status, 61),
    ]
    ((asked,),) = [(await rows_after(pool, story[:4]))["refactored_positions"]]
    assert (asked["status"], asked["exit_reason"]) == ("closing", "stop_loss")
    for events in itertools.islice(itertools.permutations(story), 0, None, 11):
        (position,) = (await rows_after(pool, list(events), batch=1))["refactored_positions"]
        assert (position["status"], position["exit_reason"], position["quantity"]) == ("open", None, 3)
