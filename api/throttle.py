"""Counting failures: so many in a window, and no more until the oldest has passed out of it."""

from collections import OrderedDict
from collections.abc import Hashable


class Throttle:
    """Failures by key. Times are seconds of any clock that does not go back."""

    def __init__(self, *, limit: int, window_s: float, keys_max: int = 10_000) -> None:
        self._limit = limit
        self._window_s = window_s
        self._keys_max = keys_max
        self._failures: OrderedDict[Hashable, list[float]] = OrderedDict()

    def wait_s(self, key: Hashable, *, now: float) -> float:
        """Return how long the key must wait, 0 when it need not."""
        recent = [at for at in self._failures.get(key, ()) if at > now - self._window_s]
        return recent[-self._limit] + self._window_s - now if len(recent) >= self._limit else 0.0

    def fail(self, key: Hashable, *, now: float) -> None:
        """Note a failure; the key that failed longest ago is forgotten when there are too many."""
        recent = [at for at in self._failures.pop(key, ()) if at > now - self._window_s]
        self._failures[key] = [*recent, now][-self._limit :]
        while len(self._failures) > self._keys_max:
            self._failures.popitem(last=False)

    def forgive(self, key: Hashable) -> None:
        """Forget a key's failures."""
        self._failures.pop(key, None)
