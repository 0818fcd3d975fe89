"""Do paired differences lie on one side by more than chance? Beside the sequential test, what a trader knows by name.

They are valid where the number of pairs was settled beforehand; read after each pair, they err too often
(`agents.significance.sequential` does not).
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from numpy.random import PCG64, Generator
from scipy.special import bdtr, stdtr, stdtrit

from agents.significance import ALPHA, RESAMPLES


@dataclass(frozen=True, slots=True)
class PairedT:
    """Student's t-test of a mean difference of 0, two-sided; all None with the reason when it cannot be made."""

    mean: float | None
    t: float | None
    degrees_of_freedom: int | None
    p: float | None
    low: float | None
    high: float | None
    """interval of the mean difference, dollars"""
    reason: str


@dataclass(frozen=True, slots=True)
class SignTest:
    """How often one side was ahead: exact, two-sided; ties say nothing."""

    ahead: int
    behind: int
    ties: int
    p: float | None
    """None without a pair that is no tie"""


@dataclass(frozen=True, slots=True)
class CurvePair:
    """What both sides had made by an instant, dollars."""

    at: datetime
    a: Decimal
    b: Decimal
    difference: Decimal


def paired_t(differences: Sequence[Decimal], *, alpha: float = ALPHA) -> PairedT:
    """Return the paired t-test of differences, with the interval that has 1 - alpha.

    source   Student, The probable error of a mean, Biometrika 6 (1908)
    """
    values = np.array([float(value) for value in differences])
    n = len(values)
    if n < 2:
        return PairedT(
            float(values[0]) if n else None, None, None, None, None, None, f"{n} of the 2 pairs that it takes"
        )
    mean = float(values.mean())
    if values.min() == values.max():
        return PairedT(mean, None, None, None, None, None, "the differences are all the same")
    error = float(values.std(ddof=1)) / math.sqrt(n)
    reach = float(stdtrit(n - 1, 1 - alpha / 2)) * error
    p = float(2 * stdtr(n - 1, -abs(mean / error)))
    return PairedT(mean, mean / error, n - 1, p, mean - reach, mean + reach, "")


def sign_test(differences: Iterable[Decimal]) -> SignTest:
    """Return the sign test of differences.

    source   Arbuthnot, An argument for divine providence, Philosophical Transactions 27 (1710); Conover, Practical
             Nonparametric Statistics, section 3.4
    """
    known = list(differences)
    ahead, behind = sum(value > 0 for value in known), sum(value < 0 for value in known)
    n = ahead + behind
    p = min(1.0, 2 * float(bdtr(min(ahead, behind), n, 0.5))) if n else None
    return SignTest(ahead, behind, len(known) - n, p)


def paired_bootstrap(
    differences: Sequence[Decimal], *, seed: str, alpha: float = ALPHA, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """Return the percentile interval of the mean difference, or None without any.

    seed     what the draws follow from: the same one, and the same differences, give the same interval
    source   Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7 (1979)
    """
    if not differences:
        return None
    values = np.array([float(value) for value in differences])
    draws = Generator(PCG64(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16], "big")))
    # one draw at a time: all at once would take the pairs times the draws in memory
    means = [float(values[draws.integers(0, len(values), len(values))].mean()) for _ in range(resamples)]
    low, high = np.quantile(means, [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


def curves(made: Sequence[tuple[datetime, Decimal, Decimal]], *, most: int) -> list[CurvePair]:
    """Return what both sides had made after each pair, of many pairs every so many; the last one always.

    made  (when the pair was complete, dollars of a, dollars of b), oldest first
    """
    found: list[CurvePair] = []
    a = b = Decimal(0)
    every = -(-len(made) // most) if made else 1
    for place, (at, of_a, of_b) in enumerate(made, 1):
        a, b = a + of_a, b + of_b
        if place % every == 0 or place == len(made):
            found.append(CurvePair(at, a, b, a - b))
    return found
