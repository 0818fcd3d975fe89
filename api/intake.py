"""Taking events in durably: an answer means that Kafka has them, or Postgres until Kafka does.

Kafka is asked first, for at most 0.8 s of the 1.5 s that a caller waits. When it does not answer, and for every later
event of a key that still waits, the event goes into the spool. When neither takes it, NotStored is raised.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import asyncpg

from api.claims import AWAY
from api.deduplication import Deduplication
from api.signatures import secrets_of
from api.spool import KAFKA_AWAY, Message, NotStored, Spool
from api.webhook_log import WebhookLog
from schemas.codec import encode
from schemas.event import Event
from schemas.ids import derived_id
from streams.clocks import Clock, TapeClock
from streams.logs import logger
from streams.publisher import Publisher, cloud_headers
from streams.settings import Settings
from streams.topics import Topic, partition_of

log = logger(__name__)

TAKEN_WITHIN_S = 1.5
"""Of a request: TradingView hangs up after 3 s."""

_KAFKA_WITHIN_S = 0.8
_TRY_AGAIN_AFTER_S = 1.0
_TIDY_EVERY_S = 3600.0
_CONNECTIONS_AT_START = 10
_CONNECT_WITHIN_S = 5.0
_NAMES_KEPT = timedelta(days=30)

_TIDY = (
    "DELETE FROM signal_spool WHERE forwarded_at < now() - interval '1 day'",
    "DELETE FROM webhook_dedup WHERE direction IN ('bias', 'sent') AND accepted_at < $1",
    "DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'",
)

__all__ = ["TAKEN_WITHIN_S", "Intake", "NotStored"]


class Intake:
    """What the webhooks need: the way to Kafka and round it, the log of calls, the claims, the clock.

    The publisher may not have connected yet, and the pool's database may be away.

    now  the wall's clock, for what is valid until a time
    """

    def __init__(
        self,
        *,
        settings: Settings,
        publisher: Publisher,
        pool: "asyncpg.Pool[asyncpg.Record]",
        clock: Clock,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.now = now
        self.secrets = secrets_of(settings.security)
        self.log = WebhookLog(pool)
        self.duplicates = Deduplication(pool)
        self._pool = pool
        self._publisher = publisher
        self._spool = Spool(pool=pool, publisher=publisher, on_forwarded=self._kafka_answered)
        self._missed = False
        self._try_again_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to write the log of calls and to forward what an earlier process spooled."""
        await self.log.start()
        await self._spool.start()
        self._tasks = [
            asyncio.create_task(self._tidy_on(), name="intake-tidy"),
            *(asyncio.create_task(self._connect(), name="intake-connect") for _ in range(_CONNECTIONS_AT_START)),
        ]

    async def stop(self) -> None:
        """Stop, the log's rows written. Spooled events stay for the next process."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        await self._spool.stop()
        await self.log.stop()

    @property
    def kafka_answers(self) -> bool:
        """Whether Kafka took the newest event in time; False while the spool stands in for it."""
        return not self._missed

    def stamp(self, said: datetime | None) -> datetime:
        """Return the time of an event by the platform's clock; before the tape's first tick, the event's own."""
        if said is not None and isinstance(self.clock, TapeClock) and not self.clock.started:
            return said
        return self.clock.now()

    def stamp_tape(self, said: datetime | None) -> datetime:
        """Return the time of an event that moves the tape's clock: its own when that is the newest."""
        if said is None or not isinstance(self.clock, TapeClock):
            return self.clock.now()
        return max(said, self.clock.now()) if self.clock.started else said

    def advance(self, at: datetime) -> None:
        """Move the tape's clock; the wall's moves by itself."""
        if isinstance(self.clock, TapeClock):
            self.clock.advance(at)

    async def publish(
        self, topic: Topic, event: Event, *, key: str, partition: int | None = None, traceparent: str | None = None
    ) -> None:
        """Return when an event is durable; raises NotStored after 1.5 s at most."""
        now = asyncio.get_running_loop().time()
        message = Message(
            topic=topic.name,
            key=key,
            partition=partition_of(key) if partition is None else partition,
            # one that goes to every partition waits in the spool once for each
            event_id=event.event_id if partition is None else derived_id("spooled", event.event_id, partition),
            value=encode(event),
            headers=cloud_headers(
                event_id=event.event_id,
                kind=type(event).__name__,
                source=event.source,
                at=event.occurred_at,
                sequence=event.sequence,
                traceparent=traceparent,
            ),
            at=event.occurred_at,
        )
        direct = not self._spool.holds(message.topic, key) and self._may_ask_kafka(now)
        if direct and await self._send(message, until=now + _KAFKA_WITHIN_S):
            return
        await self._spool.store(message, until=now + TAKEN_WITHIN_S)

    def _may_ask_kafka(self, now: float) -> bool:
        if not self._missed:
            return True
        # with something in the spool the forwarder finds out when Kafka is back, else one request a second has to:
        # what is handed to the producer stays in its memory until Kafka takes it
        if self._spool.waiting or now < self._try_again_at:
            return False
        self._try_again_at = now + _TRY_AGAIN_AFTER_S
        return True

    def _kafka_answered(self) -> None:
        if self._missed:
            log.info("kafka answers again")
        self._missed = False

    async def _send(self, message: Message, *, until: float) -> bool:
        sent: asyncio.Future[object] | None = None
        try:
            async with asyncio.timeout_at(until):
                sent = await self._publisher.send_encoded(
                    message.topic,
                    key=message.key,
                    value=message.value,
                    partition=message.partition,
                    headers=message.headers,
                )
                await asyncio.shield(sent)
        except KAFKA_AWAY as error:
            if sent is not None and not sent.done():
                self._spool.expect(message.event_id, sent)
            if not self._missed:
                log.warning("kafka does not answer", topic=message.topic, error=type(error).__name__)
            self._missed = True
            self._try_again_at = asyncio.get_running_loop().time() + _TRY_AGAIN_AFTER_S
            return False
        self._kafka_answered()
        return True

    async def _connect(self) -> None:
        """Open a connection, so that the first alerts need not wait for theirs."""
        with suppress(*AWAY):
            async with self._pool.acquire(timeout=_CONNECT_WITHIN_S):
                pass

    async def _tidy_on(self) -> None:
        while True:
            try:
                await self._pool.execute(_TIDY[0], timeout=60)
                await self._pool.execute(_TIDY[1], self.clock.now() - _NAMES_KEPT, timeout=60)
                await self._pool.execute(_TIDY[2], timeout=60)
            except AWAY as error:
                log.debug("nothing was tidied", error=type(error).__name__)
            await asyncio.sleep(_TIDY_EVERY_S)
