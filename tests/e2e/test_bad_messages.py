"""Messages that nobody can read, on every topic of a running platform."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from schemas.codec import decode
from schemas.decisions import DecisionMade
from schemas.operations import DeadLettered
from streams.topics import DEAD_LETTERS, PARTITIONS, TOPICS, partition_of
from tests.e2e import trace
from tests.e2e.running import Platform, platform, read_topic, until

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

CORRUPT = b"\x00\x00\x00\x00\x01 not Avro"


async def _corrupt_every_partition(bootstrap_servers: str) -> set[tuple[str, int, int]]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all")
    await producer.start()
    try:
        sent = set()
        for topic in TOPICS:
            if topic is DEAD_LETTERS:
                continue
            for partition in range(PARTITIONS):
                placed = await producer.send_and_wait(topic.name, CORRUPT, key=b"corrupt", partition=partition)
                sent.add((topic.name, partition, placed.offset))
        return sent
    finally:
        await producer.stop()


def _dead_letters(running: Platform) -> dict[tuple[str, int, int], DeadLettered]:
    messages = read_topic(running.endpoints["kafka_bootstrap_servers"], DEAD_LETTERS.name)
    letters = [decode(DeadLettered, message.value) for message in messages]
    return {(letter.topic, letter.partition, letter.offset): letter for letter in letters}


def test_a_corrupt_message_on_every_topic_is_dead_lettered_and_the_stream_goes_on(home: Path) -> None:

    with platform(home, "--feed", "none", "--clock", "tape") as running:
        sent = asyncio.run(_corrupt_every_partition(running.endpoints["kafka_bootstrap_servers"]))
        until(lambda: sent <= set(_dead_letters(running)), within_s=60, what="a dead letter for each")
        for place, letter in _dead_letters(running).items():
            assert letter.value == CORRUPT, place
            assert letter.reason == "undecodable"
            assert letter.error
            assert "not Avro" not in letter.error.replace("not Avro of schema id", "")
        signal_id = trace.play(running)
        # the changelogs hold unreadable records too: recovery passes over them
        running.kill("streams.worker")
        trace.check(running, signal_id)


def test_a_trade_ends_to_the_cent_and_its_alert_under_a_key_of_another_partition_is_dead_lettered(home: Path) -> None:
    async def misplace(running: Platform, value: bytes) -> None:
        wrong = (partition_of("SPY") + 1) % PARTITIONS
        producer = AIOKafkaProducer(bootstrap_servers=running.endpoints["kafka_bootstrap_servers"])
        await producer.start()
        try:
            await producer.send_and_wait("signals.v1", value, key=b"SPY", partition=wrong)
        finally:
            await producer.stop()

    with platform(home, "--feed", "none", "--clock", "tape") as running:
        signal_id = trace.play(running)
        trace.check(running, signal_id)
        [signal] = read_topic(running.endpoints["kafka_bootstrap_servers"], "signals.v1")
        asyncio.run(misplace(running, signal.value))
        letters = until(lambda: _dead_letters(running), within_s=60, what="a dead letter")
        assert {letter.topic for letter in letters.values()} == {"signals.v1"}
        running.settle()
        [decision] = read_topic(running.endpoints["kafka_bootstrap_servers"], "decisions.v1")
        assert decode(DecisionMade, decision.value).signal_id == signal_id
        trace.check(running, signal_id)
