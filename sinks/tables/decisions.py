"""Decisions, and what led to them: experiments, policies, recommendations, agents' words."""

from collections.abc import Iterator
from typing import Any

from schemas.decisions import AgentReported, DecisionMade, TradeProposed
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
    yield from _experiment(event)
    if event.recommendation is not None:
        yield insert("decision_recommendations", "experiment_id, engine", **_recommendation(event))


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
        created_at=event.occurred_at,
    )
    yield from _experiment(event)
    if event.recommendation is not None:
        yield replace("decision_recommendations", "experiment_id, engine", **_recommendation(event))
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
        created_at=event.occurred_at,
    )


def _recommendation(event: TradeProposed | DecisionMade) -> dict[str, Any]:
    wanted = event.recommendation
    assert wanted is not None
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
            "context_hash": event.context_hash,
            "codes": list(event.codes),
            "gates": [gate.model_dump(mode="json") for gate in event.gates],
            "base_quantity": wanted.base_quantity,
            "gamma_multiplier": str(wanted.gamma_multiplier),
            "risk_multiplier": str(wanted.risk_multiplier),
        },
    }
