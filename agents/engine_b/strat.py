"""The Strat specialist: what the types of the newest closed bars say.

source  Rob Smith's The Strat: 1 is an inside bar, 2u and 2d took out one side of the bar before, 3 took out both
"""

from dataclasses import dataclass
from typing import Literal

from agents.engine_b.output import UNKNOWN, AgentOutput, leaning, output, sign
from agents.engine_b.readings import nearest, next_higher
from agents.rules import Rules
from schemas.decisions import Candle, EnrichedContext, IndicatorSet
from schemas.signals import SignalReceived

Kind = Literal["continuation", "reversal", "rejection"]

_POINTS = {"2-1-2": 60, "3-1-2": 60, "3-2-2": 55, "htf": 50, "wick": 40}
_HIGHER_AGREES = 20
_MOMENTUM_AGREES = 15
_WICK_SHARE = 0.6
"""of the bar's range, from which a wick rejects"""
_SIGNS = {"2u": 1, "2d": -1}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern and the way it points: 1 up, -1 down."""

    name: str
    kind: Kind
    direction: int


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
    """Return what a pattern of the newest bars calls for, or None when it is switched off or there is no pattern."""
    if not rules.engine.agents.strat:
        return None
    found = nearest(context, signal.timeframe, lambda known: known.candles)
    if found is None:
        return None
    timeframe, known = found
    higher = next_higher(context, timeframe, lambda longer: longer.candles)
    pattern = _sequence(known.candles) or _htf_rejection(higher and higher[1]) or _wick_rejection(known.candles[-1])
    if pattern is None:
        return None
    alignment = _alignment(context, higher and higher[1], pattern.direction)
    momentum = 0 if known.momentum is None else sign(float(known.momentum)) * pattern.direction
    return output(
        "strat",
        bias=leaning(pattern.direction),
        confidence=_POINTS[pattern.name] + _HIGHER_AGREES * alignment + _MOMENTUM_AGREES * momentum,
        reasons=(f"strat_{pattern.name.replace('-', '_')}_{pattern.kind}",),
        metadata={
            "timeframe": timeframe,
            "strat_pattern": f"{pattern.name} {pattern.kind}",
            "candle_sequence": "-".join(candle.strat or "?" for candle in known.candles[-3:]),
            "htf_alignment": _word(alignment, "aligned", "against"),
            "ttm_confirmation": _word(momentum, "confirmed", "contradicted"),
        },
    )


def _word(agreement: int, agrees: str, disagrees: str) -> str:
    return {1: agrees, -1: disagrees}.get(agreement, UNKNOWN)


def _sequence(candles: tuple[Candle, ...]) -> Pattern | None:
    """Return the pattern of the newest three bars."""
    match [candle.strat for candle in candles[-3:]]:
        case [("2u" | "2d") as first, "1", ("2u" | "2d") as last]:
            return Pattern("2-1-2", "continuation" if first == last else "reversal", _SIGNS[last])
        case ["3", "1", ("2u" | "2d") as last]:
            outside = candles[-3]
            same = sign(float(outside.close - outside.open)) == _SIGNS[last]
            return Pattern("3-1-2", "continuation" if same else "reversal", _SIGNS[last])
        case ["3", ("2u" | "2d") as middle, ("2u" | "2d") as last]:
            return Pattern("3-2-2", "continuation" if middle == last else "reversal", _SIGNS[last])
    return None


def _htf_rejection(higher: IndicatorSet | None) -> Pattern | None:
    """Return a directional bar of the higher timeframe that closed against its own direction."""
    if higher is None:
        return None
    newest = higher.candles[-1]
    taken = _SIGNS.get(newest.strat or "", 0)
    closed = sign(float(newest.close - newest.open))
    return Pattern("htf", "rejection", closed) if taken * closed < 0 else None


def _wick_rejection(candle: Candle) -> Pattern | None:
    """Return what a long wick of the newest bar rejects: a lower one is bullish."""
    whole = float(candle.high - candle.low)
    if whole <= 0:
        return None
    upper = float(candle.high - max(candle.open, candle.close)) / whole
    lower = float(min(candle.open, candle.close) - candle.low) / whole
    if max(upper, lower) < _WICK_SHARE:
        return None
    return Pattern("wick", "rejection", sign(lower - upper))


def _alignment(context: EnrichedContext, higher: IndicatorSet | None, direction: int) -> int:
    """Return 1 when the higher timeframe's bar moves with the pattern, -1 when against it, 0 when unknown.

    The bar being built opened near the newest close, so the price tells which way it goes.
    """
    if higher is None or context.price is None:
        return 0
    return sign(float(context.price - higher.candles[-1].close)) * direction
