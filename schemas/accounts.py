"""An account: what it has reserved, holds, and made today."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.event import Event, Record
from schemas.money import MoneyUsd, PriceUsd


class AccountEvent(Event):
    """What happened in a book, told to its account."""

    account_id: str
    kind: Literal["order_filled", "order_failed", "position_closed"]
    order_id: str
    position_id: str
    symbol: str
    option_symbol: str
    quantity: int
    price: PriceUsd | None = Field(default=None, description="of the fill")
    realized_pnl: MoneyUsd | None = None
    reason: str | None = None


class Reservation(Record):
    """Capacity held for an order that is on its way."""

    order_id: str
    position_id: str
    symbol: str
    option_symbol: str
    quantity: int
    price: PriceUsd


class Holding(Record):
    """A position as the account sees it, at its cost."""

    position_id: str
    symbol: str
    option_symbol: str
    quantity: int
    entry_price: PriceUsd


class Account(Record):
    """One account's book. Days are the exchange's."""

    account_id: str
    opening_equity: MoneyUsd
    cash: MoneyUsd
    realized_pnl: MoneyUsd = Decimal(0)
    day: date | None = None
    day_realized_pnl: MoneyUsd = Decimal(0)
    day_trades: int = Field(default=0, description="orders let through today")
    reservations: tuple[Reservation, ...] = ()
    holdings: tuple[Holding, ...] = ()
