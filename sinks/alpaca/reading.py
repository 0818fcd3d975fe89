"""What Alpaca says, in the broker's words. Numbers travel as text, and are never made binary floats here."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from alpaca.trading.enums import OrderStatus, TradeEvent
from alpaca.trading.models import Order, TradeUpdate
from pydantic import AwareDatetime, BaseModel, ConfigDict

from sinks.broker import BrokerOrder, Execution, OrderNews, State, Undone

_ENDED: Mapping[OrderStatus, State] = {
    OrderStatus.FILLED: "filled",
    OrderStatus.CANCELED: "canceled",
    OrderStatus.EXPIRED: "expired",
    OrderStatus.REJECTED: "rejected",
    OrderStatus.REPLACED: "replaced",
}
"""Every other status is one of an order at work; an order that is done for the day expires or is filled later."""
_EXECUTIONS = frozenset({TradeEvent.FILL.value, TradeEvent.PARTIAL_FILL.value})
_BUST, _CORRECT = "trade_bust", "trade_correct"


class _Activity(BaseModel):
    """A fill as the account's activities have it. `cum_qty` counts this execution in."""

    model_config = ConfigDict(extra="ignore")

    order_id: str
    symbol: str
    qty: Decimal
    price: Decimal
    cum_qty: Decimal
    transaction_time: AwareDatetime


def whole(value: object) -> int:
    """Return a number of contracts; raises ValueError when it is not whole."""
    number = Decimal(str(value or 0))
    if number != number.to_integral_value():
        raise ValueError("not a whole number of contracts")
    return int(number)


def order_of(order: Order) -> BrokerOrder:
    """Return an order; raises ValueError when its contracts cannot be read."""
    return BrokerOrder(
        broker_order_id=str(order.id),
        client_order_id=order.client_order_id,
        option_symbol=order.symbol or "",
        state=_ENDED.get(order.status, "working"),
        quantity=whole(order.qty),
        filled_quantity=whole(order.filled_qty),
        replaced_by=str(order.replaced_by) if order.replaced_by else None,
        reason=order.status.value,
        updated_at=order.updated_at,
    )


def execution_of(activity: object) -> Execution:
    """Return an execution of the account's activities; raises pydantic.ValidationError, ValueError."""
    read = _Activity.model_validate(activity)
    return Execution(
        broker_order_id=read.order_id,
        option_symbol=read.symbol,
        quantity=whole(read.qty),
        price=read.price,
        filled_quantity=whole(read.cum_qty),
        executed_at=read.transaction_time,
    )


def news_of(data: Mapping[str, Any]) -> OrderNews:
    """Return what a trade update says, as a message carries it in `data`; raises ValidationError, ValueError, KeyError.

    The client's model makes floats of price and quantity, so those are taken from the message itself.
    """
    update = TradeUpdate(**data)
    order = order_of(update.order)
    event = update.event.value if isinstance(update.event, TradeEvent) else str(update.event)
    execution = undone = None
    if event in _EXECUTIONS:
        execution = Execution(
            broker_order_id=order.broker_order_id,
            option_symbol=order.option_symbol,
            quantity=whole(data["qty"]),
            price=Decimal(str(data["price"])),
            filled_quantity=order.filled_quantity,
            executed_at=update.timestamp,
            execution_id=str(data["execution_id"]) if data.get("execution_id") else None,
        )
    elif event in (_BUST, _CORRECT):
        undone = _undone(data, order=order, at=update.timestamp, event=event)
    return OrderNews(order=order, at=update.timestamp, execution=execution, undone=undone)


def _undone(data: Mapping[str, Any], *, order: BrokerOrder, at: datetime, event: str) -> Undone:
    return Undone(
        broker_order_id=order.broker_order_id,
        execution_id=str(data.get("previous_execution_id") or data["execution_id"]),
        quantity=whole(data["qty"]),
        corrected_price=Decimal(str(data["price"])) if event == _CORRECT else None,
        at=at,
    )
