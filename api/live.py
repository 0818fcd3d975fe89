"""Keeping the live view: one consumer without a group reads books, accounts, controls, checkpoints and the tape."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from api.following import GATHER_S, Follower, key_of, reached
from api.live_view import LiveView
from api.problems import Problem
from schemas.ranks import rank_of
from streams.logs import logger
from streams.topics import ACCOUNTS, BOOKS, CONTROLS, MARKETS, PARTITIONS, PRICE_TICKS

LOOK_BACK_S = 10
"""Of the tape at start: longer than a checkpoint of `markets` is behind it."""
FRAMES_BACK_MAX = 2000
RECORDS_MAX = 300
STALE_AFTER_S = 10.0

log = logger(__name__)


class Live(Follower):
    """The view and the task that feeds it.

    on_time   is told each time on the tape
    on_books  is told the keys of the books that have changed, or None when the view is another one
    on_tape   is called when frames of the tape were read
    """

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        on_time: Callable[[datetime], None],
        on_books: Callable[[LiveView, Iterable[str] | None], None] = lambda *_: None,
        on_tape: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(bootstrap_servers, name="live", stale_after_s=STALE_AFTER_S)
        self._on_time = on_time
        self._on_books = on_books
        self._on_tape = on_tape
        self._view: LiveView | None = None
        self.tape_written_at: datetime | None = None
        """When the newest frame was written to Kafka; None: never, as far as is known."""
        self.changing = asyncio.Lock()
        """Held by who changes a control: whether it has changed meanwhile, and the change, are one."""

    @property
    def trouble(self) -> str | None:
        """What keeps the view from being current, or None."""
        if self._view is None:
            return "starting"
        return "stale" if self.is_stale else None

    @property
    def view(self) -> LiveView:
        """The view; raises Problem 503 until it has caught up for the first time."""
        if self._view is None:
            raise Problem(503, "positions and orders are still being read from Kafka", headers={"Retry-After": "1"})
        return self._view

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        # built anew: a topic that was made anew begins again at version 1
        view = LiveView()
        ends = await _begin(consumer)
        checkpoints: dict[str, ConsumerRecord] = {}
        while not await reached(consumer, ends):
            self._apply(view, await consumer.getmany(timeout_ms=200, max_records=RECORDS_MAX), checkpoints)
            await asyncio.sleep(0)
        for record in checkpoints.values():
            self._read(record, lambda held: self._tell(view.apply_market(held.value)))
        # from here on the tape says it all
        consumer.pause(*(partition for partition in ends if partition.topic == MARKETS.name))
        self._view = view
        self._caught_up(consumer)
        self._on_books(view, None)
        while True:
            batch = await consumer.getmany(timeout_ms=1000, max_records=RECORDS_MAX)
            self._apply(view, batch, {})
            if books := {key_of(record) for at, found in batch.items() if at.topic == BOOKS.name for record in found}:
                self._on_books(view, books)
            if any(at.topic == PRICE_TICKS.name for at in batch):
                self._on_tape()
            await asyncio.sleep(GATHER_S)

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
                    self._read(record, lambda book: view.apply_book(key_of(book), book.value))
                elif partition.topic == ACCOUNTS.name:
                    self._read(
                        record,
                        lambda account: view.apply_account(key_of(account), account.value, rank_of(account.headers)),
                    )
                elif partition.topic == PRICE_TICKS.name:
                    self._read(record, lambda frame: self._tell(view.apply_frame(frame.value)))
                    written = datetime.fromtimestamp(record.timestamp / 1000, UTC)
                    self.tape_written_at = max(self.tape_written_at or written, written)
                elif partition.topic == CONTROLS.name:
                    self._read(record, lambda control: view.apply_control(control.value))
                else:
                    checkpoints[key_of(record)] = record

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
