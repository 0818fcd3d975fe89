"""Who is behind a session or a key: asked of Postgres at each request, and remembered for when it is away.

What a process has verified within the last `REMEMBERED_S` seconds goes on while Postgres cannot be asked; anything else
is a 503 then. What this process has ended itself is never taken from memory.
"""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from api.keys import Key
from api.pool import QUERY_TIMEOUT_S, Pool, fetch
from api.problems import Problem
from api.roles import PERMISSIONS, Caller
from api.tokens import LIFETIME, Named

REMEMBERED_S = 300.0
REMEMBERED_MAX = 10_000
WAIT_S = 2.0
"""How long Postgres may take where memory could answer."""
USE_NOTED = timedelta(minutes=1)


class Callers:
    """Looks callers up; one for each process.

    timer    seconds of a clock that does not go back
    changed  set when this process has ended or changed something of somebody; whoever waits for it clears it
    """

    def __init__(self, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._verified: OrderedDict[Hashable, tuple[Caller, float]] = OrderedDict()
        self._ended: OrderedDict[Hashable, float] = OrderedDict()
        self._changes = 0
        self.changed = asyncio.Event()

    async def of_session(self, pool: Pool, named: Named, *, at: datetime) -> Caller | None:
        """Return whose session it is, None when it opens nothing; raises Problem 503."""

        async def look(within_s: float) -> Caller | None:
            rows = await fetch(
                pool,
                """SELECT user_id, username, account_id, role FROM sessions JOIN users USING (user_id)
                    WHERE session_id = $1 AND expires_at > $2 AND NOT is_disabled""",
                named.session_id,
                at,
                within_s=within_s,
            )
            if not rows or rows[0]["username"] != named.username:
                return None
            [row] = rows
            return Caller(**row, permissions=PERMISSIONS[row["role"]], session_id=named.session_id)

        return await self._found(named, look)

    async def of_key(self, pool: Pool, key: Key, *, at: datetime) -> Caller | None:
        """Return whose key it is, None when it opens nothing; raises Problem 503."""

        async def look(within_s: float) -> Caller | None:
            rows = await fetch(
                pool,
                """SELECT key_id, name, account_id, permissions, secret_digest, last_used_at FROM api_keys
                    WHERE prefix = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)""",
                key.prefix,
                at,
                within_s=within_s,
            )
            # an unknown prefix is compared too
            known = rows[0]["secret_digest"] if rows else bytes(len(key.digest))
            if not hmac.compare_digest(known, key.digest) or not rows:
                return None
            [row] = rows
            if row["last_used_at"] is None or row["last_used_at"] < at - USE_NOTED:
                await _note_use(pool, row["key_id"], at=at)
            permissions = PERMISSIONS["service"] & set(row["permissions"])
            return Caller(f"key:{row['name']}", row["account_id"], "service", permissions, key_id=row["key_id"])

        return await self._found(key, look)

    def end_session(self, named: Named) -> None:
        """Take a session as ended from now on, whether or not Postgres could be told."""
        now = self._timer()
        self._note_change()
        self._verified.pop(named, None)
        self._ended[named] = now
        while next(iter(self._ended.values())) < now - LIFETIME.total_seconds():
            self._ended.popitem(last=False)

    def forget(self, owner_id: UUID) -> None:
        """Take nothing that concerns a user or a key from memory before Postgres has been asked again."""
        self._note_change()
        for credential, (caller, _) in list(self._verified.items()):
            if owner_id in (caller.user_id, caller.key_id):
                del self._verified[credential]

    def _note_change(self) -> None:
        self._changes += 1
        self.changed.set()

    async def _found(self, credential: Hashable, look: Callable[[float], Awaitable[Caller | None]]) -> Caller | None:
        changes = self._changes
        try:
            found = await look(WAIT_S if self._remembered(credential) else QUERY_TIMEOUT_S)
        except Problem as problem:
            if credential in self._ended:
                return None
            remembered = self._remembered(credential)
            if problem.status != 503 or remembered is None:
                raise
            return replace(remembered, is_remembered=True)
        if found is None or credential in self._ended:
            self._verified.pop(credential, None)
            return None
        # what was read before a change is not remembered after it
        if changes == self._changes:
            self._verified[credential] = (found, self._timer())
            self._verified.move_to_end(credential)
            while len(self._verified) > REMEMBERED_MAX:
                self._verified.popitem(last=False)
        return found

    def _remembered(self, credential: Hashable) -> Caller | None:
        caller, at = self._verified.get(credential, (None, 0.0))
        return caller if self._timer() - at < REMEMBERED_S else None


async def _note_use(pool: Pool, key_id: UUID, *, at: datetime) -> None:
    with suppress(Problem):  # the key is good whether or not this can be noted
        await fetch(
            pool,
            "UPDATE api_keys SET last_used_at = $2 WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < $3)",
            key_id,
            at,
            at - USE_NOTED,
        )
