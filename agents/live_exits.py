"""Live exits on their way: when they are sent, at which price, and how a bolder order follows one that is not filled.

An exit is not sent while the order that opens its position still works: a broker refuses to sell what it is asked to
buy at the same time. That order is asked to end; once it has, the exit is sent for all that was bought by then.

An exit that can wait begins at a limit, the mark (step 0), goes on at the bid (step 1) and ends at the market (step 2).
One that cannot goes to the market at once, as does one of a contract whose mark nobody knows.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from types import MappingProxyType
from typing import Any

from agents.closing import Outcome, replaced
from agents.paper_exchange import without
from agents.rules import ExitRules
from schemas.event import Event
from schemas.ids import derived_id
from schemas.market import Quote
from schemas.money import to_usd
from schemas.orders import CancelRequested, ExitReason, OrderPlaced
from schemas.positions import Book, LiveOrder, Position
from schemas.ticks import ABSENT, mid

Quotes = Mapping[str, Quote]
"""Newest prices by option symbol."""
NO_QUOTES: Quotes = MappingProxyType({})

CAN_WAIT: frozenset[ExitReason] = frozenset(
    {
        "profit_target",
        "partial_profit",
        "trailing_stop",
        "exit_intelligence",
        "capacity_near_target",
        "capacity_aged",
        "manual",
    }
)
"""Exits in steps; all others go to the market at once."""
AT_MARKET = 2
"""The last step."""
BOLDER = Decimal("0.98")
"""Of the limit before, where no bid is known."""
_CENT = Decimal("0.01")


def live_of(book: Book, order: OrderPlaced) -> LiveOrder:
    """Return what is known of a live order that works."""
    return book.live.get(order.event_id) or LiveOrder()


def noted(book: Book, order: OrderPlaced, live: LiveOrder) -> Book:
    """Return the book with a working live order, and what is known of it, in the place of the one of its id."""
    working = tuple(order if known.event_id == order.event_id else known for known in book.working)
    return book.model_copy(update={"working": working, "live": {**book.live, order.event_id: live}})


def position_of(book: Book, position_id: str) -> Position | None:
    """Return a position that the book holds."""
    return next((position for position in book.positions if position.position_id == position_id), None)


def exits_of(book: Book, position_id: str) -> list[OrderPlaced]:
    """Return the live closing orders of a position that have not ended, the oldest first."""
    return [
        order
        for order in book.working
        if order.position_id == position_id and order.side == "sell_to_close" and order.order_type == "live"
    ]


def unfilled(book: Book, order: OrderPlaced) -> int:
    """Return contracts of a live order that are not executed."""
    return order.quantity - live_of(book, order).filled_quantity


def cancel(book: Book, order: OrderPlaced, *, at: datetime, reason: str) -> Outcome:
    """Ask the executor, once, to cancel a live order; its end is the broker's to tell."""
    live = live_of(book, order)
    if live.cancel_requested:
        return book, ()
    asked = CancelRequested(
        event_id=derived_id("cancel-request", order.event_id),
        occurred_at=at,
        account_id=order.account_id,
        order_id=order.event_id,
        client_order_id=order.client_order_id,
        symbol=order.symbol,
        reason=reason,
    )
    return noted(book, order, live.model_copy(update={"cancel_requested": True})), (asked,)


def overdue(book: Book, at: datetime) -> Outcome:
    """Ask live orders to end that are too old, or that a bolder one is to follow."""
    events: tuple[Event, ...] = ()
    for order in book.working:
        if order.order_type != "live":
            continue
        bolder_at = live_of(book, order).bolder_at
        asked: tuple[Event, ...] = ()
        if order.expires_at is not None and at > order.expires_at:
            book, asked = cancel(book, order, at=at, reason="not_filled_in_time")
        elif bolder_at is not None and at >= bolder_at:
            book, asked = cancel(book, order, at=at, reason="bolder_step")
        events += asked
    return book, events


def awaited(book: Book) -> list[datetime]:
    """Return the instants from which time alone does something to a live order."""
    instants = []
    for order in book.working:
        live = live_of(book, order)
        if order.order_type == "live" and not live.cancel_requested:
            instants += [at for at in (order.expires_at, live.bolder_at) if at is not None]
    return instants


def sent(outcome: Outcome, *, at: datetime, rules: ExitRules, quotes: Quotes = NO_QUOTES) -> Outcome:
    """Return an outcome with the live exits in it as they are sent: priced, or withheld for now."""
    book, events = outcome
    told: list[Event] = []
    for event in events:
        if not isinstance(event, OrderPlaced) or event.order_type != "live":
            told.append(event)
            continue
        held = position_of(book, event.position_id)
        entry = next((order for order in book.working if held and order.event_id == held.entry_order_id), None)
        if entry is None:
            mark = event.trigger_price if event.trigger_price is not None else _mark(quotes.get(event.option_symbol))
            book, event = _priced(book, event, mark, at=at, rules=rules)
            told.append(event)
        else:
            book, asked = cancel(book, entry, at=at, reason="exit_asked")
            book = noted(book, event, LiveOrder(withheld=True))
            told += asked
    return book, tuple(told)


