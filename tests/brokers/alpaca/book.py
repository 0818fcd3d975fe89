"""The fake's book: orders, executions, positions and cash. It knows no clock and does no I/O.

Every change takes its moment and returns the updates that the stream has to tell. What was asked for and must not be
raises Refused, and changes nothing.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

from tests.brokers.alpaca import moments
from tests.brokers.alpaca.instruments import multiplier, text
from tests.brokers.alpaca.orders import OPEN, Execution, Order, Ticket, Update, update
from tests.brokers.alpaca.positions import Position, folded
from tests.brokers.alpaca.refusals import malformed, not_found, unprocessable

ZERO = Decimal(0)
_FINAL_EVENTS = {"canceled": "canceled_at", "expired": "expired_at", "rejected": "failed_at"}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A position changed by hand at the broker; it moves no cash."""

    symbol: str
    signed: Decimal
    price: Decimal
    at: int
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Fee:
    """Cash booked without a trade; a fee is negative."""

    id: str
    amount: Decimal
    description: str
    at: int


@dataclass(slots=True)
class Book:
    """All orders ever placed, and what they came to."""

    opening_cash: Decimal
    new_id: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))
    shares_execution_ids: bool = False
    """Whether the account's activities end in the id that the stream gives for the same execution."""
    orders: dict[str, Order] = field(default_factory=dict)
    by_client_id: dict[str, Order] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    """Those that are not flat."""
    cash: Decimal = ZERO
    _moves: dict[str, list[Execution | Adjustment]] = field(default_factory=dict)
    _open: list[Order] = field(default_factory=list)
    """All open orders; those that have ended since are taken out when it is asked for."""
    _events: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.cash = self.opening_cash

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self.orders, self.by_client_id, self.executions, self.positions, self._moves):
            kept.clear()
        for listed in (self.adjustments, self.fees, self._open):
            listed.clear()
        self.cash = self.opening_cash

    def find(self, order_id: str) -> Order:
        if (order := self.orders.get(order_id)) is None:
            raise not_found(f"order not found for {order_id}")
        return order

    def open_orders(self, symbol: str | None = None) -> list[Order]:
        """Return the orders that may still be executed, oldest first."""
        self._open = [each for each in self._open if each.status in OPEN]
        return [each for each in self._open if symbol in (None, each.symbol)]

    def accept(self, ticket: Ticket, at: int, *, status: str = "pending_new") -> tuple[Order, list[Update]]:
        """Enter an order under its client's id, which no order may ever have had; raises Refused."""
        if ticket.client_order_id in self.by_client_id:
            raise malformed("client_order_id must be unique")
        order = Order(self.new_id(), ticket, created_at=at, updated_at=at, status=status)
        self._enter(order)
        return order, [self._say(status, order, at, executed=False)]

    def route(self, order: Order, at: int) -> list[Update]:
        """Have the order reach the exchange."""
        if order.status not in ("pending_new", "accepted"):
            return []
        return [self._become("new", order, at)]

    def fill(self, order: Order, qty: Decimal, price: Decimal, at: int) -> list[Update]:
        """Execute a part of an order, or all that is left of it."""
        qty = min(qty, order.left)
        if qty <= 0:
            return []
        order.filled_qty += qty
        order.filled_cost += qty * price
        order.filled_at = order.updated_at = at
        if not order.left:
            order.status = "filled"
        elif order.status != "pending_cancel":
            order.status = "partially_filled"
        execution = self._execution(order, qty, price, at)
        self.executions[execution.id] = execution
        self._moves.setdefault(order.symbol, []).append(execution)
        self.cash -= execution.cost
        self._hold(order.symbol, self.position(order.symbol).moved(execution.signed, price))
        return [self._trade("fill" if order.status == "filled" else "partial_fill", execution, at)]

    def begin_cancel(self, order: Order, at: int) -> list[Update]:
        """Have the order await its cancellation; raises Refused if it is past that."""
        if order.status == "pending_cancel":
            raise unprocessable("order pending cancel")
        if order.status not in OPEN:
            raise unprocessable(f'order is already in "{order.status}" state')
        return [self._become("pending_cancel", order, at)]

    def finish(self, event: str, order: Order, at: int) -> list[Update]:
        """End an order as `canceled`, `expired` or `rejected`, unless it has ended already."""
        if order.status not in OPEN:
            return []
        setattr(order, _FINAL_EVENTS[event], at)
        return [self._become(event, order, at)]

    def replace(self, order: Order, ticket: Ticket, at: int) -> tuple[Order, list[Update]]:
        """Put a new order, under an id of its own, in the place of one that is open; raises Refused."""
        if order.status not in ("new", "partially_filled"):
            raise unprocessable(f"cannot replace order in {order.status} status")
        if ticket.client_order_id in self.by_client_id:
            raise malformed("client_order_id must be unique")
        new = Order(self.new_id(), ticket, created_at=at, updated_at=at, replaces=order.id)
        order.replaced_by, order.replaced_at = new.id, at
        self._enter(new)
        return new, [self._become("replaced", order, at)]

    def cancel_refused(self, order: Order, at: int) -> list[Update]:
        """Say that a cancellation that was accepted did not come about; the order is open again."""
        order.status = "partially_filled" if order.filled_qty else "new"
        order.updated_at = at
        return [self._say("order_cancel_rejected", order, at)]

    def bust(self, execution_id: str, at: int) -> list[Update]:
        """Undo an execution: position, cash and order lose it. An order that has ended stays ended."""
        execution = self._that_counts(execution_id)
        execution.busted = True
        self._lose(execution, at)
        busted = replace(execution, id=self.new_id())
        return [self._trade("trade_bust", busted, at, previous_execution_id=execution_id, reason="TRADE_BUST")]

    def correct(self, execution_id: str, price: Decimal, at: int) -> list[Update]:
        """Put an execution at another price in the place of one."""
        execution = self._that_counts(execution_id)
        order = execution.order
        new = self._execution(order, execution.qty, price, execution.at)
        new.cumulative, new.left, new.corrects = execution.cumulative, execution.left, execution_id
        execution.corrected_by = new.id
        self.executions[new.id] = new
        moves = self._moves[order.symbol]
        moves.insert(moves.index(execution), new)
        status = order.status
        self._lose(execution, at)
        order.status = status
        order.filled_qty += new.qty
        order.filled_cost += new.qty * price
        self.cash -= new.cost
        return [self._trade("trade_correct", new, at, previous_execution_id=execution_id)]

    def adjust(self, symbol: str, by: Decimal, price: Decimal, at: int) -> None:
        """Change a position by hand; no cash moves, and the stream does not tell."""
        adjustment = Adjustment(symbol, by, price, at)
        self.adjustments.append(adjustment)
        self._moves.setdefault(symbol, []).append(adjustment)
        self._hold(symbol, self.position(symbol).moved(by, price))

    def charge(self, amount: Decimal, description: str, at: int) -> None:
        """Book cash without a trade (a fee is negative)."""
        self.fees.append(Fee(self.new_id(), amount, description, at))
        self.cash += amount

    def position(self, symbol: str) -> Position:
        return self.positions.get(symbol, Position())

    def _enter(self, order: Order) -> None:
        self.orders[order.id] = self.by_client_id[order.ticket.client_order_id] = order
        self._open.append(order)

    def _that_counts(self, execution_id: str) -> Execution:
        execution = self.executions.get(execution_id)
        if execution is None or not execution.counts:
            raise not_found(f"no execution that counts under {execution_id}")
        return execution

    def _lose(self, execution: Execution, at: int) -> None:
        """Take an execution that no longer counts out of order, cash and position."""
        order = execution.order
        order.filled_qty -= execution.qty
        order.filled_cost -= execution.qty * execution.price
        order.updated_at = at
        if order.status == "partially_filled" and not order.filled_qty:
            order.status = "new"
        self.cash += execution.cost
        moves = self._moves[order.symbol]
        self._hold(order.symbol, folded((each.signed, each.price) for each in moves if each.counts))

    def _hold(self, symbol: str, position: Position) -> None:
        if position.qty:
            self.positions[symbol] = position
        else:
            self.positions.pop(symbol, None)

    def _execution(self, order: Order, qty: Decimal, price: Decimal, at: int) -> Execution:
        new = self.new_id()
        own = new if self.shares_execution_ids else self.new_id()
        return Execution(new, f"{moments.stamp(at)}::{own}", order, qty, price, at, order.filled_qty, order.left)

    def _become(self, status: str, order: Order, at: int) -> Update:
        order.status, order.updated_at = status, at
        return self._say(status, order, at)

    def _say(self, event: str, order: Order, at: int, *, executed: bool = True) -> Update:
        """Every update but the first has an execution id, as every report of an exchange has."""
        return update(event, order, at, self._event_id(), self.new_id() if executed else None)

    def _trade(self, event: str, execution: Execution, at: int, **further: str) -> Update:
        return update(
            event,
            execution.order,
            at,
            self._event_id(),
            execution.id,
            price=text(execution.price),
            qty=text(execution.qty),
            position_qty=text(self.position(execution.order.symbol).qty),
            **further,
        )

    def _event_id(self) -> str:
        """Return the next id of an event: like a ULID, later ones sort after earlier ones."""
        return f"{next(self._events):026d}"


def cost(order: Order, price: Decimal) -> Decimal:
    """Return the cash that what is left of an order may take at a price."""
    return order.left * price * multiplier(order.symbol)
