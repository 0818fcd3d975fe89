"""What is working, filled and held: orders and positions from the live view, fills from Postgres."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.exits_ahead import Side, Takes, exits_ahead
from api.auth import Asking
from api.exact_json import Number, exact
from api.live_view import LiveView, Mark
from api.pagination import Asked, Cursor, Page, SymbolFilter, cut, window_of
from api.past import AsOf, positions_then
from api.pool import Pool, fetch
from api.problems import PROBLEMS
from schemas.event import from_micros
from schemas.money import to_usd
from schemas.orders import OrderPlaced, OrderStatus
from schemas.positions import Position

router = APIRouter(tags=["orders"], responses=PROBLEMS)


class OrderRow(BaseModel):
    """An order, as the columns of `orders`."""

    order_id: UUID
    client_order_id: str
    account_id: str
    signal_id: UUID | None
    position_id: UUID
    symbol: str = Field(description="underlying")
    option_symbol: str
    strike: Number
    expiration: date
    type: Literal["call", "put"]
    direction: Literal["long", "short"]
    side: Literal["buy_to_open", "sell_to_close"]
    quantity: int = Field(description="contracts")
    limit_price: Number
    order_type: Literal["paper", "live"]
    status: OrderStatus
    failure_reason: str | None = None
    remaining_quantity: int = Field(
        default=0, description="contracts the position keeps once a closing order has filled"
    )
    exit_reason: str | None = None
    exit_codes: list[str] = Field(default=[], description="what exactly called for the exit")
    trigger_price: Number | None = None
    engine: str | None
    experiment_id: UUID | None
    is_test: bool
    expires_at: datetime | None
    filled_at: datetime | None = None
    created_at: datetime


class FillRow(BaseModel):
    """A fill, as the columns of `trades`."""

    trade_id: UUID
    order_id: UUID
    account_id: str
    position_id: UUID
    signal_id: UUID
    symbol: str
    option_symbol: str
    side: Literal["buy_to_open", "sell_to_close"]
    fill_price: Number
    fill_quantity: int = Field(description="contracts")
    fill_timestamp: datetime
    commission: Number
    exit_reason: str | None = None
    engine: str | None
    experiment_id: UUID | None
    is_test: bool
    created_at: datetime


class ExitRow(BaseModel):
    """A mark of the contract at which a position is reduced or closed, or its stop moves."""

    model_config = ConfigDict(from_attributes=True)
    reason: str = Field(description="of the exit; trail: the stop begins to follow the mark, or follows it further")
    side: Side
    price: Number = Field(description="of the contract, dollars a share")
    takes: Takes
    pnl_percent: Number = Field(description="the gain there, of the entry price")
    distance: Number | None = Field(description="from the mark to it, dollars a share; null without a mark")
    distance_percent: Number | None = Field(description="of the mark")


class PositionRow(BaseModel):
    """A position, as the columns of `refactored_positions`; open and closing ones with their newest mark."""

    position_id: UUID
    account_id: str
    signal_id: UUID
    symbol: str
    option_symbol: str
    strike: Number
    expiration: date
    type: Literal["call", "put"]
    direction: Literal["long", "short"]
    quantity: int = Field(description="contracts held; of a closed position, those it was opened with")
    initial_quantity: int | None = Field(default=None, description="contracts it was opened with")
    entry_order_id: UUID
    exit_order_id: UUID | None = None
    entry_price: Number
    exit_price: Number | None = None
    current_price: Number | None = Field(default=None, description="newest mark; null when none is known")
    unrealized_pnl: Number | None = Field(default=None, description="dollars, of the contracts held")
    realized_pnl: Number | None = Field(default=None, description="dollars, of the contracts sold so far")
    position_pnl_percent: Number | None = Field(default=None, description="of the entry price")
    pnl_r: Number | None = Field(default=None, description="realized_pnl over one percent of the cost")
    status: Literal["open", "closing", "closed"]
    entry_timestamp: datetime
    exit_timestamp: datetime | None = None
    exit_reason: str | None = None
    exit_codes: list[str] = Field(default=[], description="every reason it was reduced or closed for")
    engine: str | None
    experiment_id: UUID | None
    is_test: bool
    entry_bias_score: Number | None = None
    entry_regime_type: str | None = None
    entry_mode_hint: str | None = None
    entry_macro_class: str | None = None
    entry_acceleration_state_strength_delta: Number | None = None
    marked_at: datetime | None = Field(default=None, description="the time of the mark, on the tape")
    exits: list[ExitRow] = Field(
        default=[], description="levels it is armed with now, lowest first; empty of the past, and while it is closing"
    )
    due_at: datetime | None = Field(default=None, description="when a time rule closes it")
    due_reason: str | None = None


STORED = tuple(name for name in PositionRow.model_fields if name not in ("marked_at", "exits", "due_at", "due_reason"))
"""The fields of a position that are columns; the others are of this moment."""


def live_view(request: Request) -> LiveView:
    """Return the app's live view; raises Problem 503 until it has caught up."""
    view = request.app.state.live.view
    assert isinstance(view, LiveView)
    return view


