"""A live order from its intent to its end, as a fold of what the broker says of it. Pure: what follows is returned.

The broker may say a thing twice, late, out of order or not at all. Executions are told once each, in the order of the
contracts executed, without holes; where one is missing nothing after it is told, and the caller has to ask for it.
When the broker takes one back its own count goes down; what was told before stays told, and ours goes on upwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from schemas.ids import derived_id
from schemas.orders import OrderPlaced, OrderStatus, OrderUpdated
from sinks.broker import BrokerOrder, Execution, NewOrder, Undone

State = Literal["intended", "sent", "working", "ended"]
"""Not sent for sure; sent, perhaps; the broker has it; over."""

_CENT = Decimal("0.01")
_SAME_INSTANT = timedelta(milliseconds=1)
"""Lists of executions are told to the millisecond."""


@dataclass(frozen=True, slots=True)
class Executed:
    """An execution as it was told.

    filled_quantity         contracts told of the order so far, these included: its identity, also once it is busted
    told                    contracts told; fewer than `quantity` when somebody made the order larger at the broker
    broker_filled_quantity  contracts executed so far of the broker's order, as it said
    """

    filled_quantity: int
    told: int
    quantity: int
    price: Decimal
    broker_order_id: str
    broker_filled_quantity: int
    executed_at: datetime
    execution_id: str | None = None
    is_busted: bool = False


@dataclass(frozen=True, slots=True)
class LiveOrder:
    """An order and what is known of it at the broker.

    chain          ids of the broker's orders for it: the one that was placed, then each that replaced the one before
    cancel_reason  why its cancellation was asked for, None when it was not
    """

    order: OrderPlaced
    taken_at: datetime
    state: State = "intended"
    sent_at: datetime | None = None
    chain: tuple[str, ...] = ()
    executions: tuple[Executed, ...] = ()
    cancel_reason: str | None = None

    @property
    def order_id(self) -> str:
        return self.order.event_id

    @property
    def filled_quantity(self) -> int:
        """Contracts told so far, those taken back included: it never goes down."""
        return self.executions[-1].filled_quantity if self.executions else 0

    @property
    def bought_or_sold(self) -> int:
        """Contracts told so far, without those taken back."""
        return sum(one.told for one in self.executions if not one.is_busted)

    def executed_in(self, broker_order_id: str) -> int:
        """Return contracts executed of one of the broker's orders, as the broker counts: what is taken back is not."""
        return sum(
            one.quantity for one in self.executions if one.broker_order_id == broker_order_id and not one.is_busted
        )


@dataclass(frozen=True, slots=True)
class Followed:
    """An order after news.

    is_incomplete  an execution is missing, or where the order went on: ask the broker
    """

    order: LiveOrder
    updates: tuple[OrderUpdated, ...] = ()
    is_incomplete: bool = False


def source_of(account_id: str) -> str:
    """Return the source of all that an account's executor tells."""
    return f"executor/{account_id}"


def request_of(order: OrderPlaced) -> NewOrder:
    """Return what the broker is asked for; a limit is in whole cents, rounded towards being filled."""
    rounding = ROUND_CEILING if order.side == "buy_to_open" else ROUND_FLOOR
    limit = max(order.limit_price.quantize(_CENT, rounding=rounding), _CENT)
    return NewOrder(
        client_order_id=order.client_order_id,
        option_symbol=order.option_symbol,
        side=order.side,
        quantity=order.quantity,
        pricing=order.pricing,
        limit_price=limit if order.pricing == "limit" else None,
    )


def follow(live: LiveOrder, seen: BrokerOrder, executions: Iterable[Execution] = (), *, at: datetime) -> Followed:
    """Return an order after a look at one of the broker's orders for it, and executions, at the time `at`.

    Looks may be old and executions repeated. One of another order changes nothing.
    """
    if live.state == "ended" or (live.chain and seen.broker_order_id not in live.chain):
        return Followed(live)
    updates = []
    if not live.chain:
        live = replace(live, state="working", chain=(seen.broker_order_id,))
        if seen.state != "rejected":
            updates.append(_update(live, "accepted", derived_id("accepted", live.order_id), at=at))
    newest = live.chain[-1]
    for execution in sorted(executions, key=lambda one: one.filled_quantity):
        live, told = _execute(live, execution)
        updates += told
    if seen.broker_order_id != newest:
        return Followed(live, tuple(updates))
    if live.executed_in(newest) < seen.filled_quantity:
        return Followed(live, tuple(updates), is_incomplete=True)
    if seen.state == "replaced":
        if seen.replaced_by is None:
            return Followed(live, tuple(updates), is_incomplete=True)
        return Followed(replace(live, chain=(*live.chain, seen.replaced_by)), tuple(updates), is_incomplete=True)
    if seen.state != "working":
        live, told = _end(live, seen, at=at)
        updates += told
    return Followed(live, tuple(updates))


