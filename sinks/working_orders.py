"""Orders that have not ended, as they are at work: in memory what the store has, never ahead of it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from schemas.event import Event
from schemas.orders import CancelRequested
from sinks.broker import BrokerOrder
from sinks.live_orders import Followed, LiveOrder


class Store(Protocol):
    """What outlives the process. Each method is one transaction; one that raises may have been carried out or not.

    An event told twice, by its `event_id`, is told once. Events get their `sequence` there, in the order of the calls.
    """

    async def add(self, taken: Sequence[Followed]) -> Sequence[LiveOrder]:
        """Keep orders that are new by client_order_id, and what follows; return those, with cancellations asked for."""

    async def ask_cancel(self, requests: Sequence[CancelRequested]) -> None:
        """Keep that orders are to be cancelled, also those that are not known yet."""

    async def save(self, followed: Followed) -> None:
        """Replace an order, and tell what follows."""

    async def unfinished(self) -> Sequence[LiveOrder]:
        """Return orders that have not ended, in the order in which they were taken."""

    async def find(self, broker_order_id: str) -> LiveOrder | None:
        """Return the order, ended or not, that one of the broker's orders is for."""

    async def sent_since(self, instant: datetime) -> Sequence[datetime]:
        """Return when orders were sent, since an instant."""

    async def tell(self, events: Sequence[Event]) -> None:
        """Tell events that change no order."""


class WorkingOrders:
    """Unfinished orders by their id. One change of an order is made at a time, and saved before it is seen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._orders: dict[str, LiveOrder] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._by_client: dict[str, str] = {}
        self._by_broker: dict[str, str] = {}

    def put(self, live: LiveOrder) -> None:
        """Take an order in as the store has it."""
        order_id = live.order_id
        if live.state == "ended":
            self._forget(order_id)
            return
        self._orders[order_id] = live
        self._turns.setdefault(order_id, asyncio.Lock())
        self._by_client[live.order.client_order_id] = order_id
        for broker_order_id in live.chain:
            self._by_broker[broker_order_id] = order_id

    def _forget(self, order_id: str) -> None:
        live = self._orders.pop(order_id, None)
        if live is not None:
            self._turns.pop(order_id)
            self._by_client.pop(live.order.client_order_id)
            for broker_order_id in live.chain:
                self._by_broker.pop(broker_order_id, None)

    def get(self, order_id: str) -> LiveOrder | None:
        """Return an order, or None once it has ended."""
        return self._orders.get(order_id)

    def all(self) -> list[LiveOrder]:
        """Return all orders, as they were taken."""
        return list(self._orders.values())

    def id_of(self, seen: BrokerOrder) -> str | None:
        """Return the id of the order that one of the broker's is for, or None when it is for none that is at work."""
        return self._by_broker.get(seen.broker_order_id) or self._by_client.get(seen.client_order_id)

    async def change(self, order_id: str, fold: Callable[[LiveOrder], Followed]) -> Followed | None:
        """Fold news into an order and save it; None once it has ended. Raises what the store raises."""
        turn = self._turns.get(order_id)
        if turn is None:
            return None
        async with turn:
            live = self._orders.get(order_id)
            if live is None:
                return None
            followed = fold(live)
            if followed.order is not live or followed.updates:
                await self._store.save(followed)
                self.put(followed.order)
            return followed
