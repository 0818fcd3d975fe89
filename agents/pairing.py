"""Two engines on identical inputs: what each wanted on the same context, and what came of both."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agents.significance import ALPHA, Comparison, compare

Agreement = Literal["same_contract", "same_direction", "opposite", "only_a", "only_b", "neither"]
AGREEMENTS: tuple[Agreement, ...] = ("same_contract", "same_direction", "opposite", "only_a", "only_b", "neither")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an engine recommended, and the hash of the context that it recommended it on."""

    direction: str
    option_symbol: str
    quantity: int
    context_hash: str
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trade came to, dollars; a shadow's is what it would have come to."""

    pnl: Decimal
    is_shadow: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Both engines on one signal. None: it recommended nothing, or its trade is not closed, if there ever was one."""

    a: Wanted | None
    b: Wanted | None
    outcome_a: Outcome | None = None
    outcome_b: Outcome | None = None

    @property
    def is_identical(self) -> bool:
        """Whether both looked at the same context; where one recommended nothing nobody can say otherwise."""
        return self.a is None or self.b is None or self.a.context_hash == self.b.context_hash

    @property
    def agreement(self) -> Agreement:
        """How far they agree."""
        if self.a is None or self.b is None:
            return "neither" if self.a is self.b else "only_b" if self.a is None else "only_a"
        if self.a.direction != self.b.direction:
            return "opposite"
        return "same_contract" if self.a.option_symbol == self.b.option_symbol else "same_direction"

    @property
    def difference(self) -> Decimal | None:
        """What A made less what B made, dollars; None unless both are known."""
        if self.outcome_a is None or self.outcome_b is None:
            return None
        return self.outcome_a.pnl - self.outcome_b.pnl


@dataclass(frozen=True, slots=True)
class Paired:
    """Engine A against engine B over pairs on identical inputs."""

    pairs: int
    left_out: int
    """pairs whose contexts differ: they say nothing of the engines"""
    agreements: dict[Agreement, int]
    differences: tuple[Decimal, ...]
    comparison: Comparison
    verdict: str
    """what may be said of it, in plain English"""


def paired(pairs: Iterable[Pair], *, alpha: float = ALPHA) -> Paired:
    """Compare engines over pairs, in the order in which they were completed; raises ValueError unless 0 < alpha < 1."""
    known = list(pairs)
    identical = [pair for pair in known if pair.is_identical]
    counts = Counter(pair.agreement for pair in identical)
    complete = [(a.pnl, b.pnl) for pair in identical if (a := pair.outcome_a) and (b := pair.outcome_b)]
    comparison = compare([a for a, _ in complete], [b for _, b in complete], alpha=alpha)
    return Paired(
        pairs=len(identical),
        left_out=len(known) - len(identical),
        agreements={name: counts[name] for name in AGREEMENTS},
        differences=tuple(a - b for a, b in complete),
        comparison=comparison,
        verdict=_verdict(comparison, complete),
    )


def _verdict(comparison: Comparison, complete: Sequence[tuple[Decimal, Decimal]]) -> str:
    found = comparison.sequential
    if not complete:
        return "too early: no pair of outcomes is complete"
    if not found.readable:
        return f"too early: {found.reason}"
    if found.low is not None and found.low > 0:
        return f"engine A makes more a trade, by ${found.low:.2f} or more"
    if found.high is not None and found.high < 0:
        return f"engine B makes more a trade, by ${-found.high:.2f} or more"
    return f"no difference can be told from chance after {found.pairs} pairs"
