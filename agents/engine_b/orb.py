"""The opening range specialist: a breakout from the range of the first minutes."""

from agents.engine_b.output import UNKNOWN, AgentOutput, leaning, output
from agents.engine_b.readings import nearest, true_range, two_decimals, volume_ratio
from agents.rules import Rules
from schemas.decisions import EnrichedContext
from schemas.signals import SignalReceived

_INSIDE = 20
_BASE = 45
_MAGNITUDE = 30
"""points of a breakout by one true range"""
_MAGNITUDE_MAX = 30
_VOLUME = 15
_VOLUME_HIGH = 1.5
"""times the average volume"""
_VOLUME_LOW = 1.0
_FOLLOWED = 10
"""points of a bar that closed beyond the range already"""
_DIRECTIONS = {1: "up", 0: "none", -1: "down"}


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
    """Return how good a breakout is, or None outside the symbols, the hours and the minutes in which one counts."""
    flags, seen, price = rules.engine.agents, context.opening_range, context.price
    if (
        not flags.orb
        or context.symbol not in flags.orb_symbols
        or context.session != "regular"
        or context.minutes_from_open is None
        or context.minutes_from_open > flags.orb_window_minutes
        or seen is None
        or not seen.complete
        or price is None
    ):
        return None
    direction = (price > seen.high) - (price < seen.low)
    found = nearest(context, signal.timeframe, lambda known: volume_ratio(known) is not None)
    ratio = None if found is None else volume_ratio(found[1])
    metadata = {
        "orb_high": str(seen.high),
        "orb_low": str(seen.low),
        "breakout_direction": _DIRECTIONS[direction],
        "volume_ratio": UNKNOWN if ratio is None else two_decimals(ratio),
    }
    if direction == 0:
        return output("orb", bias="neutral", confidence=_INSIDE, reasons=("inside_opening_range",), metadata=metadata)
    edge = seen.high if direction > 0 else seen.low
    # without a true range the width of the range itself is the measure
    unit = true_range(context, signal.timeframe) or float(seen.high - seen.low)
    beyond = float(abs(price - edge))
    confidence = _BASE + (min(_MAGNITUDE_MAX, _MAGNITUDE * beyond / unit) if unit > 0 else 0)
    reasons = ["opening_range_breakout" if direction > 0 else "opening_range_breakdown"]
    if ratio is not None and ratio >= _VOLUME_HIGH:
        confidence += _VOLUME
        reasons.append("volume_expansion")
    elif ratio is not None and ratio < _VOLUME_LOW:
        confidence -= _VOLUME
        reasons.append("volume_weak")
    closed = nearest(context, signal.timeframe, lambda known: known.close is not None)
    close = None if closed is None else closed[1].close
    if close is not None and (close > edge if direction > 0 else close < edge):
        confidence += _FOLLOWED
        reasons.append("closed_beyond_range")
    return output("orb", bias=leaning(direction), confidence=confidence, reasons=tuple(reasons), metadata=metadata)