def working_order(order: OrderPlaced) -> OrderRow:
    """Return an order that is not filled yet."""
    fields = order.model_dump(include=set(OrderRow.model_fields))
    return OrderRow.model_validate(
        fields | {"order_id": order.event_id, "status": "pending_execution", "created_at": order.occurred_at}
    )


def held_position(position: Position, mark: Mark | None, *, is_past: bool = False) -> PositionRow:
    """Return a position at a mark.

    is_past  of a moment that is over, whose armed levels nobody knows any more
    """
    fields = position.model_dump(include=set(STORED))
    entry = position.entry
    fields |= {
        "initial_quantity": position.bought,
        "entry_bias_score": entry.bias_score,
        "entry_regime_type": entry.regime_type,
        "entry_mode_hint": entry.mode_hint,
        "entry_macro_class": entry.macro_class,
        "entry_acceleration_state_strength_delta": entry.acceleration_state_strength_delta,
    }
    if mark is not None:
        price = to_usd(mark.price)
        fields |= {
            "current_price": price,
            "unrealized_pnl": position.unrealized_pnl(price),
            "position_pnl_percent": position.pnl_percent(price),
            "marked_at": from_micros(mark.at),
        }
    if not is_past:
        at_mark = None if mark is None else to_usd(mark.price)
        fields |= {"exits": exits_ahead(position, mark=at_mark)}
        if position.status == "open":
            fields |= {"due_at": position.due_at, "due_reason": position.due_reason}
    return PositionRow.model_validate(fields)


def held_positions(view: LiveView, account_id: str) -> list[PositionRow]:
    """Return an account's open and closing positions at their newest marks."""
    return [held_position(position, view.mark(position.option_symbol)) for position in view.positions(account_id)]


async def fills(pool: Pool, *, account_id: str, symbol: str | None, after: Cursor, limit: int) -> list[FillRow]:
    """Return at most `limit` fills of an account, newest first, from after a cursor."""
    rows = await fetch(
        pool,
        f"""SELECT {", ".join(FillRow.model_fields)} FROM trades
             WHERE account_id = $1 AND ($2::text IS NULL OR symbol = $2) AND (fill_timestamp, trade_id) < ($3, $4)
             ORDER BY fill_timestamp DESC, trade_id DESC LIMIT $5""",
        account_id,
        symbol,
        after.at,
        after.id,
        limit,
    )
    return [FillRow.model_validate(dict(row)) for row in rows]


@router.get(
    "/orders/active", operation_id="list_active_orders", summary="Working orders", response_model=Page[OrderRow]
)
async def active(asking: Asking, asked: Asked, request: Request, symbol: SymbolFilter = None) -> Response:
    """Orders that are not filled yet, newest first, from the live view."""
    found = [
        working_order(order)
        for order in live_view(request).working(asking.account_id)
        if symbol is None or order.symbol == symbol.upper()
    ]
    items, cursor = window_of(found, window=asked, cursor_of=lambda row: Cursor(row.created_at, row.order_id))
    return exact(Page[OrderRow](items=list(items), next_cursor=cursor))


@router.get("/orders/trades", operation_id="list_fills", summary="Fills", response_model=Page[FillRow])
async def trades(asking: Asking, asked: Asked, request: Request, symbol: SymbolFilter = None) -> Response:
    """Fills, newest first, from the history."""
    found = await fills(
        request.app.state.pool,
        account_id=asking.account_id,
        symbol=symbol and symbol.upper(),
        after=asked.after,
        limit=asked.limit + 1,
    )
    items, cursor = cut(found, limit=asked.limit, cursor_of=lambda row: Cursor(row.fill_timestamp, row.trade_id))
    return exact(Page[FillRow](items=list(items), next_cursor=cursor))


@router.get(
    "/orders/positions", operation_id="list_open_positions", summary="Open positions", response_model=Page[PositionRow]
)
async def positions(
    asking: Asking, asked: Asked, request: Request, symbol: SymbolFilter = None, as_of: AsOf = None
) -> Response:
    """Open and closing positions, newest first: at their newest marks from the live view, or as of a moment, without.

    Of the past the log knows every fill, and no prices: the tape is not in it.
    """
    if as_of is None:
        held = held_positions(live_view(request), asking.account_id)
    else:
        past = await positions_then(request.app.state.pool, account_id=asking.account_id, at=as_of)
        held = [held_position(position, None, is_past=True) for position in past]
    found = [row for row in held if symbol is None or row.symbol == symbol.upper()]
    items, cursor = window_of(found, window=asked, cursor_of=lambda row: Cursor(row.entry_timestamp, row.position_id))
    return exact(Page[PositionRow](items=list(items), next_cursor=cursor))
