"""A message as a line of JSON."""

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from compose.tail import line, lines
from schemas.codec import encode
from schemas.desks import Desk
from schemas.operations import ClockAdvanced
from schemas.records import DeskRecord, OutboxEntry
from schemas.ticks import Tick, TickFrame
from streams.boundaries import tell
from streams.publisher import Publisher
from streams.topics import CLOCK

AT = datetime(2021, 1, 4, 14, 30, tzinfo=UTC)
MICROS = 1609770600000000


def shown(value: bytes | None) -> dict[str, object]:
    text = line(topic="t.v1", partition=3, offset=7, key=b"SPX", value=value)
    assert "\n" not in text
    found = json.loads(text)
    assert (found["topic"], found["partition"], found["offset"], found["key"]) == ("t.v1", 3, 7, "SPX")
    assert isinstance(found, dict)
    return found


def test_a_frame_is_shown_as_its_ticks_with_exact_prices() -> None:
    ticks = [
        Tick("SPX", MICROS, price=3_700_650_000_000, size=1),
        Tick("SPX210115C03700000", MICROS, bid=52_400_000_000, ask=53_000_000_000, bid_size=4, ask_size=9),
    ]
    found = shown(encode(TickFrame.of(ticks, source="test", sequence=1)))
    assert found["record"] == "TickFrame"
    value = found["value"]
    assert isinstance(value, dict)
    assert value["ticks"] == [
        {"symbol": "SPX", "at": "2021-01-04T14:30:00Z", "price": "3700.65", "size": 1},
        {
            "symbol": "SPX210115C03700000",
            "at": "2021-01-04T14:30:00Z",
            "bid": "52.4",
            "ask": "53",
            "bid_size": 4,
            "ask_size": 9,
        },
    ]


def test_bytes_inside_a_record_are_shown_in_base64_and_times_as_text() -> None:
    entry = OutboxEntry(
        topic="t", key="k", partition=1, event_id="e", occurred_at=AT, source="s", sequence=1, value=b"\x00\xff"
    )
    value = shown(encode(DeskRecord(state=Desk.model_validate({"symbol": "SPX"}), outbox=(entry,))))["value"]
    assert isinstance(value, dict)
    (kept,) = value["outbox"]
    assert kept["value"] == base64.b64encode(b"\x00\xff").decode()
    assert kept["occurred_at"] == "2021-01-04T14:30:00Z"


def test_what_cannot_be_decoded_is_said() -> None:
    assert shown(b"\x00\x00\x00\x00\x63junk")["error"] == "schema id 99 is unknown"
    assert shown(None)["value"] is None


@pytest.mark.kafka
async def test_a_topic_is_followed(kafka: str) -> None:
    event = ClockAdvanced(event_id="tail-1", occurred_at=AT, source="test/tail", kind="minute")
    async with Publisher(kafka) as publisher:
        await tell(publisher, event, told={})
    found = lines(kafka, CLOCK, from_beginning=True)
    async for text in found:
        message = json.loads(text)
        if message["value"] and message["value"]["event_id"] == "tail-1":
            assert message["value"]["occurred_at"] == "2021-01-04T14:30:00Z"
            break
    await found.aclose()
    assert Decimal(message["offset"]) >= 0
