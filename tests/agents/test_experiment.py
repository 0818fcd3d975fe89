import hashlib
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.experiment import assign, policy_for
from agents.rules import EngineRules
from schemas.decisions import ExecutionPolicy, Experiment
from schemas.ids import derived_id
from tests.agents.strategies import EXPERIMENT, few, signal

BOTH = EngineRules(engines=("A", "B"))
names = st.text(max_size=12)
splits = st.integers(0, 100)


@few
@given(names, st.sampled_from(["1m", "5m", "1d"]), splits)
def test_the_variant_follows_from_the_hash_of_symbol_timeframe_and_signal(
    name: str, timeframe: str, split: int
) -> None:
    alert = signal(name, timeframe=timeframe)
    digest = hashlib.sha256(f"SPY:{timeframe}:{alert.event_id}".encode()).hexdigest()
    bucket = Fraction(int(digest[:8], 16), 0xFFFFFFFF)
    found = assign(alert, replace(BOTH, split_percentage=split))
    assert found.assignment_hash == digest
    assert abs(Fraction(found.bucket) - bucket) <= Fraction(1, 20_000)
    assert found.variant == ("A" if bucket < 1 - Fraction(split, 100) else "B")
    assert found.split_percentage == split


@few
@given(names, splits)
def test_the_same_signal_is_always_assigned_alike(name: str, split: int) -> None:
    rules = replace(BOTH, split_percentage=split)
    assert assign(signal(name), rules) == assign(signal(name), rules)


@few
@given(names, splits, splits)
def test_a_growing_share_of_b_never_takes_a_signal_back_to_a(name: str, one: int, other: int) -> None:
    less, more = (assign(signal(name), replace(BOTH, split_percentage=split)).variant for split in sorted((one, other)))
    assert (less, more) != ("B", "A")


@pytest.mark.parametrize("split", [10, 30, 50, 90])
def test_shares_converge_to_the_split(split: int) -> None:
    rules = replace(BOTH, split_percentage=split)
    count = 4_000
    share_b = sum(assign(signal(f"sig-{number}"), rules).variant == "B" for number in range(count)) / count
    assert share_b == pytest.approx(split / 100, abs=4 * (0.25 / count) ** 0.5)


@few
@given(names)
def test_without_a_share_or_without_engine_b_everything_is_a_s(name: str) -> None:
    assert assign(signal(name), BOTH).variant == "A"
    alone = assign(signal(name), EngineRules(engines=("A",), split_percentage=100))
    assert (alone.variant, alone.split_percentage) == ("A", 0)
    assert assign(signal(name), replace(BOTH, split_percentage=100)).variant == "B"


@few
@given(names, splits, st.sampled_from([("A",), ("A", "B"), ("B", "A")]))
def test_in_paper_mode_exactly_one_engine_executes_and_it_is_there(
    name: str, split: int, engines: tuple[Literal["A", "B"], ...]
) -> None:
    rules = EngineRules(engines=engines, split_percentage=split)
    experiment = assign(signal(name), rules)
    policy = policy_for(experiment, rules)
    assert policy.executed_engine == experiment.variant
    assert policy.executed_engine in engines
    assert policy.execution_mode == f"ENGINE_{policy.executed_engine}_PRIMARY"
    assert {policy.executed_engine, policy.shadow_engine} - {None} == set(engines)


@few
@given(names, splits)
def test_live_nobody_executes(name: str, split: int) -> None:
    rules = replace(BOTH, app_mode="LIVE", split_percentage=split)
    policy = policy_for(assign(signal(name), rules), rules)
    assert (policy.execution_mode, policy.executed_engine) == ("SHADOW_ONLY", None)


def test_an_engine_that_is_gone_hands_its_signals_to_a() -> None:
    experiment = assign(signal(), replace(BOTH, split_percentage=100))
    policy = policy_for(experiment, EngineRules(engines=("A",)))
    assert (experiment.variant, policy.executed_engine, policy.shadow_engine) == ("B", "A", None)


def test_ids_derive_from_the_signal() -> None:
    one, other = assign(signal("one"), BOTH), assign(signal("other"), BOTH)
    assert one.experiment_id != other.experiment_id
    assert policy_for(one, BOTH).policy_id != policy_for(other, BOTH).policy_id


