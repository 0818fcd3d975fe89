"""Every topic from its beginning, decoded by the schemas alone."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import BaseModel

from schemas.codec import decode

M = TypeVar("M", bound=BaseModel)
M_co = TypeVar("M_co", bound=BaseModel, covariant=True)

PARTITIONS = 8
_POLL_MS = 500


@dataclass(frozen=True, slots=True)
class Stored(Generic[M_co]):
    """A message as it stands on its topic."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    record: M_co

    @property
    def place(self) -> str:
        """Where it stands, for a person."""
        return f"{self.topic}-{self.partition}@{self.offset}"


async def read(bootstrap_servers: str, topic: str, model: type[M]) -> list[Stored[M]]:
    """Return a topic's messages by partition and offset; raises schemas.codec.Undecodable."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8_388_608,
    )
    stored: list[Stored[M]] = []
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        while [at for at in partitions if await consumer.position(at) < ends[at]]:
            for at, messages in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                stored += [
                    Stored(
                        topic=topic,
                        partition=at.partition,
                        offset=message.offset,
                        key=message.key.decode(),
                        value=message.value,
                        record=decode(model, message.value),
                    )
                    for message in messages
                ]
    finally:
        await consumer.stop()
    return sorted(stored, key=lambda message: (message.partition, message.offset))
