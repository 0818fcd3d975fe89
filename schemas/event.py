"""What every event and every record on Kafka has in common."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_micros(micros: int) -> datetime:
    """Return UTC microseconds since 1970 as an instant."""
    return _EPOCH + timedelta(microseconds=micros)


def to_micros(instant: datetime) -> int:
    """Return an instant as UTC microseconds since 1970, exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _utc(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC)
    return value


Instant = Annotated[datetime, BeforeValidator(_utc)]
"""An instant in UTC, microseconds."""


class Record(BaseModel):
    """A frozen value that travels as an Avro record."""

    # validate_default: a default is rounded like any other value, so that equal records are equal to the byte
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Event(Record):
    """A past fact. `source` numbers what it emits, so a reader can tell a repeat from news.

    sequence 0 means unnumbered: the fact came from outside and is known by `event_id` alone.
    """

    event_id: str = Field(description="derived from its cause; equal causes, equal id")
    occurred_at: Instant = Field(description="UTC microseconds, by the platform's clock")
    source: str = Field(default="", description="what emitted it, e.g. desks/SPY")
    sequence: int = Field(default=0, description="counts what the source emitted; 0 is unnumbered")
