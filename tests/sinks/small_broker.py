"""A broker in memory that misbehaves as it is told, and a store in memory; both outlive an executor that dies."""

import asyncio
import itertools
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from schemas.event import Event
from schemas.orders import CancelRequested, OrderUpdated
from sinks.broker import (
    BrokerAccount,
    BrokerOrder,
    BrokerPosition,
    Busy,
    Execution,
    Gap,
    NewOrder,
    OrderNews,
    Refused,
    State,
    Unavailable,
    Undone,
)
from sinks.live_orders import Followed, LiveOrder

Trouble = Literal["before", "after", "busy"] | Refused
"""A request that fails before it is carried out or after it, one that is told to wait, one that is refused."""


class SmallBroker:
    """Orders are filled, cancelled and ended by the test; what is said of them may be lost, repeated or late."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.orders: dict[str, BrokerOrder] = {}
        self.done: list[Execution] = []
        self.asked: list[tuple[str, str]] = []
        self.troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self.hidden: set[str] = set()
        """Client order ids that cannot be found for the time being."""
        self.is_silent = False
        self._executions = itertools.count(1)
        self._streams: list[asyncio.Queue[OrderNews | Gap]] = []

    def order(self, client_order_id: str) -> BrokerOrder:
        return next(order for order in self.orders.values() if order.client_order_id == client_order_id)

    async def _ask(self, what: str, subject: str, carry_out: Callable[[], Any]) -> Any:
        self.asked.append((what, subject))
        await asyncio.sleep(0)
        trouble = self.troubles[what].popleft() if self.troubles[what] else None
        if isinstance(trouble, Refused):
            raise trouble
        if trouble == "busy":
            raise Busy(2)
        if trouble == "before":
            raise Unavailable("status 503")
        answer = carry_out()
        if trouble == "after":
            raise Unavailable("no answer in time")
        return answer

    def say(self, news: OrderNews | Gap) -> None:
        if not self.is_silent:
            for stream in self._streams:
                stream.put_nowait(news)

    def _put(self, order: BrokerOrder, **news: Any) -> OrderNews:
        self.orders[order.broker_order_id] = order
        said = OrderNews(order=order, at=self._now(), **news)
        self.say(said)
        return said

    async def submit(self, order: NewOrder) -> BrokerOrder:
        def place() -> BrokerOrder:
            if any(known.client_order_id == order.client_order_id for known in self.orders.values()):
                raise Refused("duplicate_client_order_id", "client_order_id must be unique")
            placed = BrokerOrder(
                broker_order_id=f"b{len(self.orders) + 1}",
                client_order_id=order.client_order_id,
                option_symbol=order.option_symbol,
                state="working",
                quantity=order.quantity,
                filled_quantity=0,
            )
            self._put(placed)
            return placed

        answer: BrokerOrder = await self._ask("submit", order.client_order_id, place)
        return answer

    async def find(self, client_order_id: str) -> BrokerOrder | None:
        def look() -> BrokerOrder | None:
            known = (order for order in self.orders.values() if order.client_order_id == client_order_id)
            return None if client_order_id in self.hidden else next(known, None)

        answer: BrokerOrder | None = await self._ask("find", client_order_id, look)
        return answer

    async def get(self, broker_order_id: str) -> BrokerOrder | None:
        answer: BrokerOrder | None = await self._ask("get", broker_order_id, lambda: self.orders.get(broker_order_id))
        return answer

    async def cancel(self, broker_order_id: str) -> None:
        def end() -> None:
            if self.orders[broker_order_id].state != "working":
                raise Refused("not_cancelable", "already over")
            self.end(broker_order_id, "canceled")

        await self._ask("cancel", broker_order_id, end)

    async def open_orders(self) -> Sequence[BrokerOrder]:
        found: list[BrokerOrder] = await self._ask(
            "open_orders", "", lambda: [order for order in self.orders.values() if order.state == "working"]
        )
        return found

    async def executions(self, since: datetime) -> Sequence[Execution]:
        found: list[Execution] = await self._ask(
            "executions",
            "",
            lambda: [replace(done, execution_id=None) for done in self.done if done.executed_at >= since],
        )
        return found

    async def positions(self) -> Sequence[BrokerPosition]:
        return []

    async def account(self) -> BrokerAccount:
        raise Unavailable("not asked here")

    async def news(self) -> AsyncIterator[OrderNews | Gap]:
        stream: asyncio.Queue[OrderNews | Gap] = asyncio.Queue()
        self._streams.append(stream)
        yield Gap()
        while True:
            yield await stream.get()

    def fill(self, broker_order_id: str, quantity: int, price: str) -> OrderNews:
        """Execute contracts of an order."""
        order = self.orders[broker_order_id]
        filled = order.filled_quantity + quantity
        execution = Execution(
            broker_order_id=broker_order_id,
            option_symbol=order.option_symbol,
            quantity=quantity,
            price=Decimal(price),
            filled_quantity=filled,
            executed_at=self._now(),
            execution_id=f"e{next(self._executions)}",
        )
        self.done.append(execution)
        state: State = "filled" if filled == order.quantity else "working"
        return self._put(replace(order, filled_quantity=filled, state=state), execution=execution)

    def end(self, broker_order_id: str, state: State, **changes: Any) -> OrderNews:
        """End an order."""
        return self._put(replace(self.orders[broker_order_id], state=state, **changes))

    def replace_elsewhere(self, broker_order_id: str, *, quantity: int) -> str:
        """Replace an order as somebody would who trades by hand; returns the new one's id."""
        new = f"b{len(self.orders) + 1}"
        old = self.orders[broker_order_id]
        self.orders[new] = replace(
            old, broker_order_id=new, client_order_id=f"by-hand-{new}", quantity=quantity, filled_quantity=0
        )
        self.end(broker_order_id, "replaced", replaced_by=new)
        return new

    def undo(self, broker_order_id: str, filled_quantity: int, *, price: str | None = None) -> OrderNews:
        """Take an execution back, or correct its price."""
        execution = next(
            done
            for done in self.done
            if (done.broker_order_id, done.filled_quantity) == (broker_order_id, filled_quantity)
        )
        undone = Undone(
            broker_order_id=broker_order_id,
            execution_id=str(execution.execution_id),
            quantity=execution.quantity,
            corrected_price=None if price is None else Decimal(price),
            at=self._now(),
        )
        said = OrderNews(order=self.orders[broker_order_id], at=self._now(), undone=undone)
        self.say(said)
        return said

    def take_back(self, broker_order_id: str, filled_quantity: int) -> None:
        """Take an execution back as Alpaca does: the order's count goes down, and it is listed no more."""
        order = self.orders[broker_order_id]
        said = self.undo(broker_order_id, filled_quantity)
        assert said.undone is not None
        execution = next(done for done in self.done if done.execution_id == said.undone.execution_id)
        self.done.remove(execution)
        self.orders[broker_order_id] = replace(order, filled_quantity=order.filled_quantity - execution.quantity)


