"""How much of the machine a run had: what its host took away, how busy it was, and how fast plain Python went."""

import time
from statistics import median
from typing import Any, NamedTuple

import psutil

LOOPS, ROUNDS = 1_000_000, 5


class Load(NamedTuple):
    """The machine during a run.

    steal_percent  of the processors' time that the host gave to others
    busy_percent   of the processors' time that was worked in, by whomever
    loop_ms        what a fixed loop of pure Python took right before and after, the median; by it figures of different
                   moments can be compared
    """

    steal_percent: float
    busy_percent: float
    loop_ms: float


class Watch:
    """Looks at the machine from its making until it is asked."""

    def __init__(self) -> None:
        self._loops = [looped_ms() for _ in range(ROUNDS)]
        self._before = psutil.cpu_times()

    def load(self) -> Load:
        """Return what the machine was like since."""
        steal, busy = used(self._before, psutil.cpu_times())
        self._loops += [looped_ms() for _ in range(ROUNDS)]
        return Load(steal, busy, median(self._loops))


def used(before: Any, after: Any) -> tuple[float, float]:
    """Return the percents of the time between two of `psutil.cpu_times` that were stolen, and worked in."""
    # what guests took stands in `user` and `nice` too
    took = {name: getattr(after, name) - getattr(before, name) for name in after._fields if "guest" not in name}
    total = sum(took.values())
    if total <= 0:
        return 0.0, 0.0
    steal = took.get("steal", 0.0)
    idle = took["idle"] + took.get("iowait", 0.0)
    return steal / total * 100, (total - idle - steal) / total * 100


def looped_ms() -> float:
    """Return the milliseconds of a fixed loop."""
    begun, total = time.perf_counter(), 0
    for number in range(LOOPS):
        total += number & 7
    return (time.perf_counter() - begun) * 1e3
