"""Asking for an exit: contracts of a position are ordered out, each of them once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import ContractEvent, ExitReason, OrderPlaced
from schemas.positions import Book, Position

Outcome = tuple[Book, tuple[Event, ...]]

_CONTRACT = (
    "account_id",
    "symbol",
    "option_symbol",
    "strike",
    "expiration",
    "type",
    "direction",
    "engine",
    "experiment_id",
    "signal_id",
    "is_test",
    "position_id",
)


def contract_of(said: Position | ContractEvent) -> dict[str, Any]:
    """Return what an order, its fill, its position and its outcome say alike of their contract."""
    return {name: getattr(said, name) for name in _CONTRACT}


def replaced(book: Book, before: Position, after: Position) -> Book:
    """Return the book with one of its positions replaced; the very same one when the position is."""
    if after is before:
        return book
    positions = tuple(after if position is before else position for position in book.positions)
    return book.model_copy(update={"positions": positions})


def asked_out(
    book: Book,
    position: Position,
    *,
    at: datetime,
    reason: ExitReason,
    quantity: int | None = None,
    trigger: Decimal | None = None,
    details: Sequence[str] = (),
) -> tuple[Book, Position, OrderPlaced]:
    """Order contracts of an open position out, and return the book, the position as it is now, and the order.

    quantity  contracts; None is all that no order has been placed for yet, which makes the position closing
    trigger   the mark that calls for the exit, dollars a share; None when no price does
    details   codes that say more than the reason
    """
    available = position.available
    sold = available if quantity is None else quantity
    assert 0 < sold <= available
    codes = (reason, *details)
    order_id = derived_id("order", position.position_id, "exit", position.exit_orders)
    order = OrderPlaced(
        event_id=order_id,
        occurred_at=at,
        client_order_id=f"ts-{order_id}",
        side="sell_to_close",
        order_type=position.order_type,
        quantity=sold,
        limit_price=position.entry_price if trigger is None else trigger,
        exit_reason=reason,
        trigger_price=trigger,
        entry_price=position.entry_price,
        entry_timestamp=position.entry_timestamp,
        exit_codes=codes,
        remaining_quantity=available - sold,
        entry=position.entry,
        **contract_of(position),
    )
    changes: dict[str, Any] = {
        "exit_orders": position.exit_orders + 1,
        "exit_codes": tuple(dict.fromkeys((*position.exit_codes, *codes))),
    }
    if sold == available:
        changes |= {"status": "closing", "exit_reason": reason, "exit_order_id": order_id}
    else:
        changes["leaving"] = position.leaving + sold
    after = position.model_copy(update=changes)
    book = replaced(book, position, after)
    return book.model_copy(update={"working": (*book.working, order)}), after, order
