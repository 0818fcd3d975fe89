"""The TTM squeeze specialist: momentum after the Bollinger bands have left the Keltner channel."""

from agents.engine_b.output import BIAS_OF, AgentOutput, leaning, output, sign
from agents.engine_b.readings import nearest, positive
from agents.rules import Rules
from schemas.decisions import EnrichedContext, IndicatorSet
from schemas.signals import SignalReceived

_BASE = 35
_FRESH = 20
_FRESH_BARS = 3
"""closed bars in which a release is fresh"""
_CLEAN = 15
_STRENGTH = 10
"""points of a momentum of one true range, and the most of them"""
_BANDS_PERIOD = 20
"""bars before a squeeze can be told"""


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
    """Return how good a release is, or None when it is switched off, squeezed, or momentum is not the signal's."""
    if not rules.engine.agents.ttm:
        return None
    found = nearest(context, signal.timeframe, lambda known: known.squeeze is not None and known.momentum is not None)
    if found is None:
        return None
    timeframe, known = found
    assert known.momentum is not None
    momentum = float(known.momentum)
    direction = leaning(momentum)
    if known.squeeze != "off" or direction != BIAS_OF[signal.direction]:
        return None
    clean, fresh = _is_clean(known, momentum), _is_fresh(known)
    atr = positive(known.atr14)
    strength = 0.0 if atr is None else min(_STRENGTH, _STRENGTH * abs(momentum) / atr)
    return output(
        "ttm",
        bias=direction,
        confidence=_BASE + (_FRESH if fresh else 0) + (_CLEAN if clean else -_CLEAN) + strength,
        reasons=("squeeze_released" if fresh else "squeeze_off", f"momentum_{direction}"),
        metadata={
            "timeframe": timeframe,
            "squeeze_state": "off",
            "momentum_direction": direction,
            "release_quality": "clean" if clean else "choppy",
        },
    )


def _is_clean(known: IndicatorSet, momentum: float) -> bool:
    """Momentum has been on this side for a bar, and grows."""
    before = 0.0 if known.momentum_before is None else float(known.momentum_before)
    return sign(before) == sign(momentum) and abs(momentum) > abs(before)


def _is_fresh(known: IndicatorSet) -> bool:
    """The squeeze went off a few bars ago, and was on before: off since the first value is no release."""
    return known.squeeze_bars <= _FRESH_BARS and known.bars - known.squeeze_bars > _BANDS_PERIOD
