"""What holds of every alert, whatever it says: taken or refused alike, counted once, written down."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.alerts import signal_of
from api.payloads import InvalidPayload, parse
from schemas.signals import SignalReceived
from streams.publisher import Publisher
from streams.topics import SIGNALS
from tests.api import webhook_stage
from tests.api.webhook_stage import Stage, Tape, new_symbol, stage, tape

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
some = settings(max_examples=60, deadline=None)
on_services = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Each example works on a symbol of its own, so that they may share the services."""

WHOLE: dict[str, Any] = {"symbol": "SPY", "direction": "long", "timeframe": "5m", "timestamp": 1770996600}
letters = st.characters(codec="utf-8", exclude_characters="\x00")
extras = st.dictionaries(
    st.text(letters, max_size=8).map(lambda name: f"x_{name}"),
    st.none() | st.booleans() | st.integers() | st.text(letters, max_size=10),
    max_size=4,
)
valid = st.fixed_dictionaries(
    {
        "symbol": st.sampled_from(["SPY", "qqq", " nasdaq:IWM "]),
        "direction": st.sampled_from(["long", "SHORT", "CALL", "put", "BUY", "sell"]),
        "timeframe": st.sampled_from(["5m", 5, "60", "1D", "15 Minutes"]),
        "timestamp": st.integers(1_600_000_000, 1_900_000_000),
    },
    optional={
        "price": st.decimals(min_value="0.01", max_value=9_999, places=2).map(float),
        "confidence": st.integers(0, 100),
        "strike": st.integers(1, 9_000),
    },
)
BROKEN: dict[str, list[Any]] = {
    "symbol": [None, "", "A" * 21, "SPY;DROP"],
    "direction": [None, "", "sideways", "exit"],
    "timeframe": [None, "", "soon", 0, -5],
    "timestamp": ["soon", -1, True],
    "price": ["much", -1],
    "confidence": [101, -1, "sure"],
}


def read(payload: dict[str, Any]) -> SignalReceived:
    parsed = parse(json.dumps(payload).encode())
    assert parsed.problem is None
    return signal_of(parsed.payload, account_id="paper", stamp=lambda said: said or AT)


def verdict(payload: dict[str, Any]) -> SignalReceived | list[dict[str, str]]:
    try:
        return read(payload)
    except InvalidPayload as refusal:
        return refusal.details


@some
@given(valid, extras, st.sampled_from([None, *BROKEN]), st.randoms(use_true_random=False), st.data())
def test_an_alert_is_taken_or_refused_alike_however_often_and_in_whatever_order_it_is_written(
    alert: dict[str, Any], more: dict[str, Any], broken: str | None, random: Any, data: st.DataObject
) -> None:
    """Property 1: Webhook validation consistency"""
    if broken is not None:
        alert = {**alert, broken: data.draw(st.sampled_from(BROKEN[broken]))}
    names = list(alert)
    random.shuffle(names)
    shuffled = {name: alert[name] for name in names}
    first = verdict(alert)
    assert verdict(alert) == first
    other, extended = verdict(shuffled), verdict({**more, **alert})
    if isinstance(first, SignalReceived):
        assert broken is None
        assert isinstance(other, SignalReceived)
        assert isinstance(extended, SignalReceived)
        # the alert itself goes along as it was sent; all that is read of it is the same
        assert other.model_copy(update={"raw_payload": first.raw_payload}) == first
        assert extended.model_copy(update={"raw_payload": first.raw_payload}) == first
    else:
        assert broken is not None
        assert other == extended == first


@some
@given(valid, st.sampled_from(sorted(BROKEN)), st.data())
def test_a_whole_alert_is_taken_and_one_broken_field_is_refused_by_its_name(
    alert: dict[str, Any], field: str, data: st.DataObject
) -> None:
    """Orchestrator property: Webhook payload validation"""
    taken = read(alert)
    assert taken.symbol in ("SPY", "QQQ", "IWM")
    assert taken.direction == ("long" if str(alert["direction"]).lower() in ("long", "call", "buy") else "short")
    assert taken.timestamp == datetime.fromtimestamp(alert["timestamp"], tz=UTC)
    details = verdict({**alert, field: data.draw(st.sampled_from(BROKEN[field]))})
    assert isinstance(details, list)
    assert [problem["field"] for problem in details] == [field]
    assert all(problem["message"] for problem in details)


class Steps:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


@pytest.fixture
def clock() -> Steps:
    return Steps()


