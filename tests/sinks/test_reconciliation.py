"""What is compared, what is left alone, and what follows from a difference."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.accounts import Account, BrokerReported, Holding, Reservation
from schemas.positions import Book, Position
from sinks.broker import BrokerAccount, BrokerOrder, BrokerPosition, Execution
from sinks.live_orders import LiveOrder
from sinks.reconciliation import Found, Ours, Theirs, adjustments, compare, is_ours, standing
from tests.schemas.story import ENTRY, contract
from tests.sinks.executing import ACCOUNT, order
from tests.sinks.virtual_time import START

CALL = "SPY260227C00596500"
DAY = date(2026, 2, 20)
PUT = "SPY260227P00596500"
AGREED = Decimal("99000.00")


def position(name: str = "one", quantity: int = 2, *, minutes: int = 0, **changes: Any) -> Position:
    fields = {
        **contract("SPY", ACCOUNT),
        "position_id": name,
        "entry_order_id": f"entry {name}",
        "quantity": quantity,
        "entry_price": Decimal("2.45"),
        "entry_timestamp": START + timedelta(minutes=minutes),
        "order_type": "live",
        "stop_at_or_below": 1,
        "target_at_or_above": 9,
        "due_at": START + timedelta(days=1),
        "due_reason": "max_hold_time",
        "entry": ENTRY,
    }
    return Position.model_validate(fields | changes)


def account(*positions: Position, **changes: Any) -> Account:
    report = BrokerReported(
        event_id="r",
        occurred_at=START,
        account_id=ACCOUNT,
        cash=AGREED,
        equity=AGREED,
        buying_power=AGREED,
        options_buying_power=AGREED,
        day_trades=0,
        is_pattern_day_trader=False,
        is_blocked=False,
    )
    holdings = tuple(
        Holding(
            position_id=one.position_id,
            symbol=one.symbol,
            option_symbol=one.option_symbol,
            quantity=one.quantity,
            entry_price=one.entry_price,
        )
        for one in positions
    )
    fields = {"opening_equity": AGREED, "cash": AGREED, "holdings": holdings, "broker": report}
    return Account.model_validate({"account_id": ACCOUNT, **fields, **changes})


def ours(*positions: Position, **changes: Any) -> Ours:
    """Return tables on which everything has settled."""
    book = Book(account_id=ACCOUNT, symbol="SPY", positions=positions)
    settled = Ours(unfinished=(), books=[book], account=account(*positions), is_settled=True, executed={})
    return replace(settled, **changes)


def theirs(*held: tuple[str, int], cash: Decimal = AGREED, **changes: Any) -> Theirs:
    said = BrokerAccount(cash, cash, cash, cash, 0, False, False)
    positions = [BrokerPosition(symbol, quantity, Decimal("2.60")) for symbol, quantity in held]
    return replace(Theirs(orders=(), positions=positions, account=said), **changes)


def at_broker(client_order_id: str, broker_order_id: str = "b1") -> BrokerOrder:
    return BrokerOrder(broker_order_id, client_order_id, CALL, "working", 3, 0)


def executed(broker_order_id: str, price: str, quantity: int = 1) -> Execution:
    return Execution(broker_order_id, CALL, quantity, Decimal(price), quantity, START)


WORKING = LiveOrder(order(), START, state="working", sent_at=START, chain=("b1",))


def test_two_sides_that_agree_differ_in_nothing() -> None:
    held = position("one", 2), position("two", 1, minutes=5)
    paper = position("paper", 7, order_type="paper", option_symbol=PUT)
    assert compare(ours(*held, paper, account=account(*held)), theirs((CALL, 3))) == []
    live = ours(unfinished=[WORKING])
    assert compare(live, theirs(orders=[at_broker(WORKING.order.client_order_id)])) == []


@pytest.mark.parametrize("there", [((CALL, 1),), ((CALL, 3),), ()])
def test_another_quantity_is_a_difference(there: tuple[tuple[str, int], ...]) -> None:
    (found,) = compare(ours(position()), theirs(*there))
    assert (found.kind, found.subject, found.symbol, found.ours) == ("position_quantity", CALL, "SPY", "2")


def test_a_position_that_only_the_broker_has_is_unknown_here() -> None:
    (found,) = compare(ours(), theirs((PUT, -1)))
    assert (found.kind, found.ours, found.theirs) == ("position_unknown_here", "0", "-1")


def test_a_contract_with_an_order_under_way_is_not_compared() -> None:
    assert compare(ours(position(), unfinished=[replace(WORKING, chain=())]), theirs()) == []
    working = order("other", option_symbol=CALL)
    book = Book(account_id=ACCOUNT, symbol="SPY", positions=(position(),), working=(working,))
    assert compare(ours(books=[book]), theirs()) == []
    # an order of the paper exchange says nothing about the broker
    book = book.model_copy(update={"working": (working.model_copy(update={"order_type": "paper"}),)})
    assert [found.kind for found in compare(ours(books=[book]), theirs())] == ["position_quantity"]


def test_what_the_stages_have_not_worked_in_is_not_compared() -> None:
    assert compare(ours(position(), is_settled=False), theirs(cash=Decimal(1))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"account": None},
        {"account": account(broker=None)},
        {"account": account(position("of another quantity", 9))},
        {"unfinished": [WORKING]},
        {
            "account": account(
                reservations=(
                    Reservation(
                        order_id="o",
                        position_id="p",
                        symbol="SPY",
                        option_symbol=CALL,
                        quantity=1,
                        price=Decimal(1),
                    ),
                )
            )
        },
    ],
)
def test_cash_is_compared_only_when_nothing_moves(changes: dict[str, Any]) -> None:
    found = compare(ours(**changes), theirs(cash=Decimal("98999.35")))
    assert "cash" not in {one.kind for one in found}


def test_cash_that_differs_is_told() -> None:
    (found,) = compare(ours(), theirs(cash=Decimal("98999.35")))
    assert (found.kind, found.ours, found.theirs, found.symbol) == ("cash", "99000.00", "98999.35", "")


def test_an_order_at_work_here_alone_and_one_there_alone_are_told() -> None:
    found = compare(ours(unfinished=[WORKING]), theirs(orders=[at_broker("ts-x", "b7"), at_broker("by-hand", "b8")]))
    assert [(one.kind, one.subject) for one in found] == [
        ("order_status", WORKING.order_id),
        ("order_unknown_here", "ts-x"),
        ("order_unknown_here", "by-hand"),
    ]
    assert [is_ours(one) for one in found[1:]] == [True, False]


def test_an_order_that_was_sent_and_not_answered_yet_is_known() -> None:
    sent = replace(WORKING, state="sent", chain=())
    assert compare(ours(unfinished=[sent]), theirs(orders=[at_broker(sent.order.client_order_id)])) == []


def test_an_execution_nobody_told_of_is_missing() -> None:
    broker = theirs(executions=[executed("b1", "2.40"), executed("b1", "2.40"), executed("by-hand", "1")])
    (found,) = compare(ours(executed={"b1": 1}), broker)
    assert (found.kind, found.subject, found.ours, found.theirs) == ("execution_missing", "b1", "1", "2")


def test_only_what_stands_in_two_looks_counts() -> None:
    first = compare(ours(position()), theirs((CALL, 1), cash=Decimal(1)))
    second = compare(ours(position()), theirs((CALL, 1), cash=Decimal(2)))
    assert [found.kind for found in standing(first, second)] == ["position_quantity"]


def adjusted(there: tuple[tuple[str, int], ...], *held: Position, day: date = DAY, **changes: Any) -> list[Any]:
    mine, broker = ours(*held), theirs(*there, **changes)
    (found,) = (one for one in compare(mine, broker) if one.kind != "cash")
    return [
        (one.position.position_id, one.quantity, one.price, one.reason)
        for one in adjustments(found, ours=mine, theirs=broker, day=day)
    ]


def test_the_youngest_position_gives_first_and_takes_first() -> None:
    old, young = position("old", 2), position("young", 3, minutes=5)
    entry, mean = Decimal("2.45"), Decimal("2.60")
    assert adjusted(((CALL, 4),), old, young) == [("young", 2, entry, "sold_elsewhere")]
    assert adjusted(((CALL, 1),), old, young) == [
        ("young", 0, entry, "sold_elsewhere"),
        ("old", 1, entry, "sold_elsewhere"),
    ]
    assert adjusted(((CALL, 7),), old, young) == [("young", 5, mean, "bought_elsewhere")]
    assert adjusted(((CALL, -2),), old) == [("old", 0, entry, "sold_elsewhere")]


def test_what_was_sold_elsewhere_is_booked_at_its_price() -> None:
    executions = [executed("by-hand", "3.10"), executed("b1", "9.99")]
    mine = ours(position(), executed={"b1": 1})
    broker = theirs((CALL, 1), executions=executions)
    found = Found("position_quantity", CALL, "2", "1")
    (made,) = adjustments(found, ours=mine, theirs=broker, day=DAY)
    assert (made.price, made.quantity) == (Decimal("3.10"), 1)


def test_a_contract_that_has_expired_is_worth_nothing() -> None:
    assert adjusted((), position(), day=date(2026, 2, 27)) == [("one", 0, Decimal("2.45"), "sold_elsewhere")]
    assert adjusted((), position(), day=date(2026, 2, 28)) == [("one", 0, Decimal(0), "expired")]


def test_nothing_of_ours_is_adjusted_for_a_position_that_is_somebody_elses() -> None:
    found = Found("position_unknown_here", PUT, "0", "1")
    assert adjustments(found, ours=ours(), theirs=theirs((PUT, 1)), day=datetime.now(UTC).date()) == []
