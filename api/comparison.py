"""Engine A against engine B: do their outcomes on the same signals differ by more than chance?"""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.significance import Comparison, compare
from api.auth import Asking
from api.exact_json import Number, exact
from api.pagination import SymbolFilter
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem
from api.shadows import Since, Until

router = APIRouter(tags=["experiments"], responses=PROBLEMS)

PAIRS_MAX = 20_000
"""Pairs that are compared at once: it takes about a second."""

Measure = Literal["pnl", "pnl_percent"]


class SampleFigures(BaseModel):
    """One engine's outcomes; null where there are too few."""

    model_config = ConfigDict(from_attributes=True)
    n: int
    mean: Number | None
    sd: Number | None = Field(description="standard deviation of a sample")
    win_rate: Number | None = Field(description="percent")
    average_win: Number | None
    average_loss: Number | None
    expectancy: Number | None


class WelchTest(BaseModel):
    """Welch's t-test of equal means, two-sided: valid where the number of pairs was settled beforehand."""

    model_config = ConfigDict(from_attributes=True)
    t: float | None
    degrees_of_freedom: float | None
    p: float | None
    reason: str = Field(description="why it could not be made")


class SequentialTest(BaseModel):
    """The test that may be read at any time, however often: p stays valid, and all intervals hold at once."""

    model_config = ConfigDict(from_attributes=True)
    pairs: int
    p: float
    low: float | None = Field(description="of the mean difference; null while it is unbounded")
    high: float | None
    readable: bool
    reason: str


class Results(BaseModel):
    """Engine A against engine B, on experiments in which the trades of both are closed; differences are A - B."""

    measure: Measure = Field(description="pnl: dollars a trade; pnl_percent: of the cost, whatever the quantity")
    alpha: float
    a: SampleFigures
    b: SampleFigures
    difference: Number | None
    welch: WelchTest
    bootstrap_low: float | None = Field(description="percentile interval of the difference of means")
    bootstrap_high: float | None
    sequential: SequentialTest
    readable: bool = Field(description="whether there is enough to conclude from")
    reason: str


async def pairs(
    pool: Pool,
    *,
    account_id: str,
    measure: Measure,
    symbol: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[tuple[Decimal, Decimal]]:
    """Return at most `limit` outcomes of engines A and B on the same experiments, in the order of their completion.

    An experiment is complete when both trades are closed; a real outcome goes before a shadow one. Tests are left out.
    """
    rows = await fetch(
        pool,
        f"""WITH outcome AS (
                SELECT DISTINCT ON (experiment_id, engine) experiment_id, engine, {measure} AS made, exit_time
                  FROM trade_outcomes
                 WHERE account_id = $1 AND NOT is_test AND ($2::text IS NULL OR symbol = $2)
                 ORDER BY experiment_id, engine, is_shadow, exit_time, outcome_id)
            SELECT a.made AS a, b.made AS b
              FROM outcome AS a JOIN outcome AS b USING (experiment_id)
             WHERE a.engine = 'A' AND b.engine = 'B'
               AND ($3::timestamptz IS NULL OR greatest(a.exit_time, b.exit_time) >= $3)
               AND ($4::timestamptz IS NULL OR greatest(a.exit_time, b.exit_time) < $4)
             ORDER BY greatest(a.exit_time, b.exit_time), experiment_id LIMIT $5""",
        account_id,
        symbol,
        since,
        until,
        limit,
    )
    return [(row["a"], row["b"]) for row in rows]


def results(found: Comparison, *, measure: Measure) -> Results:
    """Return a comparison as it is answered."""
    low, high = found.bootstrap or (None, None)
    return Results(
        measure=measure,
        alpha=found.alpha,
        a=SampleFigures.model_validate(found.a),
        b=SampleFigures.model_validate(found.b),
        difference=found.difference,
        welch=WelchTest.model_validate(found.welch),
        bootstrap_low=low,
        bootstrap_high=high,
        sequential=SequentialTest.model_validate(found.sequential),
        readable=found.readable,
        reason=found.reason,
    )


@router.get(
    "/experiments/results", operation_id="get_results", summary="Engine A against engine B", response_model=Results
)
async def experiment_results(
    asking: Asking,
    request: Request,
    symbol: SymbolFilter = None,
    since: Since = None,
    until: Until = None,
    measure: Annotated[Measure, Query()] = "pnl",
    alpha: Annotated[float, Query(ge=0.0001, le=0.5, description="chance of seeing a difference where none is")] = 0.05,
) -> Response:
    """Whether the outcomes of the engines, real and shadow, differ by more than chance on the same signals."""
    found = await pairs(
        request.app.state.pool,
        account_id=asking.account_id,
        measure=measure,
        symbol=symbol and symbol.upper(),
        since=since,
        until=until,
        limit=PAIRS_MAX + 1,
    )
    if len(found) > PAIRS_MAX:
        raise Problem(422, f"more than {PAIRS_MAX} pairs: ask for a shorter time or for one symbol")
    # in a thread: a second of arithmetic would hold up everybody else's answers
    compared = await asyncio.to_thread(compare, [a for a, _ in found], [b for _, b in found], alpha=alpha)
    return exact(results(compared, measure=measure))
