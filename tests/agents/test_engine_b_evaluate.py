from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine_b.evaluate import AGENTS, Agent, LeftOut, evaluate, votes
from agents.engine_b.meta import decide, vetoed
from agents.engine_b.output import AgentName, AgentOutput
from agents.rules import Rules
from schemas.decisions import AgentVote, EnrichedContext
from schemas.signals import SignalReceived
from tests.agents.contexts import BARE, context, contexts, rulebooks
from tests.agents.strategies import AT, bias, few, signal

RULES = Rules()
FIFTY = Decimal(50)
AGREEING = {"bias": bias(confidence=Decimal(50), regime_type=None)}
"""The trace with a bias that outweighs a narrow ribbon, so that every agent is as sure as the trace has it."""


def raising(error: type[Exception]) -> Agent:
    def assess(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
        raise error

    return assess


def without(*names: AgentName, error: type[Exception] = ZeroDivisionError) -> dict[AgentName, Agent]:
    """Return all agents, of which these raise."""
    return {name: raising(error) if name in names else assess for name, assess in AGENTS.items()}


def silent(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
    return None


def test_the_trace() -> None:
    evaluation = evaluate(signal(), context(**AGREEING), RULES)
    assert votes(evaluation) == (
        AgentVote(agent_name="context", agent_type="core", bias="bullish", confidence=65),
        AgentVote(agent_name="technical", agent_type="core", bias="bullish", confidence=72),
        AgentVote(agent_name="risk", agent_type="core", bias="neutral", confidence=50),
        AgentVote(agent_name="gamma-flow", agent_type="specialist", bias="bullish", confidence=70),
    )
    assert evaluation.left_out == ()
    assert evaluation.at == AT
    assert evaluation.meta == decide(evaluation.outputs, approve_from=FIFTY)
    assert (evaluation.meta.final_confidence, evaluation.meta.decision) == (Decimal("52.4"), "approve")


def test_agents_are_asked_in_one_order() -> None:
    assert list(AGENTS) == ["context", "technical", "risk", "gamma-flow", "orb", "strat", "ttm", "satyland"]


def test_where_it_approves_is_a_rule() -> None:
    strict = RULES.engine.agents.__class__(approve_from=Decimal("52.5"))
    rules = Rules(engine=RULES.engine.__class__(agents=strict))
    meta = evaluate(signal(), context(**AGREEING), rules).meta
    assert (meta.decision, meta.approve_from) == ("reject", Decimal("52.5"))


@given(contexts(), rulebooks, st.sampled_from(["long", "short"]))
@few
def test_all_agents_look_at_one_context_once(seen: EnrichedContext, rules: Rules, direction: str) -> None:
    """Property 24: Shared data access (no duplicate API calls)"""
    asked, before = signal(direction=direction), seen.model_copy(deep=True)
    looks: list[tuple[str, int, int, int]] = []

    def looking(name: str, assess: Agent) -> Agent:
        def look(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
            looks.append((name, id(signal), id(context), id(rules)))
            return assess(signal, context, rules)

        return look

    agents = {name: looking(name, assess) for name, assess in AGENTS.items()}
    evaluation = evaluate(asked, seen, rules, agents=agents)
    assert looks == [(name, id(asked), id(seen), id(rules)) for name in AGENTS]
    assert seen == before
    assert evaluate(asked, before, rules) == evaluation


@given(contexts(), rulebooks, st.sets(st.sampled_from(sorted(AGENTS))), st.sampled_from([KeyError, ArithmeticError]))
@few
def test_an_agent_that_raises_is_left_out(
    seen: EnrichedContext, rules: Rules, failing: set[AgentName], error: type[Exception]
) -> None:
    """Property 39: Graceful degradation"""
    whole = evaluate(signal(), seen, rules)
    rest = evaluate(signal(), seen, rules, agents=without(*failing, error=error))
    assert rest.outputs == tuple(said for said in whole.outputs if said.agent_name not in failing)
    assert [missing.agent_name for missing in rest.left_out] == [name for name in AGENTS if name in failing]
    assert {missing.error for missing in rest.left_out} <= {error.__name__}
    if "risk" in failing:
        assert rest.meta == vetoed(rest.outputs, reason="risk_agent_failed", approve_from=FIFTY)
    else:
        assert rest.meta == decide(rest.outputs, approve_from=FIFTY)


def test_who_was_left_out_is_named_with_what_it_is() -> None:
    evaluation = evaluate(signal(), context(), RULES, agents=without("context", "gamma-flow", "satyland"))
    assert evaluation.left_out == (
        LeftOut("context", "core", "ZeroDivisionError"),
        LeftOut("gamma-flow", "specialist", "ZeroDivisionError"),
        LeftOut("satyland", "subagent", "ZeroDivisionError"),
    )


@pytest.mark.parametrize("replaced", [raising(ValueError), silent])
def test_without_the_risk_agents_word_nothing_is_approved(replaced: Agent) -> None:
    evaluation = evaluate(signal(), context(), RULES, agents={**AGENTS, "risk": replaced})
    assert evaluation.meta.decision == "reject"
    assert evaluation.meta.reasons == ("risk_agent_failed",)
    assert evaluation.meta.final_confidence == 0


def test_an_error_that_ends_the_process_is_not_held_up() -> None:
    def interrupted(signal: SignalReceived, context: EnrichedContext, rules: Rules) -> AgentOutput | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(signal(), context(), RULES, agents={**AGENTS, "context": interrupted})


def test_with_nothing_known_nobody_is_sure() -> None:
    evaluation = evaluate(signal(), context(**BARE), RULES)
    assert [said.agent_name for said in evaluation.outputs] == ["context", "technical", "risk"]
    assert (evaluation.meta.final_bias, evaluation.meta.decision) == ("neutral", "reject")
