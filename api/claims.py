"""Claims in Postgres, each held in a transaction until what it was made for is durable, or it is given up.

Claims that come while others are being made share the next transaction. A transaction is begun with the end of the one
before, so that a claim costs two round trips.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from streams.logs import logger

log = logger(__name__)

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What Postgres fails with when it cannot be asked; TimeoutError is an OSError."""

_CLAIM_WITHIN_S = 0.5
_RELEASE_WITHIN_S = 0.5
_PAUSE_S = 1.0
_LINGER_S = 0.25
"""How long a transaction that has begun waits for claims before its connection goes back to the pool."""
_TOGETHER_MAX = 64
_GROUPS_MAX = 4
_OTHERS = 4  # connections left to the spool, the log of calls and the queries

# In the order of their keys: two processes with the same keys wait for each other, never both.
# A claim lost with a crash of Postgres itself lets one duplicate through, so its commit need not wait for the disk.
_CLAIM = """
INSERT INTO webhook_dedup AS held (account_id, symbol, direction, timeframe, is_test, accepted_at, signal_id)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::timestamptz[], $7::uuid[])
 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (account_id, symbol, direction, timeframe, is_test) DO UPDATE
   SET accepted_at = EXCLUDED.accepted_at, signal_id = EXCLUDED.signal_id
 WHERE held.accepted_at <= EXCLUDED.accepted_at - $8::interval
    OR held.accepted_at >= EXCLUDED.accepted_at + $8::interval
RETURNING account_id, symbol, direction, timeframe, is_test, set_config('synchronous_commit', 'off', true)
"""
_CLAIMED = """
SELECT signal_id::text FROM webhook_dedup
 WHERE account_id = $1 AND symbol = $2 AND direction = $3 AND timeframe = $4 AND is_test = $5
"""
_GIVE_UP = """
DELETE FROM webhook_dedup
 WHERE account_id = $1 AND symbol = $2 AND direction = $3 AND timeframe = $4 AND is_test = $5
"""


class Key(NamedTuple):
    """What makes two alerts the same."""

    account_id: str
    symbol: str
    direction: str
    timeframe: str
    is_test: bool


class Group:
    """Claims that one transaction holds until each has been left."""

    def __init__(self, keys: Iterable[Key]) -> None:
        loop = asyncio.get_running_loop()
        self._held = set(keys)
        self.given_up: list[Key] = []
        self.all_left: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        """The transaction has ended, one way or the other."""
        self._look()

    def leave(self, key: Key, *, keep: bool) -> None:
        """Say that the alert of a claim is durable, or that the claim is given up."""
        self._held.remove(key)
        if not keep:
            self.given_up.append(key)
        self._look()

    def _look(self) -> None:
        if not self._held and not self.all_left.done():
            self.all_left.set_result(None)


class Held(NamedTuple):
    """A claim: the one that was there first, or the group that holds it; neither while Postgres is away."""

    first: str | None = None
    group: Group | None = None


class _Asked(NamedTuple):
    key: Key
    at: datetime
    signal_id: str
    window: timedelta
    answer: "asyncio.Future[Held]"


