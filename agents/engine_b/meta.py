"""The meta decision: weighs what the agents say, and approves or rejects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from agents.engine_b.output import RISK, AgentOutput, AgentType
from schemas.market import Bias

WEIGHTS: Mapping[AgentType, int] = MappingProxyType({"specialist": 40, "core": 35, "subagent": 25})
"""In hundredths, by what an agent is."""

RISK_BLOCKED = "risk_agent_blocked"

_TENTH = Decimal("0.1")
_NOTHING = Decimal("0.0")
_BIASES: tuple[Bias, ...] = ("bullish", "bearish", "neutral")


@dataclass(frozen=True, slots=True)
class MetaDecision:
    """What the agents come to, taken together."""

    final_bias: Bias
    final_confidence: Decimal
    """0 to 100, one decimal; the decision is made on the exact value"""
    contributing_agents: tuple[str, ...]
    consensus_strength: Decimal
    """percent of all weighted confidence that stands behind the final bias, one decimal"""
    decision: Literal["approve", "reject"]
    reasons: tuple[str, ...]
    approve_from: Decimal
    """final confidence from which it approves"""


def decide(outputs: Sequence[AgentOutput], *, approve_from: Decimal) -> MetaDecision:
    """Return the decision that follows from the agents' words.

    A veto of the risk agent rejects, whatever the others say. Else each bias scores the weight times the confidence of
    the agents that have it; the highest score is the final bias, and divided by all weights the final confidence. It is
    approved from approve_from on, unless it is neutral: that is no trade. Biases that share the highest score say
    nothing, so the final bias is neutral then.
    """
    if any(said.agent_name == RISK and said.block for said in outputs):
        return vetoed(outputs, reason=RISK_BLOCKED, approve_from=approve_from)
    scores: dict[Bias, int] = dict.fromkeys(_BIASES, 0)
    weights = 0
    for said in outputs:
        weight = WEIGHTS[said.agent_type]
        scores[said.bias] += weight * said.confidence
        weights += weight
    highest = max(scores.values())
    leaders = [bias for bias in _BIASES if scores[bias] == highest]
    final: Bias = leaders[0] if len(leaders) == 1 else "neutral"
    approved = final != "neutral" and scores[final] >= approve_from * weights
    return MetaDecision(
        final_bias=final,
        final_confidence=_share(scores[final], weights),
        contributing_agents=_names(outputs),
        consensus_strength=_share(100 * scores[final], sum(scores.values())),
        decision="approve" if approved else "reject",
        reasons=("weighted_consensus" if approved else "neutral_consensus" if final == "neutral" else "low_consensus",),
        approve_from=approve_from,
    )


def vetoed(outputs: Sequence[AgentOutput], *, reason: str, approve_from: Decimal) -> MetaDecision:
    """Return a rejection without any confidence."""
    return MetaDecision(
        final_bias="neutral",
        final_confidence=_NOTHING,
        contributing_agents=_names(outputs),
        consensus_strength=_NOTHING,
        decision="reject",
        reasons=(reason,),
        approve_from=approve_from,
    )


def _names(outputs: Sequence[AgentOutput]) -> tuple[str, ...]:
    return tuple(said.agent_name for said in outputs)


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(_TENTH) if whole else _NOTHING
