"""Carrying live orders out at a broker, each once, over two things that fail: a store and the broker.

The store knows an order before the broker does, under an id that the broker takes once. What became of a request that
got no answer is asked for before anything is sent again. Neither a clock nor a pause is taken from the machine: both
are passed in. When the store fails, or the process dies, `run` on the same store goes on from there.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from schemas.orders import CancelRequested, OrderPlaced
from schemas.reconciliation import Difference
from sinks.broker import Broker, Execution, Gap, OrderNews, Refused, Unavailable, Undone
from sinks.line import Line, Timing
from sinks.live_orders import Followed, LiveOrder, failed, follow, undo
from sinks.order_guard import WINDOW, Limits
from sinks.placing import PATIENCE, Placing, guarded
from sinks.reconciliation import missing_at_broker
from sinks.working_orders import Store, WorkingOrders
from streams.logs import logger

LOOK_AFTER = timedelta(seconds=30)
"""Without news of an order that works, it is looked at: an update may be lost."""
SOON, SOON_MAX = timedelta(seconds=1), timedelta(seconds=30)
"""To the next look where something is awaited: doubled each time that it has not come."""
OVERLAP = timedelta(minutes=1)
"""Executions are asked for from so long before the newest known one: the broker's clock may differ."""
UNKNOWN_AFTER = timedelta(seconds=10)
"""From its sending on, an order that the broker does not know when asked twice has failed."""
TICK_S = 0.5
LOOKS_AT_A_TIME = 8
LINKS_MAX = 20
"""Orders that replaced one another, followed in one look."""

Cause = Literal["gap", "bust"]

log = logger(__name__)


@dataclass(slots=True)
class _Watch:
    """When an order is looked at next, and what its cancellation has come to."""

    next_at: datetime
    soon: timedelta = SOON
    misses: int = 0
    is_looking: bool = False
    canceled: str = ""
    canceled_at: datetime | None = None


