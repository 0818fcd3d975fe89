"""One alert, however its sender spells it."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.alerts import DIRECTION, SYMBOL, TIMEFRAME, marks_of, signal_hash_of, signal_of
from api.fields import nanos_of
from api.normalise import direction_of, instant_of, symbol_of, timeframe_of
from api.payloads import InvalidPayload, JsonObject, Secrets, parse, redacted_object, redacted_text, stored_text
from schemas.signals import SignalReceived

NOW = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
TRACE: dict[str, Any] = {
    "symbol": "SPY",
    "direction": "long",
    "timeframe": "5m",
    "timestamp": 1770996600,
    "price": 595.42,
    "indicators": {"ema8": 595.10, "ema21": 594.80, "atr": 1.25},
    "confidence": 75,
}


def read(payload: object) -> JsonObject:
    parsed = parse(json.dumps(payload).encode())
    assert parsed.problem is None
    return parsed.payload


def signal(payload: object, *, stamp: datetime = NOW) -> SignalReceived:
    return signal_of(read(payload), account_id="paper", stamp=lambda said: stamp)


def refusal(payload: object) -> list[dict[str, str]]:
    with pytest.raises(InvalidPayload) as caught:
        signal(payload)
    return caught.value.details


def placed(path: str, value: object, base: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with a value at a dotted path."""
    head, _, rest = path.partition(".")
    return {**base, head: placed(rest, value, base.get(head, {})) if rest else value}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in TRACE.items() if name not in names}


def test_the_alert_of_the_trace_is_read_exactly() -> None:
    event = signal(TRACE)
    assert (event.symbol, event.direction, event.timeframe) == ("SPY", "long", "5m")
    assert event.timestamp == datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
    assert event.price == Decimal("595.42")
    assert event.confidence == 75
    assert event.indicators == {"ema8": Decimal("595.1"), "ema21": Decimal("594.8"), "atr": Decimal("1.25")}
    assert not event.is_test
    assert json.loads(event.raw_payload) == TRACE
    assert "595.42" in event.raw_payload


def test_the_hash_is_of_symbol_direction_timeframe_and_milliseconds() -> None:
    # printf 'SPY:long:5m:2026-02-13T15:30:00.000Z' | sha256sum
    hashed = "3783b0623319e41e32ece0be66d1816aad9f0597bcfcb736114cf3edec4decfa"
    assert signal_hash_of("SPY", "long", "5m", NOW + timedelta(microseconds=999)) == hashed
    assert signal(TRACE).signal_hash == hashed


def test_equal_alerts_have_one_id_and_test_alerts_another() -> None:
    assert signal(TRACE).event_id == signal({**TRACE, "price": 1}).event_id
    assert signal(TRACE).event_id != signal({**TRACE, "is_test": True}).event_id
    assert signal(TRACE).event_id != signal({**TRACE, "timestamp": 1770996601}).event_id


@pytest.mark.parametrize("path", SYMBOL)
def test_every_alias_of_the_symbol_gives_the_same_signal(path: str) -> None:
    assert signal(placed(path, " nasdaq:spy ", without("symbol"))).event_id == signal(TRACE).event_id


@pytest.mark.parametrize("path", DIRECTION)
@pytest.mark.parametrize(("word", "direction"), [("BUY", "long"), ("PUT", "short"), ("Bullish", "long")])
def test_every_alias_of_the_direction_gives_the_same_signal(path: str, word: str, direction: str) -> None:
    assert signal(placed(path, word, without("direction"))).direction == direction


