"""A desk decides on each signal once: enrichment, experiment, policy, engine, proposal."""

from agents.engine_a import Judgement, judge, tradable
from agents.enrichment import context_hash, enrich
from agents.experiment import assign, policy_for
from agents.rules import Rules, SessionRules
from schemas.decisions import (
    AgentReported,
    EnrichedContext,
    EntryContext,
    ExecutionPolicy,
    Experiment,
    GateResult,
    SignalEnriched,
    TradeProposed,
)
from schemas.desks import DECIDED_MAX, Desk
from schemas.event import Event
from schemas.ids import derived_id
from schemas.market import BiasState, Market
from schemas.session import MarketSession
from schemas.signals import SignalReceived


def on_signal(
    desk: Desk,
    signal: SignalReceived,
    *,
    market: Market,
    session: MarketSession,
    rules: Rules,
    read_positions: dict[str, int],
) -> tuple[Desk, tuple[Event, ...]]:
    """Return the desk and what follows from a signal; nothing when it was decided on before.

    market          the fold of the tape as far as it has been read
    session         the exchange's session at signal.occurred_at
    read_positions  newest offset read, by topic: with them a replay can merge the topics in the same order
    """
    if signal.event_id in desk.decided:
        return desk, ()
    context = enrich(signal, market, session)
    digest = context_hash(context)
    experiment = assign(signal, rules.engine)
    policy = policy_for(experiment, rules.engine)
    judgement = judge(signal, context, market, session, rules)
    enriched = SignalEnriched(
        event_id=derived_id("enrichment", signal.event_id),
        occurred_at=signal.occurred_at,
        signal_id=signal.event_id,
        account_id=signal.account_id,
        symbol=signal.symbol,
        context=context,
        context_hash=digest,
        read_positions=read_positions,
    )
    report = _report(signal, context, digest, experiment, judgement)
    proposal = _proposal(signal, context, digest, experiment, policy, judgement, rules)
    decided = (*desk.decided, signal.event_id)[-DECIDED_MAX:]
    return desk.model_copy(update={"decided": decided}), (enriched, report, proposal)


def _report(
    signal: SignalReceived, context: EnrichedContext, digest: str, experiment: Experiment, judgement: Judgement
) -> AgentReported:
    blocked = [gate for gate in judgement.gates if gate.verdict == "block"]
    return AgentReported(
        event_id=derived_id("report", signal.event_id, "A", "entry_decision"),
        occurred_at=signal.occurred_at,
        signal_id=signal.event_id,
        account_id=signal.account_id,
        experiment_id=experiment.experiment_id,
        symbol=signal.symbol,
        engine="A",
        agent_name="entry_decision",
        agent_type="core",
        bias="bullish" if signal.direction == "long" else "bearish",
        confidence=_confidence(signal, context.bias),
        reasons=tuple(gate.code for gate in blocked if gate.code) or ("entry_tier_3",),
        block=bool(blocked),
        metadata={"action": "HOLD" if blocked else "ENTER"},
        context_hash=digest,
    )


def _confidence(signal: SignalReceived, bias: BiasState | None) -> int:
    known = [signal.confidence] if signal.confidence is not None else []
    if bias is not None:
        known.append(bias.confidence)
    return max(0, min(100, *map(int, known))) if known else 0


def _proposal(
    signal: SignalReceived,
    context: EnrichedContext,
    digest: str,
    experiment: Experiment,
    policy: ExecutionPolicy,
    judgement: Judgement,
    rules: Rules,
) -> TradeProposed:
    session = _session_gate(signal, context, rules)
    trades = policy.executed_engine == "A"
    executes = GateResult(
        gate="execution_policy",
        verdict="pass" if trades else "block",
        inputs={"execution_mode": policy.execution_mode, "executed_engine": str(policy.executed_engine)},
        code=None if trades else "shadow_only",
        detail="" if trades else policy.reason,
    )
    gates = (session, *judgement.gates, executes)
    stopped = [gate.code for gate in gates if gate.code]
    if judgement.recommendation is None and "market_data_unavailable" not in stopped:
        # the engine holds: the orchestrator's code comes before the gate's own
        held = [gate.code for gate in judgement.gates if gate.code]
        stopped = [code for code in stopped if code not in held] + ["no_recommendation", *held]
    recommendation = judgement.recommendation
    if recommendation is not None and not trades:
        recommendation = recommendation.model_copy(update={"is_shadow": True})
    return TradeProposed(
        event_id=derived_id("proposal", signal.event_id),
        occurred_at=signal.occurred_at,
        account_id=signal.account_id,
        signal_id=signal.event_id,
        symbol=signal.symbol,
        direction=signal.direction,
        timeframe=signal.timeframe,
        is_test=signal.is_test,
        context_hash=digest,
        experiment=experiment,
        policy=policy,
        gates=gates,
        codes=tuple(stopped),
        recommendation=recommendation,
        entry=_entry(context.bias),
    )


def _session_gate(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> GateResult:
    limits: SessionRules = rules.session
    open_now = tradable(context, rules)
    age = signal.occurred_at - signal.timestamp
    code = None if open_now else "signal_stale" if age > limits.signal_age_max else "market_closed"
    return GateResult(
        gate="market_session",
        verdict="pass" if open_now else "block",
        inputs={"session": context.session, "signal_age_s": str(int(age.total_seconds()))},
        limit=f"regular hours; when closed, signals of at most {int(limits.signal_age_max.total_seconds() // 60)} min",
        code=code,
        detail="" if open_now else "no orders are made while the market is closed",
    )


def _entry(bias: BiasState | None) -> EntryContext:
    if bias is None:
        return EntryContext()
    return EntryContext(
        bias_score=bias.bias_score,
        regime_type=bias.regime_type,
        mode_hint=bias.entry_mode_hint,
        macro_class=bias.macro_class,
        acceleration_state_strength_delta=bias.state_strength_delta,
        chop_score=bias.chop_score,
    )
