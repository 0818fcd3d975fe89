"""Following topics as long as the process lives: a consumer without a group, begun anew whenever Kafka fails."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from streams.fetching import answered_at, in_sessions
from streams.logs import logger

FETCH_WAIT_MS = 50
"""A partition that was left out of a fetch in flight waits for it: this bounds how late a message is seen."""
GATHER_S = 0.05
"""What comes within so long after a batch is read together: a fetch costs more than one message. A message that comes
alone does not wait."""
FETCH_MAX = 4_194_304
"""Bytes of a partition at once."""
RETRY_MIN_S, RETRY_MAX_S = 0.2, 5.0

log = logger(__name__)


class Follower(ABC):
    """The task that follows topics, and whether it hears of them.

    name           of what follows, in the log and at Kafka
    stale_after_s  how long the broker may be silent
    options        of the consumer
    """

    def __init__(self, bootstrap_servers: str, *, name: str, stale_after_s: float, **options: Any) -> None:
        self._servers = bootstrap_servers
        self._name = name
        self._stale_after_s = stale_after_s
        self._options = options
        self._task: asyncio.Task[None] | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._current_since = 0.0

    @property
    def is_stale(self) -> bool:
        """Whether it has not caught up, or the broker has not answered for a while."""
        if self._consumer is None:
            return True
        # a consumer whose broker is silent hands out empty batches: what counts are the broker's own answers
        return time.time() - max(self._current_since, answered_at(self._consumer)) > self._stale_after_s

    def start(self) -> None:
        """Begin to follow Kafka, which need not be there yet."""
        self._task = asyncio.create_task(self._keep_following(), name=self._name)

    async def stop(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        """Place the consumer, read up to the ends, say `_caught_up`, and read on; never returns."""

    def _caught_up(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer, self._current_since = consumer, time.time()
        log.info("has caught up", what=self._name)

    async def _keep_following(self) -> None:
        retry_s = RETRY_MIN_S
        while True:
            began = time.monotonic()
            try:
                async with reading(self._servers, name=self._name, **self._options) as consumer:
                    try:
                        await self._follow(consumer)
                    finally:
                        self._consumer = None
            except (KafkaError, OSError, TimeoutError) as error:
                reason = type(error).__name__
            except Exception as error:
                # whatever it is, what stands still must say so and try again
                reason = type(error).__name__
                log.exception("following failed", what=self._name, error=reason)
            retry_s = RETRY_MIN_S if time.monotonic() - began > RETRY_MAX_S * 2 else min(retry_s * 2, RETRY_MAX_S)
            log.warning("kafka cannot be read", what=self._name, error=reason, retry_after_s=retry_s)
            await asyncio.sleep(retry_s)


@asynccontextmanager
async def reading(bootstrap_servers: str, *, name: str, **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer without a group, to be assigned and placed by who reads."""
    usual = {
        "auto_offset_reset": "earliest",
        "fetch_max_wait_ms": FETCH_WAIT_MS,
        "max_partition_fetch_bytes": FETCH_MAX,
    }
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        client_id=f"tapestream-api-{name}",
        group_id=None,
        enable_auto_commit=False,
        **(usual | options),
    )
    try:
        await in_sessions(consumer).start()
        yield consumer
    finally:
        await consumer.stop()


async def reached(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    """Return whether a consumer has read up to these ends."""
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True


def key_of(record: ConsumerRecord) -> str:
    """Return a record's key; empty without one."""
    return bytes(record.key or b"").decode("utf-8", "replace")
