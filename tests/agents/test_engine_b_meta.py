from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.engine_b.meta import RISK_BLOCKED, WEIGHTS, MetaDecision, decide, vetoed
from agents.engine_b.output import AgentOutput, AgentType
from schemas.market import Bias
from tests.agents.strategies import few

FIFTY = Decimal(50)
BIASES: tuple[Bias, ...] = ("bullish", "bearish", "neutral")
SHARE = {"specialist": Fraction("0.4"), "core": Fraction("0.35"), "subagent": Fraction("0.25")}

TRACE = (
    AgentOutput("context", "core", "bullish", 65),
    AgentOutput("technical", "core", "bullish", 72),
    AgentOutput("risk", "core", "neutral", 50),
    AgentOutput("gamma-flow", "specialist", "bullish", 70),
)

words = st.lists(
    st.builds(
        AgentOutput,
        st.sampled_from(["context", "technical", "gamma-flow", "strat", "satyland"]),
        st.sampled_from(["core", "specialist", "subagent"]),
        st.sampled_from(BIASES),
        st.integers(0, 100),
    ),
    max_size=8,
)


def core(bias: Bias, confidence: int) -> AgentOutput:
    return AgentOutput("context", "core", bias, confidence)


def test_the_words_of_the_trace_are_approved() -> None:
    assert decide(TRACE, approve_from=FIFTY) == MetaDecision(
        final_bias="bullish",
        final_confidence=Decimal("52.4"),
        contributing_agents=("context", "technical", "risk", "gamma-flow"),
        consensus_strength=Decimal("81.3"),
        decision="approve",
        reasons=("weighted_consensus",),
        approve_from=FIFTY,
    )


@given(words)
@example([])
@example([core("bullish", 60), core("bearish", 60)])
@example([core("bullish", 0)])
@few
def test_agents_weigh_by_what_they_are(said: list[AgentOutput]) -> None:
    """Property 30: Meta-decision weighting hierarchy"""
    scores = {
        bias: sum((SHARE[word.agent_type] * word.confidence for word in said if word.bias == bias), Fraction(0))
        for bias in BIASES
    }
    total = sum((SHARE[word.agent_type] for word in said), Fraction(0))
    best = [bias for bias in BIASES if scores[bias] == max(scores.values())]
    final = best[0] if len(best) == 1 else "neutral"
    confidence = scores[final] / total if total else Fraction(0)
    meta = decide(said, approve_from=FIFTY)
    assert meta.final_bias == final
    assert abs(Fraction(meta.final_confidence) - confidence) <= Fraction("0.05")
    assert str(meta.final_confidence)[-2] == "."
    assert meta.decision == ("approve" if confidence >= 50 and final != "neutral" else "reject")
    assert meta.contributing_agents == tuple(word.agent_name for word in said)


def test_a_specialist_weighs_more_than_a_core_agent_and_that_more_than_a_sub_agent() -> None:
    assert dict(WEIGHTS) == {"specialist": 40, "core": 35, "subagent": 25}


@pytest.mark.parametrize(
    ("first", "second"), [("specialist", "core"), ("core", "subagent"), ("specialist", "subagent")]
)
def test_at_equal_confidence_the_heavier_agent_prevails(first: AgentType, second: AgentType) -> None:
    said = [AgentOutput("a", second, "bullish", 60), AgentOutput("b", first, "bearish", 60)]
    assert decide(said, approve_from=FIFTY).final_bias == "bearish"


