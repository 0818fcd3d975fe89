"""What a desk proposes: who would trade what, the gates that were met, and why it may not go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from agents import gates
from agents.entry_plan import Judgement
from agents.judgement import Asked
from schemas.decisions import (
    Engine,
    EnrichedContext,
    EntryContext,
    ExecutionPolicy,
    Experiment,
    GateResult,
    Recommendation,
    TradeProposed,
)
from schemas.ids import derived_id
from schemas.market import BiasState
from schemas.orders import ShadowTrade
from schemas.signals import SignalReceived


def propose(
    signal: SignalReceived,
    experiment: Experiment,
    policy: ExecutionPolicy,
    *,
    at: datetime,
    context: EnrichedContext | None,
    context_hash: str,
    shared: tuple[GateResult, ...],
    judged: Mapping[Engine, Judgement],
) -> TradeProposed:
    """Return the proposal: of the engines that trade, the leading one first, and of those that shadow.

    context  None when not even that could be made
    shared   the gates before the engines
    """
    trading = [judged[engine] for engine in policy.executed_engines if engine in judged]
    idle = [judgement for engine, judgement in judged.items() if engine not in policy.executed_engines]
    leading = trading if trading else idle
    recommendations = _recommendations(trading, idle)
    leaders = {judgement.engine for judgement in leading}
    policy_gate = gates.execution_policy(policy)
    met = (*shared, *(gate for judgement in leading for gate in judgement.gates), policy_gate)
    return TradeProposed(
        event_id=derived_id("proposal", signal.event_id),
        occurred_at=at,
        account_id=signal.account_id,
        signal_id=signal.event_id,
        symbol=signal.symbol,
        direction=signal.direction,
        timeframe=signal.timeframe,
        is_test=signal.is_test,
        context_hash=context_hash,
        experiment=experiment,
        policy=policy,
        gates=met,
        codes=_codes(shared, leading, policy_gate),
        recommendation=next((item for item in recommendations if item.engine in leaders), None),
        entry=_entry(context),
        recommendations=recommendations,
        shadow_gates=tuple(gate for judgement in idle if trading for gate in judgement.gates),
        confidence=_confidence(signal, context),
    )


def _recommendations(trading: Sequence[Judgement], idle: Sequence[Judgement]) -> tuple[Recommendation, ...]:
    made = [judgement.recommendation for judgement in trading if judgement.recommendation]
    shadows = [judgement.recommendation for judgement in idle if judgement.recommendation]
    return (*made, *(shadow.model_copy(update={"is_shadow": True}) for shadow in shadows))


def _codes(shared: Sequence[GateResult], leading: Sequence[Judgement], policy: GateResult) -> tuple[str, ...]:
    """Return why a proposal stops here; nothing when some engine that trades recommends a trade.

    Where the engines hold, no_recommendation comes before their own codes, and after those of the gates before them.
    """
    codes = [gate.code for gate in shared if gate.code]
    held = [gate.code for judgement in leading for gate in judgement.gates if gate.code]
    if leading and not any(judgement.recommendation for judgement in leading):
        missing = [code for code in held if code in ("market_data_unavailable", "processing_failed")]
        codes += missing if missing else ["no_recommendation", *held]
    if policy.code:
        codes.append(policy.code)
    return tuple(dict.fromkeys(codes))


def _confidence(signal: SignalReceived, context: EnrichedContext | None) -> object:
    if signal.confidence is not None:
        return signal.confidence
    return context.bias.confidence if context is not None and context.bias is not None else None


def _entry(context: EnrichedContext | None) -> EntryContext:
    if context is None:
        return EntryContext()
    return entry_at(context.bias, confluence_score=context.confluence.score if context.confluence else None)


def entry_at(bias: BiasState | None, *, confluence_score: Decimal | None = None) -> EntryContext:
    """Return the state that is kept with what is opened under a bias."""
    if bias is None:
        return EntryContext(confluence_score=confluence_score)
    return EntryContext(
        bias_score=bias.bias_score,
        regime_type=bias.regime_type,
        mode_hint=bias.entry_mode_hint,
        macro_class=bias.macro_class,
        acceleration_state_strength_delta=bias.state_strength_delta,
        chop_score=bias.chop_score,
        bias=bias.bias,
        bias_confidence=bias.confidence,
        confluence_score=confluence_score,
    )


def shadow_trades(asked: Asked, proposal: TradeProposed) -> tuple[ShadowTrade, ...]:
    """Return what the idle engines would have traded, where nothing before the engines stood against it."""
    if any(
        gate.verdict == "block" and gate.engine is None and gate.gate != "execution_policy" for gate in proposal.gates
    ):
        return ()
    return tuple(
        _shadow_trade(asked, proposal, wanted)
        for wanted in proposal.recommendations
        if wanted.is_shadow and wanted.quantity > 0
    )


def _shadow_trade(asked: Asked, proposal: TradeProposed, wanted: Recommendation) -> ShadowTrade:
    trade_id = derived_id("shadow-trade", proposal.event_id, wanted.engine)
    return ShadowTrade(
        event_id=trade_id,
        occurred_at=proposal.occurred_at,
        account_id=proposal.account_id,
        symbol=wanted.symbol,
        option_symbol=wanted.option_symbol,
        strike=wanted.strike,
        expiration=wanted.expiration,
        type=wanted.type,
        direction=wanted.direction,
        engine=wanted.engine,
        experiment_id=proposal.experiment.experiment_id,
        signal_id=proposal.signal_id,
        is_test=proposal.is_test,
        position_id=derived_id("position", trade_id),
        quantity=wanted.quantity,
        entry_price=wanted.entry_price,
        expires_at=proposal.occurred_at + asked.rules.limits.order_timeout,
        contributing_agents=tuple(vote.agent_name for vote in wanted.agents),
        meta_confidence=wanted.confidence,
        dealer_decision=asked.context.dealer,
        entry=entry_of(proposal.entry, wanted),
    )


def entry_of(entry: EntryContext, wanted: Recommendation) -> EntryContext:
    """Return the state at entry with the words of the engine whose trade it is."""
    return entry.model_copy(update={"agents": wanted.agents, "confidence": wanted.confidence})
