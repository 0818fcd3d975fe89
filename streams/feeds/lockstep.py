"""Lockstep: waiting until the workers have processed all that was sent to them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.logs import logger
from streams.topics import ACCOUNT_STAGE, GROUP, MARKET_STAGE, PARTITIONS, Topic
from streams.watch_offsets import learn_all_topics

STAGES = tuple(dict.fromkeys((*MARKET_STAGE, *ACCOUNT_STAGE)))
"""What the workers read; controls go to both stages."""

DEADLINE_S = 120.0
"""A killed worker needs its session timeout, a restart and the recovery of its tables."""
_POLL_S = 0.02
_SAID_EVERY_S = 10.0
_NAMED_MAX = 8

_log = logger(__name__)


class NotSettled(Exception):
    """The workers did not get through what was sent in time; the text names the partitions they are behind on."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An open line to what a consumer group has read of its topics."""

    group: str
    partitions: tuple[TopicPartition, ...]
    consumer: Any
    """aiokafka's, in no group; it only asks for offsets"""
    admin: Any


@asynccontextmanager
async def progress_of(
    bootstrap_servers: str, *, group: str = GROUP, topics: Sequence[Topic] = STAGES
) -> AsyncIterator[Progress]:
    """Open a line to a consumer group's progress on topics; raises aiokafka.errors.KafkaError."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=None, enable_auto_commit=False)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    partitions = tuple(TopicPartition(topic.name, number) for topic in topics for number in range(PARTITIONS))
    try:
        await consumer.start()
        learn_all_topics(consumer)
        await admin.start()
        yield Progress(group, partitions, consumer, admin)
    finally:
        await admin.close()
        await consumer.stop()


async def settled(progress: Progress, *, deadline_s: float = DEADLINE_S) -> None:
    """Wait until the group has committed every message of its topics, and doing so has brought no more.

    A worker commits a message only after what follows from it is in Kafka. So when the commits reach the ends that
    were read before them, and the ends read after them are the same, nothing is on its way.

    raises   NotSettled after `deadline_s`; a broker that does not answer is waited for as long
    """
    loop = asyncio.get_running_loop()
    began = said = loop.time()
    before: Mapping[TopicPartition, int] | None = None
    behind: dict[TopicPartition, int] = {}
    failure: KafkaError | None = None
    while True:
        try:
            if before is None:
                before = await _ends(progress)
            read = await _read(progress)
            after = await _ends(progress)
            behind = {at: end - read[at] for at, end in after.items() if read[at] < end}
            failure = None
            if not behind and before == after:
                return
            before = after
        except KafkaError as error:
            failure, before = error, None
        now = loop.time()
        if now - began > deadline_s:
            raise NotSettled(
                f"the workers (group {progress.group}) did not get through in {deadline_s:g} s: "
                f"{_named(behind) or failure or 'the topics never came to rest'}"
            ) from failure
        if now - said > _SAID_EVERY_S:
            said = now
            _log.warning("waiting for the workers", waited_s=round(now - began, 1), behind=_named(behind))
        await asyncio.sleep(_POLL_S)


async def _ends(progress: Progress) -> dict[TopicPartition, int]:
    return dict(await progress.consumer.end_offsets(list(progress.partitions)))


async def _read(progress: Progress) -> dict[TopicPartition, int]:
    """How far each partition has been read. What retention has deleted needs no reading any more."""
    first = await progress.consumer.beginning_offsets(list(progress.partitions))
    committed = await progress.admin.list_consumer_group_offsets(progress.group, partitions=list(progress.partitions))
    return {at: max(first[at], committed[at].offset if at in committed else 0) for at in progress.partitions}


def _named(behind: Mapping[TopicPartition, int]) -> str:
    worst = sorted(behind.items(), key=lambda item: -item[1])
    named = [f"{at.topic}-{at.partition}: {count}" for at, count in worst[:_NAMED_MAX]]
    return ", ".join([*named, f"and {len(worst) - _NAMED_MAX} more"] if len(worst) > _NAMED_MAX else named)
