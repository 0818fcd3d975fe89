"""Keys of services in Postgres: `ts_<prefix>_<secret>`, shown once, kept as SHA-256 of a random secret of 256 bits."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, Field

from sinks.audit import record
from sinks.writes import Connection

Scope = Literal["read", "trade"]
_FORM = re.compile(r"ts_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


class UnknownKey(Exception):
    """There is no such key."""


class KeyRow(BaseModel):
    """A service's key, without its secret."""

    key_id: UUID
    prefix: str = Field(description="the key begins with ts_, this, and _")
    name: str
    account_id: str
    permissions: tuple[Scope, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None = Field(description="null: it does not expire")
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="to the minute")


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key as it is sent, its secret digested."""

    prefix: str
    digest: bytes


COLUMNS = ", ".join(KeyRow.model_fields)


def read_key(text: str) -> Key | None:
    """Return the key that a text is, or None when it has another form."""
    found = _FORM.fullmatch(text)
    return None if found is None else Key(found[1], _digest(found[2]))


def _digest(secret: str) -> bytes:
    # 256 random bits cannot be guessed, so the digest needs neither salt nor slowness
    return hashlib.sha256(secret.encode()).digest()


async def add_key(
    connection: Connection,
    *,
    name: str,
    account_id: str,
    permissions: tuple[Scope, ...],
    expires_at: datetime | None,
    by: str,
    at: datetime,
) -> tuple[KeyRow, str]:
    """Make a key; returns it and its text, which is known to nobody afterwards."""
    prefix, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    row = await connection.fetchrow(
        f"""INSERT INTO api_keys (key_id, prefix, secret_digest, name, account_id, permissions, created_by, created_at,
                                  expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING {COLUMNS}""",
        uuid4(),
        prefix,
        _digest(secret),
        name,
        account_id,
        sorted(set(permissions)),
        by,
        at,
        expires_at,
    )
    key = KeyRow(**row)
    await _record(connection, key, "api_key.created", by=by)
    return key, f"ts_{prefix}_{secret}"


async def revoke_key(connection: Connection, key_id: UUID, *, by: str, at: datetime) -> KeyRow:
    """Revoke a key and return it; twice has one effect. Raises UnknownKey."""
    was = await connection.fetchrow("SELECT revoked_at FROM api_keys WHERE key_id = $1 FOR UPDATE", key_id)
    if was is None:
        raise UnknownKey(str(key_id))
    row = await connection.fetchrow(
        f"UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1 RETURNING {COLUMNS}", key_id, at
    )
    key = KeyRow(**row)
    if was["revoked_at"] is None:
        await _record(connection, key, "api_key.revoked", by=by)
    return key


async def _record(connection: Connection, key: KeyRow, action: str, *, by: str) -> None:
    detail = {"key_id": str(key.key_id), "permissions": list(key.permissions), "expires_at": key.expires_at}
    await record(connection, actor=by, account_id=key.account_id, action=action, target=key.name, detail=detail)
