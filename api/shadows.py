"""What the engine that does not trade would have traded, and what became of it."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import Number, exact
from api.live import Live
from api.pagination import Asked, Cursor, Page, SymbolFilter, cut, paged
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from schemas.event import from_micros
from schemas.money import to_usd

router = APIRouter(tags=["results"], responses=PROBLEMS)


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from error


InUtc = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant that Postgres can be asked with."""
Since = Annotated[InUtc | None, Query(description="from then on")]
Until = Annotated[InUtc | None, Query(description="before then")]
Agent = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,50}$", description="an agent's name")]


class ShadowTradeRow(BaseModel):
    """What the engine that does not trade would have traded, as the columns of `shadow_trades`."""

    shadow_trade_id: UUID
    account_id: str
    experiment_id: UUID
    signal_id: UUID
    position_id: UUID
    symbol: str = Field(description="underlying")
    option_symbol: str
    strike: Number
    expiration: date
    type: Literal["call", "put"]
    direction: Literal["long", "short"]
    quantity: int = Field(description="contracts")
    entry_price: Number = Field(description="at the time of the recommendation")
    entry_timestamp: datetime
    engine: str
    contributing_agents: list[str]
    meta_confidence: int | None = Field(description="0 to 100")
    dealer_decision: dict[str, Any] | None
    expires_at: datetime | None
    is_test: bool
    created_at: datetime


class ShadowPositionRow(BaseModel):
    """A shadow position, as the columns of `shadow_positions`; open ones at their newest mark."""

    shadow_position_id: UUID
    shadow_trade_id: UUID
    account_id: str
    signal_id: UUID
    symbol: str = Field(description="underlying")
    option_symbol: str
    strike: Number
    expiration: date
    type: Literal["call", "put"]
    direction: Literal["long", "short"]
    quantity: int = Field(description="contracts held; of a closed position, those it was opened with")
    initial_quantity: int = Field(description="contracts it was opened with")
    entry_price: Number
    exit_price: Number | None
    current_price: Number | None
    unrealized_pnl: Number | None = Field(description="dollars, of the contracts held")
    realized_pnl: Number | None = Field(description="dollars, of the contracts sold so far")
    position_pnl_percent: Number | None = Field(description="of the entry price")
    pnl_r: Number | None
    status: Literal["open", "closing", "closed"]
    entry_timestamp: datetime
    exit_timestamp: datetime | None
    exit_reason: str | None
    exit_codes: list[str]
    engine: str
    experiment_id: UUID
    is_test: bool
    entry_bias_score: Number | None
    entry_regime_type: str | None
    entry_mode_hint: str | None
    entry_macro_class: str | None
    entry_acceleration_state_strength_delta: Number | None
    marked_at: datetime | None = Field(default=None, description="the time of the mark, on the tape")


async def shadow_trades(
    pool: Pool,
    *,
    account_id: str,
    symbol: str | None,
    agent: str | None,
    since: datetime | None,
    until: datetime | None,
    after: Cursor,
    limit: int,
) -> list[ShadowTradeRow]:
    """Return at most `limit` shadow trades of an account, newest first, from after a cursor."""
    rows = await fetch(
        pool,
        f"""SELECT {", ".join(ShadowTradeRow.model_fields)} FROM shadow_trades
             WHERE account_id = $1 AND ($2::text IS NULL OR symbol = $2)
               AND ($3::text IS NULL OR contributing_agents ? $3)
               AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at < $5)
               AND (created_at, shadow_trade_id) < ($6, $7)
             ORDER BY created_at DESC, shadow_trade_id DESC LIMIT $8""",
        account_id,
        symbol,
        agent,
        since,
        until,
        after.at,
        after.id,
        limit,
    )
    return [ShadowTradeRow.model_validate(dict(row)) for row in rows]


async def shadow_positions(
    pool: Pool, *, account_id: str, symbol: str | None, status: str | None, after: Cursor, limit: int
) -> list[ShadowPositionRow]:
    """Return at most `limit` shadow positions of an account, newest first, from after a cursor."""
    columns = ", ".join(name for name in ShadowPositionRow.model_fields if name != "marked_at")
    rows = await fetch(
        pool,
        f"""SELECT {columns} FROM shadow_positions
             WHERE account_id = $1 AND ($2::text IS NULL OR symbol = $2) AND ($3::text IS NULL OR status = $3)
               AND (entry_timestamp, shadow_position_id) < ($4, $5)
             ORDER BY entry_timestamp DESC, shadow_position_id DESC LIMIT $6""",
        account_id,
        symbol,
        status,
        after.at,
        after.id,
        limit,
    )
    return [ShadowPositionRow.model_validate(dict(row)) for row in rows]


def at_newest_marks(rows: list[ShadowPositionRow], live: Live, account_id: str) -> list[ShadowPositionRow]:
    """Return positions with those that are open at their newest marks, where the live view knows them."""
    if live.trouble is not None:
        return rows
    held = {UUID(position.position_id): position for position in live.view.positions(account_id, is_shadow=True)}
    marked = []
    for row in rows:
        position, mark = held.get(row.shadow_position_id), live.view.mark(row.option_symbol)
        if row.status == "closed" or position is None or mark is None:
            marked.append(row)
            continue
        price = to_usd(mark.price)
        news = {
            "quantity": position.quantity,
            "realized_pnl": position.realized_pnl,
            "current_price": price,
            "unrealized_pnl": position.unrealized_pnl(price),
            "position_pnl_percent": position.pnl_percent(price),
            "marked_at": from_micros(mark.at),
        }
        marked.append(row.model_copy(update=news))
    return marked


@router.get(
    "/shadow-trades", operation_id="list_shadow_trades", summary="Shadow trades", response_model=Page[ShadowTradeRow]
)
async def list_shadow_trades(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    agent: Agent = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """What the engine that does not trade would have traded, and on whose words, newest first."""
    found = await shadow_trades(
        request.app.state.pool,
        account_id=asking.account_id,
        symbol=symbol and symbol.upper(),
        agent=agent,
        since=since,
        until=until,
        after=asked.after,
        limit=asked.limit + 1,
    )
    return paged(found, asked, lambda row: Cursor(row.created_at, row.shadow_trade_id))


@router.get(
    "/shadow-positions",
    operation_id="list_shadow_positions",
    summary="Shadow positions",
    response_model=Page[ShadowPositionRow],
)
async def list_shadow_positions(
    asking: Asking,
    asked: Asked,
    request: Request,
    symbol: SymbolFilter = None,
    status: Annotated[Literal["open", "closing", "closed"] | None, Query()] = None,
) -> Response:
    """What became of shadow trades, newest first; open ones at their newest marks."""
    state = request.app.state
    found = await shadow_positions(
        state.pool,
        account_id=asking.account_id,
        symbol=symbol and symbol.upper(),
        status=status,
        after=asked.after,
        limit=asked.limit + 1,
    )
    items, cursor = cut(
        found, limit=asked.limit, cursor_of=lambda row: Cursor(row.entry_timestamp, row.shadow_position_id)
    )
    marked = at_newest_marks(list(items), state.live, asking.account_id)
    return exact(Page[ShadowPositionRow](items=marked, next_cursor=cursor))
