"""What is put right later: executions that a broker takes back or prices anew, and positions it knows better.

Whatever it is, what a position makes stays what has come in less what has gone out at its cost. What is taken back
after its position has gone is not known here any more: the reconciliation sees it at the broker.
"""

from datetime import datetime
from decimal import Decimal

from agents.closing import Outcome, contract_of, replaced
from agents.live_exits import position_of, settled
from agents.lots import booked, bought_lots, contracts, repriced
from agents.outcome import live_outcome
from agents.paper_exchange import account_event
from agents.rules import ExitRules
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderFilled, OrderUpdated, PositionAdjusted
from schemas.positions import Book, Lot, Position

CORRECTIONS = ("busted", "corrected")


def position_behind(book: Book, order_id: str) -> Position | None:
    """Return the held position that an order, over or not, has opened or was to close."""
    for position in book.positions:
        exits = (derived_id("order", position.position_id, "exit", number) for number in range(position.exit_orders))
        if position.order_type == "live" and (order_id == position.entry_order_id or order_id in exits):
            return position
    return None


def corrected(book: Book, update: OrderUpdated, *, rules: ExitRules) -> Outcome:
    """Take back an execution of an order of a held position, or book it at its new price; each counts once.

    Contracts that have been sold since cannot leave a position a second time: its broker is short of them, and the
    reconciliation says so. Raises ValueError where a price is missing.
    """
    held = position_behind(book, update.order_id)
    # the position may have ended with that execution, and been opened anew by a later one of the same order
    undone = derived_id("fill", update.order_id, update.filled_quantity)
    if held is None or not {update.event_id, undone}.isdisjoint(held.corrections):
        return book, ()
    if update.was_price is None:
        raise ValueError(f"was_price: {update.status} execution {update.event_id} has none")
    if update.status == "busted":
        after, events = _busted(held, update, update.was_price, rules)
    elif update.price is None:
        raise ValueError(f"price: corrected execution {update.event_id} has none")
    else:
        after, events = _repriced(held, update, update.was_price, update.price, rules)
    if not events:
        return book, ()
    # the position may have ended by it; what was sold of it has its outcome under the order that sold last
    last_exit = derived_id("order", held.position_id, "exit", held.exit_orders - 1)
    return _put(book, held, after, events, at=update.occurred_at, cause_id=update.event_id, exit_order_id=last_exit)


def on_adjustment(book: Book, event: PositionAdjusted, *, rules: ExitRules) -> Outcome:
    """Go by the broker in the quantity of a live position, unless an order of it works: its word is yet to come."""
    held = position_of(book, event.position_id)
    if held is None or held.order_type != "live" or event.event_id in held.corrections:
        return book, ()
    if any(order.position_id == event.position_id for order in book.working):
        return book, ()
    more = max(0, event.quantity) - held.quantity
    if not more:
        return book, ()
    fill = OrderFilled(
        event_id=derived_id("fill", event.event_id),
        occurred_at=event.occurred_at,
        order_id=event.event_id,
        side="buy_to_open" if more > 0 else "sell_to_close",
        order_type=held.order_type,
        quantity=abs(more),
        price=event.price,
        exit_reason=None if more > 0 else "manual",
        remaining_quantity=held.quantity + more if more < 0 else 0,
        entry=held.entry,
        undoes=event.reason,
        **contract_of(held),
    )
    lots = bought_lots(held)
    sold = contracts(lots) - held.quantity
    paid = event.price * more
    if more > 0:
        bought = (*lots, Lot(quantity=more, price=event.price))
        after, made = booked(held, rules, bought=bought, sold=sold, received=-paid, closes=False)
    else:
        after, made = booked(held, rules, bought=lots, sold=sold - more, received=-paid, closes=True)
        codes = (*after.exit_codes, "manual", event.reason)
        after = after.model_copy(update={"exit_codes": tuple(dict.fromkeys(codes))})
    events = (fill, account_event(fill, "position_adjusted", made, quantity=more))
    return _put(book, held, after, events, at=event.occurred_at, cause_id=event.event_id, exit_order_id=event.event_id)


def _busted(held: Position, update: OrderUpdated, was: Decimal, rules: ExitRules) -> tuple[Position, tuple[Event, ...]]:
    lots = bought_lots(held)
    sold = contracts(lots) - held.quantity
    if update.order_id == held.entry_order_id:
        quantity = min(update.quantity, held.quantity)
        left = repriced(lots, was=was, quantity=quantity, price=None)
        after, made = booked(held, rules, bought=left, sold=sold, received=was * quantity, closes=False)
        more = -quantity
    else:
        quantity = min(update.quantity, sold)
        after, made = booked(held, rules, bought=lots, sold=sold - quantity, received=-was * quantity, closes=True)
        more = quantity
    if quantity <= 0:
        return held, ()
    undone = _undone(after, update, quantity, was)
    return after, (undone, account_event(undone, "position_adjusted", made, quantity=more))


def _repriced(
    held: Position, update: OrderUpdated, was: Decimal, price: Decimal, rules: ExitRules
) -> tuple[Position, tuple[Event, ...]]:
    lots = bought_lots(held)
    sold = contracts(lots) - held.quantity
    opens = update.order_id == held.entry_order_id
    quantity = min(update.quantity, contracts(lots) if opens else sold)
    if quantity <= 0:
        return held, ()
    dearer = (price - was) * quantity
    if opens:
        bought = repriced(lots, was=was, quantity=quantity, price=price)
        after, made = booked(held, rules, bought=bought, sold=sold, received=-dearer, closes=False)
    else:
        after, made = booked(held, rules, bought=lots, sold=sold, received=dearer, closes=True)
    undone = _undone(after, update, quantity, was)
    anew = undone.model_copy(
        update={
            "event_id": derived_id("fill", update.event_id, "corrected"),
            "quantity": quantity,
            "price": price,
            "undoes": None,
        }
    )
    comes, goes = (anew, undone) if opens else (undone, anew)
    # what comes is told first, so that a holding is never empty in between
    return after, (
        undone,
        anew,
        account_event(comes, "position_adjusted", None, quantity=quantity),
        account_event(goes, "position_adjusted", made, quantity=-quantity),
    )


def _undone(after: Position, update: OrderUpdated, quantity: int, was: Decimal) -> OrderFilled:
    opens = update.order_id == after.entry_order_id
    return OrderFilled(
        event_id=derived_id("fill", update.event_id),
        occurred_at=update.occurred_at,
        order_id=update.order_id,
        side="buy_to_open" if opens else "sell_to_close",
        order_type=after.order_type,
        quantity=-quantity,
        price=was,
        remaining_quantity=0 if opens else after.quantity,
        entry=after.entry,
        undoes=derived_id("fill", update.order_id, update.filled_quantity),
        **contract_of(after),
    )


def _put(
    book: Book,
    held: Position,
    after: Position,
    events: tuple[Event, ...],
    *,
    at: datetime,
    cause_id: str,
    exit_order_id: str,
) -> Outcome:
    """The book with a position as it is now; without it when nothing of it is left, and with its outcome, if any."""
    if after.quantity:
        noted = after.model_copy(update={"corrections": (*after.corrections, cause_id)})
        book = replaced(book, held, noted)
    else:
        book = book.model_copy(update={"positions": tuple(item for item in book.positions if item is not held)})
        if after.sold_lots:
            events += (live_outcome(after, at=at, exit_order_id=exit_order_id, exit_reason="manual"),)
    book, asked = settled(book, held.position_id, at=at)
    return book, (*events, *asked)
