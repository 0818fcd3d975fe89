"""A broker as the executor sees it. Whatever it says or fails with is one of the values and errors here."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from schemas.decisions import Pricing
from schemas.orders import Side

State = Literal["working", "filled", "canceled", "expired", "rejected", "replaced"]
"""Of an order: `working` until it has ended; `replaced` by another one, which carries what is left of it."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order for one option contract, for the day."""

    client_order_id: str
    option_symbol: str
    side: Side
    quantity: int
    pricing: Pricing
    limit_price: Decimal | None
    """dollars a share, in whole cents; None of a market order"""


@dataclass(frozen=True, slots=True)
class BrokerOrder:
    """An order as the broker has it."""

    broker_order_id: str
    client_order_id: str
    option_symbol: str
    state: State
    quantity: int
    filled_quantity: int
    replaced_by: str | None = None
    reason: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """Contracts of an order that were executed."""

    broker_order_id: str
    option_symbol: str
    quantity: int
    price: Decimal
    """dollars a share"""
    filled_quantity: int
    """contracts of its order executed so far, these included: with the order it is the execution's identity"""
    executed_at: datetime
    execution_id: str | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """An execution that was taken back, or whose price was changed."""

    broker_order_id: str
    execution_id: str
    """of the execution that it is about"""
    quantity: int
    corrected_price: Decimal | None
    """None: taken back"""
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderNews:
    """What the broker's stream says of an order: its state by then, and the execution that came with it."""

    order: BrokerOrder
    at: datetime
    execution: Execution | None = None
    undone: Undone | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The stream was away: what was said meanwhile has to be asked for. Also the first thing it says."""


@dataclass(frozen=True, slots=True)
class BrokerPosition:
    """Contracts held at the broker; below zero when sold short."""

    option_symbol: str
    quantity: int
    entry_price: Decimal


@dataclass(frozen=True, slots=True)
class BrokerAccount:
    """The account at the broker, in dollars."""

    cash: Decimal
    equity: Decimal
    buying_power: Decimal
    options_buying_power: Decimal
    day_trades: int
    is_pattern_day_trader: bool
    is_blocked: bool


class Refused(Exception):
    """The broker will not do it, and asking again would not help. The text is the broker's own, without secrets."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        """insufficient_buying_power, pattern_day_trader, trading_blocked, duplicate_client_order_id, not_tradable,
        not_cancelable, not_found, invalid_order, not_authorised, nothing_to_sell"""


class Unavailable(Exception):
    """The broker did not answer, or not in a way that says what became of the request: it may have been carried out."""


class Busy(Unavailable):
    """The broker asks to wait; the request was not carried out."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"asks to wait {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class Broker(Protocol):
    """Every method raises Unavailable (Busy included); those that say so raise Refused. None of them tries again."""

    async def submit(self, order: NewOrder) -> BrokerOrder:
        """Place an order; raises Refused."""

    async def find(self, client_order_id: str) -> BrokerOrder | None:
        """Return the order of this id, None when the broker has none."""

    async def get(self, broker_order_id: str) -> BrokerOrder | None:
        """Return an order by the broker's own id, None when it has none."""

    async def cancel(self, broker_order_id: str) -> None:
        """Ask for a cancellation; the order's end is told by its news. Raises Refused (not_cancelable, not_found)."""

    async def open_orders(self) -> Sequence[BrokerOrder]:
        """Return all orders that have not ended."""

    async def executions(self, since: datetime) -> Sequence[Execution]:
        """Return the executions since an instant, the oldest first."""

    async def positions(self) -> Sequence[BrokerPosition]:
        """Return the option contracts held."""

    async def account(self) -> BrokerAccount:
        """Return the account."""

    def news(self) -> AsyncIterator[OrderNews | Gap]:
        """Yield what the broker says of orders, for ever; a Gap first, and after each time the stream was away."""
