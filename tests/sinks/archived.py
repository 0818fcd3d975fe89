"""Messages as an archive gets them, without a Kafka."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from aiokafka import ConsumerRecord

from schemas.codec import encode
from schemas.event import Event, to_micros
from schemas.ticks import Tick, TickFrame
from sinks.archive import write
from streams.topics import BY_NAME, TOPICS
from tests.schemas.story import NOON, judged, signal, traded

NANOS = 10**9


def message(event: Event | bytes | None, *, topic: str, offset: int, millis: int, partition: int = 3) -> Any:
    """Return a message as a consumer gives it."""
    value = encode(event) if isinstance(event, Event) else event
    return ConsumerRecord(
        topic=topic,
        partition=partition,
        offset=offset,
        timestamp=millis,
        timestamp_type=0,
        key=b"SPY",
        value=value,
        checksum=None,
        serialized_key_size=3,
        serialized_value_size=len(value or b""),
        headers=(),
    )


def of_a_day() -> list[Event]:
    """Return two signals that were traded, one that was rejected, one that was not decided on, and their tape."""
    rejected = [signal("IWM"), *judged("IWM", approved=False)]
    lost = [
        event.model_copy(update={"realized_pnl": Decimal(-100), "engine": "B"})
        if "pnl_r" in fields_of(event)
        else event
        for event in traded("QQQ")
    ]
    kept = [signal("SPY"), *judged("SPY"), *traded("SPY"), signal("QQQ"), *judged("QQQ"), *lost]
    return [*kept, *rejected, signal("DIA"), tape()]


def fields_of(event: Event) -> set[str]:
    return set(type(event).model_fields)


def tape() -> TickFrame:
    """Return trades of SPY, and quotes of its contract: 2.39 to 2.41 before its entry, 3.75 to 3.77 before its exit."""
    contract = "SPY260227C00596500"
    start = to_micros(NOON)
    cents = NANOS // 100

    def quote(seconds: float, bid: int, ask: int) -> Tick:
        return Tick(contract, start + int(seconds * 1e6), bid=bid * cents, ask=ask * cents, bid_size=3, ask_size=4)

    trades = [Tick("SPY", start + number * 20_000_000, price=(59_600 + number) * cents, size=10) for number in range(6)]
    return TickFrame.of(
        [quote(0.5, 239, 241), *trades[:3], quote(59, 375, 377), *trades[3:]], source="feed", sequence=1
    )


def archived(folder: Path, events: Sequence[Event]) -> None:
    """Write events into an archive as if they had come from Kafka; a decision 250 ms after its time."""
    offsets = dict.fromkeys(BY_NAME, 0)
    for event in events:
        topic = next(topic for topic in TOPICS if topic.record is type(event))
        late = timedelta(milliseconds=250) if topic.name == "decisions.v1" else timedelta()
        found = message(
            event, topic=topic.name, offset=offsets[topic.name], millis=to_micros(event.occurred_at + late) // 1000
        )
        offsets[topic.name] += 1
        write(folder, topic, [found])
