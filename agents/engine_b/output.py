"""What an agent of engine B says, within the bounds of that agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from schemas.market import Bias
from schemas.signals import Direction

AgentName = Literal["context", "technical", "risk", "gamma-flow", "orb", "strat", "ttm", "satyland"]
AgentType = Literal["core", "specialist", "subagent"]

RISK: AgentName = "risk"
"""The one agent that may block."""

BIAS_OF: Mapping[Direction, Bias] = MappingProxyType({"long": "bullish", "short": "bearish"})
"""The bias that agrees with a direction."""

UNKNOWN = "unknown"
"""Said in metadata of what the context does not tell."""


@dataclass(frozen=True, slots=True)
class Character:
    """What an agent is, and how sure it may be."""

    agent_type: AgentType
    confidence_lowest: int = 0
    confidence_highest: int = 100


CHARACTERS: Mapping[str, Character] = MappingProxyType(
    {
        "context": Character("core"),
        "technical": Character("core"),
        RISK: Character("core"),
        "gamma-flow": Character("specialist"),
        "orb": Character("specialist"),
        "strat": Character("specialist", 15, 95),
        "ttm": Character("specialist", 0, 80),
        "satyland": Character("subagent", 20, 90),
    }
)
"""By agent name."""


@dataclass(frozen=True, slots=True)
class AgentOutput:
    """One agent's words on a signal. Made by `output`, which keeps the agent's bounds."""

    agent_name: str
    agent_type: AgentType
    bias: Bias
    confidence: int
    """0 to 100"""
    reasons: tuple[str, ...] = ()
    block: bool = False
    """a veto, which is the risk agent's alone"""
    metadata: Mapping[str, str] = field(default_factory=dict)


def output(
    agent_name: str,
    *,
    bias: Bias,
    confidence: float,
    reasons: tuple[str, ...] = (),
    block: bool = False,
    metadata: Mapping[str, str] | None = None,
) -> AgentOutput:
    """Return an agent's words; its confidence is rounded and brought within the agent's bounds.

    raises  ValueError when there is no such agent, or when one blocks that has no veto
    """
    character = CHARACTERS.get(agent_name)
    if character is None:
        raise ValueError(f"{agent_name} is no agent of engine B")
    if block and agent_name != RISK:
        raise ValueError(f"{agent_name} has no veto")
    return AgentOutput(
        agent_name=agent_name,
        agent_type=character.agent_type,
        bias=bias,
        confidence=max(character.confidence_lowest, min(character.confidence_highest, round(confidence))),
        reasons=reasons,
        block=block,
        metadata={} if metadata is None else metadata,
    )


def leaning(balance: float) -> Bias:
    """Return the bias of evidence that adds up to a positive (bullish) or negative number."""
    if balance > 0:
        return "bullish"
    return "bearish" if balance < 0 else "neutral"


def sign(value: float) -> int:
    """Return 1, 0 or -1."""
    return (value > 0) - (value < 0)
