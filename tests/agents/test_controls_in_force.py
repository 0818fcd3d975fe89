"""What comes into force when controls are laid over the configured rules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from agents.controls import in_force, on_control
from agents.rules import ConfluenceRules, EngineRules, ExitRules, RiskLimits, Rules
from schemas.controls import FLAGS
from tests.agents.changes import NONE, change, controls


def at(rules: Rules, path: str) -> Any:
    return reduce(getattr, path.split("."), rules)


def differences(one: Any, other: Any, path: str = "") -> dict[str, Any]:
    """Return what differs in `other`, by its dotted path."""
    if not hasattr(one, "__dataclass_fields__"):
        return {} if one == other else {path: other}
    found: dict[str, Any] = {}
    for name in one.__dataclass_fields__:
        found |= differences(getattr(one, name), getattr(other, name), f"{path}.{name}".lstrip("."))
    return found


def test_without_controls_the_rules_are_the_configured_ones() -> None:
    rules = Rules()
    assert in_force(rules, NONE, symbol="SPY", account_id="paper") is rules


FLAG_PLACES: dict[str, list[str]] = {
    "enable_orb_specialist": ["engine.agents.orb"],
    "enable_strat_specialist": ["engine.agents.strat"],
    "enable_ttm_specialist": ["engine.agents.ttm"],
    "enable_satyland_subagent": ["engine.agents.satyland"],
    "enable_shadow_execution": ["engine.shadows"],
    "enable_dual_paper_trading": ["engine.dual_paper"],
    "enable_confluence_gate": ["engine.confluence.gate"],
    "enable_confluence_sizing": ["engine.confluence.sizing"],
    "enable_portfolio_guard": ["limits.portfolio_guard"],
    "enable_dealer_gex": ["engine.dealer.enabled"],
    "require_mtf_bias_for_entry": ["engine.bias_required"],
    "position_replacement_enabled": ["limits.replacement.enabled", "exits.bands"],
    "enable_adaptive_tuner": ["tuner.enabled"],
}


@pytest.mark.parametrize("name", sorted({*FLAGS} - {"enable_variant_b"}))
def test_a_flag_turns_what_it_names_and_nothing_else(name: str) -> None:
    flag = f"flag.{name}"
    on, off = (
        in_force(Rules(), on_control(NONE, change(flag, f'{{"enabled": {value}}}'))) for value in ("true", "false")
    )
    assert [at(on, path) for path in FLAG_PLACES[name]] == [True] * len(FLAG_PLACES[name])
    assert differences(on, off) == dict.fromkeys(FLAG_PLACES[name], False)
    assert {*differences(Rules(), on), *differences(Rules(), off)} <= {*FLAG_PLACES[name]}


def test_engine_b_comes_and_goes_with_its_flag() -> None:
    on = controls(flag__enable_variant_b='{"enabled": true}')
    off = controls(flag__enable_variant_b='{"enabled": false}')
    assert differences(Rules(), in_force(Rules(), on)) == {"engine.engines": ("A", "B")}
    with_b = Rules(engine=EngineRules(engines=("A", "B")))
    assert differences(with_b, in_force(with_b, off)) == {"engine.engines": ("A",)}


EXITS: list[tuple[str, str, dict[str, Any]]] = [
    ("profit_target_percent", "30.5", {"exits.profit_target_pct": Decimal("30.5")}),
    ("stop_loss_percent", "20", {"exits.stop_loss_pct": 20}),
    ("max_hold_time_hours", "7", {"exits.hold_max": timedelta(hours=7)}),
    ("min_dte_exit", "3", {"exits.dte_min": 3, "engine.strikes.dte_min": 3}),
    ("min_dte_exit", "0", {"exits.dte_min": 0, "engine.strikes.dte_min": 0}),
    ("partial_profit_percent", "15", {"exits.partial_profit_pct": 15}),
    ("deep_loss_percent", "35", {"exits.deep_loss_pct": 35}),
    ("trailing_from_percent", "45", {"exits.trailing_from_pct": 45}),
    ("trailing_distance_percent", "12", {"exits.trailing_distance_pct": 12}),
    ("decision_engine", "false", {"exits.decision_engine": False}),
    ("exit_intelligence", "false", {"exits.intelligence": False}),
]


@pytest.mark.parametrize(("field", "value", "expected"), EXITS)
def test_an_exit_rule_is_the_number_it_names_and_nothing_else(field: str, value: str, expected: dict[str, Any]) -> None:
    known = controls(exit_rules__SPY=f'{{"{field}": {value}}}')
    assert differences(Rules(), in_force(Rules(), known, symbol="SPY")) == expected
    assert differences(Rules(), in_force(Rules(), known, symbol="QQQ")) == {}
    assert differences(Rules(), in_force(Rules(), known)) == {}


LIMITED: list[tuple[str, str, dict[str, Any]]] = [
    ("enabled", "false", {"limits.enabled": False}),
    ("max_position_size", "3", {"limits.position_size_max": 3}),
    ("max_open_positions", "0", {"limits.open_positions_max": 0}),
    ("max_positions_per_symbol", "1", {"limits.positions_per_symbol_max": 1}),
    ("max_total_exposure", "12.50", {"limits.exposure_max": Decimal("12.5")}),
    ("max_exposure_percent", "7", {"limits.exposure_pct_max": 7}),
    ("max_daily_loss", "55", {"limits.daily_loss_max": 55}),
    ("max_daily_trades", "2", {"limits.daily_trades_max": 2}),
]


@pytest.mark.parametrize(("field", "value", "expected"), LIMITED)
def test_a_limit_is_the_number_it_names_and_nothing_else(field: str, value: str, expected: dict[str, Any]) -> None:
    known = controls(risk_limits__paper=f'{{"{field}": {value}}}')
    assert differences(Rules(), in_force(Rules(), known, account_id="paper")) == expected
    assert differences(Rules(), in_force(Rules(), known, account_id="other")) == {}
    assert differences(Rules(), in_force(Rules(), known)) == {}


def test_the_particular_comes_over_the_default_field_by_field() -> None:
    known = controls(
        exit_rules__SPY='{"stop_loss_percent": 11}',
        exit_rules__default='{"stop_loss_percent": 33, "profit_target_percent": 44}',
        risk_limits__paper='{"max_open_positions": 1}',
        risk_limits__default='{"max_open_positions": 2, "max_daily_trades": 3}',
    )
    rules = in_force(Rules(), known, symbol="SPY", account_id="paper")
    assert rules.exits == replace(ExitRules(), stop_loss_pct=Decimal(11), profit_target_pct=Decimal(44))
    assert rules.limits == replace(RiskLimits(), open_positions_max=1, daily_trades_max=3)
    plain = in_force(Rules(), known)
    assert (plain.exits.stop_loss_pct, plain.limits.open_positions_max) == (33, 2)
    assert in_force(Rules(), known, symbol="default", account_id="default") == plain


def test_an_exit_rule_that_is_not_enabled_is_as_if_it_were_not_there() -> None:
    known = controls(
        exit_rules__SPY='{"enabled": false, "stop_loss_percent": 11}',
        exit_rules__default='{"stop_loss_percent": 33}',
    )
    assert in_force(Rules(), known, symbol="SPY").exits.stop_loss_pct == 33
    off = controls(exit_rules__default='{"enabled": false, "stop_loss_percent": 33}')
    assert in_force(Rules(), off, symbol="SPY") == Rules()


def test_the_limits_of_an_account_are_enabled_again_by_its_own_control() -> None:
    known = controls(risk_limits__default='{"enabled": false}', risk_limits__paper='{"max_open_positions": 1}')
    assert not in_force(Rules(), known, account_id="other").limits.enabled
    assert in_force(Rules(), known, account_id="paper").limits.enabled


@pytest.mark.parametrize(
    ("switches", "account_id", "halted"),
    [
        ({"kill_switch": "true"}, None, True),
        ({"kill_switch": "true"}, "paper", True),
        ({"kill_switch": "true", "kill_switch__paper": "false"}, "paper", True),
        ({"kill_switch": "false", "kill_switch__paper": "true"}, "paper", True),
        ({"kill_switch__paper": "true"}, "other", False),
        ({"kill_switch__paper": "true"}, None, False),
        ({"kill_switch__None": "true"}, None, False),
        ({"kill_switch": "false"}, "paper", False),
    ],
)
def test_either_kill_switch_halts(switches: Mapping[str, str], account_id: str | None, halted: bool) -> None:
    known = controls(**{name: f'{{"halted": {value}}}' for name, value in switches.items()})
    expected = {"limits.halted": True} if halted else {}
    assert differences(Rules(), in_force(Rules(), known, account_id=account_id)) == expected


def test_a_halt_that_is_configured_stays() -> None:
    rules = Rules(limits=RiskLimits(halted=True))
    assert in_force(rules, controls(kill_switch='{"halted": false}')).limits.halted


def test_what_was_learnt_is_laid_over_the_numbers_of_the_engines() -> None:
    rules = Rules(engine=EngineRules(regime_multipliers={"CHOPPY": Decimal("0.7"), "TRENDING": Decimal(1)}))
    known = controls(tuning='{"confidence_min": 55, "regime_multipliers": {"TRENDING": 1.2}}')
    engine = in_force(rules, known).engine
    assert engine.confidence_min == 55
    assert engine.regime_multipliers == {"CHOPPY": Decimal("0.7"), "TRENDING": Decimal("1.2")}
    untouched = in_force(rules, controls(tuning="{}"))
    assert untouched == rules


def test_a_flag_and_a_limit_are_in_force_together() -> None:
    known = controls(
        flag__enable_confluence_gate='{"enabled": false}',
        flag__enable_portfolio_guard='{"enabled": false}',
        risk_limits__default='{"max_open_positions": 1}',
        kill_switch='{"halted": true}',
    )
    rules = in_force(Rules(), known)
    assert rules.engine.confluence == ConfluenceRules(gate=False)
    assert rules.limits == RiskLimits(open_positions_max=1, halted=True, portfolio_guard=False)
