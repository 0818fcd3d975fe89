"""How many more pairs it takes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.significance import ALPHA, PAIRS_MIN, sequential
from agents.stopping import PAIRS_FORESEEN, outlook, pairs_needed
from tests.agents.strategies import few

cents = st.integers(-50_000, 50_000).map(lambda value: Decimal(value) / 100)


@few
@given(st.lists(cents, max_size=80))
def test_it_is_enough_when_the_interval_leaves_out_nothing_and_only_then(differences: list[Decimal]) -> None:
    found, ahead = sequential(differences), outlook(differences)
    excluded = (found.low is not None and found.low > 0) or (found.high is not None and found.high < 0)
    assert ahead.is_told == excluded
    assert ahead.more is None or ahead.more >= max(0 if ahead.is_told else 1, PAIRS_MIN - len(differences))
    assert ahead.says.startswith("too early") == (len(differences) < PAIRS_MIN)


@pytest.mark.parametrize("effect", [0.05, 0.2, 0.5, 1.0])
def test_as_many_pairs_as_are_foreseen_tell_the_difference_and_fewer_do_not(effect: float) -> None:
    needed = pairs_needed(effect)
    assert needed is not None
    enough, too_few = (max(PAIRS_MIN, round(needed * share / 2) * 2) for share in (1.03, 0.94))
    assert sequential(around(effect, enough)).p <= ALPHA
    assert (sequential(around(effect, too_few)).p <= ALPHA) == (needed == PAIRS_MIN)


def around(effect: float, count: int) -> list[Decimal]:
    """Return an even number of differences a standard deviation to either side of their mean, effect x 100."""
    spread = 100 * (1 - 1 / count) ** 0.5
    return [Decimal(str(effect * 100 + side * spread)) for side in (1, -1)] * (count // 2)


def test_no_difference_is_told_apart_by_no_number_of_pairs() -> None:
    assert pairs_needed(0) is None
    assert pairs_needed(0.001) is None
    even = [Decimal(sign) for sign in (1, -1) * 20]
    assert outlook(even).more is None
    assert outlook(even).says == (
        f"no end in sight: the engines lie so close together that {PAIRS_FORESEEN} pairs would not tell them apart"
    )
    assert outlook([Decimal(1)] * 30).says == "no end in sight: the differences are all the same"


def test_the_surer_a_difference_the_sooner_it_is_told() -> None:
    needed = [pairs_needed(effect) or PAIRS_FORESEEN for effect in (0.02, 0.1, 0.3, 1.0, 5.0)]
    assert needed == sorted(needed, reverse=True)
    assert needed[-1] == PAIRS_MIN
