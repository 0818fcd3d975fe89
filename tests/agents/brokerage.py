"""A broker as the executor tells of it: what it may say of the orders that it was given, in the order it says so."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from schemas.ids import derived_id
from schemas.orders import OrderPlaced, OrderUpdated


@dataclass(frozen=True)
class Executed:
    """An execution as it was told; `filled_quantity` counts the contracts of its order so far."""

    filled_quantity: int
    quantity: int
    price: Decimal
    is_busted: bool = False
    corrections: int = 0


@dataclass
class AtBroker:
    """An order that the broker has."""

    order: OrderPlaced
    executions: list[Executed] = field(default_factory=list)
    has_ended: bool = False
    is_told: bool = False
    """its book has read it"""

    @property
    def filled(self) -> int:
        return self.executions[-1].filled_quantity if self.executions else 0

    @property
    def rest(self) -> int:
        return self.order.quantity - self.filled

    @property
    def standing(self) -> int:
        """Contracts executed and not taken back."""
        return sum(one.quantity for one in self.executions if not one.is_busted)


def told(order: OrderPlaced, status: str, at: datetime, *, event_id: str = "", **changes: Any) -> OrderUpdated:
    """Return what the executor says of an order."""
    known = str(changes.get("filled_quantity", 0))
    return OrderUpdated.model_validate(
        {
            "event_id": event_id or derived_id("told", order.event_id, status, known),
            "occurred_at": at,
            "source": "executor/paper",
            "account_id": order.account_id,
            "order_id": order.event_id,
            "symbol": order.symbol,
            "status": status,
            **changes,
        }
    )


def executed(order: OrderPlaced, quantity: int, price: str | Decimal, at: datetime, *, so_far: int = 0) -> OrderUpdated:
    """Return the execution of some contracts, of which `so_far` were executed before."""
    filled_quantity = so_far + quantity
    status = "filled" if filled_quantity == order.quantity else "partially_filled"
    return told(
        order,
        status,
        at,
        event_id=derived_id("execution", order.event_id, filled_quantity),
        quantity=quantity,
        price=Decimal(price),
        filled_quantity=filled_quantity,
    )


def busted(order: OrderPlaced, quantity: int, was: str | Decimal, at: datetime, *, so_far: int = 0) -> OrderUpdated:
    """Return the bust of an execution, known by what was executed before it."""
    filled_quantity = so_far + quantity
    return told(
        order,
        "busted",
        at,
        event_id=derived_id("bust", order.event_id, filled_quantity),
        quantity=quantity,
        was_price=Decimal(was),
        filled_quantity=filled_quantity,
    )


def corrected(
    order: OrderPlaced,
    quantity: int,
    was: str | Decimal,
    price: str | Decimal,
    at: datetime,
    *,
    so_far: int = 0,
    count: int = 0,
) -> OrderUpdated:
    """Return the correction of an execution's price; `count` tells several apart."""
    filled_quantity = so_far + quantity
    return told(
        order,
        "corrected",
        at,
        event_id=derived_id("correction", order.event_id, filled_quantity, count),
        quantity=quantity,
        was_price=Decimal(was),
        price=Decimal(price),
        filled_quantity=filled_quantity,
    )


class Brokerage:
    """Orders by id, and what is said of them."""

    def __init__(self) -> None:
        self.orders: dict[str, AtBroker] = {}

    def take(self, order: OrderPlaced) -> None:
        self.orders[order.event_id] = AtBroker(order, is_told=order.side == "sell_to_close")

    def working(self) -> list[AtBroker]:
        return [known for known in self.orders.values() if not known.has_ended]

    def held(self, position_id: str) -> int:
        mine = [known for known in self.orders.values() if known.order.position_id == position_id]
        return sum(known.standing if known.order.side == "buy_to_open" else -known.standing for known in mine)

    def execute(self, known: AtBroker, quantity: int, price: Decimal, at: datetime) -> OrderUpdated:
        update = executed(known.order, quantity, price, at, so_far=known.filled)
        known.executions.append(Executed(update.filled_quantity, quantity, price))
        known.has_ended = known.rest == 0
        return update

    def end(self, known: AtBroker, status: str, at: datetime) -> OrderUpdated:
        known.has_ended = True
        return told(known.order, status, at, reason=f"{status}_there", filled_quantity=known.filled)

    def bust(self, known: AtBroker, number: int, at: datetime) -> OrderUpdated:
        one = known.executions[number]
        known.executions[number] = replace(one, is_busted=True)
        return busted(known.order, one.quantity, one.price, at, so_far=one.filled_quantity - one.quantity)

    def correct(self, known: AtBroker, number: int, price: Decimal, at: datetime) -> OrderUpdated:
        one = known.executions[number]
        known.executions[number] = replace(one, price=price, corrections=one.corrections + 1)
        before = one.filled_quantity - one.quantity
        return corrected(known.order, one.quantity, one.price, price, at, so_far=before, count=one.corrections)
