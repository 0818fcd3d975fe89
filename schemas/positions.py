"""A book: what one account holds and works on in one underlying."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.accounts import Band
from schemas.decisions import Engine, EntryContext
from schemas.event import Instant, Record
from schemas.money import CONTRACT_MULTIPLIER, MoneyUsd, PriceUsd, cents
from schemas.orders import ExitReason, OrderPlaced, OrderType, OrderUpdated
from schemas.signals import Direction

NEVER_BELOW = -1
"""A level, 1e-9 dollars, that no mark is at or below."""
NEVER_ABOVE = 2**63 - 1
"""A level, 1e-9 dollars, that no mark is at or above."""


class Lot(Record):
    """Contracts bought in one execution. What is sold is taken from the oldest lot first."""

    quantity: int
    price: PriceUsd


class LiveOrder(Record):
    """What a book knows of a live order beside the order itself."""

    filled_quantity: int = Field(default=0, description="contracts executed so far")
    fills: dict[str, str] = Field(
        default_factory=dict, description="id of the fill told of each execution, by filled_quantity after it"
    )
    cancel_requested: bool = False
    bolder_at: Instant | None = Field(default=None, description="of an exit in steps: when the next order follows")
    withheld: bool = Field(
        default=False, description="an exit that is not sent before the order that opens its position has ended"
    )


class Position(Record):
    """Contracts held. Levels are marks of the contract in 1e-9 dollars: between them no rule can fire."""

    position_id: str
    account_id: str
    signal_id: str
    entry_order_id: str
    symbol: str
    option_symbol: str
    strike: PriceUsd
    expiration: date
    type: Literal["call", "put"]
    direction: Direction
    quantity: int = Field(description="contracts held now")
    entry_price: PriceUsd
    entry_timestamp: Instant
    engine: Engine
    experiment_id: str
    is_test: bool = False
    order_type: OrderType = "paper"
    status: Literal["open", "closing"] = "open"
    exit_reason: ExitReason | None = Field(default=None, description="of the exit that closes it")
    exit_order_id: str | None = Field(default=None, description="of the exit that closes it")
    stop_at_or_below: int = Field(description="closes it; moves up only, unless the rules change")
    target_at_or_above: int = Field(description="closes it")
    due_at: Instant = Field(description="the first instant at which a time rule closes it")
    due_reason: ExitReason = Field(description="the time rule that comes first")
    entry: EntryContext = Field(default_factory=EntryContext)
    initial_quantity: int = Field(default=0, description="contracts bought; 0: as many as are held now")
    leaving: int = Field(default=0, description="contracts held that are on their way out, by partial exits")
    exit_orders: int = Field(default=0, description="closing orders placed so far")
    exit_value: PriceUsd = Field(default=Decimal(0), description="price x contracts over the closing fills so far")
    realized_pnl: MoneyUsd = Field(default=Decimal(0), description="over the closing fills so far, dollars")
    exit_codes: tuple[str, ...] = Field(default=(), description="what has called for exits so far, each once")
    fired: tuple[str, ...] = Field(default=(), description="rules that apply once, and have")
    peak_pct: int = Field(default=0, description="highest gain since the stop trails, whole percents; 0: it does not")
    stop_reason: ExitReason = Field(default="stop_loss", description="what put the stop where it is")
    deep_loss_at_or_below: int = Field(default=NEVER_BELOW, description="reduces it")
    partial_profit_at_or_above: int = Field(default=NEVER_ABOVE, description="reduces it")
    peak_at_or_above: int = Field(default=NEVER_ABOVE, description="moves the trailing stop up")
    near_expiration_at: Instant | None = Field(default=None, description="from then on a losing mark closes it")
    band: Band = Field(default="middle", description="where its gain lies, as the account knows it")
    band_changes: int = 0
    band_at_or_below: int = Field(default=NEVER_BELOW, description="its gain is in another band")
    band_at_or_above: int = Field(default=NEVER_ABOVE, description="its gain is in another band")
    bias_seen_at: Instant | None = Field(default=None, description="of the newest bias it was judged by")
    close_requests: tuple[str, ...] = Field(default=(), description="requests that reduced it, so none counts twice")
    lots: tuple[Lot, ...] = Field(
        default=(), description="what is held, oldest first; empty: one lot at entry_price, which else is the mean"
    )
    sold_lots: tuple[Lot, ...] = Field(
        default=(), description="of a live position: what is sold, oldest first; it comes back when a sale is undone"
    )
    follow_ups: int = Field(default=0, description="closing orders that came to nothing, or only followed another one")
    retry_at: Instant | None = Field(default=None, description="an exit was refused: none is asked for before this")
    corrections: tuple[str, ...] = Field(
        default=(), description="executions undone or corrected, and adjustments, so none counts twice"
    )

    @property
    def bought(self) -> int:
        """Contracts bought at entry."""
        return self.initial_quantity or self.quantity

    @property
    def available(self) -> int:
        """Contracts that no closing order has been placed for."""
        return 0 if self.status == "closing" else self.quantity - self.leaving

    def unrealized_pnl(self, mark: Decimal) -> Decimal:
        """Return (mark - entry) x quantity x 100 of what is held, dollars to the cent."""
        return cents((mark - self.entry_price) * self.quantity * CONTRACT_MULTIPLIER)

    def pnl_percent(self, mark: Decimal) -> Decimal:
        """Return the gain in percent of the entry price, two decimals; 0 when entry was free."""
        return cents((mark - self.entry_price) / self.entry_price * 100) if self.entry_price else Decimal("0.00")


class Book(Record):
    """Positions that are open or closing, and orders the exchange has not filled yet."""

    account_id: str
    symbol: str
    positions: tuple[Position, ...] = ()
    working: tuple[OrderPlaced, ...] = ()
    is_shadow: bool = Field(default=False, description="holds shadow positions, and sends no order")
    live: dict[str, LiveOrder] = Field(default_factory=dict, description="of the live orders in `working`, by order id")
    early: tuple[OrderUpdated, ...] = Field(
        default=(), description="what an executor has said of orders that this book has not read yet"
    )
