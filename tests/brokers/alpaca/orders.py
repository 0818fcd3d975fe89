"""Orders, executions and updates, and how Alpaca writes them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.brokers.alpaca.instruments import asset_class, asset_id, contract_of, multiplier, text
from tests.brokers.alpaca.moments import written

OPEN = frozenset({"accepted", "pending_new", "new", "partially_filled", "pending_cancel", "pending_replace"})
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order as it was asked for, already read and found to make sense."""

    symbol: str
    side: str
    qty: Decimal
    kind: str
    time_in_force: str
    client_order_id: str
    limit_price: Decimal | None = None
    position_intent: str | None = None
    extended_hours: bool = False

    @property
    def signed(self) -> Decimal:
        return self.qty if self.side == "buy" else -self.qty


@dataclass(slots=True)
class Order:
    """An order in the book. Prices are dollars a share or unit, times are nanoseconds."""

    id: str
    ticket: Ticket
    created_at: int
    updated_at: int
    status: str = "pending_new"
    filled_qty: Decimal = ZERO
    filled_cost: Decimal = ZERO
    """The sum of price x qty over its executions."""
    filled_at: int | None = None
    expired_at: int | None = None
    canceled_at: int | None = None
    failed_at: int | None = None
    replaced_at: int | None = None
    replaced_by: str | None = None
    replaces: str | None = None

    @property
    def symbol(self) -> str:
        return self.ticket.symbol

    @property
    def left(self) -> Decimal:
        """Return what may still be executed."""
        return self.ticket.qty - self.filled_qty if self.status in OPEN else ZERO

    @property
    def average(self) -> Decimal | None:
        return self.filled_cost / self.filled_qty if self.filled_qty else None

    def written(self) -> dict[str, Any]:
        """Return the order as the REST interface and the stream give it."""
        ticket = self.ticket
        times = ("filled_at", "expired_at", "canceled_at", "failed_at", "replaced_at")
        return {
            "id": self.id,
            "client_order_id": ticket.client_order_id,
            "created_at": written(self.created_at),
            "updated_at": written(self.updated_at),
            "submitted_at": written(self.created_at),
            **{name: None if (at := getattr(self, name)) is None else written(at) for name in times},
            "replaced_by": self.replaced_by,
            "replaces": self.replaces,
            "asset_id": asset_id(ticket.symbol),
            "symbol": ticket.symbol,
            "asset_class": asset_class(ticket.symbol),
            "notional": None,
            "qty": text(ticket.qty),
            "filled_qty": text(self.filled_qty),
            "filled_avg_price": None if self.average is None else text(round(self.average, 9)),
            "order_class": "simple" if contract_of(ticket.symbol) else "",
            "order_type": ticket.kind,
            "type": ticket.kind,
            "side": ticket.side,
            "time_in_force": ticket.time_in_force,
            "limit_price": None if ticket.limit_price is None else text(ticket.limit_price),
            "stop_price": None,
            "status": self.status,
            "extended_hours": ticket.extended_hours,
            "legs": None,
            "trail_percent": None,
            "trail_price": None,
            "hwm": None,
            "position_intent": ticket.position_intent,
            "subtag": None,
            "source": None,
        }


@dataclass(slots=True)
class Execution:
    """A part of an order that was executed; one that was busted or corrected no longer counts."""

    id: str
    activity_id: str
    order: Order
    qty: Decimal
    price: Decimal
    at: int
    cumulative: Decimal
    left: Decimal
    corrects: str | None = None
    busted: bool = False
    corrected_by: str | None = None

    @property
    def counts(self) -> bool:
        return not self.busted and self.corrected_by is None

    @property
    def signed(self) -> Decimal:
        """Return what it adds to the position."""
        return self.qty if self.order.ticket.side == "buy" else -self.qty

    @property
    def cost(self) -> Decimal:
        """Return the cash it takes; negative for a sale."""
        return self.signed * self.price * multiplier(self.order.symbol)

    def activity(self) -> dict[str, Any]:
        """Return the execution as the account's activities give it: times are cut to the millisecond."""
        return {
            "id": self.activity_id,
            "activity_type": "FILL",
            "transaction_time": written(self.at)[:23] + "Z",
            "type": "partial_fill" if self.left else "fill",
            "price": text(self.price),
            "qty": text(self.qty),
            "side": self.order.ticket.side,
            "symbol": self.order.symbol,
            "leaves_qty": text(self.left),
            "order_id": self.order.id,
            "cum_qty": text(self.cumulative),
            "order_status": "partially_filled" if self.left else "filled",
        }

    def recorded(self) -> dict[str, Any]:
        """Return the execution as the fake's own book gives it."""
        return {
            "id": self.id,
            "activity_id": self.activity_id,
            "order_id": self.order.id,
            "client_order_id": self.order.ticket.client_order_id,
            "symbol": self.order.symbol,
            "side": self.order.ticket.side,
            "qty": text(self.qty),
            "price": text(self.price),
            "at": written(self.at),
            "corrects": self.corrects,
            "corrected_by": self.corrected_by,
            "busted": self.busted,
            "counts": self.counts,
        }


@dataclass(frozen=True, slots=True)
class Update:
    """What the stream says of an order; the order as it was at that moment."""

    event: str
    symbol: str
    message: dict[str, Any] = field(repr=False)


def update(
    event: str,
    order: Order,
    at: int,
    event_id: str,
    execution_id: str | None,
    **further: str,
) -> Update:
    """Return an update as the stream gives it: an execution's `price`, `qty` and `position_qty` are in `further`."""
    message = {
        "event": event,
        "event_id": event_id,
        "at": written(at),
        "timestamp": written(at),
        "execution_id": execution_id,
        **further,
        "order": order.written(),
    }
    return Update(event, order.symbol, message)
