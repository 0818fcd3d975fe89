"""Where events wait in Postgres while Kafka does not answer, and the task that sends them on in their order.

Whoever stores is answered when the row is on disk. Rows are written in groups by one task and forwarded by one at a
time of all processes (an advisory lock), so that the events of a key leave in the order in which they came.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from aiokafka.errors import KafkaError
from asyncpg.pool import PoolConnectionProxy

from api.claims import AWAY
from streams.logs import logger
from streams.publisher import Headers, Publisher

log = logger(__name__)

QUEUE_MAX = 10_000
_GROUP = 500
_LOOK_EVERY_S = 5.0
_PAUSE_S = 0.5
_QUERY_WITHIN_S = 5.0
_LOCK = 0x7461_7065_7370_6F6F
"""Of whoever forwards; any number that nobody else takes."""

_STORE = """
INSERT INTO signal_spool (topic, key, partition, event_id, value, headers, created_at)
SELECT topic, key, partition, event_id, value, headers::jsonb, created_at
  FROM unnest($1::text[], $2::text[], $3::int[], $4::uuid[], $5::bytea[], $6::text[], $7::timestamptz[])
       WITH ORDINALITY AS row (topic, key, partition, event_id, value, headers, created_at, number)
 ORDER BY number
ON CONFLICT (topic, event_id) DO NOTHING
RETURNING spool_id, topic, key
"""
_WAITING = "SELECT topic, key, max(spool_id) FROM signal_spool WHERE forwarded_at IS NULL GROUP BY topic, key"
_OLDEST = """
SELECT spool_id, topic, key, partition, event_id::text, value, headers::text
  FROM signal_spool WHERE forwarded_at IS NULL ORDER BY spool_id LIMIT $1
"""
_FORWARDED = "UPDATE signal_spool SET forwarded_at = now() WHERE spool_id = ANY($1::bigint[])"


KAFKA_AWAY = (KafkaError, OSError, AssertionError)
"""What the producer fails with when Kafka cannot be asked: it asserts where it knows no partitions yet."""


class NotStored(Exception):
    """An event is in neither Kafka nor Postgres: whoever sent it must send it again."""


@dataclass(frozen=True, slots=True)
class Message:
    """An encoded event on its way to a topic. `at` is the platform's time."""

    topic: str
    key: str
    partition: int
    event_id: str
    value: bytes
    headers: Headers
    at: datetime


