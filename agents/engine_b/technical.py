"""The technical agent: EMA8 against EMA21, the price against both, and how strong the ribbon is."""

from agents.engine_b.output import UNKNOWN, AgentOutput, leaning, output, sign
from agents.engine_b.readings import Averages, averages, nearest, two_decimals
from agents.rules import Rules
from schemas.decisions import EnrichedContext
from schemas.signals import SignalReceived

_VOTE = 20
"""points of each of the three comparisons that agrees with the bias"""
_STRENGTH = 50
"""points of a ribbon that is one true range wide"""
_STRENGTH_MAX = 30
_SIDES = {1: "above", 0: "at", -1: "below"}


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput:
    """Return the trend that price and averages agree on; neutral, with little confidence, where there are none."""
    known = averages(context, signal.timeframe)
    if known is None or context.price is None:
        return output("technical", bias="neutral", confidence=_VOTE, reasons=("no_indicators",))
    price = float(context.price)
    ribbon, fast, slow = sign(known.ema8 - known.ema21), sign(price - known.ema8), sign(price - known.ema21)
    direction = sign(ribbon + fast + slow)
    reasons = [f"ema8_{_SIDES[ribbon]}_ema21", f"price_{_SIDES[fast]}_ema8"]
    if slow != fast:
        reasons.append(f"price_{_SIDES[slow]}_ema21")
    return output(
        "technical",
        bias=leaning(direction),
        confidence=_confidence(known, direction, (ribbon, fast, slow)),
        reasons=tuple(reasons),
        metadata={
            "timeframe": known.timeframe,
            "ribbon_strength": UNKNOWN if known.separation is None else two_decimals(known.separation),
            **_levels(signal, context),
        },
    )


def _confidence(known: Averages, direction: int, votes: tuple[int, int, int]) -> float:
    """Return 20 to 90: twenty for each vote that agrees, and up to thirty for a ribbon that does."""
    if direction == 0:
        return _VOTE
    strength = max(0.0, (known.separation or 0.0) * direction)
    return votes.count(direction) * _VOTE + min(_STRENGTH_MAX, strength * _STRENGTH)


def _levels(signal: SignalReceived, context: EnrichedContext) -> dict[str, str]:
    """Return the nearest support and resistance: the extremes of the newest closed bars."""
    found = nearest(context, signal.timeframe, lambda known: known.candles)
    if found is None:
        return {}
    candles = found[1].candles
    return {
        "support": str(min(candle.low for candle in candles)),
        "resistance": str(max(candle.high for candle in candles)),
    }
