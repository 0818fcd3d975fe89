"""Users and their sessions in Postgres. Whatever changes is on record in the transaction that changes it.

A row of `sessions` is there as long as its session opens anything; a disabled user has none.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, Field

from api.roles import UserRole
from api.tokens import LIFETIME
from sinks.audit import record
from sinks.writes import Connection

SETTINGS = "settings"
"""The actor of what the settings say."""


class NameTaken(Exception):
    """There is a user of that name."""


class UnknownUser(Exception):
    """There is no such user."""


class LastAdmin(Exception):
    """Nobody could administer the platform any more."""


class UserRow(BaseModel):
    """Somebody who may log in."""

    user_id: UUID
    username: str
    account_id: str = Field(description="the account whose signals, orders and positions it sees and trades")
    role: UserRole
    is_disabled: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """A user with what proves it."""

    user_id: UUID
    username: str
    account_id: str
    role: UserRole
    password_hash: str
    is_disabled: bool


@dataclass(frozen=True, slots=True, repr=False)
class Configured:
    """The admin whom the settings name."""

    username: str
    password_hash: str
    account_id: str


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What becomes of a user; None leaves it as it is."""

    role: UserRole | None = None
    is_disabled: bool | None = None
    account_id: str | None = None
    password_hash: str | None = None


COLUMNS = ", ".join(UserRow.model_fields)
_LOGIN = "user_id, username, account_id, role, password_hash, is_disabled"


async def login_of(connection: Connection, username: str) -> Login | None:
    """Return a user by its name."""
    if "\x00" in username:  # nothing that Postgres could be asked for
        return None
    row = await connection.fetchrow(f"SELECT {_LOGIN} FROM users WHERE username = $1", username)
    return None if row is None else Login(**row)


async def apply_configured(connection: Connection, configured: Configured, *, at: datetime) -> None:
    """Make the admin that the settings name, or bring it to what they say where they changed.

    A new hash is the operator's way back in: the user is an admin again, enabled, and its sessions end. What an admin
    changed since stays where the settings stayed. A process calls this once: one that started before the settings
    changed is not heard again.
    """
    digest = hashlib.sha256(configured.password_hash.encode()).digest()
    made = await connection.fetchval(
        """INSERT INTO users (user_id, username, account_id, role, password_hash, configured_digest,
                              configured_account, created_at, changed_at)
           VALUES ($1, $2, $3, 'admin', $4, $5, $3, $6, $6) ON CONFLICT (username) DO NOTHING RETURNING user_id""",
        uuid4(),
        configured.username,
        configured.account_id,
        configured.password_hash,
        digest,
        at,
    )
    if made is not None:
        await _record(connection, configured, "user.created", by=SETTINGS, role="admin")
        return
    row = await connection.fetchrow(
        "SELECT user_id, configured_digest, configured_account FROM users WHERE username = $1 FOR UPDATE",
        configured.username,
    )
    if row["configured_account"] != configured.account_id:
        await connection.execute(
            "UPDATE users SET account_id = $2, configured_account = $2, changed_at = $3 WHERE user_id = $1",
            row["user_id"],
            configured.account_id,
            at,
        )
        await _record(connection, configured, "user.account_changed", by=SETTINGS)
    if row["configured_digest"] != digest:
        await connection.execute(
            """UPDATE users SET password_hash = $2, configured_digest = $3, role = 'admin', is_disabled = false,
                                changed_at = $4 WHERE user_id = $1""",
            row["user_id"],
            configured.password_hash,
            digest,
            at,
        )
        ended = await _end(connection, row["user_id"])
        await _record(
            connection, configured, "user.password_changed", by=SETTINGS, role="admin", sessions_ended=len(ended)
        )


async def add_user(
    connection: Connection,
    *,
    username: str,
    password_hash: str,
    role: UserRole,
    account_id: str,
    by: str,
    at: datetime,
) -> UserRow:
    """Add a user and return it; raises NameTaken."""
    row = await connection.fetchrow(
        f"""INSERT INTO users (user_id, username, account_id, role, password_hash, created_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (username) DO NOTHING RETURNING {COLUMNS}""",
        uuid4(),
        username,
        account_id,
        role,
        password_hash,
        at,
    )
    if row is None:
        raise NameTaken(username)
    user = UserRow(**row)
    await _record(connection, user, "user.created", by=by, role=role)
    return user


