"""Paired differences between the engines: their curves, tests that have a name, and by regime."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from agents.paired_tests import curves, paired_bootstrap, paired_t, sign_test
from agents.pairing import Pair, paired
from agents.significance import PAIRS_MIN
from api.exact_json import Number

POINTS_MAX = 500


class PairedTRow(BaseModel):
    """The paired t-test, two-sided, with a 95 % interval: valid where the number of pairs was settled beforehand."""

    model_config = ConfigDict(from_attributes=True)
    mean: float | None = Field(description="difference a pair, dollars")
    t: float | None
    degrees_of_freedom: int | None
    p: float | None
    low: float | None
    high: float | None
    reason: str = Field(description="why it could not be made")


class SignTestRow(BaseModel):
    """The sign test, exact and two-sided: how often A made more than B."""

    model_config = ConfigDict(from_attributes=True)
    ahead: int
    behind: int
    ties: int
    p: float | None = Field(description="null without a pair that is no tie")


class CurvePairRow(BaseModel):
    """What both engines had made by an instant on the pairs that were complete, dollars."""

    model_config = ConfigDict(from_attributes=True)
    at: datetime
    a: Number
    b: Number
    difference: Number


class RegimeRow(BaseModel):
    """Pairs that were entered in one regime."""

    regime: str
    pairs: int = Field(description="complete ones")
    a: Number = Field(description="what A made of them, dollars")
    b: Number
    mean: float | None = Field(description="difference a pair, dollars")
    low: float | None = Field(description="of the mean: holds however often it is read; null while it is unbounded")
    high: float | None
    verdict: str


class PairedFigures(BaseModel):
    """Differences A - B of pairs on identical inputs of which both outcomes are known."""

    pairs: int = Field(description="complete ones")
    more_pairs_needed: int = Field(description="until anything may be concluded; 0: enough")
    t_test: PairedTRow
    sign_test: SignTestRow
    bootstrap_low: float | None = Field(description="95 % percentile interval of the mean difference")
    bootstrap_high: float | None
    curve: list[CurvePairRow] = Field(description=f"oldest first, about {POINTS_MAX} at most")
    by_regime: list[RegimeRow] = Field(description="at the entry; pairs without one are left out")


def figures_of(rows: Sequence[asyncpg.Record], pairs: Sequence[Pair]) -> PairedFigures:
    """Return the figures of experiments, in the order in which they were completed.

    rows  as `api.pairs.rows_of` gives them; pairs  what each of them says
    """
    complete = [
        (row, pair, pair.outcome_a.pnl, pair.outcome_b.pnl)
        for row, pair in zip(rows, pairs, strict=True)
        if pair.is_identical and pair.outcome_a is not None and pair.outcome_b is not None
    ]
    differences = [a - b for _, _, a, b in complete]
    seed = ",".join(str(row["experiment_id"]) for row, *_ in complete)
    low, high = paired_bootstrap(differences, seed=seed) or (None, None)
    made = [(row["completed_at"], a, b) for row, _, a, b in complete]
    regimes: dict[str, list[Pair]] = {}
    for row, pair, *_ in complete:
        regime = row["oa"]["regime"] or row["ob"]["regime"]
        if regime is not None:
            regimes.setdefault(regime, []).append(pair)
    return PairedFigures(
        pairs=len(complete),
        more_pairs_needed=max(0, PAIRS_MIN - len(complete)),
        t_test=PairedTRow.model_validate(paired_t(differences)),
        sign_test=SignTestRow.model_validate(sign_test(differences)),
        bootstrap_low=low,
        bootstrap_high=high,
        curve=[CurvePairRow.model_validate(point) for point in curves(made, most=POINTS_MAX)],
        by_regime=[_regime(regime, regimes[regime]) for regime in sorted(regimes)],
    )


def _regime(regime: str, pairs: Sequence[Pair]) -> RegimeRow:
    found = paired(pairs)
    tested = found.comparison.sequential
    both = [(a.pnl, b.pnl) for pair in pairs if (a := pair.outcome_a) and (b := pair.outcome_b)]
    return RegimeRow(
        regime=regime,
        pairs=len(pairs),
        a=sum((a for a, _ in both), Decimal(0)),
        b=sum((b for _, b in both), Decimal(0)),
        mean=paired_t(found.differences).mean,
        low=tested.low,
        high=tested.high,
        verdict=found.verdict,
    )
