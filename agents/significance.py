"""Whether one engine's outcomes differ from another's by more than chance: three answers to one question.

- Welch's t-test, for samples whose size was settled before anybody looked.
- A bootstrap interval of the difference of means, which assumes no distribution.
- A sequential test on pairs, in their order, which may be read after each pair: looking often does not make it wrong.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import stdev

import numpy as np
import numpy.typing as npt
from numpy.random import PCG64, Generator
from scipy.special import stdtr

from schemas.money import cents, ratio

ALPHA = 0.05
"""How often a difference may be seen where there is none."""
RESAMPLES = 2000
PAIRS_MIN = 20
"""Pairs from which the sequential test may be read: few trades are far from normally distributed."""
EFFECT_VARIANCE = 0.1
"""Of the mixture over standardised differences: it is quickest where the means lie 0.3 standard deviations apart."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures of one engine's outcomes. Dollars to the cent; None where there are too few outcomes."""

    n: int
    mean: Decimal | None
    sd: Decimal | None
    win_rate: Decimal | None
    """percent"""
    average_win: Decimal | None
    average_loss: Decimal | None
    """of the outcomes that did not win, not positive"""
    expectancy: Decimal | None
    """win rate x average win + the rest x average loss"""


@dataclass(frozen=True, slots=True)
class Welch:
    """Welch's t-test of equal means, two-sided; all None with the reason when it cannot be made."""

    t: float | None
    degrees_of_freedom: float | None
    p: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Sequential:
    """The sequential test of a mean difference of 0 as of the newest pair."""

    pairs: int
    p: float
    """always-valid: the smallest that was reached; 1 until there is evidence"""
    low: float | None
    high: float | None
    """confidence sequence of the mean difference, dollars: all intervals so far hold at once; None while unbounded"""
    readable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Engine A against engine B; a difference is a - b, dollars a trade."""

    alpha: float
    a: Sample
    b: Sample
    difference: Decimal | None
    welch: Welch
    bootstrap: tuple[float, float] | None
    """percentile interval of the difference of means, dollars; None when a sample is empty"""
    sequential: Sequential

    @property
    def readable(self) -> bool:
        """Whether there is enough to read anything from it."""
        return self.sequential.readable

    @property
    def reason(self) -> str:
        """Why it may, or may not, be read."""
        return self.sequential.reason


def compare(
    a: Sequence[Decimal], b: Sequence[Decimal], *, alpha: float = ALPHA, resamples: int = RESAMPLES
) -> Comparison:
    """Compare outcomes in dollars. The same outcomes give the same comparison.

    a, b     in the order in which they came; the i-th of each make the i-th pair of the sequential test, and what one
             has more than the other has no part in it
    raises   ValueError unless 0 < alpha < 1
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}, not between 0 and 1")
    sample_a, sample_b = sample(a), sample(b)
    means = sample_a.mean, sample_b.mean
    return Comparison(
        alpha=alpha,
        a=sample_a,
        b=sample_b,
        difference=None if means[0] is None or means[1] is None else means[0] - means[1],
        welch=welch(a, b),
        bootstrap=bootstrap(a, b, alpha=alpha, resamples=resamples),
        sequential=sequential([x - y for x, y in zip(a, b, strict=False)], alpha=alpha),
    )


def sample(outcomes: Sequence[Decimal]) -> Sample:
    """Return the figures of outcomes. A win made more than nothing."""
    n = len(outcomes)
    if n == 0:
        return Sample(0, None, None, None, None, None, None)
    won = [pnl for pnl in outcomes if pnl > 0]
    lost = [pnl for pnl in outcomes if pnl <= 0]
    mean = cents(sum(outcomes, Decimal(0)) / n)
    return Sample(
        n=n,
        mean=mean,
        sd=cents(stdev(outcomes)) if n > 1 else None,
        win_rate=ratio(Decimal(100 * len(won)) / n),
        average_win=cents(sum(won, Decimal(0)) / len(won)) if won else None,
        average_loss=cents(sum(lost, Decimal(0)) / len(lost)) if lost else None,
        expectancy=mean,
    )


