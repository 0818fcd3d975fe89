"""What a process tells Prometheus: counters kept as it works, and an endpoint of its own to scrape.

Counting is done by the batch, never by the tick; what can be looked up is looked up when somebody asks
(`streams.metrics_worker`). Labels are names of ours, topics, partitions: never accounts, symbols or anything secret.
"""

from collections import Counter as Count
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from prometheus_client import REGISTRY, Counter, Histogram, disable_created_metrics, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, StateSetMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from streams.logs import logger

log = logger(__name__)

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives it no types; else a second series of each, which nobody asks for

Families = Iterable[Metric]

MESSAGES = Counter("tapestream_stage_messages", "Messages a stage has worked in.", ["stage", "topic"])
BATCH_SECONDS = Histogram(
    "tapestream_stage_batch_seconds",
    "From taking a batch to the acknowledgement of all that follows from it.",
    ["stage"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BATCH_MESSAGES = Histogram(
    "tapestream_stage_batch_messages",
    "Messages that shared the waits for Kafka.",
    ["stage"],
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500),
)
DEAD_LETTERS = Counter(
    "tapestream_dead_letters", "Messages set aside in dead-letters.v1.", ["reader", "topic", "reason"]
)
PUBLISHED = Counter("tapestream_published_messages", "Messages handed to Kafka.", ["topic"])
RECOVERY_SECONDS = Histogram(
    "tapestream_recovery_seconds",
    "From an assignment of partitions until its stages work.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)


BREAKER_STATE: Final = "tapestream_breaker_state"
LIMITER_USED, LIMITER_LIMIT = "tapestream_limiter_used", "tapestream_limiter_limit"
LIMITER_WAITS: Final = "tapestream_limiter_waits"

BreakerState = Literal["closed", "half-open", "open"]


@dataclass(frozen=True, slots=True)
class Fill:
    """A rate limiter: requests within its window, how many there may be, and how many have had to wait so far."""

    used: int
    limit: int
    waits: int


class Guards(Collector):
    """The breakers and rate limiters of this process, by the name of whom they stand before."""

    def __init__(self) -> None:
        self.breakers: dict[str, Callable[[], BreakerState]] = {}
        self.limiters: dict[str, Callable[[], Fill]] = {}

    def describe(self) -> Families:
        """Return nothing: what there is to guard is known when the process is at work."""
        return ()

    def collect(self) -> Families:
        """Yield the families of a scrape, none of what this process does not have."""
        states = StateSetMetricFamily(BREAKER_STATE, "Whether others are asked.", labels=["name"])
        for name, state in sorted(self.breakers.items()):
            states.add_metric([name], {known: known == state() for known in get_args(BreakerState)})
        used = GaugeMetricFamily(LIMITER_USED, "Requests within the limiter's window.", labels=["name"])
        limit = GaugeMetricFamily(LIMITER_LIMIT, "Requests that there may be in it.", labels=["name"])
        waits = CounterMetricFamily(LIMITER_WAITS, "Requests that had to wait, or were not made.", labels=["name"])
        for name, fill in sorted(self.limiters.items()):
            found = fill()
            used.add_metric([name], found.used)
            limit.add_metric([name], found.limit)
            waits.add_metric([name], found.waits)
        yield from (family for family in (states, used, limit, waits) if family.samples)


GUARDS = Guards()
REGISTRY.register(GUARDS)


def worked(stage: str, topics: Iterable[str], seconds: float) -> None:
    """Count a batch.

    topics  of its messages
    """
    counts = Count(topics)
    for topic, count in counts.items():
        MESSAGES.labels(stage, topic).inc(count)
    BATCH_MESSAGES.labels(stage).observe(counts.total())
    BATCH_SECONDS.labels(stage).observe(seconds)


def serve(host: str, port: int) -> None:
    """Answer Prometheus at /metrics of a port, from a thread of its own; 0: do not.

    A port that is taken is said in the log: nothing else of the process depends on it.
    """
    if port == 0:
        return
    try:
        start_http_server(port, addr=host)
    except OSError as error:
        log.warning("metrics_not_served", host=host, port=port, error=type(error).__name__)
