"""What Alpaca says becomes the broker's words, exactly."""

from decimal import Decimal
from typing import Any

import pytest

from sinks.alpaca.asking import refusal
from sinks.alpaca.reading import execution_of, news_of, whole
from sinks.broker import Execution, Undone

ORDER_ID = "904837e3-3b76-47ec-b432-046db621571b"
EXECUTION_ID = "2f63ea93-423d-4169-b3f6-3fdafc10c418"
CALL = "SPY260220C00596000"
AT = "2026-02-13T15:31:07.123456Z"


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": ORDER_ID,
        "client_order_id": "ts-1",
        "created_at": AT,
        "updated_at": AT,
        "submitted_at": AT,
        "asset_id": None,
        "symbol": CALL,
        "asset_class": "us_option",
        "qty": "7",
        "filled_qty": "4",
        "filled_avg_price": "2.45",
        "order_class": "simple",
        "order_type": "limit",
        "type": "limit",
        "side": "buy",
        "time_in_force": "day",
        "limit_price": "2.5",
        "status": "partially_filled",
        "extended_hours": False,
        **changes,
    }


def update(event: str, **changes: Any) -> dict[str, Any]:
    ordered = changes.pop("order", {})
    return {"event": event, "timestamp": AT, "order": order(**ordered), **changes}


@pytest.mark.parametrize("event", ["fill", "partial_fill"])
def test_an_execution_comes_with_its_own_price_and_all_that_was_filled_by_then(event: str) -> None:
    told = news_of(update(event, price="2.4499", qty="3", execution_id=EXECUTION_ID, position_qty="4"))
    assert told.execution == Execution(
        broker_order_id=ORDER_ID,
        option_symbol=CALL,
        quantity=3,
        price=Decimal("2.4499"),
        filled_quantity=4,
        executed_at=told.at,
        execution_id=EXECUTION_ID,
    )
    assert (told.order.client_order_id, told.order.quantity, told.order.filled_quantity) == ("ts-1", 7, 4)
    assert told.at.isoformat() == "2026-02-13T15:31:07.123456+00:00"
    assert told.undone is None


def test_a_price_that_no_binary_float_holds_stays_as_it_was_said() -> None:
    told = news_of(update("fill", price=Decimal("0.1"), qty="1"))
    assert told.execution is not None
    assert told.execution.price == Decimal("0.1")
    assert told.execution.execution_id is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("new", "working"),
        ("accepted", "working"),
        ("pending_new", "working"),
        ("pending_cancel", "working"),
        ("pending_replace", "working"),
        ("partially_filled", "working"),
        ("held", "working"),
        ("done_for_day", "working"),
        ("filled", "filled"),
        ("canceled", "canceled"),
        ("expired", "expired"),
        ("rejected", "rejected"),
        ("replaced", "replaced"),
    ],
)
def test_an_order_works_until_it_has_ended(status: str, state: str) -> None:
    assert news_of(update("restated", order={"status": status})).order.state == state


def test_an_order_that_was_replaced_names_the_one_that_goes_on() -> None:
    told = news_of(update("replaced", order={"status": "replaced", "replaced_by": EXECUTION_ID}))
    assert told.order.replaced_by == EXECUTION_ID
    assert told.execution is None


def test_an_execution_that_is_taken_back_names_it() -> None:
    told = news_of(
        update("trade_bust", price="2.45", qty="3", execution_id=ORDER_ID, previous_execution_id=EXECUTION_ID)
    )
    assert told.undone == Undone(
        broker_order_id=ORDER_ID, execution_id=EXECUTION_ID, quantity=3, corrected_price=None, at=told.at
    )
    assert told.execution is None


def test_an_execution_whose_price_is_put_right_comes_with_the_new_one() -> None:
    told = news_of(update("trade_correct", price="2.4", qty="3", execution_id=EXECUTION_ID))
    assert told.undone is not None
    assert told.undone.corrected_price == Decimal("2.4")
    assert told.undone.execution_id == EXECUTION_ID


def test_an_event_nobody_has_heard_of_still_tells_of_its_order() -> None:
    assert news_of(update("stopped")).order.broker_order_id == ORDER_ID


def test_a_fill_of_the_account_s_activities_is_the_same_execution() -> None:
    activity = {
        "activity_type": "FILL",
        "id": "20260213103107123::8efc7b9a-8b2b-4000-9955-d36e7db0df74",
        "cum_qty": "4",
        "leaves_qty": "3",
        "price": "2.4499",
        "qty": "3",
        "side": "buy",
        "symbol": CALL,
        "transaction_time": AT,
        "order_id": ORDER_ID,
        "type": "partial_fill",
    }
    found = execution_of(activity)
    assert (found.broker_order_id, found.quantity, found.price, found.filled_quantity) == (
        ORDER_ID,
        3,
        Decimal("2.4499"),
        4,
    )


@pytest.mark.parametrize(("said", "number"), [("3", 3), (3.0, 3), (None, 0), ("", 0), (Decimal(2), 2)])
def test_contracts_are_whole(said: object, number: int) -> None:
    assert whole(said) == number


def test_a_part_of_a_contract_is_no_number_of_contracts() -> None:
    with pytest.raises(ValueError, match="whole"):
        whole("1.5")


@pytest.mark.parametrize(
    ("status", "code", "text", "expected"),
    [
        (403, 40310000, "insufficient options buying power", "insufficient_buying_power"),
        (403, 40310000, "insufficient buying power", "insufficient_buying_power"),
        (403, 40310100, "trade denied due to pattern day trading protection", "pattern_day_trader"),
        (403, 40310000, "account is blocked", "trading_blocked"),
        (403, 40310000, "insufficient qty available for order (requested: 2, available: 0)", "nothing_to_sell"),
        (403, 40310000, "account not eligible to trade uncovered option contracts", "nothing_to_sell"),
        (422, 40010001, "client_order_id must be unique", "duplicate_client_order_id"),
        (422, 42210000, "asset SPY260220C00596000 is not tradable", "not_tradable"),
        (422, 42210000, 'order is already in "filled" state', "not_cancelable"),
        (403, 40310000, "", "not_authorised"),
        (401, 40110000, "request is not authorized", "not_authorised"),
        (404, 40410000, "order not found", "not_found"),
        (422, 40010001, "qty is required", "invalid_order"),
    ],
)
def test_a_refusal_has_a_code_of_ours(status: int, code: int, text: str, expected: str) -> None:
    assert refusal(status, code, text) == expected
