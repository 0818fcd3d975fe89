"""Why a signal was traded, or why not: the provenance of its decision."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from agents.engine_b.evaluate import META
from agents.engine_b.meta import WEIGHTS
from agents.ladder import unreached
from agents.margins import Comparison
from agents.why import EngineSaid, Explanation, Weighed, explained, said_of
from api.auth import Asking
from api.exact_json import Number, exact
from api.pool import Pool, fetch
from api.problems import PROBLEMS, Problem
from schemas.decisions import DecisionMade

router = APIRouter(tags=["signals"], responses=PROBLEMS)


class GateWeighed(BaseModel):
    """What one gate said, and how far it was from its bound."""

    gate: str
    verdict: Literal["pass", "reduce", "block"]
    engine: str | None = Field(description="the engine that was asked; null: both, or the account")
    code: str | None
    inputs: dict[str, str]
    limit: str | None
    value: Number | None = Field(description="what it held against its bound; null where that is not a number")
    comparison: Comparison | None
    bound: Number | None
    margin: Number | None = Field(description="what there was to spare; below zero: what was lacking, or too much")
    unit: str | None
    says: str = Field(description="a few words for a person")


class GateUnreached(BaseModel):
    """A gate that was not asked, as something before it had stopped the signal."""

    gate: str
    engine: str | None = Field(description="whose chain it belongs to; null: the account's")


class EngineView(BaseModel):
    """What an engine wanted on the same context."""

    engine: str
    trades: bool = Field(description="whether the policy lets it trade; otherwise it shadows")
    wants_trade: bool
    is_other: bool = Field(description="whether alone it would have come to something else than what was done")
    difference: str = Field(description="what it would have done; empty where it is what was done")
    recommendation: dict[str, Any] | None
    blocked_by: list[GateWeighed]


class AgentSaid(BaseModel):
    """An agent's words."""

    engine: str | None
    agent_name: str
    agent_type: str
    bias: str
    confidence: int
    weight: int | None = Field(
        description="what its confidence is multiplied by in engine B's vote, hundredths; null: no part"
    )
    reasons: list[str]
    block: bool
    metadata: dict[str, Any]


class Inputs(BaseModel):
    """What the decision was made of."""

    context_hash: str | None = Field(description="SHA-256, hex, of the context that both engines were given")
    enriched_at: datetime | None
    read_positions: dict[str, int] = Field(
        description="newest offset that had been read when the signal was judged, by topic, on the signal's partition"
    )
    partition: int | None = Field(description="the signal's; what is read of an underlying is on the same one")


class LoggedAt(BaseModel):
    """A message about the signal, and its place on Kafka."""

    kind: str
    event_id: str
    topic: str
    partition: int
    offset: int
    occurred_at: datetime
    known_at: datetime = Field(description="Kafka's time of it")


class Related(BaseModel):
    """What belongs to the signal, by id."""

    decision_id: UUID | None
    proposal_id: UUID | None
    experiment_id: UUID | None
    order_ids: list[UUID]
    position_ids: list[UUID]
    shadow_trade_ids: list[UUID]


class Why(BaseModel):
    """The provenance of a decision, traded or not."""

    signal_id: UUID
    status: Literal["pending", "approved", "rejected"]
    summary: str = Field(description="one sentence")
    deciding: list[GateWeighed] = Field(description="gates that blocked, the one that gave the reason first")
    gates: list[GateWeighed] = Field(description="in the order in which they were asked")
    shadow_gates: list[GateWeighed] = Field(description="what the engine that does not trade met")
    unreached: list[GateUnreached] = Field(description="not asked: of engines that held, then the account")
    engines: list[EngineView]
    agents: list[AgentSaid]
    inputs: Inputs
    messages: list[LoggedAt] = Field(description="in the order in which they became known")
    related: Related


async def provenance(pool: Pool, *, account_id: str, signal_id: UUID) -> Why | None:
    """Return why an account's signal ended as it did, or None when the account has no such signal."""
    known = (account_id, signal_id)
    signals = await fetch(pool, "SELECT status FROM signals WHERE account_id = $1 AND signal_id = $2", *known)
    if not signals:
        return None
    decisions, enriched, outputs, orders, shadows, messages = await asyncio.gather(
        fetch(pool, "SELECT * FROM decisions WHERE account_id = $1 AND signal_id = $2", *known),
        fetch(
            pool,
            """SELECT context_hash, processed_at, read_positions FROM refactored_signals
                WHERE account_id = $1 AND signal_id = $2 ORDER BY processed_at DESC LIMIT 1""",
            *known,
        ),
        fetch(
            pool,
            f"""SELECT {", ".join(name for name in AgentSaid.model_fields if name != "weight")} FROM agent_decisions
                 WHERE account_id = $1 AND signal_id = $2 ORDER BY engine, created_at, agent_name""",
            *known,
        ),
        fetch(
            pool,
            """SELECT order_id, position_id FROM orders WHERE account_id = $1 AND signal_id = $2
                ORDER BY created_at, order_id""",
            *known,
        ),
        fetch(
            pool,
            """SELECT shadow_trade_id, position_id FROM shadow_trades WHERE account_id = $1 AND signal_id = $2
                ORDER BY created_at, shadow_trade_id""",
            *known,
        ),
        _messages(pool, account_id, signal_id),
    )
    decision = decision_of(decisions[0]) if decisions else None
    explanation = None if decision is None else explained(decision)
    return Why(
        signal_id=signal_id,
        status="pending" if decision is None else decision.status,
        summary="Not decided yet." if explanation is None else explanation.summary,
        **_weighed(explanation),
        unreached=[] if decision is None else [GateUnreached(**asdict(item)) for item in unreached(decision)],
        agents=[AgentSaid.model_validate({**row, "weight": _weight(row)}) for row in outputs],
        inputs=_inputs(enriched, messages),
        messages=messages,
        related=_related(decision, orders, shadows),
    )


