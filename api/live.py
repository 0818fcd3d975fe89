"""Keeping the live view: one consumer without a group reads books, accounts, controls, checkpoints and the tape."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from api.live_view import LiveView
from api.problems import Problem
from streams.logs import logger
from streams.topics import ACCOUNTS, BOOKS, CONTROLS, MARKETS, PARTITIONS, PRICE_TICKS

LOOK_BACK_S = 10
"""Of the tape at start: longer than a checkpoint of `markets` is behind it."""
FRAMES_BACK_MAX = 2000
FETCH_WAIT_MS = 50
"""A partition that was left out of a fetch in flight waits for it: this bounds how late a book is seen."""
RECORDS_MAX = 300
RETRY_MIN_S, RETRY_MAX_S = 0.2, 5.0
STALE_AFTER_S = 10.0

log = logger(__name__)


class Live:
    """The view and the task that feeds it.

    on_time   is told each time on the tape
    on_books  is told the keys of the books that have changed, or None when the view is another one
    """

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        on_time: Callable[[datetime], None],
        on_books: Callable[[LiveView, Iterable[str] | None], None] = lambda *_: None,
    ) -> None:
        self._servers = bootstrap_servers
        self._on_time = on_time
        self._on_books = on_books
        self._view: LiveView | None = None
        self._task: asyncio.Task[None] | None = None
        self._trouble: str | None = "starting"
        self._polled_at = 0.0
        self.changing = asyncio.Lock()
        """Held by who changes a control: whether it has changed meanwhile, and the change, are one."""

    @property
    def trouble(self) -> str | None:
        """What keeps the view from being current, or None."""
        if self._trouble is None and time.monotonic() - self._polled_at > STALE_AFTER_S:
            return "stale"
        return self._trouble

    @property
    def view(self) -> LiveView:
        """The view; raises Problem 503 until it has caught up for the first time."""
        if self._view is None:
            raise Problem(503, "positions and orders are still being read from Kafka", headers={"Retry-After": "1"})
        return self._view

    def start(self) -> None:
        """Begin to follow Kafka, which need not be there yet."""
        self._task = asyncio.create_task(self._keep_following(), name="live view")

    async def stop(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_following(self) -> None:
        retry_s = RETRY_MIN_S
        while True:
            began = time.monotonic()
            try:
                await self._follow()
            except (KafkaError, OSError, TimeoutError) as error:
                name = type(error).__name__
            except Exception as error:
                # whatever it is, a view that stands still must say so and try again
                name = type(error).__name__
                log.exception("live view failed", error=name)
            self._trouble = "stale"
            retry_s = RETRY_MIN_S if time.monotonic() - began > RETRY_MAX_S * 2 else min(retry_s * 2, RETRY_MAX_S)
            log.warning("kafka cannot be read", error=name, retry_after_s=retry_s)
            await asyncio.sleep(retry_s)

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            client_id="tapestream-api",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            max_partition_fetch_bytes=4_194_304,
        )
        try:
            await consumer.start()
            # built anew: a topic that was made anew begins again at version 1
            view = LiveView()
            ends = await _begin(consumer)
            checkpoints: dict[str, ConsumerRecord] = {}
            while not await _reached(consumer, ends):
                self._apply(view, await consumer.getmany(timeout_ms=200, max_records=RECORDS_MAX), checkpoints)
                await asyncio.sleep(0)
            for record in checkpoints.values():
                self._read(record, lambda held: self._tell(view.apply_market(held.value)))
            # from here on the tape says it all
            consumer.pause(*(partition for partition in ends if partition.topic == MARKETS.name))
            self._view, self._trouble, self._polled_at = view, None, time.monotonic()
            self._on_books(view, None)
            log.info("live view has caught up")
            while True:
                batch = await consumer.getmany(timeout_ms=1000, max_records=RECORDS_MAX)
                self._apply(view, batch, {})
                self._polled_at = time.monotonic()
                if books := {_key(record) for at, found in batch.items() if at.topic == BOOKS.name for record in found}:
                    self._on_books(view, books)
                await asyncio.sleep(0)
        finally:
            await consumer.stop()

    def _apply(
        self,
        view: LiveView,
        batch: dict[TopicPartition, list[ConsumerRecord]],
        checkpoints: dict[str, ConsumerRecord],
    ) -> None:
        # books first: what somebody did is waited for, a price is followed by the next
        for partition, records in sorted(batch.items(), key=lambda item: item[0].topic != BOOKS.name):
            for record in records:
                if partition.topic == BOOKS.name:
                    self._read(record, lambda book: view.apply_book(_key(book), book.value))
                elif partition.topic == ACCOUNTS.name:
                    self._read(record, lambda account: view.apply_account(_key(account), account.value))
                elif partition.topic == PRICE_TICKS.name:
                    self._read(record, lambda frame: self._tell(view.apply_frame(frame.value)))
                elif partition.topic == CONTROLS.name:
                    self._read(record, lambda control: view.apply_control(control.value))
                else:
                    checkpoints[_key(record)] = record

    def _tell(self, at: datetime | None) -> None:
        if at is not None:
            self._on_time(at)

    def _read(self, record: ConsumerRecord, apply: Callable[[ConsumerRecord], None]) -> None:
        try:
            apply(record)
        except Exception as error:
            # whatever it is: begun anew the view would come to it again. The topic's own reader dead-letters it
            log.warning(
                "message passed over",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                error=type(error).__name__,
            )


async def _begin(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    """Place the consumer, and return the ends that it must reach to have caught up."""
    partitions = [
        TopicPartition(topic.name, number)
        for topic in (BOOKS, ACCOUNTS, MARKETS, PRICE_TICKS)
        for number in range(PARTITIONS)
    ]
    partitions.append(TopicPartition(CONTROLS.name, 0))  # each of its partitions has them all
    consumer.assign(partitions)
    starts = await consumer.beginning_offsets(partitions)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    frames = [partition for partition in partitions if partition.topic == PRICE_TICKS.name]
    since_ms = int((time.time() - LOOK_BACK_S) * 1000)
    recent = await consumer.offsets_for_times(dict.fromkeys(frames, since_ms))
    for partition in partitions:
        start = starts[partition]
        if partition.topic == PRICE_TICKS.name:
            # at least the latest frame, so that the tape's time is known at once
            latest = ends[partition] - 1
            found = recent.get(partition)
            start = max(start, min(latest, latest if found is None else found.offset), latest - FRAMES_BACK_MAX)
        consumer.seek(partition, start)
    return ends


async def _reached(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True


def _key(record: ConsumerRecord) -> str:
    return bytes(record.key or b"").decode("utf-8", "replace")
