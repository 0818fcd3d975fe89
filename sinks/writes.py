"""What an event does to the database, as values: rows to write, and rows to derive again from what is stored.

A fact has a row of its own. Whatever follows from several facts (an order's status, say) is never passed along from
event to event but derived from the stored facts at the end of each transaction, so the order of arrival is no matter.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import asyncpg

Connection = Any
"""An asyncpg connection, a pool's proxy of one included."""

_LOCK = 0x7461_7065_6869_7374
"""Of whoever writes history: a derivation must see what the writer before it stored."""


class Write(NamedTuple):
    """One row to insert or update."""

    sql: str
    values: tuple[object, ...]


class Derive(NamedTuple):
    """Rows to derive again: `sql` takes the ids as its one parameter, an array."""

    sql: str
    key: str


Effect = Write | Derive

REFUSALS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,  # the driver's own, of a value that has no form in the column's type
)
"""Errors of a row itself: the same row would be refused again."""


def insert(table: str, key: str, /, **columns: object) -> Write:
    """Return the write of a row that stays as it is when it is already there."""
    return Write(_sql(table, key, tuple(columns), "keep"), tuple(columns.values()))


def replace(table: str, key: str, /, **columns: object) -> Write:
    """Return the write of a row that takes the place of the one there."""
    return Write(_sql(table, key, tuple(columns), "replace"), tuple(columns.values()))


def insert_earliest(table: str, key: str, /, **columns: object) -> Write:
    """Return the write of a row told by several events, which keeps the earliest `created_at`."""
    return Write(_sql(table, key, tuple(columns), "earliest"), tuple(columns.values()))


@cache
def _sql(table: str, key: str, columns: tuple[str, ...], conflict: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    keys = {part.strip() for part in key.split(",")}
    match conflict:
        case "replace":
            changed = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in columns if column not in keys)
            action = f"UPDATE SET {changed}"
        case "earliest":
            action = f"UPDATE SET created_at = EXCLUDED.created_at WHERE EXCLUDED.created_at < {table}.created_at"
        case _:
            action = "NOTHING"
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({key}) DO {action}"


async def apply(connection: Connection, effects: Iterable[Effect]) -> None:
    """Carry out effects in one transaction: all writes, then each derivation once for all its ids.

    raises   REFUSALS when a row is refused; other asyncpg errors, OSError and TimeoutError when Postgres is away
    """
    writes: dict[str, list[tuple[object, ...]]] = {}
    derivations: dict[str, set[str]] = {}
    for effect in effects:
        match effect:
            case Write(sql, values):
                writes.setdefault(sql, []).append(values)
            case Derive(sql, key):
                derivations.setdefault(sql, set()).add(key)
    async with connection.transaction():
        await alone(connection)
        for sql, rows in writes.items():
            await connection.executemany(sql, rows)
        for sql, keys in derivations.items():
            await connection.execute(sql, sorted(keys))


async def alone(connection: Connection) -> None:
    """Keep everybody else who writes history, or derives from it, waiting until the transaction's end."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
