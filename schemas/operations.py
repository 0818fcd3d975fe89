"""What runs the platform: controls, the clock, dead letters."""

from typing import Literal

from pydantic import Field

from schemas.event import Event


class ControlChanged(Event):
    """A flag, limit, kill switch or exit rule has a new value."""

    name: str
    value: str = Field(description="JSON")
    changed_by: str


class ClockAdvanced(Event):
    """Time passed a boundary; `occurred_at` is the boundary."""

    kind: Literal["second", "minute", "session_open", "session_close"]


class DeadLettered(Event):
    """A message that could not be processed, as it was, and why."""

    reader: str = Field(description="who could not process it")
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes] = Field(default_factory=dict)
    reason: Literal["undecodable", "invalid", "failed"]
    error: str = Field(description="without any of the message's content")
    record: str = Field(default="", description="the reader's record that failed on it; none: no record has taken it")
    is_complete: bool = Field(default=True, description="false: too large, key, value and headers are at its offset")
    redrive_of: str | None = Field(default=None, description="the dead letter this message was sent again for")
