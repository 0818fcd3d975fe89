"""Apache Kafka, started here: it keeps its data, and has the registry's topics."""

from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from compose.kafka import answers, kind_of, running
from compose.kafka_jars import java_and_maven
from compose.topic_admin import TopicsDiffer, check_topics, ensure_topics
from streams.topics import BOOKS, DECISIONS, PARTITIONS, PRICE_TICKS, TOPICS

needs_java = pytest.mark.skipif(not java_and_maven(), reason="needs java and mvn")


@pytest.mark.kafka
@needs_java
async def test_a_broker_started_again_has_its_data_its_cluster_id_and_its_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compose.kafka.secrets.token_bytes", lambda size: b"\xf8" * size)  # begins with a hyphen
    with running(tmp_path) as first:
        await ensure_topics(first)
        async with AIOKafkaProducer(bootstrap_servers=first) as producer:
            await producer.send_and_wait(DECISIONS.name, b"kept", partition=3)
        cluster = await _cluster_id(first)
    assert not await answers(first)
    with running(tmp_path) as second:
        assert second == first
        assert await _cluster_id(second) == cluster
        await ensure_topics(second)
        consumer = AIOKafkaConsumer(DECISIONS.name, bootstrap_servers=second, auto_offset_reset="earliest")
        async with consumer:
            message = await consumer.getone()
        assert (message.partition, message.offset, message.value) == (3, 0, b"kept")


@pytest.mark.kafka
@needs_java
async def test_a_topic_with_another_number_of_partitions_is_an_error_that_names_it(tmp_path: Path) -> None:
    with running(tmp_path) as servers:
        admin = AIOKafkaAdminClient(bootstrap_servers=servers)
        await admin.start()
        await admin.create_topics([NewTopic(name=BOOKS.name, num_partitions=3, replication_factor=1)])
        await admin.close()
        with pytest.raises(TopicsDiffer, match=r"books\.v1 has 3 partitions where the registry says 8"):
            await ensure_topics(servers)


@pytest.mark.kafka
async def test_all_topics_are_there_as_the_registry_declares_them(kafka: str) -> None:
    assert await check_topics(kafka) == ()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        described = await admin.describe_topics([topic.name for topic in TOPICS])
        assert {len(topic["partitions"]) for topic in described} == {PARTITIONS}
        for topic in (BOOKS, DECISIONS, PRICE_TICKS):
            resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, dict.fromkeys(topic.configuration))
            (answer,) = await admin.describe_configs([resource])
            found = {entry[0]: entry[1] for entry in answer.resources[0][4]}
            assert found == topic.configuration
    finally:
        await admin.close()


def test_a_broker_that_is_set_is_used_as_it_is() -> None:
    assert kind_of("kafka:9092") == "given"


def test_without_java_and_maven_the_mock_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert kind_of("") == "mock"


async def _cluster_id(servers: str) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()
