"""The gamma and flow specialist: what dealers hold, and which options are bought."""

from collections.abc import Iterator
from decimal import Decimal

from agents.engine_b.output import UNKNOWN, AgentOutput, leaning, output, sign
from agents.engine_b.readings import two_decimals
from agents.rules import Rules
from schemas.decisions import EnrichedContext
from schemas.market import FlowTotals, GexState
from schemas.signals import SignalReceived

_BALANCED = 30
_BASE = 40
_POINTS = 10
"""of dealer gamma, of the premium's side, of the netflow's side, and of a side that prevails"""
_PREVAILS = 0.5
"""share of the premium by which one side has to lead to prevail"""


def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
    """Return where gamma and flow lean, or None when neither is known."""
    gex, flow = context.gex, context.flow
    if gex is None and flow is None:
        return None
    evidence: list[tuple[str, float]] = []
    if gex is not None:
        evidence += _gamma(gex, rules)
    if flow is not None:
        evidence += _flow(flow, rules)
    balance = sum(points for _, points in evidence)
    return output(
        "gamma-flow",
        bias=leaning(balance),
        confidence=_BASE + abs(balance) if balance else _BALANCED,
        reasons=tuple(reason for reason, _ in evidence),
        metadata={
            "net_gex": UNKNOWN if gex is None else str(gex.net_gex),
            "netflow": UNKNOWN if flow is None else str(flow.netflow),
            "premium_lead": UNKNOWN if flow is None else two_decimals(_lead(flow)),
        },
    )


def _gamma(gex: GexState, rules: Rules) -> Iterator[tuple[str, float]]:
    """Yield what dealer gamma says: less, in proportion, where it is below what counts as neutral."""
    side = sign(float(gex.net_gex))
    if side == 0:
        return
    weight = min(1.0, float(abs(gex.net_gex) / max(rules.engine.dealer.neutral_below, Decimal(1))))
    yield ("positive_gex" if side > 0 else "negative_gex"), side * _POINTS * weight


def _flow(flow: FlowTotals, rules: Rules) -> Iterator[tuple[str, float]]:
    """Yield what the day's flow says; few entries make half of the evidence of the premium's side."""
    lead = _lead(flow)
    side = sign(lead)
    if side:
        evidence = min(1.0, flow.entries / max(rules.engine.confluence.entries_full, 1))
        yield ("call_premium_dominant" if side > 0 else "put_premium_dominant"), side * _POINTS * (1 + evidence) / 2
    if abs(lead) >= _PREVAILS:
        yield ("calls_prevail" if side > 0 else "puts_prevail"), side * _POINTS
    net = sign(float(flow.netflow))
    if net:
        yield ("bullish_netflow" if net > 0 else "bearish_netflow"), net * _POINTS


def _lead(flow: FlowTotals) -> float:
    """Return by how much call premium leads, -1 to 1, as a share of all premium; 0 when there is none."""
    premium = flow.call_premium + flow.put_premium
    return float((flow.call_premium - flow.put_premium) / premium) if premium > 0 else 0.0
