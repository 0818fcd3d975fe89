"""The paper exchange: what becomes of orders, and what their fills make of positions."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.closing import Outcome, contract_of, replaced
from agents.exits import arm
from agents.outcome import closed_trade, realized
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated
from schemas.positions import Book, Position


def is_fillable(order: OrderPlaced, *, at: datetime, price: Decimal) -> bool:
    """Return whether a quote's middle fills an order: none older than the order does, and nothing is bought for 0.

    Of what is ordered by hand none above its limit either.
    """
    if order.order_type == "live" or at < order.occurred_at:
        return False
    # a person's limit is kept; an engine's is the price it went by
    within = order.engine != "manual" or order.pricing == "market" or price <= order.limit_price
    return order.side == "sell_to_close" or (price > 0 and within)


def expired(book: Book, at: datetime) -> Outcome:
    """Drop the orders that are too old; a live one is its broker's, and only asked to end."""
    events: tuple[Event, ...] = ()
    for order in book.working:
        if order.order_type != "live" and order.expires_at is not None and at > order.expires_at:
            book, dropped = given_up(book, order, at, reason="no_quote_in_time")
            events += dropped
    return book, events


def given_up(book: Book, order: OrderPlaced, at: datetime, *, reason: str, status: str = "failed") -> Outcome:
    """Drop an order of the book's own, and tell everybody that it has failed, or was canceled."""
    book, released = failed(book, order, at, reason=reason)
    return book, (_update(order, at, status, reason), *released)


def failed(book: Book, order: OrderPlaced, at: datetime, *, reason: str, unfilled: int | None = None) -> Outcome:
    """Drop an order whose end stands on order-updates, and tell its account.

    unfilled  contracts that were not filled; None: none was
    """
    released = AccountEvent(
        event_id=derived_id("account-event", order.event_id, "order_failed"),
        occurred_at=at,
        account_id=order.account_id,
        kind="order_failed",
        order_id=order.event_id,
        position_id=order.position_id,
        symbol=order.symbol,
        option_symbol=order.option_symbol,
        quantity=order.quantity if unfilled is None else unfilled,
        reason=reason,
        engine=order.engine,
    )
    return without(book, order), (released,)


def filled(book: Book, order: OrderPlaced, *, at: datetime, price: Decimal, rules: ExitRules) -> Outcome:
    """Fill a working order whole.

    price  dollars a share, four decimals
    """
    held = next((position for position in book.positions if position.position_id == order.position_id), None)
    fill = OrderFilled(
        event_id=derived_id("fill", order.event_id, 0),
        occurred_at=at,
        order_id=order.event_id,
        side=order.side,
        order_type=order.order_type,
        quantity=order.quantity,
        price=price,
        exit_reason=order.exit_reason,
        remaining_quantity=0 if held is None else held.quantity - order.quantity,
        entry=order.entry,
        **contract_of(order),
    )
    book, updated = without(book, order), _update(order, at, "filled")
    if order.side == "buy_to_open":
        book = book.model_copy(update={"positions": (*book.positions, opened(fill, rules))})
        return book, (fill, updated, account_event(fill, "order_filled", None))
    assert held is not None
    made = realized(held, fill)
    if fill.remaining_quantity:
        reduced = _reduced(held, fill, made)
        return replaced(book, held, reduced), (fill, updated, account_event(fill, "position_reduced", made))
    rest = tuple(position for position in book.positions if position is not held)
    book = book.model_copy(update={"positions": rest})
    return book, (fill, updated, account_event(fill, "position_closed", made), closed_trade(held, fill))


def without(book: Book, order: OrderPlaced) -> Book:
    """Return the book without one of its working orders."""
    working = tuple(other for other in book.working if other.event_id != order.event_id)
    changes: dict[str, Any] = {"working": working}
    if order.event_id in book.live:
        changes["live"] = {name: live for name, live in book.live.items() if name != order.event_id}
    return book.model_copy(update=changes)


def opened(fill: OrderFilled, rules: ExitRules) -> Position:
    """Return the position that the first fill of an order opens."""
    armed = arm(entry_price=fill.price, entered_at=fill.occurred_at, expiration=fill.expiration, rules=rules)
    return Position(
        entry_order_id=fill.order_id,
        quantity=fill.quantity,
        initial_quantity=fill.quantity,
        entry_price=fill.price,
        entry_timestamp=fill.occurred_at,
        order_type=fill.order_type,
        entry=fill.entry,
        **armed.values(),
        **contract_of(fill),
    )


def _reduced(position: Position, fill: OrderFilled, made: Decimal) -> Position:
    return position.model_copy(
        update={
            "initial_quantity": position.bought,
            "quantity": fill.remaining_quantity,
            "leaving": position.leaving - fill.quantity,
            "exit_value": position.exit_value + fill.price * fill.quantity,
            "realized_pnl": position.realized_pnl + made,
        }
    )


def _update(order: OrderPlaced, at: datetime, status: str, reason: str | None = None) -> OrderUpdated:
    return OrderUpdated.model_validate(
        {
            "event_id": derived_id("order-update", order.event_id, status),
            "occurred_at": at,
            "account_id": order.account_id,
            "order_id": order.event_id,
            "symbol": order.symbol,
            "status": status,
            "reason": reason,
        }
    )


def account_event(fill: OrderFilled, kind: str, made: Decimal | None, *, quantity: int | None = None) -> AccountEvent:
    """Return what a fill tells its account.

    made      what it makes, dollars
    quantity  contracts; None: the fill's
    """
    return AccountEvent.model_validate(
        {
            "event_id": derived_id("account-event", fill.event_id, kind),
            "occurred_at": fill.occurred_at,
            "account_id": fill.account_id,
            "kind": kind,
            "order_id": fill.order_id,
            "position_id": fill.position_id,
            "symbol": fill.symbol,
            "option_symbol": fill.option_symbol,
            "quantity": fill.quantity if quantity is None else quantity,
            "price": fill.price,
            "realized_pnl": made,
            "engine": fill.engine,
        }
    )
