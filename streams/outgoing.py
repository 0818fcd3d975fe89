"""What leaves a stage: records to their changelogs, then what follows from them, each awaited."""

import asyncio
from collections.abc import Container, Mapping, Sequence
from typing import Any

from schemas.operations import DeadLettered
from schemas.records import OutboxEntry
from streams.letters import RECORD_BYTES_MAX, RECORD_WITH_LETTERS_BYTES_MAX, Name, Write
from streams.logs import logger
from streams.publisher import Publisher, cloud_headers
from streams.records import confirmed
from streams.tables import Records
from streams.topics import BY_NAME, DEAD_LETTERS

log = logger(__name__)

ACKNOWLEDGED_WITHIN_S = 20.0
"""Kafka's time to acknowledge a batch; after that the process leaves, and the batch is delivered again."""


class Outgoing:
    """Outputs of a batch, until Kafka has acknowledged them."""

    def __init__(self, publisher: Publisher, tables: Mapping[str, Records[Any]]) -> None:
        self._publisher = publisher
        self._tables = tables
        self._unsent: list[OutboxEntry] = []
        self._sending = 0
        self._traces: dict[str, str | None] = {}
        self.emitting: set[Name] = set()
        """(table, key) of the records that what is unsent is from."""
        self.letters: list[DeadLettered] = []
        """Of messages that no record has taken."""

    @property
    def unsent(self) -> int:
        """Events decided on and not yet acknowledged by Kafka."""
        return len(self._unsent) + self._sending

    def emit(self, table: str, key: str, entries: Sequence[OutboxEntry], *, trace: str | None = None) -> None:
        """Have entries of a record's outbox sent once the record is written."""
        if trace is not None:
            self._traces.update((entry.event_id, trace) for entry in entries)
        self._unsent += entries
        self.emitting.add((table, key))

    def drop(self) -> None:
        """Forget what has not been sent: it stands in outboxes, or is reduced again."""
        self._unsent.clear()
        self.emitting.clear()
        self.letters.clear()
        self._traces.clear()

    def encoded(
        self, *, checkpoint: Container[int], with_letters: Container[Name], is_early: bool
    ) -> tuple[list[Write], set[Name]]:
        """Return what has changed and is to be written, and the records that cannot be: Kafka would not take them.

        checkpoint    partitions of which what was deferred is written, too
        with_letters  records that a letter must find room in, however large they are
        is_early      whether partitions were taken over only just now (`streams.takeover`)
        """
        writes, unstorable = [], set[Name]()
        for table, records in self._tables.items():
            deferred = ((key, partition) for key, partition in records.deferred.items() if partition in checkpoint)
            for key, partition in (*records.changed.items(), *deferred):
                most = RECORD_WITH_LETTERS_BYTES_MAX if (table, key) in with_letters else RECORD_BYTES_MAX
                try:
                    value, headers = records.encoded(key, is_early=is_early)
                except Exception:
                    log.exception("not_encoded", record=f"{table}/{key}")
                    unstorable.add((table, key))
                    continue
                if len(value) > most:
                    unstorable.add((table, key))
                writes.append(Write(table, key, value, partition, headers))
        return writes, unstorable

    async def write(self, writes: Sequence[Write]) -> None:
        """Write records, and return once Kafka has them; raises KafkaError, TimeoutError."""
        futures = [
            await self._publisher.send_encoded(
                self._tables[write.table].table.topic.name,
                key=write.key,
                value=write.value,
                partition=write.partition,
                headers=write.headers,
            )
            for write in writes
        ]
        await _acknowledged(futures)
        for write in writes:
            self._tables[write.table].written(write.key, write.value, write.headers)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not self._unsent and not self.letters

    async def send(self) -> None:
        """Send what follows from what is written, and return once Kafka has it; raises KafkaError, TimeoutError."""
        sent, letters = self._unsent, self.letters
        self._unsent, self.letters = [], []
        self._sending = len(sent)
        futures = [await self._send(entry) for entry in sent]
        for letter in letters:
            futures.append(await self._publisher.send(DEAD_LETTERS, letter, key=letter.topic))
        await _acknowledged(futures)
        self._sending = 0
        self._traces.clear()
        for table, key in self.emitting:
            if (record := self._tables[table].get(key)) is not None:
                self._tables[table].put(key, confirmed(record, sent))
        self.emitting.clear()

    async def _send(self, entry: OutboxEntry) -> "asyncio.Future[object]":
        return await self._publisher.send_encoded(
            entry.topic,
            key=entry.key,
            value=entry.value,
            partition=entry.partition,
            headers=cloud_headers(
                event_id=entry.event_id,
                kind=BY_NAME[entry.topic].record.__name__,
                source=entry.source,
                sequence=entry.sequence,
                at=entry.occurred_at,
                traceparent=self._traces.get(entry.event_id),
            ),
        )


async def _acknowledged(futures: Sequence["asyncio.Future[object]"]) -> None:
    if futures:
        await asyncio.wait_for(asyncio.gather(*futures), ACKNOWLEDGED_WITHIN_S)
