"""A book: the paper exchange and the positions of one account in one underlying, folded over its tape."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from agents.exits import arm, called_by_price, called_by_time
from agents.outcome import closed_trade
from agents.rules import ExitRules
from schemas.accounts import AccountEvent
from schemas.event import Event, from_micros, to_micros
from schemas.ids import derived_id
from schemas.money import to_usd
from schemas.operations import ClockAdvanced
from schemas.orders import ExitReason, OrderFilled, OrderPlaced, OrderUpdated
from schemas.positions import Book, Position
from schemas.ticks import ABSENT, Tick, mid

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
"""What an order, its fill and its outcome say alike of their contract."""


def on_order(book: Book, order: OrderPlaced) -> Outcome:
    """Take an opening order in, to be filled at its contract's next quote; a closing one is the book's own."""
    if order.side == "sell_to_close" or any(known.event_id == order.event_id for known in book.working):
        return book, ()
    return book.model_copy(update={"working": (*book.working, order)}), ()


def on_order_update(book: Book, update: OrderUpdated) -> Outcome:
    """Give up a live order that the executor could not place; paper orders are the book's own."""
    if update.status != "failed":
        return book, ()
    for order in book.working:
        if order.event_id == update.order_id and order.order_type == "live":
            return _failed(book, order, update.occurred_at, reason=update.reason or "failed", told=True)
    return book, ()


def on_clock(book: Book, clock: ClockAdvanced) -> Outcome:
    """Let time pass in silence: orders expire, time rules close positions."""
    return _at_time(book, clock.occurred_at)


def on_ticks(book: Book, ticks: Iterable[Tick], *, rules: ExitRules) -> Outcome:
    """Work ticks of the underlying and its contracts through the book, in their order.

    At each tick: orders that are too old expire, those that were there before it are filled, positions that were
    open before it are judged, by price first. An exit it calls for is filled at a later quote.
    """
    events: list[Event] = []
    watched, due = _watched(book), _due(book)
    for tick in ticks:
        if tick.symbol not in watched and tick.at < due:
            continue
        after, caused = _on_tick(book, tick, rules)
        if after is not book:
            book, watched, due = after, _watched(after), _due(after)
            events += caused
    return book, tuple(events)


def _watched(book: Book) -> frozenset[str]:
    symbols = {position.option_symbol for position in book.positions if position.status == "open"}
    return frozenset(symbols | {order.option_symbol for order in book.working})


def _due(book: Book) -> int:
    """The first instant, UTC microseconds, at which time alone changes the book."""
    instants = [position.due_at for position in book.positions if position.status == "open"]
    instants += [order.expires_at for order in book.working if order.expires_at is not None]
    return min(map(to_micros, instants), default=2**63 - 1)


def _on_tick(book: Book, tick: Tick, rules: ExitRules) -> Outcome:
    at = from_micros(tick.at)
    before = {position.position_id for position in book.positions if position.status == "open"}
    book, events = _expired(book, at)
    middle = mid(tick.bid, tick.ask)
    if middle != ABSENT:
        for order in book.working:
            if order.option_symbol == tick.symbol and _fillable(order, at, to_usd(middle)):
                book, filled = _filled(book, order, at, to_usd(middle), rules)
                events += filled
    mark = tick.mark
    for position in book.positions:
        if position.position_id not in before or position.status != "open":
            continue
        reason = None
        if mark != ABSENT and position.option_symbol == tick.symbol:
            reason = called_by_price(position, mark)
        reason = reason or called_by_time(position, at)
        if reason is not None:
            trigger = to_usd(mark) if mark != ABSENT and position.option_symbol == tick.symbol else None
            book, asked = _exit(book, position, at, reason, trigger)
            events += asked
    return book, events


def _fillable(order: OrderPlaced, at: datetime, price: Decimal) -> bool:
    """Return whether the paper exchange fills an order: at no quote older than it, and buying nothing for nothing."""
    if order.order_type != "paper" or at < order.occurred_at:
        return False
    return order.side == "sell_to_close" or price > 0


def _at_time(book: Book, at: datetime) -> Outcome:
    before = book.positions
    book, events = _expired(book, at)
    for position in before:
        reason = called_by_time(position, at) if position.status == "open" else None
        if reason is not None:
            book, asked = _exit(book, position, at, reason, None)
            events += asked
    return book, events


