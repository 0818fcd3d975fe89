"""The same alert twice within a minute counts once; one that its sender has named, once under its name.

A claim is a row of `webhook_dedup`, held in a transaction while its alert is made durable: one that failed, or whose
process died, leaves nothing behind that would turn the sender's next try away as a duplicate. While Postgres is away,
this process' memory of what it accepted stands in.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import asyncpg

from api.claims import Claims, Key
from schemas.ids import derived_id

WINDOW = timedelta(seconds=60)
FOREVER = timedelta(days=36_500)

_REMEMBERED_MAX = 20_000


def bias_key(event_id: str, symbol: str) -> Key:
    """Return the key of a bias, which is known by its sender's id for good: `event_id` derives from that id."""
    return Key(event_id, symbol, "bias", "bias", False)


def sent_key(sent_as: str, account_id: str) -> Key:
    """Return the key of an alert that its sender has named: it is the same for as long as its name is kept."""
    return Key(derived_id("sent", account_id, sent_as), "", "sent", "sent", False)


class Deduplication:
    """Claims of alerts, and this process' memory of them."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._claims = Claims(pool)
        self._turns: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._remembered: OrderedDict[Key, tuple[datetime, str]] = OrderedDict()

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
            held = await self._claims.hold(key, at=at, signal_id=signal_id, window=window)
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
