"""Alerts of dead letters. Run with `python -m sinks.alerts`.

The first letter of a reader, topic and reason raises an alert, those after it none: not before an hour has passed, or
all were dealt with. The alert goes to the log, and to ALERT_URLS (any service that apprise knows). It is noted in
Postgres before it is sent, and as delivered after: a restart repeats none that was delivered.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
from aiokafka import ConsumerRecord

from schemas.codec import Undecodable, decode
from schemas.operations import DeadLettered
from sinks.alerts_sending import are_known, send
from sinks.consumer import batches, consuming
from sinks.database import open_pool
from sinks.process import persist, run
from sinks.writes import REFUSALS
from streams.logs import logger
from streams.readiness import ready
from streams.settings import Alerting, InvalidSettings, Settings
from streams.topics import DEAD_LETTERS

GROUP = "tapestream-alerts"
NAME = "alerts"
TRY_AGAIN_S = 30.0
"""Between attempts to deliver what the receiver did not take."""

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

log = logger(__name__)

_DUE = """
    INSERT INTO dead_letter_alerts AS a (reader, topic, reason, alerted_at, letters) VALUES ($1, $2, $3, now(), $4)
    ON CONFLICT (reader, topic, reason) DO UPDATE
       SET alerted_at = now(), delivered_at = NULL, letters = EXCLUDED.letters
     WHERE a.alerted_at <= now() - make_interval(secs => $5)
        OR (EXISTS (SELECT FROM dead_letters AS l WHERE (l.reader, l.topic, l.reason) = (a.reader, a.topic, a.reason)
                       AND l.changed_at > a.alerted_at)
            AND NOT EXISTS (SELECT FROM dead_letters AS l
                             WHERE (l.reader, l.topic, l.reason) = (a.reader, a.topic, a.reason)
                               AND l.status = 'open' AND l.dead_letter_id <> ALL($6::text[]::uuid[])))
    RETURNING reader
"""
_UNDELIVERED = """
    SELECT reader, topic, reason, letters FROM dead_letter_alerts WHERE delivered_at IS NULL ORDER BY alerted_at
"""
_DELIVERED = """
    UPDATE dead_letter_alerts SET delivered_at = now()
     WHERE (reader, topic, reason) = ($1, $2, $3) AND delivered_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert is about."""

    reader: str
    topic: str
    reason: str
    letters: int
    """that have come at once"""

    @property
    def title(self) -> str:
        return f"Tapestream: {self.letters} dead letter{'s' if self.letters != 1 else ''} on {self.topic}"

    @property
    def body(self) -> str:
        named, count = f"--topic {self.topic} --reader {self.reader}", self.letters
        return (
            f"The reader {self.reader} could not process {count} of the messages on {self.topic}: {self.reason}. "
            f"Nothing is lost, and the topic is read on.\n"
            f"See them: tapestream dead-letters list {named}\n"
            f"Once the cause is gone, send them again: tapestream dead-letters redrive {named} --all\n"
            f"More of the kind raise no alert until these are dealt with, or for a while."
        )


def letters_of(messages: Iterable[ConsumerRecord]) -> list[DeadLettered]:
    """Return the dead letters in messages; what cannot be decoded is the history's to answer for."""
    letters = []
    for message in messages:
        try:
            letters.append(decode(DeadLettered, message.value))
        except Undecodable:
            log.warning("passed_over", topic=message.topic, partition=message.partition, offset=message.offset)
    return letters


async def note(pool: Pool, letters: Sequence[DeadLettered], *, repeat_s: float) -> list[Alert]:
    """Note and return the alerts that letters call for; raises AWAY."""
    ids = [letter.event_id for letter in letters]
    counts = Counter((letter.reader, letter.topic, letter.reason) for letter in letters)
    due = []
    async with pool.acquire() as connection, connection.transaction():
        for (reader, topic, reason), count in counts.items():
            if await connection.fetchval(_DUE, reader, topic, reason, count, repeat_s, ids) is not None:
                due.append(Alert(reader, topic, reason, count))
    return due


async def deliver(pool: Pool, alerting: Alerting) -> bool:
    """Send what is noted and not delivered; returns whether nothing is left. Raises AWAY."""
    for row in await pool.fetch(_UNDELIVERED):
        alert = Alert(row["reader"], row["topic"], row["reason"], row["letters"])
        if not await send(alerting.alert_urls.get_secret_value(), title=alert.title, body=alert.body):
            log.warning("alert_not_delivered", topic=alert.topic, reader=alert.reader)
            return False
        await pool.execute(_DELIVERED, alert.reader, alert.topic, alert.reason)
    return True


async def _keep_delivering(pool: Pool, alerting: Alerting, noted: asyncio.Event) -> None:
    while True:
        done = await persist(lambda: deliver(pool, alerting), what="postgres", passing=AWAY)
        try:
            await asyncio.wait_for(noted.wait(), None if done else TRY_AGAIN_S)
        except TimeoutError:
            continue
        noted.clear()


async def consume(settings: Settings, *, group: str = GROUP) -> None:
    """Raise alerts until cancelled; raises InvalidSettings without a database."""
    if not settings.database.url:
        raise InvalidSettings("DATABASE_URL: not set")
    if not are_known(settings.alerting.alert_urls.get_secret_value()):
        raise InvalidSettings("ALERT_URLS: one of them is not an address of a service that apprise knows")
    pool: Any = await persist(lambda: open_pool(settings.database.url, max_size=2), what="postgres", passing=AWAY)
    noted = asyncio.Event()
    delivering = asyncio.create_task(_keep_delivering(pool, settings.alerting, noted), name="delivering")
    try:
        async with consuming(
            settings.kafka.bootstrap_servers,
            group=group,
            topics=(DEAD_LETTERS,),
            session_timeout_s=settings.kafka.session_timeout_s,
        ) as consumer:
            ready()
            log.info("started")
            async for messages in batches(consumer):
                await _raise(pool, letters_of(messages), settings, noted)
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        pool.terminate()


async def _noted(pool: Pool, letters: Sequence[DeadLettered], *, repeat_s: float) -> list[Alert]:
    """Note letters; one that Postgres refuses is passed over, and holds up no other. Raises AWAY."""
    try:
        return await note(pool, letters, repeat_s=repeat_s)
    except REFUSALS as error:
        if len(letters) == 1:
            log.warning("passed_over", topic=DEAD_LETTERS.name, error=type(error).__name__)
            return []
    return [alert for letter in letters for alert in await _noted(pool, [letter], repeat_s=repeat_s)]


async def _raise(pool: Pool, letters: Sequence[DeadLettered], settings: Settings, noted: asyncio.Event) -> None:
    if not letters:
        return
    alerts = await persist(
        lambda: _noted(pool, letters, repeat_s=settings.alerting.alert_repeat_s), what="postgres", passing=AWAY
    )
    for alert in alerts:
        log.error("dead_letters", reader=alert.reader, topic=alert.topic, reason=alert.reason, letters=alert.letters)
        noted.set()


def main() -> None:
    run(NAME, consume)


if __name__ == "__main__":
    main()