@pytest.mark.parametrize("path", TIMEFRAME)
@pytest.mark.parametrize("value", [5, "5", "5m", "5min", " 5 Minutes ", "5M", 5.0])
def test_every_alias_of_the_timeframe_gives_the_same_signal(path: str, value: object) -> None:
    assert signal(placed(path, value, without("timeframe"))).event_id == signal(TRACE).event_id


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (1, "1m"), ("1", "1m"), (15, "15m"), (60, "1h"), ("60", "1h"), ("60m", "1h"), (90, "90m"), (240, "4h"),
        ("4H", "4h"), ("1h", "1h"), ("1hour", "1h"), (1440, "1d"), ("D", "1d"), ("1D", "1d"), ("daily", "1d"),
        ("W", "1w"), ("1W", "1w"), ("M", "1mo"), ("1M", "1mo"), ("1m", "1m"), ("15M", "15m"), ("30S", "30s"),
        (0.5, "30s"),
    ],
)  # fmt: skip
def test_timeframes_are_named_by_their_largest_unit(said: object, meant: str) -> None:
    assert timeframe_of(read({"tf": said})["tf"]) == meant


@pytest.mark.parametrize("said", ["", "abc", "5x", "m5", "0", 0, -5, "0m", True, [], {}, "99999999m", 1e30, "5 5m"])
def test_what_is_no_timeframe_is_none(said: object) -> None:
    assert timeframe_of(read({"tf": said})["tf"]) is None


@pytest.mark.parametrize("session", ["OPEN", "PRE", "POST", "post"])
def test_a_session_stands_in_for_a_missing_timeframe(session: str) -> None:
    assert signal({**without("timeframe"), "session": session}).timeframe == "1d"
    assert refusal({**TRACE, "timeframe": "abc", "session": session})[0]["field"] == "timeframe"


@pytest.mark.parametrize(
    "said",
    [1770996600, 1770996600000, "1770996600", "1770996600000", "2026-02-13T15:30:00Z", "2026-02-13T10:30:00-05:00",
     "2026-02-13T15:30:00", "2026-02-13 15:30:00.000+00:00"],
)  # fmt: skip
def test_every_form_of_the_time_gives_the_same_signal(said: object) -> None:
    assert signal({**TRACE, "timestamp": said}).event_id == signal(TRACE).event_id


@pytest.mark.parametrize("said", ["soon", -1, 1e30, True, [], "2026-13-01", "99999-01-01", 5, "NaN"])
def test_what_is_no_time_is_named(said: object) -> None:
    assert [problem["field"] for problem in refusal({**TRACE, "timestamp": said})] == ["timestamp"]


def test_a_missing_time_is_the_time_of_the_event() -> None:
    event = signal(without("timestamp"), stamp=NOW + timedelta(seconds=5))
    assert event.timestamp == event.occurred_at == NOW + timedelta(seconds=5)


def test_problems_are_told_step_by_step() -> None:
    assert refusal({"price": 595.42}) == [{"field": "symbol", "message": "symbol is required"}]
    assert refusal({"symbol": "SPY"}) == [{"field": "timeframe", "message": "timeframe is required"}]
    assert refusal({"symbol": "SPY", "tf": 5}) == [{"field": "direction", "message": "direction is required"}]
    assert [problem["field"] for problem in refusal({"price": "much", "confidence": 101})] == ["price", "confidence"]


@pytest.mark.parametrize("symbol", ["A" * 21, "{{ticker}}", "SPY;DROP", True, {}, "SPY260220C00596000"])
def test_a_symbol_that_cannot_be_one_is_refused_rather_than_replaced(symbol: object) -> None:
    assert refusal({**TRACE, "symbol": symbol, "ticker": "QQQ"})[0]["field"] == "symbol"


def test_an_exit_is_never_taken_for_an_entry() -> None:
    for said in ("exit", "close_long", "FLAT", "exit short"):
        assert refusal({**without("direction"), "action": said, "trend": "bullish"})[0]["field"] == "action"
    assert refusal({**TRACE, "direction": "sideways", "bias": "bullish"})[0]["field"] == "direction"
    assert refusal({**without("direction"), "bias": "neutral"})[0]["field"] == "bias"


def test_indicators_keep_the_newest_number_and_drop_the_rest() -> None:
    said = {"ema8": [1, 2, 3.5], "name": "fast", "on": True, "none": None, "empty": [], "text": "7.25", "nested": {}}
    assert signal({**TRACE, "indicators": said}).indicators == {"ema8": Decimal("3.5"), "text": Decimal("7.25")}
    assert refusal({**TRACE, "indicators": [1]})[0]["field"] == "indicators"


