"""Placing an order at a broker, once: what became of a request without an answer is found out first."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from weakref import WeakValueDictionary

from sinks.broker import Broker, Busy, Refused, Unavailable
from sinks.line import PAUSE_MAX_S, Line, Timing
from sinks.live_orders import Followed, LiveOrder, canceled_unsent, failed, follow, request_of
from sinks.order_guard import Limits, opens, refusal, wait_for_rate
from sinks.working_orders import WorkingOrders
from streams.logs import logger

PATIENCE = (0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 5.0)
"""Pauses, seconds, before each look for an order whose request got no answer: 26 s until it is sent again."""
AT_A_TIME = 8

log = logger(__name__)


def guarded(live: LiveOrder, limits: Limits, *, at: datetime) -> Followed:
    """Return an order as the guard leaves it: failed when it is not let through."""
    code = refusal(live.order, limits=limits)
    if code is None:
        return Followed(live)
    log.warning("order_refused", order_id=live.order_id, code=code)
    return failed(live, code, at=at)


class Placing:
    """Places orders: those for one contract one after another, in the order they came; AT_A_TIME in all.

    after  is told of each change that an order has gone through
    """

    def __init__(
        self,
        orders: WorkingOrders,
        *,
        broker: Broker,
        line: Line,
        timing: Timing,
        limits: Limits,
        patience: Sequence[float],
        after: Callable[[Followed], None],
    ) -> None:
        self._orders = orders
        self._broker = broker
        self._line = line
        self._timing = timing
        self._limits = limits
        self._patience = patience
        self._after = after
        self._slots = asyncio.Semaphore(AT_A_TIME)
        self._contracts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._sent: deque[datetime] = deque(maxlen=limits.per_minute_max)

    def note_sent(self, instants: Sequence[datetime]) -> None:
        """Count orders that were sent before this process began."""
        self._sent.extend(sorted(instants))

    async def place(self, live: LiveOrder) -> None:
        """Place an order, or find it placed; returns when the broker has it, or it has ended."""
        contract = live.order.option_symbol
        turn = self._contracts.get(contract)
        if turn is None:
            turn = self._contracts[contract] = asyncio.Lock()
        async with turn:
            await self._until_placed(live.order_id, may_be_there=live.state == "sent")

    async def _until_placed(self, order_id: str, *, may_be_there: bool) -> None:
        is_there = was_away = False
        while (live := self._orders.get(order_id)) is not None and not live.chain:
            if may_be_there or is_there:
                await self._search(live)
                may_be_there = False
                continue
            if await self._is_given_up(order_id, was_away=was_away):
                continue
            if live.sent_at is None and await self._waits(live):
                continue
            if not await self._line.is_free():
                was_away = True
                continue
            try:
                await self._send(order_id, live)
            except Refused as refused:
                log.warning("order_refused", order_id=order_id, code=refused.code, error=str(refused))
                if refused.code == "duplicate_client_order_id":
                    is_there = True  # it only cannot be seen yet
                else:
                    await self._change(order_id, partial(failed, reason=refused.code, at=self._timing.now()))
            except Unavailable as failure:
                log.warning("order_without_answer", order_id=order_id, error=str(failure))
                was_away, may_be_there = True, not isinstance(failure, Busy)

    async def _search(self, live: LiveOrder) -> None:
        """Look for an order; returns once it is found, or was not at each of the looks that were answered."""
        for pause_s in self._patience:
            answered = False
            while not answered:
                await self._timing.pause(pause_s)
                now_live = self._orders.get(live.order_id)
                if now_live is None or now_live.chain:
                    return  # the stream was faster
                try:
                    seen = await self._line.ask(lambda: self._broker.find(live.order.client_order_id))
                except (Unavailable, Refused) as failure:
                    log.warning("order_not_looked_for", order_id=live.order_id, error=str(failure))
                    continue
                answered = True
                if seen is not None:
                    await self._change(live.order_id, partial(follow, seen=seen, at=self._timing.now()))
                    return

    async def _is_given_up(self, order_id: str, *, was_away: bool) -> bool:
        """Return whether the order, which the broker has not got, is over before it was placed."""
        at = self._timing.now()

        def given_up(live: LiveOrder) -> Followed:
            if live.cancel_reason is not None:
                return canceled_unsent(live, at=at)
            expires_at = live.order.expires_at
            if opens(live.order) and expires_at is not None and at >= expires_at:
                return failed(live, "broker_unavailable" if was_away else "too_late", at=at)
            return Followed(live)

        followed = await self._change(order_id, given_up)
        return followed is None or bool(followed.updates)

    async def _waits(self, live: LiveOrder) -> bool:
        """Return whether orders come too fast: one that opens has failed then, one that closes has waited a little."""
        at = self._timing.now()
        wait_s = wait_for_rate(self._sent, now=at, limits=self._limits).total_seconds()
        if wait_s <= 0:
            return False
        if opens(live.order):
            log.warning("order_refused", order_id=live.order_id, code="too_many_orders")
            await self._change(live.order_id, partial(failed, reason="too_many_orders", at=at))
        else:
            await self._timing.pause(min(wait_s, PAUSE_MAX_S))
        return True

    async def _send(self, order_id: str, live: LiveOrder) -> None:
        """Ask for an order whose sending is on record; raises Refused, Unavailable."""
        if live.sent_at is None:
            self._sent.append(self._timing.now())
        async with self._slots:
            at = self._timing.now()
            await self._change(order_id, lambda live: Followed(replace(live, state="sent", sent_at=at)))
            seen = await self._line.ask_now(lambda: self._broker.submit(request_of(live.order)))
        await self._change(order_id, partial(follow, seen=seen, at=self._timing.now()))

    async def _change(self, order_id: str, fold: Callable[[LiveOrder], Followed]) -> Followed | None:
        followed = await self._orders.change(order_id, fold)
        if followed is not None:
            self._after(followed)
        return followed
