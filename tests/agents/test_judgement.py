from decimal import Decimal
from typing import Any

import pytest

from agents import engine_a
from agents.entry_plan import Judgement
from agents.experiment import policy_for
from agents.judgement import Asked, judge_all
from agents.rules import AgentRules, DealerRules, EngineRules, Rules
from schemas.decisions import DealerDecision, GateResult
from tests.agents.contexts import context
from tests.agents.strategies import EXPERIMENT, bias, signal

BOTH: dict[str, Any] = {"engines": ("A", "B"), "agents": AgentRules(approve_from=Decimal(0))}
B_GATES = ["mtf_bias", "bias_suppression", "bias_staleness", "entry_tier_2_close", "meta_decision"]


def asked(rules: EngineRules | None = None, **changes: Any) -> Asked:
    engine = rules or EngineRules(**BOTH)
    return Asked(
        signal=signal(),
        context=context(**changes),
        context_hash="c" * 64,
        experiment=EXPERIMENT,
        policy=policy_for(EXPERIMENT, engine),
        rules=Rules(engine=engine),
    )


def dealer(confidence: str, direction: Any = "short") -> DealerDecision:
    return DealerDecision(direction=direction, confidence=Decimal(confidence), regime="short_gamma")


def b_judged(**changes: Any) -> Judgement:
    return judge_all(asked(**changes))["B"][0]


def test_every_engine_that_is_there_is_asked_in_order() -> None:
    assert list(judge_all(asked())) == ["A", "B"]
    assert list(judge_all(asked(EngineRules(engines=("B", "A"))))) == ["A", "B"]
    assert list(judge_all(asked(EngineRules()))) == ["A"]


def test_an_engine_without_a_share_of_its_own_has_all_the_capital() -> None:
    assert (asked().share("A"), asked().share("B")) == (100, 100)
    split = asked(EngineRules(**BOTH, execution_mode="SPLIT_CAPITAL", capital_split_percentage=40))
    assert (split.share("A"), split.share("B")) == (60, 40)
    shares = {engine: judged.recommendation for engine, (judged, _) in judge_all(split).items()}
    assert {engine: wanted and wanted.capital_share for engine, wanted in shares.items()} == {"A": 60, "B": 40}


def test_engine_a_reports_what_it_judged() -> None:
    known = asked()
    judgement, said = judge_all(known)["A"]
    assert judgement == engine_a.judge(known.signal, known.context, known.rules, context_hash="c" * 64)
    assert said == (
        engine_a.report(known.signal, known.context, judgement, experiment_id="exp-001", context_hash="c" * 64),
    )


def test_engine_b_recommends_what_its_agents_came_to() -> None:
    judgement, said = judge_all(asked(bias=bias(confidence=Decimal(50), regime_type=None)))["B"]
    assert judgement.engine == "B"
    assert [gate.gate for gate in judgement.gates] == [*B_GATES, "gamma_override", "strike_selection", "contract_price"]
    assert {gate.engine for gate in judgement.gates} == {"B"}
    wanted = judgement.recommendation
    assert wanted is not None
    assert (wanted.engine, wanted.direction, wanted.confidence) == ("B", "long", 52)  # of 52.4
    assert [vote.agent_name for vote in wanted.agents] == ["context", "technical", "risk", "gamma-flow"]
    assert (wanted.context_hash, wanted.gamma_overridden) == ("c" * 64, False)
    assert [report.agent_name for report in said] == ["context", "technical", "risk", "gamma-flow", "meta_decision"]
    assert {(report.experiment_id, report.context_hash, report.engine) for report in said} == {
        ("exp-001", "c" * 64, "B")
    }


def test_engine_b_takes_the_nearest_whole_confidence() -> None:
    judgement = b_judged()  # 58.4 with the bias of the trace
    assert judgement.recommendation is not None
    assert judgement.recommendation.confidence == 58


@pytest.mark.parametrize(
    ("changes", "gate", "code"),
    [
        ({"bias": bias(trade_suppressed=True)}, 1, "trade_suppressed"),
        ({"bias_stale": True}, 2, "bias_stale"),
        ({"minutes_to_close": 9}, 3, "entry_wait"),
        ({"rules": EngineRules(engines=("A", "B"), agents=AgentRules(approve_from=Decimal(99)))}, 4, None),
    ],
)
def test_engine_b_asks_no_further_once_something_blocks(changes: dict[str, Any], gate: int, code: str | None) -> None:
    judgement = b_judged(**changes)
    assert (judgement.engine, judgement.recommendation) == ("B", None)
    assert [item.gate for item in judgement.gates] == B_GATES
    assert judgement.gates[gate].code == (code or "meta_decision_rejected")


def gamma(verdict: Any, inputs: dict[str, str], **words: str) -> GateResult:
    return GateResult(
        gate="gamma_override",
        verdict=verdict,
        inputs={"signal": "long", **inputs},
        limit="under confidence 0.7 against the signal",
        engine="B",
        **words,
    )


def test_dealers_who_call_for_the_contrary_strike_engine_bs_recommendation_out() -> None:
    judgement = b_judged(dealer=dealer("0.7"))
    assert (judgement.engine, judgement.recommendation) == ("B", None)
    assert [gate.gate for gate in judgement.gates] == [*B_GATES, "gamma_override"]
    assert judgement.gates[-1] == gamma(
        "block",
        {"dealer": "short", "confidence": "0.7000"},
        code="gamma_conflict",
        detail="dealer positioning calls for the contrary direction",
    )


@pytest.mark.parametrize(
    ("known", "inputs"),
    [
        (dealer("0.6999"), {"dealer": "short", "confidence": "0.6999"}),
        (dealer("0.9", "long"), {"dealer": "long", "confidence": "0.9000"}),
        (dealer("0.9", None), {"dealer": "None", "confidence": "0.9000"}),
        (None, {"dealer": "None", "confidence": "0"}),
    ],
)
def test_dealers_who_are_unsure_or_agree_do_not(known: DealerDecision | None, inputs: dict[str, str]) -> None:
    judgement = b_judged(dealer=known)
    assert judgement.recommendation is not None
    assert judgement.gates[len(B_GATES)] == gamma("pass", inputs)


def test_how_sure_dealers_must_be_is_a_rule() -> None:
    rules = EngineRules(**BOTH, dealer=DealerRules(override_from=Decimal("0.8")))
    gate = b_judged(rules=rules, dealer=dealer("0.7")).gates[len(B_GATES)]
    assert (gate.verdict, gate.limit) == ("pass", "under confidence 0.8 against the signal")


def test_an_engine_that_raises_holds_and_the_other_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    def failed(engine: Any) -> tuple[Judgement, tuple[()]]:
        gate = GateResult(
            gate=f"engine_{engine.lower()}",
            verdict="block",
            inputs={"error": "ZeroDivisionError"},
            code="processing_failed",
            detail="the signal could not be judged",
            engine=engine,
        )
        return Judgement(engine, (gate,)), ()

    whole = judge_all(asked())
    with monkeypatch.context() as patched:
        patched.setattr("agents.engine_a.judge", broken)
        assert judge_all(asked()) == {"A": failed("A"), "B": whole["B"]}
    with monkeypatch.context() as patched:
        patched.setattr("agents.judgement.evaluate", broken)
        assert judge_all(asked()) == {"A": whole["A"], "B": failed("B")}
