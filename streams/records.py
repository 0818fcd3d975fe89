"""The recipe of the state record: what makes an effect count once though its cause is delivered again.

1. An event at or below the record's `applied` has been seen: the state does not move, what still stands in the outbox
   goes out again.
2. Otherwise reduce; the record is written with its new outbox, the write awaited; then the outbox is sent and awaited;
   only then is the event acknowledged.
3. What a record emits is numbered by the record. A reader keeps the newest number by source (`heard`), so that a
   repeat under a new offset is recognised, however late it comes.
4. An event that a record fails on is worked in as a dead letter in its outbox: it counts as seen and heard, so that
   only its redriving can still bring it. A redriven message is taken once, whatever number was heard meanwhile, and
   noted in `heard` as from a source of its own.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from schemas.accounts import AccountEvent, AccountSnapshot
from schemas.codec import encode
from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, SignalUpdated, TradeProposed
from schemas.event import Event
from schemas.operations import ControlChanged, DeadLettered
from schemas.orders import (
    CancelRequested,
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
    CANCEL_REQUESTS,
    CLOSE_REQUESTS,
    CONTROLS,
    DEAD_LETTERS,
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

EVENT_BYTES_MAX = 7_000_000
"""Of what a record emits; a larger one could not be sent."""
MARKS_MAX = 2_000
"""Of each kind, in a record's `heard`; the oldest go first."""
REDRIVEN, ASIDE = "redrives/", "letters/"
"""Prefixes of marks in `heard`: an event taken from a dead letter; one that no record has taken, with its offset."""


class Unstorable(ValueError):
    """What follows from a message cannot be kept or sent. The text holds nothing of it."""


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
        case CancelRequested():
            return CANCEL_REQUESTS, event.symbol
        case AccountSnapshot():
            return ACCOUNT_SNAPSHOTS, event.account_id
        case PerformanceMeasured():
            return PERFORMANCE, event.account_id
        case TuningProposed():
            return TUNINGS, event.account_id
        case ControlChanged():
            return CONTROLS, event.name
        case DeadLettered():
            return DEAD_LETTERS, event.topic
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
    apart: Sequence[Event] = (),
    letters: Sequence[DeadLettered] = (),
    mark: tuple[str, int] | None = None,
) -> R:
    """Return the record after an event.

    name     the record's own, as the source of what it emits: books/paper|SPY
    apart    sent behind `emitted`, under sources and numbers of their own
    read     newest offset read by topic-partition, of all that the record has been offered: also what did not change
             it must not be worked in again after a restart, into the state that it has by now
    letters  of events that the record failed on
    mark     of a dead letter's event, to be kept in `heard`
    raises   Unstorable when an event is too large to be sent
    """
    numbered = [
        event.model_copy(update={"source": name, "sequence": record.emitted + count})
        for count, event in enumerate(emitted, start=1)
    ]
    known = record.heard
    if heard is not None and heard.sequence > 0:
        # one that was redriven may be older than what has been heard since
        known = {**known, heard.source: max(heard.sequence, known.get(heard.source, 0))}
    if mark is not None:
        known = _marked(known, *mark)
    applied = dict(record.applied)
    for source, offset in read.items():
        if offset > applied.get(source, -1):
            applied[source] = offset
    sent = (*numbered, *apart, *letters)
    return record.model_copy(
        update={
            "state": state,
            "applied": applied,
            "heard": known,
            "epoch": epoch,
            "version": record.version + 1,
            "emitted": record.emitted + len(numbered),
            "outbox": (*record.outbox, *(entry for event in sent for entry in _entries(event))),
        }
    )


def _marked(heard: Mapping[str, int], name: str, number: int) -> dict[str, int]:
    kind = name.partition("/")[0] + "/"
    others = [known for known in heard if known.startswith(kind) and known != name]
    old = set(others[: max(0, len(others) + 1 - MARKS_MAX)])
    return {**{known: value for known, value in heard.items() if known not in old}, name: number}


def _entries(event: Event) -> list[OutboxEntry]:
    """Return what is sent of an event: one message, or one for each partition."""
    topic, key = route(event)
    value = encode(event)
    if len(value) > EVENT_BYTES_MAX:
        raise Unstorable(f"{type(event).__name__}: {len(value)} bytes")
    if isinstance(event, AccountSnapshot):
        values = [value, *(encode(_part_of(event, partition)) for partition in range(1, PARTITIONS))]
    else:
        values = [value] * PARTITIONS
    return [
        OutboxEntry(
            topic=topic.name,
            key=key,
            partition=partition,
            event_id=event.event_id,
            occurred_at=event.occurred_at,
            source=event.source,
            sequence=event.sequence,
            value=values[partition],
        )
        for partition in (range(PARTITIONS) if topic.everywhere else (partition_of(key),))
    ]


def _part_of(snapshot: AccountSnapshot, partition: int) -> AccountSnapshot:
    """Return what a partition is told of an account: nobody there asks for the underlyings of another one."""
    own = {symbol: count for symbol, count in snapshot.positions.items() if partition_of(symbol) == partition}
    return snapshot.model_copy(update={"positions": own})


def confirmed(record: R, sent: Sequence[OutboxEntry]) -> R:
    """Return the record without the outbox entries that Kafka has acknowledged; the next write carries it on."""
    ids = {(entry.topic, entry.partition, entry.event_id) for entry in sent}
    left = tuple(entry for entry in record.outbox if (entry.topic, entry.partition, entry.event_id) not in ids)
    return record if len(left) == len(record.outbox) else record.model_copy(update={"outbox": left})
