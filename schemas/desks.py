"""A desk: which signals of one underlying have been decided on."""

from pydantic import Field

from schemas.event import Instant, Record
from schemas.signals import SignalReceived


class WaitingSignal(Record):
    """A signal that is decided on later: at the open, or after something failed."""

    signal: SignalReceived
    until: Instant = Field(description="decided on at the first clock event from then on")
    give_up_at: Instant = Field(description="decided on by then, with prices or without")
    reason: str
    retries: int = Field(default=0, description="times it was tried and failed")


class Desk(Record):
    """Ids of the newest signals that were taken in, oldest first, so that a repeat is recognised."""

    symbol: str
    decided: tuple[str, ...] = Field(default=(), description="at most DECIDED_MAX of them, those that wait too")
    waiting: tuple[WaitingSignal, ...] = ()


DECIDED_MAX = 256
