"""Tests of paired differences, against scipy's and plain arithmetic."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agents.paired_tests import curves, paired_bootstrap, paired_t, sign_test
from tests.agents.strategies import few

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
dollars = st.integers(-50_000, 50_000).map(lambda cents: Decimal(cents) / 100)
many = st.lists(dollars, max_size=40)


@few
@given(differences=many)
def test_the_paired_t_test_is_that_of_scipy(differences: list[Decimal]) -> None:
    found = paired_t(differences)
    assert (found.p is None) == bool(found.reason) == (len(set(differences)) < 2)
    if found.p is not None:
        right = stats.ttest_1samp([float(value) for value in differences], 0)
        low, high = right.confidence_interval(0.95)
        assert (found.t, found.p) == (pytest.approx(right.statistic), pytest.approx(right.pvalue))
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
        assert found.degrees_of_freedom == len(differences) - 1


@few
@given(differences=many)
def test_the_sign_test_is_that_of_scipy_and_leaves_ties_out(differences: list[Decimal]) -> None:
    found = sign_test(differences)
    assert found.ahead + found.behind + found.ties == len(differences)
    turned = sign_test([-value for value in differences])
    assert (turned.ahead, turned.behind, turned.p) == (found.behind, found.ahead, found.p)
    if found.ahead + found.behind:
        assert found.p == pytest.approx(stats.binomtest(found.ahead, found.ahead + found.behind).pvalue)
    else:
        assert found.p is None


@few
@given(differences=st.lists(dollars, min_size=1, max_size=20), seed=st.text(max_size=5))
def test_the_bootstrap_is_the_same_each_time_and_lies_within_the_differences(
    differences: list[Decimal], seed: str
) -> None:
    found = paired_bootstrap(differences, seed=seed, resamples=50)
    assert found == paired_bootstrap(differences, seed=seed, resamples=50)
    assert found is not None
    assert float(min(differences)) - 1e-9 <= found[0] <= found[1] <= float(max(differences)) + 1e-9
    assert paired_bootstrap([], seed=seed) is None


def test_the_bootstrap_s_interval_holds_the_mean_of_a_wide_sample() -> None:
    differences = [Decimal(number % 7 - 3) for number in range(70)]
    one, other = (paired_bootstrap(differences, seed=seed) for seed in "ab")
    assert one is not None
    assert one != other
    assert -0.6 < one[0] < -0.2 < 0.2 < one[1] < 0.6


@few
@given(made=st.lists(st.tuples(dollars, dollars), max_size=60), most=st.integers(1, 20))
def test_curves_end_at_all_that_was_made_in_few_points(made: list[tuple[Decimal, Decimal]], most: int) -> None:
    pairs = [(AT + timedelta(minutes=place), a, b) for place, (a, b) in enumerate(made)]
    points = curves(pairs, most=most)
    assert len(points) <= most + 1
    assert all(point.difference == point.a - point.b for point in points)
    if made:
        assert (points[-1].at, points[-1].a) == (pairs[-1][0], sum(a for a, _ in made))
        assert points[-1].b == sum(b for _, b in made)
