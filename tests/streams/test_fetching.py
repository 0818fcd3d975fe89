"""A consumer in fetch sessions reads what one without them reads, whatever it seeks, pauses or is assigned."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.protocol.fetch import FetchRequest

from streams import fetching
from streams.fetching import Session, fetch_only, in_sessions
from streams.transport import InLoop

pytestmark = pytest.mark.kafka

COUNT = 12


@asynccontextmanager
async def topic(kafka: str) -> AsyncIterator[list[TopicPartition]]:
    """Yield the partitions of a topic that nobody else writes to."""
    name = f"fetched-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=COUNT, replication_factor=1)])
        yield [TopicPartition(name, number) for number in range(COUNT)]
        await admin.delete_topics([name])
    finally:
        await admin.close()


@asynccontextmanager
async def reading(kafka: str, places: list[TopicPartition]) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = in_sessions(
        AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    )
    await consumer.start()
    try:
        consumer.assign(places)
        yield consumer
    finally:
        await consumer.stop()


@asynccontextmanager
async def writing(kafka: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=0)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def write(producer: AIOKafkaProducer, places: list[TopicPartition], *numbers: int) -> None:
    for number in numbers:
        for place in places:
            await producer.send_and_wait(place.topic, b"%d" % number, partition=place.partition)


async def read(consumer: AIOKafkaConsumer, count: int) -> dict[int, list[int]]:
    """Return the next so many messages, by partition; their values are their offsets."""
    found: dict[int, list[int]] = {}
    while sum(map(len, found.values())) < count:
        for place, messages in (await consumer.getmany(timeout_ms=1_000)).items():
            assert [int(message.value or b"") for message in messages] == [message.offset for message in messages]
            found.setdefault(place.partition, []).extend(message.offset for message in messages)
    assert sum(map(len, found.values())) == count
    return found


@contextmanager
def named() -> Iterator[list[int]]:
    """Yield the list of how many partitions each request has named."""
    counts: list[int] = []
    build = fetching.SessionRequest.build

    def built(request: fetching.SessionRequest, kind: Any) -> Any:
        struct: Any = build(request, kind)
        counts.append(sum(len(partitions) for _, partitions in struct.topics))
        return struct

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching.SessionRequest, "build", built)
        yield counts


async def test_nothing_is_missed_or_read_twice_whatever_is_sought_paused_or_assigned(kafka: str) -> None:
    async with topic(kafka) as places, writing(kafka) as producer, reading(kafka, places) as consumer:
        everywhere = range(COUNT)
        await write(producer, places, 0, 1)
        assert await read(consumer, 2 * COUNT) == {number: [0, 1] for number in everywhere}
        consumer.pause(places[0], places[1])
        await write(producer, places[:4], 2, 3)
        assert await read(consumer, 4) == {2: [2, 3], 3: [2, 3]}
        consumer.seek(places[2], 1)
        assert await read(consumer, 3) == {2: [1, 2, 3]}
        consumer.resume(places[0], places[1])
        assert await read(consumer, 4) == {0: [2, 3], 1: [2, 3]}
        consumer.assign(places[:2])
        consumer.seek(places[1], 3)
        assert await read(consumer, 5) == {0: [0, 1, 2, 3], 1: [3]}
        consumer.assign(places)
        for place in places:
            consumer.seek(place, 2)
        await write(producer, places[4:], 2, 3)
        assert await read(consumer, 2 * COUNT) == {number: [2, 3] for number in everywhere}


async def test_a_request_names_the_partitions_that_have_moved(kafka: str) -> None:
    async with topic(kafka) as places, writing(kafka) as producer:
        with named() as counts:
            async with reading(kafka, places) as consumer:
                await write(producer, places, 0)
                await read(consumer, COUNT)
                for number in (1, 2, 3):
                    await write(producer, places[:1], number)
                    assert await read(consumer, 1) == {0: [number]}
        assert counts[0] == COUNT
        assert counts[-1] <= 1


async def test_what_is_not_wanted_is_not_fetched_until_it_is(kafka: str) -> None:
    async with topic(kafka) as places, writing(kafka) as producer, reading(kafka, places) as consumer:
        await write(producer, places, 0)
        await read(consumer, COUNT)
        for number in (1, 2):
            fetch_only(consumer, set(places[1:]))
            await write(producer, places[:2], number)
            assert await read(consumer, 1) == {1: [number]}
            assert places[0] not in consumer._fetcher._records  # brought and not taken, it would hold up the others
        fetch_only(consumer, set(places))
        assert await read(consumer, 2) == {0: [1, 2]}
        fetch_only(consumer, set(places[:1]))
        consumer.assign(places[:2])  # an assignment begins with all of it
        await consumer.seek_to_beginning(*places[:2])
        fetch_only(consumer, set(places[:1]))
        assert await read(consumer, 3) == {0: [0, 1, 2]}
        assert places[1] not in consumer._fetcher._records


async def test_a_worker_fetches_nothing_of_what_faust_has_paused(kafka: str) -> None:
    class Consumer:
        flow_active = True

    thread: Any = InLoop.__new__(InLoop)
    thread.consumer = Consumer()
    async with topic(kafka) as places, writing(kafka) as producer, reading(kafka, places) as consumer:
        await write(producer, places, 0)
        await read(consumer, COUNT)
        for number in (1, 2):
            changelog, tape = places[:2]
            assert not await thread._fetch_records(consumer, {tape}, timeout=0.01)
            await write(producer, [changelog, tape], number)
            found = await thread._fetch_records(consumer, {tape}, timeout=10.0)
            assert [(place, len(messages)) for place, messages in found.items()] == [(tape, 1)]
            assert changelog not in consumer._fetcher._records


async def test_partitions_are_gone_over_once_a_request(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    look = Fetcher._get_actions_per_node

    def looked(fetcher: Any, assignment: Any) -> Any:
        looks.append(len(assignment.tps))
        return look(fetcher, assignment)

    monkeypatch.setattr(Fetcher, "_get_actions_per_node", looked)
    async with topic(kafka) as places, writing(kafka) as producer:
        with named() as counts:
            async with reading(kafka, places) as consumer:
                await write(producer, places, 0)
                await read(consumer, COUNT)
                before = len(looks), len(counts)
                for number in range(1, 31):
                    await write(producer, places[:1], number)
                    assert await read(consumer, 1) == {0: [number]}
                assert len(looks) - before[0] <= len(counts) - before[1] + 1


@pytest.mark.parametrize("lost", ["number", "epoch"])
async def test_a_session_that_the_broker_does_not_know_is_begun_anew(
    kafka: str, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    after, answered = Session.after, []

    def other(session: Session, wanted: dict[fetching.Place, tuple[int, int]], number: int) -> Session:
        answered.append(number)
        known = after(session, wanted, number)
        if len(answered) != 3:
            return known
        return Session(known.number + 1, known.epoch, known.known) if lost == "number" else Session(number, 77, wanted)

    monkeypatch.setattr(Session, "after", other)
    async with topic(kafka) as places, writing(kafka) as producer, reading(kafka, places) as consumer:
        for number in range(6):
            await write(producer, places, number)
            assert await read(consumer, COUNT) == {place.partition: [number] for place in places}
        assert len(answered) > 4


async def test_a_request_without_an_answer_loses_nothing(kafka: str) -> None:
    async with topic(kafka) as places, writing(kafka) as producer, reading(kafka, places) as consumer:
        await write(producer, places, 0)
        await read(consumer, COUNT)
        connections = consumer._client._conns
        for connection in list(connections.values()):
            connection.close()
        await write(producer, places, 1)
        assert await read(consumer, COUNT) == {place.partition: [1] for place in places}


def test_a_broker_without_sessions_is_asked_for_everything() -> None:
    whole = FetchRequest(500, 1, 1_000, 0, [("t", [(0, 5, 10), (1, 6, 10)])])
    session = Session(9, 3, {("t", 0): (5, 10)})
    old, new = (fetching.SessionRequest(whole, session).prepare({1: (0, version)}) for version in (6, 11))
    assert [len(partitions) for _, partitions in old.topics] == [2]
    assert [len(partitions) for _, partitions in new.topics] == [1]
    assert Session(9, 3).after({}, 0) == Session()
    assert Session(9, fetching.EPOCH_MAX).after({}, 9).epoch == 1
