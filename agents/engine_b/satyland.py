"""The Satyland sub-agent: pivot ribbon, ATR levels, phase oscillator and volume, to confirm a trend.

source  Saty Mahajan's Pivot Ribbon, ATR Levels and Phase Oscillator
"""

from decimal import Decimal
from itertools import pairwise

from agents.engine_b.output import UNKNOWN, AgentOutput, leaning, output, sign
from agents.engine_b.readings import nearest, positive, two_decimals, volume_ratio
from agents.rules import Rules
from schemas.decisions import EnrichedContext, IndicatorSet
from schemas.signals import SignalReceived

_LOWEST = 20
_RIBBON = 30
"""points of the whole ribbon; a shorter one, for want of bars, counts by its length"""
_LEVEL = 15
_PHASE = 15
_VOLUME = 10
_TRIGGER = 0.236
"""true ranges from the previous close at which the way to the next level begins"""
_RANGE = 1.0
"""true ranges from the previous close at which the whole move has been made"""
_EXTENDED_PHASE = 100
_VOLUME_STRONG = 1.2
"""times the average volume"""
_VOLUME_WEAK = 0.8
_DAY = "1d"


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
    """Return the trend that the ribbon and EMA21 confirm, or None when it is switched off."""
    if not rules.engine.agents.satyland:
        return None
    found = nearest(context, signal.timeframe, lambda known: known.ema8 is not None and known.ema21 is not None)
    price = context.price
    if found is None or price is None:
        return output("satyland", bias="neutral", confidence=_LOWEST, reasons=("no_indicators",), metadata=_nothing())
    timeframe, known = found
    assert known.ema21 is not None
    ribbon, pairs = _ribbon(known)
    direction = ribbon if sign(float(price - known.ema21)) == ribbon else 0
    moves = _way_made(context, known, price)
    volume = _volume_quality(known)
    phase = None if known.phase is None else float(known.phase)
    between = moves is not None and direction != 0 and _TRIGGER <= moves * direction < _RANGE
    with_phase = phase is not None and direction != 0 and 0 < phase * direction < _EXTENDED_PHASE
    confidence = _LOWEST
    if direction:
        confidence += (
            _RIBBON * pairs // 4
            + (_LEVEL if between else 0)
            + (_PHASE if with_phase else 0)
            + (_VOLUME if volume == "strong" else -_VOLUME if volume == "weak" else 0)
        )
    return output(
        "satyland",
        bias=leaning(direction),
        confidence=confidence,
        reasons=_reasons(ribbon, direction, between=between, with_phase=with_phase, volume=volume),
        metadata={
            "timeframe": timeframe,
            "ribbon_alignment": leaning(ribbon) if ribbon else "mixed",
            "at_level_to_level": UNKNOWN if moves is None else str(between).lower(),
            "phase_oscillator": UNKNOWN if phase is None else two_decimals(phase),
            "volume_quality": volume,
        },
    )


def _nothing() -> dict[str, str]:
    return dict.fromkeys(("ribbon_alignment", "at_level_to_level", "phase_oscillator", "volume_quality"), UNKNOWN)


def _ribbon(known: IndicatorSet) -> tuple[int, int]:
    """Return (1 when each average is above the next slower one, -1 when below, else 0; pairs compared)."""
    averages = [
        average for average in (known.ema8, known.ema13, known.ema21, known.ema48, known.ema200) if average is not None
    ]
    sides = {(fast > slow) - (fast < slow) for fast, slow in pairwise(averages)}
    return (sides.pop() if len(sides) == 1 else 0), len(averages) - 1


def _way_made(context: EnrichedContext, known: IndicatorSet, price: Decimal) -> float | None:
    """Return how far the price has come from the previous close, in true ranges: the day's, else the timeframe's."""
    for measure in (context.indicators.get(_DAY), known):
        if measure is not None and measure.close is not None and (atr := positive(measure.atr14)) is not None:
            return float(price - measure.close) / atr
    return None


def _volume_quality(known: IndicatorSet) -> str:
    ratio = volume_ratio(known)
    if ratio is None:
        return UNKNOWN
    if ratio >= _VOLUME_STRONG:
        return "strong"
    return "weak" if ratio < _VOLUME_WEAK else "normal"


def _reasons(ribbon: int, direction: int, *, between: bool, with_phase: bool, volume: str) -> tuple[str, ...]:
    if not direction:
        return ("price_against_ema21" if ribbon else "ribbon_mixed",)
    reasons = [f"ribbon_{leaning(ribbon)}"]
    if between:
        reasons.append("level_to_level")
    if with_phase:
        reasons.append("phase_agrees")
    if volume == "strong":
        reasons.append("volume_strong")
    return tuple(reasons)
