import hashlib
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.experiment import assign, policy_for
from agents.rules import EngineRules
from tests.agents.strategies import few, signal

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
