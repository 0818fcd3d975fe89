"""Realised P&L by day, as it is known now or was known at a moment, and what has restated it."""

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from agents.facts import EXCHANGE, Fact
from agents.restatements import Place, Realised, Restatement, realised
from api.auth import Asking
from api.exact_json import Number, exact
from api.past import COLUMNS, facts, updates_of
from api.pool import Pool, fetch
from api.problems import PROBLEMS, invalid_field
from streams.topics import FILLS

router = APIRouter(tags=["reports"], responses=PROBLEMS)

DAYS_MAX = 366
KnownAt = Annotated[AwareDatetime | None, Query(description="as it was known then; as it is known now, when left out")]
_NOTHING = Decimal("0.00")


class PnlRow(BaseModel):
    """What the sales of a day have made in one underlying by one engine, dollars."""

    day: date = Field(description="the exchange's date of the sales")
    symbol: str = Field(description="underlying")
    engine: str
    sales: int = Field(description="closing fills that stood")
    realized_pnl: Number = Field(description="as known then")
    realized_pnl_now: Number
    restated: Number = Field(description="what it has changed by since then")


class PnlChange(BaseModel):
    """What a restatement has changed of a day, dollars."""

    day: date
    symbol: str
    engine: str
    amount: Number


class RestatementRow(BaseModel):
    """An event that has changed what could have been reported before it was known."""

    kind: Literal["busted", "corrected", "adjusted", "late_fill"]
    event_id: str = Field(description="the broker's word on the execution where there is one, else the fill")
    order_id: str
    position_id: str
    undoes: str | None = Field(description="the fill that is taken back, or the reason of an adjustment")
    occurred_at: datetime
    known_at: datetime
    is_included: bool = Field(description="whether it was known by then, so that realized_pnl has it")
    amount: Number
    changes: list[PnlChange]


class PnlReport(BaseModel):
    """Realised P&L of an account by day, underlying and engine, dollars."""

    account_id: str
    known_at: datetime | None = Field(description="the moment that was asked for; null: now")
    rows: list[PnlRow] = Field(description="by day, underlying and engine")
    realized_pnl: Number = Field(description="in all, as known then")
    realized_pnl_now: Number
    restated: Number
    restatements: list[RestatementRow] = Field(description="in the order in which they became known")


async def pnl_facts(pool: Pool, *, account_id: str, since: datetime, until: datetime) -> list[Fact]:
    """Return every fill of the positions that sold anything in a time, and what was said of their orders."""
    known = await facts(
        pool,
        f"""SELECT {COLUMNS} FROM event_log
             WHERE account_id = $1 AND topic = '{FILLS.name}' AND position_id IN (
                   SELECT position_id FROM event_log
                    WHERE account_id = $1 AND topic = '{FILLS.name}' AND occurred_at >= $2 AND occurred_at < $3)""",
        account_id,
        since,
        until,
    )
    return known + await updates_of(pool, known, at=None)


async def late_fills(pool: Pool, *, account_id: str, since: datetime, until: datetime) -> frozenset[str]:
    """Return the ids of fills that became known when the account's log had told of a later day already.

    Both times are the log's own, so that a session which is played again years later has none.
    """
    rows = await fetch(
        pool,
        f"""SELECT event_id FROM (
                SELECT event_id, occurred_at,
                       max(occurred_at) OVER (ORDER BY known_at, "partition", "offset"
                                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newest
                  FROM event_log WHERE account_id = $1 AND topic = '{FILLS.name}') AS fill
             WHERE occurred_at >= $2 AND occurred_at < $3
               AND (newest AT TIME ZONE $4)::date > (occurred_at AT TIME ZONE $4)::date""",
        account_id,
        since,
        until,
        str(EXCHANGE),
    )
    return frozenset(row["event_id"] for row in rows)


def report(
    then: Realised, now: Realised, *, account_id: str, known_at: datetime | None, first: date, last: date
) -> PnlReport:
    """Return what was known beside what is known, of days from `first` to `last`."""
    places = sorted({place for place in (*then.amounts, *now.amounts) if first <= place[0] <= last})
    rows = [_row(place, then, now) for place in places]
    return PnlReport(
        account_id=account_id,
        known_at=known_at,
        rows=rows,
        realized_pnl=sum((row.realized_pnl for row in rows), _NOTHING),
        realized_pnl_now=sum((row.realized_pnl_now for row in rows), _NOTHING),
        restated=sum((row.restated for row in rows), _NOTHING),
        restatements=list(_restatements(now, known_at=known_at, first=first, last=last)),
    )


def _row(place: Place, then: Realised, now: Realised) -> PnlRow:
    day, symbol, engine = place
    before, after = then.amounts.get(place, _NOTHING), now.amounts.get(place, _NOTHING)
    return PnlRow(
        day=day,
        symbol=symbol,
        engine=engine,
        sales=then.sales.get(place, 0),
        realized_pnl=before,
        realized_pnl_now=after,
        restated=after - before,
    )


def _restatements(now: Realised, *, known_at: datetime | None, first: date, last: date) -> Iterable[RestatementRow]:
    for item in now.restatements:
        changes = [
            PnlChange(day=day, symbol=symbol, engine=engine, amount=amount)
            for (day, symbol, engine), amount in item.changes
            if first <= day <= last
        ]
        if changes:
            yield _restatement(item, changes, is_included=known_at is None or item.known_at <= known_at)


def _restatement(item: Restatement, changes: list[PnlChange], *, is_included: bool) -> RestatementRow:
    return RestatementRow(
        kind=item.kind,
        event_id=item.event_id,
        order_id=item.order_id,
        position_id=item.position_id,
        undoes=item.undoes,
        occurred_at=item.occurred_at,
        known_at=item.known_at,
        is_included=is_included,
        amount=sum((change.amount for change in changes), _NOTHING),
        changes=changes,
    )


@router.get("/reports/pnl", operation_id="get_pnl_report", summary="Realised P&L by day", response_model=PnlReport)
async def pnl(
    asking: Asking,
    request: Request,
    first: Annotated[date, Query(alias="from", description="the exchange's date")],
    last: Annotated[date, Query(alias="to", description="the exchange's date, itself included")],
    known_at: KnownAt = None,
) -> Response:
    """Realised P&L by day, underlying and engine, as known now or then, with every event that has restated it.

    What a sale has made stands on the day of the sale. A bust, a correction, an adjustment or a late fill changes that
    day; `known_at` leaves out what became known after it.
    """
    if last < first:
        raise invalid_field("to", "lies before from")
    if last - first >= timedelta(days=DAYS_MAX):
        raise invalid_field("to", f"more than {DAYS_MAX} days after from")
    try:
        since = datetime.combine(first, time(), EXCHANGE)
        until = datetime.combine(last + timedelta(days=1), time(), EXCHANGE)
    except OverflowError as error:
        raise invalid_field("to", "lies too far ahead") from error
    pool, account_id = request.app.state.pool, asking.account_id
    known = await pnl_facts(pool, account_id=account_id, since=since, until=until)
    late = await late_fills(pool, account_id=account_id, since=since, until=until)
    now = await asyncio.to_thread(realised, known, late=late)
    then = now
    if known_at is not None:
        then = await asyncio.to_thread(realised, [fact for fact in known if fact.known_at <= known_at], late=late)
    return exact(report(then, now, account_id=account_id, known_at=known_at, first=first, last=last))
