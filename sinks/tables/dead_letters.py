"""Dead letters, and what became of them, for people to look at and send again."""

import base64
from collections.abc import Iterator

from schemas.dead_letters import DeadLetterUpdated
from schemas.operations import DeadLettered
from sinks.writes import Derive, Effect, insert

# Of two updates at the same instant the one with the greater id counts, so that any order of arrival ends alike.
_DERIVE = """
    UPDATE dead_letters AS l
       SET status = n.status, changed_at = n.created_at, changed_by = n.changed_by, change_reason = n.reason,
           attempts = u.attempts, redriven_at = u.redriven_at
      FROM (SELECT dead_letter_id, count(*) FILTER (WHERE status = 'redriven') AS attempts,
                   max(created_at) FILTER (WHERE status = 'redriven') AS redriven_at
              FROM dead_letter_updates WHERE dead_letter_id = ANY($1::uuid[]) GROUP BY dead_letter_id) AS u
      JOIN LATERAL (SELECT * FROM dead_letter_updates AS each WHERE each.dead_letter_id = u.dead_letter_id
                     ORDER BY created_at DESC, update_id DESC LIMIT 1) AS n ON true
     WHERE l.dead_letter_id = u.dead_letter_id
"""


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
        record=event.record,
        reason=event.reason,
        error=event.error,
        key=event.key,
        value=event.value,
        headers={name: base64.b64encode(content).decode() for name, content in event.headers.items()},
        is_complete=event.is_complete,
        redrive_of=event.redrive_of,
        created_at=event.occurred_at,
    )
    yield Derive(_DERIVE, event.event_id)


def updated(event: DeadLetterUpdated) -> Iterator[Effect]:
    """Store that a dead letter was dealt with, and derive its status."""
    yield insert(
        "dead_letter_updates",
        "update_id",
        update_id=event.event_id,
        dead_letter_id=event.dead_letter_id,
        status=event.status,
        changed_by=event.changed_by,
        reason=event.reason,
        created_at=event.occurred_at,
    )
    yield Derive(_DERIVE, event.dead_letter_id)
