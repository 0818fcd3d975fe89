"""Pausing an underlying."""

from dataclasses import replace

import pytest

from agents.controls import in_force, on_control, parse
from agents.rules import RiskLimits, Rules
from schemas.controls import InvalidControl, PauseControl
from tests.agents.changes import NONE, change, controls


def test_only_the_underlying_that_is_paused_is() -> None:
    known = controls(pause__SPY='{"paused": true, "reason": "position_quantity"}')
    assert in_force(Rules(), known, symbol="SPY").limits.paused
    assert not in_force(Rules(), known, symbol="QQQ").limits.paused
    assert not in_force(Rules(), known).limits.paused
    assert in_force(Rules(), known, symbol="SPY", account_id="paper").limits.paused
    assert not in_force(Rules(), known, symbol="SPY").limits.halted
    again = on_control(known, change("pause.SPY", '{"paused": false}', seconds=1))
    assert not in_force(Rules(), again, symbol="SPY").limits.paused


def test_what_is_configured_as_paused_stays_so() -> None:
    rules = Rules(limits=replace(RiskLimits(), paused=True))
    known = controls(pause__SPY='{"paused": false}')
    assert in_force(rules, known, symbol="SPY").limits.paused
    assert in_force(rules, known).limits.paused


def test_a_pause_says_so_and_why() -> None:
    assert parse(change("pause.BRK/B", '{"paused": true}')) == PauseControl(paused=True, reason=None)


@pytest.mark.parametrize("name", ["pause", "pause.", "pause.default", "pause.spy", "pause.SPY.QQQ x"])
def test_a_pause_is_an_underlyings(name: str) -> None:
    with pytest.raises(InvalidControl, match="there is no such control"):
        on_control(NONE, change(name, '{"paused": true}'))


@pytest.mark.parametrize("value", ["{}", '{"paused": "yes"}', '{"paused": true, "until": 1}'])
def test_a_pause_of_another_form_is_refused(value: str) -> None:
    with pytest.raises(InvalidControl):
        on_control(NONE, change("pause.SPY", value))
