"""Why a signal was traded or not, as numbers and as a sentence."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.account import on_proposal, opened
from agents.confluence import gate as confluence_gate
from agents.limits import executing, limit_gates
from agents.margins import MEASURES, margin_of
from agents.rules import ConfluenceRules, RiskLimits, Rules
from agents.why import explained
from schemas.accounts import Account, Holding
from schemas.decisions import Confluence, DecisionMade, GateResult
from tests.agents.strategies import DAY, POLICY, few, proposal, recommendation


@st.composite
def limits(draw: st.DrawFn) -> RiskLimits:
    return RiskLimits(
        open_positions_max=draw(st.integers(0, 4)),
        positions_per_symbol_max=draw(st.integers(0, 4)),
        exposure_max=Decimal(draw(st.sampled_from([500, 2_000, 10_000]))),
        exposure_pct_max=Decimal(draw(st.sampled_from([1, 5, 20]))),
        daily_loss_max=Decimal(draw(st.sampled_from([1, 100, 1_000]))),
        daily_trades_max=draw(st.integers(0, 3)),
    )


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    held = draw(st.integers(0, 4))
    holdings = tuple(
        Holding(
            position_id=f"p-{number}",
            symbol=draw(st.sampled_from(["SPY", "QQQ"])),
            option_symbol=f"X{number}",
            quantity=draw(st.integers(1, 5)),
            entry_price=Decimal(draw(st.integers(1, 900))) / 100,
        )
        for number in range(held)
    )
    changes = {
        "holdings": holdings,
        "day_realized_pnl": Decimal(draw(st.sampled_from([-1_000, -100, -99, -1, 0, 50]))),
        "day_trades": draw(st.integers(0, 4)),
    }
    return opened("paper", RiskLimits()).model_copy(update=changes)


@few
@given(limits(), accounts(), st.integers(1, 9))
def test_a_margin_says_what_the_verdict_says(bounds: RiskLimits, account: Account, quantity: int) -> None:
    wanted = recommendation(quantity=quantity)
    for gate in limit_gates(account, wanted, policy=POLICY, limits=bounds):
        margin = margin_of(gate)
        if margin is None:
            assert gate.gate == "duplicate_position" or gate.limit == "no limit"
            continue
        # a percentage is said to two decimals
        is_close = margin.unit == "percent" and abs(margin.margin) < Decimal("0.01")
        assert is_close or margin.holds == (gate.verdict == "pass"), gate


@pytest.mark.parametrize(("score", "margin"), [(47, -3), (50, 0), (62, 12)])
def test_how_far_a_confluence_was_from_enough_is_a_number(score: int, margin: int) -> None:
    seen = Confluence(score=Decimal(score), flow_alignment=Decimal(0), evidence=Decimal(1), gamma_alignment=Decimal(0))
    found = margin_of(confluence_gate(seen, ConfluenceRules(gate=True, score_min=Decimal(50))))
    assert found is not None
    assert (found.margin, found.unit, found.comparison) == (margin, "points", "at least")


@pytest.mark.parametrize(
    ("limit", "bound"),
    [
        ("at most 50 % of $10000", 5_000),
        ("at most 50 % of 20 % of equity", 10),
        ("bullish, from confidence 60 on", 60),
        ("a loss under $1000.50", Decimal("1000.50")),
        ("chop score under 80 while positions are held", 80),
    ],
)
def test_a_bound_is_read_out_of_the_gates_own_words(limit: str, bound: Decimal) -> None:
    for name, measure in MEASURES.items():
        gate = GateResult(gate=name, verdict="pass", inputs=dict.fromkeys(measure.inputs, "1"), limit=limit)
        found = margin_of(gate)
        assert found is not None
        assert found.bound == bound


@pytest.mark.parametrize("value", ["None", "no equity", "", "NaN", "Infinity"])
def test_what_is_no_number_has_no_margin(value: str) -> None:
    assert margin_of(GateResult(gate="confluence", verdict="pass", inputs={"score": value}, limit="at least 5")) is None


def decided(**changes: Any) -> DecisionMade:
    """Return the decision on a proposal of the account's own making."""
    account = opened("paper", RiskLimits())
    _, events = on_proposal(account, proposal(**changes), day=DAY, rules=Rules())
    return next(event for event in events if isinstance(event, DecisionMade))


