"""The API's way to Kafka outlives what Kafka refuses."""

import asyncio
from contextlib import suppress

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, OutOfOrderSequenceNumber

from api.publishing import keep_connected
from schemas.operations import DeadLettered
from streams.publisher import Publisher
from streams.topics import DEAD_LETTERS, partition_of
from tests.schemas.story import at

KEY = "signals.v1"
LETTER = DeadLettered(
    event_id="kept",
    occurred_at=at(0),
    reader="nobody",
    topic=KEY,
    partition=0,
    offset=0,
    key=None,
    value=None,
    reason="failed",
    error="of a test",
)


async def published(publisher: Publisher, *, within_s: float = 30) -> None:
    """Return once Kafka has taken an event."""
    async with asyncio.timeout(within_s):
        while True:
            with suppress(KafkaError):
                return await publisher.publish(DEAD_LETTERS, LETTER, key=KEY)
            await asyncio.sleep(0.01)


@pytest.mark.kafka
async def test_a_publisher_that_kafka_refuses_is_started_anew(kafka: str) -> None:
    publisher = Publisher(kafka)
    keeping = asyncio.create_task(keep_connected(publisher))
    try:
        await published(publisher)
        # a number is missing, as of a batch that was given up while Kafka was away: no later one would be taken
        place = TopicPartition(DEAD_LETTERS.name, partition_of(KEY))
        publisher._producer._txn_manager.increment_sequence_number(place, 1)  # type: ignore[union-attr]  # connected
        with pytest.raises(OutOfOrderSequenceNumber):
            await publisher.publish(DEAD_LETTERS, LETTER, key=KEY)
        await published(publisher)
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await publisher.stop()
