"""A Faust transport whose consumer delivers every message of a partition in order, or goes back for it.

Faust 0.15.3 notes a message as read even when a rebalance cancelled its hand-over, and so goes on behind a gap. Here a
message is handed over directly, nothing is handed over once a rebalance has begun, and a gap is met by seeking back.
Messages of one poll are merged in the order of their time, so that what was sent earlier to one topic comes before what
was sent later to another. A commit that Kafka refuses is tried again: Faust takes it for done, and the partition's
commit then stands still until its next message.
"""

import asyncio
import heapq
import logging
from collections.abc import Iterable, Iterator, Set
from typing import Any

import faust
from faust.transport.consumer import ensure_TP, ensure_TPset
from faust.transport.drivers import aiokafka as driver
from mode.utils.futures import maybe_async

from streams.fetching import fetch_only, in_sessions

FETCH_WAIT_MS = 200
"""How long the broker holds a fetch open: a partition that is resumed meanwhile, as after a takeover, waits for it."""
FETCHED_BYTES_MAX = 4 * 1024 * 1024
"""Of one answer of the broker, all partitions together; aiokafka holds an answer several times over."""
POLL_S = 0.25
"""Likewise of a poll; Faust's own second is what an exit after a takeover would be late by."""
YIELD_EVERY = 100
"""Messages between two chances for other coroutines to run."""


def merged(records: dict[Any, list[Any]]) -> Iterator[tuple[Any, Any]]:
    """Yield (partition, record) of a poll by time, each partition's records in their own order."""

    def stamped(number: int, tp: Any) -> Iterator[tuple[int, int, int, Any, Any]]:
        newest = 0
        for record in records[tp]:
            newest = max(newest, record.timestamp)  # a producer's clock that goes back must not reorder a partition
            yield newest, number, record.offset, tp, record

    streams = [stamped(number, tp) for number, tp in enumerate(sorted(records))]
    for _, _, _, tp, record in heapq.merge(*streams, key=lambda entry: entry[:3]):
        yield tp, record