def welch(a: Sequence[Decimal], b: Sequence[Decimal]) -> Welch:
    """Return Welch's t-test of equal means.

    source   Welch, The generalization of "Student's" problem when several different population variances are
             involved, Biometrika 34 (1947); degrees of freedom after Satterthwaite
    """
    if min(len(a), len(b)) < 2:
        return Welch(None, None, None, "each engine needs two outcomes or more")
    x, y = _floats(a), _floats(b)
    if _constant(x) and _constant(y):
        return Welch(None, None, None, "the outcomes of each engine are all the same")
    error_x, error_y = float(x.var(ddof=1)) / len(x), float(y.var(ddof=1)) / len(y)
    error = error_x + error_y
    t = float(x.mean() - y.mean()) / math.sqrt(error)
    freedom = error**2 / (error_x**2 / (len(x) - 1) + error_y**2 / (len(y) - 1))
    return Welch(t, freedom, float(2 * stdtr(freedom, -abs(t))), "")


def bootstrap(
    a: Sequence[Decimal], b: Sequence[Decimal], *, alpha: float = ALPHA, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """Return the percentile interval of the difference of means, or None when there is nothing to draw from.

    The draws follow from the outcomes themselves, so the same outcomes have the same interval.

    source   Efron, Better bootstrap confidence intervals, JASA 82 (1987), section 1
    """
    if not a or not b:
        return None
    x, y = _floats(a), _floats(b)
    draws = Generator(PCG64(_seed(x, y)))
    differences = [
        float(x[draws.integers(0, len(x), len(x))].mean() - y[draws.integers(0, len(y), len(y))].mean())
        for _ in range(resamples)
    ]
    low, high = np.quantile(differences, [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


def sequential(differences: Sequence[Decimal], *, alpha: float = ALPHA) -> Sequential:
    """Return the mixture sequential probability ratio test of a mean difference of 0.

    differences  of pairs, in their order

    After n pairs with t = mean / (sd / sqrt(n)) and r = 1 + n x EFFECT_VARIANCE the likelihood ratio, mixed over normal
    standardised differences, with the variance unknown, is

        r^(-1/2) x ((1 + t^2 / (n - 1)) / (1 + t^2 / (r (n - 1))))^(n / 2)

    which under no difference is a test martingale: the chance that it ever passes 1 / alpha is at most alpha (Ville).
    The p-value is the smallest inverse so far; the interval is of all means it does not speak against, and intervals
    so far are intersected. It is exact for normal differences. Where both engines' outcomes follow one law, whichever,
    differences are symmetric, and simulations err less often than alpha; where only the means are equal and differences
    are strongly skewed it errs more often the fewer pairs there are, hence PAIRS_MIN.

    source   Robbins, Statistical methods related to the law of the iterated logarithm (1970); Lai, On confidence
             sequences, Annals of Statistics 4 (1976); Johari, Pekelis, Walsh, Always valid inference (2015); Lindon,
             Ham, Tingley, Bojinov, Anytime-valid linear models (2022), for the unknown variance
    """
    mean = squares = best = 0.0  # running, after Welford; the log of the greatest ratio
    low, high = -math.inf, math.inf
    for n, difference in enumerate(map(float, differences), 1):
        step = difference - mean
        mean += step / n
        squares += step * (difference - mean)
        if n < PAIRS_MIN or squares == 0:
            continue
        r = 1 + n * EFFECT_VARIANCE
        scaled = mean * mean * n / squares  # t^2 / (n - 1)
        best = max(best, n / 2 * math.log((1 + scaled) / (1 + scaled / r)) - math.log(r) / 2)
        # the ratio is 1 / alpha at these means: solved for t
        q = (math.sqrt(r) / alpha) ** (2 / n)
        if q < r:
            reach = math.sqrt((q - 1) / (1 - q / r) * squares / n)
            low, high = max(low, mean - reach), min(high, mean + reach)
    pairs = len(differences)
    if pairs < PAIRS_MIN:
        reason = f"{pairs} of {PAIRS_MIN} pairs that it takes"
    elif squares == 0:
        reason = "the differences are all the same"
    else:
        reason = f"{pairs} pairs; it may be read after each"
    return Sequential(
        pairs=pairs,
        p=math.exp(-best),
        low=low if math.isfinite(low) else None,
        high=high if math.isfinite(high) else None,
        readable=pairs >= PAIRS_MIN and squares > 0,
        reason=reason,
    )


def _floats(values: Sequence[Decimal]) -> npt.NDArray[np.float64]:
    return np.array([float(value) for value in values])


def _constant(values: npt.NDArray[np.float64]) -> bool:
    return bool(values.min() == values.max())


def _seed(*samples: npt.NDArray[np.float64]) -> int:
    digest = hashlib.sha256()
    for values in samples:
        digest.update(len(values).to_bytes(8, "big"))
        digest.update((values + 0.0).astype("<f8").tobytes())  # -0.0 and 0.0 are one number
    return int.from_bytes(digest.digest()[:16], "big")