@dataclass
class MemoryStore:
    """A store in memory. Before and after a transaction is carried out a test may have a word, and raise."""

    rows: dict[str, LiveOrder] = field(default_factory=dict)
    cancels: dict[str, str] = field(default_factory=dict)
    told: dict[str, Event] = field(default_factory=dict)
    before_next: Callable[[str], None] = lambda what: None
    after_next: Callable[[str], None] = lambda what: None

    def _joined(self, live: LiveOrder) -> LiveOrder:
        return replace(live, cancel_reason=live.cancel_reason or self.cancels.get(live.order_id))

    async def _begin(self, what: str) -> None:
        await asyncio.sleep(0)
        self.before_next(what)

    async def add(self, taken: Sequence[Followed]) -> Sequence[LiveOrder]:
        await self._begin("add")
        new = []
        for followed in taken:
            key = followed.order.order.client_order_id
            if key not in self.rows:
                self.rows[key] = followed.order
                self._tell(followed.updates)
                new.append(self._joined(followed.order))
        self.after_next("add")
        return new

    async def ask_cancel(self, requests: Sequence[CancelRequested]) -> None:
        await self._begin("ask_cancel")
        for request in requests:
            self.cancels.setdefault(request.order_id, request.reason)
        self.after_next("ask_cancel")

    async def save(self, followed: Followed) -> None:
        await self._begin("save")
        self.rows[followed.order.order.client_order_id] = followed.order
        self._tell(followed.updates)
        self.after_next("save")

    async def unfinished(self) -> Sequence[LiveOrder]:
        await self._begin("unfinished")
        return [self._joined(live) for live in self.rows.values() if live.state != "ended"]

    async def find(self, broker_order_id: str) -> LiveOrder | None:
        await self._begin("find")
        return next((live for live in self.rows.values() if broker_order_id in live.chain), None)

    async def sent_since(self, instant: datetime) -> Sequence[datetime]:
        await self._begin("sent_since")
        return [live.sent_at for live in self.rows.values() if live.sent_at is not None and live.sent_at >= instant]

    async def tell(self, events: Sequence[Event]) -> None:
        await self._begin("tell")
        self._tell(events)

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            number = len(self.told) + 1
            self.told.setdefault(event.event_id, event.model_copy(update={"sequence": number}))

    @property
    def updates(self) -> list[OrderUpdated]:
        return [event for event in self.told.values() if isinstance(event, OrderUpdated)]
