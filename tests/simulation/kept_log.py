"""A schedule that is played, and its logs kept in the order in which their messages came, whatever their topic."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from agents.facts import Fact
from schemas.codec import decode
from schemas.event import Event
from sinks.event_log import is_logged
from streams.topics import BY_NAME
from tests.simulation.kafka import TP, Entry
from tests.simulation.schedule import _rules, _tables, planned
from tests.simulation.surroundings import around, few_partitions
from tests.simulation.world import World

BEGAN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MESSAGES_A_MS = 3
"""So that some messages share a moment, as on a busy broker."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of any topic, and when it came."""

    number: int
    topic: str
    partition: int
    offset: int
    entry: Entry

    @property
    def known_at(self) -> datetime:
        """Kafka's time of it, to the millisecond."""
        return BEGAN + timedelta(milliseconds=self.number // MESSAGES_A_MS)


class _Log(list[Entry]):
    def __init__(self, numbers: Any) -> None:
        super().__init__()
        self._numbers = numbers
        self.came = list[int]()

    def append(self, entry: Entry) -> None:
        super().append(entry)
        self.came.append(next(self._numbers))


def kept(seed: int) -> tuple[list[Message], list[Message]]:
    """Play a schedule; returns all its messages in order, and of the changelogs those that count."""
    plan = planned(seed)
    with few_partitions(plan.partitions):
        world = World(plan, _rules(plan.limits), tables=_tables)
        numbers = count()
        logs: defaultdict[TP, _Log] = defaultdict(lambda: _Log(numbers))
        world.kafka.logs = logs  # type: ignore[assignment]  # a log that also notes when what came
        with around(world.kafka, world.clock, trusting=False):
            world.play()
        messages = [
            Message(number, *tp, offset, entry)
            for tp, log in list(logs.items())
            for offset, (number, entry) in enumerate(zip(log.came, log, strict=True))
        ]
        counted = {(tp, offset) for tp in list(logs) for offset, _ in world.kafka.counted(tp)}
    messages.sort(key=lambda message: message.number)
    records = [
        item
        for item in messages
        if BY_NAME[item.topic].compacted and ((item.topic, item.partition), item.offset) in counted
    ]
    return messages, records


def facts_of(messages: list[Message]) -> list[Fact]:
    """Return what the log keeps of messages."""
    facts = []
    for item in messages:
        if is_logged(BY_NAME[item.topic], item.partition):
            event = decode(BY_NAME[item.topic].record, item.entry.value)
            assert isinstance(event, Event)
            facts.append(Fact(item.topic, item.partition, item.offset, item.known_at, event))
    return facts
