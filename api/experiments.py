"""Experiments: which engine a signal went to, what each recommended, and what came of it."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import Number, exact
from api.pagination import Asked, Cursor, Page, SymbolFilter, paged
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem
from api.shadows import Since, Until

router = APIRouter(tags=["experiments"], responses=PROBLEMS)

Row = TypeVar("Row", bound=BaseModel)


class ExperimentRow(BaseModel):
    """Which engine a signal was assigned to, as the columns of `experiments`."""

    experiment_id: UUID
    signal_id: UUID
    account_id: str
    symbol: str
    timeframe: str
    variant: Literal["A", "B"]
    assignment_hash: str
    bucket: Number = Field(description="0 to 1, from the hash's first eight digits")
    split_percentage: int = Field(description="percent of signals that go to engine B")
    policy_version: str
    is_test: bool
    created_at: datetime


class PolicyRow(BaseModel):
    """Which engines trade and which one shadows."""

    policy_id: UUID
    execution_mode: str
    executed_engine: str | None
    executed_engines: list[str]
    shadow_engine: str | None
    shares: dict[str, int] = Field(description="percent of the capital, by engine")
    reason: str
    policy_version: str
    created_at: datetime


class RecommendationRow(BaseModel):
    """What an engine would trade, and why."""

    engine: str
    direction: str
    option_symbol: str
    quantity: int = Field(description="contracts")
    entry_price: Number
    is_shadow: bool
    rationale: dict[str, Any]


class OutcomeRow(BaseModel):
    """What a trade of the experiment came to, as the columns of `trade_outcomes`."""

    outcome_id: UUID
    engine: str
    trade_id: UUID = Field(description="the order that opened it, or the shadow trade")
    position_id: UUID
    quantity: int = Field(description="contracts")
    entry_price: Number
    exit_price: Number
    pnl: Number = Field(description="dollars")
    pnl_percent: Number
    pnl_r: Number
    exit_reason: str
    exit_codes: list[str]
    partial_exits: int
    entry_time: datetime
    exit_time: datetime
    duration_minutes: int
    is_shadow: bool


class ExperimentDetail(BaseModel):
    """An experiment and all that followed, each part as far as it has come."""

    experiment: ExperimentRow
    policy: PolicyRow | None
    recommendations: list[RecommendationRow] = Field(description="by engine")
    outcomes: list[OutcomeRow] = Field(description="real and shadow, by engine")


async def experiments(
    pool: Pool,
    *,
    account_id: str,
    symbol: str | None,
    variant: str | None,
    since: datetime | None,
    until: datetime | None,
    after: Cursor,
    limit: int,
) -> list[ExperimentRow]:
    """Return at most `limit` experiments of an account, newest first, from after a cursor."""
    rows = await fetch(
        pool,
        f"""SELECT {", ".join(ExperimentRow.model_fields)} FROM experiments
             WHERE account_id = $1 AND ($2::text IS NULL OR symbol = $2) AND ($3::text IS NULL OR variant = $3)
               AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at < $5)
               AND (created_at, experiment_id) < ($6, $7)
             ORDER BY created_at DESC, experiment_id DESC LIMIT $8""",
        account_id,
        symbol,
        variant,
        since,
        until,
        after.at,
        after.id,
        limit,
    )
    return [ExperimentRow.model_validate(dict(row)) for row in rows]


async def detail(pool: Pool, *, account_id: str, experiment_id: UUID) -> ExperimentDetail | None:
    """Return an account's experiment and what followed, or None when the account has no such experiment."""
    found = await fetch(
        pool,
        f"SELECT {', '.join(ExperimentRow.model_fields)} FROM experiments WHERE account_id = $1 AND experiment_id = $2",
        account_id,
        experiment_id,
    )
    if not found:
        return None
    policies, recommendations, outcomes = await asyncio.gather(
        _of(pool, PolicyRow, "execution_policies", experiment_id, order="created_at, policy_id"),
        _of(pool, RecommendationRow, "decision_recommendations", experiment_id, order="engine"),
        _of(pool, OutcomeRow, "trade_outcomes", experiment_id, order="engine, is_shadow, exit_time"),
    )
    return ExperimentDetail(
        experiment=ExperimentRow.model_validate(dict(found[0])),
        policy=next(iter(policies), None),
        recommendations=recommendations,
        outcomes=outcomes,
    )


async def _of(pool: Pool, model: type[Row], table: str, experiment_id: UUID, *, order: str) -> list[Row]:
    columns = ", ".join(model.model_fields)
    rows = await fetch(pool, f"SELECT {columns} FROM {table} WHERE experiment_id = $1 ORDER BY {order}", experiment_id)
    return [model.model_validate(dict(row)) for row in rows]


@router.get("/experiments", operation_id="list_experiments", summary="Experiments", response_model=Page[ExperimentRow])
async def list_experiments(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    variant: Annotated[Literal["A", "B"] | None, Query()] = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Which engine each signal went to, newest first."""
    found = await experiments(
        request.app.state.pool,
        account_id=asking.account_id,
        symbol=symbol and symbol.upper(),
        variant=variant,
        since=since,
        until=until,
        after=asked.after,
        limit=asked.limit + 1,
    )
    return paged(found, asked, lambda row: Cursor(row.created_at, row.experiment_id))


@router.get(
    "/experiments/{experiment_id}",
    operation_id="get_experiment",
    summary="An experiment and all that followed",
    response_model=ExperimentDetail,
    responses={404: PROBLEMS[401] | {"description": "The account has no such experiment"}},
)
async def experiment(experiment_id: UUID, asking: Asking, request: Request) -> Response:
    """The assignment, the policy, what each engine recommended, and what its trade came to."""
    found = await detail(request.app.state.pool, account_id=asking.account_id, experiment_id=experiment_id)
    if found is None:
        raise Problem(404, "there is no such experiment")
    return exact(found)
