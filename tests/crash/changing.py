"""Changes to what topics and tables say, out of which tamperings are made."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from schemas.event import Event
from tests.crash.facts import E, Kept, R, Spread, Told


def without_first(told: Told[E]) -> Told[E]:
    """Return a topic without its first event."""
    return replace(told, first=dict(islice(told.first.items(), 1, None)))


def with_first(told: Told[E], change: Callable[[E], E]) -> Told[E]:
    """Return a topic whose first event is another."""
    name, stored = next(iter(told.first.items()))
    return replace(told, first={**told.first, name: replace(stored, record=change(stored.record))})


def said_twice(told: Told[E]) -> Told[E]:
    """Return a topic with its first event once more, under another id."""
    stored = next(iter(told.first.values()))
    again = stored.record.model_copy(update={"event_id": "again", "sequence": 0})
    return replace(told, first={**told.first, "again": replace(stored, record=again)})


def with_newest(kept: Kept[R], change: Callable[[R], R]) -> Kept[R]:
    """Return a table whose first record is another."""
    key, record = next(iter(kept.newest.items()))
    return replace(kept, newest={**kept.newest, key: change(record)})


def back_and_forth(kept: Kept[R]) -> Kept[R]:
    """Return a table with the versions of one record in another order than they were written in."""
    key, versions = next((key, versions) for key, versions in kept.versions.items() if len(versions) > 1)
    return replace(kept, versions={**kept.versions, key: [*versions[1:], versions[0]]})


def with_one(told: Told[E], wanted: Callable[[E], bool], **changes: object) -> Told[E]:
    """Return a topic with the first event of a kind changed; raises StopIteration when there is none."""
    name, stored = next((name, stored) for name, stored in told.first.items() if wanted(stored.record))
    changed = replace(stored, record=stored.record.model_copy(update=changes))
    return replace(told, first={**told.first, name: changed})


def with_partition(spread: Spread[E], number: int, change: Callable[[Told[E]], Told[E]]) -> Spread[E]:
    """Return a topic of which one partition says something else."""
    return Spread({**spread.by_partition, number: change(spread.by_partition[number])})


def swapped(told: Told[E]) -> Told[E]:
    """Return a topic on which the first two events of one source have changed places."""
    names = list(told.first)
    first = next(at for at, stored in enumerate(told.first.values()) if _numbered(stored.record))
    source = told.first[names[first]].record.source
    second = next(at for at in range(first + 1, len(names)) if told.first[names[at]].record.source == source)
    names[first], names[second] = names[second], names[first]
    return replace(told, first={name: told.first[name] for name in names})


def _numbered(event: Event) -> bool:
    return event.sequence > 0
