"""Reading topics in a group: batches, committed by hand once their effects are safe."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from sinks.process import persist
from streams.fetching import in_sessions
from streams.logs import logger
from streams.topics import Topic

STOP_TIMEOUT_S = 2.0
BATCH_MAX = 1000
IDLE_MS = 1000
COMMIT_EVERY_S = 0.5
"""At the most: what comes again after a failure has been stored, and a commit costs Kafka more than a message."""

log = logger(__name__)


@asynccontextmanager
async def consuming(
    bootstrap_servers: str, *, group: str, topics: Sequence[Topic], session_timeout_s: float
) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer that has its partitions; waits for Kafka as long as it takes."""

    async def start() -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            *(topic.name for topic in topics),
            bootstrap_servers=bootstrap_servers,
            client_id=group,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(session_timeout_s * 1000),
            heartbeat_interval_ms=1000,
            metadata_max_age_ms=30_000,
        )
        try:
            await in_sessions(consumer).start()
        except BaseException:
            await _stop(consumer)
            raise
        return consumer

    consumer = await persist(start, what="kafka")
    try:
        yield consumer
    finally:
        await _stop(consumer)


async def _stop(consumer: AIOKafkaConsumer) -> None:
    try:
        await asyncio.wait_for(consumer.stop(), STOP_TIMEOUT_S)
    except (TimeoutError, KafkaError, OSError):
        log.warning("group_not_left")  # its partitions move on when the session times out


async def batches(consumer: AIOKafkaConsumer, *, pace_s: float = 0.0) -> AsyncIterator[list[ConsumerRecord]]:
    """Yield what has arrived, at once when there is something; commits a batch some time after the next is asked for.

    pace_s  from one batch to the next, unless more waits than one holds
    """
    loop = asyncio.get_running_loop()
    done: dict[TopicPartition, int] = {}
    commit_at = loop.time()
    while True:
        if done and loop.time() >= commit_at:
            await _commit(consumer, done)
            done, commit_at = {}, loop.time() + COMMIT_EVERY_S
        wait_s = max(0.0, commit_at - loop.time()) if done else IDLE_MS / 1000
        try:
            found = await consumer.getmany(timeout_ms=math.ceil(wait_s * 1000), max_records=BATCH_MAX)
        except KafkaError as error:
            log.warning("waiting", what="kafka", error=type(error).__name__)
            await asyncio.sleep(IDLE_MS / 1000)
            continue
        if not found:
            continue
        next_at = loop.time() + pace_s
        yield [message for messages in found.values() for message in messages]
        done |= {place: messages[-1].offset + 1 for place, messages in found.items()}
        if pace_s and sum(map(len, found.values())) < BATCH_MAX:
            await asyncio.sleep(next_at - loop.time())


async def _commit(consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
    try:
        await consumer.commit(offsets)
    except (KafkaError, IllegalStateError) as error:
        # the partitions have moved on, or Kafka is away: what comes again changes nothing
        log.warning("not_committed", error=type(error).__name__, partitions=len(offsets))
