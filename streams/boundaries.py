"""Boundaries of time as events: which have been passed, and sending them to every partition once."""

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Literal

from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.operations import ClockAdvanced
from streams.publisher import Publisher
from streams.sessions import SessionCalendar
from streams.topics import CLOCK, PARTITIONS

Kind = Literal["second", "minute", "session_open", "session_close"]

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
MINUTES_MAX = 60
"""Minutes told one by one after a leap of the clock; of more only the newest is told."""
DAYS_MAX = 7
"""How far back the sessions passed in a leap are told."""


def boundary(kind: Kind, at: datetime, *, source: str) -> ClockAdvanced:
    """Return the event of a boundary. Its id derives from kind and time alone, whoever tells it."""
    return ClockAdvanced(event_id=derived_id("clock", kind, to_micros(at)), occurred_at=at, source=source, kind=kind)


def floor_minute(at: datetime) -> datetime:
    """Return the full minute at or before an instant."""
    return at.replace(second=0, microsecond=0)


def passed(
    after: datetime | None, upto: datetime, *, sessions: SessionCalendar, seconds: bool, source: str
) -> list[ClockAdvanced]:
    """Return the boundaries in (after, upto], in order: one an instant, of its most telling kind.

    after    None when no time was told yet: then only the newest boundary is
    seconds  whether the newest full second is told too
    """
    kinds: dict[datetime, Kind] = {}
    newest = upto.replace(microsecond=0)
    if seconds and (after is None or newest > after):
        kinds[newest] = "second"
    kinds |= dict.fromkeys(_minutes(after, upto), "minute")
    if after is not None:
        kinds |= session_boundaries(after, upto, sessions=sessions)
    return [boundary(kinds[at], at, source=source) for at in sorted(kinds)]


def session_boundaries(after: datetime, upto: datetime, *, sessions: SessionCalendar) -> dict[datetime, Kind]:
    """Return the opens and closes in (after, upto], of at most the last DAYS_MAX days."""
    kinds: dict[datetime, Kind] = {}
    day, last = sessions.local_date(after), sessions.local_date(upto)
    day = max(day, last - timedelta(days=DAYS_MAX))
    while day <= last:
        trading = sessions.trading_day(day)
        if trading.open_at is not None and after < trading.open_at <= upto:
            kinds[trading.open_at] = "session_open"
        if trading.close_at is not None and after < trading.close_at <= upto:
            kinds[trading.close_at] = "session_close"
        day += timedelta(days=1)
    return kinds


def _minutes(after: datetime | None, upto: datetime) -> list[datetime]:
    newest = floor_minute(upto)
    if after is None:
        return [newest]
    count = max(0, (newest - floor_minute(after)) // MINUTE)
    if count > MINUTES_MAX:
        return [newest]
    return [newest - MINUTE * back for back in range(count)]


async def tell(
    publisher: Publisher, event: ClockAdvanced, *, told: Mapping[int, datetime] | MutableMapping[int, datetime]
) -> None:
    """Send a boundary to every partition that was not told of a time as late yet, and wait until Kafka has it.

    told  by partition, the newest boundary that is there already (see `streams.tail.newest_times`)
    """
    futures = [
        await publisher.send(CLOCK, event, key=str(number), partition=number)
        for number in range(PARTITIONS)
        if number not in told or told[number] < event.occurred_at
    ]
    for future in futures:
        await future
