"""Live orders carried out in virtual time at a small broker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from schemas.ids import derived_id
from schemas.orders import CancelRequested, OrderPlaced, OrderUpdated
from schemas.reconciliation import Difference
from sinks.execution import LiveExecution
from sinks.order_guard import Limits
from tests.schemas.story import traded
from tests.sinks.small_broker import MemoryStore, SmallBroker
from tests.sinks.virtual_time import START, VirtualTime

LIMITS = Limits(contracts_max=100, notional_max=Decimal(50_000), per_minute_max=60)
ACCOUNT = "acc"


def order(name: str = "one", *, symbol: str = "SPY", closes: bool = False, **changes: Any) -> OrderPlaced:
    """Return a live order to open three contracts at 2.45, or to close them."""
    placed = traded(symbol, ACCOUNT)[0]
    assert isinstance(placed, OrderPlaced)
    order_id = derived_id("order", name)
    update = {
        "event_id": order_id,
        "client_order_id": f"ts-{order_id}",
        "occurred_at": START,
        "order_type": "live",
        "side": "sell_to_close" if closes else "buy_to_open",
        "quantity": 3,
        "limit_price": Decimal("2.45"),
        "expires_at": None if closes else START + timedelta(seconds=300),
    }
    return placed.model_copy(update=update | changes)


def cancel_of(placed: OrderPlaced, reason: str = "expired") -> CancelRequested:
    return CancelRequested(
        event_id=derived_id("cancel", placed.event_id),
        occurred_at=START,
        source="books/acc|SPY",
        account_id=placed.account_id,
        order_id=placed.event_id,
        client_order_id=placed.client_order_id,
        symbol=placed.symbol,
        reason=reason,
    )


class World:
    """A broker, a store, and one executor after another."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.broker = SmallBroker(self.time.now)
        self.store = MemoryStore()
        self.noticed: list[tuple[str, Sequence[Difference]]] = []
        self.limits = LIMITS
        self.execution: LiveExecution
        self.task: asyncio.Task[None]

    @asynccontextmanager
    async def executing(self) -> AsyncIterator[LiveExecution]:
        """Yield an executor at work; at the end it dies."""
        self.execution = LiveExecution(
            store=self.store,
            broker=self.broker,
            timing=self.time,
            limits=self.limits,
            noticed=lambda cause, differences: self.noticed.append((cause, differences)),
        )
        self.task = asyncio.create_task(self.execution.run())
        try:
            yield self.execution
        finally:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task

    async def carry_out(self, *placed: OrderPlaced) -> None:
        """Hand orders to the executor and wait until the broker has them, or they have ended."""
        await self.execution.take(placed)
        await self.time.until(lambda: all(self.is_placed(one) for one in placed))

    def is_placed(self, placed: OrderPlaced) -> bool:
        live = self.store.rows[placed.client_order_id]
        return bool(live.chain) or live.state == "ended"

    def updates(self, placed: OrderPlaced) -> list[OrderUpdated]:
        return [update for update in self.store.updates if update.order_id == placed.event_id]

    def told(self, placed: OrderPlaced) -> list[tuple[str, int]]:
        """Return status and contracts executed so far of each update of an order."""
        return [(update.status, update.filled_quantity) for update in self.updates(placed)]

    async def ended(self, placed: OrderPlaced, *, within_s: float = 3600) -> list[tuple[str, int]]:
        """Return what was told of an order once it has ended."""
        await self.time.until(lambda: self.store.rows[placed.client_order_id].state == "ended", within_s=within_s)
        return self.told(placed)

    def asked(self, what: str) -> int:
        return sum(1 for asked, _ in self.broker.asked if asked == what)
