"""Decisions, and what led to them: experiments, policies, recommendations, agents' words."""

from collections.abc import Iterator
from typing import Any

from schemas.decisions import AgentReported, DecisionMade, Recommendation, TradeProposed
from sinks.tables.signals import RISK_CHECK, STATUS
from sinks.writes import Derive, Effect, insert, insert_earliest, replace


def reported(event: AgentReported) -> Iterator[Effect]:
    """Store one agent's words."""
    yield insert(
        "agent_decisions",
        "decision_id",
        decision_id=event.event_id,
        experiment_id=event.experiment_id,
        signal_id=event.signal_id,
        account_id=event.account_id,
        engine=event.engine,
        agent_name=event.agent_name,
        agent_type=event.agent_type,
        bias=event.bias,
        confidence=event.confidence,
        reasons=list(event.reasons),
        block=event.block,
        metadata=event.metadata,
        context_hash=event.context_hash,
        created_at=event.occurred_at,
    )


def proposed(event: TradeProposed) -> Iterator[Effect]:
    """Store what the market stage made of a signal; its decision, when there, knows better."""
    if event.experiment.variant == "manual":
        return  # no engine's: its decision says it all
    yield from _experiment(event)
    for wanted in _recommended(event):
        yield insert("decision_recommendations", "experiment_id, engine", **_recommendation(event, wanted))


def made(event: DecisionMade) -> Iterator[Effect]:
    """Store a decision, and with it the signal's status."""
    yield insert(
        "decisions",
        "decision_id",
        decision_id=event.event_id,
        signal_id=event.signal_id,
        account_id=event.account_id,
        proposal_id=event.proposal_id,
        symbol=event.symbol,
        direction=event.direction,
        timeframe=event.timeframe,
        is_test=event.is_test,
        status=event.status,
        rejection_reason=event.rejection_reason,
        codes=list(event.codes),
        gates=[gate.model_dump(mode="json") for gate in event.gates],
        recommendation=event.recommendation.model_dump(mode="json") if event.recommendation else None,
        experiment=event.experiment.model_dump(mode="json"),
        policy=event.policy.model_dump(mode="json"),
        context_hash=event.context_hash,
        order_id=event.order_id,
        recommendations=[wanted.model_dump(mode="json") for wanted in _recommended(event)],
        shadow_gates=[gate.model_dump(mode="json") for gate in event.shadow_gates],
        order_ids=list(event.order_ids or ([event.order_id] if event.order_id else [])),
        created_at=event.occurred_at,
    )
    if event.experiment.variant == "manual":
        return
    yield from _experiment(event)
    for wanted in _recommended(event):
        yield replace("decision_recommendations", "experiment_id, engine", **_recommendation(event, wanted))
    yield Derive(STATUS, event.signal_id)
    yield Derive(RISK_CHECK, event.signal_id)


def _experiment(event: TradeProposed | DecisionMade) -> Iterator[Effect]:
    experiment, policy = event.experiment, event.policy
    yield insert_earliest(
        "experiments",
        "experiment_id",
        experiment_id=experiment.experiment_id,
        signal_id=event.signal_id,
        variant=experiment.variant,
        assignment_hash=experiment.assignment_hash,
        bucket=experiment.bucket,
        split_percentage=experiment.split_percentage,
        policy_version=experiment.policy_version,
        account_id=event.account_id,
        symbol=event.symbol,
        timeframe=event.timeframe,
        is_test=event.is_test,
        created_at=event.occurred_at,
    )
    yield insert_earliest(
        "execution_policies",
        "policy_id",
        policy_id=policy.policy_id,
        experiment_id=experiment.experiment_id,
        execution_mode=policy.execution_mode,
        executed_engine=policy.executed_engine,
        shadow_engine=policy.shadow_engine,
        reason=policy.reason,
        policy_version=policy.policy_version,
        executed_engines=list(policy.executed_engines or ([policy.executed_engine] if policy.executed_engine else [])),
        shares=policy.shares,
        created_at=event.occurred_at,
    )


def _recommended(event: TradeProposed | DecisionMade) -> list[Recommendation]:
    """Return what each engine recommends; of the one that leads, what became of it."""
    wanted = {made.engine: made for made in event.recommendations}
    if event.recommendation is not None:
        wanted[event.recommendation.engine] = event.recommendation
    return [wanted[engine] for engine in sorted(wanted)]


def _recommendation(event: TradeProposed | DecisionMade, wanted: Recommendation) -> dict[str, Any]:
    gates = [gate for gate in (*event.gates, *event.shadow_gates) if gate.engine in (None, wanted.engine)]
    return {
        "experiment_id": event.experiment.experiment_id,
        "engine": wanted.engine,
        "signal_id": event.signal_id,
        "symbol": wanted.symbol,
        "direction": wanted.direction,
        "timeframe": event.timeframe,
        "option_symbol": wanted.option_symbol,
        "strike": wanted.strike,
        "expiration": wanted.expiration,
        "quantity": wanted.quantity,
        "entry_price": wanted.entry_price,
        "is_shadow": wanted.is_shadow,
        "rationale": {
            "context_hash": wanted.context_hash or event.context_hash,
            "codes": list(event.codes),
            "gates": [gate.model_dump(mode="json") for gate in gates],
            "base_quantity": wanted.base_quantity,
            "gamma_multiplier": str(wanted.gamma_multiplier),
            "risk_multiplier": str(wanted.risk_multiplier),
            "confluence_multiplier": str(wanted.confluence_multiplier),
            "capital_share": wanted.capital_share,
            "confidence": wanted.confidence,
            "agents": [vote.model_dump(mode="json") for vote in wanted.agents],
            "selection": wanted.selection.model_dump(mode="json") if wanted.selection else None,
            "gamma_overridden": wanted.gamma_overridden,
        },
    }