def _execute(live: LiveOrder, execution: Execution) -> tuple[LiveOrder, list[OrderUpdated]]:
    """Take an execution in when it is the next one; a repeat may tell the id of one that was known without."""
    if execution.broker_order_id != live.chain[-1]:
        return live, []
    for index, known in enumerate(live.executions):
        if _is_repeat(known, execution):
            return _with(live, index, replace(known, execution_id=known.execution_id or execution.execution_id)), []
    if execution.filled_quantity - execution.quantity != live.executed_in(execution.broker_order_id):
        return live, []
    # somebody may have made it larger at the broker: what is beyond our order is not its own
    told = max(0, min(execution.quantity, live.order.quantity - live.bought_or_sold))
    executed = Executed(
        filled_quantity=live.filled_quantity + told,
        told=told,
        quantity=execution.quantity,
        price=execution.price,
        broker_order_id=execution.broker_order_id,
        broker_filled_quantity=execution.filled_quantity,
        executed_at=execution.executed_at,
        execution_id=execution.execution_id,
    )
    live = replace(live, executions=(*live.executions, executed))
    if not told:
        return live, []
    status: OrderStatus = "filled" if live.bought_or_sold == live.order.quantity else "partially_filled"
    update = _update(
        live, status, derived_id("execution", live.order_id, executed.filled_quantity), at=execution.executed_at
    )
    fields = {"quantity": told, "filled_quantity": executed.filled_quantity, "price": _price(execution.price)}
    return live, [update.model_copy(update=fields)]


def _is_repeat(known: Executed, execution: Execution) -> bool:
    """Return whether an execution is a known one: by its id, or, where one was told without, by count and time.

    The count alone would not do: it goes down when an execution is taken back.
    """
    if known.broker_order_id != execution.broker_order_id:
        return False
    if known.execution_id is not None and execution.execution_id is not None:
        return known.execution_id == execution.execution_id
    apart = abs(known.executed_at - execution.executed_at)
    return known.broker_filled_quantity == execution.filled_quantity and apart < _SAME_INSTANT


def _with(live: LiveOrder, index: int, executed: Executed) -> LiveOrder:
    if executed == live.executions[index]:
        return live
    return replace(live, executions=(*live.executions[:index], executed, *live.executions[index + 1 :]))


def _end(live: LiveOrder, seen: BrokerOrder, *, at: datetime) -> tuple[LiveOrder, list[OrderUpdated]]:
    live = replace(live, state="ended")
    if live.bought_or_sold >= live.order.quantity:
        return live, []
    status: OrderStatus
    match seen.state:
        case "rejected":
            status, reason = "failed", "rejected"
        case "expired":
            status, reason = "expired", "day_over"
        case "filled":
            status, reason = "canceled", "replaced_by_a_smaller_one"
        case _:
            status, reason = "canceled", live.cancel_reason or "canceled_at_broker"
    return live, [_ended(live, status, reason, at=at)]


def failed(live: LiveOrder, reason: str, *, at: datetime) -> Followed:
    """Return an order that was refused, or never placed."""
    live = replace(live, state="ended")
    return Followed(live, (_ended(live, "failed", reason, at=at),))


def canceled_unsent(live: LiveOrder, *, at: datetime) -> Followed:
    """Return an order whose cancellation came before it was sent."""
    live = replace(live, state="ended")
    return Followed(live, (_ended(live, "canceled", live.cancel_reason or "canceled", at=at),))


def undo(live: LiveOrder, undone: Undone) -> Followed:
    """Return an order after an execution was taken back or its price corrected; nothing follows from a repeat.

    It is found by its id, or, where it was told without one, by its contracts.
    """
    index = _undone_index(live, undone)
    if index is None:
        return Followed(live, is_incomplete=undone.broker_order_id in live.chain and not _is_known(live, undone))
    was = live.executions[index]
    new = undone.corrected_price
    if new is None:
        now = replace(was, is_busted=True, execution_id=was.execution_id or undone.execution_id)
        status: OrderStatus = "busted"
        event_id = derived_id("bust", live.order_id, was.filled_quantity, undone.execution_id)
    else:
        now = replace(was, price=new, execution_id=was.execution_id or undone.execution_id)
        status = "corrected"
        event_id = derived_id("correction", live.order_id, was.filled_quantity, undone.execution_id, str(new))
    live = _with(live, index, now)
    if not was.told:
        return Followed(live)
    update = _update(live, status, event_id, at=undone.at)
    fields = {"quantity": was.told, "was_price": _price(was.price), "filled_quantity": was.filled_quantity}
    fields |= {} if new is None else {"price": _price(new)}
    return Followed(live, (update.model_copy(update=fields),))


def _undone_index(live: LiveOrder, undone: Undone) -> int | None:
    mine = [
        (index, one)
        for index, one in enumerate(live.executions)
        if one.broker_order_id == undone.broker_order_id and one.quantity == undone.quantity
    ]
    by_id = [pair for pair in mine if pair[1].execution_id == undone.execution_id]
    for index, one in by_id or [pair for pair in reversed(mine) if pair[1].execution_id is None]:
        if one.is_busted or one.price == undone.corrected_price:
            return None
        return index
    return None


def _is_known(live: LiveOrder, undone: Undone) -> bool:
    return any(one.execution_id == undone.execution_id for one in live.executions)


def _ended(live: LiveOrder, status: OrderStatus, reason: str, *, at: datetime) -> OrderUpdated:
    update = _update(live, status, derived_id("order-ended", live.order_id), at=at)
    return update.model_copy(update={"reason": reason, "filled_quantity": live.filled_quantity})


def _update(live: LiveOrder, status: OrderStatus, event_id: str, *, at: datetime) -> OrderUpdated:
    order = live.order
    return OrderUpdated(
        event_id=event_id,
        occurred_at=at,
        source=source_of(order.account_id),
        account_id=order.account_id,
        order_id=order.event_id,
        symbol=order.symbol,
        status=status,
        broker_order_id=live.chain[-1] if live.chain else None,
    )


def _price(price: Decimal) -> Decimal:
    return price.quantize(Decimal("0.0001"))