class Task:
    """Runs in its own loop what Faust runs in a thread."""

    def __init__(self, service: Any) -> None:
        self._service = service
        self._serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to serve."""
        self._serving = asyncio.create_task(self._service._serve(), name="consumer")
        self._serving.add_done_callback(lambda task: task.cancelled() or task.exception())  # Faust has told of it

    def stop(self) -> None:
        """Do nothing: the service has waited for its end."""


class InLoop(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread without the thread.

    What it and the stages do is Python, of which one thread runs at a time: a message took 15 ms from one to the other
    on a busy machine, and a fifth of the worker.
    """

    logger = logging.getLogger("faust.consumer")
    Worker = Task

    def __init__(self, consumer: Any, *, loop: Any, **service: Any) -> None:
        super().__init__(consumer, loop=loop, thread_loop=loop, **service)
        self._assigned: tuple[Set[Any], set[Any]] = frozenset(), set()
        """aiokafka's assignment, and the same in Faust's words."""

    async def on_thread_started(self) -> None:
        """Do nothing: nobody calls from another thread."""

    async def call_thread(self, fun: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what the thread would."""
        return await maybe_async(fun(*args, **kwargs))

    def assignment(self) -> set[Any]:
        """Return the assignment. Faust makes it anew at each call, and calls once for each offset of a commit."""
        current = self._ensure_consumer().assignment()
        if self._assigned[0] != current:
            self._assigned = current, ensure_TPset(current)
        return self._assigned[1]

    async def _gather_remaining_tasks(self) -> None:
        """Do nothing: the loop's other tasks are not its own."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        consumer._fetch_max_bytes = FETCHED_BYTES_MAX
        return in_sessions(consumer)

    async def _fetch_records(self, consumer: Any, active_partitions: set[Any], *args: Any, **kwargs: Any) -> Any:
        fetch_only(consumer, active_partitions)
        return await super()._fetch_records(consumer, active_partitions, *args, **kwargs)


class OrderedConsumer(driver.Consumer):
    """Faust's consumer with a drain that skips nothing."""

    logger = logging.getLogger("faust.consumer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wanted: dict[Any, int] = {}
        """The offset that must come next, by partition."""
        self._confirmed_gaps: dict[Any, tuple[int, int]] = {}
        """(wanted, got) met before: a gap that is still there after seeking back is the log's own."""
        self._done: dict[Any, int] = {}
        """The offset after the newest message that is acknowledged, by partition."""
        self._committed: dict[Any, int] = {}
        self._held_back: set[Any] = set()
        """The stages' partitions that are fetched from again once the flow is resumed."""
        self._sought = False
        """Whether positions have been set since the last rebalance began."""

    def _new_consumer_thread(self) -> InLoop:
        return InLoop(self, loop=self.loop, beacon=self.beacon)

    @property
    def read_offsets(self) -> dict[Any, int]:
        """The offset of the newest message handed over, by partition; may be asked for from any thread."""
        return dict(self._read_offset)

    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        self._sought = False
        self._held_back.clear()
        self.app.tables.recovery.signal_recovery_end.clear()
        for tp in revoked:
            self._wanted.pop(ensure_TP(tp), None)
            self._confirmed_gaps.pop(ensure_TP(tp), None)
        await super().on_partitions_revoked(revoked)
        # only now: the stages have finished what they were at, and it may come back to us further on
        for tp in revoked:
            self._done.pop(ensure_TP(tp), None)
            self._committed.pop(ensure_TP(tp), None)

    async def perform_seek(self) -> None:
        """Seek every partition to what is committed of it, or to its beginning.

        Faust leaves a partition of which nothing is committed where its fetcher happens to be: past what was fetched,
        and dropped, while the tables recovered.
        """
        self.app.tables.recovery.signal_recovery_end.clear()
        await super().perform_seek()
        begun = {ensure_TP(tp): offset for tp, offset in self._read_offset.items() if not self._is_changelog_tp(tp)}
        fresh = [tp for tp, offset in begun.items() if not offset]
        earliest = {tp: offset or 0 for tp, offset in (await self.earliest_offsets(*fresh)).items()} if fresh else {}
        if earliest:
            await self.seek_wait(earliest)
        self._wanted.update({tp: offset or earliest.get(tp, 0) for tp, offset in begun.items()})
        self._sought = True

    def resume_partitions(self, tps: Iterable[Any]) -> None:
        """Resume changelogs at once, the stages' topics with the flow.

        After a recovery Faust resumes partitions, then seeks, then resumes the flow, which empties the stages' queues:
        what was handed over in between would be lost.
        """
        resumed = {ensure_TP(tp) for tp in tps}
        changelogs = {tp for tp in resumed if self._is_changelog_tp(tp)}
        self._held_back |= resumed - changelogs
        super().resume_partitions(changelogs)

    def resume_flow(self) -> None:
        super().resume_flow()
        if self._sought:  # Faust also resumes it for a recovery's changelogs
            resumed, self._held_back = self._held_back, set()
            super().resume_partitions(resumed)

    async def _getmany(self, active_partitions: set[Any] | None, timeout: float) -> Any:
        # a copy: the set may become empty while the fetcher waits, and it would take that for all partitions
        return await super()._getmany(None if active_partitions is None else set(active_partitions), timeout)

    async def verify_all_partitions_active(self) -> None:
        """Do nothing: Faust's own goes over all partitions four times a second, and only logs. See `streams.watch`."""

    def ack(self, message: Any) -> bool:
        """Note a message as done. A stage acknowledges a partition's messages in order, each after its effects.

        Faust's stream acknowledges what it skips: messages of an earlier generation, which nobody has processed.
        """
        if message.acked:
            return False
        message.acked = True
        self._unacked_messages.discard(message)
        if message.generation_id != self.app.consumer_generation_id:
            return False
        self._done[message.tp] = max(message.offset + 1, self._done.get(message.tp, 0))
        return True

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Commit what is done. What Kafka refuses, as in a rebalance, is committed the next time."""
        pending = {tp: offset for tp, offset in self._done.items() if offset > self._committed.get(tp, 0)}
        if not pending or not await self._commit(pending):
            return False
        self._committed.update(pending)
        self._committed_offset.update(pending)
        self.app.monitor.on_tp_commit(pending)
        return True

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):
                records, active = await self._polled()
                await asyncio.sleep(0)
                if self.should_stop:
                    return
                if records:
                    await self._deliver(records, active)
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise

    async def _polled(self) -> tuple[Any, set[Any] | None]:
        """Return what has been fetched of the partitions that are not paused, and which those are."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow)
        active = self._get_active_partitions()
        if not active:  # the fetcher would take none for all
            await asyncio.sleep(POLL_S / 5)
            return {}, active
        generation = self.app.consumer_generation_id
        records = await self._getmany(active_partitions=active, timeout=POLL_S)
        # one that was on its way through a rebalance is of positions that have been set anew since: what it brings
        # could end a recovery that has only begun
        return (records if generation == self.app.consumer_generation_id else {}), active

    async def _deliver(self, records: dict[Any, list[Any]], active: set[Any] | None) -> None:
        generation = self.app.consumer_generation_id
        records = self._recover(records)
        sought_back: set[Any] = set()
        count = 0
        for tp, record in merged(records):
            if self.suspend_flow.is_set() or generation != self.app.consumer_generation_id:
                return
            if tp in sought_back:
                continue
            if active is not None and tp not in active and tp not in self._buffered_partitions:
                if not self._is_changelog_tp(tp):  # paused meanwhile: it has to come again
                    sought_back.add(tp)
                    await self._seek(tp, record.offset)
                continue
            if not self._is_changelog_tp(tp) and not await self._is_next(tp, record.offset):
                if record.offset > self._wanted[tp]:
                    sought_back.add(tp)
                continue
            self._wanted[tp] = record.offset + 1
            self._confirmed_gaps.pop(tp, None)
            self._read_offset[tp] = record.offset
            await self.callback(self._to_message(tp, record))
            count += 1
            if count % YIELD_EVERY == 0:
                await asyncio.sleep(0)

    def _recover(self, records: dict[Any, list[Any]]) -> dict[Any, list[Any]]:
        """Put a recovery's changelog records straight into their tables, and return the rest of a poll.

        Faust takes each through a queue, two decoders and a count of all that is still to come: fifteen times as long.
        """
        recovery = self.app.tables.recovery
        if not recovery.in_recovery or self.suspend_flow.is_set():
            return records
        rest = {}
        for tp, found in records.items():
            if tp not in recovery.active_tps:
                rest[tp] = found
                continue
            table = recovery.tp_to_table[tp]
            table.recover(tp.partition, found)
            table.watermark = max(table.watermark, found[-1].timestamp / 1000)
            recovery.active_offsets[tp] = max(found[-1].offset, recovery.active_offsets[tp] or 0)
            self._read_offset[tp] = found[-1].offset
        if len(rest) < len(records) and not recovery.need_recovery():
            recovery.flush_buffers()
            recovery._set_recovery_ended()
            recovery.signal_recovery_end.set()  # whoever waits may come to wait only now: cleared with the next seek
        return rest

    async def _is_next(self, tp: Any, offset: int) -> bool:
        """Return whether to hand a message over; seeks back when something before it is missing.

        The first message of a partition that was never committed to is taken as it comes: older ones have expired.
        """
        wanted = self._wanted.get(tp)
        if wanted is None or offset == wanted:
            return True
        if offset < wanted:
            return False
        if self._confirmed_gaps.get(tp) == (wanted, offset):
            return True
        self._confirmed_gaps[tp] = (wanted, offset)
        await self._seek(tp, wanted)
        return False


class OrderedTransport(driver.Transport):
    Consumer = OrderedConsumer


class App(faust.App):
    """A Faust app on the ordered transport."""

    logger = logging.getLogger("faust.app")
    has_partitions = False
    """Whether partitions have been assigned since it started."""

    def _new_transport(self) -> Any:
        return OrderedTransport(self.conf.broker_consumer, self)
