"""The tape as it was published, and what may follow it: a gap that is filled brings nothing twice and nothing late."""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Literal, NamedTuple

from schemas.ticks import ABSENT, Tick

Kind = Literal["quote", "trade"]
Key = tuple[str, Kind]
"""Ticks of one symbol and kind come in the order of their times."""

_by_time = attrgetter("at")


class _Newest(NamedTuple):
    at: int
    ticks: Counter[Tick]
    """all those published with this time"""


class _Owed(NamedTuple):
    until: int
    """time of the newest"""
    ticks: Counter[Tick]


def kind_of(tick: Tick) -> Kind:
    """Return whether a tick is a quote or a trade."""
    return "quote" if tick.price == ABSENT else "trade"


class Tape:
    """What was published of each symbol and kind, as far as it takes to know a repeat.

    Each method takes ticks of one origin, and returns those that are to be published now, in their order; they count
    as published from then on.
    """

    def __init__(self) -> None:
        self._newest: dict[Key, _Newest] = {}
        self._owed: dict[Key, _Owed] = {}
        """What history told and the stream may still repeat."""

    def newest_at(self, symbol: str) -> int | None:
        """Return the time of the newest tick of a symbol, UTC microseconds, or None when there was none."""
        known = [seen.at for kind in ("quote", "trade") if (seen := self._newest.get((symbol, kind))) is not None]
        return max(known, default=None)

    def live(self, ticks: Iterable[Tick]) -> list[Tick]:
        """Take what the stream tells: everything but what history has told already."""
        fresh = [tick for tick in ticks if not self._is_repeat(tick)] if self._owed else list(ticks)
        self._note(fresh)
        return fresh

    def filled(self, history: Iterable[Tick], live: Sequence[Tick]) -> list[Tick]:
        """Take what history tells since a time before the gap, and what the stream told meanwhile, as one tape.

        history  may begin with what was published already; of each symbol and kind in the order of time, and whole
        """
        told = self._unpublished(sorted(history, key=_by_time))
        for tick in told:
            key = tick.symbol, kind_of(tick)
            owed = self._owed.get(key)
            counts = Counter[Tick]() if owed is None else owed.ticks
            counts[tick] += 1
            self._owed[key] = _Owed(tick.at if owed is None else max(tick.at, owed.until), counts)
        fresh = [tick for tick in live if not self._is_repeat(tick)]
        # the stream's own order stands where nothing is put between
        tape = sorted([*told, *fresh], key=_by_time) if told else fresh
        self._note(tape)
        return tape

    def latest(self, ticks: Iterable[Tick]) -> list[Tick]:
        """Take what somebody else tells: only what is newer than all that is known of a symbol.

        From then on history counts for what is newer than that: prices never go back.
        """
        fresh = []
        for tick in sorted(ticks, key=_by_time):
            newest = self.newest_at(tick.symbol)
            if newest is None or tick.at > newest:
                fresh.append(tick)
                self._note([tick])
                for kind in ("quote", "trade"):
                    before = self._newest.get((tick.symbol, kind))
                    if before is None or before.at < tick.at:
                        self._newest[tick.symbol, kind] = _Newest(tick.at, Counter())
        return fresh

    def _unpublished(self, history: Iterable[Tick]) -> list[Tick]:
        left: dict[Key, Counter[Tick]] = {}
        fresh = []
        for tick in history:
            key = tick.symbol, kind_of(tick)
            newest = self._newest.get(key)
            if newest is not None and tick.at <= newest.at:
                if tick.at < newest.at:
                    continue
                counts = left.setdefault(key, Counter(newest.ticks))
                if counts[tick] > 0:
                    counts[tick] -= 1
                    continue
            fresh.append(tick)
        return fresh

    def _is_repeat(self, tick: Tick) -> bool:
        key = tick.symbol, kind_of(tick)
        owed = self._owed.get(key)
        if owed is None:
            return False
        if tick.at > owed.until:
            # the stream has come to what history did not know yet
            del self._owed[key]
            return False
        if owed.ticks[tick] > 0:
            owed.ticks[tick] -= 1
            return True
        return False

    def _note(self, ticks: Iterable[Tick]) -> None:
        for tick in ticks:
            key = tick.symbol, kind_of(tick)
            newest = self._newest.get(key)
            if newest is None or tick.at > newest.at:
                self._newest[key] = _Newest(tick.at, Counter((tick,)))
            elif tick.at == newest.at:
                newest.ticks[tick] += 1
