"""A book: what one account holds and works on in one underlying."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.decisions import Engine, EntryContext
from schemas.event import Instant, Record
from schemas.money import CONTRACT_MULTIPLIER, PriceUsd, cents
from schemas.orders import ExitReason, OrderPlaced
from schemas.signals import Direction


class Position(Record):
    """Contracts held. The armed band (stop, target) is in 1e-9 dollars: inside it no rule can fire."""

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
    quantity: int
    entry_price: PriceUsd
    entry_timestamp: Instant
    engine: Engine
    experiment_id: str
    is_test: bool = False
    order_type: Literal["paper", "live"] = "paper"
    status: Literal["open", "closing"] = "open"
    exit_reason: ExitReason | None = None
    exit_order_id: str | None = None
    stop_at_or_below: int = Field(description="1e-9 dollars")
    target_at_or_above: int = Field(description="1e-9 dollars")
    due_at: Instant = Field(description="the first instant at which a time rule closes it")
    due_reason: ExitReason = Field(description="the time rule that comes first")
    entry: EntryContext = Field(default_factory=EntryContext)

    def unrealized_pnl(self, mark: Decimal) -> Decimal:
        """Return (mark - entry) x quantity x 100, dollars to the cent."""
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
