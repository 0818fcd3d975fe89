"""Workers as processes, and what they have left on Kafka."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from compose.ports import free_ports
from compose.processes import Command, end_group, has_ended, spawn, stop, wait_until
from schemas.codec import decode
from schemas.event import Event
from streams.topics import PARTITIONS, Topic

PROJECT = Path(__file__).parents[2]
DEADLINE_S = 120.0
"""Long: on a busy machine a start alone takes most of a minute."""
STOP_DEADLINE_S = 10.0
E = TypeVar("E", bound=Event)


@dataclass
class Worker:
    """A worker that was started, and what it says."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    metrics_port: int

    def said(self, event: str) -> list[dict[str, Any]]:
        """Return the lines of its log that tell of an event."""
        lines = self.log.read_bytes().splitlines() if self.log.exists() else []
        found = [json.loads(line[line.index(b"{") :]) for line in lines if b'"event"' in line]
        return [line for line in found if line["event"] == event]

    @property
    def owns(self) -> list[int]:
        """The partitions it was assigned last."""
        told = self.said("partitions_assigned")
        return list(told[-1]["partitions"]) if told else []

    @property
    def exit_code(self) -> int | None:
        return end_group(self.process) if has_ended(self.process) else None

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def figures(self, name: str) -> dict[tuple[str, ...], float]:
        """Return a figure of its metrics by the values of its labels."""
        found = {}
        for line in httpx.get(f"http://127.0.0.1:{self.metrics_port}/metrics", trust_env=False).text.splitlines():
            place, _, value = line.rpartition(" ")
            kind, _, labels = place.partition("{")
            if kind == name:
                found[tuple(part.partition('="')[2] for part in labels.rstrip('"}').split('",') if part)] = float(value)
        return found


@contextmanager
def running(
    bootstrap_servers: str, home: Path, name: str, *, module: str = "streams.worker", **settings: str
) -> Iterator[Worker]:
    """Run a worker; one that still runs at the end is stopped, by force when it takes its time."""
    (port,) = free_ports(1)
    home.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        "TAPESTREAM_HOME": str(home),
        "METRICS_PORT": str(port),
        **settings,
    }
    command = Command(arguments=(sys.executable, "-m", module, "--name", name), environment=environment, folder=home)
    log = home / f"{name}.log"
    worker = Worker(name, spawn(command, log=log), log, port)
    try:
        yield worker
    finally:
        stop(worker.process, stop_signal=signal.SIGTERM, deadline_s=STOP_DEADLINE_S)


def until(condition: Callable[[], object], *workers: Worker, what: str, deadline_s: float = DEADLINE_S) -> None:
    """Wait for an effect; fails with the end of the workers' logs."""
    if not wait_until(lambda: bool(condition()), deadline_s=deadline_s):
        raise AssertionError(f"no {what}\n" + "\n".join(worker.log.read_text()[-1500:] for worker in workers))


def messages(bootstrap_servers: str, topic: Topic) -> list[Any]:
    """Return all messages (aiokafka's) of a topic, partition by partition."""

    async def read() -> list[Any]:
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=None, enable_auto_commit=False)
        await consumer.start()
        try:
            places = [TopicPartition(topic.name, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            for place, first in (await consumer.beginning_offsets(places)).items():
                consumer.seek(place, first)
            found: list[Any] = []
            for place in places:
                while await consumer.position(place) < ends[place]:
                    for some in (await consumer.getmany(place, timeout_ms=500)).values():
                        found += some
            return found
        finally:
            await consumer.stop()

    return asyncio.run(read())


def accepted(bootstrap_servers: str, topic: Topic, model: type[E]) -> list[E]:
    """Return a topic's events as a reader takes them: a number at or below its source's newest is a repeat."""
    newest: dict[str, int] = {}
    events: Sequence[E] = [decode(model, message.value) for message in messages(bootstrap_servers, topic)]
    taken = []
    for event in events:
        if event.sequence and event.sequence <= newest.get(event.source, 0):
            continue
        newest[event.source] = event.sequence
        taken.append(event)
    return taken
