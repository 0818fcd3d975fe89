"""Comparing outcomes: against scipy, and against chance itself."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agents.significance import PAIRS_MIN, Sample, bootstrap, compare, sample, sequential, welch
from tests.agents.strategies import few

outcomes = st.lists(st.integers(-500_00, 500_00).map(lambda cents: Decimal(cents).scaleb(-2)), max_size=30)
varying = outcomes.filter(lambda values: len(set(values)) > 1)


def drawn(seed: int, n: int, *, mean: float = 0, sd: float = 100) -> list[Decimal]:
    """Return outcomes from a normal distribution, to the cent."""
    values = np.random.default_rng(seed).normal(mean, sd, n)
    return [Decimal(f"{value:.2f}") for value in values]


@few
@given(a=varying, b=varying)
def test_welch_agrees_with_scipy(a: list[Decimal], b: list[Decimal]) -> None:
    found = welch(a, b)
    expected = stats.ttest_ind([float(x) for x in a], [float(x) for x in b], equal_var=False)
    assert found.t == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert found.degrees_of_freedom == pytest.approx(expected.df, rel=1e-9)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-7)
    assert found.reason == ""


def test_welch_says_why_it_cannot_be_made() -> None:
    one, same, two = [Decimal(1)], [Decimal(3)] * 4, [Decimal(1), Decimal(2)]
    for a, b in ((one, two), (two, one), ([], two), (one, one)):
        found = welch(a, b)
        assert (found.t, found.degrees_of_freedom, found.p) == (None, None, None)
        assert found.reason == "each engine needs two outcomes or more"
    assert welch(same, [Decimal(5)] * 2).reason == "the outcomes of each engine are all the same"
    assert welch(same, [Decimal(5)] * 2).p is None
    assert welch(same, two).p is not None
    assert welch(two, same).p is not None


def test_the_figures_of_a_sample() -> None:
    assert sample([Decimal(100), Decimal(-40), Decimal(0), Decimal("20.01")]) == Sample(
        n=4,
        mean=Decimal("20.00"),
        sd=Decimal("58.88"),
        win_rate=Decimal(50),
        average_win=Decimal("60.00"),
        average_loss=Decimal(-20),
        expectancy=Decimal("20.00"),
    )
    assert sample([]) == Sample(0, None, None, None, None, None, None)
    assert sample([Decimal(5)]) == Sample(1, Decimal(5), None, Decimal(100), Decimal(5), None, Decimal(5))
    assert sample([Decimal(-5)]) == Sample(1, Decimal(-5), None, Decimal(0), None, Decimal(-5), Decimal(-5))
    thirds = sample([Decimal(1), Decimal(-1), Decimal(-2)])
    assert (thirds.win_rate, thirds.sd) == (Decimal("33.3333"), Decimal("1.53"))


@few
@given(values=outcomes.filter(bool))
def test_expectancy_is_what_wins_and_losses_come_to(values: list[Decimal]) -> None:
    figures = sample(values)
    assert figures.win_rate is not None
    assert figures.expectancy is not None
    share = figures.win_rate / 100
    come_to = share * (figures.average_win or 0) + (1 - share) * (figures.average_loss or 0)
    assert abs(come_to - figures.expectancy) < Decimal("0.02")


def test_the_bootstrap_agrees_with_scipys() -> None:
    a, b = drawn(1, 40, mean=30), drawn(2, 55, sd=50)
    x, y = [float(v) for v in a], [float(v) for v in b]
    expected = stats.bootstrap(
        (x, y),
        lambda p, q, axis: np.mean(p, axis=axis) - np.mean(q, axis=axis),
        method="percentile",
        n_resamples=4000,
        rng=np.random.default_rng(3),
    ).confidence_interval
    low, high = bootstrap(a, b, resamples=4000) or (0, 0)
    assert low == pytest.approx(expected.low, abs=2.5)
    assert high == pytest.approx(expected.high, abs=2.5)
    narrow = bootstrap(a, b, alpha=0.5) or (0, 0)
    assert low < narrow[0] < narrow[1] < high
    # a normal law of the difference: its quartiles lie 0.674 errors from it
    error = np.sqrt(np.var(x) / len(x) + np.var(y) / len(y))
    assert narrow[0] == pytest.approx(np.mean(x) - np.mean(y) - 0.674 * error, abs=2)
    assert narrow[1] == pytest.approx(np.mean(x) - np.mean(y) + 0.674 * error, abs=2)


@few
@given(a=outcomes, b=outcomes)
def test_the_same_outcomes_have_the_same_comparison(a: list[Decimal], b: list[Decimal]) -> None:
    first = compare(a, b, resamples=20)
    assert first == compare(list(a), list(b), resamples=20)
    rescaled = [value.quantize(Decimal("0.0001")) for value in a]
    assert bootstrap(a, b, resamples=20) == bootstrap(rescaled, b, resamples=20)


def test_where_there_is_nothing_to_draw_from_there_is_no_interval() -> None:
    assert bootstrap([], [Decimal(1)]) is None
    assert bootstrap([Decimal(1)], []) is None
    assert bootstrap([Decimal(3)], [Decimal(1)]) == (2, 2)


def test_which_sample_a_value_is_in_changes_the_draws() -> None:
    a, b = drawn(5, 9), drawn(6, 9)
    assert bootstrap(a, b) != bootstrap(a[:8], [a[8], *b])
    # the draws follow from both: where one engine's outcomes do not vary, the other's still do
    assert bootstrap(a, [Decimal(1)]) != bootstrap([x + 1 for x in a], [Decimal(2)])
    assert bootstrap(a, [Decimal(0)] * 3, resamples=50) != bootstrap(a, [Decimal(0)] * 4, resamples=50)
    assert bootstrap(a, [Decimal("-0")], resamples=50) == bootstrap(a, [Decimal(0)], resamples=50)
    assert bootstrap(a, a, resamples=50) != bootstrap([-x for x in a], [-x for x in a], resamples=50)


def ratio_of(differences: list[Decimal]) -> float:
    """Return the mixture's likelihood ratio by integration over the standardised difference, with scipy alone."""
    x = np.array([float(d) for d in differences])
    n = len(x)
    t = stats.ttest_1samp(x, 0).statistic
    effects = np.linspace(-3, 3, 4001)
    density = stats.nct.pdf(t, n - 1, effects * np.sqrt(n)) * stats.norm.pdf(effects, 0, np.sqrt(0.1))
    return float(np.trapezoid(density, effects) / stats.t.pdf(t, n - 1))