async def change_user(
    connection: Connection, user_id: UUID, change: Change, *, by: str, at: datetime, keep: UUID | None = None
) -> tuple[UserRow, int]:
    """Change a user and return it; another password, or being disabled, ends its sessions: how many is told, too.

    keep     the one session that goes on
    raises   UnknownUser, LastAdmin
    """
    # together with all who administer, always in one order: two who demote each other come one after the other
    locked = await connection.fetch(
        f"""SELECT {_LOGIN} FROM users WHERE user_id = $1 OR (role = 'admin' AND NOT is_disabled)
             ORDER BY user_id FOR UPDATE""",
        user_id,
    )
    was = next((Login(**row) for row in locked if row["user_id"] == user_id), None)
    if was is None:
        raise UnknownUser(str(user_id))
    role = change.role or was.role
    is_disabled = was.is_disabled if change.is_disabled is None else change.is_disabled
    others = [row for row in locked if row["user_id"] != user_id and row["role"] == "admin" and not row["is_disabled"]]
    was_admin = was.role == "admin" and not was.is_disabled
    if was_admin and (role != "admin" or is_disabled) and not others:
        raise LastAdmin(was.username)
    row = await connection.fetchrow(
        f"""UPDATE users SET role = $2, is_disabled = $3, account_id = $4, password_hash = $5, changed_at = $6
             WHERE user_id = $1 RETURNING {COLUMNS}""",
        user_id,
        role,
        is_disabled,
        change.account_id or was.account_id,
        change.password_hash or was.password_hash,
        at,
    )
    user = UserRow(**row)
    ended: list[UUID] = []
    if is_disabled or change.password_hash is not None:
        ended = await _end(connection, user_id, keep=keep)
    if user.role != was.role:
        await _record(connection, user, "user.role_changed", by=by, role=user.role, was=was.role)
    if user.account_id != was.account_id:
        await _record(connection, user, "user.account_changed", by=by, was=was.account_id)
    if is_disabled != was.is_disabled:
        await _record(connection, user, "user.disabled" if is_disabled else "user.enabled", by=by)
    if change.password_hash is not None:
        await _record(connection, user, "user.password_changed", by=by)
    if ended:
        await _record(connection, user, "user.sessions_ended", by=by, sessions=len(ended))
    return user, len(ended)


async def begin_session(connection: Connection, user: Login, *, address: str, at: datetime) -> UUID | None:
    """Begin a session of a user as it proved itself; None when it was changed since."""
    # the lock waits for a change under way, and makes one that follows wait for the session, which it then ends
    session_id: UUID | None = await connection.fetchval(
        """WITH known AS (
               SELECT user_id FROM users WHERE user_id = $1 AND password_hash = $2 AND NOT is_disabled FOR SHARE
           )
           INSERT INTO sessions (session_id, user_id, address, created_at, expires_at)
           SELECT $3, user_id, $4, $5, $6 FROM known RETURNING session_id""",
        user.user_id,
        user.password_hash,
        uuid4(),
        address,
        at,
        at + LIFETIME,
    )
    if session_id is not None:
        await connection.execute("DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2", user.user_id, at)
        await _record(connection, user, "user.logged_in", by=user.username, session_id=str(session_id), address=address)
    return session_id


async def end_sessions(connection: Connection, user_id: UUID, *, by: str, only: UUID | None = None) -> list[UUID]:
    """End the sessions of a user, or the only one named, and return their ids; raises UnknownUser."""
    row = await connection.fetchrow(f"SELECT {_LOGIN} FROM users WHERE user_id = $1 FOR UPDATE", user_id)
    if row is None:
        raise UnknownUser(str(user_id))
    ended = await _end(connection, user_id, only=only)
    if ended:
        await _record(connection, Login(**row), "user.sessions_ended", by=by, sessions=len(ended))
    return ended


async def _end(
    connection: Connection, user_id: UUID, *, only: UUID | None = None, keep: UUID | None = None
) -> list[UUID]:
    rows = await connection.fetch(
        """DELETE FROM sessions WHERE user_id = $1 AND ($2::uuid IS NULL OR session_id = $2)
              AND ($3::uuid IS NULL OR session_id <> $3) RETURNING session_id""",
        user_id,
        only,
        keep,
    )
    return [row["session_id"] for row in rows]


async def _record(
    connection: Connection, user: UserRow | Login | Configured, action: str, *, by: str, **detail: Any
) -> None:
    await record(connection, actor=by, account_id=user.account_id, action=action, target=user.username, detail=detail)
