from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.confluence import confluence, gate, multiplier
from agents.rules import ConfluenceRules
from schemas.decisions import Confluence
from schemas.market import DealerPosition, FlowTotals, GexState
from schemas.signals import Direction
from tests.agents.strategies import DAY, few, gex

RULES = ConfluenceRules()
NEUTRAL = gex(dealer_position="neutral")

positions = st.sampled_from(["long_gamma", "short_gamma", "neutral"])
directions = st.sampled_from(["long", "short"])


def flow(**changes: Any) -> FlowTotals:
    """Return the flow of the trace: 50 trades, all bought."""
    return FlowTotals(
        **{
            "day": DAY,
            "entries": 50,
            "call_premium": Decimal(12_500_000),
            "put_premium": Decimal(8_000_000),
            "netflow": Decimal(4_500_000),
            **changes,
        }
    )


@st.composite
def flows(draw: st.DrawFn) -> FlowTotals:
    call, put = draw(st.integers(0, 10**7)), draw(st.integers(0, 10**7))
    netflow = draw(st.integers(-(call + put), call + put))
    return flow(entries=draw(st.integers(1, 200)), call_premium=call, put_premium=put, netflow=netflow)


def scored(score: str | int) -> Confluence:
    return Confluence(score=Decimal(score), flow_alignment=Decimal(0), evidence=Decimal(0), gamma_alignment=Decimal(0))


def test_the_trace_scores_72() -> None:
    found = confluence(direction="long", gex=gex(), flow=flow(), rules=RULES)
    assert found == Confluence(
        score=Decimal(72),
        flow_alignment=Decimal("0.2195"),
        evidence=Decimal(1),
        gamma_alignment=Decimal(1),
        flow_entries=50,
    )
    assert gate(found, RULES).verdict == "pass"


@pytest.mark.parametrize("totals", [None, flow(entries=0)])
@pytest.mark.parametrize("dealers", [None, gex(dealer_position="short_gamma")])
def test_without_flow_there_is_no_score(totals: FlowTotals | None, dealers: GexState | None) -> None:
    assert confluence(direction="long", gex=dealers, flow=totals, rules=RULES) is None


