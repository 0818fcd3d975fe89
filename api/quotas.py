"""How many requests somebody may make: a token bucket each, in this process's memory, by the generic cell rate."""

from datetime import timedelta
from math import ceil
from typing import NamedTuple

from throttled import MemoryStore, Throttled, rate_limiter

from streams.metrics import GUARDS, Fill

KEYS_MAX = 20_000
"""Of those who have asked, the one whose last request is longest ago is forgotten first."""


class Taken(NamedTuple):
    """What a request found.

    policy     name and size of the quota, as `RateLimit-Policy` says them
    remaining  requests that may follow at once
    whole_s    until nothing of the quota is used any more
    wait_s     None when it may be answered; else when the next one may
    """

    name: str
    policy: str
    remaining: int
    whole_s: int
    wait_s: int | None


class Quota:
    """What each address, or each account, may ask.

    name     "reads by address"; the metrics' name of it
    allowed  `600/10s`: requests, and in how many seconds they come back
    """

    def __init__(self, name: str, allowed: str) -> None:
        requests, _, window = allowed.removesuffix("s").partition("/")
        self.name = name.replace(" ", "-")
        self._requests = int(requests)
        self._policy = f'"{self.name}";q={requests};w={window}'
        self._buckets = Throttled(
            using="gcra",
            quota=rate_limiter.per_duration(timedelta(seconds=int(window)), limit=self._requests, burst=self._requests),
            store=MemoryStore(options={"MAX_SIZE": KEYS_MAX}),
        )
        self._least, self._busiest, self._refused = self._requests, "", 0
        GUARDS.limiters[name] = self.fill

    def take(self, key: str) -> Taken:
        """Count a request of somebody's, unless it is one too many."""
        found = self._buckets.limit(key)
        state = found.state
        if state.remaining <= self._least:
            self._least, self._busiest = state.remaining, key
        if found.limited:
            self._refused += 1
            return Taken(self.name, self._policy, 0, ceil(state.reset_after), max(1, ceil(state.retry_after)))
        return Taken(self.name, self._policy, state.remaining, ceil(state.reset_after), None)

    def fill(self) -> Fill:
        """Return how much is used by who uses most of it, as far as has been seen, and how many were refused."""
        self._least = self._buckets.peek(self._busiest).remaining if self._busiest else self._requests
        return Fill(self._requests - self._least, self._requests, self._refused)
