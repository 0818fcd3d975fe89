"""State records over time: nothing goes back, one writer at a time, what is emitted is numbered without holes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from schemas.event import Event
from schemas.records import StateRecord
from tests.crash.facts import Facts, Spread, Told
from tests.crash.log import PARTITIONS, Stored
from tests.crash.plan import FEED


def wrong_records(facts: Facts) -> Iterator[str]:
    """Yield what is wrong with the tables' changelogs and with the numbers of what the records emitted."""
    for table, kept in facts.tables.items():
        for key, versions in kept.versions.items():
            for before, after in pairwise(versions):
                yield from _step(f"{table}/{key}", before, after)
    for topic, told in facts.emitted.items():
        if topic not in facts.everywhere:
            yield from _rising(topic, told)
    for topic, spread in facts.everywhere.items():
        yield from _everywhere(topic, spread)
    yield from _numbers(facts)


def _rising(topic: str, told: Told[Event]) -> Iterator[str]:
    """A source's numbers rise along a partition: a reader takes what comes with a lower number for a repeat."""
    newest: dict[tuple[str, int], int] = {}
    for stored in told.first.values():
        event, place = stored.record, (stored.record.source, stored.partition)
        if event.source != FEED and event.sequence <= newest.get(place, 0):
            yield f"{topic}: {event.source} numbers {event.event_id} {event.sequence} after {newest.get(place, 0)}"
        newest[place] = event.sequence


def _everywhere(topic: str, spread: Spread[Event]) -> Iterator[str]:
    """Each partition has each event, in the order of its source."""
    expected = set(spread.once.first)
    for number in range(PARTITIONS):
        told = spread.by_partition[number]
        for name in sorted(expected - set(told.first)):
            yield f"{topic}-{number} does not have {name}"
        yield from _rising(f"{topic}-{number}", told)


def _step(name: str, before: Stored[StateRecord], after: Stored[StateRecord]) -> Iterator[str]:
    """What may not happen from one write of a record to the next, in the order of the log."""
    old, new = before.record, after.record
    where = f"{name} from {before.place} to {after.place}"
    if before.partition != after.partition:
        yield f"{where}: stands in two partitions"
    if new.epoch < old.epoch:
        yield f"{where}: epoch {old.epoch} is followed by {new.epoch}: two workers write it"
    if new.version <= old.version:
        yield f"{where}: version {old.version} is followed by {new.version}"
    if new.emitted < old.emitted:
        yield f"{where}: emitted goes back from {old.emitted} to {new.emitted}"
    yield from _goes_back(where, "applied", old.applied, new.applied)
    yield from _goes_back(where, "heard", old.heard, new.heard)


def _goes_back(where: str, what: str, old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[str]:
    for source, position in old.items():
        if new.get(source, -1) < position:
            yield f"{where}: {what} of {source} goes back from {position} to {new.get(source)}"


def _numbers(facts: Facts) -> Iterator[str]:
    """Each source's numbers are 1 to what its record says, each of one event; snapshots are numbered by versions."""
    numbered: dict[str, dict[int, Event]] = defaultdict(dict)
    for told in facts.emitted.values():
        for event in told.events:
            # an executor's numbers are of all its topics, and some it has given up
            if event.source == FEED or event.source.startswith("executor/"):
                continue
            known = numbered[event.source].setdefault(event.sequence, event)
            if known is not event:
                yield f"{event.source} numbers two events {event.sequence}: {known.event_id} and {event.event_id}"
    emitted = {
        f"{table}/{key}": record.emitted for table, kept in facts.tables.items() for key, record in kept.newest.items()
    }
    versions = {f"accounts/{key}/snapshots": record.version for key, record in facts.tables["accounts"].newest.items()}
    for source, newest in versions.items():
        if unknown := [number for number in numbered.pop(source, {}) if number > newest]:
            yield f"{source} has numbers beyond its record's version: {unknown[:10]}"
    for source in sorted(set(numbered) | {name for name, count in emitted.items() if count}):
        expected, found = set(range(1, emitted.get(source, 0) + 1)), set(numbered[source])
        if missing := sorted(expected - found):
            yield f"{source} has holes in its numbers: {missing[:10]}"
        if unknown := sorted(found - expected):
            yield f"{source} has numbers its record does not know: {unknown[:10]}"
