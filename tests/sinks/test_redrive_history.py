"""What the history does with a message that is sent again, and with one that has no rows."""

from typing import Any

import pytest
from aiokafka import ConsumerRecord

from schemas.codec import encode
from schemas.dead_letters import READER_HEADER, RECORD_HEADER, REDRIVE_HEADER
from schemas.operations import DeadLettered
from sinks.history import Fact, read
from sinks.tables import EFFECTS
from sinks.writes import insert
from streams.topics import SIGNALS
from tests.schemas.story import signal


def message(*headers: tuple[str, bytes], value: bytes | None = None, timestamp: int = 0) -> ConsumerRecord[Any, Any]:
    given = encode(signal("SPY")) if value is None else value
    return ConsumerRecord(SIGNALS.name, 0, 7, timestamp, 0, b"SPY", given, None, 3, len(given), headers)


def redriven(reader: str, record: str) -> ConsumerRecord[Any, Any]:
    return message((REDRIVE_HEADER, b"l-1"), (READER_HEADER, reader.encode()), (RECORD_HEADER, record.encode()))


@pytest.mark.parametrize(
    ("reader", "record", "is_read"),
    [("history", "postgres", True), ("market", "", True), ("history", "", True), ("market", "desks/SPY", False)],
)
def test_what_failed_on_a_record_of_another_reader_is_passed_over(reader: str, record: str, is_read: bool) -> None:
    assert isinstance(read(redriven(reader, record)), Fact) == is_read


def test_an_event_that_no_rows_can_be_made_of_is_a_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    def impossible(event: Any) -> Any:
        yield insert("signals", "signal_id", signal_id=1 // 0)

    monkeypatch.setitem(EFFECTS, SIGNALS.record, impossible)
    letter = read(message(timestamp=2**62))
    assert isinstance(letter, DeadLettered)
    assert (letter.reason, letter.record, letter.error) == ("failed", "postgres", "ZeroDivisionError")
