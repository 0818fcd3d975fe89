"""The log, asked for what was known at a moment, and folded by the pure functions that answer for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import asyncpg
from fastapi import Query, Request
from pydantic import AwareDatetime

from agents.controls import on_control
from agents.facts import Fact
from agents.past_positions import positions
from agents.rules import Rules
from api.pool import Pool, fetch
from schemas.codec import Undecodable, decode
from schemas.controls import Controls, InvalidControl
from schemas.operations import ControlChanged
from schemas.positions import Position
from streams.logs import logger
from streams.rules import rules_of
from streams.topics import (
    BY_NAME,
    CONTROLS,
    FILLS,
    ORDERS,
    TRADES,
)

AsOf = Annotated[AwareDatetime | None, Query(description="as it was known at that moment; now, when it is left out")]

COLUMNS = 'topic, "partition", "offset", known_at, value'

log = logger(__name__)


def rules_configured(request: Request) -> Rules:
    """Return the rules as configured, without the controls laid over them."""
    return rules_of(request.app.state.settings)


def read_facts(rows: Sequence[asyncpg.Record]) -> list[Fact]:
    """Return the facts in rows of the log; what no reader can decode any more is passed over, and logged."""
    facts = []
    for row in rows:
        try:
            event = decode(BY_NAME[row["topic"]].record, row["value"])
        except (Undecodable, KeyError) as error:
            log.warning("fact passed over", topic=row["topic"], offset=row["offset"], error=type(error).__name__)
            continue
        facts.append(Fact(row["topic"], row["partition"], row["offset"], row["known_at"], event))  # type: ignore[arg-type]  # what is logged is an event
    return facts


async def facts(pool: Pool, query: str, *values: object) -> list[Fact]:
    """Return the facts of a query for COLUMNS of the log; decoded in a thread, as others wait for answers."""
    rows = await fetch(pool, query, *values)
    return await asyncio.to_thread(read_facts, rows)


async def positions_then(pool: Pool, *, account_id: str, at: datetime | None) -> list[Position]:
    """Return what an account held at a moment, as it was known then, with the exits that were on their way.

    Positions that were over are left out, unless a fill has come after their end.
    """
    known = await facts(
        pool,
        f"""WITH told AS (
                SELECT * FROM event_log
                 WHERE account_id = $1 AND position_id IS NOT NULL AND ($2::timestamptz IS NULL OR known_at <= $2)
                   AND topic IN ('{FILLS.name}', '{ORDERS.name}', '{TRADES.name}')),
            over AS (SELECT position_id, max(known_at) AS ended_at FROM told WHERE topic = '{TRADES.name}'
                      GROUP BY position_id),
            again AS (SELECT DISTINCT position_id FROM told JOIN over USING (position_id)
                       WHERE topic = '{FILLS.name}' AND known_at >= ended_at)
            SELECT {COLUMNS} FROM told
             WHERE position_id NOT IN (SELECT position_id FROM over)
                OR position_id IN (SELECT position_id FROM again)""",
        account_id,
        at,
    )
    known += await updates_of(pool, known, at=at)
    past = await asyncio.to_thread(positions, known)
    return [item.held for item in past if item.held is not None]


async def updates_of(pool: Pool, known: Sequence[Fact], *, at: datetime | None) -> list[Fact]:
    """Return what was said by a moment of the orders that facts tell of."""
    orders = {getattr(fact.event, "order_id", fact.event.event_id) for fact in known}
    return await facts(
        pool,
        f"""SELECT {COLUMNS} FROM event_log
             WHERE event_id IN (SELECT update_id::text FROM order_updates WHERE order_id = ANY($1::uuid[]))
               AND ($2::timestamptz IS NULL OR known_at <= $2)""",
        sorted(orders),
        at,
    )


async def controls_then(pool: Pool, *, at: datetime | None) -> Controls:
    """Return the newest value of each control that was known at a moment."""
    told = await facts(
        pool,
        f"""SELECT {COLUMNS} FROM event_log
             WHERE topic = '{CONTROLS.name}' AND ($1::timestamptz IS NULL OR known_at <= $1)
             ORDER BY "partition", "offset" """,
        at,
    )
    controls = Controls(partition=0)
    for fact in told:
        assert isinstance(fact.event, ControlChanged)
        try:
            controls = on_control(controls, fact.event)
        except InvalidControl:
            continue  # it was in force nowhere
    return controls
