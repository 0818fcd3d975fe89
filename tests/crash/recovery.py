"""How long the platform takes to get over a fault: until nothing that was sent before lags behind any more."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams.feeds.lockstep import Progress

DEADLINE_S = 120.0
"""A killed broker's start, a session, a rebalance, a start, a recovery, and what has piled up meanwhile."""
_KNOWN_DEAD_S = 1.0
"""After a fault, until what is sent can only be got through by what runs after it."""
_LOOK_S = 0.25


class NotRecovered(Exception):
    """The platform did not get over a fault in time; the text says which, and what lags."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long a fault was felt.

    seconds  from the moment it struck
    alone    whether no other fault struck before it was over
    """

    kind: str
    seconds: float
    alone: bool


@dataclass(slots=True)
class _Pending:
    kind: str
    began: float
    known_from: float
    alone: bool
    fed: int = 0
    goal: Mapping[Progress, Mapping[TopicPartition, int]] = field(default_factory=dict)


class Watch:
    """Looks at what has been read while faults strike.

    groups    lines to the consumer groups whose lag counts
    is_ready  asks whether the platform answers requests
    fed       tells how far the feed has come
    """

    def __init__(
        self, groups: Sequence[Progress], *, is_ready: Callable[[], Awaitable[bool]], fed: Callable[[], int]
    ) -> None:
        self._groups = groups
        self._is_ready = is_ready
        self._fed = fed
        self._pending: list[_Pending] = []
        self._lag: dict[str, int] = {}
        self.recoveries: list[Recovery] = []

    def struck(self, kind: str) -> Callable[[], None]:
        """Note that a fault strikes now; call what is returned when all that it took has been given back."""
        for earlier in self._pending:
            earlier.alone = False
        pending = _Pending(kind, time.monotonic(), known_from=float("inf"), alone=not self._pending)
        self._pending.append(pending)

        def given_back() -> None:
            pending.known_from = time.monotonic() + _KNOWN_DEAD_S

        return given_back

    async def all_over(self, *, since: str) -> None:
        """Wait until everything has been got over; raises NotRecovered."""
        self._pending.append(_Pending("", time.monotonic(), time.monotonic() + _KNOWN_DEAD_S, alone=False))
        end = time.monotonic() + DEADLINE_S
        while self._pending:
            if time.monotonic() > end:
                waiting = sorted({pending.kind for pending in self._pending if pending.kind})
                raise NotRecovered(f"{DEADLINE_S:g} s after {since} not over: {waiting}, behind on {self._lag}")
            await asyncio.sleep(_LOOK_S)

    async def run(self) -> None:
        """Look on, for ever."""
        while True:
            await asyncio.sleep(_LOOK_S)
            if self._pending:
                try:
                    await self._look()
                except (KafkaError, OSError):
                    continue  # the broker is away

    async def _look(self) -> None:
        now = time.monotonic()
        for pending in self._pending:
            if not pending.goal and now >= pending.known_from:
                pending.goal = {group: await _ends(group) for group in self._groups}
                pending.fed = self._fed()
        aimed = [pending for pending in self._pending if pending.goal]
        if not aimed:
            return
        read = {group: await committed(group) for group in self._groups}
        ready = await self._is_ready()
        for pending in aimed:
            lag: dict[str, int] = defaultdict(int)
            for group, goal in pending.goal.items():
                for at, end in goal.items():
                    lag[group.group] += max(0, end - read[group].get(at, 0))
            self._lag = {**{group: count for group, count in lag.items() if count}, **({} if ready else {"api": 1})}
            if not self._lag and self._fed() > pending.fed:
                self._pending.remove(pending)
                if pending.kind:
                    self.recoveries.append(Recovery(pending.kind, time.monotonic() - pending.began, pending.alone))


async def _ends(group: Progress) -> Mapping[TopicPartition, int]:
    ends: Mapping[TopicPartition, int] = await group.consumer.end_offsets(list(group.partitions))
    return ends


async def committed(group: Progress) -> Mapping[TopicPartition, int]:
    """Return what a group has committed; raises KafkaError."""
    read = await group.admin.list_consumer_group_offsets(group.group, partitions=list(group.partitions))
    return {at: max(found.offset, 0) for at, found in read.items()}  # -1 where nothing was committed yet


def figures(recoveries: Sequence[Recovery]) -> list[str]:
    """Return a line for each kind: how many, and the median and the longest of those that no other fault fell into."""
    by_kind: dict[str, list[Recovery]] = defaultdict(list)
    for recovery in recoveries:
        by_kind[recovery.kind].append(recovery)
    lines = []
    for kind, found in sorted(by_kind.items()):
        alone = [recovery.seconds for recovery in found if recovery.alone]
        said = f"median {median(alone):.1f} s, longest {max(alone):.1f} s" if alone else "none by itself"
        others = f", {len(found) - len(alone)} with others" if len(found) > len(alone) else ""
        lines.append(f"{kind}: {len(alone)} by themselves: {said}{others}" if alone else f"{kind}: {said}{others}")
    return lines
