"""Lockstep on the real Kafka: settled means that everything sent has been committed."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from schemas.operations import ControlChanged
from streams.feeds.lockstep import NotSettled, progress_of, settled
from streams.publisher import Publisher
from streams.topics import CONTROLS
from tests.api.serving import until
from tests.api.test_last_events import counted
from tests.streams.following import following, fresh_group

pytestmark = pytest.mark.kafka


def change() -> ControlChanged:
    return ControlChanged(
        event_id=str(uuid4()),
        occurred_at=datetime(2026, 2, 13, 15, 30, tzinfo=UTC),
        name=f"test-{uuid4()}",
        value="1",
        changed_by="test",
    )


async def test_what_nobody_has_committed_is_not_settled(kafka: str) -> None:
    async with Publisher(kafka) as publisher, progress_of(kafka, group=fresh_group(), topics=(CONTROLS,)) as progress:
        await publisher.publish(CONTROLS, change(), key="test")
        with pytest.raises(NotSettled, match=r"controls\.v1-\d: "):
            await settled(progress, deadline_s=0.5)


async def test_it_settles_once_all_is_committed(kafka: str) -> None:
    group = fresh_group()
    async with (
        Publisher(kafka) as publisher,
        progress_of(kafka, group=group, topics=(CONTROLS,)) as progress,
        following(kafka, group, (CONTROLS,)),
    ):
        for _ in range(20):
            await publisher.publish(CONTROLS, change(), key="test")
        await settled(progress, deadline_s=30)
        await settled(progress, deadline_s=30)


async def test_it_waits_for_a_worker_that_is_away_and_comes_back(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    group = fresh_group()
    async with Publisher(kafka) as publisher, progress_of(kafka, group=group, topics=(CONTROLS,)) as progress:
        async with following(kafka, group, (CONTROLS,)):
            await settled(progress, deadline_s=30)
        await publisher.publish(CONTROLS, change(), key="test")
        looks = counted(monkeypatch, progress.consumer, "end_offsets")

        async def looked() -> int:
            return len(looks)

        waiting = asyncio.create_task(settled(progress, deadline_s=30))
        await until(looked, lambda times: times > 3)
        assert not waiting.done()
        async with following(kafka, group, (CONTROLS,), pause_s=0.1):
            await waiting