@pytest.mark.parametrize(("position", "score"), [("long_gamma", 65), ("neutral", 50), ("short_gamma", 35)])
@pytest.mark.parametrize("direction", ["long", "short"])
def test_dealers_move_the_score_by_fifteen(position: DealerPosition, score: int, direction: Direction) -> None:
    totals = flow(call_premium=1, put_premium=1, netflow=0)
    found = confluence(direction=direction, gex=gex(dealer_position=position), flow=totals, rules=RULES)
    assert found == Confluence(
        score=Decimal(score),
        flow_alignment=Decimal(0),
        evidence=Decimal(1),
        gamma_alignment=Decimal((score - 50) // 15),
        flow_entries=50,
    )


@pytest.mark.parametrize(
    ("direction", "netflow", "score", "alignment"),
    [("long", 4, 80, 1), ("long", -4, 20, -1), ("short", 4, 20, -1), ("short", -4, 80, 1), ("long", 1, 58, "0.25")],
)
def test_flow_alone_moves_it_by_thirty_at_most(
    direction: Direction, netflow: int, score: int, alignment: int | str
) -> None:
    totals = flow(call_premium=3, put_premium=1, netflow=netflow)
    found = confluence(direction=direction, gex=None, flow=totals, rules=RULES)
    assert found is not None
    assert (found.score, found.flow_alignment, found.gamma_alignment) == (score, Decimal(alignment), 0)


@pytest.mark.parametrize(
    ("entries", "evidence", "score"), [(1, "0.02", 51), (25, "0.5", 65), (49, "0.98", 79), (50, "1", 80), (51, "1", 80)]
)
def test_few_trades_are_little_evidence(entries: int, evidence: str, score: int) -> None:
    totals = flow(entries=entries, call_premium=1, put_premium=0, netflow=1)
    found = confluence(direction="long", gex=None, flow=totals, rules=RULES)
    assert found is not None
    assert (found.evidence, found.score, found.flow_entries) == (Decimal(evidence), score, entries)


def test_how_many_trades_are_enough_is_a_rule() -> None:
    totals = flow(entries=5, call_premium=1, put_premium=0, netflow=1)
    half = confluence(direction="long", gex=None, flow=totals, rules=ConfluenceRules(entries_full=10))
    all_of_it = confluence(direction="long", gex=None, flow=totals, rules=ConfluenceRules(entries_full=0))
    assert half is not None
    assert all_of_it is not None
    assert (half.score, all_of_it.score) == (65, 80)


@pytest.mark.parametrize(("entries", "score"), [(25, 52), (35, 54), (45, 54)])
def test_a_score_is_whole_and_rounded_half_to_even(entries: int, score: int) -> None:
    # alignment 1/6: 50 + 30 x 1/6 x 0.5 = 52.5, x 0.7 = 53.5, x 0.9 = 54.5
    totals = flow(entries=entries, call_premium=6, put_premium=6, netflow=2)
    found = confluence(direction="long", gex=None, flow=totals, rules=RULES)
    assert found is not None
    assert found.score == score


def test_flow_without_premium_points_nowhere() -> None:
    totals = flow(call_premium=0, put_premium=0, netflow=7)
    found = confluence(direction="long", gex=None, flow=totals, rules=RULES)
    assert found is not None
    assert (found.score, found.flow_alignment, found.evidence) == (50, 0, 1)


@few
@given(flows(), positions)
def test_a_score_lies_between_5_and_95_and_turns_with_the_direction(
    totals: FlowTotals, position: DealerPosition
) -> None:
    state = gex(dealer_position=position)
    long = confluence(direction="long", gex=state, flow=totals, rules=RULES)
    short = confluence(direction="short", gex=state, flow=totals, rules=RULES)
    assert long is not None
    assert short is not None
    assert 5 <= long.score <= 95
    assert long.flow_alignment == -short.flow_alignment
    centre = 50 + 15 * long.gamma_alignment
    assert long.score - centre == centre - short.score


@few
@given(flows(), directions, st.integers(0, 10**6))
def test_more_flow_for_a_signal_never_lowers_its_score(totals: FlowTotals, direction: Direction, more: int) -> None:
    wanted = totals.netflow + (more if direction == "long" else -more)
    room = totals.call_premium + totals.put_premium
    after = totals.model_copy(update={"netflow": max(-room, min(room, wanted))})
    before = confluence(direction=direction, gex=NEUTRAL, flow=totals, rules=RULES)
    later = confluence(direction=direction, gex=NEUTRAL, flow=after, rules=RULES)
    assert before is not None
    assert later is not None
    assert later.score >= before.score


def test_a_score_below_the_threshold_blocks_with_its_inputs() -> None:
    found = gate(
        confluence(direction="short", gex=gex(), flow=flow(), rules=RULES), ConfluenceRules(score_min=Decimal(59))
    )
    assert found.model_dump() == {
        "gate": "confluence",
        "verdict": "block",
        "inputs": {
            "score": "58.0000",
            "flow_alignment": "-0.2195",
            "evidence": "1.0000",
            "gamma_alignment": "1.0000",
            "required": "True",
        },
        "limit": "at least 59",
        "code": "confluence_below_threshold",
        "detail": "options flow and dealer gamma do not speak for the signal enough",
        "engine": None,
    }


@pytest.mark.parametrize(
    ("score", "verdict", "code"), [(49, "block", "confluence_below_threshold"), (50, "pass", None)]
)
def test_the_threshold_itself_passes(score: int, verdict: str, code: str | None) -> None:
    found = gate(scored(score), RULES)
    assert (found.verdict, found.code, bool(found.detail)) == (verdict, code, verdict == "block")
    assert found.limit == "at least 50"


def test_a_gate_that_is_off_passes_and_says_what_it_saw() -> None:
    found = gate(scored(20), ConfluenceRules(gate=False))
    assert (found.verdict, found.code, found.inputs["required"]) == ("pass", None, "False")
    assert found.detail == "options flow and dealer gamma do not speak for the signal enough"
    assert gate(scored(80), ConfluenceRules(gate=False)).detail == ""


def test_what_is_not_known_passes() -> None:
    found = gate(None, RULES)
    assert (found.gate, found.verdict, found.code) == ("confluence", "pass", None)
    assert found.detail == "no options flow is known"
    assert found.inputs == {
        "score": "None",
        "flow_alignment": "None",
        "evidence": "None",
        "gamma_alignment": "None",
        "required": "True",
    }


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (20, "0.5"),
        (49, "0.5"),
        (50, "0.5"),
        (51, "0.525"),
        (60, "0.75"),
        (69, "0.975"),
        (70, "1"),
        (71, "1"),
        (95, "1"),
    ],
)
def test_the_quantity_grows_from_half_to_whole(score: int, expected: str) -> None:
    assert multiplier(scored(score), RULES) == Decimal(expected)


def test_the_line_runs_between_the_scores_of_the_rules_to_four_decimals() -> None:
    rules = ConfluenceRules(score_min=Decimal(40), full_size_from=Decimal(46))
    assert multiplier(scored(41), rules) == Decimal("0.5833")
    assert str(multiplier(scored(45), rules)) == "0.9167"


def test_a_threshold_above_the_full_size_leaves_no_line() -> None:
    rules = ConfluenceRules(score_min=Decimal(80), full_size_from=Decimal(70))
    assert [multiplier(scored(score), rules) for score in (69, 70, 75, 80)] == [Decimal("0.5"), 1, 1, 1]
    level = ConfluenceRules(score_min=Decimal(70), full_size_from=Decimal(70))
    assert [multiplier(scored(score), level) for score in (69, 70)] == [Decimal("0.5"), 1]


def test_the_quantity_is_whole_without_sizing_or_score() -> None:
    assert multiplier(scored(20), ConfluenceRules(sizing=False)) == 1
    assert multiplier(None, RULES) == 1


@few
@given(st.integers(0, 100), st.integers(0, 100))
def test_a_higher_score_never_trades_less(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert Decimal("0.5") <= multiplier(scored(low), RULES) <= multiplier(scored(high), RULES) <= 1