@pytest.mark.parametrize(
    ("said", "confidence", "decision"),
    [
        ([core("bullish", 50)], "50.0", "approve"),
        ([core("bearish", 50)], "50.0", "approve"),
        ([core("bullish", 49)], "49.0", "reject"),
        ([core("bullish", 100), core("neutral", 0)], "50.0", "approve"),
        ([core("bullish", 99), core("neutral", 0)], "49.5", "reject"),
        ([core("bullish", 100), core("neutral", 0), core("bullish", 51)], "50.3", "approve"),
        # 0.35 x 80 over 0.35 + 0.25 is 46.67, and over 0.35 + 0.2 would be enough
        ([core("bullish", 80), AgentOutput("satyland", "subagent", "neutral", 20)], "46.7", "reject"),
    ],
)
def test_it_approves_from_fifty(said: list[AgentOutput], confidence: str, decision: str) -> None:
    meta = decide(said, approve_from=FIFTY)
    assert (meta.final_confidence, meta.decision) == (Decimal(confidence), decision)
    assert meta.reasons == (("weighted_consensus",) if decision == "approve" else ("low_consensus",))


def test_the_exact_value_decides_not_the_one_that_is_shown() -> None:
    said = [core("bullish", 50)] * 24 + [core("bullish", 49)]
    meta = decide(said, approve_from=FIFTY)
    assert (meta.final_confidence, meta.decision) == (Decimal("50.0"), "reject")


def test_where_it_approves_is_a_rule() -> None:
    said = [core("bullish", 60)]
    assert decide(said, approve_from=Decimal(60)).decision == "approve"
    assert decide(said, approve_from=Decimal("60.0001")).decision == "reject"
    assert decide(said, approve_from=Decimal(60)).approve_from == 60


def test_a_neutral_end_is_no_trade() -> None:
    meta = decide([core("neutral", 90), core("bullish", 10)], approve_from=FIFTY)
    assert (meta.final_bias, meta.final_confidence, meta.decision) == ("neutral", Decimal("45.0"), "reject")
    sure = decide([core("neutral", 90)], approve_from=FIFTY)
    assert (sure.final_bias, sure.final_confidence, sure.decision) == ("neutral", Decimal("90.0"), "reject")
    assert sure.reasons == ("neutral_consensus",)


@pytest.mark.parametrize("said", [[("bullish", 60), ("bearish", 60)], [("neutral", 60), ("bullish", 60)], []])
def test_a_tie_is_neutral(said: list[tuple[Bias, int]]) -> None:
    meta = decide([core(bias, confidence) for bias, confidence in said], approve_from=Decimal(0))
    assert (meta.final_bias, meta.decision, meta.reasons) == ("neutral", "reject", ("neutral_consensus",))


def test_a_tie_between_directions_is_neutral_with_the_confidence_of_the_neutral() -> None:
    said = [core("bullish", 60), core("bearish", 60), core("neutral", 30)]
    meta = decide(said, approve_from=FIFTY)
    assert (meta.final_bias, meta.final_confidence, meta.consensus_strength) == ("neutral", 10, 20)


def test_consensus_is_the_share_behind_the_final_bias() -> None:
    assert decide([core("bullish", 60), core("bearish", 20)], approve_from=FIFTY).consensus_strength == 75
    assert decide([core("bullish", 60)], approve_from=FIFTY).consensus_strength == 100
    assert decide([core("bullish", 0)], approve_from=FIFTY).consensus_strength == 0


def test_a_veto_rejects() -> None:
    said = (*TRACE[:2], AgentOutput("risk", "core", "neutral", 100, ("market_closed",), True), TRACE[3])
    assert decide(said, approve_from=FIFTY) == MetaDecision(
        final_bias="neutral",
        final_confidence=Decimal("0.0"),
        contributing_agents=("context", "technical", "risk", "gamma-flow"),
        consensus_strength=Decimal("0.0"),
        decision="reject",
        reasons=("risk_agent_blocked",),
        approve_from=FIFTY,
    )
    assert vetoed(said, reason=RISK_BLOCKED, approve_from=FIFTY) == decide(said, approve_from=FIFTY)


def test_what_would_block_from_anyone_else_does_not() -> None:
    said = [AgentOutput("satyland", "subagent", "bullish", 90, block=True)]
    assert decide(said, approve_from=FIFTY).decision == "approve"
