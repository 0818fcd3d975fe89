"""Orders, what becomes of them, and fills."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.decisions import DealerDecision, Engine, EntryContext, Pricing
from schemas.event import Event, Instant
from schemas.money import MoneyUsd, PriceUsd
from schemas.signals import Direction

Side = Literal["buy_to_open", "sell_to_close"]
OrderType = Literal["paper", "live", "shadow"]
"""Who fills it. A shadow order exists inside its book only, and is never sent."""
ExitReason = Literal[
    "profit_target",
    "stop_loss",
    "max_hold_time",
    "min_dte_exit",
    "total_loss",
    "expired",
    "deep_loss",
    "near_expiration",
    "partial_profit",
    "trailing_stop",
    "exit_intelligence",
    "capacity_near_target",
    "capacity_aged",
    "manual",
    "kill_switch",
]
OrderStatus = Literal[
    "pending_execution",
    "accepted",
    "partially_filled",
    "filled",
    "failed",
    "canceled",
    "expired",
    "busted",
    "corrected",
]
"""Of an order that a broker has: accepted by it; an execution of some or of the last contracts; refused, or never
placed; ended, the rest unfilled, by a cancellation or the day's end; an execution taken back, or its price changed."""


class ContractEvent(Event):
    """An event about one contract of one account."""

    account_id: str
    symbol: str = Field(description="underlying")
    option_symbol: str
    strike: PriceUsd
    expiration: date
    type: Literal["call", "put"]
    direction: Direction
    engine: Engine
    experiment_id: str
    signal_id: str = Field(description="the signal that opened it")
    is_test: bool = False
    position_id: str


class OrderPlaced(ContractEvent):
    """An order to open (from the account stage) or to close (from the book). `event_id` is the order's id."""

    client_order_id: str
    side: Side
    order_type: OrderType
    quantity: int = Field(description="contracts")
    limit_price: PriceUsd
    expires_at: Instant | None = Field(default=None, description="fails when not filled by then; null: stays")
    exit_reason: ExitReason | None = None
    trigger_price: PriceUsd | None = Field(default=None, description="the mark that called for the exit")
    entry_price: PriceUsd | None = Field(default=None, description="of the position being closed")
    entry_timestamp: Instant | None = Field(default=None, description="of the position being closed")
    exit_codes: tuple[str, ...] = Field(default=(), description="what exactly called for the exit")
    remaining_quantity: int = Field(default=0, description="contracts the position keeps once this has filled")
    entry: EntryContext = Field(default_factory=EntryContext)
    pricing: Pricing = Field(
        default="limit", description="of a live order or one by hand; at the market limit_price has no use"
    )
    step: int = Field(default=0, description="of an exit in steps: 0 is the first order, each further one is bolder")


class OrderUpdated(Event):
    """What became of an order. Of a live one the executor tells it: each execution is an event of its own.

    Executions of an order are told in the order of `filled_quantity`; one is known by (order_id, filled_quantity).
    """

    account_id: str
    order_id: str
    symbol: str
    status: OrderStatus
    reason: str | None = None
    quantity: int = Field(default=0, description="contracts of this execution; of a busted or corrected one, its own")
    price: PriceUsd | None = Field(default=None, description="of this execution; of a corrected one, the new price")
    was_price: PriceUsd | None = Field(default=None, description="of a busted or corrected execution, as it was told")
    filled_quantity: int = Field(default=0, description="contracts executed so far, this execution included")
    broker_order_id: str | None = None


class CancelRequested(Event):
    """The book asks the executor to cancel what is left of a live order. The order's end is told by OrderUpdated."""

    account_id: str
    order_id: str
    client_order_id: str
    symbol: str = Field(description="underlying")
    reason: str


