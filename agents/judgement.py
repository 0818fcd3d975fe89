"""Both engines on one context: what each came to, and what their agents said."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from agents import engine_a
from agents.engine_b.evaluate import evaluate, gates, reports, votes
from agents.entry_plan import Judgement, plan
from agents.gates import close_grace, failure, mtf_bias, result
from agents.rules import Rules
from schemas.decisions import (
    AgentReported,
    Engine,
    EnrichedContext,
    ExecutionPolicy,
    Experiment,
    GateResult,
)
from schemas.signals import SignalReceived

Judged = tuple[Judgement, tuple[AgentReported, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One signal as every engine is asked about it."""

    signal: SignalReceived
    context: EnrichedContext
    context_hash: str
    experiment: Experiment
    policy: ExecutionPolicy
    rules: Rules

    def share(self, engine: Engine) -> int:
        """Return the percent of the capital that is an engine's."""
        return self.policy.shares.get(engine, 100)


def judge_all(asked: Asked) -> dict[Engine, Judged]:
    """Return what each engine that is there came to.

    One that raises holds, and its judgement says so: the other engine, and the signal, go on without it.
    """
    engines: dict[Engine, Callable[[Asked], Judged]] = {"A": _judge_a, "B": _judge_b}
    return {
        engine: _guarded(engine, judge, asked)
        for engine, judge in engines.items()
        if engine in asked.rules.engine.engines
    }


def _guarded(engine: Engine, judge: Callable[[Asked], Judged], asked: Asked) -> Judged:
    try:
        return judge(asked)
    except Exception as error:
        return Judgement(engine, (failure(f"engine_{engine.lower()}", type(error).__name__, engine=engine),)), ()


def _judge_a(asked: Asked) -> Judged:
    judgement = engine_a.judge(
        asked.signal, asked.context, asked.rules, context_hash=asked.context_hash, share=asked.share("A")
    )
    said = engine_a.report(
        asked.signal,
        asked.context,
        judgement,
        experiment_id=asked.experiment.experiment_id,
        context_hash=asked.context_hash,
    )
    return judgement, (said,)


def _judge_b(asked: Asked) -> Judged:
    signal, context, rules = asked.signal, asked.context, asked.rules
    evaluation = evaluate(signal, context, rules)
    said = reports(signal, evaluation, experiment_id=asked.experiment.experiment_id, context_hash=asked.context_hash)
    met = (
        *mtf_bias(context, rules, engine="B"),
        close_grace(context, rules, engine="B"),
        *gates(signal, evaluation),
    )
    if all(gate.verdict != "block" for gate in met):
        met = (*met, _gamma_conflict(signal, context, rules))
    if any(gate.verdict == "block" for gate in met):
        return Judgement("B", met), said
    judgement = plan(
        "B",
        signal,
        context,
        rules,
        gates=met,
        direction=signal.direction,
        context_hash=asked.context_hash,
        share=asked.share("B"),
        confidence=round(evaluation.meta.final_confidence),
        agents=votes(evaluation),
    )
    return judgement, said


def _gamma_conflict(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> GateResult:
    """Dealer positioning that would turn the direction strikes engine B's recommendation out."""
    dealer = context.dealer
    conflicts = engine_a.turned(signal.direction, context, rules) != signal.direction
    return result(
        "gamma_override",
        blocks=conflicts,
        code="gamma_conflict",
        inputs={
            "signal": signal.direction,
            "dealer": dealer and dealer.direction,
            "confidence": dealer.confidence if dealer else Decimal(0),
        },
        limit=f"under confidence {rules.engine.dealer.override_from} against the signal",
        detail="dealer positioning calls for the contrary direction" if conflicts else "",
        engine="B",
    )
