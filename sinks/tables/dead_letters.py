"""Dead letters, for people to look at and send again."""

from collections.abc import Iterator

from schemas.operations import DeadLettered
from sinks.writes import Effect, insert


def written(event: DeadLettered) -> Iterator[Effect]:
    """Store a dead letter."""
    yield insert(
        "dead_letters",
        "dead_letter_id",
        dead_letter_id=event.event_id,
        reader=event.reader,
        topic=event.topic,
        partition=event.partition,
        offset=event.offset,
        reason=event.reason,
        error=event.error,
        key=event.key,
        value=event.value,
        created_at=event.occurred_at,
    )
