"""The tuner: when it looks, what it changes, and that it stays within its bounds."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.performance import on_trade
from agents.rules import EngineRules, Rules, TunerRules
from agents.tuner import tune
from schemas.controls import TuningControl
from schemas.decisions import EntryContext
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from schemas.performance import Performance, TuningProposed
from tests.agents.strategies import AT, few
from tests.agents.test_performance import closed

LATER = AT + timedelta(days=1)
Events = list[TuningProposed | ControlChanged]


def rules(trades_min: int = 4, **changes: Any) -> Rules:
    engine = changes.pop("engine", EngineRules())
    return Rules(engine=engine, tuner=TunerRules(**{"enabled": True, "trades_min": trades_min, **changes}))


def played(
    outcomes: list[str],
    by: Rules,
    performance: Performance | None = None,
    *,
    regime: str | None = None,
    name: str = "",
    **changes: Any,
) -> tuple[Performance, Events]:
    """Return what is left of trades closed one after the other, the tuner asked after each."""
    performance = performance or Performance(account_id="paper")
    events: Events = []
    for number, pnl in enumerate(outcomes):
        trade = closed(f"{name}{number}", pnl, entry=EntryContext(regime_type=regime), **changes)
        performance, _ = on_trade(performance, trade)
        performance, told = tune(performance, rules=by, at=LATER, cause_id=trade.event_id, account_id="paper")
        events += told
    return performance, events


def values(events: Events, key: str = "confidence_min") -> list[Decimal]:
    return [event.new_value for event in events if isinstance(event, TuningProposed) and event.config_key == key]


def test_nothing_is_emitted_while_the_tuner_is_off() -> None:
    performance, events = played(["-1"] * 100, Rules(tuner=TunerRules(trades_min=4)), regime="TREND")
    assert (events, performance.tuned, performance.trades_at_tuning) == ([], {}, {})
    assert not TunerRules().enabled


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["-1", "-1", "-1"], []),  # too few
        (["1", "1", "1", "-4"], [55]),
        (["1", "1", "1", "-3.01"], [55]),
        (["1", "1", "1", "-3"], []),  # nothing made, nothing lost
        (["1", "1", "1", "-2.99"], [45]),
        (["9", "9", "-1", "-1"], [45]),  # half won
        (["9", "-1", "-1", "-1"], []),  # more made than lost, but fewer won
        (["9", "9", "0", "-1"], [45]),
        (["9", "0", "0", "0"], []),  # a trade that made nothing is not won
    ],
)
def test_the_least_confidence_moves_a_step_by_the_newest_outcomes(outcomes: list[str], expected: list[int]) -> None:
    assert values(played(outcomes, rules())[1]) == expected


def test_fewer_than_half_won_are_not_enough_to_ask_for_less_confidence() -> None:
    assert values(played(["9", "9", "-1", "-1", "-1"], rules(5))[1]) == []
    assert values(played(["9", "9", "9", "-1", "-1"], rules(5))[1]) == [45]


def test_it_looks_each_time_so_many_more_trades_are_closed() -> None:
    performance, events = played(["-1"] * 11, rules())
    assert values(events) == [55, 60]
    assert performance.trades_at_tuning == {"confidence_min": 8}
    performance, events = played(["-1"], rules(), performance, name="more")
    assert values(events) == [65]
    assert performance.tuned == {"confidence_min": 65}


def test_a_look_that_changes_nothing_counts_as_one() -> None:
    performance, events = played(["9", "-1", "-1", "-1"], rules())
    assert (events, performance.trades_at_tuning, performance.tuned) == ([], {"confidence_min": 4}, {})
    assert values(played(["-1", "-1", "-1"], rules(), performance, name="more")[1]) == []


def test_only_the_newest_trades_are_looked_at() -> None:
    off = Rules(tuner=TunerRules(trades_min=4))
    performance, _ = played(["-100"] * 20, off)
    assert values(played(["1", "1", "1", "1"], rules(), performance, name="on")[1])[-1:] == [55]
    performance, _ = played(["1", "1", "1"], off, performance, name="won")
    assert values(played(["1"], rules(), performance, name="on")[1]) == [45]


def test_shadow_trades_and_tests_do_not_count() -> None:
    assert played(["-1"] * 20, rules(), regime="TREND", is_shadow=True)[1] == []
    assert played(["-1"] * 20, rules(), regime="TREND", is_test=True)[1] == []


def test_a_repeated_trade_is_not_looked_at_again() -> None:
    performance, _ = played(["-1"] * 4, rules())
    assert played(["-1"] * 4, rules(), performance) == (performance, [])


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["1", "1", "1"], []),
        (["1", "1", "1", "1"], [Decimal("1.1")]),
        (["4", "-1", "-1", "-1"], [Decimal("1.1")]),
        (["3", "-1", "-1", "-1"], []),
        (["2", "-1", "-1", "-1"], [Decimal("0.9")]),
    ],
)
def test_a_regimes_multiplier_moves_with_its_expectancy(outcomes: list[str], expected: list[Decimal]) -> None:
    assert values(played(outcomes, rules(), regime="TREND")[1], "regime_multiplier.TREND") == expected


def test_each_regime_goes_by_its_own_trades() -> None:
    performance, first = played(["1"] * 3, rules(), regime="TREND", name="a")
    performance, second = played(["-1"] * 4, rules(), performance, regime="RANGE", name="b")
    assert values(second, "regime_multiplier.RANGE") == [Decimal("0.9")]  # while the confidence is not yet due again
    performance, third = played(["1"], rules(), performance, regime="TREND", name="c")
    events = first + second + third
    assert values(events, "regime_multiplier.RANGE") == [Decimal("0.9")]
    assert values(events, "regime_multiplier.TREND") == [Decimal("1.1")]
    assert performance.trades_at_tuning == {
        "confidence_min": 4 + 4,
        "regime_multiplier.RANGE": 4,
        "regime_multiplier.TREND": 4,
    }


def test_a_number_starts_from_the_rules_and_goes_on_from_what_was_tuned() -> None:
    engine = EngineRules(confidence_min=Decimal(62), regime_multipliers={"TREND": Decimal("0.7")})
    performance, events = played(["-1"] * 4, rules(engine=engine), regime="TREND")
    assert values(events) == [67]
    assert values(events, "regime_multiplier.TREND") == [Decimal("0.6")]
    moved = EngineRules(confidence_min=Decimal(45), regime_multipliers={"TREND": Decimal("1.4")})
    _, events = played(["-1"] * 4, rules(engine=moved), performance, regime="TREND", name="more")
    assert values(events) == [72]
    assert values(events, "regime_multiplier.TREND") == [Decimal("0.5")]


@pytest.mark.parametrize(
    ("start", "pnl", "expected"),
    [
        ("78", "-1", ["80"]),
        ("80", "-1", []),
        ("90", "-1", []),
        ("90", "1", ["80"]),
        ("42", "1", ["40"]),
        ("40", "1", []),
        ("30", "1", []),
        ("30", "-1", ["40"]),
    ],
)
def test_a_step_ends_at_the_bounds(start: str, pnl: str, expected: list[str]) -> None:
    by = rules(engine=EngineRules(confidence_min=Decimal(start)))
    assert values(played([pnl] * 4, by)[1]) == list(map(Decimal, expected))


@pytest.mark.parametrize(
    ("start", "pnl", "expected"),
    [("1.45", "1", ["1.5"]), ("1.5", "1", []), ("0.55", "-1", ["0.5"]), ("0.5", "-1", [])],
)
def test_a_multiplier_ends_at_its_bounds(start: str, pnl: str, expected: list[str]) -> None:
    by = rules(engine=EngineRules(regime_multipliers={"TREND": Decimal(start)}))
    events = played([pnl] * 4, by, regime="TREND")[1]
    assert values(events, "regime_multiplier.TREND") == list(map(Decimal, expected))


@few
@given(
    outcomes=st.lists(st.integers(-300, 300).map(str), max_size=60),
    trades_min=st.integers(1, 6),
    start=st.integers(0, 100).map(Decimal),
)
def test_whatever_happens_numbers_stay_within_their_bounds_and_move_a_step(
    outcomes: list[str], trades_min: int, start: Decimal
) -> None:
    by = rules(trades_min, engine=EngineRules(confidence_min=start))
    performance, events = played(outcomes, by, regime="TREND")
    proposals = [event for event in events if isinstance(event, TuningProposed)]
    for proposed in proposals:
        if proposed.config_key == "confidence_min":
            assert 40 <= proposed.new_value <= 80
            if 40 <= proposed.old_value <= 80:
                assert abs(proposed.new_value - proposed.old_value) <= 5
        else:
            assert Decimal("0.5") <= proposed.new_value <= Decimal("1.5")
            assert abs(proposed.new_value - proposed.old_value) <= Decimal("0.1")
    looks = len(outcomes) // trades_min
    assert len(values(events)) <= looks
    for key, value in performance.tuned.items():
        assert value == values(events, key)[-1]


def test_the_changes_are_told_one_by_one_and_then_whole() -> None:
    performance, events = played(["-2", "-2.00", "0", "0.5"], rules(), regime="TREND")
    cause = derived_id("trade", "3")
    confidence, multiplier, control = events
    assert confidence == TuningProposed(
        event_id=derived_id("tuning", "paper", "confidence_min", cause),
        occurred_at=LATER,
        account_id="paper",
        config_key="confidence_min",
        old_value=Decimal(50),
        new_value=Decimal(55),
        reason="expectancy -0.88 dollars a trade and 1 wins in the newest 4 trades",
        applied=True,
    )
    assert isinstance(multiplier, TuningProposed)
    assert multiplier.event_id == derived_id("tuning", "paper", "regime_multiplier.TREND", cause)
    assert (multiplier.old_value, multiplier.new_value) == (1, Decimal("0.9"))
    assert isinstance(control, ControlChanged)
    assert control.event_id == derived_id("tuning-control", "paper", cause)
    assert (control.name, control.changed_by, control.occurred_at) == ("tuning", "adaptive_tuner", LATER)
    assert json.loads(control.value) == {"confidence_min": "55.0000", "regime_multipliers": {"TREND": "0.9000"}}
    _, more = played(["-1"] * 4, rules(), performance, regime="RANGE", name="more")
    assert isinstance(more[-1], ControlChanged)
    assert TuningControl.model_validate_json(more[-1].value) == TuningControl(
        confidence_min=Decimal(60), regime_multipliers={"RANGE": Decimal("0.9"), "TREND": Decimal("0.9")}
    )


def test_a_change_of_one_regime_alone_says_nothing_of_the_confidence() -> None:
    events = played(["3", "-1", "-1", "0"], rules(), regime="TREND")[1]  # made, but too few won
    assert values(events) == []
    assert isinstance(events[-1], ControlChanged)
    assert json.loads(events[-1].value) == {"confidence_min": None, "regime_multipliers": {"TREND": "1.1000"}}


def test_the_rules_defaults() -> None:
    by = Rules(tuner=TunerRules(enabled=True))
    assert values(played(["-1"] * 19, by)[1]) == []
    assert values(played(["-1"] * 20, by)[1]) == [55]
