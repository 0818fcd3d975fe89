"""What dealer positioning and options flow call for: a direction, how sure it is, and a size."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from agents.gamma import dealer_position
from agents.rules import DealerRules
from schemas.decisions import DealerDecision
from schemas.market import DealerPosition, FlowTotals, GexState
from schemas.signals import Direction

GAMMA_MULTIPLIERS: Mapping[DealerPosition, Decimal] = MappingProxyType(
    {"long_gamma": Decimal("1.25"), "short_gamma": Decimal("0.6"), "neutral": Decimal(1)}
)
"""On the quantity: dealers who are long gamma trade against a move and steady it, those who are short drive it on."""

FLOW_WEIGHT = Decimal("0.45")
LEVEL_WEIGHT = Decimal("0.35")
GAMMA_WEIGHT = Decimal("0.2")

FLOW_FULL = Decimal("0.5")
"""Share of the premium from which netflow counts in full."""
ENTRIES_FULL = 50
"""Flow entries that are full evidence."""

AMPLIFICATION: Mapping[DealerPosition, Decimal] = MappingProxyType(
    {"short_gamma": Decimal(1), "neutral": Decimal("0.65"), "long_gamma": Decimal("0.5")}
)
"""On the confidence: only short gamma drives a move on."""


def dealer_decision(
    *, price: Decimal | None, gex: GexState | None, flow: FlowTotals | None, rules: DealerRules
) -> DealerDecision | None:
    """Return what dealers' positions and the flow call for, or None when that is switched off or no exposure is known.

    price       of the underlying, dollars
    regime      as received; that of an exposure which was computed follows from `neutral_below`
    direction   the flow's. Unless dealers are long gamma, the price must not lie on the other side of zero gamma:
                bearish flow goes with a price below it, bullish flow with one above; else there is no direction. Long
                gamma holds the price on either side, so there the flow alone counts
    confidence  (0.45 flow + 0.35 level + 0.2 gamma) x 1 in short gamma, 0.65 in neutral, 0.5 in long gamma
                flow   netflow's share of the premium over a half, at most 1, x entries over 50, at most 1
                level  1 when the side of zero gamma agrees with the flow where it counts, else 0
                gamma  |net_gex| / (|net_gex| + neutral_below)
                Without a direction gamma alone is left. 0.7 takes short gamma and both the flow and the level.
                Below `confidence_min` there is no direction
    position_size_multiplier
                the regime's of GAMMA_MULTIPLIERS, whatever the confidence: it is the number that engine A's sizing
                takes from there, so whoever sizes applies one of the two, once
    """
    if not rules.enabled or gex is None:
        return None
    regime = dealer_position(gex.net_gex, neutral_below=rules.neutral_below) if gex.computed else gex.dealer_position
    pull = _pull(flow)
    towards = _direction(pull)
    side = _side(price, gex.zero_gamma_level) if regime != "long_gamma" else None
    direction = towards if side in (towards, None) else None
    confidence = GAMMA_WEIGHT * _saturated(abs(gex.net_gex), half_at=rules.neutral_below)
    if direction is not None:
        confidence += FLOW_WEIGHT * abs(pull) + (LEVEL_WEIGHT if side == direction else 0)
    confidence *= AMPLIFICATION[regime]
    return DealerDecision(
        direction=direction if confidence >= rules.confidence_min else None,
        confidence=confidence,
        position_size_multiplier=GAMMA_MULTIPLIERS[regime],
        regime=regime,
        reasons=_reasons(regime, towards=towards, side=side, direction=direction),
    )


def overrides(decision: DealerDecision | None, direction: Direction, rules: DealerRules) -> bool:
    """Return whether a decision is sure enough to turn a direction that is contrary to its own."""
    return (
        decision is not None
        and decision.direction is not None
        and decision.direction != direction
        and decision.confidence >= rules.override_from
    )


def _pull(flow: FlowTotals | None) -> Decimal:
    """Return where the flow points and how strongly, from -1 (bearish) to 1."""
    if flow is None or flow.call_premium + flow.put_premium == 0:
        return Decimal(0)
    share = flow.netflow / (flow.call_premium + flow.put_premium) / FLOW_FULL
    evidence = min(Decimal(1), Decimal(flow.entries) / ENTRIES_FULL)
    return max(Decimal(-1), min(Decimal(1), share)) * evidence


def _direction(amount: Decimal) -> Direction | None:
    return "long" if amount > 0 else "short" if amount < 0 else None


def _side(price: Decimal | None, level: Decimal | None) -> Direction | None:
    """Return the direction that goes with the price's side of zero gamma."""
    return None if price is None or level is None else _direction(price - level)


def _saturated(amount: Decimal, *, half_at: Decimal) -> Decimal:
    return amount / (amount + half_at) if amount else Decimal(0)


def _reasons(
    regime: DealerPosition, *, towards: Direction | None, side: Direction | None, direction: Direction | None
) -> tuple[str, ...]:
    reasons = [f"dealer_{regime}"]
    if towards is not None:
        reasons.append("bullish_flow" if towards == "long" else "bearish_flow")
    if side is not None:
        reasons.append("above_zero_gamma" if side == "long" else "below_zero_gamma")
    if towards != direction:
        reasons.append("flow_against_zero_gamma")
    return tuple(reasons)
