"""The live broker: what it said last of the account, and what comparisons with it found."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.auth import Asking, Trading
from api.exact_json import Number, exact
from api.pagination import Asked, Cursor, Page, paged
from api.pool import fetch, transaction
from api.problems import PROBLEMS, Problem
from schemas.reconciliation import Difference
from sinks.audit import record
from sinks.intents import CHANNEL
from streams.settings import Settings

router = APIRouter(tags=["broker"], responses=PROBLEMS)

# one statement: who hears of it finds it there
_ASK = """
    WITH asked AS (
        INSERT INTO reconciliation_requests (request_id, account_id, requested_by, requested_at)
        VALUES ($1, $2, $3, $4) RETURNING account_id
    )
    SELECT pg_notify($5, account_id) FROM asked
"""


class ReconciliationRow(BaseModel):
    """A comparison of the broker with the books."""

    reconciliation_id: UUID
    account_id: str
    cause: Literal["start", "period", "gap", "bust", "manual"]
    orders: int = Field(description="compared")
    positions: int = Field(description="contracts compared; 0 also while the stages are behind")
    differences: list[Difference]
    paused: list[str] = Field(description="underlyings in which nothing is opened until the two sides agree")
    created_at: datetime


class BrokerRow(BaseModel):
    """What the broker says of the account, in dollars."""

    account_id: str
    cash: Number
    equity: Number
    buying_power: Number
    options_buying_power: Number
    day_trades: int = Field(description="within five sessions, as the broker counts them")
    is_pattern_day_trader: bool
    is_blocked: bool
    cash_difference: Number = Field(description="the broker's cash less the account's, booked as an adjustment")
    created_at: datetime


class ReconciliationAsked(BaseModel):
    """A comparison that is on its way: it will be listed under this id."""

    reconciliation_id: UUID


@router.get(
    "/reconciliations",
    operation_id="list_reconciliations",
    summary="Comparisons with the broker",
    response_model=Page[ReconciliationRow],
)
async def listed(asking: Asking, asked: Asked, request: Request) -> Response:
    """Comparisons with the broker, newest first; of those made every so often, the ones that found differences."""
    rows = await fetch(
        request.app.state.pool,
        f"""SELECT {", ".join(ReconciliationRow.model_fields)} FROM reconciliations
             WHERE account_id = $1 AND (created_at, reconciliation_id) < ($2, $3)
             ORDER BY created_at DESC, reconciliation_id DESC LIMIT $4""",
        asking.account_id,
        asked.after.at,
        asked.after.id,
        asked.limit + 1,
    )
    found = [ReconciliationRow.model_validate(dict(row)) for row in rows]
    return paged(found, asked, lambda row: Cursor(row.created_at, row.reconciliation_id))


@router.post(
    "/reconciliations",
    operation_id="ask_for_reconciliation",
    summary="Compare with the broker now",
    status_code=202,
    response_model=ReconciliationAsked,
    responses={409: PROBLEMS[401] | {"description": "Conflict"}},
)
async def ask(asking: Trading, request: Request) -> Response:
    """Ask the executor to compare now. It does so once it runs, also when it does not at the moment."""
    settings: Settings = request.app.state.settings
    if not settings.trades_at_broker:
        raise Problem(409, "the account's orders go to no broker: there is nothing to compare")
    request_id = uuid4()
    now = request.app.state.clock.now()
    async with transaction(request.app.state.pool) as connection:
        await connection.execute(_ASK, request_id, asking.account_id, asking.username, now, CHANNEL)
        await record(
            connection,
            actor=asking.username,
            account_id=asking.account_id,
            action="ask_for_reconciliation",
            target=str(request_id),
            detail={},
        )
    answer = exact(ReconciliationAsked(reconciliation_id=request_id))
    answer.status_code = 202
    return answer


@router.get(
    "/brokers/{account_id}", operation_id="get_broker", summary="The account at its broker", response_model=BrokerRow
)
async def broker(account_id: str, asking: Asking, request: Request) -> Response:
    """What the broker said last of the account."""
    if account_id != asking.account_id:
        raise Problem(404, "no such account")
    rows = await fetch(
        request.app.state.pool,
        f"""SELECT {", ".join(BrokerRow.model_fields)} FROM broker_reports
             WHERE account_id = $1 ORDER BY created_at DESC, report_id LIMIT 1""",
        account_id,
    )
    if not rows:
        raise Problem(404, "no broker has said anything of this account yet")
    return exact(BrokerRow.model_validate(dict(rows[0])))