@pytest.fixture
async def on(
    publisher: Publisher, database_url: str, monkeypatch: pytest.MonkeyPatch, clock: Steps
) -> AsyncIterator[Stage]:
    made = webhook_stage.settings(monkeypatch)
    async with stage(settings=made, publisher=publisher, database_url=database_url, clock=clock) as built:
        yield built


@pytest.fixture
async def watched(kafka: str) -> AsyncIterator[Tape]:
    async with tape(kafka, (SIGNALS,)) as opened:
        yield opened


alerts = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "direction": st.sampled_from(["long", "short"]),
                "timeframe": st.sampled_from(["5m", "1h"]),
                "is_test": st.booleans(),
            }
        ),
        st.sampled_from([0, 0.5, 30, 59.999, 60, 61]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.kafka
@pytest.mark.postgres
@on_services
@given(alerts)
async def test_within_a_minute_an_alert_counts_once_and_every_repeat_names_the_first(
    on: Stage, watched: Tape, clock: Steps, sent: list[tuple[dict[str, Any], float]]
) -> None:
    """Property 4: Deduplication idempotence"""
    on.symbol = new_symbol()
    taken: dict[str, tuple[datetime, str]] = {}
    expected: list[str] = []
    for number, (alert, wait_s) in enumerate(sent):
        clock.at += timedelta(seconds=wait_s)
        answer = (await on.post(on.alert(**alert, timestamp=1770996600 + number))).json()
        same = json.dumps(alert, sort_keys=True)
        at, signal_id = taken.get(same, (AT - timedelta(days=1), ""))
        if clock.at - at < timedelta(seconds=60):
            assert (answer["status"], answer["signal_id"]) == ("DUPLICATE", signal_id)
        else:
            assert answer["status"] == "ACCEPTED"
            taken[same] = (clock.at, answer["signal_id"])
            expected.append(answer["signal_id"])
    events = await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=len(expected))
    assert [event.event_id for event in events] == expected


@pytest.mark.kafka
@pytest.mark.postgres
@on_services
@given(st.integers(1, 4), valid)
async def test_one_alert_makes_one_signal_however_often_it_is_posted(
    on: Stage, watched: Tape, times: int, alert: dict[str, Any]
) -> None:
    """Orchestrator property: Single signal record per webhook"""
    on.symbol = new_symbol()
    answers = [(await on.post(on.alert(**{**alert, "symbol": on.symbol}))).json() for _ in range(times)]
    assert [answer["status"] for answer in answers] == ["ACCEPTED", *["DUPLICATE"] * (times - 1)]
    assert len({answer["signal_id"] for answer in answers}) == 1
    (event,) = await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=1)
    await watched.look()
    assert sum(message.key == on.symbol.encode() for message in watched.messages) == 1
    assert event.event_id == answers[0]["signal_id"]


CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "taken": ({}, "accepted"),
    "taken as a test": ({"is_test": True, "test_session_id": "s-1", "test_scenario": "gap"}, "accepted"),
    "a broken field": ({"price": "much"}, "invalid_payload"),
    "no direction": ({"direction": None}, "invalid_payload"),
    "a wrong token": ({"secret": "wrong"}, "invalid_signature"),
    "no token": ({"secret": None}, "invalid_signature"),
}


@pytest.mark.kafka
@pytest.mark.postgres
@on_services
@given(st.lists(st.sampled_from(sorted(CALLS)), min_size=1, max_size=6), st.text(letters, max_size=20))
async def test_every_call_has_one_row_that_says_what_came_of_it(on: Stage, calls: list[str], note: str) -> None:
    """Property 5: Webhook logging completeness"""
    on.symbol = new_symbol()
    for name in calls:
        before = await on.pool.fetchval("SELECT count(*) FROM webhook_events")
        changes, status = CALLS[name]
        answer = await on.post(on.alert(**{"note": note, **changes}))
        row = await on.row(answer)
        repeated = answer.json()["status"] == "DUPLICATE"
        assert row["status"] == ("duplicate" if repeated else status)
        assert row["signal_id"] is None or str(row["signal_id"]) == answer.json()["signal_id"]
        assert (row["error_message"] is None) == (row["status"] in ("accepted", "duplicate"))
        assert row["processing_time_ms"] >= 0
        assert row["created_at"] is not None
        if status != "invalid_signature":
            assert row["raw_payload"]["symbol"] == on.symbol
            assert row["symbol"] == on.symbol
        assert webhook_stage.TOKEN not in json.dumps(row["raw_payload"], default=str)
        assert (row["is_test"], row["test_session_id"]) == (
            changes.get("is_test", False),
            changes.get("test_session_id"),
        )
        assert await on.pool.fetchval("SELECT count(*) FROM webhook_events") == before + 1
