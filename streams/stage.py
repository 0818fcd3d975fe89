"""A stage: one loop over all its topics, the records it keeps, and the recipe that makes effects count once."""

import asyncio
import time
from collections.abc import Container, Mapping, Sequence
from typing import Any

from aiokafka.errors import KafkaError

from schemas.codec import Undecodable
from streams import metrics
from streams.bookkeeping import Bookkeeping
from streams.lease import EXIT_KAFKA_LOST, Lease, leave
from streams.letters import Name, Write
from streams.logs import logger
from streams.records import Unstorable
from streams.tables import RecordTable
from streams.takeover import Takeover
from streams.topics import BY_NAME, PARTITIONS, Topic, partition_of

log = logger(__name__)

BATCH_MAX = 256
"""Messages that share the two waits, for the changelog and for the outputs."""
REST_EVERY_S = 0.1
"""Work after which others may run: a batch on records just recovered can take longer than the lease."""


class Stage(Bookkeeping):
    """Takes what waits in the stream's queue as a batch: reduce, write, send, acknowledge.

    Messages of a stage are only worked on under its lock, one after the other. Between the revocation of partitions
    and the end of recovery nothing is worked on.
    """

    def __init__(self, *, lease: Lease, **bookkeeping: Any) -> None:
        super().__init__(**bookkeeping)
        self._lease = lease
        self._lock = asyncio.Lock()
        self._open = False
        self._takeover = Takeover(self._tables)
        self.worked_at = 0.0
        """When it has last worked a message in, in seconds since the epoch; 0: never."""

    @property
    def is_open(self) -> bool:
        """Whether it works on what it is given: its partitions are assigned and recovered."""
        return self._open

    @property
    def tables(self) -> list[RecordTable]:
        """Its tables."""
        return [records.table for records in self._tables.values()]

    @property
    def unsent(self) -> int:
        """Events decided on and not yet acknowledged by Kafka."""
        return self._outgoing.unsent

    def _look_ahead(self, messages: Sequence[Any]) -> None:
        """Called with the messages that are worked in next, in this order."""

    def _conclude(self) -> None:
        """Called when the messages of a batch have been worked in, before anything is written."""

    def _opened(self) -> None:
        """Called when recovery is complete, before the first message."""

    def _holds(self, topic: Topic) -> bool:
        """Return whether a message of this topic is acknowledged later, by a checkpoint."""
        return False

    def _hold(self, event: Any) -> None:
        """Keep a message until its checkpoint."""
        event.ack()

    async def run(self, stream: Any) -> None:
        """Process a stream for as long as the worker lives."""
        queue = stream.channel.queue
        async for first in stream.noack().events():
            batch = [first]
            while len(batch) < BATCH_MAX and not queue.empty():
                batch.append(queue.get_nowait())
            async with self._lock:
                await self._process(batch)
            # what came too late to be acknowledged must be gone: Faust ends no rebalance while it is there
            del first, batch

    async def close(self) -> None:
        """Finish the batch at work and forget what is not on the changelog: partitions are being revoked."""
        async with self._lock:
            self._open = False
            self._forget()

    async def open(self, owned: Mapping[str, Container[int]] | None = None) -> None:
        """Begin: the records of all partitions assigned have been recovered.

        owned  the partitions assigned, by topic; None: all
        """
        async with self._lock:
            self._forget()
            for records in self._tables.values():
                if owned is not None:
                    records.table.keep(owned.get(records.table.topic.name, ()))
            self._opened()
            self._open = True
            self._takeover = Takeover(self._tables)
            if overtaken := self._takeover.overtaken():
                self._takeover.write_again(overtaken, epoch=self._app.consumer_generation_id)
                await self._flush_or_leave(checkpoint=range(PARTITIONS))

    async def keep_ahead(self) -> None:
        """Write again, once, what was written first after a takeover, for as long as the worker lives."""
        while True:
            await asyncio.sleep(1)
            await self.write_early_again()

    async def write_early_again(self) -> None:
        """Write what was written first after a takeover once more, when it is time, some at a time."""
        for partition, names in self._takeover.early():
            async with self._lock:
                if self._open:
                    self._takeover.write_again(names, epoch=self._app.consumer_generation_id)
                    await self._flush_or_leave(checkpoint=(partition,))

    async def _process(self, batch: Sequence[Any]) -> None:
        if not self._open:
            return  # not acknowledged: they are delivered again to whoever owns the partition
        generation = self._app.consumer_generation_id
        current = [event for event in batch if event.message.generation_id == generation]
        begun = time.monotonic()
        await self._work_in(current)
        if current:
            self._count(current, time.monotonic() - begun)
        for event in current:
            if self._holds(BY_NAME[event.message.topic]):
                self._hold(event)
            else:
                event.ack()

    def _count(self, events: Sequence[Any], seconds: float) -> None:
        """Keep the figures that an operator sees: once a batch."""
        metrics.worked(self.name, (event.message.topic for event in events), seconds)
        self.worked_at = time.time()
        newest = max((event.message.timestamp or 0.0 for event in events), default=0.0)
        for table in self.tables:
            table.watermark = max(table.watermark, newest)

    async def _work_in(self, events: Sequence[Any]) -> None:
        """Reduce messages, write and send what follows; one whose effect cannot be stored is set aside, by itself."""
        rested = time.monotonic()
        self._look_ahead([event.message for event in events])
        for event in events:
            self._offer(event.message)
            if (now := time.monotonic()) - rested > REST_EVERY_S:
                await asyncio.sleep(0)
                rested = now
        self._conclude()
        self._make_own()
        writes, unstorable = self._encoded()
        if not unstorable:
            await self._flush_or_leave(writes)
            self._refused.clear()
            return
        log.error("unstorable", stage=self.name, records=[f"{table}/{key}" for table, key in unstorable])
        self._take_back(events)
        if len(events) == 1:
            if unstorable <= self._refused:
                # not even with its letter: nothing is noted of the message but that
                self._dead_letter(events[0].message, {}, "failed", Unstorable.__name__)
                await self._flush_or_leave([])
                self._refused.clear()
                return
            self._refused |= unstorable
        for event in events:
            await self._work_in([event])

    def _encoded(self, checkpoint: Container[int] = ()) -> tuple[list[Write], set[Name]]:
        return self._outgoing.encoded(
            checkpoint=checkpoint, with_letters=self._aside, is_early=not self._takeover.is_settled
        )

    async def _flush_or_leave(self, writes: Sequence[Write] | None = None, *, checkpoint: Container[int] = ()) -> None:
        """Flush; when that fails nothing has been acknowledged, so leave and let the messages come again.

        writes      None: all that has changed and can be stored; a record that cannot goes back to what is stored of it
        checkpoint  partitions of which that is also what was deferred
        """
        if writes is None:
            found, unstorable = self._encoded(checkpoint)
            for table, key in unstorable:
                log.error("unstorable", stage=self.name, record=f"{table}/{key}")
                self._tables[table].restore(key, None, deferred=None)
            writes = [write for write in found if (write.table, write.key) not in unstorable]
        try:
            await self._flush(writes)
        except (KafkaError, TimeoutError) as error:
            leave("kafka_does_not_acknowledge", EXIT_KAFKA_LOST, stage=self.name, error=type(error).__name__)
        except Exception as error:
            log.exception("flush_failed", stage=self.name)
            leave("flush_failed", EXIT_KAFKA_LOST, stage=self.name, error=type(error).__name__)

    async def _flush(self, writes: Sequence[Write]) -> None:
        """Write what has changed, await it; send what follows from it, await that."""
        self._lease.check()
        await self._outgoing.write(writes)
        self._before.clear()
        self._aside.clear()
        if not self._outgoing.is_empty:
            self._lease.check()
            await self._outgoing.send()


def check_place(message: Any, key: str) -> None:
    """Raise Undecodable when a message stands in another partition than its key belongs to."""
    if message.partition != partition_of(key):
        raise Undecodable(f"its key belongs to partition {partition_of(key)}")
