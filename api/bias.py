"""Multi-timeframe bias: version 3, and the older BIAS_SNAPSHOT, as one MarketContextReceived.

Version 3 is known by `event_id_raw`. A snapshot (`event_type` BIAS_SNAPSHOT) names no id and often no score: the id is
then made of symbol and time, and the score is the confidence with the bias' sign.
"""

from decimal import Decimal
from typing import NamedTuple

from api.alerts import Stamp, symbol_in
from api.fields import Fields, first_at, refuse
from api.normalise import bias_of, number_of, timeframe_of
from api.payloads import JsonObject, JsonValue, Problem
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.market import Bias, BiasState, MarketContextReceived

SNAPSHOT_BIAS = (
    "bias",
    "overall_bias",
    "market.market_bias",
    "regime_context.local_bias",
    "execution_guidance.bias",
    "direction",
    "trend",
)
SNAPSHOT_SCORE = ("bias_score", "score", "market.bias_score", "regime_context.bias_score")
SNAPSHOT_ID = ("event_id", "snapshot_id", "id")

_TEXT_MAX = 64
_ID_MAX = 200
_TIMEFRAMES_MAX = 32
_RISK_MULTIPLIER_MAX = 10
_STALE_AFTER_MAX_S = 7 * 86_400
_SIGN: dict[Bias, int] = {"bullish": 1, "bearish": -1, "neutral": 0}


def is_bias(payload: JsonObject) -> bool:
    """Whether a payload sent to `/webhook` is a bias rather than an alert."""
    return payload.get("event_id_raw") is not None or is_snapshot(payload)


def is_snapshot(payload: JsonObject) -> bool:
    """Whether a payload is of the older form."""
    kind = payload.get("event_type")
    return payload.get("event_id_raw") is None and isinstance(kind, str) and kind.strip().upper() == "BIAS_SNAPSHOT"


def bias_event(payload: JsonObject, *, stamp: Stamp) -> MarketContextReceived:
    """Return the event of a bias payload; raises InvalidPayload. A payload without a time has the event's."""
    problems: list[Problem] = []
    fields = Fields(payload, problems=problems)
    symbol = symbol_in(payload)
    said_at = fields.instant()
    occurred_at = stamp(said_at)
    timestamp = said_at or occurred_at
    confidence = fields.number("confidence", low=0, high=100) or Decimal(0)
    acceleration = fields.nested("acceleration")
    chop_score = fields.number("chop_score", low=0, high=100) or Decimal(0)
    suppressed = fields.flag("trade_suppressed") or False
    multiplier = fields.number("risk_multiplier", low=0, high=_RISK_MULTIPLIER_MAX)
    stale_after_s = fields.whole("stale_after_s", low=1, high=_STALE_AFTER_MAX_S)
    said = _snapshot(payload, fields, confidence) if is_snapshot(payload) else _version_3(fields)
    state_strength_delta = acceleration.number("state_strength_delta")
    regime, macro, hint = (
        fields.text(name, longest=_TEXT_MAX) for name in ("regime_type", "macro_class", "entry_mode_hint")
    )
    timeframes = _timeframes(payload.get("timeframes"), fields)
    refuse(problems)
    assert said.bias is not None
    assert said.score is not None
    event_id_raw = said.event_id_raw or f"snapshot-{symbol}-{to_micros(timestamp) // 1000}"
    return MarketContextReceived(
        event_id=derived_id("bias", symbol, event_id_raw),
        occurred_at=occurred_at,
        source="api/webhooks/mtf-bias",
        symbol=symbol,
        bias=BiasState(
            event_id_raw=event_id_raw,
            timestamp=timestamp,
            bias=said.bias,
            bias_score=said.score,
            confidence=confidence,
            regime_type=regime,
            macro_class=macro,
            entry_mode_hint=hint,
            state_strength_delta=state_strength_delta,
            chop_score=chop_score,
            trade_suppressed=suppressed,
            risk_multiplier=Decimal(1) if multiplier is None else multiplier,
            stale_after_s=3600 if stale_after_s is None else stale_after_s,
            timeframes=timeframes,
        ),
    )


class _Said(NamedTuple):
    event_id_raw: str | None
    bias: Bias | None
    score: Decimal | None


def _version_3(fields: Fields) -> _Said:
    return _Said(
        fields.text("event_id_raw", longest=_ID_MAX, required=True),
        fields.read("bias", bias_of, wanted="bullish, bearish or neutral", required=True),
        fields.number("bias_score", low=-100, high=100, required=True),
    )


def _snapshot(payload: JsonObject, fields: Fields, confidence: Decimal) -> _Said:
    bias: Bias | None = first_at(payload, SNAPSHOT_BIAS, bias_of)
    if bias is None:
        fields.problem("bias", "must be bullish, bearish or neutral" if fields.has("bias") else "bias is required")
        return _Said(None, None, None)
    score = first_at(payload, SNAPSHOT_SCORE, number_of)
    if score is None:
        score = confidence * _SIGN[bias]
    elif not -100 <= score <= 100:
        fields.problem("bias_score", "must be from -100 to 100")
    identity = first_at(payload, SNAPSHOT_ID, _identity)
    return _Said(identity, bias, score)


def _identity(value: JsonValue) -> str | None:
    return value.strip() or None if isinstance(value, str) and len(value) <= _ID_MAX else None


def _timeframes(value: JsonValue, fields: Fields) -> dict[str, Bias]:
    """Return the bias of each timeframe, said as a word or as an object with a `bias`."""
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > _TIMEFRAMES_MAX:
        fields.problem("timeframes", f"must be an object of at most {_TIMEFRAMES_MAX} timeframes")
        return {}
    read: dict[str, Bias] = {}
    for name, said in value.items():
        timeframe, bias = timeframe_of(name), bias_of(said.get("bias") if isinstance(said, dict) else said)
        if timeframe is None:
            fields.problem("timeframes", "holds a name that is no timeframe such as 5m or 1d")
        elif bias is None:
            fields.problem(f"timeframes.{timeframe}", "must be bullish, bearish or neutral")
        else:
            read[timeframe] = bias
    return read
