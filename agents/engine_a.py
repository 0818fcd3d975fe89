"""Engine A: a chain of gates, each with its inputs and limit; the first that blocks ends it."""

from collections.abc import Iterator

from agents.dealer import overrides
from agents.entry_plan import Judgement, plan
from agents.gates import close_grace, mtf_bias, result, tradable
from agents.rules import Rules
from schemas.decisions import AgentReported, AgentVote, EnrichedContext, GateResult
from schemas.ids import derived_id
from schemas.market import Bias
from schemas.signals import Direction, SignalReceived

AGENT = "entry_decision"


def judge(
    signal: SignalReceived, context: EnrichedContext, rules: Rules, *, context_hash: str, share: int = 100
) -> Judgement:
    """Return engine A's judgement of a signal on a context with a price.

    share  percent of the capital that is the engine's
    """
    gates: list[GateResult] = []
    for gate in _conditions(signal, context, rules):
        gates.append(gate)
        if gate.verdict == "block":
            return Judgement("A", tuple(gates))
    direction = turned(signal.direction, context, rules)
    if direction != signal.direction:
        gates.append(_gamma_override(signal, context, rules))
    return plan(
        "A",
        signal,
        context,
        rules,
        gates=tuple(gates),
        direction=direction,
        context_hash=context_hash,
        share=share,
        confidence=confidence(signal, context),
        agents=(vote(signal, context),),
    )


def turned(direction: Direction, context: EnrichedContext, rules: Rules) -> Direction:
    """Return the direction to trade: the dealers' where they are sure enough of the contrary."""
    dealer = context.dealer
    if dealer is None or dealer.direction is None or not overrides(dealer, direction, rules.engine.dealer):
        return direction
    return dealer.direction


def vote(signal: SignalReceived, context: EnrichedContext) -> AgentVote:
    """Return engine A's own word on a signal, in the form in which agents give theirs."""
    return AgentVote(agent_name=AGENT, agent_type="core", bias=_bias(signal), confidence=confidence(signal, context))


def report(
    signal: SignalReceived, context: EnrichedContext, judgement: Judgement, *, experiment_id: str, context_hash: str
) -> AgentReported:
    """Return what engine A says of a signal, traded or not."""
    blocked = [gate for gate in judgement.gates if gate.verdict == "block"]
    return AgentReported(
        event_id=derived_id("report", signal.event_id, "A", AGENT),
        occurred_at=context.at,
        signal_id=signal.event_id,
        account_id=signal.account_id,
        experiment_id=experiment_id,
        symbol=signal.symbol,
        engine="A",
        agent_name=AGENT,
        agent_type="core",
        bias=_bias(signal),
        confidence=confidence(signal, context),
        reasons=tuple(gate.code for gate in blocked if gate.code) or ("entry_tier_3",),
        block=bool(blocked),
        metadata={"action": "HOLD" if blocked else "ENTER"},
        context_hash=context_hash,
    )


def confidence(signal: SignalReceived, context: EnrichedContext) -> int:
    """Return the lower of the alert's and the bias's confidence, 0 to 100; 0 when neither is known."""
    known = [signal.confidence] if signal.confidence is not None else []
    if context.bias is not None:
        known.append(context.bias.confidence)
    return max(0, min(100, *map(int, known))) if known else 0


def _bias(signal: SignalReceived) -> Bias:
    return "bullish" if signal.direction == "long" else "bearish"


def _conditions(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> Iterator[GateResult]:
    yield from mtf_bias(context, rules, engine="A")
    yield from _entry(signal, context, rules)


def _entry(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> Iterator[GateResult]:
    """Tier 1 blocks, tier 2 delays, tier 3 enters."""
    open_now = tradable(context.session, rules)
    yield result(
        "entry_tier_1",
        blocks=not open_now and not rules.session.decision_only_when_closed,
        code="entry_blocked",
        inputs={"session": context.session},
        detail="" if open_now else "the market is closed",
        engine="A",
    )
    yield close_grace(context, rules, engine="A")
    unsure = signal.confidence is not None and signal.confidence < rules.engine.confidence_min
    yield result(
        "entry_tier_2_confidence",
        blocks=unsure,
        code="entry_wait",
        inputs={"confidence": signal.confidence},
        limit=f"at least {rules.engine.confidence_min}",
        detail="the alert's confidence is low" if unsure else "",
        engine="A",
    )
    yield result("entry_tier_3", blocks=False, code="", inputs={"action": "ENTER"}, engine="A")


def _gamma_override(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> GateResult:
    dealer = context.dealer
    assert dealer is not None
    return result(
        "gamma_override",
        blocks=False,
        code="",
        inputs={"signal": signal.direction, "dealer": dealer.direction, "confidence": dealer.confidence},
        limit=f"from confidence {rules.engine.dealer.override_from} on",
        detail=f"dealer positioning turns {signal.direction} into {dealer.direction}",
        engine="A",
    )
