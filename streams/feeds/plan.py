"""The plan of a replay: stretches of tape, and between them what happens in lockstep."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from schemas.event import from_micros, to_micros
from schemas.operations import ClockAdvanced
from schemas.ticks import Tick
from streams.boundaries import MINUTE, Kind, boundary, floor_minute, session_boundaries
from streams.feeds.posting import CHAIN_PATH, Payload
from streams.feeds.script import ScriptedPost
from streams.sessions import SessionCalendar

SILENCE = timedelta(seconds=60)
"""After this much tape time without a tick, each full minute is told by the clock."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Ticks that flow freely: the session's, from `position` on."""

    position: int
    ticks: Sequence[Tick]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Boundaries of time that nothing else happens between, told before tick number `position`."""

    position: int
    events: tuple[ClockAdvanced, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A webhook, posted before tick number `position`."""

    position: int
    path: str
    payload: Payload


Part = Stretch | Boundaries | Post


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole replay, in order."""

    ticks: Sequence[Tick]
    parts: tuple[Part, ...]

    @property
    def ends_at(self) -> datetime:
        """The last boundary: when it has been told, the replay is complete."""
        return max(part.events[-1].occurred_at for part in self.parts if isinstance(part, Boundaries))


def plan_of(
    ticks: Sequence[Tick],
    *,
    sessions: SessionCalendar,
    source: str,
    chain: Payload,
    script: Iterable[ScriptedPost] = (),
) -> Plan:
    """Return what a replay does, in order.

    The minute that the tape begins in comes first, then the chain. A boundary comes before the ticks of its instant,
    a scripted post after them. The minute after the last tick ends it.

    raises   ValueError when there are no ticks
    """
    if not ticks:
        raise ValueError("ticks: a replay needs at least one")
    times = [tick.at for tick in ticks]
    markers: list[tuple[int, int, int, ClockAdvanced | Post]] = []
    for at, kind in _boundaries(times, sessions).items():
        position = bisect_left(times, to_micros(at))
        markers.append((position, to_micros(at), 0, boundary(kind, at, source=source)))
    markers.append((0, to_micros(floor_minute(from_micros(times[0]))), 1, Post(0, CHAIN_PATH, chain)))
    for step in script:
        position = bisect_right(times, to_micros(step.at))
        markers.append((position, to_micros(step.at), 2, Post(position, step.path, step.body())))
    markers.sort(key=lambda marker: marker[:3])  # stable: steps of one instant stay in the script's order
    return Plan(ticks, tuple(_parts(ticks, markers)))


def _boundaries(times: Sequence[int], sessions: SessionCalendar) -> dict[datetime, Kind]:
    first = floor_minute(from_micros(times[0]))
    end = floor_minute(from_micros(times[-1])) + MINUTE
    kinds: dict[datetime, Kind] = {first: "minute", end: "minute"}
    for earlier, later in pairwise(times):
        if later - earlier <= SILENCE // timedelta(microseconds=1):
            continue
        at = floor_minute(from_micros(earlier) + SILENCE) + MINUTE
        while at < from_micros(later):
            kinds[at] = "minute"
            at += MINUTE
    trading = sessions.trading_day(sessions.local_date(first))
    last = max(end, trading.close_at) if trading.close_at else end
    return kinds | session_boundaries(first - timedelta(microseconds=1), last, sessions=sessions)


def _parts(ticks: Sequence[Tick], markers: Sequence[tuple[int, int, int, ClockAdvanced | Post]]) -> Iterator[Part]:
    reached = 0
    for (position, is_post), group in groupby(markers, key=lambda marker: (marker[0], isinstance(marker[3], Post))):
        if position > reached:
            yield Stretch(reached, ticks[reached:position])
            reached = position
        if is_post:
            yield from (item for *_, item in group if isinstance(item, Post))
        else:
            yield Boundaries(position, tuple(item for *_, item in group if isinstance(item, ClockAdvanced)))
    if reached < len(ticks):
        yield Stretch(reached, ticks[reached:])
