"""Engine A and engine B on identical inputs, paired by signal and context: one experiment, or many."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.pairing import Outcome, Pair, Wanted, paired
from agents.stopping import outlook
from api.auth import Asking
from api.comparison import PAIRS_MAX, Results, results
from api.exact_json import Number, exact
from api.pagination import SymbolFilter
from api.pair_figures import PairedFigures, figures_of
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem

router = APIRouter(tags=["experiments"], responses=PROBLEMS)

Agreement = Literal["same_contract", "same_direction", "opposite", "only_a", "only_b", "neither"]
SHOWN_MAX = 200
DIFFERENCES_MAX = 1_000


class WantedRow(BaseModel):
    """What an engine recommended."""

    direction: str
    option_symbol: str
    quantity: int = Field(description="contracts")
    confidence: int | None = Field(description="0 to 100")
    context_hash: str


class PairOutcome(BaseModel):
    """What a trade came to."""

    pnl: Number = Field(description="dollars")
    is_shadow: bool


class PairRow(BaseModel):
    """Both engines on one signal."""

    experiment_id: UUID
    signal_id: UUID
    symbol: str
    created_at: datetime
    is_identical: bool = Field(description="whether both looked at the same context")
    agreement: Agreement
    a: WantedRow | None = Field(description="null: it recommended nothing")
    b: WantedRow | None
    outcome_a: PairOutcome | None = Field(description="null: not closed, if there ever was a trade")
    outcome_b: PairOutcome | None
    difference: Number | None = Field(description="dollars, A - B")


class OutlookRow(BaseModel):
    """Whether the test may be read, and what it still takes."""

    model_config = ConfigDict(from_attributes=True)
    pairs: int = Field(description="complete ones")
    least: int = Field(description="pairs before which nothing may be read from it")
    is_told: bool = Field(description="a difference has been told from chance")
    more: int | None = Field(description="pairs that it takes still if they go on as they have; null: nobody can say")
    says: str = Field(description="all of it in plain English")


class PairedComparison(BaseModel):
    """Engine A against engine B on identical inputs."""

    pairs: int = Field(description="signals that both judged on the same context")
    left_out: int = Field(description="signals on which their contexts differ")
    agreements: dict[Agreement, int]
    verdict: str = Field(description="what may be said of it, in plain English; too early while there is too little")
    results: Results = Field(description="paired outcomes, real and shadow, in dollars; differences are A - B")
    paired: PairedFigures
    outlook: OutlookRow
    differences: list[Number] = Field(
        description=f"A - B of complete pairs in dollars, in their order, the newest {DIFFERENCES_MAX} at most"
    )
    items: list[PairRow] = Field(description=f"newest first, {SHOWN_MAX} at most")


async def rows_of(
    pool: Pool,
    *,
    account_id: str,
    experiment_id: UUID | None = None,
    symbol: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[asyncpg.Record]:
    """Return experiments of an account with what both engines wanted and what came of it, as they were completed.

    A real outcome goes before a shadow one. Tests are left out, unless one experiment is asked for.
    """
    return await fetch(
        pool,
        f"""SELECT e.experiment_id, e.signal_id, e.symbol, e.created_at, greatest(oa.at, ob.at) AS completed_at,
                   {", ".join(f"{side}.wanted AS {side}, o{side}.made AS o{side}" for side in ("a", "b"))}
              FROM experiments AS e
              {"".join(_engine(side) for side in ("a", "b"))}
             WHERE e.account_id = $1 AND ($2::uuid IS NULL AND NOT e.is_test OR e.experiment_id = $2)
               AND ($3::text IS NULL OR e.symbol = $3)
               AND ($4::timestamptz IS NULL OR e.created_at >= $4) AND ($5::timestamptz IS NULL OR e.created_at < $5)
             ORDER BY greatest(oa.at, ob.at) NULLS LAST, e.created_at, e.experiment_id LIMIT {PAIRS_MAX + 1}""",
        account_id,
        experiment_id,
        symbol,
        since,
        until,
    )


def _engine(side: str) -> str:
    return f"""
              LEFT JOIN LATERAL (
                    SELECT jsonb_build_object('direction', direction, 'option_symbol', option_symbol,
                               'quantity', quantity, 'confidence', rationale -> 'confidence',
                               'context_hash', rationale ->> 'context_hash') AS wanted
                      FROM decision_recommendations
                     WHERE experiment_id = e.experiment_id AND engine = '{side.upper()}') AS {side} ON true
              LEFT JOIN LATERAL (
                    SELECT jsonb_build_object('pnl', t.pnl, 'is_shadow', t.is_shadow, 'regime', p.entry_regime) AS made,
                           t.exit_time AS at
                      FROM trade_outcomes AS t LEFT JOIN bias_trade_performance AS p ON p.id = t.outcome_id
                     WHERE t.experiment_id = e.experiment_id AND t.engine = '{side.upper()}'
                     ORDER BY t.is_shadow, t.exit_time, t.outcome_id LIMIT 1) AS o{side} ON true"""


def pair_of(row: asyncpg.Record) -> Pair:
    """Return what a row tells of both engines."""

    def wanted(said: dict[str, Any] | None) -> Wanted | None:
        return None if said is None else Wanted(**{**said, "context_hash": said["context_hash"] or ""})

    def outcome(said: dict[str, Any] | None) -> Outcome | None:
        return None if said is None else Outcome(Decimal(said["pnl"]), said["is_shadow"])

    return Pair(wanted(row["a"]), wanted(row["b"]), outcome(row["oa"]), outcome(row["ob"]))


def answer(rows: list[asyncpg.Record]) -> PairedComparison:
    """Return a comparison as it is answered. Of many pairs it takes a second."""
    pairs = [pair_of(row) for row in rows]
    found = paired(pairs)
    newest = sorted(rows, key=lambda row: (row["created_at"], row["experiment_id"]), reverse=True)[:SHOWN_MAX]
    return PairedComparison(
        pairs=found.pairs,
        left_out=found.left_out,
        agreements=found.agreements,
        verdict=found.verdict,
        results=results(found.comparison, measure="pnl"),
        paired=figures_of(rows, pairs),
        outlook=OutlookRow.model_validate(outlook(found.differences, found=found.comparison.sequential)),
        differences=list(found.differences[-DIFFERENCES_MAX:]),
        items=[_row(row) for row in newest],
    )


def _row(row: asyncpg.Record) -> PairRow:
    pair = pair_of(row)
    return PairRow.model_validate(
        {
            **{name: row[name] for name in ("experiment_id", "signal_id", "symbol", "created_at", "a", "b")},
            "outcome_a": row["oa"],
            "outcome_b": row["ob"],
            "is_identical": pair.is_identical,
            "agreement": pair.agreement,
            "difference": pair.difference,
        }
    )


@router.get(
    "/experiments/compare",
    operation_id="compare_engines",
    summary="Both engines on identical inputs",
    response_model=PairedComparison,
)
async def compare_many(
    asking: Asking,
    request: Request,
    symbol: SymbolFilter = None,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="signals from then on")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="signals before then")] = None,
) -> Response:
    """How far the engines agree on the same contexts, and by how much their outcomes differ, traded and shadow."""
    found = await rows_of(
        request.app.state.pool,
        account_id=asking.account_id,
        symbol=symbol and symbol.upper(),
        since=since,
        until=until,
    )
    if len(found) > PAIRS_MAX:
        raise Problem(422, f"more than {PAIRS_MAX} signals: ask for a shorter time or for one symbol")
    # in a thread: a second of arithmetic would hold up everybody else's answers
    return exact(await asyncio.to_thread(answer, found))


@router.get(
    "/experiments/{experiment_id}/compare",
    operation_id="compare_engines_on_a_signal",
    summary="Both engines on one signal",
    response_model=PairedComparison,
    responses={404: PROBLEMS[401] | {"description": "The account has no such experiment"}},
)
async def compare_one(experiment_id: UUID, asking: Asking, request: Request) -> Response:
    """What both engines recommended on the same context, and what came of each."""
    found = await rows_of(request.app.state.pool, account_id=asking.account_id, experiment_id=experiment_id)
    if not found:
        raise Problem(404, "there is no such experiment")
    return exact(await asyncio.to_thread(answer, found))
