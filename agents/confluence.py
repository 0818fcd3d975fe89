"""How far options flow and dealer positioning agree with a signal, and what follows for its trade."""

from decimal import ROUND_HALF_EVEN, Decimal

from agents.rules import ConfluenceRules
from schemas.decisions import Confluence, GateResult
from schemas.market import DealerPosition, FlowTotals, GexState
from schemas.money import ratio
from schemas.signals import Direction

NO_EVIDENCE = 50
"""The score at which nothing speaks for a signal or against it."""
FLOW_WEIGHT = 30
GAMMA_WEIGHT = 15
SIZE_LEAST = Decimal("0.5")
"""of the quantity, at the lowest score that may trade"""

_GAMMA_ALIGNMENT: dict[DealerPosition, int] = {"long_gamma": 1, "short_gamma": -1, "neutral": 0}


def confluence(
    *, direction: Direction, gex: GexState | None, flow: FlowTotals | None, rules: ConfluenceRules
) -> Confluence | None:
    """Return the agreement with a signal, or None when no flow is known: gamma alone has no direction to agree with.

    score = 50 + 30 x flow alignment x evidence + 15 x gamma alignment, rounded half to even to a whole number

    flow alignment   netflow over the premium of calls and puts, positive when it points the signal's way
    evidence         entries over `entries_full`, at most 1
    gamma alignment  1 when dealers are long gamma, which steadies the price; -1 when short, which unsettles it
    """
    if flow is None or flow.entries == 0:
        return None
    premium = flow.call_premium + flow.put_premium
    towards = flow.netflow if direction == "long" else -flow.netflow
    alignment = towards / premium if premium else Decimal(0)
    full = flow.entries >= rules.entries_full
    evidence = Decimal(1) if full else Decimal(flow.entries) / rules.entries_full
    gamma = _GAMMA_ALIGNMENT[gex.dealer_position] if gex else 0
    score = NO_EVIDENCE + FLOW_WEIGHT * alignment * evidence + GAMMA_WEIGHT * gamma
    return Confluence(
        score=score.to_integral_value(rounding=ROUND_HALF_EVEN),
        flow_alignment=alignment,
        evidence=evidence,
        gamma_alignment=gamma,
        flow_entries=flow.entries,
    )


def gate(confluence: Confluence | None, rules: ConfluenceRules) -> GateResult:
    """Return whether a signal has the agreement that it needs. Where nothing is known, nothing speaks against it."""
    low = confluence is not None and confluence.score < rules.score_min
    if confluence is None:
        detail = "no options flow is known"
    elif low:
        detail = "options flow and dealer gamma do not speak for the signal enough"
    else:
        detail = ""
    blocks = low and rules.gate
    return GateResult(
        gate="confluence",
        verdict="block" if blocks else "pass",
        inputs={
            "score": str(confluence and confluence.score),
            "flow_alignment": str(confluence and confluence.flow_alignment),
            "evidence": str(confluence and confluence.evidence),
            "gamma_alignment": str(confluence and confluence.gamma_alignment),
            "required": str(rules.gate),
        },
        limit=f"at least {rules.score_min}",
        code="confluence_below_threshold" if blocks else None,
        detail=detail,
    )


def multiplier(confluence: Confluence | None, rules: ConfluenceRules) -> Decimal:
    """Return what the score makes of the quantity, four decimals.

    Half at `score_min` and below, whole from `full_size_from` on, a straight line in between; whole too where sizing is
    off or nothing is known.
    """
    if not rules.sizing or confluence is None or confluence.score >= rules.full_size_from:
        return Decimal(1)
    if confluence.score <= rules.score_min:
        return SIZE_LEAST
    way = (confluence.score - rules.score_min) / (rules.full_size_from - rules.score_min)
    return ratio(SIZE_LEAST + (1 - SIZE_LEAST) * way)
