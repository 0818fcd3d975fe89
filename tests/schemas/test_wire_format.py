"""Records as bytes on Kafka: what is written is read, and anything else is refused without quoting it."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.catalogue import MODELS, newest, versions
from schemas.codec import Undecodable, decode, decode_any, encode
from schemas.decisions import DecisionMade
from schemas.event import from_micros, to_micros
from schemas.signals import SignalReceived
from schemas.ticks import Tick, TickFrame
from tests.schemas.specimens import INSTANTS, INTEGERS, any_of, specimens
from tests.schemas.story import signal


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_record_comes_back_equal(model: type[BaseModel], data: st.DataObject) -> None:
    record = data.draw(any_of(model))
    value = encode(record)
    assert decode(model, value) == record
    assert encode(decode(model, value)) == value


@given(instant=INSTANTS)
def test_an_instant_keeps_its_microseconds(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


def test_an_instant_without_a_zone_is_refused_and_another_zone_becomes_utc() -> None:
    with pytest.raises(ValidationError, match="needs a zone"):
        signal("SPY", occurred_at=datetime(2026, 2, 20))  # noqa: DTZ001 -- the naive instant is the point
    moved = signal("SPY", occurred_at=datetime.fromisoformat("2026-02-20T12:00:00-05:00"))
    assert moved.occurred_at == datetime(2026, 2, 20, 17, tzinfo=UTC)
    assert moved.occurred_at.tzinfo is UTC


@given(value=st.binary(max_size=200))
def test_bytes_from_elsewhere_are_refused_and_nothing_else_happens(value: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(SignalReceived, value)


@settings(deadline=None)
@given(body=st.binary(max_size=200), model=st.sampled_from(MODELS))
def test_a_true_header_over_false_bytes_is_refused_or_read(body: bytes, model: type[BaseModel]) -> None:
    value = b"\x00" + newest(model.__name__).schema_id.to_bytes(4, "big") + body
    with suppress(Undecodable):
        assert isinstance(decode(model, value), model)


def test_what_is_wrong_is_said_without_the_message() -> None:
    whole = encode(signal("SPY", raw_payload='{"token": "geheim"}'))
    unknown = max(versions()) + 1
    for value, problem in {
        None: "shorter",
        b"": "shorter",
        whole[:4]: "shorter",
        b"\x01" + whole[1:]: "begins with byte 1",
        whole[:1] + unknown.to_bytes(4, "big") + whole[5:]: f"schema id {unknown} is unknown",
        whole[:-1]: "not Avro",
        whole + b"\x00": "left over",
        encode(specimens()["TickFrame"]): "is TickFrame",
    }.items():
        with pytest.raises(Undecodable, match=problem) as raised:
            decode(SignalReceived, value)
        assert "geheim" not in str(raised.value)


def test_a_value_outside_its_choices_names_the_field() -> None:
    decision = specimens()["DecisionMade"].model_copy(update={"status": "perhaps"})
    with pytest.raises(Undecodable, match="DecisionMade: status: literal_error"):
        decode(DecisionMade, encode(decision))


def test_any_record_reads_without_its_class() -> None:
    name, fields = decode_any(encode(signal("SPY", price=Decimal("1.5"))))
    assert name == "SignalReceived"
    assert fields["price"] == Decimal("1.5000")


TICKS = st.builds(Tick, st.text(min_size=1, max_size=6), st.integers(0, 2**52), *[INTEGERS] * 6)


@given(ticks=st.lists(TICKS, min_size=1, max_size=40))
def test_a_frame_gives_back_its_ticks_in_their_order(ticks: list[Tick]) -> None:
    frame = TickFrame.of(ticks, source="feed", sequence=1)
    assert list(frame.ticks()) == ticks
    assert list(decode(TickFrame, encode(frame)).ticks()) == ticks
    assert len(frame) == len(ticks)
    assert to_micros(frame.occurred_at) == max(tick.at for tick in ticks)


def test_a_frame_whose_columns_do_not_fit_is_refused() -> None:
    frame = TickFrame.of([Tick("SPY", 1), Tick("QQQ", 2)], source="feed", sequence=1)
    for changes in (
        {"price": frame.price[:8]},
        {"at": frame.at[:-1]},
        {"instruments": ("SPY",)},
        {"instrument": b"\xff" * 16},
    ):
        with pytest.raises(ValueError, match=r"column|instrument"):
            frame.model_copy(update=changes).ticks()
    with pytest.raises(ValueError, match="at least one"):
        TickFrame.of([], source="feed", sequence=1)