def test_tests_are_marked_by_the_alert_or_its_metadata() -> None:
    marks = {"is_test": "true", "test_session_id": "s-1", "test_scenario": "gap", "sequence_number": 7}
    for payload in ({**TRACE, **marks}, {**TRACE, "metadata": marks}):
        event = signal(payload)
        assert (event.is_test, event.test_session_id, event.test_scenario, event.sequence_number) == (
            True,
            "s-1",
            "gap",
            7,
        )
        assert marks_of(read(payload)).test_session_id == "s-1"
    assert refusal({**TRACE, "test_session_id": "x" * 129})[0]["field"] == "test_session_id"


def test_strike_and_expiration_are_taken_along() -> None:
    event = signal({**TRACE, "strike": "596", "expiration": "2026-02-20"})
    assert (event.strike, event.expiration) == (Decimal(596), date(2026, 2, 20))


def test_empty_optional_fields_are_absent() -> None:
    event = signal({**TRACE, "price": None, "confidence": "", "metadata": None, "indicators": None})
    assert (event.price, event.confidence, event.indicators) == (None, None, {})


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["SPY", "long", "5m"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(
    [*SYMBOL, *DIRECTION, *TIMEFRAME, "timestamp", "price", "confidence", "indicators", "strike", "expiration",
     "is_test", "metadata", "signal", "meta", "market", "sequence_number", "session", "secret"]
)  # fmt: skip


@given(st.dictionaries(names | st.text(max_size=10), values, max_size=12), st.booleans())
@example({**TRACE, "timestamp": 10**400}, False)
@example({**TRACE, "price": float("nan")}, False)
@example({**TRACE, "symbol": "\x00"}, False)
@example({**TRACE, "price": 10**12}, False)
def test_any_json_is_taken_or_refused_by_field(payload: dict[str, Any], whole: bool) -> None:
    raw = json.dumps({**TRACE, **payload} if whole else payload).encode()
    parsed = parse(raw)
    stored_text(redacted_text(raw, Secrets(("token-of-the-test",))))
    if parsed.problem is not None:
        assert parsed.problem.details
        return
    marks_of(parsed.payload)
    clean = redacted_object(parsed.payload, Secrets(("token-of-the-test",)))
    with suppress(InvalidPayload):
        event = signal_of(clean, account_id="paper", stamp=lambda said: said or NOW)
        assert isinstance(json.loads(event.raw_payload), dict)
        assert len(event.raw_payload.encode()) <= 32 * 1024


@given(st.decimals(min_value=0, max_value=10**9, allow_nan=False, allow_infinity=False, places=9))
def test_prices_are_exact_to_nine_decimals(price: Decimal) -> None:
    nanos = nanos_of(price)
    assert nanos is not None
    assert Decimal(nanos).scaleb(-9) == price
    assert nanos_of(Decimal(f"{price:f}000")) == nanos
    assert nanos_of(Decimal(f"{price:f}001")) is None


@given(st.text(max_size=20))
def test_normal_forms_are_stable(text: str) -> None:
    symbol, timeframe, direction = symbol_of(text), timeframe_of(text), direction_of(text)
    assert symbol is None or symbol_of(symbol) == symbol
    assert timeframe is None or timeframe_of(timeframe) == timeframe
    assert direction is None or direction_of(direction) == direction


@given(
    st.integers(0, 3_155_000_000_000_000).map(
        lambda micros: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    )
)
def test_an_instant_is_the_same_in_every_form(instant: datetime) -> None:
    milliseconds = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    assert instant_of(instant.isoformat()) == instant
    assert instant_of(int(milliseconds.timestamp() * 1000 + 0.5)) == milliseconds or milliseconds.year < 2002
    assert instant_of(str(Decimal(str(int(milliseconds.timestamp()))))) == milliseconds.replace(microsecond=0)
