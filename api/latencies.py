"""How long the platform took: from the webhook to the decision and the fill, and from the tick to the exit."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents import latencies
from api.auth import Asking
from api.exact_json import Number, exact
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from streams.topics import DECISIONS, FILLS, ORDERS, SIGNALS

router = APIRouter(tags=["health"], responses=PROBLEMS)

SPANS_MAX = 10_000
"""The newest, of each kind."""

Span = Literal["webhook", "signal_to_decision", "signal_to_fill", "tick_to_exit", "exit_to_fill"]

_SPAN: dict[str, Any] = {
    "span": "signal_to_decision",
    "reason": "",
    "count": 12,
    "p50": 14,
    "p95": 31,
    "p99": 40,
    "longest": 40,
    "bins": [{"low": 10, "high": 20, "count": 9}, {"low": 20, "high": 50, "count": 3}],
}


class BinOfLatencies(BaseModel):
    """Spans of `low` or more and less than `high`, milliseconds."""

    model_config = ConfigDict(from_attributes=True)
    low: Number
    high: Number | None = Field(description="null: no end")
    count: int


class Spans(BaseModel):
    """How long something took, milliseconds; null without any."""

    model_config = ConfigDict(from_attributes=True)
    count: int = Field(description=f"the newest {SPANS_MAX} at most")
    p50: Number | None
    p95: Number | None
    p99: Number | None
    longest: Number | None
    bins: list[BinOfLatencies] = Field(description="1, 2, 5, 10 and so on, from the first to the last not empty")


class SpanRow(Spans):
    """A span by its name."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SPAN]})

    span: Span
    reason: str = Field(description="why it cannot be measured; empty where it can")


class LatenciesAnswer(BaseModel):
    """How long things took in the caller's account; tests on the paper exchange among them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"hours": 24, "items": [_SPAN]}]})

    hours: int
    items: list[SpanRow] = Field(
        description="webhook: answering a call; signal_to_decision and signal_to_fill: from the signal's place on "
        "Kafka to the other's; tick_to_exit: from the time of the tick that called for it to the order on Kafka; "
        "exit_to_fill: from there to its first fill, which waits for a quote"
    )


def _between(first: str, then: str) -> str:
    return f"greatest(0, extract(epoch FROM {then} - {first}) * 1000)::numeric(18, 3) AS ms"


_SIGNAL = f"""JOIN event_log AS s ON s.event_id = own.signal_id::text AND s.topic = '{SIGNALS.name}'"""
_QUERIES: dict[Span, str] = {
    "webhook": """SELECT processing_time_ms::numeric AS ms FROM webhook_events
                   WHERE account_id = $1 AND created_at > $2 AND processing_time_ms IS NOT NULL
                   ORDER BY created_at DESC LIMIT $3""",
    "signal_to_decision": f"""
        SELECT {_between("s.known_at", "told.known_at")}
          FROM event_log AS told JOIN decisions AS own ON own.decision_id = told.event_id::uuid {_SIGNAL}
         WHERE told.account_id = $1 AND told.known_at > $2 AND told.topic = '{DECISIONS.name}'
         ORDER BY told.known_at DESC LIMIT $3""",
    "signal_to_fill": f"""
        SELECT ms FROM (
            SELECT DISTINCT ON (own.signal_id) told.known_at, {_between("s.known_at", "told.known_at")}
              FROM event_log AS told JOIN trades AS own ON own.trade_id = told.event_id::uuid {_SIGNAL}
             WHERE told.account_id = $1 AND told.known_at > $2 AND told.topic = '{FILLS.name}'
               AND own.side = 'buy_to_open' AND own.fill_quantity > 0
             ORDER BY own.signal_id, told.known_at) AS first
         ORDER BY known_at DESC LIMIT $3""",
    "tick_to_exit": f"""
        SELECT {_between("told.occurred_at", "told.known_at")}
          FROM event_log AS told JOIN orders AS own ON own.order_id = told.event_id::uuid
         WHERE told.account_id = $1 AND told.known_at > $2 AND told.topic = '{ORDERS.name}'
           AND own.side = 'sell_to_close' AND own.step = 0 AND own.exit_reason <> 'manual'
         ORDER BY told.known_at DESC LIMIT $3""",
    "exit_to_fill": f"""
        SELECT ms FROM (
            SELECT DISTINCT ON (own.order_id) told.known_at, {_between("placed.known_at", "told.known_at")}
              FROM event_log AS told JOIN trades AS own ON own.trade_id = told.event_id::uuid
              JOIN event_log AS placed ON placed.event_id = own.order_id::text AND placed.topic = '{ORDERS.name}'
             WHERE told.account_id = $1 AND told.known_at > $2 AND told.topic = '{FILLS.name}'
               AND own.side = 'sell_to_close' AND own.fill_quantity > 0
             ORDER BY own.order_id, told.known_at) AS first
         ORDER BY known_at DESC LIMIT $3""",
}


async def spans(pool: Pool, span: Span, *, account_id: str, since: datetime) -> list[Decimal]:
    """Return the newest spans of a kind, milliseconds. Kafka's times are to the millisecond."""
    return [row["ms"] for row in await fetch(pool, _QUERIES[span], account_id, since, SPANS_MAX)]


def _told(span: Span, found: list[Decimal], reason: str = "") -> SpanRow:
    known = Spans.model_validate(latencies.latencies(found))
    return SpanRow(span=span, reason=reason, **known.model_dump())


@router.get(
    "/monitoring/latencies",
    operation_id="get_latencies",
    summary="How long things took",
    response_model=LatenciesAnswer,
)
async def told(
    asking: Asking, request: Request, hours: Annotated[int, Query(ge=1, le=168, description="back from now")] = 24
) -> Response:
    """Webhook to decision and fill, tick to exit, and exit to fill, as percentiles and histograms."""
    state = request.app.state
    span = timedelta(hours=hours)
    wall = datetime.now(UTC) - span
    # calls are dated by the platform's clock, messages by Kafka's
    since: dict[Span, datetime] = dict.fromkeys(_QUERIES, wall) | {"webhook": state.intake.clock.now() - span}
    reasons: dict[Span, str] = {}
    if state.settings.server.clock == "tape":
        reasons["tick_to_exit"] = "the tape is not of this moment: its ticks have other times than Kafka"
    wanted = [name for name in _QUERIES if name not in reasons]
    found = await asyncio.gather(
        *(spans(state.pool, name, account_id=asking.account_id, since=since[name]) for name in wanted)
    )
    known = dict(zip(wanted, found, strict=True))
    return exact(
        LatenciesAnswer(
            hours=hours, items=[_told(name, known.get(name, []), reasons.get(name, "")) for name in _QUERIES]
        )
    )
