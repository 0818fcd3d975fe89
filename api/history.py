"""What is over: closed positions, from Postgres."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime
from starlette.responses import Response

from api.auth import Asking
from api.orders import STORED, PositionRow
from api.pagination import START, Asked, Cursor, Page, SymbolFilter, paged
from api.past import COLUMNS as FACT_COLUMNS
from api.past import facts
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from api.shadows import Since, Until
from schemas.orders import TradeClosed
from sinks.tables.positions import exit_codes
from streams.topics import FILLS, TRADES

router = APIRouter(tags=["history"], responses=PROBLEMS)

COLUMNS = ", ".join(STORED)
OF_THE_MOMENT = {
    name: field.get_default(call_default_factory=False)
    for name, field in PositionRow.model_fields.items()
    if name not in STORED
}
"""What only a position that is held has."""
Row: TypeAlias = dict[str, Any]
"""The fields of a PositionRow."""


async def closed_positions(
    pool: Pool,
    *,
    account_id: str,
    symbol: str | None,
    after: Cursor,
    limit: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Row]:
    """Return at most `limit` closed positions of an account, the one closed last first, from after a cursor."""
    rows = await fetch(
        pool,
        f"""SELECT {COLUMNS} FROM refactored_positions
             WHERE account_id = $1 AND status = 'closed' AND ($2::text IS NULL OR symbol = $2)
               AND exit_timestamp IS NOT NULL AND (exit_timestamp, position_id) < ($3, $4)
               AND ($6::timestamptz IS NULL OR exit_timestamp >= $6)
               AND ($7::timestamptz IS NULL OR exit_timestamp < $7)
             ORDER BY exit_timestamp DESC, position_id DESC LIMIT $5""",
        account_id,
        symbol,
        after.at,
        after.id,
        limit,
        since,
        until,
    )
    # as stored: to make models of rows, and rows of them again, would be a quarter of the answer's work
    return [{**row, **OF_THE_MOMENT} for row in rows]


async def closed_then(
    pool: Pool,
    *,
    account_id: str,
    symbol: str | None,
    after: Cursor,
    limit: int,
    since: datetime | None,
    until: datetime | None,
    known_at: datetime,
) -> list[Row]:
    """Like `closed_positions`, as the log told it by a moment: the newest outcome of each that was over then.

    A position that an execution opened again after its outcome was not over, until the next one.
    """
    told = await facts(
        pool,
        f"""WITH outcome AS (
                SELECT DISTINCT ON (position_id) * FROM event_log
                 WHERE account_id = $1 AND topic = '{TRADES.name}' AND position_id IS NOT NULL AND known_at <= $8
                   AND ($2::text IS NULL OR symbol = $2)
                 ORDER BY position_id, known_at DESC, "offset" DESC)
            SELECT {FACT_COLUMNS} FROM outcome
             WHERE (occurred_at, position_id::uuid) < ($3, $4)
               AND ($6::timestamptz IS NULL OR occurred_at >= $6) AND ($7::timestamptz IS NULL OR occurred_at < $7)
               AND NOT EXISTS (SELECT FROM event_log AS fill
                                WHERE fill.position_id = outcome.position_id AND fill.topic = '{FILLS.name}'
                                  AND fill.known_at <= $8 AND fill.occurred_at > outcome.occurred_at)
             ORDER BY occurred_at DESC, position_id::uuid DESC LIMIT $5""",
        account_id,
        symbol,
        after.at,
        after.id,
        limit,
        since,
        until,
        known_at,
    )
    return [closed_position(fact.event).model_dump() for fact in told if isinstance(fact.event, TradeClosed)]


def closed_position(trade: TradeClosed) -> PositionRow:
    """Return a closed position as its outcome tells it."""
    fields = trade.model_dump(include=set(PositionRow.model_fields))
    entry = trade.entry
    return PositionRow.model_validate(
        fields
        | {
            "initial_quantity": trade.quantity,
            "current_price": trade.exit_price,
            "unrealized_pnl": Decimal("0.00"),
            "position_pnl_percent": trade.pnl_percent,
            "status": "closed",
            "exit_codes": exit_codes(trade),
            "entry_bias_score": entry.bias_score,
            "entry_regime_type": entry.regime_type,
            "entry_mode_hint": entry.mode_hint,
            "entry_macro_class": entry.macro_class,
            "entry_acceleration_state_strength_delta": entry.acceleration_state_strength_delta,
        }
    )


def _cursor(row: Row) -> Cursor:
    return Cursor(row["exit_timestamp"] or START.at, row["position_id"])


@router.get(
    "/history/positions",
    operation_id="list_closed_positions",
    summary="Closed positions",
    response_model=Page[PositionRow],
)
async def positions(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    since: Since = None,
    until: Until = None,
    known_at: Annotated[AwareDatetime | None, Query(description="as it was known then; now, when left out")] = None,
) -> Response:
    """Closed positions with what they made, the one closed last first; `since` and `until` are of the closing."""
    wanted: dict[str, Any] = {
        "account_id": asking.account_id,
        "symbol": symbol and symbol.upper(),
        "after": asked.after,
        "limit": asked.limit + 1,
        "since": since,
        "until": until,
    }
    pool = request.app.state.pool
    if known_at is None:
        found = await closed_positions(pool, **wanted)
    else:
        found = await closed_then(pool, **wanted, known_at=known_at)
    return paged(found, asked, _cursor)
