"""What is over: closed positions, from Postgres."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import Asking
from api.exact_json import exact
from api.orders import PositionRow
from api.pagination import START, Asked, Cursor, Page, SymbolFilter, cut
from api.pool import Pool, fetch
from api.problems import PROBLEMS

router = APIRouter(tags=["history"], responses=PROBLEMS)

COLUMNS = ", ".join(name for name in PositionRow.model_fields if name != "marked_at")


async def closed_positions(
    pool: Pool, *, account_id: str, symbol: str | None, after: Cursor, limit: int
) -> list[PositionRow]:
    """Return at most `limit` closed positions of an account, the one closed last first, from after a cursor."""
    rows = await fetch(
        pool,
        f"""SELECT {COLUMNS} FROM refactored_positions
             WHERE account_id = $1 AND status = 'closed' AND ($2::text IS NULL OR symbol = $2)
               AND exit_timestamp IS NOT NULL AND (exit_timestamp, position_id) < ($3, $4)
             ORDER BY exit_timestamp DESC, position_id DESC LIMIT $5""",
        account_id,
        symbol,
        after.at,
        after.id,
        limit,
    )
    return [PositionRow.model_validate(dict(row)) for row in rows]


def _cursor(row: PositionRow) -> Cursor:
    return Cursor(row.exit_timestamp or START.at, row.position_id)


@router.get(
    "/history/positions",
    operation_id="list_closed_positions",
    summary="Closed positions",
    response_model=Page[PositionRow],
)
async def positions(asking: Asking, asked: Asked, request: Request, symbol: SymbolFilter = None) -> Response:
    """Closed positions with what they made, the one closed last first."""
    found = await closed_positions(
        request.app.state.pool,
        account_id=asking.account_id,
        symbol=symbol and symbol.upper(),
        after=asked.after,
        limit=asked.limit + 1,
    )
    items, cursor = cut(found, limit=asked.limit, cursor_of=_cursor)
    return exact(Page[PositionRow](items=list(items), next_cursor=cursor))
