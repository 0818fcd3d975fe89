"""Telling what has happened at a broker: events are kept with the change that they follow from, then sent to Kafka.

They are sent in the order of their numbers and marked once Kafka has them. A crash in between sends some again: under
the same number, by which a reader knows a repeat.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from schemas.codec import encode
from schemas.event import Event
from sinks.account_lock import Held
from sinks.live_orders import source_of
from sinks.process import persist
from sinks.writes import Connection
from streams.publisher import Publisher, cloud_headers
from streams.topics import BY_NAME, PARTITIONS, TOPICS, Topic, partition_of

BATCH = 200

_TOPIC_OF: dict[type, Topic] = {topic.record: topic for topic in TOPICS}


@dataclass(frozen=True, slots=True)
class Unsent:
    """An event that is to be sent; its number is its sequence."""

    number: int
    topic: str
    key: str
    event_id: str
    occurred_at: datetime
    value: bytes


class Outbox:
    """An account's outbox."""

    def __init__(self, held: Held, account_id: str) -> None:
        self._held = held
        self._account_id = account_id
        self._has_unsent = asyncio.Event()
        self._has_unsent.set()
        self.is_empty = asyncio.Event()
        self.told = 0
        """Events kept since the process began."""

    async def put(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep events to be sent, in the caller's transaction; one whose id is known is left out."""
        if not events:
            return
        numbers = await connection.fetch(
            "SELECT nextval(pg_get_serial_sequence('broker_outbox', 'number')) AS number FROM generate_series(1, $1)",
            len(events),
        )
        await connection.executemany(
            """
            INSERT INTO broker_outbox (number, account_id, topic, key, event_id, occurred_at, value)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """,
            [self._row(row["number"], event) for row, event in zip(numbers, events, strict=True)],
        )
        self.told += len(events)
        self.is_empty.clear()
        self._has_unsent.set()

    def _row(self, number: int, event: Event) -> tuple[object, ...]:
        topic = _TOPIC_OF[type(event)]
        field = {"control": "name", "account": "account_id"}.get(topic.key, "symbol")
        numbered = event.model_copy(update={"sequence": number})
        key = getattr(event, field)
        return number, self._account_id, topic.name, key, event.event_id, event.occurred_at, encode(numbered)

    async def send_all(self, bootstrap_servers: str) -> None:
        """Send what is kept, for ever; waits for Kafka as long as it takes. Raises LockLost."""
        while True:
            # a producer that has failed cannot be relied on again
            await persist(partial(self._send_until_it_fails, bootstrap_servers), what="kafka")

    async def _send_until_it_fails(self, bootstrap_servers: str) -> None:
        async with Publisher(bootstrap_servers, client_id="tapestream-executor") as publisher:
            while True:
                self._has_unsent.clear()
                if unsent := await self.unsent():
                    await self._send(publisher, unsent)
                    await self.mark([event.number for event in unsent])
                    self._has_unsent.set()
                else:
                    self.is_empty.set()
                    await self._has_unsent.wait()

    async def _send(self, publisher: Publisher, unsent: Sequence[Unsent]) -> None:
        sent = []
        for event in unsent:
            topic = BY_NAME[event.topic]
            headers = cloud_headers(
                event_id=event.event_id,
                kind=topic.record.__name__,
                source=source_of(self._account_id),
                at=event.occurred_at,
                sequence=event.number,
            )
            for partition in range(PARTITIONS) if topic.everywhere else (partition_of(event.key),):
                sent.append(
                    await publisher.send_encoded(
                        event.topic, key=event.key, value=event.value, partition=partition, headers=headers
                    )
                )
        await asyncio.gather(*sent)

    async def unsent(self) -> list[Unsent]:
        """Return the next events to send, in the order of their numbers."""
        async with self._held.transaction() as connection:
            rows = await connection.fetch(
                """
                SELECT number, topic, key, event_id, occurred_at, value FROM broker_outbox
                 WHERE account_id = $1 AND sent_at IS NULL ORDER BY number LIMIT $2
                """,
                self._account_id,
                BATCH,
            )
        return [Unsent(**dict(row)) for row in rows]

    async def mark(self, numbers: Sequence[int]) -> None:
        """Note that Kafka has events."""
        async with self._held.transaction() as connection:
            await connection.execute(
                "UPDATE broker_outbox SET sent_at = now() WHERE number = ANY($1::bigint[])", list(numbers)
            )