class Claims:
    """Claims, shared by all processes through Postgres."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._asked: deque[_Asked] = deque()
        self._groups: set[asyncio.Task[None]] = set()
        self._idle: list[asyncio.Future[None]] = []
        self._groups_max = max(1, min(_GROUPS_MAX, pool.get_max_size() - _OTHERS))
        self._ask_again_at = 0.0

    async def hold(self, key: Key, *, at: datetime, signal_id: str, window: timedelta) -> Held:
        """Take a claim, in a transaction that stays open, unless Postgres does not answer in time."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._ask_again_at:
            return Held()
        asked = _Asked(key, at, signal_id, window, loop.create_future())
        self._asked.append(asked)
        if self._idle:
            self._idle.pop().set_result(None)  # the one that has waited the least, so that the others may end
        elif len(self._groups) < self._groups_max:
            group = loop.create_task(self._claim_on(), name="claims")
            self._groups.add(group)
            group.add_done_callback(self._groups.discard)
        try:
            async with asyncio.timeout(_CLAIM_WITHIN_S):
                return await asyncio.shield(asked.answer)
        except BaseException as error:
            held = Held() if asked.answer.cancel() else asked.answer.result()
            if isinstance(error, TimeoutError):
                return held
            if held.group is not None:
                held.group.leave(key, keep=False)
            raise

    async def _claim_on(self) -> None:
        """Claim for whoever asks, on one connection; end when nobody has asked for a while."""
        connection: Connection | None = None
        try:
            while self._asked or connection is not None:
                if not self._asked and connection is not None and not await self._is_asked():
                    await self._let_go(connection)
                    connection = None
                if not self._asked:
                    continue  # another group has taken them
                window = self._asked[0].window
                group: list[_Asked] = []
                while self._asked and self._asked[0].window == window and len(group) < _TOGETHER_MAX:
                    asked = self._asked.popleft()
                    if not asked.answer.done():  # else it has waited for too long
                        group.append(asked)
                if group:
                    connection = await self._claim_together(connection, group, window=window)
        finally:
            await self._drop(connection)

    async def _is_asked(self) -> bool:
        """Wait for claims, for a while, and return whether there are any."""
        called = asyncio.get_running_loop().create_future()
        self._idle.append(called)
        await asyncio.wait([called], timeout=_LINGER_S)
        if not called.done():
            self._idle.remove(called)
        return called.done()

    async def _begun(self, connection: "Connection | None") -> Connection:
        """Return a connection in a transaction that holds nothing yet."""
        if connection is None or not _is_open(connection):
            connection = await self._pool.acquire()
            try:
                await connection.execute("BEGIN")
            except BaseException:
                await self._drop(connection)
                raise
        return connection

    async def _claim_together(
        self, connection: "Connection | None", asked: Sequence[_Asked], *, window: timedelta
    ) -> "Connection | None":
        """Claim in one transaction, end it once each claim has been left, and begin the next.

        connection  in a transaction that holds nothing yet; None: one has to be got
        """
        try:
            async with asyncio.timeout(_CLAIM_WITHIN_S):
                connection = await self._begun(connection)
                columns = (
                    [*column] for column in zip(*((*each.key, each.at, each.signal_id) for each in asked), strict=True)
                )
                claimed = {Key(*row[:5]) for row in await connection.fetch(_CLAIM, *columns, window)}
                firsts = {
                    each.key: await connection.fetchval(_CLAIMED, *each.key)
                    for each in asked
                    if each.key not in claimed
                }
        except BaseException as error:
            for each in asked:
                if not each.answer.done():
                    each.answer.set_result(Held())
            await self._drop(connection)
            if not isinstance(error, AWAY):
                raise
            self._ask_again_at = asyncio.get_running_loop().time() + _PAUSE_S
            log.warning("duplicates are known from memory: postgres does not answer", error=type(error).__name__)
            return None
        group = Group(claimed)
        for each in asked:
            if each.answer.done():
                if each.key in claimed:
                    group.leave(each.key, keep=False)
            else:
                each.answer.set_result(Held(group=group) if each.key in claimed else Held(first=firsts[each.key]))
        try:
            await group.all_left
            return await self._end(connection, group, kept=len(claimed) - len(group.given_up))
        finally:
            group.ended.set_result(None)

    async def _end(self, connection: Connection, group: Group, *, kept: int) -> "Connection | None":
        """End a transaction and begin the next, which costs no round trip of its own; None: it could not be done."""
        try:
            async with asyncio.timeout(_RELEASE_WITHIN_S):
                if kept and group.given_up:
                    await connection.executemany(_GIVE_UP, group.given_up)
                await connection.execute("COMMIT; BEGIN" if kept else "ROLLBACK; BEGIN")
        except AWAY as error:
            # what was accepted is durable without its claim, and remembered here
            log.warning("claims were dropped", accepted=kept, error=type(error).__name__)
            await self._drop(connection)
            return None
        return connection

    async def _let_go(self, connection: Connection) -> None:
        """Give a connection back to the pool, without its transaction."""
        try:
            async with asyncio.timeout(_RELEASE_WITHIN_S):
                await connection.execute("ROLLBACK")
        except AWAY:
            await self._drop(connection)
        else:
            await self._give_back(connection)

    async def _drop(self, connection: "Connection | None") -> None:
        """Give a connection up, and with it the claims that its transaction holds."""
        if connection is not None:
            with suppress(asyncpg.InterfaceError):  # a broken connection has left the pool already
                connection.terminate()
            await self._give_back(connection)

    async def _give_back(self, connection: Connection) -> None:
        try:
            await self._pool.release(connection, timeout=_RELEASE_WITHIN_S)
        except AWAY as error:
            log.warning("a connection was given up", error=type(error).__name__)


def _is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False  # a broken connection has left the pool already
