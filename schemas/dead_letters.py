"""What cannot be processed, as an event: the message as it was, where it came from, and why; and its way back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from schemas.event import Event
from schemas.ids import derived_id
from schemas.operations import DeadLettered

LETTER_BYTES_MAX = 262_144
"""A larger message stays where it is: its letter tells the place only."""

REDRIVE_HEADER, READER_HEADER, RECORD_HEADER = "tapestream-redrive", "tapestream-reader", "tapestream-record"
"""Of a message sent again: its letter's id, the one reader it is for, and the record of that reader, empty for any."""

_KEPT_HEADERS = frozenset({"content-type", "traceparent"})
"""Besides CloudEvents' own (ce_...); others may carry what must not be stored."""

Headers = Iterable[tuple[str, bytes | None]]


class DeadLetterUpdated(Event):
    """Somebody dealt with a dead letter: sent its message again, or put it away for good."""

    dead_letter_id: str
    status: Literal["redriven", "discarded"]
    changed_by: str
    reason: str | None = Field(default=None, description="of a discarded one")


@dataclass(frozen=True, slots=True)
class Redrive:
    """Whom a message that is sent again is for.

    event_id  by which its effect is known: the event's own, or the letter's where the message tells none
    """

    letter_id: str
    reader: str
    record: str
    event_id: str

    def concerns(self, record: str) -> bool:
        """Return whether a record (books/paper|SPY) is to take it."""
        return self.record in ("", record)


def redrive_of(headers: Mapping[str, bytes | None]) -> Redrive | None:
    """Return whom a message is for that is sent again, or None of any other."""
    letter_id = _text(headers, REDRIVE_HEADER)
    if not letter_id:
        return None
    return Redrive(
        letter_id=letter_id,
        reader=_text(headers, READER_HEADER),
        record=_text(headers, RECORD_HEADER),
        event_id=_text(headers, "ce_id") or letter_id,
    )


def written_at(seconds: float) -> datetime:
    """Return when a message was written, by its Kafka timestamp; a timestamp that is no time in our era is 1970."""
    try:
        return datetime.fromtimestamp(max(seconds, 0), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def dead_lettered(
    *,
    reader: str,
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    reason: Literal["undecodable", "invalid", "failed"],
    error: str,
    occurred_at: datetime,
    record: str = "",
) -> DeadLettered:
    """Return the dead letter of one message for one reader, or one record of it: the same message gives the same id.

    headers  Kafka's; only CloudEvents', content-type and traceparent are kept
    error    must hold nothing of the message's content
    record   the one that failed on it, while others of the reader may have taken it; empty when none has
    """
    given = {name: content for name, content in headers if content is not None}
    redrive = redrive_of(given)
    kept = {name: content for name, content in given.items() if name.startswith("ce_") or name in _KEPT_HEADERS}
    size = len(key or b"") + len(value or b"") + sum(len(name) + len(content) for name, content in kept.items())
    if size > LETTER_BYTES_MAX:
        key, value, kept = None, None, {}
        error = f"{error} (too large to repeat here: read it at its offset)"
    return DeadLettered(
        event_id=derived_id("dead-letter", reader, topic, partition, offset, *((record,) if record else ())),
        occurred_at=occurred_at,
        source=reader,
        reader=reader,
        topic=topic,
        partition=partition,
        offset=offset,
        key=key,
        value=value,
        headers=kept,
        reason=reason,
        error=error,
        record=record,
        is_complete=size <= LETTER_BYTES_MAX,
        redrive_of=None if redrive is None else redrive.letter_id,
    )


def _text(headers: Mapping[str, bytes | None], name: str) -> str:
    return (headers.get(name) or b"").decode("utf-8", "replace")
