"""Controls: every change, and the newest value of each."""

import json
from collections.abc import Iterator

from schemas.operations import ControlChanged
from sinks.writes import Effect, Write, insert

# Equal times fall to the greater id, so that any order of arrival ends alike.
_NEWEST = """
    INSERT INTO controls AS c (name, value, changed_by, changed_at, change_id) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (name) DO UPDATE
       SET value = EXCLUDED.value, changed_by = EXCLUDED.changed_by, changed_at = EXCLUDED.changed_at,
           change_id = EXCLUDED.change_id
     WHERE (EXCLUDED.changed_at, EXCLUDED.change_id) > (c.changed_at, c.change_id)
"""


def changed(event: ControlChanged) -> Iterator[Effect]:
    """Store a change, and the value unless a newer one is stored; it comes once from each partition."""
    try:
        value = json.loads(event.value)
    except (ValueError, RecursionError):
        return  # nothing has gone by it either
    yield insert(
        "control_changes",
        "change_id",
        change_id=event.event_id,
        name=event.name,
        value=value,
        changed_by=event.changed_by,
        changed_at=event.occurred_at,
    )
    yield Write(_NEWEST, (event.name, value, event.changed_by, event.occurred_at, event.event_id))
