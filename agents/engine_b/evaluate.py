"""A signal before all agents: what each says, what it comes to, and how that is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from agents.engine_b import context as market_context
from agents.engine_b import gamma_flow, orb, risk, satyland, strat, technical, ttm
from agents.engine_b.meta import RISK_BLOCKED, MetaDecision, decide, vetoed
from agents.engine_b.output import BIAS_OF, CHARACTERS, RISK, AgentName, AgentOutput, AgentType
from agents.rules import Rules
from schemas.decisions import AgentReported, AgentVote, EnrichedContext, GateResult
from schemas.ids import derived_id
from schemas.signals import SignalReceived

Agent = Callable[[SignalReceived, EnrichedContext, Rules], AgentOutput | None]
"""Says something of a signal, or does not take part."""

AGENTS: Mapping[AgentName, Agent] = MappingProxyType(
    {
        "context": market_context.assess,
        "technical": technical.assess,
        "risk": risk.assess,
        "gamma-flow": gamma_flow.assess,
        "orb": orb.assess,
        "strat": strat.assess,
        "ttm": ttm.assess,
        "satyland": satyland.assess,
    }
)
"""All of them, in the order in which they are asked."""

META = "meta_decision"
RISK_FAILED = "risk_agent_failed"


class LeftOut(NamedTuple):
    """An agent that raised, and the class of what it raised."""

    agent_name: str
    agent_type: AgentType
    error: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the agents said of a signal, who failed to, and what it comes to."""

    outputs: tuple[AgentOutput, ...]
    left_out: tuple[LeftOut, ...]
    meta: MetaDecision
    at: datetime
    """the time of judgement"""


def evaluate(
    signal: SignalReceived, context: EnrichedContext, rules: Rules, *, agents: Mapping[AgentName, Agent] = AGENTS
) -> Evaluation:
    """Return what the agents come to. One that raises is left out; without the risk agent's word nothing is approved.

    context  has a price: without one engine B is not asked
    """
    outputs: list[AgentOutput] = []
    left_out: list[LeftOut] = []
    for name, assess in agents.items():
        try:
            said = assess(signal, context, rules)
        except Exception as error:  # whatever is wrong with one agent, the others still judge
            left_out.append(LeftOut(name, CHARACTERS[name].agent_type, type(error).__name__))
            continue
        if said is not None:
            outputs.append(said)
    approve_from = rules.engine.agents.approve_from
    if any(said.agent_name == RISK for said in outputs):
        meta = decide(outputs, approve_from=approve_from)
    else:
        meta = vetoed(outputs, reason=RISK_FAILED, approve_from=approve_from)
    return Evaluation(outputs=tuple(outputs), left_out=tuple(left_out), meta=meta, at=context.at)


def votes(evaluation: Evaluation) -> tuple[AgentVote, ...]:
    """Return the words that counted."""
    return tuple(
        AgentVote(agent_name=said.agent_name, agent_type=said.agent_type, bias=said.bias, confidence=said.confidence)
        for said in evaluation.outputs
    )


def reports(
    signal: SignalReceived, evaluation: Evaluation, *, experiment_id: str, context_hash: str
) -> tuple[AgentReported, ...]:
    """Return a report of each agent that spoke, of each that was left out, and of the meta decision, in this order."""
    words = (*evaluation.outputs, *map(_silence, evaluation.left_out), _conclusion(evaluation.meta))
    return tuple(
        AgentReported(
            event_id=derived_id("report", signal.event_id, "B", said.agent_name),
            occurred_at=evaluation.at,
            signal_id=signal.event_id,
            account_id=signal.account_id,
            experiment_id=experiment_id,
            symbol=signal.symbol,
            engine="B",
            agent_name=said.agent_name,
            agent_type=said.agent_type,
            bias=said.bias,
            confidence=said.confidence,
            reasons=said.reasons,
            block=said.block,
            metadata=dict(said.metadata),
            context_hash=context_hash,
        )
        for said in words
    )


def _silence(missing: LeftOut) -> AgentOutput:
    """Return what is reported of an agent that raised; the risk agent's silence is a veto."""
    return AgentOutput(
        agent_name=missing.agent_name,
        agent_type=missing.agent_type,
        bias="neutral",
        confidence=0,
        reasons=("left_out",),
        block=missing.agent_name == RISK,
        metadata={"error": missing.error},
    )


def _conclusion(meta: MetaDecision) -> AgentOutput:
    return AgentOutput(
        agent_name=META,
        agent_type="core",
        bias=meta.final_bias,
        confidence=round(meta.final_confidence),
        reasons=meta.reasons,
        metadata={
            "final_bias": meta.final_bias,
            "final_confidence": str(meta.final_confidence),
            "consensus_strength": str(meta.consensus_strength),
            "decision": meta.decision,
        },
    )


def gates(signal: SignalReceived, evaluation: Evaluation) -> tuple[GateResult, ...]:
    """Return engine B's own gates: the meta decision, and after it each code of a risk agent that vetoed.

    Engine B trades when the meta decision approves a bias that is the signal's own; a contrary one is no trade.
    """
    meta = evaluation.meta
    vetoes = _vetoes(evaluation)
    code, detail = _verdict(signal, meta, vetoed=bool(vetoes))
    decision = GateResult(
        gate=META,
        verdict="block" if code else "pass",
        inputs={
            "decision": meta.decision,
            "final_bias": meta.final_bias,
            "final_confidence": str(meta.final_confidence),
            "agents": ",".join(meta.contributing_agents),
            "direction": signal.direction,
        },
        limit=f"{BIAS_OF[signal.direction]}, from confidence {meta.approve_from} on",
        code=code,
        detail=detail,
        engine="B",
    )
    return (decision, *vetoes)


def _verdict(signal: SignalReceived, meta: MetaDecision, *, vetoed: bool) -> tuple[str | None, str]:
    if vetoed:
        return RISK_BLOCKED, "the risk agent vetoes the trade"
    if meta.decision == "reject":
        return "meta_decision_rejected", "the agents do not agree enough on a direction"
    if meta.final_bias != BIAS_OF[signal.direction]:
        return "direction_conflict", f"the agents are {meta.final_bias} on a {signal.direction} signal"
    return None, ""


def _vetoes(evaluation: Evaluation) -> list[GateResult]:
    """Return why the risk agent stops the trade, a gate a code; none when it does not."""
    said = next((said for said in evaluation.outputs if said.agent_name == RISK), None)
    if said is None:
        errors = [missing.error for missing in evaluation.left_out if missing.agent_name == RISK]
        return [_veto(RISK_FAILED, {"error": ",".join(errors)}, None, "the risk agent failed, so nothing is traded")]
    if not said.block:
        return []
    return [
        _veto(code, said.metadata, risk.LIMITS[code].format(**said.metadata), risk.DETAILS[code])
        for code in said.reasons
    ]


def _veto(code: str, inputs: Mapping[str, str], limit: str | None, detail: str) -> GateResult:
    return GateResult(
        gate="risk_agent", verdict="block", inputs=dict(inputs), limit=limit, code=code, detail=detail, engine="B"
    )
