"""What holds of rules that change while the platform runs."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.controls import in_force, on_control
from agents.rules import Rules
from schemas.controls import FLAGS, Controls
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from tests.agents.deciding import all_rules, told
from tests.agents.strategies import AT, few, market, session, signal

values: dict[str, st.SearchStrategy[Any]] = {
    **{f"flag.{name}": st.fixed_dictionaries({"enabled": st.booleans()}) for name in FLAGS},
    "kill_switch": st.fixed_dictionaries({"halted": st.booleans()}),
    "risk_limits.default": st.fixed_dictionaries(
        {"max_open_positions": st.integers(0, 9), "max_daily_trades": st.integers(0, 9)}
    ),
    "exit_rules.default": st.fixed_dictionaries({"min_dte_exit": st.integers(0, 9)}),
}
changes = st.lists(
    st.sampled_from(sorted(values)).flatmap(lambda name: st.tuples(st.just(name), values[name], st.integers(0, 20))),
    max_size=12,
    unique_by=lambda change: (change[0], change[2]),
)


def control(name: str, value: dict[str, Any], seconds: int) -> ControlChanged:
    return ControlChanged(
        event_id=derived_id("control", name, seconds),
        occurred_at=AT + timedelta(seconds=seconds),
        name=name,
        value=json.dumps(value),
        changed_by="trader",
    )


def place(rules: Rules, name: str) -> object:
    """Return what a control sets."""
    engine = rules.engine
    return {
        "flag.enable_variant_b": "B" in engine.engines,
        "flag.enable_orb_specialist": engine.agents.orb,
        "flag.enable_strat_specialist": engine.agents.strat,
        "flag.enable_ttm_specialist": engine.agents.ttm,
        "flag.enable_satyland_subagent": engine.agents.satyland,
        "flag.enable_shadow_execution": engine.shadows,
        "flag.enable_dual_paper_trading": engine.dual_paper,
        "flag.enable_confluence_gate": engine.confluence.gate,
        "flag.enable_confluence_sizing": engine.confluence.sizing,
        "flag.enable_portfolio_guard": rules.limits.portfolio_guard,
        "flag.enable_dealer_gex": engine.dealer.enabled,
        "flag.require_mtf_bias_for_entry": engine.bias_required,
        "flag.position_replacement_enabled": rules.limits.replacement.enabled,
        "flag.enable_adaptive_tuner": rules.tuner.enabled,
        "kill_switch": rules.limits.halted,
        "risk_limits.default": (rules.limits.open_positions_max, rules.limits.daily_trades_max),
        "exit_rules.default": (rules.exits.dte_min, rules.engine.strikes.dte_min),
    }[name]


def said(name: str, value: dict[str, Any]) -> object:
    match name:
        case "risk_limits.default":
            return value["max_open_positions"], value["max_daily_trades"]
        case "exit_rules.default":
            return value["min_dte_exit"], value["min_dte_exit"]
        case _:
            return value["halted" if name == "kill_switch" else "enabled"]


@few
@given(changes, all_rules, st.randoms(use_true_random=False))
def test_the_newest_word_on_each_control_is_in_force_and_the_rest_stays_as_configured(
    told_of: list[tuple[str, dict[str, Any], int]], rules: Rules, random: Any
) -> None:
    """Orchestrator property: Dynamic configuration application"""
    controls = Controls(partition=0)
    for name, value, seconds in random.sample([*told_of, *told_of[:2]], len(told_of) + len(told_of[:2])):
        controls = on_control(controls, control(name, value, seconds))
    found = in_force(rules, controls, account_id="paper", symbol="SPY")
    newest = {name: value for name, value, _ in sorted(told_of, key=lambda change: change[2])}
    for name in values:
        if name == "kill_switch":
            assert place(found, name) == (rules.limits.halted or said(name, newest.get(name, {"halted": False})))
        else:
            assert place(found, name) == (said(name, newest[name]) if name in newest else place(rules, name)), name
    assert found.engine.policy_version == rules.engine.policy_version
    assert found.session == rules.session
    # the next signal is judged by them, without a restart
    story = told(signal(), market(), session(), found)
    asked = {gate.engine for gate in story.proposal.gates} - {None}
    assert ("B" in asked) <= ("B" in found.engine.engines)
    assert not (found.limits.halted and story.orders)


def test_a_control_that_is_taken_back_leaves_no_trace() -> None:
    rules = replace(Rules(), limits=replace(Rules().limits, exposure_max=Decimal(1)))
    controls = on_control(Controls(partition=0), control("flag.enable_variant_b", {"enabled": True}, 1))
    assert in_force(rules, controls).engine.engines == ("A", "B")
    controls = on_control(controls, control("flag.enable_variant_b", {"enabled": False}, 2))
    assert in_force(rules, controls) == rules
