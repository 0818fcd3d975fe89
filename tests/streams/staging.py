"""Stages outside a worker: real tables and records, deliveries by hand, and a line to Kafka that may break."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from faust.types import TP
from faust.types.tuples import ConsumerMessage

from schemas.codec import decode
from schemas.event import Event, to_micros
from streams.lease import Lease
from streams.publisher import Headers, Publisher
from streams.stage import Stage
from streams.tables import Records, RecordTable
from streams.topics import (
    ACCOUNT_CONTROLS,
    ACCOUNTS,
    BOOKS,
    DESKS,
    MARKET_CONTROLS,
    MARKETS,
    PERFORMANCES,
    Topic,
)
from streams.transport import App
from tests.agents.strategies import AT
from tests.streams.tallying import Crashed

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Assigned:
    """What a stage asks its app for."""

    consumer_generation_id: int = 1


@dataclass
class Delivery:
    """A message as a Faust stream hands it over."""

    message: ConsumerMessage
    acked: bool = False

    def ack(self) -> None:
        self.acked = True


def delivery(
    topic: Topic,
    value: bytes | None,
    *,
    partition: int,
    offset: int,
    generation: int = 1,
    headers: Headers | None = None,
) -> Delivery:
    return Delivery(
        ConsumerMessage(
            topic.name,
            partition,
            offset,
            to_micros(AT) / 1e6,
            0,
            headers or [],
            b"key",
            value,
            None,
            tp=TP(topic.name, partition),
            generation_id=generation,
        )
    )


@dataclass
class Sent:
    """A record that Kafka has."""

    topic: str
    key: str
    value: bytes | None
    partition: int
    headers: dict[str, bytes]


@dataclass
class Log:
    """All that Kafka has, in the order of its arrival."""

    sent: list[Sent] = field(default_factory=list)

    def of(self, topic: Topic, model: type[E]) -> list[E]:
        """Return a topic's events."""
        return [decode(model, entry.value) for entry in self.sent if entry.topic == topic.name]

    def values(self, topic: Topic) -> list[Sent]:
        return [entry for entry in self.sent if entry.topic == topic.name]


class Line(Publisher):
    """Writes to a log. The process at this end is gone at its nth record: before Kafka has it, or just after."""

    def __init__(self, log: Log, *, breaks_at: int | None = None, arrives: bool = False) -> None:
        super().__init__("")
        self._log = log
        self._left = breaks_at
        self._arrives = arrives

    async def send_encoded(
        self, topic: str, *, key: str, value: bytes | None, partition: int, headers: Headers
    ) -> "asyncio.Future[object]":
        broken = self._left == 0
        if self._left is not None:
            self._left -= 1
        if not broken or self._arrives:
            self._log.sent.append(Sent(topic, key, value, partition, dict(headers)))
        if broken:
            raise Crashed
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future


def _app() -> Any:
    return App("outside", broker="kafka://127.0.0.1:9", store="memory://", web_enabled=False, autodiscover=False)


def tables(topics: Iterable[Topic]) -> dict[str, Records[Any]]:
    """Return the tables of a stage, by their short names, empty."""
    app = _app()
    return {topic.name.removesuffix(".v1"): Records(RecordTable(app, topic=topic), topic.record) for topic in topics}


MARKET_TABLES = (MARKETS, DESKS, BOOKS, MARKET_CONTROLS)
ACCOUNT_TABLES = (ACCOUNTS, ACCOUNT_CONTROLS, PERFORMANCES)


def held(known: Mapping[str, Records[Any]], table: str, key: str) -> Any:
    """Return a record that must be there."""
    record = known[table].get(key)
    assert record is not None
    return record


def recover(known: Mapping[str, Records[Any]], log: Log) -> None:
    """Fill tables from their changelogs, as a new process would."""
    for records in known.values():
        records.forget()
        records.table.data.clear()
        written: dict[int, list[Any]] = defaultdict(list)
        for entry in log.values(records.table.topic):
            event = changelog_event(records.table.topic, entry.key, entry.value, headers=[*entry.headers.items()])
            written[entry.partition].append(event)
        for batch in written.values():
            records.table.apply_changelog_batch(batch)


@dataclass(frozen=True)
class ChangelogEvent:
    """What recovery hands to a table."""

    key: bytes
    value: bytes | None
    message: ConsumerMessage


def changelog_event(
    topic: Topic, key: str, value: bytes | None, *, offset: int = 0, headers: Headers | None = None
) -> ChangelogEvent:
    message = delivery(topic, value, partition=0, offset=offset, headers=headers).message
    message.key = key.encode()
    return ChangelogEvent(key.encode(), value, message)


S = TypeVar("S", bound=Stage)


def started(
    make: Callable[..., S], known: Mapping[str, Records[Any]], line: Line, *, generation: int = 1, **rest: Any
) -> S:
    """Return a stage that is not open yet, on a lease that no slow test can lose."""
    return make(app=Assigned(generation), publisher=line, lease=Lease(1e9), tables=known, **rest)
