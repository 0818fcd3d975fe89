from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.engine_b.evaluate import AGENTS, evaluate, reports
from agents.engine_b.meta import decide
from agents.engine_b.output import BIAS_OF, CHARACTERS, RISK, AgentOutput, Character, leaning, output, sign
from agents.rules import Rules
from schemas.decisions import AgentReported, EnrichedContext
from tests.agents.contexts import contexts, rulebooks
from tests.agents.strategies import few, signal

BOUNDS = {
    "context": (0, 100),
    "technical": (0, 100),
    "risk": (0, 100),
    "gamma-flow": (0, 100),
    "orb": (0, 100),
    "strat": (15, 95),
    "ttm": (0, 80),
    "satyland": (20, 90),
}
TYPES = {
    "context": "core",
    "technical": "core",
    "risk": "core",
    "gamma-flow": "specialist",
    "orb": "specialist",
    "strat": "specialist",
    "ttm": "specialist",
    "satyland": "subagent",
}
names = st.sampled_from(sorted(BOUNDS))


def test_every_agent_has_its_type_and_its_bounds() -> None:
    assert {name: (who.confidence_lowest, who.confidence_highest) for name, who in CHARACTERS.items()} == BOUNDS
    assert {name: who.agent_type for name, who in CHARACTERS.items()} == TYPES
    assert set(AGENTS) == set(CHARACTERS)


def test_an_agent_is_as_sure_as_it_likes_unless_said_otherwise() -> None:
    assert Character("core") == Character("core", 0, 100)


def test_an_output_says_what_was_put_into_it() -> None:
    said = output("orb", bias="bearish", confidence=61, reasons=("because",), metadata={"orb_high": "1"})
    assert said == AgentOutput("orb", "specialist", "bearish", 61, ("because",), False, {"orb_high": "1"})


def test_an_output_gives_no_reasons_and_no_metadata_unless_it_has_some() -> None:
    assert output("context", bias="neutral", confidence=0) == AgentOutput("context", "core", "neutral", 0)
    assert output("context", bias="neutral", confidence=0).metadata == {}
    assert not AgentOutput("context", "core", "neutral", 0).block


@given(names, st.floats(-1e6, 1e6))
@example("ttm", 80.6)
@example("ttm", -0.4)
@example("strat", 14.4)
@example("satyland", 90.5)
@few
def test_confidence_stays_within_the_bounds_of_the_agent(name: str, confidence: float) -> None:
    """Property 28: Confidence bounds enforcement"""
    lowest, highest = BOUNDS[name]
    said = output(name, bias="bullish", confidence=confidence).confidence
    assert isinstance(said, int)
    assert lowest <= said <= highest
    if lowest <= confidence <= highest:
        assert abs(said - confidence) <= 0.5
    else:
        assert said == (lowest if confidence < lowest else highest)


@given(contexts(), rulebooks, st.sampled_from(["long", "short"]))
@few
def test_every_output_is_of_the_form_that_is_stored(context: EnrichedContext, rules: Rules, direction: str) -> None:
    """Property 25: Agent output schema compliance"""
    asked = signal(direction=direction)
    evaluation = evaluate(asked, context, rules)
    assert evaluation.left_out == ()
    for said in evaluation.outputs:
        lowest, highest = BOUNDS[said.agent_name]
        assert said.agent_type == TYPES[said.agent_name]
        assert lowest <= said.confidence <= highest
        assert all(isinstance(text, str) for text in (*said.reasons, *said.metadata, *said.metadata.values()))
    for report in reports(asked, evaluation, experiment_id="exp-001", context_hash="c" * 64):
        assert AgentReported.model_validate(report.model_dump(), strict=True) == report
        assert 0 <= report.confidence <= 100


@given(names.filter(lambda name: name != "risk"), st.lists(st.tuples(names, st.integers(0, 100)), max_size=6))
@few
def test_only_the_risk_agent_can_block(name: str, others: list[tuple[str, int]]) -> None:
    """Property 29: Sub-agent no veto power"""
    with pytest.raises(ValueError, match="has no veto"):
        output(name, bias="neutral", confidence=50, block=True)
    said = [output(other, bias="bullish", confidence=confidence) for other, confidence in others]
    # even one made past the rule that refuses it changes nothing
    silent, blocking = (
        AgentOutput(name, CHARACTERS[name].agent_type, "bullish", 50, block=block) for block in (False, True)
    )
    approve_from = Decimal(50)
    assert decide([*said, blocking], approve_from=approve_from) == decide([*said, silent], approve_from=approve_from)


def test_the_risk_agent_may_block() -> None:
    assert output(RISK, bias="neutral", confidence=100, block=True).block
    assert RISK == "risk"


def test_there_are_no_other_agents() -> None:
    with pytest.raises(ValueError, match="oracle is no agent of engine B"):
        output("oracle", bias="neutral", confidence=50)


@pytest.mark.parametrize(
    ("balance", "bias", "signed"), [(0.01, "bullish", 1), (-0.01, "bearish", -1), (0, "neutral", 0)]
)
def test_evidence_leans_to_the_side_of_its_sum(balance: float, bias: str, signed: int) -> None:
    assert leaning(balance) == bias
    assert sign(balance) == signed


def test_a_long_signal_wants_bulls_and_a_short_one_bears() -> None:
    assert dict(BIAS_OF) == {"long": "bullish", "short": "bearish"}