def decision_of(row: asyncpg.Record) -> DecisionMade:
    """Return the decision that a row was made of."""
    fields = {name: value for name, value in dict(row).items() if name in DecisionMade.model_fields}
    ids = ("signal_id", "proposal_id", "order_id")
    fields |= {name: None if row[name] is None else str(row[name]) for name in ids}
    fields["order_ids"] = [str(order_id) for order_id in row["order_ids"]]
    return DecisionMade.model_validate(
        {**fields, "event_id": str(row["decision_id"]), "occurred_at": row["created_at"]}
    )


async def _messages(pool: Pool, account_id: str, signal_id: UUID) -> list[LoggedAt]:
    """What the log has of a signal: itself, what was said of it, its decision, its orders and shadow trades."""
    rows = await fetch(
        pool,
        """SELECT kind, event_id, topic, "partition", "offset", occurred_at, known_at FROM event_log
            WHERE account_id = $1 AND event_id IN (
                  SELECT $2::uuid::text
                  UNION SELECT update_id::text FROM signal_updates WHERE signal_id = $2
                  UNION SELECT decision_id::text FROM decisions WHERE signal_id = $2
                  UNION SELECT proposal_id::text FROM decisions WHERE signal_id = $2
                  UNION SELECT order_id::text FROM orders WHERE signal_id = $2
                  UNION SELECT shadow_trade_id::text FROM shadow_trades WHERE signal_id = $2)
            ORDER BY known_at, topic, "partition", "offset" """,
        account_id,
        signal_id,
    )
    return [LoggedAt.model_validate(dict(row)) for row in rows]


def _weighed(explanation: Explanation | None) -> dict[str, Any]:
    if explanation is None:
        return {"deciding": [], "gates": [], "shadow_gates": [], "engines": []}
    return {
        "deciding": [gate_weighed(item) for item in explanation.deciding],
        "gates": [gate_weighed(item) for item in explanation.gates],
        "shadow_gates": [gate_weighed(item) for item in explanation.shadow_gates],
        "engines": [_engine(said) for said in explanation.engines],
    }


def gate_weighed(item: Weighed) -> GateWeighed:
    """Return a gate as it is answered."""
    gate, margin = item.gate, item.margin
    return GateWeighed(
        gate=gate.gate,
        verdict=gate.verdict,
        engine=gate.engine,
        code=gate.code,
        inputs=gate.inputs,
        limit=gate.limit,
        value=None if margin is None else margin.value,
        comparison=None if margin is None else margin.comparison,
        bound=None if margin is None else margin.bound,
        margin=None if margin is None else margin.margin,
        unit=None if margin is None else margin.unit,
        says=said_of(item),
    )


def _weight(row: asyncpg.Record) -> int | None:
    """The weight of an agent's vote; engine A has none to weigh, and the meta decision is what they come to."""
    votes = row["engine"] == "B" and row["agent_name"] != META
    return WEIGHTS.get(row["agent_type"]) if votes else None


def _engine(said: EngineSaid) -> EngineView:
    return EngineView(
        engine=said.engine,
        trades=said.trades,
        wants_trade=said.wants_trade,
        is_other=said.is_other,
        difference=said.difference,
        recommendation=None if said.recommendation is None else said.recommendation.model_dump(),
        blocked_by=[gate_weighed(item) for item in said.blocked_by],
    )


def _inputs(enriched: Sequence[asyncpg.Record], messages: Sequence[LoggedAt]) -> Inputs:
    found = enriched[0] if enriched else None
    return Inputs(
        context_hash=None if found is None else found["context_hash"],
        enriched_at=None if found is None else found["processed_at"],
        read_positions={} if found is None else found["read_positions"],
        partition=next((item.partition for item in messages if item.kind == "SignalReceived"), None),
    )


def _related(
    decision: DecisionMade | None, orders: Sequence[asyncpg.Record], shadows: Sequence[asyncpg.Record]
) -> Related:
    return Related(
        decision_id=None if decision is None else UUID(decision.event_id),
        proposal_id=None if decision is None else UUID(decision.proposal_id),
        experiment_id=None if decision is None else UUID(decision.experiment.experiment_id),
        order_ids=[row["order_id"] for row in orders],
        position_ids=[row["position_id"] for row in orders],
        shadow_trade_ids=[row["shadow_trade_id"] for row in shadows],
    )


@router.get(
    "/signals/{signal_id}/why",
    operation_id="explain_signal",
    summary="Why a signal was traded, or not",
    response_model=Why,
    responses={404: PROBLEMS[401] | {"description": "The account has no such signal"}},
)
async def why(signal_id: UUID, asking: Asking, request: Request) -> Response:
    """Every gate with what it saw, what it needed and how far off it was; what engines wanted; what it was made of."""
    found = await provenance(request.app.state.pool, account_id=asking.account_id, signal_id=signal_id)
    if found is None:
        raise Problem(404, "there is no such signal")
    return exact(found)
