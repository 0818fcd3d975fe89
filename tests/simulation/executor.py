"""The live executor under a scheduler: it dies between any two of its steps, and its broker answers as it likes.

The code at work is `sinks.execution`; the store forgets what was not committed, the broker may take an order and say
nothing of it. Orders come at least once, and are committed once the store has them.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from schemas.orders import CancelRequested, OrderPlaced, OrderUpdated
from sinks.broker import Busy, Refused, Unavailable
from sinks.execution import LiveExecution
from tests.simulation.loops import Clock, ProcessLoop, process_loop
from tests.sinks.executing import LIMITS, cancel_of, order
from tests.sinks.small_broker import MemoryStore, SmallBroker
from tests.sinks.virtual_time import START

MOVES_MAX = 4_000
TROUBLED = 220
"""Moves in which things go wrong."""
_ENDS = frozenset({"canceled", "expired", "failed"})


class Timing:
    """The executor's clock, and pauses on the loop of its process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return START + timedelta(seconds=self._clock.now)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Turns:
    """Steps that wait for the scheduler. Those of a process that has died wait for ever."""

    def __init__(self) -> None:
        self.waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        await turn


class TurnedStore(MemoryStore):
    """A store whose transactions are carried out when the scheduler says, or not at all."""

    turns: Turns

    async def _begin(self, what: str) -> None:
        await self.turns.take()