def _expired(book: Book, at: datetime) -> Outcome:
    events: tuple[Event, ...] = ()
    for order in book.working:
        if order.expires_at is not None and at > order.expires_at:
            book, failed = _failed(book, order, at, reason="no_quote_in_time", told=False)
            events += failed
    return book, events


def _failed(book: Book, order: OrderPlaced, at: datetime, *, reason: str, told: bool) -> Outcome:
    """Drop an order; `told` when its failure already stands on order-updates."""
    working = tuple(other for other in book.working if other.event_id != order.event_id)
    released = AccountEvent(
        event_id=derived_id("account-event", order.event_id, "order_failed"),
        occurred_at=at,
        account_id=order.account_id,
        kind="order_failed",
        order_id=order.event_id,
        position_id=order.position_id,
        symbol=order.symbol,
        option_symbol=order.option_symbol,
        quantity=order.quantity,
        reason=reason,
    )
    updated = _update(order, at, "failed", reason)
    return book.model_copy(update={"working": working}), (released,) if told else (updated, released)


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


def _filled(book: Book, order: OrderPlaced, at: datetime, price: Decimal, rules: ExitRules) -> Outcome:
    fill = OrderFilled(
        event_id=derived_id("fill", order.event_id, 0),
        occurred_at=at,
        order_id=order.event_id,
        side=order.side,
        order_type=order.order_type,
        quantity=order.quantity,
        price=price,
        exit_reason=order.exit_reason,
        entry=order.entry,
        **{name: getattr(order, name) for name in _CONTRACT},
    )
    working = tuple(other for other in book.working if other.event_id != order.event_id)
    updated = _update(order, at, "filled")
    if order.side == "buy_to_open":
        opened = _opened(fill, rules)
        book = book.model_copy(update={"working": working, "positions": (*book.positions, opened)})
        return book, (fill, updated, _account_event(fill, "order_filled", None))
    held = next(position for position in book.positions if position.position_id == order.position_id)
    rest = tuple(position for position in book.positions if position.position_id != order.position_id)
    outcome = closed_trade(held, fill)
    book = book.model_copy(update={"working": working, "positions": rest})
    return book, (fill, updated, _account_event(fill, "position_closed", outcome.realized_pnl), outcome)


def _account_event(fill: OrderFilled, kind: str, realized_pnl: Decimal | None) -> AccountEvent:
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
            "quantity": fill.quantity,
            "price": fill.price,
            "realized_pnl": realized_pnl,
        }
    )


def _opened(fill: OrderFilled, rules: ExitRules) -> Position:
    armed = arm(entry_price=fill.price, entered_at=fill.occurred_at, expiration=fill.expiration, rules=rules)
    return Position(
        entry_order_id=fill.order_id,
        quantity=fill.quantity,
        entry_price=fill.price,
        entry_timestamp=fill.occurred_at,
        order_type=fill.order_type,
        stop_at_or_below=armed.stop_at_or_below,
        target_at_or_above=armed.target_at_or_above,
        due_at=armed.due_at,
        due_reason=armed.due_reason,
        entry=fill.entry,
        **{name: getattr(fill, name) for name in _CONTRACT},
    )


def _exit(book: Book, position: Position, at: datetime, reason: ExitReason, trigger: Decimal | None) -> Outcome:
    """Ask to close a position, once: from now on it is closing."""
    order_id = derived_id("order", position.position_id, "exit", 0)
    order = OrderPlaced(
        event_id=order_id,
        occurred_at=at,
        client_order_id=f"ts-{order_id}",
        side="sell_to_close",
        order_type=position.order_type,
        quantity=position.quantity,
        limit_price=position.entry_price if trigger is None else trigger,
        exit_reason=reason,
        trigger_price=trigger,
        entry_price=position.entry_price,
        entry_timestamp=position.entry_timestamp,
        entry=position.entry,
        **{name: getattr(position, name) for name in _CONTRACT},
    )
    closing = position.model_copy(update={"status": "closing", "exit_reason": reason, "exit_order_id": order_id})
    positions = tuple(closing if other is position else other for other in book.positions)
    return book.model_copy(update={"positions": positions, "working": (*book.working, order)}), (order,)
