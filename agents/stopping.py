"""How many more pairs it takes until the sequential test tells two engines apart, if they go on as they have."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev

from agents.significance import ALPHA, EFFECT_VARIANCE, PAIRS_MIN, Sequential, sequential

PAIRS_FORESEEN = 100_000
"""A difference that would take more pairs than these is none that a trader could live on."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether a test may be read, and what it still takes."""

    pairs: int
    least: int
    """pairs before which it may not be read"""
    is_told: bool
    """a difference has been told from chance"""
    more: int | None
    """pairs that it takes still, if they go on as they have; None: nobody can say, or more than PAIRS_FORESEEN"""
    says: str
    """all of it in plain English"""


def pairs_needed(effect: float, *, alpha: float = ALPHA) -> int | None:
    """Return after how many pairs the test tells a mean difference from 0, or None above PAIRS_FORESEEN.

    effect  the mean difference in standard deviations of a difference; it is held to stay what it is
    """
    if effect == 0 or not _tells(effect, PAIRS_FORESEEN, alpha=alpha):
        return None
    low, high = PAIRS_MIN - 1, PAIRS_FORESEEN
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _tells(effect, middle, alpha=alpha) else (middle, high)
    return high


def outlook(differences: Sequence[Decimal], *, alpha: float = ALPHA, found: Sequential | None = None) -> Outlook:
    """Return what may be read from differences so far, and how many more it takes.

    found  the test of these differences, where it has been made already
    """
    found = found or sequential(differences, alpha=alpha)
    n = len(differences)
    is_told = found.readable and ((found.low or 0) > 0 or (found.high or 0) < 0)
    missing = max(0, PAIRS_MIN - n)
    values = [float(difference) for difference in differences]
    spread = stdev(values) if n > 1 else 0.0
    needed = pairs_needed(fmean(values) / spread, alpha=alpha) if spread > 0 else None
    if is_told:
        return Outlook(n, PAIRS_MIN, True, 0, f"enough: after {n} pairs the difference is more than chance")
    if missing:
        more = max(missing, needed - n) if needed is not None and n >= PAIRS_MIN // 2 else None
        says = f"too early: {missing} more of the {PAIRS_MIN} pairs that it takes before anything can be read"
        return Outlook(n, PAIRS_MIN, False, more, says)
    if needed is None:
        return Outlook(n, PAIRS_MIN, False, None, f"no end in sight: {_why(spread)}")
    more = max(1, needed - n)
    return Outlook(n, PAIRS_MIN, False, more, f"not yet: about {more} more pairs, if they go on as they have")


def _why(spread: float) -> str:
    if spread == 0:
        return "the differences are all the same"
    return f"the engines lie so close together that {PAIRS_FORESEEN} pairs would not tell them apart"


def _tells(effect: float, n: int, *, alpha: float) -> bool:
    """Return whether the test's ratio passes 1 / alpha at the n-th pair (`agents.significance.sequential`)."""
    r = 1 + n * EFFECT_VARIANCE
    scaled = effect * effect * n / (n - 1)
    return n / 2 * math.log((1 + scaled) / (1 + scaled / r)) - math.log(r) / 2 >= math.log(1 / alpha)