@pytest.mark.parametrize(
    ("number", "split", "variant"),
    [
        (0xCCCCCCCB, 20, "A"),
        (0xCCCCCCCC, 20, "B"),  # four fifths of 0xFFFFFFFF exactly
        (0xFFFFFFFF, 1, "B"),
        (0xFFFFFFFF, 0, "A"),
        (0, 99, "A"),
        (0, 100, "B"),
    ],
)
def test_a_bucket_belongs_to_b_from_as_share_on(
    number: int, split: int, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = f"{number:08x}" + "f" * 56
    hashed = SimpleNamespace(hexdigest=lambda: digest)
    monkeypatch.setattr("agents.experiment.hashlib", SimpleNamespace(sha256=lambda _: hashed))
    assert assign(signal(), replace(BOTH, split_percentage=split, policy_version="v2")) == Experiment.model_validate(
        {
            "experiment_id": derived_id("experiment", signal().event_id),
            "variant": variant,
            "assignment_hash": digest,
            "bucket": {0: "0", 0xFFFFFFFF: "1"}.get(number, "0.8"),
            "split_percentage": split,
            "policy_version": "v2",
        }
    )


@pytest.mark.parametrize(
    ("rules", "variant", "mode", "executed", "shadow", "reason"),
    [
        ({}, "A", "ENGINE_A_PRIMARY", ("A",), "B", "paper mode, variant A"),
        ({}, "B", "ENGINE_B_PRIMARY", ("B",), "A", "paper mode, variant B"),
        ({"app_mode": "LIVE"}, "A", "SHADOW_ONLY", (), "A", "application mode is LIVE"),
        ({"app_mode": "LIVE"}, "B", "SHADOW_ONLY", (), "B", "application mode is LIVE"),
        ({"execution_mode": "SHADOW_ONLY"}, "B", "SHADOW_ONLY", (), "B", "execution mode is SHADOW_ONLY"),
        (
            {"execution_mode": "ENGINE_A_PRIMARY"},
            "B",
            "ENGINE_A_PRIMARY",
            ("A",),
            "B",
            "execution mode is ENGINE_A_PRIMARY",
        ),
        (
            {"execution_mode": "ENGINE_B_PRIMARY"},
            "A",
            "ENGINE_B_PRIMARY",
            ("B",),
            "A",
            "execution mode is ENGINE_B_PRIMARY",
        ),
        (
            {"execution_mode": "ENGINE_B_PRIMARY", "engines": ("A",)},
            "A",
            "ENGINE_A_PRIMARY",
            ("A",),
            None,
            "execution mode is ENGINE_B_PRIMARY, engine B is not there",
        ),
        (
            {"execution_mode": "SPLIT_CAPITAL", "engines": ("A",), "dual_paper": True},
            "A",
            "ENGINE_A_PRIMARY",
            ("A",),
            None,
            "capital is split, engine B is not there",
        ),
        ({"engines": ("A",)}, "B", "ENGINE_A_PRIMARY", ("A",), None, "paper mode, variant B, engine B is not there"),
        (
            {"dual_paper": True},
            "A",
            "ENGINE_A_PRIMARY",
            ("A", "B"),
            None,
            "paper mode, variant A, dual paper trading",
        ),
        (
            {"dual_paper": True, "execution_mode": "ENGINE_B_PRIMARY"},
            "A",
            "ENGINE_B_PRIMARY",
            ("B", "A"),
            None,
            "execution mode is ENGINE_B_PRIMARY, dual paper trading",
        ),
    ],
)
def test_a_policy_says_who_trades_who_shadows_and_why(
    rules: dict[str, Any], variant: str, mode: Any, executed: Any, shadow: Any, reason: str
) -> None:
    experiment = EXPERIMENT.model_copy(update={"variant": variant})
    assert policy_for(experiment, replace(BOTH, policy_version="v2", **rules)) == ExecutionPolicy(
        policy_id=derived_id("policy", "exp-001"),
        execution_mode=mode,
        executed_engine=executed[0] if executed else None,
        shadow_engine=shadow,
        reason=reason,
        policy_version="v2",
        executed_engines=executed,
        shares={},
    )


@pytest.mark.parametrize(("variant", "executed"), [("A", ("A", "B")), ("B", ("B", "A"))])
def test_under_split_capital_each_engine_has_its_share(variant: str, executed: Any) -> None:
    rules = replace(BOTH, execution_mode="SPLIT_CAPITAL", capital_split_percentage=30, dual_paper=True)
    assert policy_for(EXPERIMENT.model_copy(update={"variant": variant}), rules) == ExecutionPolicy(
        policy_id=derived_id("policy", "exp-001"),
        execution_mode="SPLIT_CAPITAL",
        executed_engine=executed[0],
        shadow_engine=None,
        reason="capital is split",
        policy_version="v1.0",
        executed_engines=executed,
        shares={"A": 70, "B": 30},
    )


def test_live_trading_needs_its_confirmation() -> None:
    live = replace(BOTH, app_mode="LIVE")
    silent = policy_for(EXPERIMENT, live)
    assert (silent.execution_mode, silent.executed_engine) == ("SHADOW_ONLY", None)
    assert silent.reason == "application mode is LIVE"
    confirmed = policy_for(EXPERIMENT, replace(live, live_confirmed=True))
    assert (confirmed.execution_mode, confirmed.executed_engine) == ("ENGINE_A_PRIMARY", "A")
    assert confirmed.reason == "live mode, variant A"
    assert policy_for(EXPERIMENT, replace(BOTH, live_confirmed=True)).reason == "paper mode, variant A"
