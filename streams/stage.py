"""A stage: one loop over all its topics, the records it keeps, and the recipe that makes effects count once."""

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from aiokafka.errors import KafkaError

from schemas.codec import Undecodable
from schemas.dead_letters import dead_lettered
from schemas.event import Event
from schemas.operations import DeadLettered
from schemas.records import OutboxEntry, StateRecord
from streams.lease import EXIT_KAFKA_LOST, Lease, leave
from streams.logs import logger
from streams.publisher import Publisher, child_traceparent, cloud_headers
from streams.records import advance, confirmed, has_heard, has_seen
from streams.tables import Records
from streams.topics import BY_NAME, DEAD_LETTERS, Topic, partition_of

log = logger(__name__)

BATCH_MAX = 500
"""Messages that share the two waits, for the changelog and for the outputs."""
ACKNOWLEDGED_WITHIN_S = 20.0
"""Kafka's time to acknowledge a batch; after that the process leaves, and the batch is delivered again."""

AnyRecords = Records[Any]


class Stage(ABC):
    """Takes what waits in the stream's queue as a batch: reduce, write, send, acknowledge.

    Messages of a stage are only worked on under its lock, one after the other. Between the revocation of partitions
    and the end of recovery nothing is worked on.
    """

    name: str
    """market or account"""

    def __init__(self, *, app: Any, publisher: Publisher, lease: Lease, tables: Mapping[str, AnyRecords]) -> None:
        self._app = app
        self._publisher = publisher
        self._lease = lease
        self._tables = tables
        self._lock = asyncio.Lock()
        self._open = False
        self._read: dict[int, dict[str, int]] = defaultdict(dict)
        self._touched: set[tuple[str, str]] = set()
        """(table, key) of the records looked at since recovery: what their outboxes held has been sent again."""
        self._unsent: list[OutboxEntry] = []
        self._emitting: set[tuple[str, str]] = set()
        """(table, key) of the records that `_unsent` is from."""
        self._letters: list[DeadLettered] = []
        self._traces: dict[str, str | None] = {}
        self._trace: str | None = None

    @abstractmethod
    def _work(self, topic: Topic, message: Any) -> None:
        """Reduce one message into the records it concerns; raises Undecodable."""

    def _opened(self) -> None:  # noqa: B027 -- not every stage has something to prepare
        """Called when recovery is complete, before the first message."""

    def _holds(self, topic: Topic) -> bool:
        """Return whether a message of this topic is acknowledged later, by a checkpoint."""
        return False

    def _hold(self, event: Any) -> None:
        """Keep a message until its checkpoint."""
        event.ack()

    def _answers_for(self, topic: Topic) -> bool:
        """Return whether what cannot be read of a topic is dead-lettered here; else another reader of it does."""
        return True

    def _written_now(self, table: str) -> bool:
        """Return whether a table's changes are written with the batch that made them."""
        return True

    async def run(self, stream: Any) -> None:
        """Process a stream for as long as the worker lives."""
        queue = stream.channel.queue
        async for first in stream.noack().events():
            batch = [first]
            while len(batch) < BATCH_MAX and not queue.empty():
                batch.append(queue.get_nowait())
            async with self._lock:
                await self._process(batch)

    async def close(self) -> None:
        """Finish the batch at work and forget what is not on the changelog: partitions are being revoked."""
        async with self._lock:
            self._open = False
            self._forget()

    def _forget(self) -> None:
        for records in self._tables.values():
            records.forget()
        self._read.clear()
        self._unsent.clear()
        self._emitting.clear()
        self._letters.clear()
        self._traces.clear()
        self._touched.clear()

    async def open(self) -> None:
        """Begin: the records of all partitions assigned have been recovered."""
        async with self._lock:
            self._forget()
            self._opened()
            self._open = True

    async def _process(self, batch: Sequence[Any]) -> None:
        if not self._open:
            return  # not acknowledged: they are delivered again to whoever owns the partition
        generation = self._app.consumer_generation_id
        current = [event for event in batch if event.message.generation_id == generation]
        for event in current:
            self._offer(event.message)
        await self._flush_or_leave()
        for event in current:
            if self._holds(BY_NAME[event.message.topic]):
                self._hold(event)
            else:
                event.ack()

    def _offer(self, message: Any) -> None:
        topic = BY_NAME[message.topic]
        self._read[message.partition][source_of(message)] = message.offset
        self._trace = child_traceparent(dict(message.headers or ()))
        try:
            self._work(topic, message)
        except Undecodable as error:
            if self._answers_for(topic):
                self._dead_letter(message, "undecodable", str(error))
        except Exception as error:
            log.exception("reducer_failed", stage=self.name, topic=topic.name, offset=message.offset)
            self._dead_letter(message, "failed", type(error).__name__)

    def _dead_letter(self, message: Any, reason: Literal["undecodable", "failed"], error: str) -> None:
        log.warning("dead_letter", topic=message.topic, offset=message.offset, reason=reason, error=error)
        self._letters.append(
            dead_lettered(
                reader=self.name,
                topic=message.topic,
                partition=message.partition,
                offset=message.offset,
                key=message.key,
                value=message.value,
                headers=message.headers or (),
                reason=reason,
                error=error,
                occurred_at=datetime.fromtimestamp(message.timestamp or 0, UTC),
            )
        )

    def _apply(
        self,
        table: str,
        key: str,
        record: StateRecord,
        message: Any,
        *,
        state: object,
        emitted: Sequence[Event],
        heard: Event | None = None,
    ) -> None:
        """Put a record after an event; nothing is written when nothing has changed."""
        if state is record.state and not emitted:
            return
        after = advance(
            record,
            name=f"{table}/{key}",
            state=state,
            emitted=emitted,
            heard=heard,
            read=self._read[message.partition],
            epoch=self._app.consumer_generation_id,
        )
        for entry in after.outbox[len(record.outbox) :]:
            self._traces[entry.event_id] = self._trace
        self._unsent += after.outbox[len(record.outbox) :]
        self._emitting.add((table, key))
        self._tables[table].change(key, after, partition=message.partition)

    def _is_news(self, table: str, key: str, record: StateRecord, message: Any, event: Event | None = None) -> bool:
        """Return whether a record has yet to see a message.

        At the first look after recovery what stands in its outbox goes out again, before anything new: readers take
        a lower number than the newest for a repeat.
        """
        if (table, key) not in self._touched:
            self._touched.add((table, key))
            if record.outbox:
                self._emitting.add((table, key))
                self._unsent += record.outbox
        if event is not None and has_heard(record, event):
            return False
        return not has_seen(record, source=source_of(message), offset=message.offset)

    async def _flush_or_leave(self, *, checkpoint: bool = False) -> None:
        """Flush; when that fails nothing has been acknowledged, so leave and let the messages come again."""
        try:
            await self._flush(checkpoint=checkpoint)
        except (KafkaError, TimeoutError) as error:
            leave("kafka_does_not_acknowledge", EXIT_KAFKA_LOST, stage=self.name, error=type(error).__name__)
        except Exception as error:
            log.exception("flush_failed", stage=self.name)
            leave("flush_failed", EXIT_KAFKA_LOST, stage=self.name, error=type(error).__name__)

    async def _flush(self, *, checkpoint: bool = False) -> None:
        """Write what has changed, await it; send what follows from it, await that."""
        self._lease.check()
        writes: list[tuple[AnyRecords, str, bytes]] = []
        futures = []
        for table, records in self._tables.items():
            if not checkpoint and not self._written_now(table):
                continue
            for key, partition in records.changed.items():
                value, headers = records.encoded(key)
                writes.append((records, key, value))
                futures.append(
                    await self._publisher.send_encoded(
                        records.table.topic.name, key=key, value=value, partition=partition, headers=headers
                    )
                )
        await _acknowledged(futures)
        for records, key, value in writes:
            records.written(key, value)
        if not self._unsent and not self._letters:
            return
        self._lease.check()
        sent, letters = self._unsent, self._letters
        self._unsent, self._letters = [], []
        futures = [await self._send(entry) for entry in sent]
        for letter in letters:
            futures.append(await self._publisher.send(DEAD_LETTERS, letter, key=letter.topic))
        await _acknowledged(futures)
        self._traces.clear()
        self._confirm(sent)

    def _confirm(self, sent: Sequence[OutboxEntry]) -> None:
        for table, key in self._emitting:
            if (record := self._tables[table].get(key)) is not None:
                self._tables[table].put(key, confirmed(record, sent))
        self._emitting.clear()

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


def source_of(message: Any) -> str:
    """Return a message's topic-partition, as records name it."""
    return f"{message.topic}-{message.partition}"


def check_place(message: Any, key: str) -> None:
    """Raise Undecodable when a message stands in another partition than its key belongs to."""
    if message.partition != partition_of(key):
        raise Undecodable(f"its key belongs to partition {partition_of(key)}")


async def _acknowledged(futures: Sequence["asyncio.Future[object]"]) -> None:
    if futures:
        await asyncio.wait_for(asyncio.gather(*futures), ACKNOWLEDGED_WITHIN_S)