class LiveExecution:
    """An account's live orders at its broker.

    limits    what is let through, whoever asks
    noticed   is told when broker and tables had better be compared, and of what did not agree
    patience  pauses, seconds, before each look for an order whose request got no answer
    """

    def __init__(
        self,
        *,
        store: Store,
        broker: Broker,
        timing: Timing,
        limits: Limits,
        noticed: Callable[[Cause, Sequence[Difference]], None] = lambda cause, differences: None,
        patience: Sequence[float] = PATIENCE,
    ) -> None:
        self._store = store
        self._broker = broker
        self._timing = timing
        self._limits = limits
        self._noticed = noticed
        self.line = Line(timing)
        self._orders = WorkingOrders(store)
        self._placing = Placing(
            self._orders,
            broker=broker,
            line=self.line,
            timing=timing,
            limits=limits,
            patience=patience,
            after=self._after,
        )
        self._watches: dict[str, _Watch] = {}
        self._looks = asyncio.Semaphore(LOOKS_AT_A_TIME)
        self._tasks: asyncio.TaskGroup | None = None
        self._is_running = asyncio.Event()

    @property
    def unfinished(self) -> list[LiveOrder]:
        """Orders that have not ended."""
        return self._orders.all()

    async def has_begun(self) -> None:
        """Return once what was unfinished at the start is at work."""
        await self._is_running.wait()

    async def look_at(self, order_id: str) -> bool:
        """Ask the broker for an order that has not ended; return whether there was news of it."""
        before = self._orders.get(order_id)
        await self._look(order_id)
        return self._orders.get(order_id) is not before

    async def run(self) -> None:
        """Go on with what is unfinished, and follow the broker; ends only with an error, which is the store's."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            now = self._timing.now()
            self._placing.note_sent(await self._store.sent_since(now - WINDOW))
            for live in await self._store.unfinished():
                self._begin(live)
            self._is_running.set()
            tasks.create_task(self._listen(), name="broker's news")
            tasks.create_task(self._watch(), name="looking after orders")

    async def take(self, placed: Sequence[OrderPlaced], cancels: Sequence[CancelRequested] = ()) -> None:
        """Take orders and cancellations, once each however often they come; the store has them when this returns.

        raises   what the store raises
        """
        await self._is_running.wait()
        if cancels:
            await self._store.ask_cancel(cancels)
        if placed:
            now = self._timing.now()
            for live in await self._store.add(
                [guarded(LiveOrder(order, now), self._limits, at=now) for order in placed]
            ):
                if live.state != "ended":
                    self._begin(live)
        for request in cancels:
            await self._cancel_requested(request)

    def _begin(self, live: LiveOrder) -> None:
        assert self._tasks is not None
        self._orders.put(live)
        self._watches[live.order_id] = _Watch(self._timing.now() + LOOK_AFTER)
        if live.chain:
            self._look_now(live.order_id)
        else:
            self._tasks.create_task(self._placing.place(live), name=f"placing {live.order_id}")

    async def _cancel_requested(self, request: CancelRequested) -> None:
        followed = await self._orders.change(
            request.order_id,
            lambda live: Followed(live if live.cancel_reason else replace(live, cancel_reason=request.reason)),
        )
        watch = self._watches.get(request.order_id)
        if followed is not None and followed.order.chain and watch is not None:
            assert self._tasks is not None
            self._tasks.create_task(self._cancel(request.order_id, watch))

    def _after(self, followed: Followed) -> None:
        """Set when to look at an order next, after it has changed."""
        live, now = followed.order, self._timing.now()
        if live.state == "ended":
            self._watches.pop(live.order_id, None)
            return
        watch = self._watches[live.order_id]
        watch.next_at, watch.soon, watch.misses = now + (SOON if watch.canceled else LOOK_AFTER), SOON, 0
        if followed.is_incomplete or (live.chain and live.cancel_reason is not None and not watch.canceled):
            self._look_now(live.order_id)

    def _look_now(self, order_id: str) -> None:
        assert self._tasks is not None
        self._tasks.create_task(self._look(order_id))

    async def _listen(self) -> None:
        is_first = True
        async for news in self._broker.news():
            if isinstance(news, Gap):
                for live in self._orders.all():
                    if live.chain:
                        self._look_now(live.order_id)
                if not is_first:
                    self._noticed("gap", ())
                is_first = False
            else:
                await self._hear(news)

    async def _hear(self, news: OrderNews) -> None:
        order_id = self._orders.id_of(news.order)
        if order_id is not None:
            executions = () if news.execution is None else (news.execution,)
            fold = partial(follow, seen=news.order, executions=executions, at=self._timing.now())
            if (followed := await self._orders.change(order_id, fold)) is not None:
                self._after(followed)
        if news.undone is not None:
            await self._undo(news.undone, order_id)

    async def _undo(self, undone: Undone, order_id: str | None) -> None:
        followed = None
        if order_id is not None:
            followed = await self._orders.change(order_id, partial(undo, undone=undone))
            if followed is not None and followed.is_incomplete:
                await self._look(order_id)
                followed = await self._orders.change(order_id, partial(undo, undone=undone))
        if followed is None and (live := await self._store.find(undone.broker_order_id)) is not None:
            followed = undo(live, undone)
            if followed.updates:
                await self._store.save(followed)
        if followed is not None and followed.is_incomplete:
            log.error("undone_execution_unknown", broker_order_id=undone.broker_order_id)
        if followed is not None and (followed.updates or followed.is_incomplete):
            self._noticed("bust", ())

    async def _watch(self) -> None:
        while True:
            await self._timing.pause(TICK_S)
            now = self._timing.now()
            for order_id, watch in list(self._watches.items()):
                if watch.next_at <= now:
                    watch.next_at = now + LOOK_AFTER
                    self._look_now(order_id)

    async def _look(self, order_id: str) -> None:
        """Ask for an order's state and for what is missing of it; one look at an order at a time."""
        watch = self._watches.get(order_id)
        if watch is None or watch.is_looking:
            return
        watch.is_looking = True
        try:
            async with self._looks:
                for _ in range(LINKS_MAX):
                    if not await self._has_moved_on(order_id, watch):
                        break
                await self._cancel(order_id, watch)
        except (Unavailable, Refused) as failure:
            log.warning("order_not_looked_at", order_id=order_id, error=str(failure))
            self._soon(watch)
        finally:
            watch.is_looking = False

    async def _has_moved_on(self, order_id: str, watch: _Watch) -> bool:
        """Look once; return whether another of the broker's orders has taken the place of the one looked at."""
        live = self._orders.get(order_id)
        if live is None or not live.chain:
            return False
        seen = await self.line.ask(lambda: self._broker.get(live.chain[-1]))
        if seen is None:
            await self._miss(live, watch)
            return False
        executions: Sequence[Execution] = ()
        if live.executed_in(seen.broker_order_id) < seen.filled_quantity:
            since = live.executions[-1].executed_at if live.executions else live.sent_at or live.taken_at
            executions = await self.line.ask(lambda: self._broker.executions(since - OVERLAP))
        fold = partial(follow, seen=seen, executions=executions, at=self._timing.now())
        followed = await self._orders.change(order_id, fold)
        if followed is None or followed.order.state == "ended":
            self._watches.pop(order_id, None)
            return False
        watch.misses = 0
        if followed.order.chain != live.chain:
            return True
        if followed.is_incomplete or watch.canceled:
            self._soon(watch)
        else:
            watch.next_at, watch.soon = self._timing.now() + LOOK_AFTER, SOON
        return False

    async def _miss(self, live: LiveOrder, watch: _Watch) -> None:
        """Note that the broker does not know an order it had."""
        now = self._timing.now()
        watch.misses += 1
        if watch.misses < 2 or now - (live.sent_at or live.taken_at) < UNKNOWN_AFTER:
            self._soon(watch)
            return
        log.error("order_unknown_at_broker", order_id=live.order_id, broker_order_id=live.chain[-1])
        await self._orders.change(live.order_id, partial(failed, reason="unknown_at_broker", at=now))
        self._watches.pop(live.order_id, None)
        self._noticed("gap", (missing_at_broker(live),))

    async def _cancel(self, order_id: str, watch: _Watch) -> None:
        """Ask to cancel what is left of an order that is to be cancelled, unless that was asked a moment ago."""
        live, now = self._orders.get(order_id), self._timing.now()
        if live is None or not live.chain or live.cancel_reason is None:
            return
        link = live.chain[-1]
        if watch.canceled == link and watch.canceled_at is not None and now - watch.canceled_at < LOOK_AFTER:
            return
        watch.canceled, watch.canceled_at = link, now
        try:
            await self.line.ask(lambda: self._broker.cancel(link))
        except Refused as refused:
            # it has ended, or another has taken its place: the look to come tells
            log.info("order_not_cancelled", order_id=order_id, code=refused.code)
        except Unavailable as failure:
            log.warning("cancellation_without_answer", order_id=order_id, error=str(failure))
            watch.canceled = ""
        self._soon(watch)

    def _soon(self, watch: _Watch) -> None:
        watch.next_at = self._timing.now() + watch.soon
        watch.soon = min(watch.soon * 2, SOON_MAX)
