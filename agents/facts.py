"""Facts: events with the place and the time that the log has for them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from schemas.event import Event

EXCHANGE = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as it stands on the log."""

    topic: str
    partition: int
    offset: int
    known_at: datetime
    """Kafka's time of the message"""
    event: Event


def news(facts: Iterable[Fact], heard: dict[tuple[str, str], int] | None = None) -> Iterator[Fact]:
    """Yield facts without repeats, in their order: those of a partition by offset, as all of its readers see them.

    Of what a source numbers its newest number tells a repeat, of all else the event's id. Kafka may carry an event
    under two offsets, and a dead letter that is sent again is such a repeat.

    heard  numbers by topic and source, which are added to; None begins without any
    """
    heard = {} if heard is None else heard
    for fact in facts:
        event = fact.event
        key, number = ((fact.topic, event.source), event.sequence) if event.sequence else (("", event.event_id), 1)
        if number > heard.get(key, 0):
            heard[key] = number
            yield fact


def exchange_day(at: datetime) -> date:
    """Return the exchange's date at an instant."""
    return at.astimezone(EXCHANGE).date()
