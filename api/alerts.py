"""An alert, in any of the forms indicators send it, as one SignalReceived.

Checked in this order, each step only when the one before found nothing: types and ranges of fields, symbol, timeframe,
direction. Where several spellings of one thing are there, the first that can be read counts, in the order of the lists
below. An order's word that names an exit, and a symbol or `direction` that cannot be read, refuse the alert rather than
let another field decide.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from pydantic import ValidationError

from api.fields import NAMES_A_CONTRACT, TICKER, Fields, at_path, first_at, refuse
from api.normalise import direction_of, number_of, symbol_of, timeframe_of
from api.payloads import InvalidPayload, JsonObject, JsonValue, Problem, invalid, stored_json
from schemas.ids import derived_id
from schemas.occ import parse_option_symbol
from schemas.signals import Direction, SignalReceived

SYMBOL = ("symbol", "ticker", "meta.ticker")
DIRECTION = (
    "direction",
    "side",
    "trend",
    "bias",
    "action",
    "signal.type",
    "signal.direction",
    "regime_context.local_bias",
    "execution_guidance.bias",
    "market.market_bias",
)
TIMEFRAME = ("timeframe", "tf", "interval", "trigger_timeframe", "triggerTimeframe", "meta.timeframe")
SESSION = ("session", "market_session", "meta.session", "market.session")

_ORDERS = ("direction", "side", "action", "signal.type", "signal.direction")
_EXITS = frozenset(["exit", "close", "cover", "flat", "cancel"])
_SESSIONS = frozenset({"OPEN", "PRE", "POST"})
_INDICATORS_MAX = 200
_TEXT_MAX = 128
_INDICATOR_LIMIT = Decimal(10) ** 13

Stamp = Callable[[datetime | None], datetime]
"""Gives the event's time, by the platform's clock, from the time the payload names (or None)."""


class Marks(NamedTuple):
    """What is known of an alert, good or bad, for the log of calls."""

    symbol: str | None = None
    direction: str | None = None
    timeframe: str | None = None
    is_test: bool = False
    test_session_id: str | None = None
    test_scenario: str | None = None


def marks_of(payload: JsonObject) -> Marks:
    """Return what can be read of a payload that may be anything. Never raises."""
    test = _test_fields(payload, problems=[])
    return Marks(
        first_at(payload, SYMBOL, symbol_of),
        first_at(payload, DIRECTION, direction_of),
        first_at(payload, TIMEFRAME, timeframe_of),
        test.is_test,
        test.session_id,
        test.scenario,
    )


def marks_of_signal(signal: SignalReceived) -> Marks:
    """Return the same of an alert that was taken, without reading it again."""
    return Marks(
        signal.symbol,
        signal.direction,
        signal.timeframe,
        signal.is_test,
        signal.test_session_id,
        signal.test_scenario,
    )


def signal_of(payload: JsonObject, *, account_id: str, stamp: Stamp, raw_payload: str | None = None) -> SignalReceived:
    """Return the event of an alert from which secrets have been removed; raises InvalidPayload.

    raw_payload  the payload as it is stored, where that is known
    """
    problems: list[Problem] = []
    fields = Fields(payload, problems=problems)
    said_at = fields.instant()
    price = fields.price("price", positive=True)
    confidence, strength, alignment = (
        fields.number(name, low=0, high=100) for name in ("confidence", "pattern_strength", "mtf_alignment")
    )
    strike = fields.price("strike", positive=True)
    expiration = fields.day("expiration")
    indicators = _indicators(payload.get("indicators"), fields)
    test = _test_fields(payload, problems=problems)
    refuse(problems)

    symbol = symbol_in(payload)
    timeframe = _timeframe(payload)
    direction = _direction(payload)
    occurred_at = stamp(said_at)
    timestamp = said_at or occurred_at
    signal_hash = signal_hash_of(symbol, direction, timeframe, timestamp)
    try:
        return SignalReceived(
            event_id=derived_id("signal", account_id, signal_hash, str(test.is_test)),
            occurred_at=occurred_at,
            source="api/webhook",
            account_id=account_id,
            symbol=symbol,
            direction=direction,
            timeframe=timeframe,
            timestamp=timestamp,
            price=price,
            confidence=confidence,
            pattern_strength=strength,
            mtf_alignment=alignment,
            indicators=indicators,
            strike=strike,
            expiration=expiration,
            is_test=test.is_test,
            test_session_id=test.session_id,
            test_scenario=test.scenario,
            sequence_number=test.sequence_number,
            signal_hash=signal_hash,
            raw_payload=stored_json(payload) if raw_payload is None else raw_payload,
        )
    except ValidationError as error:
        raise InvalidPayload(
            Problem(".".join(map(str, item["loc"])), "cannot be taken") for item in error.errors()
        ) from error


def signal_hash_of(symbol: str, direction: Direction, timeframe: str, timestamp: datetime) -> str:
    """Return the SHA-256, hex, of `SPY:long:5m:2026-02-13T15:30:00.000Z`."""
    instant = timestamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{timestamp.microsecond // 1000:03d}Z"
    return hashlib.sha256(f"{symbol}:{direction}:{timeframe}:{instant}".encode()).hexdigest()


def symbol_in(payload: JsonObject) -> str:
    """Return the ticker that a payload names; raises InvalidPayload."""
    for path in SYMBOL:
        value = at_path(payload, path)
        if value is None or value == "":
            continue
        symbol = symbol_of(value)
        if symbol is None:
            raise invalid(path, f"must be {TICKER}")
        # long a put is short its underlying: which of the two is meant cannot be known
        if parse_option_symbol(symbol) is not None:
            raise invalid(path, NAMES_A_CONTRACT)
        return symbol
    raise invalid("symbol", "symbol is required")


def _timeframe(payload: JsonObject) -> str:
    timeframe = first_at(payload, TIMEFRAME, timeframe_of)
    if timeframe is not None:
        return timeframe
    for path in TIMEFRAME:
        if at_path(payload, path) not in (None, ""):
            raise invalid(path, "must be a timeframe such as 5m, 1h, 1d, or minutes")
    for path in SESSION:
        session = at_path(payload, path)
        if isinstance(session, str) and session.strip().upper() in _SESSIONS:
            return "1d"
    raise invalid("timeframe", "timeframe is required")


def _direction(payload: JsonObject) -> Direction:
    for path in _ORDERS:
        if _names_an_exit(at_path(payload, path)):
            raise invalid(path, "an exit is not a direction: long or short opens a position")
    said = payload.get("direction")
    if said not in (None, "") and direction_of(said) is None:
        raise invalid("direction", "must be long or short (or buy, sell, call, put)")
    direction: Direction | None = first_at(payload, DIRECTION, direction_of)
    if direction is not None:
        return direction
    for path in DIRECTION:
        if at_path(payload, path) not in (None, ""):
            raise invalid(path, "must be long or short (or buy, sell, call, put)")
    raise invalid("direction", "direction is required")


def _names_an_exit(value: JsonValue) -> bool:
    if not isinstance(value, str):
        return False
    words = value.lower().replace("_", " ").replace("-", " ").split()
    return not _EXITS.isdisjoint(words)


def _indicators(value: JsonValue, fields: Fields) -> dict[str, Decimal]:
    """Return the newest number of each indicator; a list is newest last, and what is no number is left out."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        fields.problem("indicators", "must be an object")
        return {}
    if len(value) > _INDICATORS_MAX:
        fields.problem("indicators", f"holds more than {_INDICATORS_MAX}")
        return {}
    newest: dict[str, Decimal] = {}
    for name, said in value.items():
        number = number_of(said[-1] if isinstance(said, list) and said else said)
        if number is not None and abs(number) < _INDICATOR_LIMIT and 0 < len(name) <= _TEXT_MAX:
            newest[name] = number
    return newest


class _Test(NamedTuple):
    is_test: bool
    session_id: str | None
    scenario: str | None
    sequence_number: int | None


def _test_fields(payload: JsonObject, *, problems: list[Problem]) -> _Test:
    """Read what marks a test, from the alert itself or from its `metadata`."""
    metadata = payload.get("metadata")
    places: Sequence[Fields] = [Fields(payload, problems=problems)]
    if isinstance(metadata, dict):
        places = [*places, Fields(metadata, problems=problems, prefix="metadata.")]
    flags = [fields.flag("is_test") for fields in places]
    sessions = [fields.text("test_session_id", longest=_TEXT_MAX) for fields in places]
    scenarios = [fields.text("test_scenario", longest=_TEXT_MAX) for fields in places]
    numbers = [fields.whole("sequence_number") for fields in places]
    return _Test(
        next((flag for flag in flags if flag is not None), False),
        next((text for text in sessions if text is not None), None),
        next((text for text in scenarios if text is not None), None),
        next((number for number in numbers if number is not None), None),
    )
