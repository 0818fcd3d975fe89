"""An account as it was known at a moment: its newest checkpoint before it, and the facts of the log since then.

A checkpoint is written after each page of facts by whoever folds it first. It is derived: rows of account_checkpoints
may be dropped at any time. The history drops those that a fact which it learns late would have been a part of.
"""

import asyncio
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from agents.past_accounts import PastAccount, begun, folded
from agents.rules import RiskLimits
from api.past import COLUMNS, read_facts
from api.pool import Pool, fetch, transaction
from api.problems import Problem
from schemas.accounts import Account
from sinks.event_log import OF_ACCOUNTS
from sinks.writes import alone
from streams.logs import logger

PAGE = 1_000
"""Facts between two checkpoints: a question folds fewer than this, once what is before them was asked for."""
FOLD = 1
"""To be raised when the fold gives other results: checkpoints of another one are passed over."""

_TOPICS = [topic.name for topic in OF_ACCOUNTS]
_PLACE = '(known_at, array_position($2::text[], topic), "partition", "offset")'
_AFTER = f"""account_id = $1 AND topic = ANY($2::text[]) AND known_at >= $3
             AND {_PLACE} > ($3, $4::int, $5::smallint, $6::bigint) AND known_at <= $7"""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_NOW = datetime.max.replace(tzinfo=UTC)
"""Later than all that is known."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An account after the first so many facts of its log, and the place of the last of them."""

    past: PastAccount
    facts: int = 0
    place: tuple[datetime, int, int, int] = (_BEGINNING, 0, 0, 0)
    """known_at, rank of the topic, partition, offset"""


async def account_then(pool: Pool, *, account_id: str, at: datetime | None, limits: RiskLimits) -> PastAccount:
    """Return an account as it was known at a moment; None: as it is known now.

    limits   as configured, by which it began
    raises   Problem 503 without the log
    """
    first = begun(account_id, limits)
    begun_with = _digest(first)
    checkpoint = await _newest(pool, first, begun_with, at or _NOW)
    while True:
        rows = await fetch(
            pool,
            f"""SELECT {COLUMNS}, array_position($2::text[], topic) AS rank FROM event_log
                 WHERE {_AFTER}
                 ORDER BY known_at, rank, "partition", "offset" LIMIT {PAGE}""",
            account_id,
            _TOPICS,
            *checkpoint.place,
            at or _NOW,
        )
        past = await asyncio.to_thread(_folded, checkpoint.past, rows)
        if len(rows) < PAGE:
            return past
        last = rows[-1]
        place = (last["known_at"], last["rank"], last["partition"], last["offset"])
        before, checkpoint = checkpoint, Checkpoint(past, checkpoint.facts + len(rows), place)
        try:
            await _keep(pool, before, checkpoint, begun_with)
        except Problem:
            log.warning("checkpoint not kept", account_id=account_id)  # the next one who asks keeps it


def _folded(past: PastAccount, rows: list[asyncpg.Record]) -> PastAccount:
    return folded(past, read_facts(rows))


def _digest(first: PastAccount) -> str:
    """Return what a fold depends on beside the facts: how it begins, and the order it goes by."""
    return hashlib.sha256(json.dumps([FOLD, _TOPICS, first.account.model_dump_json()]).encode()).hexdigest()


async def _newest(pool: Pool, first: PastAccount, begun_with: str, at: datetime) -> Checkpoint:
    rows = await fetch(
        pool,
        """SELECT facts, known_at, rank, "partition", "offset", state FROM account_checkpoints
            WHERE account_id = $1 AND begun_with = $2 AND known_at <= $3
            ORDER BY facts DESC LIMIT 1""",
        first.account.account_id,
        begun_with,
        at,
    )
    if not rows:
        return Checkpoint(first)
    facts, *place, state = rows[0]
    return Checkpoint(_read(state), facts, tuple(place))


async def _keep(pool: Pool, before: Checkpoint, after: Checkpoint, begun_with: str) -> None:
    """Write a checkpoint, unless facts have come meanwhile that it would have to know; raises Problem 503."""
    account_id = after.past.account.account_id
    async with transaction(pool) as connection:
        await alone(connection)
        if before.facts and not await connection.fetchval(
            """SELECT true FROM account_checkpoints WHERE account_id = $1 AND begun_with = $2 AND facts = $3
                  AND (known_at, rank, "partition", "offset") = ($4, $5, $6, $7)""",
            account_id,
            begun_with,
            before.facts,
            *before.place,
        ):
            return
        between = await connection.fetchval(
            f"SELECT count(*) FROM event_log WHERE {_AFTER} AND {_PLACE} <= ($7, $8::int, $9, $10)",
            account_id,
            _TOPICS,
            *before.place,
            *after.place,
        )
        if between == after.facts - before.facts:
            await connection.execute(
                "INSERT INTO account_checkpoints VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                account_id,
                begun_with,
                after.facts,
                *after.place,
                _written(after.past),
            )


def _written(past: PastAccount) -> str:
    heard = [[*key, number] for key, number in past.heard.items()]
    return json.dumps([past.account.model_dump_json(), past.is_opened, sorted(past.over), heard])


def _read(state: str) -> PastAccount:
    account, is_opened, over, heard = json.loads(state)
    return PastAccount(
        Account.model_validate_json(account),
        is_opened,
        frozenset(over),
        {(topic, source): number for topic, source, number in heard},
    )
