"""A signal, and everything that followed from one: the answer to "why was there no trade?"."""

import asyncio
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import Number, exact
from api.history import COLUMNS as POSITION_COLUMNS
from api.live import Live
from api.orders import FillRow, OrderRow, PositionRow, held_positions
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem

router = APIRouter(tags=["signals"], responses=PROBLEMS)

Status = Literal["pending", "approved", "rejected"]
Row = TypeVar("Row", bound=BaseModel)


class SignalRow(BaseModel):
    """A signal, as the columns of `signals`."""

    signal_id: UUID
    account_id: str
    symbol: str
    direction: Literal["long", "short"]
    timeframe: str
    timestamp: datetime = Field(description="when the alert says it fired")
    price: Number | None
    confidence: Number | None
    sequence_number: int | None
    status: Status
    rejection_reason: str | None = Field(description="the code that stopped it")
    processed: bool
    queued_at: datetime | None = Field(description="since when it waits, or has waited")
    queued_until: datetime | None
    queue_reason: str | None
    processing_attempts: int = Field(description="times it was tried again")
    next_retry_at: datetime | None
    experiment_id: UUID | None
    signal_hash: str | None
    is_test: bool
    test_session_id: str | None
    test_scenario: str | None
    created_at: datetime


class SignalDetail(SignalRow):
    """A signal with what was sent, secrets removed."""

    raw_payload: Any = Field(default=None, description="the alert as it was sent, without secrets")


class EnrichmentRow(BaseModel):
    """What was known when the signal was judged."""

    refactored_signal_id: UUID
    enriched_data: Any = Field(description="the context that both engines judged")
    context_hash: str
    processed_at: datetime


class AgentOutputRow(BaseModel):
    """What an agent said."""

    decision_id: UUID
    experiment_id: UUID
    engine: str | None
    agent_name: str
    agent_type: str
    bias: str
    confidence: int
    reasons: list[str]
    block: bool
    metadata: dict[str, Any]
    context_hash: str
    created_at: datetime


class Gate(BaseModel):
    """What one gate said."""

    gate: str
    verdict: Literal["pass", "reduce", "block"]
    inputs: dict[str, str] = Field(default_factory=dict)
    limit: str | None = None
    code: str | None = None
    detail: str = ""
    engine: str | None = Field(default=None, description="the engine that was asked; null: both, or the account")


class DecisionRow(BaseModel):
    """How the signal ended: each gate with its inputs and its limit, and the codes that stopped it."""

    decision_id: UUID
    proposal_id: UUID
    status: Literal["approved", "rejected"]
    rejection_reason: str | None
    codes: list[str]
    gates: list[Gate]
    recommendation: dict[str, Any] | None
    recommendations: list[dict[str, Any]] = Field(description="of every engine that made one")
    shadow_gates: list[Gate] = Field(description="what the engine that does not trade met")
    experiment: dict[str, Any]
    policy: dict[str, Any]
    context_hash: str
    order_id: UUID | None
    order_ids: list[UUID] = Field(description="of every engine that trades, the leading one first")
    created_at: datetime


class Lineage(BaseModel):
    """A signal and all that followed, each part as far as it has come."""

    signal: SignalDetail
    enrichment: EnrichmentRow | None
    agent_outputs: list[AgentOutputRow]
    decision: DecisionRow | None
    orders: list[OrderRow]
    fills: list[FillRow]
    positions: list[PositionRow]


async def lineage(pool: Pool, live: Live, *, account_id: str, signal_id: UUID) -> Lineage | None:
    """Return everything about an account's signal, or None when the account has no such signal."""
    found = await _of_signal(pool, SignalDetail, "signals", account_id, signal_id)
    if not found:
        return None
    enrichments, outputs, decisions, orders, fills, positions = await asyncio.gather(
        _of_signal(pool, EnrichmentRow, "refactored_signals", account_id, signal_id),
        _of_signal(pool, AgentOutputRow, "agent_decisions", account_id, signal_id, order="created_at, agent_name"),
        _of_signal(pool, DecisionRow, "decisions", account_id, signal_id),
        _orders(pool, account_id, signal_id),
        _of_signal(pool, FillRow, "trades", account_id, signal_id, order="fill_timestamp, trade_id"),
        _positions(pool, account_id, signal_id),
    )
    return Lineage(
        signal=found[0],
        enrichment=next(iter(enrichments), None),
        agent_outputs=outputs,
        decision=next(iter(decisions), None),
        orders=orders,
        fills=fills,
        positions=_newest_of(positions, live, account_id, signal_id),
    )


def _columns(model: type[BaseModel]) -> str:
    return ", ".join(model.model_fields)


async def _of_signal(
    pool: Pool,
    model: type[Row],
    table: str,
    account_id: str,
    signal_id: UUID,
    *,
    order: str = "signal_id",
) -> list[Row]:
    query = f"SELECT {_columns(model)} FROM {table} WHERE account_id = $1 AND signal_id = $2 ORDER BY {order}"
    return [model.model_validate(dict(row)) for row in await fetch(pool, query, account_id, signal_id)]


async def _orders(pool: Pool, account_id: str, signal_id: UUID) -> list[OrderRow]:
    # an order that closes is known by its position: the seed's column names no signal there
    rows = await fetch(
        pool,
        f"""SELECT {_columns(OrderRow)} FROM orders
             WHERE account_id = $1 AND (signal_id = $2 OR position_id IN (
                 SELECT position_id FROM refactored_positions WHERE account_id = $1 AND signal_id = $2))
             ORDER BY created_at, order_id""",
        account_id,
        signal_id,
    )
    return [OrderRow.model_validate(dict(row)) for row in rows]


async def _positions(pool: Pool, account_id: str, signal_id: UUID) -> list[PositionRow]:
    rows = await fetch(
        pool,
        f"SELECT {POSITION_COLUMNS} FROM refactored_positions WHERE account_id = $1 AND signal_id = $2"
        " ORDER BY entry_timestamp, position_id",
        account_id,
        signal_id,
    )
    return [PositionRow.model_validate(dict(row)) for row in rows]


def _newest_of(stored: list[PositionRow], live: Live, account_id: str, signal_id: UUID) -> list[PositionRow]:
    """Closed positions as the history has them; open ones as the live view, where it knows them."""
    held = {}
    if live.trouble is None:
        rows = held_positions(live.view, account_id)
        held = {row.position_id: row for row in rows if row.signal_id == signal_id}
    closed_or_unseen = [row for row in stored if row.status == "closed" or row.position_id not in held]
    told = {row.position_id for row in closed_or_unseen}
    return closed_or_unseen + [row for row in held.values() if row.position_id not in told]


@router.get(
    "/signals/{signal_id}",
    operation_id="get_signal",
    summary="A signal and all that followed",
    response_model=Lineage,
    responses={404: PROBLEMS[401] | {"description": "The account has no such signal"}},
)
async def signal(signal_id: UUID, asking: Asking, request: Request) -> Response:
    """The signal, its enrichment, what agents said, the decision gate by gate, orders, fills and positions."""
    state = request.app.state
    found = await lineage(state.pool, state.live, account_id=asking.account_id, signal_id=signal_id)
    if found is None:
        raise Problem(404, "there is no such signal")
    return exact(found)
