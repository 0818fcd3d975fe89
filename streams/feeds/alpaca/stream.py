"""One stream, kept: connected, subscribed to what is wanted, its gaps filled; connected again whenever it is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from random import Random
from typing import Final

from schemas.ticks import Tick
from streams.clocks import Clock
from streams.feeds.alpaca.connection import (
    Connection,
    Endpoint,
    Pace,
    Patience,
    StreamFailed,
    StreamLost,
    StreamRefused,
    TooManySymbols,
    opened,
)
from streams.feeds.alpaca.gap import Tape
from streams.feeds.alpaca.outgoing import Outgoing
from streams.feeds.alpaca.rest import DELAY, Rest
from streams.feeds.alpaca.wanted import changes
from streams.logs import logger
from streams.providers.failures import ProviderFailed

MARGIN: Final = timedelta(seconds=2)
"""History is asked for from so long before the last that was heard; what was published already is known."""
BATCH: Final = 500
"""Symbols of one request."""
HELD_BACK_MAX: Final = 500_000
"""Ticks that wait while a gap is filled."""

_log = logger(__name__)


@dataclass(slots=True)
class _Filling:
    """Symbols whose history is being fetched: what the stream tells of them waits."""

    symbols: frozenset[str] = frozenset()
    waiting: list[Tick] = field(default_factory=list)


class Stream:
    """Publishes what a stream tells.

    tape     shared with whoever else publishes prices of these instruments
    publish  takes ticks in their order
    is_open  whether the market is
    mute_s   without a tick for so long in an open market a connection counts as lost; doubled until one comes
    since    until when symbols were covered by an earlier run
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        key: str,
        secret: str,
        tape: Tape,
        rest: Rest,
        publish: Callable[[Sequence[Tick]], Awaitable[None]],
        clock: Clock,
        gap_max: timedelta,
        is_open: Callable[[], bool],
        mute_s: float = inf,
        since: dict[str, datetime] | None = None,
        pace: Pace | None = None,
        patience: Patience | None = None,
        random: Random | None = None,
    ) -> None:
        self.endpoint = endpoint
        self._key = key
        self._secret = secret
        self._tape = tape
        self._rest = rest
        self._outgoing = Outgoing(publish)
        self._clock = clock
        self._gap_max = gap_max
        self._is_open = is_open
        self._pace = pace or Pace()
        self._patience = patience or Patience()
        self._random = random or Random()
        self._target: tuple[str, ...] = ()
        self._changed = asyncio.Event()
        self._subscribed: frozenset[str] = frozenset()
        self._covered: dict[str, datetime] = dict(since or {})
        """until when, of symbols whose history since then has not been told"""
        self._filling = _Filling()
        self._room: int | None = None
        """symbols that the plan allows, once it has refused more"""
        self._mute_s = self._mute_first_s = mute_s
        self._is_mute = False
        self._told_at = 0.0
        self._unreadable = 0
        self.is_up = asyncio.Event()
        self.is_down = asyncio.Event()
        self.is_down.set()
        self.down_from = asyncio.get_running_loop().time()
        """when a stream that is down was last heard, by the loop's clock"""
        self.why = "not connected yet"
        """the newest failure"""

    def want(self, symbols: Sequence[str]) -> None:
        """Say what to be subscribed to, the most important first."""
        if tuple(symbols) != self._target:
            self._target = tuple(symbols)
            self._changed.set()

    async def run(self) -> None:
        """Keep the stream until cancelled; raises an ExceptionGroup of what `publish` raises."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._outgoing.send())
            group.create_task(self._keep())

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        failures, complaint = 0, ""
        while True:
            began = loop.time()
            try:
                await self._connected()
            except StreamFailed as failure:
                refused = isinstance(failure, StreamRefused)
                self._lost(str(failure))
                failures = 1 if loop.time() - began > self._patience.steady_s else failures + 1
                if str(failure) != complaint:
                    complaint = str(failure)
                    (_log.error if refused else _log.info)("a stream has failed", stream=self.name, why=complaint)
                await asyncio.sleep(self._patience.wait_s(failures, self._random, refused=refused))

    @property
    def name(self) -> str:
        return self.endpoint.name

    async def _connected(self) -> None:
        """Work on one connection until it ends: raises StreamLost, StreamRefused."""
        async with opened(self.endpoint, key=self._key, secret=self._secret, pace=self._pace) as connection:
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._read(connection))
                    group.create_task(connection.keep_alive())
                    group.create_task(self._keep_subscribed(connection))
                    group.create_task(self._mind_silence())
            except BaseExceptionGroup as several:
                raise several.exceptions[0] from None
            finally:
                if self.is_up.is_set():
                    self.down_from = connection.heard_at

    def _lost(self, why: str) -> None:
        # what came before the last that was heard came too: a pong overtakes nothing
        silent_s = asyncio.get_running_loop().time() - self.down_from
        covered_until = self._clock.now() - timedelta(seconds=silent_s)
        for symbol in self._subscribed - self._filling.symbols:
            self._covered[symbol] = covered_until
        self._subscribed = frozenset()
        self._filling = _Filling()
        self.why = why
        self.is_up.clear()
        self.is_down.set()

    async def _read(self, connection: Connection) -> None:
        async for said in connection.frames():
            if said.ticks:
                self._told_at = asyncio.get_running_loop().time()
                self._is_mute, self._mute_s = False, self._mute_first_s
                self._up()
                await self._take(said.ticks)
            if said.unreadable and not self._unreadable:
                _log.warning("messages that cannot be read", stream=self.name, count=said.unreadable)
            self._unreadable += said.unreadable

    async def _take(self, ticks: Iterable[Tick]) -> None:
        await self._outgoing.room()
        # without an await from here on: what is noted as published is on its way
        filling = self._filling
        if filling.symbols:
            at_once = [tick for tick in ticks if tick.symbol not in filling.symbols]
            filling.waiting += [tick for tick in ticks if tick.symbol in filling.symbols]
            if len(filling.waiting) > HELD_BACK_MAX:
                raise StreamLost("more ticks came than can wait for a gap to be filled")
            ticks = at_once
        self._outgoing.put(self._tape.live(ticks))

    def _up(self) -> None:
        self.is_down.clear()
        self.is_up.set()

    async def _mind_silence(self) -> None:
        """Look for a connection that answers and tells nothing; raises StreamLost."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            await asyncio.sleep(min(1.0, self._mute_s))
            if not self._subscribed or not self._is_open():
                began = loop.time()
            elif loop.time() - max(began, self._told_at) > self._mute_s:
                mute_s, self._mute_s, self._is_mute = self._mute_s, self._mute_s * 2, True
                raise StreamLost(f"connected, but mute for {mute_s:g} s in an open market")

    async def _keep_subscribed(self, connection: Connection) -> None:
        while True:
            self._changed.clear()
            await self._subscribe(connection)
            if not self._is_mute:
                self._up()
            if self._filling.symbols:
                await self._fill()
            await self._changed.wait()

    async def _subscribe(self, connection: Connection) -> None:
        """Ask for what has changed. The ticks of what is added wait until their gap is filled."""
        difference = changes(self._subscribed, self._target[: self._room])
        for some in _batches(difference.drop):
            await connection.subscribe("unsubscribe", some)
            self._subscribed -= frozenset(some)
            for symbol in some:
                self._covered.pop(symbol, None)
        queue, step = difference.add, BATCH
        while queue:
            some = queue[:step]
            self._filling.symbols |= frozenset(some)
            try:
                await connection.subscribe("subscribe", some)
            except TooManySymbols as failure:
                # refused as a whole: what there is room for is found by halves, the important ones first
                self._filling.symbols -= frozenset(some)
                if len(some) == 1:
                    self._room = len(self._subscribed)
                    _log.error("fewer symbols than wanted", stream=self.name, why=str(failure), symbols=self._room)
                    return
                step = len(some) // 2
                continue
            self._subscribed |= frozenset(some)
            queue = queue[len(some) :]

    async def _fill(self) -> None:
        """Publish what is missing of the symbols that were added, then what the stream has told since."""
        filling = self._filling
        history = await self._missing(sorted(filling.symbols))
        await self._outgoing.room()
        # without an await from here on: nothing comes in between
        waiting, filling.waiting = filling.waiting, []
        self._outgoing.put(self._tape.filled(history, waiting))
        for symbol in filling.symbols:
            self._covered.pop(symbol, None)
        filling.symbols = frozenset()

    async def _missing(self, symbols: Sequence[str]) -> list[Tick]:
        """Return the ticks since each symbol was covered last; of one that was not, or not for long, the newest."""
        now = self._clock.now()
        since = {
            symbol: until
            for symbol in symbols
            if (until := self._covered.get(symbol)) is not None and now - until <= self._gap_max
        }
        told: list[Tick] = []
        if too_long := [until for symbol in symbols if (until := self._covered.get(symbol)) and symbol not in since]:
            _log.warning("a gap is too long to be filled", stream=self.name, since=min(too_long).isoformat())
        if since:
            start = min(since.values()) - MARGIN - DELAY.get(self.endpoint.feed, timedelta())
            try:
                async with asyncio.timeout(self._patience.fill_s):
                    history = await self._rest.since(sorted(since), start)
                if history.whole:
                    told += history.ticks
                    _log.info("a gap is filled", stream=self.name, since=start.isoformat(), ticks=len(history.ticks))
                else:
                    self._not_filled("its history has too many ticks", since)
                    since = {}
            except (ProviderFailed, TimeoutError) as failure:
                self._not_filled(str(failure) or "no answer in time", since)
                since = {}
        if others := [symbol for symbol in symbols if symbol not in since]:
            try:
                async with asyncio.timeout(self._patience.fill_s):
                    told += await self._rest.latest(others)
            except (ProviderFailed, TimeoutError) as failure:
                _log.info("no newest quotes", stream=self.name, why=str(failure) or "no answer in time")
        return told

    def _not_filled(self, why: str, since: dict[str, datetime]) -> None:
        _log.warning("a gap is not filled", stream=self.name, why=why, since=min(since.values()).isoformat())


def _batches(symbols: Sequence[str]) -> Iterable[Sequence[str]]:
    return (symbols[first : first + BATCH] for first in range(0, len(symbols), BATCH))
