"""Topics of a test's own, on the shared Kafka."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

from confluent_kafka.admin import AdminClient, NewTopic

from streams.topics import PARTITIONS, Topic


@contextmanager
def own(kafka: str, topic: Topic) -> Iterator[Topic]:
    """Yield a topic like one of the registry that nobody else uses; it is deleted afterwards."""
    mine = replace(topic, name=f"{topic.name}-{uuid4()}")
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(mine.name, PARTITIONS, 1)])[mine.name].result(20)
    try:
        yield mine
    finally:
        admin.delete_topics([mine.name])[mine.name].result(20)
