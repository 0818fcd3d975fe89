"""What cannot be processed, as an event: the message as it was, where it came from, and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from schemas.ids import derived_id
from schemas.operations import DeadLettered

_KEPT_HEADERS = frozenset({"content-type", "traceparent"})
"""Besides CloudEvents' own (ce_...); others may carry what must not be stored."""


def dead_lettered(
    *,
    reader: str,
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[tuple[str, bytes | None]],
    reason: Literal["undecodable", "invalid", "failed"],
    error: str,
    occurred_at: datetime,
) -> DeadLettered:
    """Return the dead letter of one message for one reader: the same message gives the same id.

    headers  Kafka's; only CloudEvents', content-type and traceparent are kept
    error    must hold nothing of the message's content
    """
    kept = {
        name: content
        for name, content in headers
        if content is not None and (name.startswith("ce_") or name in _KEPT_HEADERS)
    }
    return DeadLettered(
        event_id=derived_id("dead-letter", reader, topic, partition, offset),
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
    )
