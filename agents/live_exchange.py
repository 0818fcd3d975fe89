"""Live orders: what their broker says of them, told by the executor, and what that makes of positions.

Executions come one by one, in the order of what is executed so far, and each is known by that number; an order's end
comes after all of them. What a broker takes back or changes later is in `agents.corrections`.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from agents.closing import Outcome, contract_of, replaced
from agents.corrections import CORRECTIONS, corrected, position_behind
from agents.live_exits import (
    NO_QUOTES,
    Quotes,
    exits_of,
    followed,
    live_of,
    noted,
    position_of,
    released,
    settled,
    unfilled,
)
from agents.lots import booked, bought_lots, contracts
from agents.outcome import live_outcome
from agents.paper_exchange import account_event, failed, opened, without
from agents.rules import ExitRules
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated
from schemas.positions import Book, Lot, Position

EARLY_MAX = 64
"""What is kept of orders that are not read yet: far more than can be said before they are."""
_EXECUTIONS = ("partially_filled", "filled")
_ENDS = ("canceled", "expired", "failed")
_MINUTE = timedelta(minutes=1)


def on_update(book: Book, update: OrderUpdated, *, rules: ExitRules, quotes: Quotes) -> Outcome:
    """Work in what an executor says of a live order; a repeat, or word of another's order, changes nothing.

    What is said of an order before it is read is kept until then. Raises ValueError where an execution has no price.
    """
    order = next((known for known in book.working if known.event_id == update.order_id), None)
    if order is None:
        if update.status in CORRECTIONS and position_behind(book, update.order_id) is not None:
            return corrected(book, update, rules=rules)
        return _kept(book, update), ()
    if order.order_type != "live" or live_of(book, order).withheld:
        return book, ()
    if update.status in CORRECTIONS:
        return corrected(book, update, rules=rules)
    if update.status in _EXECUTIONS:
        return _executed(book, order, update, rules, quotes)
    if update.status in _ENDS:
        return _ended(book, order, update, rules, quotes)
    return book, ()


def on_early_updates(book: Book, *, rules: ExitRules) -> Outcome:
    """Work in what was said of orders before they were read, once they are: they open, so no exit is priced by it."""
    events: tuple[Event, ...] = ()
    read = {order.event_id for order in book.working}
    for update in book.early:
        if update.order_id in read:
            left = tuple(other for other in book.early if other is not update)
            book, caused = on_update(book.model_copy(update={"early": left}), update, rules=rules, quotes=NO_QUOTES)
            events += caused
    return book, events


def _kept(book: Book, update: OrderUpdated) -> Book:
    """The book with word of an order that has not been read; what a book itself says of paper orders is none."""
    if not update.source.startswith("executor/") or position_behind(book, update.order_id) is not None:
        return book
    if any(other.event_id == update.event_id for other in book.early):
        return book
    # what is taken back after its order and position have gone is the reconciliation's
    if update.status in CORRECTIONS and all(other.order_id != update.order_id for other in book.early):
        return book
    return book.model_copy(update={"early": (*book.early, update)[-EARLY_MAX:]})


def _executed(book: Book, order: OrderPlaced, update: OrderUpdated, rules: ExitRules, quotes: Quotes) -> Outcome:
    live = live_of(book, order)
    quantity = update.filled_quantity - live.filled_quantity
    if quantity <= 0:
        return book, ()
    if update.price is None:
        raise ValueError(f"price: execution {update.event_id} has none")
    is_last = update.status == "filled" or update.filled_quantity >= order.quantity
    fill_id = derived_id("fill", order.event_id, update.filled_quantity)
    known = {**live.fills, str(update.filled_quantity): fill_id}
    after = live.model_copy(update={"filled_quantity": update.filled_quantity, "fills": known})
    book = without(book, order) if is_last else noted(book, order, after)
    held = position_of(book, order.position_id)
    if order.side == "buy_to_open":
        fill = _fill(order, update.occurred_at, fill_id, quantity, update.price)
        book = _bought(book, held, fill, rules, undone=tuple(live.fills.values()))
        events: tuple[Event, ...] = (
            fill,
            account_event(fill, "order_filled" if is_last else "order_partially_filled", None),
        )
        if is_last:
            book, sent = released(book, order.position_id, at=update.occurred_at, rules=rules, quotes=quotes)
            events += sent
        return book, events
    events = ()
    if held is not None:
        # no more than is held: what goes beyond that is the reconciliation's
        fill = _fill(order, update.occurred_at, fill_id, min(quantity, held.quantity), update.price)
        book, events = _sold(book, held, fill, rules)
    book, asked = settled(book, order.position_id, at=update.occurred_at)
    return book, (*events, *asked)


def _ended(book: Book, order: OrderPlaced, update: OrderUpdated, rules: ExitRules, quotes: Quotes) -> Outcome:
    at, live, rest = update.occurred_at, live_of(book, order), unfilled(book, order)
    reason = update.reason or update.status
    if order.side == "buy_to_open":
        book, events = failed(book, order, at, reason=reason, unfilled=rest)
        book, sent = released(book, order.position_id, at=at, rules=rules, quotes=quotes)
        return book, (*events, *sent)
    position = position_of(book, order.position_id)
    if position is None:
        return without(book, order), ()
    follows = 0
    if update.status == "canceled" and live.cancel_requested:
        others = sum(unfilled(book, other) for other in exits_of(book, order.position_id)) - rest
        follows = min(rest, position.quantity - others)
    if follows > 0:
        book = without(book, order)
        book, events = followed(book, position, order, follows, at=at, rules=rules, quotes=quotes)
    else:
        book, events = failed(book, order, at, reason=reason, unfilled=rest)
        changes: dict[str, Any] = {}
        if not live.filled_quantity:
            changes["follow_ups"] = position.follow_ups + 1
        if order.event_id == position.exit_order_id:
            # what a broker refuses now it refuses at the next tick too: not again before the next full minute;
            # one that it has ended by itself is tried again soon, but not at each tick
            next_minute = at.replace(second=0, microsecond=0) + _MINUTE
            changes["retry_at"] = next_minute if update.status == "failed" else at + rules.step_after
        book = replaced(book, position, position.model_copy(update=changes))
    book, asked = settled(book, order.position_id, at=at)
    return book, (*events, *asked)


def _fill(order: OrderPlaced, at: datetime, fill_id: str, quantity: int, price: Decimal) -> OrderFilled:
    return OrderFilled(
        event_id=fill_id,
        occurred_at=at,
        order_id=order.event_id,
        side=order.side,
        order_type=order.order_type,
        quantity=quantity,
        price=price,
        exit_reason=order.exit_reason,
        entry=order.entry,
        **contract_of(order),
    )


def _bought(book: Book, held: Position | None, fill: OrderFilled, rules: ExitRules, *, undone: tuple[str, ...]) -> Book:
    """The book with what an execution has bought; `undone`: fills of its order that are, where nothing is held."""
    lot = Lot(quantity=fill.quantity, price=fill.price)
    if held is None:
        position = opened(fill, rules).model_copy(update={"lots": (lot,), "corrections": undone})
        return book.model_copy(update={"positions": (*book.positions, position)})
    for order in exits_of(book, held.position_id):
        # not sent yet: the exit of all that is held takes what has come since it was asked for
        if order.event_id == held.exit_order_id and live_of(book, order).withheld:
            more = order.model_copy(update={"quantity": order.quantity + fill.quantity})
            book = noted(book, more, live_of(book, order))
    lots = bought_lots(held)
    sold = contracts(lots) - held.quantity
    after, _ = booked(held, rules, bought=(*lots, lot), sold=sold, received=-fill.price * fill.quantity, closes=False)
    return replaced(book, held, after)


def _sold(book: Book, held: Position, fill: OrderFilled, rules: ExitRules) -> Outcome:
    lots = bought_lots(held)
    sold = contracts(lots) - held.quantity + fill.quantity
    after, made = booked(held, rules, bought=lots, sold=sold, received=fill.price * fill.quantity, closes=True)
    fill = fill.model_copy(update={"remaining_quantity": after.quantity})
    if after.quantity:
        return replaced(book, held, after), (fill, account_event(fill, "position_reduced", made))
    rest = tuple(position for position in book.positions if position is not held)
    assert fill.exit_reason is not None
    trade = live_outcome(after, at=fill.occurred_at, exit_order_id=fill.order_id, exit_reason=fill.exit_reason)
    return book.model_copy(update={"positions": rest}), (fill, account_event(fill, "position_closed", made), trade)
