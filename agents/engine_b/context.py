"""The context agent: regime, volatility, part of the session, dealer positioning."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from agents.engine_b.output import UNKNOWN, AgentOutput, leaning, output, sign
from agents.engine_b.readings import averages, nearest
from agents.rules import Rules
from schemas.decisions import EnrichedContext
from schemas.market import Bias, DealerPosition
from schemas.signals import SignalReceived

Regime = Literal["trending", "ranging", "volatile", "unknown"]
Volatility = Literal["high", "normal", "low", "unknown"]

_NO_EVIDENCE = 30
_BASE = 50
_HIGHEST = 90
_REGIME_POINTS: dict[Regime, int] = {"trending": 10, "ranging": -10, "volatile": -10, "unknown": 0}
_VOLATILITY_POINTS: dict[Volatility, int] = {"high": -5, "normal": 0, "low": 0, "unknown": 0}
_SESSION_POINTS = {"opening": -5, "mid_day": 0, "closing": -5}
_EXTENDED_POINTS = -10
"""outside regular hours"""
_DEALER_POINTS: dict[DealerPosition, int] = {"long_gamma": 10, "short_gamma": -10}
_ZERO_GAMMA_POINTS = 5
_BIAS_POINTS: dict[Bias, float] = {"bullish": 0.2, "bearish": -0.2, "neutral": 0}
"""for each percent of the bias's confidence"""

_EDGE_MINUTES = 30
"""from the open, or to the close, in which the session is opening or closing"""
_TREND_SEPARATION = 0.5
"""true ranges between EMA8 and EMA21 from which a market trends"""
_HIGH_PERCENTILE = 80
_LOW_PERCENTILE = 20
_SIDES = {1: "above", 0: "at", -1: "below"}
_REGIME_NAMES: tuple[tuple[str, Regime], ...] = (
    ("TREND", "trending"),
    ("RANG", "ranging"),
    ("CHOP", "ranging"),
    ("VOLATIL", "volatile"),
)
"""Parts of what senders call a regime."""


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput:
    """Return where bias and dealers lean, as sure as regime, volatility and session allow."""
    regime, volatility = _regime_and_volatility(signal, context)
    part = _session_part(context)
    evidence = tuple(_evidence(context))
    balance = sum(points for _, points in evidence)
    reasons = [reason for reason, _ in evidence]
    reasons.append("rth_session" if context.session == "regular" else f"{context.session}_session")
    if regime != "unknown":
        reasons.append(f"{regime}_regime")
    confidence = (
        _BASE
        + abs(balance)
        + _REGIME_POINTS[regime]
        + _VOLATILITY_POINTS[volatility]
        + _SESSION_POINTS.get(part, _EXTENDED_POINTS)
    )
    return output(
        "context",
        bias=leaning(balance),
        confidence=min(_HIGHEST, confidence) if balance else _NO_EVIDENCE,
        reasons=tuple(reasons),
        metadata={
            "regime": regime,
            "volatility": volatility,
            "session_part": part,
            "dealer_position": UNKNOWN if context.gex is None else context.gex.dealer_position,
        },
    )


def _evidence(context: EnrichedContext) -> Iterator[tuple[str, float]]:
    """Yield (reason, points) of what speaks for a direction, positive when bullish."""
    gex, bias = context.gex, context.bias
    if gex is not None and gex.dealer_position != "neutral":
        yield f"dealer_{gex.dealer_position}", _DEALER_POINTS[gex.dealer_position]
    if gex is not None and gex.zero_gamma_level is not None and context.price is not None:
        side = sign(float(context.price - gex.zero_gamma_level))
        yield f"price_{_SIDES[side]}_zero_gamma", side * _ZERO_GAMMA_POINTS
    if bias is not None and not context.bias_stale:
        yield f"mtf_bias_{bias.bias}", _BIAS_POINTS[bias.bias] * float(bias.confidence)


def _regime_and_volatility(signal: SignalReceived, context: EnrichedContext) -> tuple[Regime, Volatility]:
    found = nearest(context, signal.timeframe, lambda known: known.atr_percentile is not None)
    volatility = _volatility(None if found is None else found[1].atr_percentile)
    return _told(context) or _structure(signal, context, volatility), volatility


def _volatility(atr_percentile: Decimal | None) -> Volatility:
    if atr_percentile is None:
        return "unknown"
    if atr_percentile >= _HIGH_PERCENTILE:
        return "high"
    return "low" if atr_percentile <= _LOW_PERCENTILE else "normal"


def _told(context: EnrichedContext) -> Regime | None:
    """Return the regime that the bias names, unless the bias is stale or the name says nothing."""
    if context.bias is None or context.bias_stale or context.bias.regime_type is None:
        return None
    name = context.bias.regime_type.upper()
    return next((regime for part, regime in _REGIME_NAMES if part in name), None)


def _structure(signal: SignalReceived, context: EnrichedContext, volatility: Volatility) -> Regime:
    """Return the regime that the averages show: apart, measured in true ranges, when the market trends."""
    known = averages(context, signal.timeframe)
    if known is None or known.separation is None:
        return "unknown"
    if abs(known.separation) >= _TREND_SEPARATION:
        return "trending"
    return "volatile" if volatility == "high" else "ranging"


def _session_part(context: EnrichedContext) -> str:
    if context.session != "regular":
        return context.session
    if context.minutes_from_open is not None and context.minutes_from_open < _EDGE_MINUTES:
        return "opening"
    if context.minutes_to_close is not None and context.minutes_to_close <= _EDGE_MINUTES:
        return "closing"
    return "mid_day"
