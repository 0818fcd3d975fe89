"""The log in Postgres: facts as they stand on Kafka, so that any moment of an account can be folded again from them.

It is written in the transaction of the rows that history makes of the same message. Prices on the tape and agents'
words are not in it: the tape is kept on Kafka, the words have a table of their own.
"""

from collections.abc import Iterator

from aiokafka import ConsumerRecord

from schemas.dead_letters import written_at
from schemas.event import Event
from sinks.writes import Derive, Effect, insert
from streams.topics import (
    ACCOUNT_EVENTS,
    ACCOUNT_SNAPSHOTS,
    BROKER_REPORTS,
    BY_NAME,
    CANCEL_REQUESTS,
    CANCELS_ASKED,
    CLOSE_REQUESTS,
    CONTROLS,
    DEAD_LETTER_UPDATES,
    DECISIONS,
    FILLS,
    ORDER_REQUESTS,
    ORDER_UPDATES,
    ORDERS,
    POSITION_ADJUSTMENTS,
    PROPOSALS,
    RECONCILIATIONS,
    SHADOW_FILLS,
    SHADOW_TRADES,
    SIGNAL_UPDATES,
    SIGNALS,
    TRADES,
    Topic,
)

LOGGED = frozenset(
    topic.name
    for topic in (
        SIGNALS,
        SIGNAL_UPDATES,
        PROPOSALS,
        DECISIONS,
        ORDERS,
        ORDER_UPDATES,
        FILLS,
        POSITION_ADJUSTMENTS,
        ACCOUNT_EVENTS,
        ACCOUNT_SNAPSHOTS,
        TRADES,
        CLOSE_REQUESTS,
        CANCEL_REQUESTS,
        ORDER_REQUESTS,
        CANCELS_ASKED,
        CONTROLS,
        RECONCILIATIONS,
        BROKER_REPORTS,
        DEAD_LETTER_UPDATES,
        SHADOW_TRADES,
        SHADOW_FILLS,
    )
)

OF_ACCOUNTS = (DECISIONS, CLOSE_REQUESTS, ORDERS, BROKER_REPORTS, ACCOUNT_SNAPSHOTS, ACCOUNT_EVENTS)
"""What an account is folded from; of what became known at one millisecond the causes come first."""

_OUTDATED = """
DELETE FROM account_checkpoints AS kept
 USING (SELECT substr(told, strpos(told, ' ') + 1) AS account_id, min(split_part(told, ' ', 1)::timestamptz) AS since
          FROM unnest($1::text[]) AS told GROUP BY 1) AS late
 WHERE kept.account_id = late.account_id AND kept.known_at >= late.since
"""


def is_logged(topic: Topic, partition: int) -> bool:
    """Return whether a message goes into the log; of what is on every partition one copy does."""
    return topic.name in LOGGED and (partition == 0 or not topic.everywhere)


def logged(message: ConsumerRecord, event: Event) -> Iterator[Effect]:
    """Yield the log's row of a message, and the drop of checkpoints that were folded without it.

    It is known from the time that Kafka has for it, to the millisecond.
    """
    is_shadow = getattr(event, "is_shadow", False) or message.topic in (SHADOW_TRADES.name, SHADOW_FILLS.name)
    account_id: str | None = getattr(event, "account_id", None)
    known_at = written_at(message.timestamp / 1000)
    yield insert(
        "event_log",
        'topic, "partition", "offset"',
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        event_id=event.event_id,
        account_id=account_id,
        symbol=getattr(event, "symbol", None),
        # what is held for real: a shadow's position has no part in an account
        position_id=None if is_shadow else getattr(event, "position_id", None),
        kind=type(event).__name__,
        occurred_at=event.occurred_at,
        known_at=known_at,
        source=event.source,
        sequence=event.sequence,
        value=message.value,
    )
    if BY_NAME[message.topic] in OF_ACCOUNTS:
        yield Derive(_OUTDATED, f"{known_at.isoformat()} {account_id}")
