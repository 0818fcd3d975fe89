"""Following the topics of facts: one consumer without a group for all, and short readings of what lies further back."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from heapq import merge
from typing import TypedDict

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from api.following import GATHER_S, Follower, reached, reading
from api.stream.cursors import NUMBER_OF, PLACES, Progress
from api.stream.fact_log import Repeats
from api.stream.facts import told
from api.stream.frames import closed_frame, lines_of
from api.stream.hub import Hub, Missed
from schemas.codec import Undecodable, decode
from schemas.event import Event
from streams.logs import logger
from streams.topics import ACCOUNT_SNAPSHOTS, BY_NAME, CONTROLS

RECORDS_MAX = 500
LOOK_BACK_S = 120
KEPT_BACK_MAX = 500
"""Facts of a place that are in memory from the start on: what clients have missed that come again after a restart."""
NUMBERS_BACK_MAX = 1_000
"""Further back only numbers and ids are looked at, by which repeats are known."""
MISSED_MAX = 5_000
"""Messages that are read again for one client; one that has missed more reads the queries."""
MISSED_WITHIN_S = 10.0
READ_AT_ONCE = 2
STALE_AFTER_S = 3.0
OPTIONS = {"name": "stream", "auto_offset_reset": "none"}
"""Of its consumers: a place that Kafka no longer has is not to be passed over in silence."""

_PARTITIONS = [TopicPartition(topic, number) for topic, number in PLACES]
_STATES = frozenset({ACCOUNT_SNAPSHOTS.name, CONTROLS.name})
"""Topics of which the newest of each key counts, however old it is: read from their beginning."""

log = logger(__name__)


class Following(Follower):
    """The task that reads facts for a hub.

    tape_is_silent  whether no prices come although the market is open
    """

    def __init__(self, bootstrap_servers: str, hub: Hub, *, tape_is_silent: Callable[[], bool]) -> None:
        super().__init__(bootstrap_servers, stale_after_s=STALE_AFTER_S, **OPTIONS)
        self.ready = asyncio.Event()
        """Set once the topics have been read up to their ends of the start."""
        self._hub = hub
        self._tape_is_silent = tape_is_silent
        self._kept_from: list[int] = []
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    @property
    def is_stale(self) -> bool:
        """Whether what is shown may be old: facts cannot be read, or no prices come."""
        return super().is_stale or self._tape_is_silent()

    async def missed(self, following: Sequence[int], audiences: Collection[str]) -> Missed | None:
        """Return what came after a cursor and is not in memory, or None when that is too much or gone.

        raises   KafkaError, OSError, TimeoutError
        """
        facts = self._hub.facts
        if any(at > here for at, here in zip(following, facts.progress.following, strict=True)):
            # read elsewhere, by a process that is further; unless its Kafka was another one
            ends = await self._ends()
            if any(at > ends[partition] for at, partition in zip(following, _PARTITIONS, strict=True)):
                return None
        found = Missed(following, following)
        while missing := facts.missing(found.following):
            if sum(to - at for _, at, to in missing) > MISSED_MAX:
                return None
            async with self._reading, asyncio.timeout(MISSED_WITHIN_S), reading(self._servers, **OPTIONS) as consumer:
                more = await _read_between(consumer, missing, found, audiences)
            if more is None:
                return None
            found = more
        return found

    async def _ends(self) -> Mapping[TopicPartition, int]:
        if self._consumer is None:
            raise TimeoutError
        async with asyncio.timeout(MISSED_WITHIN_S):
            ends: Mapping[TopicPartition, int] = await self._consumer.end_offsets(_PARTITIONS)
            return ends

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        ends = await self._begin(consumer)
        while not self.ready.is_set():
            await self._read(consumer, timeout_ms=200)
            if await reached(consumer, ends):
                self.ready.set()
        self._caught_up(consumer)
        while True:
            await self._read(consumer, timeout_ms=1000)
            await asyncio.sleep(GATHER_S)

    async def _begin(self, consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, int]:
        """Place the consumer where it went away, or for the first time; return the ends to reach."""
        consumer.assign(_PARTITIONS)
        starts = await consumer.beginning_offsets(_PARTITIONS)
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(_PARTITIONS)
        if self.ready.is_set():
            following = self._hub.facts.progress.following
            places = list(zip(_PARTITIONS, following, strict=True))
            if all(starts[partition] <= at <= ends[partition] for partition, at in places):
                for partition, at in places:
                    consumer.seek(partition, at)
                return ends
            log.warning("what follows is not on kafka any more: the stream begins anew")
            self.ready.clear()
        self._hub.begin_anew()
        self._kept_from = []
        since = dict.fromkeys(_PARTITIONS, int((time.time() - LOOK_BACK_S) * 1000))
        recent = await consumer.offsets_for_times(since)
        for place, partition in enumerate(_PARTITIONS):
            start, end = starts[partition], ends[partition]
            found = recent.get(partition)
            kept = max(start, end - KEPT_BACK_MAX, end if found is None else found.offset)
            self._kept_from.append(kept)
            self._hub.facts.begin(place, kept)
            consumer.seek(partition, start if partition.topic in _STATES else max(start, kept - NUMBERS_BACK_MAX))
        return ends

    async def _read(self, consumer: AIOKafkaConsumer, *, timeout_ms: int) -> None:
        batch = await consumer.getmany(timeout_ms=timeout_ms, max_records=RECORDS_MAX)
        for number, message in enumerate(_in_time(batch)):
            self._take(message)
            if number % 20 == 19:
                await asyncio.sleep(0)  # writers have their turn while much is read
        self._hub.settle()
        await asyncio.sleep(0)

    def _take(self, message: ConsumerRecord) -> None:
        place = NUMBER_OF[message.topic, message.partition]
        is_kept = message.offset >= self._kept_from[place]
        is_repeat = self._hub.is_repeat(place, **_identity(message))
        is_news = is_kept and not is_repeat
        event = None
        if is_news or message.topic in _STATES:
            event = _event(message)
            if event is not None:
                self._hub.apply(event)
        if is_kept:
            self._hub.read(place, message.offset, event if is_news else None)


async def _read_between(
    consumer: AIOKafkaConsumer, missing: Sequence[tuple[int, int, int]], found: Missed, audiences: Collection[str]
) -> Missed | None:
    """Return `found` with what is missing, read from Kafka, or None when Kafka no longer has it."""
    ends = {_PARTITIONS[place]: to for place, _, to in missing}
    consumer.assign([*ends])
    starts = await consumer.beginning_offsets([*ends])
    for place, at, _ in missing:
        if at < starts[_PARTITIONS[place]]:
            return None
        consumer.seek(_PARTITIONS[place], at)
    progress, repeats = Progress(found.following), Repeats()
    frames, ids = [*found.frames], {*found.event_ids}
    while not await reached(consumer, ends):
        for message in _in_time(await consumer.getmany(timeout_ms=200, max_records=RECORDS_MAX)):
            place = NUMBER_OF[message.topic, message.partition]
            if message.offset >= ends[_PARTITIONS[place]]:
                continue
            progress.advance(place, message.offset + 1)
            if repeats.is_repeat(place, **_identity(message)) or (event := _event(message)) is None:
                continue
            fact = told(event)
            if fact is not None and fact.audience in audiences and event.event_id not in ids:
                ids.add(event.event_id)
                frames.append(closed_frame(lines_of(fact.kind, fact.row), progress.cursor))
        await asyncio.sleep(0)
    for place, _, to in missing:
        progress.advance(place, to)
    return Missed(found.asked, progress.following, frames, ids)


def _in_time(batch: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> Iterator[ConsumerRecord]:
    """Yield messages in the order of their times, and of each partition in the order of the log."""
    return merge(*batch.values(), key=lambda message: message.timestamp)


class _Identity(TypedDict):
    source: str
    sequence: int
    event_id: str


def _identity(message: ConsumerRecord) -> _Identity:
    """Return by what a message is known, from its headers: it need not be decoded for that."""
    headers = dict(message.headers)
    number = headers.get("ce_sequence") or b"0"
    event_id = (headers.get("ce_id") or b"").decode("utf-8", "replace")
    return _Identity(
        source=(headers.get("ce_source") or b"").decode("utf-8", "replace"),
        sequence=int(number) if number.isdigit() and len(number) < 19 else 0,
        event_id=event_id or f"{message.topic}-{message.partition}-{message.offset}",
    )


def _event(message: ConsumerRecord) -> Event | None:
    """Return the fact in a message, or None: what cannot be read is dead-lettered by the topic's own reader."""
    record = BY_NAME[message.topic].record
    try:
        event = decode(record, message.value)
    except Undecodable as error:
        where = f"{message.topic}-{message.partition}@{message.offset}"
        log.warning("message passed over", at=where, error=type(error).__name__)
        return None
    assert isinstance(event, Event)
    return event
