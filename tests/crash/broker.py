"""The broker's own book: the other side of live orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import asyncpg

from tests.brokers.alpaca.running import FakeAlpaca

OVER = frozenset({"filled", "canceled", "expired", "rejected", "replaced"})
"""Statuses of orders that the broker is done with."""


@dataclass(frozen=True, slots=True)
class TheirOrder:
    """An order as the broker has it."""

    client_order_id: str
    symbol: str
    side: str
    quantity: Decimal
    filled_quantity: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class TheirExecution:
    """Contracts of an order that were executed at a price, dollars a share."""

    client_order_id: str
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class TheirBook:
    """Everything that the broker says it has done; contracts held by symbol."""

    opening_cash: Decimal
    cash: Decimal
    orders: Sequence[TheirOrder]
    executions: Sequence[TheirExecution]
    positions: Mapping[str, Decimal]


def their_book(fake: FakeAlpaca) -> TheirBook:
    """Ask the broker for its book; raises httpx.HTTPError."""
    said = fake.book()
    return TheirBook(
        opening_cash=Decimal(said["opening_cash"]),
        cash=Decimal(said["cash"]),
        orders=[
            TheirOrder(
                client_order_id=order["client_order_id"],
                symbol=order["symbol"],
                side=order["side"],
                quantity=Decimal(order["qty"]),
                filled_quantity=Decimal(order["filled_qty"]),
                status=order["status"],
            )
            for order in said["orders"]
        ],
        executions=[
            TheirExecution(each["client_order_id"], Decimal(each["qty"]), Decimal(each["price"]))
            for each in said["executions"]
            if each["counts"]
        ],
        positions={each["symbol"]: Decimal(each["qty"]) for each in said["positions"]},
    )


async def is_told(database_url: str, book: TheirBook) -> bool:
    """Return whether the executor has told all that the broker has; raises asyncpg.PostgresError.

    Until then it may be waiting for its next look at an order whose news was lost.
    """
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        if await connection.fetchval("SELECT count(*) FROM broker_outbox WHERE sent_at IS NULL"):
            return False
        rows = await connection.fetch("SELECT client_order_id, state, filled_quantity FROM broker_orders")
    finally:
        await connection.close()
    ours = {row["client_order_id"]: (row["state"], row["filled_quantity"]) for row in rows}
    if any(state in ("intended", "sent") for state, _ in ours.values()):
        return False
    theirs = {order.client_order_id: order for order in book.orders}
    return all(
        name not in ours or ours[name] == ("ended" if order.status in OVER else "working", order.filled_quantity)
        for name, order in theirs.items()
    )
