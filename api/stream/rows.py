"""What the stream's events say: the rows of the queries where there is one, and what only a stream tells."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.controls import ControlRow
from api.exact_json import Number
from api.orders import FillRow, OrderRow, PositionRow
from api.signals import DecisionRow, SignalRow
from schemas.orders import ExitReason, OrderStatus


class Hello(BaseModel):
    """The stream begins, or goes on from a cursor without a gap."""

    cursor: str = Field(description="as `id` of this event; `Last-Event-ID` or `?cursor=` goes on from here")
    resync: bool = Field(
        description="the point asked for is no longer known: read what is shown by the queries, then go on with this"
    )
    account_id: str
    heartbeat_s: float = Field(description="a stream that is silent for longer than a few of these is broken")


class DecisionTold(DecisionRow):
    """A decision, with the signal that it ends."""

    signal_id: UUID
    account_id: str
    symbol: str
    direction: Literal["long", "short"]
    timeframe: str
    is_test: bool


class OrderPlacedTold(OrderRow):
    """An order was placed."""

    change: Literal["placed"] = "placed"


class OrderUpdatedTold(BaseModel):
    """What became of an order: lay it over the row of the order."""

    change: Literal["updated"] = "updated"
    order_id: UUID
    account_id: str
    symbol: str = Field(description="underlying")
    status: OrderStatus
    failure_reason: str | None = Field(description="of an order that ended unfilled")
    quantity: int = Field(description="contracts of this execution; 0: it is none")
    price: Number | None = Field(description="of this execution")
    filled_quantity: int = Field(description="contracts executed so far")
    updated_at: datetime


class PositionTold(PositionRow):
    """A position as it is now: it takes the place of what was told before.

    `held` are those there are when the stream begins; `closed` is its outcome.
    """

    change: Literal["held", "opened", "changed", "closing", "closed"]


class CloseRequestTold(BaseModel):
    """Somebody, or the account for its capacity, asked for a position to be closed."""

    request_id: UUID
    account_id: str
    symbol: str
    position_id: UUID
    reason: ExitReason
    requested_by: str
    quantity: int | None = Field(description="contracts; null: all")
    created_at: datetime


class MarkTold(BaseModel):
    """What a position is worth at its newest mark."""

    position_id: UUID
    account_id: str
    symbol: str
    option_symbol: str
    current_price: Number
    unrealized_pnl: Number = Field(description="dollars, of the contracts held")
    position_pnl_percent: Number
    marked_at: datetime = Field(description="the time of the mark, on the tape")


class MarketTold(BaseModel):
    """What an underlying costs by the tape. Everybody is told, whatever they hold."""

    symbol: str
    price: Number = Field(description="newest price, dollars a share")
    price_at: datetime = Field(description="its time on the tape")


class AccountTold(BaseModel):
    """An account as it stands."""

    account_id: str
    equity: Number = Field(description="dollars")
    exposure: Number = Field(description="dollars, at cost: positions and reserved orders")
    positions: dict[str, int] = Field(description="held and ordered, by underlying")
    halted: bool
    told_at: datetime


class RiskTold(BaseModel):
    """What an account carries, beside its limits in force."""

    account_id: str
    enabled: bool = Field(description="false: limits on positions, exposure and the day block nothing")
    halted: bool = Field(description="the kill switch, of all accounts or this one")
    equity: Number | None = Field(description="dollars; null: nothing is known of the account yet")
    exposure: Number | None
    max_total_exposure: Number
    exposure_percent: Number | None = Field(description="of equity")
    max_exposure_percent: Number
    open_positions: int | None
    max_open_positions: int
    most_positions_in_a_symbol: int | None
    max_positions_per_symbol: int
    max_position_size: int | None
    max_daily_loss: Number
    max_daily_trades: int = Field(description="0: any number")


class AlertTold(BaseModel):
    """Something a person should know."""

    kind: Literal["dead_letter", "reconciliation", "feed_stale", "feed_back"]
    message: str
    subject_id: UUID | None = Field(default=None, description="the dead letter, or the comparison")
    paused: list[str] = Field(default=[], description="underlyings in which nothing is opened until both sides agree")
    at: datetime | None = Field(default=None, description="by the platform's clock")


class Heartbeat(BaseModel):
    """The stream is there. Its `id` is the newest cursor, so that a quiet account's does not grow old."""

    at: datetime = Field(description="the wall's clock")


class StreamEvent(BaseModel):
    """An event of the stream: the lines `event:`, `data:` (JSON, one line) and, of what can be resumed from, `id:`."""

    event: Literal[
        "hello",
        "signal",
        "decision",
        "order",
        "fill",
        "position",
        "mark",
        "market",
        "close_request",
        "account",
        "risk",
        "control",
        "alert",
        "heartbeat",
    ]
    data: (
        Hello
        | SignalRow
        | DecisionTold
        | OrderPlacedTold
        | OrderUpdatedTold
        | FillRow
        | PositionTold
        | MarkTold
        | MarketTold
        | CloseRequestTold
        | AccountTold
        | RiskTold
        | ControlRow
        | AlertTold
        | Heartbeat
        | dict[str, Any]
    ) = Field(description="by the event, in the order of its list: order has two forms, by `change`")
    id: str | None = Field(default=None, description="the cursor: the stream goes on after this event")
