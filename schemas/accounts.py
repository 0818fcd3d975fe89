"""An account: what it has reserved, holds, and made today."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.decisions import Engine
from schemas.event import Event, Instant, Record
from schemas.money import MoneyUsd, PriceUsd

Band = Literal["low", "middle", "near_target"]
"""Where a position's gain lies: little gained, in between, or most of the way to its target."""


class AccountEvent(Event):
    """What happened in a book, told to its account."""

    account_id: str
    kind: Literal[
        "order_filled",
        "order_failed",
        "position_reduced",
        "position_closed",
        "position_banded",
        "order_partially_filled",
        "position_adjusted",
    ] = Field(
        description="order_partially_filled: an execution that leaves its order working; position_adjusted: the "
        "quantity is what was added (or, below zero, taken away), the price what that is booked at"
    )
    order_id: str
    position_id: str
    symbol: str
    option_symbol: str
    quantity: int
    price: PriceUsd | None = Field(default=None, description="of the fill")
    realized_pnl: MoneyUsd | None = Field(default=None, description="of this closing fill, dollars")
    reason: str | None = None
    engine: Engine = "A"
    band: Band | None = Field(default=None, description="where the position's gain lies, when that is what happened")


class Reservation(Record):
    """Capacity held for an order that is on its way."""

    order_id: str
    position_id: str
    symbol: str
    option_symbol: str
    quantity: int
    price: PriceUsd
    engine: Engine = "A"
    ordered_at: Instant | None = Field(default=None, description="of a live order: its broker may not know of it yet")


class Holding(Record):
    """A position as the account sees it, at its cost."""

    position_id: str
    symbol: str
    option_symbol: str
    quantity: int
    entry_price: PriceUsd
    engine: Engine = "A"
    entry_timestamp: Instant | None = None
    band: Band = "middle"
    is_closing: bool = Field(default=False, description="asked to close for its capacity, which is free already")


class BrokerReported(Event):
    """What the broker says of a live account. Told at the executor's start, and whenever it has compared."""

    account_id: str
    symbol: str = Field(default="", description="none: it is about the whole account")
    cash: MoneyUsd
    equity: MoneyUsd
    buying_power: MoneyUsd
    options_buying_power: MoneyUsd
    day_trades: int = Field(description="within five sessions, as the broker counts them")
    is_pattern_day_trader: bool
    is_blocked: bool = Field(description="trading or the account is blocked, or suspended by its owner")
    cash_difference: MoneyUsd = Field(
        default=Decimal(0), description="the broker's cash less the account's, once it has stood: booked, and shown"
    )


class Account(Record):
    """One account's book. Days are the exchange's."""

    account_id: str
    opening_equity: MoneyUsd
    cash: MoneyUsd
    realized_pnl: MoneyUsd = Decimal(0)
    adjustments: MoneyUsd = Field(default=Decimal(0), description="cash booked by the reconciliation: fees, transfers")
    day: date | None = None
    day_realized_pnl: MoneyUsd = Decimal(0)
    day_trades: int = Field(default=0, description="orders let through today")
    reservations: tuple[Reservation, ...] = ()
    holdings: tuple[Holding, ...] = ()
    halted: bool = Field(default=False, description="the kill switch, as the newest snapshot told it")
    broker: BrokerReported | None = Field(default=None, description="of a live account: what its broker said last")


class AccountSnapshot(Event):
    """An account as the market stage may look at it. Told whenever one of these changes."""

    account_id: str
    positions: dict[str, int] = Field(
        default_factory=dict,
        description="held and ordered, without those making room, by underlying; partition 0 is told of all, another "
        "one of the underlyings that belong to it",
    )
    exposure: MoneyUsd
    equity: MoneyUsd
    halted: bool = False
    positions_in_all: int | None = Field(
        default=None, description="of all underlyings, whatever the partition; null: what `positions` come to"
    )

    @property
    def open_positions(self) -> int:
        """How many positions are held and ordered in all."""
        return sum(self.positions.values()) if self.positions_in_all is None else self.positions_in_all
