"""The state record: one key, one record, one changelog write for a batch of events."""

from pydantic import Field

from schemas.accounts import Account
from schemas.controls import Controls
from schemas.desks import Desk
from schemas.event import Instant, Record
from schemas.market import Market
from schemas.performance import Performance
from schemas.positions import Book


class OutboxEntry(Record):
    """An event that the state has already decided on, encoded, until its sending is confirmed."""

    topic: str
    key: str
    partition: int
    event_id: str
    occurred_at: Instant
    source: str
    sequence: int
    value: bytes


class StateRecord(Record):
    """What a record knows beside its state.

    An event at or below `applied` has been seen. `heard` is the newest sequence by source: a repeat under a new
    offset is recognised by it. Recovery never goes back from a higher (epoch, version).
    """

    applied: dict[str, int] = Field(default_factory=dict, description="newest offset by topic-partition")
    heard: dict[str, int] = Field(default_factory=dict, description="newest sequence by source")
    epoch: int = Field(default=0, description="the consumer group's generation that wrote it")
    version: int = 0
    emitted: int = Field(default=0, description="events numbered so far")
    outbox: tuple[OutboxEntry, ...] = ()
    state: Record


class MarketRecord(StateRecord):
    """Checkpoint of `markets`."""

    state: Market


class DeskRecord(StateRecord):
    """Record of `desks`."""

    state: Desk


class BookRecord(StateRecord):
    """Record of `books`."""

    state: Book


class AccountRecord(StateRecord):
    """Record of `accounts`."""

    state: Account


class ControlsRecord(StateRecord):
    """Record of `market-controls` and of `account-controls`, one a partition."""

    state: Controls


class PerformanceRecord(StateRecord):
    """Record of `performances`."""

    state: Performance