def blocked(score: str) -> GateResult:
    return GateResult(
        gate="confluence",
        verdict="block",
        inputs={"score": score},
        limit="at least 50",
        code="confluence_below_threshold",
        engine="A",
    )


def test_a_rejection_says_what_was_lacking_and_who_would_have_traded() -> None:
    other = recommendation(engine="B", is_shadow=True, confidence=64, quantity=3)
    decision = decided(
        gates=(blocked("47"),), codes=("confluence_below_threshold",), recommendation=None, recommendations=(other,)
    )
    found = explained(decision)
    assert found.summary == (
        "Not traded, long SPY on 5m: confluence 47, needed at least 50 points (3 short); "
        f"engine B would have bought 3 {other.option_symbol} (long) at confidence 64."
    )
    assert [(said.engine, said.is_other) for said in found.engines] == [("A", False), ("B", True)]
    assert [item.gate.code for item in found.deciding] == ["confluence_below_threshold"]


def test_an_approval_says_what_was_ordered_and_who_would_have_kept_out() -> None:
    decision = decided().model_copy(update={"shadow_gates": (blocked("12").model_copy(update={"engine": "B"}),)})
    found = explained(decision)
    assert decision.status == "approved"
    assert found.summary.startswith("Traded long SPY on 5m: ordered ")
    assert found.summary.endswith(
        "engine B would not have traded: confluence 12, needed at least 50 points (38 short)."
    )


@pytest.mark.parametrize(("gate", "is_other"), [("kill_switch", False), ("execution_policy", True)])
def test_what_stops_everybody_stops_the_other_engine_too(gate: str, is_other: bool) -> None:
    stop = GateResult(gate=gate, verdict="block", code="stopped")
    other = recommendation(engine="B", is_shadow=True)
    found = explained(decided(gates=(stop,), codes=("stopped",), recommendation=None, recommendations=(other,)))
    assert [said.is_other for said in found.engines if said.engine == "B"] == [is_other]
    assert [said.wants_trade for said in found.engines if said.engine == "B"] == [True]


gates = st.builds(
    GateResult,
    gate=st.sampled_from([*MEASURES, "market_data"]),
    verdict=st.sampled_from(["pass", "block"]),
    inputs=st.dictionaries(st.sampled_from(["score", "confidence", "exposure", "cost"]), st.sampled_from(["1", "x"])),
    limit=st.sampled_from([None, "at least 5", "fewer than 3"]),
    code=st.sampled_from(["one", "two"]),
    engine=st.sampled_from([None, "A", "B"]),
)


@few
@given(st.lists(gates, max_size=6), st.lists(gates, max_size=4), st.booleans(), st.sampled_from(["one", "two"]))
def test_every_decision_has_its_sentence_and_loses_no_gate(
    asked: list[GateResult], shadows: list[GateResult], is_approved: bool, reason: str
) -> None:
    status = "approved" if is_approved else "rejected"
    decision = decided().model_copy(
        update={"gates": tuple(asked), "shadow_gates": tuple(shadows), "status": status, "rejection_reason": reason}
    )
    found = explained(decision)
    assert found.summary.endswith(".")
    assert "\n" not in found.summary
    assert [item.gate for item in found.gates] == asked
    assert [item.gate for item in found.shadow_gates] == shadows
    assert sorted(map(repr, (item.gate for item in found.deciding))) == sorted(
        repr(gate) for gate in asked if gate.verdict == "block"
    )
    codes = [item.gate.code for item in found.deciding]
    assert codes == sorted(codes, key=lambda code: code != reason)
    for said in found.engines:
        assert said.is_other == bool(said.difference)
        assert said.trades == (said.engine in executing(decision.policy))


@pytest.mark.parametrize(
    ("gate", "name", "limit", "holds"),
    [
        ("position_size", "quantity", "at most 5 contracts", True),
        ("open_positions", "open_positions", "fewer than 5", False),
        ("quantity", "quantity", "at least 5 contracts", True),
        ("portfolio_guard", "chop_score", "whole size under chop score 5", False),
    ],
)
def test_at_its_bound_a_number_has_nothing_to_spare(gate: str, name: str, limit: str, holds: bool) -> None:
    found = margin_of(GateResult(gate=gate, verdict="pass", inputs={name: "5"}, limit=limit))
    assert found is not None
    assert (found.margin, found.holds) == (0, holds)
