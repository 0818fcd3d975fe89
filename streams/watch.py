"""The watch over a worker: one that has work and makes no progress leaves, so that others take its partitions.

It runs in a thread of its own, on a line of its own to Kafka: what it looks for may well be that the worker's loop
stands still, while the thread that Faust's consumer has keeps on telling Kafka that all is well.
"""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams.lease import leave
from streams.logs import logger
from streams.watch_offsets import Lag, Stalls, offsets_of

log = logger(__name__)

EXIT_NO_PROGRESS = 5
LOOK_EVERY_S = 2.0
REBALANCE_S = 60.0
"""How long Kafka lets the other members of the group finish before it hands partitions out."""


@dataclass(frozen=True, slots=True)
class View:
    """How a worker sees itself."""

    is_at_work: bool
    """its partitions are assigned, its tables recovered"""
    assigned: frozenset[TopicPartition]
    """of the topics that its stages read"""
    read: Mapping[TopicPartition, int]
    """newest offset that its stages were given"""
    recovering: int | None = None
    """changelog records still to be read; None when it recovers nothing"""
    tables: frozenset[TopicPartition] = frozenset()
    """of its tables' changelogs"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look has found."""

    lags: Mapping[TopicPartition, Lag] = field(default_factory=dict)
    stalled_s: Mapping[TopicPartition, float] = field(default_factory=dict)
    """seconds since the commit or the reading of a partition that has lag moved"""
    ends: Mapping[TopicPartition, int] = field(default_factory=dict)
    """of the tables' changelogs"""


def marks_of(view: View, lags: Mapping[TopicPartition, Lag]) -> dict[Hashable, object]:
    """Return what has to move, by name: partitions with lag, a recovery, the joining of the group."""
    if view.recovering is not None:
        return {"recovery": view.recovering}
    if not view.is_at_work:
        return {"joining": None}
    return {at: (lag.committed, view.read.get(at)) for at, lag in lags.items() if lag.behind}


def overdue(stalled: Mapping[Hashable, float], *, timeout_s: float) -> tuple[Hashable, float] | None:
    """Return what has stood still for too long, and for how many seconds, or None."""
    for name, seconds in sorted(stalled.items(), key=lambda item: -item[1]):
        if seconds > timeout_s + (REBALANCE_S if name == "joining" else 0):
            return name, seconds
    return None


class Watch:
    """Looks at a worker's progress every two seconds.

    timeout_s  how long work may stand still
    view       how the worker sees itself; called from the watch's thread
    """

    def __init__(
        self, bootstrap_servers: str, *, group: str, name: str, timeout_s: float, view: Callable[[], View]
    ) -> None:
        self._servers = bootstrap_servers
        self._group = group
        self._name = name
        self._timeout_s = timeout_s
        self._view = view
        self._stalls = Stalls()
        self._looked_at: float | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.seen = Seen()

    def start(self) -> None:
        """Begin, unless it has; the thread ends with the process."""
        if self._thread is not None:
            return
        run = contextvars.copy_context().run  # the log's lines name the process by it
        self._thread = threading.Thread(target=run, args=(asyncio.run, self._keep()), name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more: what follows is an orderly end."""
        self._stopped.set()

    async def _keep(self) -> None:
        while not self._stopped.is_set():
            try:
                async with offsets_of(self._servers, client_id=f"{self._name}-watch") as offsets:
                    while not self._stopped.is_set():
                        view = self._view()
                        lags = await offsets.lags(self._group, view.assigned)
                        self._look(view, lags, await offsets.ends(view.tables))
                        await asyncio.sleep(LOOK_EVERY_S)
            except (KafkaError, OSError, TimeoutError) as error:
                # without Kafka nobody makes progress, and a restart would not help
                self._stalls.forget()
                log.warning("watch_waits_for_kafka", error=type(error).__name__)
            except Exception:
                self._stalls.forget()
                log.exception("watch_failed")
            await asyncio.sleep(LOOK_EVERY_S)

    def _look(self, view: View, lags: Mapping[TopicPartition, Lag], ends: Mapping[TopicPartition, int]) -> None:
        now = time.monotonic()
        if self._looked_at is not None and now - self._looked_at > 3 * LOOK_EVERY_S + 5:
            self._stalls.forget()  # this thread slept too, so the whole process did: that is the lease's to judge
        self._looked_at = now
        stalled = self._stalls.look(marks_of(view, lags), now=now)
        self.seen = Seen(
            lags=lags, stalled_s={at: s for at, s in stalled.items() if isinstance(at, TopicPartition)}, ends=ends
        )
        late = overdue(stalled, timeout_s=self._timeout_s)
        if late is not None and not self._stopped.is_set():
            what, seconds = late
            behind = lags[what].behind if isinstance(what, TopicPartition) else view.recovering
            name = f"{what.topic}-{what.partition}" if isinstance(what, TopicPartition) else str(what)
            leave("no_progress", EXIT_NO_PROGRESS, what=name, behind=behind, silent_s=round(seconds, 1))
