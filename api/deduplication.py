"""The same alert twice within a minute counts once; one that its sender has named, once under its name.

A claim is a row of `webhook_dedup`, held in a transaction while its alert is made durable: one that failed, or whose
process died, leaves nothing behind that would turn the sender's next try away as a duplicate. While Postgres is away,
this process' memory of what it accepted stands in.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
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
_OTHERS = 4  # connections left to the spool, the log of calls and the queries

# a claim lost with a crash of Postgres itself lets one duplicate through, so its commit need not wait for the disk
_CLAIM = """
INSERT INTO webhook_dedup AS held (account_id, symbol, direction, timeframe, is_test, accepted_at, signal_id)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (account_id, symbol, direction, timeframe, is_test) DO UPDATE
   SET accepted_at = EXCLUDED.accepted_at, signal_id = EXCLUDED.signal_id
 WHERE held.accepted_at <= EXCLUDED.accepted_at - $8::interval
    OR held.accepted_at >= EXCLUDED.accepted_at + $8::interval
RETURNING set_config('synchronous_commit', 'off', true)
"""
_CLAIMED = """
SELECT signal_id::text FROM webhook_dedup
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


class _Held(NamedTuple):
    connection: "PoolConnectionProxy[asyncpg.Record]"
    transaction: Transaction
    first: str | None


class Deduplication:
    """Claims of alerts, shared by all processes through Postgres."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._turns: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._remembered: OrderedDict[Key, tuple[datetime, str]] = OrderedDict()
        self._room = asyncio.Semaphore(max(1, pool.get_max_size() - _OTHERS))
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
            if held is not None and held.first is not None:
                await self._let_go(held, keep=False)
                yield held.first
                return
            try:
                yield None
            except BaseException:
                if held is not None:
                    await self._let_go(held, keep=False)
                raise
            self._remember(key, at=at, signal_id=signal_id)
            if held is not None:
                await self._let_go(held, keep=True)

    def _accepted(self, key: Key, *, at: datetime, window: timedelta) -> str | None:
        accepted_at, signal_id = self._remembered.get(key, (None, None))
        return signal_id if accepted_at is not None and abs(at - accepted_at) < window else None

    def _remember(self, key: Key, *, at: datetime, signal_id: str) -> None:
        self._remembered[key] = (at, signal_id)
        self._remembered.move_to_end(key)
        if len(self._remembered) > _REMEMBERED_MAX:
            self._remembered.popitem(last=False)

    async def _hold(self, key: Key, *, at: datetime, signal_id: str, window: timedelta) -> _Held | None:
        """Take the claim in a transaction that stays open, or return None when Postgres does not answer in time."""
        now = asyncio.get_running_loop().time()
        if now < self._ask_again_at:
            return None
        try:
            async with asyncio.timeout(_CLAIM_WITHIN_S):
                await self._room.acquire()
        except TimeoutError:
            return None
        connection: PoolConnectionProxy[asyncpg.Record] | None = None
        transaction: Transaction | None = None
        try:
            async with asyncio.timeout_at(now + _CLAIM_WITHIN_S):
                connection = await self._pool.acquire()
                transaction = connection.transaction()
                await transaction.start()
                first = None
                if await connection.fetchval(_CLAIM, *key, at, signal_id, window) is None:
                    first = await connection.fetchval(_CLAIMED, *key)
                return _Held(connection, transaction, first)
        except BaseException as error:
            if connection is None or transaction is None:
                await self._give_back(connection)
            else:
                await self._let_go(_Held(connection, transaction, None), keep=False)
            if not isinstance(error, AWAY):
                raise
            self._ask_again_at = asyncio.get_running_loop().time() + _PAUSE_S
            log.warning("duplicates are known from memory: postgres does not answer", error=type(error).__name__)
            return None

    async def _let_go(self, held: _Held, *, keep: bool) -> None:
        try:
            async with asyncio.timeout(_RELEASE_WITHIN_S):
                await (held.transaction.commit() if keep else held.transaction.rollback())
        except AWAY as error:
            # what was accepted is durable without its claim, and remembered here; without its connection a claim falls
            with suppress(asyncpg.InterfaceError):  # a broken connection has left the pool already
                held.connection.terminate()
            log.warning("a claim was dropped", accepted=keep, error=type(error).__name__)
        finally:
            await self._give_back(held.connection)

    async def _give_back(self, connection: "PoolConnectionProxy[asyncpg.Record] | None") -> None:
        try:
            if connection is not None:
                await self._pool.release(connection, timeout=_RELEASE_WITHIN_S)
        except AWAY as error:
            log.warning("a connection was given up", error=type(error).__name__)
        finally:
            self._room.release()