def test_the_p_value_is_the_inverse_of_the_mixed_likelihood_ratio() -> None:
    differences = drawn(8, PAIRS_MIN, mean=90)
    assert ratio_of(differences) > 1
    assert sequential(differences).p == pytest.approx(1 / ratio_of(differences), rel=1e-4)
    against = drawn(9, PAIRS_MIN)
    assert ratio_of(against) < 1
    assert sequential(against).p == 1
    assert sequential([-d for d in differences]).p == pytest.approx(sequential(differences).p, rel=1e-12)


def test_the_p_value_keeps_the_smallest_so_far() -> None:
    differences = drawn(8, 40, mean=60)
    smallest = 1.0
    for n in range(PAIRS_MIN, len(differences) + 1):
        smallest = min(smallest, 1 / ratio_of(differences[:n]))
        assert sequential(differences[:n]).p == pytest.approx(smallest, rel=1e-4)


def test_the_interval_holds_what_the_test_does_not_speak_against() -> None:
    differences = drawn(11, 60, mean=20)
    alone = sequential(differences[:PAIRS_MIN], alpha=0.5)
    assert alone.low is not None
    assert alone.high is not None
    for edge in (alone.low, alone.high):
        # a mean at the edge is just what the ratio of 1 / alpha speaks against
        moved = [d - Decimal(repr(edge)) for d in differences[:PAIRS_MIN]]
        assert ratio_of(moved) == pytest.approx(2, rel=1e-3)
    found = sequential(differences)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 20 < found.high


