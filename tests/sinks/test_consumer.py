"""A sink's batches on the real Kafka: what is committed, and how often."""

import asyncio
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer

from sinks.consumer import COMMIT_EVERY_S, batches, consuming
from streams.publisher import Publisher
from streams.topics import SIGNALS
from tests.schemas.story import signal
from tests.sinks.running import committed, eventually, fresh_symbol

pytestmark = pytest.mark.kafka


async def test_commits_are_few_and_none_is_left_out_when_nothing_more_comes(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    symbol, group, count = fresh_symbol(), f"batches-{uuid4()}", 30
    commits = list[float]()
    whole = AIOKafkaConsumer.commit

    async def counted(consumer: AIOKafkaConsumer, offsets: object = None) -> None:
        commits.append(asyncio.get_running_loop().time())
        await whole(consumer, offsets)

    monkeypatch.setattr(AIOKafkaConsumer, "commit", counted)
    wanted, read = asyncio.Event(), 0

    async def consume() -> None:
        nonlocal read
        async with consuming(kafka, group=group, topics=(SIGNALS,), session_timeout_s=6) as consumer:
            async for messages in batches(consumer):
                read += sum((message.key or b"").decode() == symbol for message in messages)
                wanted.set()

    task = asyncio.create_task(consume())
    try:
        async with Publisher(kafka) as publisher:
            begun = asyncio.get_running_loop().time()
            for sent in range(1, count + 1):
                stored: Any = await (await publisher.send(SIGNALS, signal(symbol), key=symbol))
                async with asyncio.timeout(30):
                    while read < sent:
                        wanted.clear()
                        await wanted.wait()
            lasted_s = asyncio.get_running_loop().time() - begun

            async def caught_up() -> bool | None:
                offset = await committed(kafka, group, SIGNALS.name, stored.partition)
                return True if (offset or 0) > stored.offset else None

            await eventually(caught_up, what="the last commit")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(commits) <= lasted_s / COMMIT_EVERY_S + 4
    assert all(later - one >= COMMIT_EVERY_S * 0.9 for one, later in pairwise(commits))