class Spool:
    """Events that wait for Kafka. `on_forwarded` is called for each that Kafka has taken."""

    def __init__(
        self, *, pool: "asyncpg.Pool[asyncpg.Record]", publisher: Publisher, on_forwarded: Callable[[], None]
    ) -> None:
        self._pool = pool
        self._publisher = publisher
        self._on_forwarded = on_forwarded
        self._queue: deque[tuple[Message, asyncio.Future[None]]] = deque()
        self._storing: Counter[tuple[str, str]] = Counter()
        self._newest: dict[tuple[str, str], int] = {}
        self._in_producer: dict[str, asyncio.Future[object]] = {}
        self._to_store = asyncio.Event()
        self._to_forward = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to store and to forward; what an earlier process left is forwarded too."""
        self._tasks = [
            asyncio.create_task(self._store_on(), name="spool-store"),
            asyncio.create_task(self._forward_on(), name="spool-forward"),
        ]
        self._to_forward.set()

    async def stop(self) -> None:
        """Stop; what waits is forwarded by the next process."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    def holds(self, topic: str, key: str) -> bool:
        """Whether events of a key wait here, so that a later one has to wait behind them."""
        return (topic, key) in self._newest or self._storing[(topic, key)] > 0

    @property
    def waiting(self) -> bool:
        """Whether anything waits here."""
        return bool(self._newest) or self._storing.total() > 0

    def expect(self, event_id: str, sent: "asyncio.Future[object]") -> None:
        """Note that the producer already has an event and may yet deliver it, so that it is not sent twice."""
        self._in_producer[event_id] = sent
        sent.add_done_callback(_retrieved)

    async def store(self, message: Message, *, until: float) -> None:
        """Return when an event is on disk; raises NotStored when that fails or is not done by `until` (loop time)."""
        if len(self._queue) >= QUEUE_MAX:
            raise NotStored("the spool's queue is full")
        place = (message.topic, message.key)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((message, done))
        self._storing[place] += 1
        self._to_store.set()
        try:
            async with asyncio.timeout_at(until):
                await done
        except TimeoutError as error:
            raise NotStored("postgres does not answer in time") from error
        finally:
            self._storing[place] -= 1
            if not self._storing[place]:
                del self._storing[place]

    async def _store_on(self) -> None:
        while True:
            await self._to_store.wait()
            self._to_store.clear()
            while self._queue:
                group = [self._queue.popleft() for _ in range(min(_GROUP, len(self._queue)))]
                await self._store_group([(message, done) for message, done in group if not done.done()])

    async def _store_group(self, group: Sequence[tuple[Message, "asyncio.Future[None]"]]) -> None:
        messages = [message for message, _ in group]
        columns = (
            [message.topic for message in messages],
            [message.key for message in messages],
            [message.partition for message in messages],
            [message.event_id for message in messages],
            [message.value for message in messages],
            [json.dumps({name: value.decode() for name, value in message.headers}) for message in messages],
            [message.at for message in messages],
        )
        try:
            async with asyncio.timeout(_QUERY_WITHIN_S):
                rows = await self._pool.fetch(_STORE, *columns)
        except AWAY as error:
            log.warning("events could not be spooled", events=len(group), error=type(error).__name__)
            for _, done in group:
                if not done.done():
                    done.set_exception(NotStored("postgres does not answer"))
            return
        for spool_id, topic, key in rows:
            self._newest[(topic, key)] = max(spool_id, self._newest.get((topic, key), 0))
        for _, done in group:
            if not done.done():
                done.set_result(None)
        log.debug("events were spooled", events=len(rows))
        self._to_forward.set()

    async def _forward_on(self) -> None:
        loaded = stuck = False
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._to_forward.wait()
            self._to_forward.clear()
            try:
                if not loaded:
                    for topic, key, spool_id in await self._pool.fetch(_WAITING, timeout=_QUERY_WITHIN_S):
                        self._newest.setdefault((topic, key), spool_id)
                    loaded = True
                while await self._forward_some():
                    pass
                stuck = False
            except (*KAFKA_AWAY, *AWAY) as error:
                if not stuck:
                    log.warning("the spool waits", error=type(error).__name__)
                stuck = True
                await asyncio.sleep(_PAUSE_S)
                self._to_forward.set()

    @staticmethod
    async def _unlock(connection: "PoolConnectionProxy[asyncpg.Record]") -> None:
        try:
            await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK, timeout=_QUERY_WITHIN_S)
        except BaseException:
            connection.terminate()  # the lock goes with it, and is not left in a pool
            raise

    async def _forward_some(self) -> bool:
        """Send the oldest rows to Kafka and mark them; return whether there may be more."""
        async with self._pool.acquire(timeout=_QUERY_WITHIN_S) as connection:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK, timeout=_QUERY_WITHIN_S):
                return False
            try:
                before = dict(self._newest)
                rows = await connection.fetch(_OLDEST, _GROUP, timeout=_QUERY_WITHIN_S)
                if not rows:
                    self._forget(before)
                    return False
                lanes: dict[tuple[str, int], list[asyncpg.Record]] = {}
                for row in rows:
                    lanes.setdefault((row["topic"], row["partition"]), []).append(row)
                sent: list[int] = []
                failures = await asyncio.gather(*(self._forward_lane(lane, sent) for lane in lanes.values()))
                await connection.execute(_FORWARDED, sent, timeout=_QUERY_WITHIN_S)
            finally:
                await self._unlock(connection)
        gone = set(sent)
        for row in rows:
            place = (row["topic"], row["key"])
            if row["spool_id"] in gone and self._newest.get(place, 0) <= row["spool_id"]:
                self._newest.pop(place, None)
        log.info("spooled events were forwarded", events=len(sent))
        for failure in failures:
            if failure is not None:
                raise failure
        return True

    def _forget(self, forwarded: dict[tuple[str, str], int]) -> None:
        """Let go of what is known to have left, by whichever process."""
        for place, spool_id in forwarded.items():
            if self._newest.get(place) == spool_id:
                del self._newest[place]
        self._in_producer = {event_id: sent for event_id, sent in self._in_producer.items() if not sent.done()}

    async def _forward_lane(self, rows: Sequence[asyncpg.Record], sent: list[int]) -> Exception | None:
        """Send the rows of one partition, each after the one before is acknowledged; return what stopped it."""
        for row in rows:
            try:
                known = self._in_producer.pop(row["event_id"], None)
                if known is None or not await _delivered(known):
                    headers = [(name, value.encode()) for name, value in json.loads(row["headers"]).items()]
                    acknowledged = await self._publisher.send_encoded(
                        row["topic"], key=row["key"], value=row["value"], partition=row["partition"], headers=headers
                    )
                    await acknowledged
            except KAFKA_AWAY as error:
                return error
            sent.append(row["spool_id"])
            self._on_forwarded()
        return None


async def _delivered(sent: "asyncio.Future[object]") -> bool:
    try:
        await asyncio.shield(sent)
    except KAFKA_AWAY:
        return False
    return True


def _retrieved(sent: "asyncio.Future[object]") -> None:
    """Look at a failure that nobody may be waiting for, so that asyncio does not complain about it."""
    if not sent.cancelled():
        sent.exception()