class OrderFilled(ContractEvent):
    """Contracts of an order are filled: all of a paper order, an execution of a live one. `event_id` is the fill's id.

    A broker may take an execution back: a fill of as many contracts below zero, at the price of the one it undoes.
    """

    order_id: str
    side: Side
    order_type: OrderType
    quantity: int = Field(description="contracts")
    price: PriceUsd
    commission: MoneyUsd = Decimal(0)
    exit_reason: ExitReason | None = None
    remaining_quantity: int = Field(default=0, description="contracts the position has after a closing fill")
    entry: EntryContext = Field(default_factory=EntryContext)
    undoes: str | None = Field(default=None, description="the fill that it takes back, or the reason of an adjustment")


class TradeClosed(ContractEvent):
    """A position is closed: its outcome, with the state at entry."""

    quantity: int
    entry_order_id: str
    exit_order_id: str
    entry_price: PriceUsd
    exit_price: PriceUsd
    entry_timestamp: Instant
    exit_timestamp: Instant
    exit_reason: ExitReason
    realized_pnl: MoneyUsd
    pnl_percent: MoneyUsd = Field(description="percent of the cost, two decimals")
    pnl_r: MoneyUsd = Field(description="realized_pnl over one percent of the cost")
    duration_minutes: int
    entry: EntryContext = Field(default_factory=EntryContext)
    outcome_source: Literal["live", "simulation"] = "live"
    is_shadow: bool = False
    exit_codes: tuple[str, ...] = Field(default=(), description="every reason it was reduced or closed for, in order")
    partial_exits: int = 0


class ShadowTrade(ContractEvent):
    """What the engine that does not trade would have traded. `event_id` is the shadow trade's id.

    Its book fills it, holds it and closes it by the rules of every other position. No order follows from it.
    """

    quantity: int = Field(description="contracts")
    entry_price: PriceUsd = Field(description="dollars a share, at the time of the recommendation")
    expires_at: Instant | None = Field(default=None, description="forgotten when not filled by then")
    contributing_agents: tuple[str, ...] = ()
    meta_confidence: int | None = Field(default=None, description="0 to 100")
    dealer_decision: DealerDecision | None = None
    entry: EntryContext = Field(default_factory=EntryContext)


class ShadowFilled(ContractEvent):
    """A shadow trade was opened, reduced or closed at a price of the tape."""

    shadow_trade_id: str
    side: Side
    quantity: int = Field(description="contracts")
    price: PriceUsd
    exit_reason: ExitReason | None = None
    remaining_quantity: int = Field(default=0, description="contracts left")
    entry: EntryContext = Field(default_factory=EntryContext)


class CloseRequested(Event):
    """Somebody, or the account for its capacity, asks a book to close a position."""

    account_id: str
    symbol: str = Field(description="underlying")
    position_id: str
    reason: ExitReason
    requested_by: str = Field(description="a user, or account")
    quantity: int | None = Field(default=None, description="contracts; null: all")


class OrderRequested(Event):
    """Somebody wants to buy a contract. Its desk proposes it, and the account judges that like any other proposal."""

    account_id: str
    symbol: str = Field(description="underlying")
    option_symbol: str
    strike: PriceUsd
    expiration: date
    type: Literal["call", "put"]
    quantity: int = Field(description="contracts")
    limit_price: PriceUsd | None = Field(default=None, description="dollars a share; null: at the market")
    requested_by: str


class CancelAsked(Event):
    """Somebody wants an order to end that opens a position. Its book gives it up, a live one by asking its broker."""

    account_id: str
    symbol: str = Field(description="underlying")
    order_id: str
    requested_by: str


class PositionAdjusted(Event):
    """The broker holds another quantity of a position than its book: the book goes by the broker from here on.

    Told by the reconciliation, after the difference has stood in two comparisons in a row.
    """

    account_id: str
    symbol: str = Field(description="underlying")
    option_symbol: str
    position_id: str
    quantity: int = Field(description="contracts the position has at the broker")
    price: PriceUsd = Field(description="dollars a share at which the difference is booked")
    reason: str = Field(description="a code, such as sold_elsewhere")
