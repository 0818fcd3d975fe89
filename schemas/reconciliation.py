"""What a comparison of a broker with the tables found, and what was done about it."""

from typing import Literal

from pydantic import Field

from schemas.event import Event, Record

DifferenceKind = Literal[
    "order_missing_at_broker",
    "order_unknown_here",
    "order_status",
    "execution_missing",
    "position_quantity",
    "position_unknown_here",
    "cash",
]


class Difference(Record):
    """One thing on which the broker and the tables do not agree."""

    kind: DifferenceKind
    subject: str = Field(description="an order id, a client order id, an option symbol, or cash")
    symbol: str = Field(description="underlying; empty for cash")
    ours: str
    theirs: str
    repair: str = Field(description="what follows: the event that repairs it, waiting for a second look, or a person")


class Reconciled(Event):
    """A broker was compared with the tables."""

    account_id: str
    cause: Literal["start", "period", "gap", "bust", "manual"]
    orders: int = Field(description="compared")
    positions: int = Field(description="compared")
    differences: tuple[Difference, ...] = ()
    paused: tuple[str, ...] = Field(default=(), description="underlyings in which nothing is opened until they agree")