def released(book: Book, position_id: str, *, at: datetime, rules: ExitRules, quotes: Quotes) -> Outcome:
    """Send the exits of a position that were withheld: the order that opened it has ended."""
    events: tuple[Event, ...] = ()
    for order in exits_of(book, position_id):
        if live_of(book, order).withheld:
            newest = _mark(quotes.get(order.option_symbol))
            mark = order.trigger_price if newest is None else newest
            book, order = _priced(book, order.model_copy(update={"occurred_at": at}), mark, at=at, rules=rules)
            events += (order,)
    return book, events


def followed(
    book: Book,
    position: Position,
    before: OrderPlaced,
    quantity: int,
    *,
    at: datetime,
    rules: ExitRules,
    quotes: Quotes,
) -> Outcome:
    """Send a bolder order for contracts of one that has ended, and is no longer in the book."""
    order_id = derived_id("order", position.position_id, "exit", position.exit_orders)
    step = min(before.step + 1, AT_MARKET)
    order = before.model_copy(
        update={
            "event_id": order_id,
            "client_order_id": f"ts-{order_id}",
            "occurred_at": at,
            "quantity": quantity,
            "step": step,
            "pricing": "limit" if step < AT_MARKET else "market",
            "limit_price": _bolder(before, quotes) if step < AT_MARKET else before.limit_price,
        }
    )
    changes: dict[str, Any] = {"exit_orders": position.exit_orders + 1, "follow_ups": position.follow_ups + 1}
    if position.exit_order_id == before.event_id:
        changes["exit_order_id"] = order_id
    book = replaced(book, position, position.model_copy(update=changes))
    book = book.model_copy(update={"working": (*book.working, order)})
    return noted(book, order, _stepping(order, at, rules)), (order,)


def settled(book: Book, position_id: str, *, at: datetime) -> Outcome:
    """Bring a position into line with the exits that are on their way; exits of more than is held are asked to end.

    It is closing while the exit of all that was held works and nothing else is left; otherwise it is open, and
    contracts that came back are judged at the next tick.
    """
    held = position_of(book, position_id)
    quantity = 0 if held is None else held.quantity
    over = sum(unfilled(book, order) for order in exits_of(book, position_id)) - quantity
    events: tuple[Event, ...] = ()
    never_sent = 0
    for order in exits_of(book, position_id):
        live, rest = live_of(book, order), unfilled(book, order)
        if over <= 0:
            break
        if not live.withheld:
            book, asked = cancel(book, order, at=at, reason="position_is_smaller")
            events += asked
        elif over < rest:
            book = noted(book, order.model_copy(update={"quantity": rest - over}), live)
        else:
            book = without(book, order)
            never_sent += 1
        over -= rest
    if held is None:
        return book, events
    left = {order.event_id: unfilled(book, order) for order in exits_of(book, position_id)}
    on_way = min(sum(left.values()), quantity)
    changes: dict[str, Any] = {"leaving": on_way, "follow_ups": held.follow_ups + never_sent}
    if held.exit_order_id is None or held.exit_order_id not in left or on_way < quantity:
        changes |= {"status": "open", "exit_reason": None, "exit_order_id": None}
    else:
        changes["leaving"] = max(0, on_way - left[held.exit_order_id])
    return replaced(book, held, held.model_copy(update=changes)), events


def _priced(
    book: Book, order: OrderPlaced, mark: Decimal | None, *, at: datetime, rules: ExitRules
) -> tuple[Book, OrderPlaced]:
    changes: dict[str, Any] = {"pricing": "market", "step": AT_MARKET}
    if order.exit_reason in CAN_WAIT and mark is not None:
        changes = {"limit_price": _limit(mark)}  # as it is asked out: a limit order, at the first step
    order = order.model_copy(update=changes)
    return noted(book, order, _stepping(order, at, rules)), order


def _stepping(order: OrderPlaced, at: datetime, rules: ExitRules) -> LiveOrder:
    return LiveOrder(bolder_at=at + rules.step_after if order.step < AT_MARKET else None)


def _bolder(before: OrderPlaced, quotes: Quotes) -> Decimal:
    """The newest bid, where it is below the limit before; else, and where none is known, a little below that."""
    quote = quotes.get(before.option_symbol)
    bid = to_usd(quote.bid) if quote is not None and quote.bid > 0 else None
    return _limit(bid if bid is not None and bid < before.limit_price else before.limit_price * BOLDER)


def _mark(quote: Quote | None) -> Decimal | None:
    """The newest of a contract's trade and its quote's middle."""
    if quote is None:
        return None
    middle = mid(quote.bid, quote.ask)
    is_trade = quote.price != ABSENT and (middle == ABSENT or quote.traded_at > quote.quoted_at)
    newest = quote.price if is_trade else middle
    return None if newest == ABSENT else to_usd(newest)


def _limit(price: Decimal) -> Decimal:
    """A price that an order may have: whole cents, rounded towards its fill, and never nothing."""
    return max(price.quantize(_CENT, rounding=ROUND_FLOOR), _CENT)
