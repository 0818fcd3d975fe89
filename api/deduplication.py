"""The same alert twice within a minute counts once; one that its sender has named, once under its name.

A claim is a row of `webhook_dedup`, held in a transaction while its alert is made durable: one that failed, or whose
process died, leaves nothing behind that would turn the sender's next try away as a duplicate. Claims that come while
others are being made share the next transaction. While Postgres is away, this process' memory of what it accepted
stands in.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakValueDictionary

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from schemas.ids import derived_id
from streams.logs import logger

log = logger(__name__)

WINDOW = timedelta(seconds=60)
FOREVER = timedelta(days=36_500)
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What Postgres fails with when it cannot be asked; TimeoutError is an OSError."""

_CLAIM_WITHIN_S = 0.5
_RELEASE_WITHIN_S = 0.5
_PAUSE_S = 1.0
_REMEMBERED_MAX = 20_000
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


def bias_key(event_id: str, symbol: str) -> Key:
    """Return the key of a bias, which is known by its sender's id for good: `event_id` derives from that id."""
    return Key(event_id, symbol, "bias", "bias", False)


def sent_key(sent_as: str, account_id: str) -> Key:
    """Return the key of an alert that its sender has named: it is the same for as long as its name is kept."""
    return Key(derived_id("sent", account_id, sent_as), "", "sent", "sent", False)


class _Group:
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


class _Held(NamedTuple):
    """A claim: the one that was there first, or the group that holds it; neither while Postgres is away."""

    first: str | None = None
    group: _Group | None = None


class _Asked(NamedTuple):
    key: Key
    at: datetime
    signal_id: str
    window: timedelta
    answer: "asyncio.Future[_Held]"


class Deduplication:
    """Claims of alerts, shared by all processes through Postgres."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._turns: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._remembered: OrderedDict[Key, tuple[datetime, str]] = OrderedDict()
        self._asked: deque[_Asked] = deque()
        self._groups: set[asyncio.Task[None]] = set()
        self._groups_max = max(1, min(_GROUPS_MAX, pool.get_max_size() - _OTHERS))
        self._ask_again_at = 0.0

    @asynccontextmanager
    async def claim(self, key: Key, *, at: datetime, signal_id: str, window: timedelta) -> AsyncIterator[str | None]:
        """Yield the id that was accepted within `window` of `at`, or None: then the block makes the alert durable.

        An exception in the block gives the claim up. Alerts of one key take turns.
        """
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            first = self._accepted(key, at=at, window=window)
            if first is not None:
                yield first
                return
            held = await self._hold(key, at=at, signal_id=signal_id, window=window)
            if held.first is not None:
                yield held.first
                return
            try:
                yield None
            except BaseException:
                if held.group is not None:
                    held.group.leave(key, keep=False)
                    await asyncio.shield(held.group.ended)
                raise
            self._remember(key, at=at, signal_id=signal_id)
            if held.group is not None:
                held.group.leave(key, keep=True)
                await asyncio.shield(held.group.ended)

    def _accepted(self, key: Key, *, at: datetime, window: timedelta) -> str | None:
        accepted_at, signal_id = self._remembered.get(key, (None, None))
        return signal_id if accepted_at is not None and abs(at - accepted_at) < window else None

    def _remember(self, key: Key, *, at: datetime, signal_id: str) -> None:
        self._remembered[key] = (at, signal_id)
        self._remembered.move_to_end(key)
        if len(self._remembered) > _REMEMBERED_MAX:
            self._remembered.popitem(last=False)

    async def _hold(self, key: Key, *, at: datetime, signal_id: str, window: timedelta) -> _Held:
        """Take the claim, in a transaction that stays open, unless Postgres does not answer in time."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._ask_again_at:
            return _Held()
        asked = _Asked(key, at, signal_id, window, loop.create_future())
        self._asked.append(asked)
        if len(self._groups) < self._groups_max:
            group = loop.create_task(self._claim_on(), name="claims")
            self._groups.add(group)
            group.add_done_callback(self._groups.discard)
        try:
            async with asyncio.timeout(_CLAIM_WITHIN_S):
                return await asyncio.shield(asked.answer)
        except BaseException as error:
            held = _Held() if asked.answer.cancel() else asked.answer.result()
            if isinstance(error, TimeoutError):
                return held
            if held.group is not None:
                held.group.leave(key, keep=False)
            raise

    async def _claim_on(self) -> None:
        while self._asked:
            window = self._asked[0].window
            group: list[_Asked] = []
            while self._asked and self._asked[0].window == window and len(group) < _TOGETHER_MAX:
                asked = self._asked.popleft()
                if not asked.answer.done():  # else it has waited for too long
                    group.append(asked)
            if group:
                await self._claim_together(group, window=window)

    async def _claim_together(self, asked: Sequence[_Asked], *, window: timedelta) -> None:
        """Claim in one transaction, and end it once each claim has been left."""
        connection: PoolConnectionProxy[asyncpg.Record] | None = None
        try:
            async with asyncio.timeout(_CLAIM_WITHIN_S):
                connection = await self._pool.acquire()
                transaction = connection.transaction()
                await transaction.start()
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
                    each.answer.set_result(_Held())
            await self._drop(connection)
            if not isinstance(error, AWAY):
                raise
            self._ask_again_at = asyncio.get_running_loop().time() + _PAUSE_S
            log.warning("duplicates are known from memory: postgres does not answer", error=type(error).__name__)
            return
        group = _Group(claimed)
        for each in asked:
            if each.answer.done():
                if each.key in claimed:
                    group.leave(each.key, keep=False)
            else:
                each.answer.set_result(_Held(group=group) if each.key in claimed else _Held(first=firsts[each.key]))
        try:
            await group.all_left
            await self._end(connection, transaction, group, kept=len(claimed) - len(group.given_up))
        finally:
            group.ended.set_result(None)

    async def _end(
        self,
        connection: "PoolConnectionProxy[asyncpg.Record]",
        transaction: Transaction,
        group: _Group,
        *,
        kept: int,
    ) -> None:
        try:
            async with asyncio.timeout(_RELEASE_WITHIN_S):
                if kept:
                    if group.given_up:
                        await connection.executemany(_GIVE_UP, group.given_up)
                    await transaction.commit()
                else:
                    await transaction.rollback()
        except AWAY as error:
            # what was accepted is durable without its claim, and remembered here
            log.warning("claims were dropped", accepted=kept, error=type(error).__name__)
            await self._drop(connection)
        else:
            await self._give_back(connection)

    async def _drop(self, connection: "PoolConnectionProxy[asyncpg.Record] | None") -> None:
        """Give a connection up, and with it the claims that its transaction holds."""
        if connection is not None:
            with suppress(asyncpg.InterfaceError):  # a broken connection has left the pool already
                connection.terminate()
            await self._give_back(connection)

    async def _give_back(self, connection: "PoolConnectionProxy[asyncpg.Record]") -> None:
        try:
            await self._pool.release(connection, timeout=_RELEASE_WITHIN_S)
        except AWAY as error:
            log.warning("a connection was given up", error=type(error).__name__)
