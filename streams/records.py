"""The recipe of the state record: what makes an effect count once though its cause is delivered again.

1. An event at or below the record's `applied` has been seen: the state does not move, what still stands in the outbox
   goes out again.
2. Otherwise reduce; the record is written with its new outbox, the write awaited; then the outbox is sent and awaited;
   only then is the event acknowledged.
3. What a record emits is numbered by the record. A reader keeps the newest number by source (`heard`), so that a
   repeat under a new offset is recognised, however late it comes.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from schemas.accounts import AccountEvent, AccountSnapshot
from schemas.codec import encode
from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, SignalUpdated, TradeProposed
from schemas.event import Event
from schemas.operations import ControlChanged
from schemas.orders import (
    CloseRequested,
    OrderFilled,
    OrderPlaced,
    OrderUpdated,
    ShadowFilled,
    ShadowTrade,
    TradeClosed,
)
from schemas.performance import PerformanceMeasured, TuningProposed
from schemas.records import OutboxEntry, StateRecord
from streams.topics import (
    ACCOUNT_EVENTS,
    ACCOUNT_SNAPSHOTS,
    AGENT_OUTPUTS,
    CLOSE_REQUESTS,
    CONTROLS,
    DECISIONS,
    ENRICHMENTS,
    FILLS,
    ORDER_UPDATES,
    ORDERS,
    PARTITIONS,
    PERFORMANCE,
    PROPOSALS,
    SHADOW_FILLS,
    SHADOW_TRADES,
    SIGNAL_UPDATES,
    TRADES,
    TUNINGS,
    Topic,
    partition_of,
)

R = TypeVar("R", bound=StateRecord)


def route(event: Event) -> tuple[Topic, str]:
    """Return the topic and the key of an event that a stage emits; raises TypeError for any other."""
    match event:
        case SignalEnriched():
            return ENRICHMENTS, event.symbol
        case AgentReported():
            return AGENT_OUTPUTS, event.symbol
        case TradeProposed():
            return PROPOSALS, event.account_id
        case DecisionMade():
            return DECISIONS, event.account_id
        case OrderPlaced():
            return ORDERS, event.symbol
        case OrderUpdated():
            return ORDER_UPDATES, event.symbol
        case OrderFilled():
            return FILLS, event.symbol
        case AccountEvent():
            return ACCOUNT_EVENTS, event.account_id
        case TradeClosed():
            return TRADES, event.account_id
        case SignalUpdated():
            return SIGNAL_UPDATES, event.symbol
        case ShadowTrade():
            return SHADOW_TRADES, event.symbol
        case ShadowFilled():
            return SHADOW_FILLS, event.symbol
        case CloseRequested():
            return CLOSE_REQUESTS, event.symbol
        case AccountSnapshot():
            return ACCOUNT_SNAPSHOTS, event.account_id
        case PerformanceMeasured():
            return PERFORMANCE, event.account_id
        case TuningProposed():
            return TUNINGS, event.account_id
        case ControlChanged():
            return CONTROLS, event.name
    raise TypeError(f"no stage emits {type(event).__name__}")


def has_seen(record: StateRecord, *, source: str, offset: int) -> bool:
    """Return whether the record has been written with this message, or a later one of its partition."""
    return offset <= record.applied.get(source, -1)


def has_heard(record: StateRecord, event: Event) -> bool:
    """Return whether a numbered event is a repeat of what the record has worked in."""
    return event.sequence > 0 and event.sequence <= record.heard.get(event.source, 0)


def advance(
    record: R,
    *,
    name: str,
    state: object,
    emitted: Sequence[Event],
    heard: Event | None,
    read: Mapping[str, int],
    epoch: int,
) -> R:
    """Return the record after an event.

    name     the record's own, as the source of what it emits: books/paper|SPY
    read     newest offset read by topic-partition, of all that the record has been offered: also what did not change
             it must not be worked in again after a restart, into the state that it has by now
    """
    numbered = [
        event.model_copy(update={"source": name, "sequence": record.emitted + count})
        for count, event in enumerate(emitted, start=1)
    ]
    known = record.heard
    if heard is not None and heard.sequence > 0:
        known = {**known, heard.source: heard.sequence}
    applied = dict(record.applied)
    for source, offset in read.items():
        if offset > applied.get(source, -1):
            applied[source] = offset
    return record.model_copy(
        update={
            "state": state,
            "applied": applied,
            "heard": known,
            "epoch": epoch,
            "version": record.version + 1,
            "emitted": record.emitted + len(numbered),
            "outbox": (*record.outbox, *(entry for event in numbered for entry in _entries(event))),
        }
    )


def _entries(event: Event) -> list[OutboxEntry]:
    """Return what is sent of an event: one message, or one for each partition."""
    topic, key = route(event)
    value = encode(event)
    return [
        OutboxEntry(
            topic=topic.name,
            key=key,
            partition=partition,
            event_id=event.event_id,
            occurred_at=event.occurred_at,
            source=event.source,
            sequence=event.sequence,
            value=value,
        )
        for partition in (range(PARTITIONS) if topic.everywhere else (partition_of(key),))
    ]


def confirmed(record: R, sent: Sequence[OutboxEntry]) -> R:
    """Return the record without the outbox entries that Kafka has acknowledged; the next write carries it on."""
    ids = {(entry.topic, entry.partition, entry.event_id) for entry in sent}
    left = tuple(entry for entry in record.outbox if (entry.topic, entry.partition, entry.event_id) not in ids)
    return record if len(left) == len(record.outbox) else record.model_copy(update={"outbox": left})
