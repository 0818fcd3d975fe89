"""Which controls are understood, and which one is the newest."""

from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.controls import in_force, on_control, on_snapshot, parse
from agents.experiment import assign
from agents.rules import EngineRules, Rules
from schemas.accounts import AccountSnapshot
from schemas.controls import InvalidControl
from schemas.ids import derived_id
from tests.agents.changes import NONE, change, controls
from tests.agents.strategies import AT, few, signal


@pytest.mark.parametrize(
    "name",
    [
        "exit_rules",
        "exit_rules.",
        "exit_rules.spy",
        "exit_rules.SPY QQQ",
        "exit_rules." + "A" * 21,
        "risk_limits",
        "risk_limits.",
        "risk_limits.a b",
        "risk_limits." + "a" * 65,
        "kill_switch.",
        "kill_switch.a.b",
        "flag",
        "flag.",
        "flag.enable_everything",
        "flag.enable_variant_bb",
        "tuning.",
        "tuning.x",
        "mood",
        "mood.good",
        "",
        ".default",
    ],
)
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidControl, match="there is no such control"):
        parse(change(name, "{}"))


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("exit_rules.SPY", '{"profit_target_percent": 0}', "profit_target_percent"),
        ("exit_rules.SPY", '{"profit_target_percent": 10001}', "profit_target_percent"),
        ("exit_rules.SPY", '{"stop_loss_percent": 101}', "stop_loss_percent"),
        ("exit_rules.SPY", '{"max_hold_time_hours": 0}', "max_hold_time_hours"),
        ("exit_rules.SPY", '{"max_hold_time_hours": 1.5}', "max_hold_time_hours"),
        ("exit_rules.SPY", '{"min_dte_exit": -1}', "min_dte_exit"),
        ("exit_rules.SPY", '{"decision_engine": "no"}', "decision_engine"),
        ("exit_rules.SPY", '{"stop_los_percent": 10}', "stop_los_percent"),
        ("risk_limits.default", '{"max_position_size": 0}', "max_position_size"),
        ("risk_limits.default", '{"max_exposure_percent": 101}', "max_exposure_percent"),
        ("risk_limits.default", '{"max_daily_loss": "NaN"}', "max_daily_loss"),
        ("risk_limits.default", '{"enabled": 1}', "enabled"),
        ("kill_switch", "{}", "halted"),
        ("kill_switch", '{"halted": "yes"}', "halted"),
        ("kill_switch", "true", "value"),
        ("flag.enable_variant_b", '{"enabled": null}', "enabled"),
        ("flag.enable_variant_b", "{", "value"),
        ("tuning", '{"regime_multipliers": {"TRENDING": 0}}', "regime_multipliers.TRENDING"),
        ("tuning", '{"regime_multipliers": {"TRENDING": 10.1}}', "regime_multipliers.TRENDING"),
        ("tuning", '{"confidence_min": 100.5}', "confidence_min"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_its_field(name: str, value: str, field: str) -> None:
    with pytest.raises(InvalidControl) as refused:
        parse(change(name, value))
    assert str(refused.value).startswith(f"{name}: {field}: ")
    with pytest.raises(InvalidControl):
        on_control(NONE, change(name, value))


def test_every_bad_field_is_named() -> None:
    with pytest.raises(InvalidControl, match=r"^risk_limits.paper: max_open_positions: .*; max_daily_trades: .*$"):
        parse(change("risk_limits.paper", '{"max_open_positions": -1, "max_daily_trades": -1}'))


def test_the_newest_value_of_a_control_is_kept() -> None:
    first, newer = change("kill_switch", '{"halted": true}'), change("kill_switch", '{"halted": false}', seconds=1)
    known = on_control(NONE, first)
    assert known.values == {"kill_switch": first}
    assert on_control(known, first) is known
    at_once = change("kill_switch", '{"halted": false}')
    assert on_control(known, at_once).values == {"kill_switch": at_once}
    assert on_control(known, change("kill_switch", '{"halted": false}', seconds=-1)) is known
    assert on_control(known, newer).values == {"kill_switch": newer}


def test_controls_of_other_names_stay() -> None:
    known = controls(kill_switch='{"halted": true}', tuning="{}")
    assert list(known.values) == ["kill_switch", "tuning"]
    assert in_force(Rules(), known).limits.halted


@few
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=8), st.randoms(use_true_random=False))
def test_in_whatever_order_controls_arrive_the_newest_is_in_force(changes: list[tuple[int, bool]], random: Any) -> None:
    """Property 22: Master feature flag override"""
    by_second = dict(changes)  # one change a second
    events = [
        change("flag.enable_variant_b", f'{{"enabled": {str(on).lower()}}}', seconds=second)
        for second, on in by_second.items()
    ]
    random.shuffle(events)
    known = reduce(on_control, events, NONE)
    rules = in_force(Rules(engine=EngineRules(split_percentage=100)), known).engine
    on = bool(by_second) and by_second[max(by_second)]
    assert rules.engines == (("A", "B") if on else ("A",))
    assert assign(signal(), rules).variant == ("B" if on else "A")


def snapshot(name: str, *, sequence: int, account_id: str = "paper") -> AccountSnapshot:
    return AccountSnapshot(
        event_id=derived_id("snapshot", name),
        occurred_at=AT,
        sequence=sequence,
        account_id=account_id,
        exposure=Decimal(0),
        equity=Decimal(1),
    )


def test_the_newest_snapshot_of_each_account_is_kept() -> None:
    one, two = snapshot("one", sequence=7), snapshot("two", sequence=8)
    other, unnumbered = snapshot("other", sequence=3, account_id="other"), snapshot("none", sequence=0)
    known = reduce(on_snapshot, (one, other), NONE)
    assert known.accounts == {"paper": one, "other": other}
    assert on_snapshot(known, one) is known
    assert on_snapshot(known, two).accounts == {"paper": two, "other": other}
    assert on_snapshot(on_snapshot(known, two), one).accounts["paper"] == two
    assert on_snapshot(known, unnumbered).accounts["paper"] == unnumbered
    first = on_snapshot(NONE, snapshot("x", sequence=1))
    assert on_snapshot(first, snapshot("again", sequence=1)) is first
    assert on_snapshot(first, two).accounts["paper"] == two
    # numbers of one source say nothing of another's
    renamed = snapshot("renamed", sequence=2).model_copy(update={"source": "accounts/paper/snapshots"})
    assert on_snapshot(known, renamed).accounts["paper"] == renamed
