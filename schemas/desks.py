"""A desk: which signals of one underlying have been decided on."""

from pydantic import Field

from schemas.event import Record


class Desk(Record):
    """Ids of the newest signals that were decided on, oldest first, so that a repeat is recognised."""

    symbol: str
    decided: tuple[str, ...] = Field(default=(), description="at most DECIDED_MAX of them")


DECIDED_MAX = 256