class TurnedBroker(SmallBroker):
    """A broker that fails before or after it has done what it was asked for, and hides for a while what it took."""

    def __init__(self, turns: Turns, rng: random.Random, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.turns = turns
        self.rng = rng
        self.is_troubled = True

    async def _ask(self, what: str, subject: str, carry_out: Callable[[], Any]) -> Any:
        await self.turns.take()
        dice = self.rng.random() if self.is_troubled else 1.0
        if dice < 0.1:
            raise Unavailable("status 503")
        if dice < 0.15:
            raise Busy(2)
        if what == "submit" and dice < 0.2:
            raise Refused("insufficient_buying_power", "not enough")
        answer = carry_out()
        await self.turns.take()
        if dice < 0.45:
            if what == "submit" and self.rng.random() < 0.5:
                self.hidden.add(subject)
            raise Unavailable("no answer in time")
        return answer


@dataclass(frozen=True, slots=True)
class Executed:
    """How a schedule went."""

    violations: tuple[str, ...]
    happened: Counter[str]


class ExecutorWorld:
    """One schedule of orders, cancellations, fills and deaths."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(f"executor {seed}")
        self._clock = Clock()
        self._turns = Turns()
        self.store = TurnedStore()
        self.store.turns = self._turns
        self.broker = TurnedBroker(self._turns, self._rng, Timing(self._clock).now)
        self._messages = self._planned()
        self._sent = self._committed = self._taken = 0
        self._loop: ProcessLoop | None = None
        self._buried: list[ProcessLoop] = []
        self._running: asyncio.Task[None] | None = None
        self._taking: asyncio.Task[None] | None = None
        self.happened: Counter[str] = Counter()

    def _planned(self) -> list[OrderPlaced | CancelRequested]:
        orders = [
            order(
                f"{number}",
                symbol=self._rng.choice(("SPY", "QQQ")),
                closes=self._rng.random() < 0.3,
                expires_at=START + timedelta(seconds=self._rng.choice((20, 60, 300))),
                limit_price=Decimal("2.45"),
            )
            for number in range(self._rng.randint(1, 4))
        ]
        messages: list[OrderPlaced | CancelRequested] = [*orders]
        for placed in orders:
            if self._rng.random() < 0.4:
                messages.insert(self._rng.randint(0, len(messages)), cancel_of(placed))
        return messages

    @property
    def orders(self) -> list[OrderPlaced]:
        return [message for message in self._messages if isinstance(message, OrderPlaced)]

    def play(self) -> Executed:
        """Move until every order has ended, here and at the broker."""
        try:
            return self._played()
        finally:
            for loop in (*self._buried, *([self._loop] if self._loop else [])):
                loop.clear_away()

    def _played(self) -> Executed:
        for number in range(MOVES_MAX):
            self.broker.is_troubled = number < TROUBLED
            if not self.broker.is_troubled:
                self.broker.is_silent = False
                self.broker.hidden.clear()
                if self._is_over():
                    return Executed(tuple(self._wrong()), self.happened)
            self._rng.choice(self._moves())()
        return Executed((f"orders have no end within {MOVES_MAX} moves", *self._wrong()), self.happened)

    def _is_over(self) -> bool:
        ended = [live.state == "ended" for live in self.store.rows.values()]
        return self._committed == len(self._messages) and len(ended) == len(self.orders) and all(ended)

    def _moves(self) -> list[Callable[[], object]]:
        moves: list[Callable[[], object]] = [self._pass]
        if self._sent < len(self._messages):
            moves.append(self._send)
        if self._loop is None:
            return [*moves, self._start]
        moves += [self._turn] * min(6, 2 * len(self._turns.waiting))
        if self._taking is None and self._taken < self._sent:
            moves += [self._take] * 2
        if self._taking is not None and self._taking.done():
            moves.append(self._commit)
        working = [known.broker_order_id for known in self.broker.orders.values() if known.state == "working"]
        if working:
            moves.append(partial(self._fill, self._rng.choice(working)))
        if self.broker.is_troubled:
            moves.append(self._trouble)
        return moves

    def _run(self) -> None:
        assert self._loop is not None
        self._loop.run()
        if self._running is not None and self._running.done():
            self._running.result()

    def _start(self) -> None:
        self._loop = process_loop(self._clock)
        timing = Timing(self._clock)
        execution = LiveExecution(store=self.store, broker=self.broker, timing=timing, limits=LIMITS)
        self._running = self._loop.start(execution.run())
        self._execution = execution
        self._taken, self._taking = self._committed, None
        self.happened["start"] += 1
        self._run()

    def _send(self) -> None:
        self._sent += 1

    def _take(self) -> None:
        assert self._loop is not None
        batch = self._messages[self._taken : self._taken + self._rng.randint(1, 3)]
        batch = batch[: self._sent - self._taken]
        self._taken += len(batch)
        placed = [message for message in batch if isinstance(message, OrderPlaced)]
        self.happened["taken again"] += sum(one.client_order_id in self.store.rows for one in placed)
        cancels = [message for message in batch if isinstance(message, CancelRequested)]
        self._taking = self._loop.start(self._execution.take(placed, cancels))
        self._run()

    def _commit(self) -> None:
        if self._rng.random() < 0.3:
            self._committed = self._taken
        if self._committed == self._taken:
            self._taking = None
        elif self._taken < self._sent:
            self._taking = None  # more is taken before the commit

    def _turn(self) -> None:
        if self._turns.waiting:
            turn = self._turns.waiting[self._rng.randrange(len(self._turns.waiting))]
            self._turns.waiting.remove(turn)
            turn.set_result(None)
            self._run()

    def _pass(self) -> None:
        self._clock.now += self._rng.choice((0.1, 0.5, 0.5, 2.0, 6.0, 31.0))
        if self._loop is not None:
            self._run()

    def _fill(self, broker_order_id: str) -> None:
        known = self.broker.orders[broker_order_id]
        left = known.quantity - known.filled_quantity
        self.broker.fill(broker_order_id, self._rng.randint(1, left), "2.40")
        self._clock.now += 0.01
        self._run()

    def _trouble(self) -> None:
        what = self._rng.choice(("die", "silence", "show"))
        if what == "show":
            self.broker.hidden.clear()
        elif what == "silence":
            self.broker.is_silent = not self.broker.is_silent
        elif self._loop is not None and self._rng.random() < 0.15:
            self.happened["died"] += 1
            self._buried.append(self._loop)
            self._loop = self._taking = self._running = None
            self._turns.waiting.clear()
            self.broker._streams.clear()

    def _wrong(self) -> list[str]:
        """Return what contradicts that each order came to the broker once, and all that it came to was told once."""
        found = []
        for placed in self.orders:
            told = [update for update in self.store.updates if update.order_id == placed.event_id]
            found += [f"order {placed.event_id}: {text}" for text in self._wrong_with(placed, told)]
        return found

    def _wrong_with(self, placed: OrderPlaced, told: list[OrderUpdated]) -> list[str]:
        mine = [one for one in self.broker.orders.values() if one.client_order_id == placed.client_order_id]
        executed = [
            (one.quantity, one.filled_quantity)
            for one in self.broker.done
            if one.broker_order_id in {one.broker_order_id for one in mine}
        ]
        said = [(one.quantity, one.filled_quantity) for one in told if one.status in ("partially_filled", "filled")]
        ends = [one for one in told if one.status in (*_ENDS, "filled")]
        found = []
        if len(mine) > 1:
            found.append(f"the broker has {len(mine)} of it")
        if said != executed:
            found.append(f"{executed} was executed, {said} was told")
        if len(ends) != 1 or told[-1] is not ends[0]:
            found.append(f"its end was told {len(ends)} times, among {[one.status for one in told]}")
        if any(one.state == "working" for one in mine):
            found.append("it works on at the broker")
        if any(one.status == "failed" for one in told) and mine:
            found.append("it has failed, and the broker has it")
        return found


def execute(seed: int) -> Executed:
    """Play the schedule of a number."""
    return ExecutorWorld(seed).play()