def test_the_intervals_are_intersected() -> None:
    differences = drawn(12, 80, mean=10)
    low, high = -np.inf, np.inf
    for n in range(PAIRS_MIN, 81):
        found = sequential(differences[:n])
        if found.low is None or found.high is None:
            continue
        assert found.low >= low
        assert found.high <= high
        low, high = found.low, found.high
    assert high - low < 120


def test_it_cannot_be_read_from_too_few_pairs_or_from_pairs_that_do_not_vary() -> None:
    few_pairs = sequential(drawn(1, PAIRS_MIN - 1, mean=1000))
    assert (few_pairs.readable, few_pairs.p, few_pairs.low, few_pairs.high) == (False, 1, None, None)
    assert few_pairs.reason == "19 of 20 pairs that it takes"
    same = sequential([Decimal("5.10")] * 30)
    assert (same.readable, same.p, same.low, same.reason) == (False, 1, None, "the differences are all the same")
    enough = sequential(drawn(1, PAIRS_MIN, mean=1000))
    assert (enough.readable, enough.pairs, enough.reason) == (True, 20, "20 pairs; it may be read after each")
    assert enough.p < 0.001
    assert sequential([Decimal("0.01"), *[Decimal(0)] * 20]).readable  # however little they vary
    assert sequential([]).reason == "0 of 20 pairs that it takes"


def test_the_interval_is_unbounded_while_the_pairs_say_too_little() -> None:
    found = sequential(drawn(3, PAIRS_MIN), alpha=1e-5)
    assert (found.low, found.high, found.readable) == (None, None, True)


@pytest.mark.parametrize("law", ["normal", "skewed outcomes", "heavy tails"])
def test_looking_after_every_pair_errs_less_often_than_alpha(law: str) -> None:
    """Type I error under continuous looking: 400 streams of 200 pairs without a difference, at alpha 0.1."""
    dice = np.random.default_rng(2015)
    size = (400, 200)
    streams = {
        "normal": dice.normal(0, 50, size),
        "skewed outcomes": dice.exponential(50, size) - dice.exponential(50, size),
        "heavy tails": 30 * dice.standard_t(4, size),
    }[law]
    wrong = missed = 0
    for stream in streams:
        found = sequential([Decimal(f"{x:.2f}") for x in stream], alpha=0.1)
        wrong += found.p <= 0.1
        missed += found.low is not None and not found.low <= 0 <= (found.high or 0)
    # three standard deviations of the count are 18
    assert wrong <= 40
    assert missed <= 40
    assert wrong > 0


def test_a_difference_is_found() -> None:
    dice = np.random.default_rng(7)
    found = [sequential([Decimal(f"{x:.2f}") for x in dice.normal(15, 50, 300)]).p <= 0.05 for _ in range(40)]
    assert sum(found) >= 36


def test_a_comparison_is_of_all_three() -> None:
    a, b = drawn(21, 30, mean=80), drawn(22, 24)
    found = compare(a, b)
    assert (found.alpha, found.a, found.b) == (0.05, sample(a), sample(b))
    assert found.welch == welch(a, b)
    assert found.bootstrap == bootstrap(a, b)
    assert found.sequential == sequential([x - y for x, y in zip(a, b, strict=False)])
    assert found.sequential.pairs == 24
    assert found.a.mean is not None
    assert found.b.mean is not None
    assert found.difference == found.a.mean - found.b.mean
    assert (found.readable, found.reason) == (True, found.sequential.reason)
    wide = compare(a, b, alpha=0.01)
    assert wide.bootstrap == bootstrap(a, b, alpha=0.01)
    assert wide.sequential == sequential([x - y for x, y in zip(a, b, strict=False)], alpha=0.01)
    for nothing in (compare(a, []), compare([], b)):
        assert (nothing.difference, nothing.bootstrap, nothing.readable) == (None, None, False)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 1.5])
def test_an_alpha_that_is_no_chance_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        compare([], [], alpha=alpha)
