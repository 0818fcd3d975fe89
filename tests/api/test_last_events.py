"""The ends of all topics: asked for over one line that stays open, and opened anew after Kafka was away."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient

from api import last_events
from api.last_events import LastEvent, LastEvents
from api.problems import Problem
from streams.topics import CONTROLS, TOPICS
from tests.api.serving import until
from tests.api.test_following import broker


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[None]:
    """Have a method of aiokafka's note each of its calls, and return the notes."""
    calls: list[None] = []
    really = getattr(owner, name)

    def noted(*given: Any, **more: Any) -> Any:
        calls.append(None)
        return really(*given, **more)

    monkeypatch.setattr(owner, name, noted)
    return calls


async def test_all_looks_go_over_one_line_which_is_opened_anew_when_kafka_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_events, "REMEMBERED_S", -1.0)
    opened = counted(monkeypatch, AIOKafkaConsumer, "start")
    learned = counted(monkeypatch, AIOKafkaClient, "force_metadata_update")
    with broker(tmp_path) as (process, servers):
        ends = LastEvents(servers)

        async def control() -> LastEvent:
            found = await ends.read()
            assert [each.topic for each in found] == [topic.name for topic in TOPICS]
            return next(each for each in found if each.topic == CONTROLS.name)

        async def again() -> LastEvent | None:
            try:
                return await control()
            except Problem:
                return None

        try:
            assert (await control()).written_at is None
            # of all topics at once: of each as it is asked for would take seconds
            assert len(learned) < len(TOPICS) // 4
            async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
                for number, partition in enumerate((3, 5, 5, 3)):
                    began = int(time.time() * 1000) + number
                    sent = await producer.send_and_wait(
                        CONTROLS.name, b"{}", key=b"k", partition=partition, timestamp_ms=began
                    )
                    told = await control()
                    assert (told.partition, told.offset) == (partition, sent.offset)
                    assert told.written_at is not None
                    assert round(told.written_at.timestamp() * 1000) == began
                    assert (told.messages, told.end) == (number + 1, number + 1)
            assert (await control()).offset == told.offset  # nothing is read again, and it is known all the same
            assert len(opened) == 1
            monkeypatch.setattr(last_events, "WITHIN_S", 0.5)
            process.send_signal(signal.SIGSTOP)
            with pytest.raises(Problem) as refused:
                await control()
            assert refused.value.status == 503
            process.send_signal(signal.SIGCONT)
            monkeypatch.setattr(last_events, "WITHIN_S", 10.0)
            back = await until(again, lambda found: found is not None)
            assert (back and back.end) == told.end
            assert len(opened) > 1
        finally:
            await ends.stop()
