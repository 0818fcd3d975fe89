"""What the executor knows of its orders, in Postgres: a `sinks.working_orders.Store`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from schemas.codec import decode, encode
from schemas.event import Event
from schemas.orders import CancelRequested, OrderPlaced
from sinks.account_lock import Held
from sinks.live_orders import Executed, Followed, LiveOrder
from sinks.outbox import Outbox
from sinks.writes import Connection

CHANNEL = "reconciliation_asked"
"""Whoever asks for a comparison says so here, with the account as the payload."""


class Intents:
    """An account's orders at its broker. Every method raises LockLost when Postgres fails."""

    def __init__(self, held: Held, account_id: str) -> None:
        self._held = held
        self._account_id = account_id
        self.outbox = Outbox(held, account_id)

    async def listen(self, asked: Callable[[], None]) -> None:
        """Call `asked` whenever somebody asks for a comparison from now on."""

        def heard(_connection: object, _process: int, _channel: str, payload: object) -> None:
            if payload == self._account_id:
                asked()

        async with self._held.transaction() as connection:
            await connection.add_listener(CHANNEL, heard)

    async def add(self, taken: Sequence[Followed]) -> Sequence[LiveOrder]:
        new = []
        async with self._held.transaction() as connection:
            for followed in taken:
                live = followed.order
                if await connection.fetchval(_ADD, *self._order_row(live)) is not None:
                    await self.outbox.put(connection, followed.updates)
                    reason = await connection.fetchval(_CANCEL, live.order_id)
                    new.append(replace(live, cancel_reason=reason))
        return new

    def _order_row(self, live: LiveOrder) -> tuple[object, ...]:
        order = live.order
        return order.client_order_id, live.order_id, self._account_id, encode(order), live.state, live.taken_at

    async def ask_cancel(self, requests: Sequence[CancelRequested]) -> None:
        rows = [(one.order_id, self._account_id, one.reason, one.occurred_at) for one in requests]
        async with self._held.transaction() as connection:
            await connection.executemany(_ASK_CANCEL, rows)

    async def save(self, followed: Followed) -> None:
        live = followed.order
        async with self._held.transaction() as connection:
            await connection.execute(
                _SAVE,
                live.order.client_order_id,
                live.state,
                live.sent_at,
                list(live.chain),
                live.filled_quantity,
                live.cancel_reason,
            )
            await connection.executemany(_EXECUTION, _execution_rows(live))
            await self.outbox.put(connection, followed.updates)

    async def unfinished(self) -> Sequence[LiveOrder]:
        async with self._held.transaction() as connection:
            return await self._orders(connection, "o.state <> 'ended'")

    async def find(self, broker_order_id: str) -> LiveOrder | None:
        async with self._held.transaction() as connection:
            found = await self._orders(connection, "o.chain @> ARRAY[$2::text]", broker_order_id)
        return found[0] if found else None

    async def _orders(self, connection: Connection, condition: str, *values: object) -> list[LiveOrder]:
        rows = await connection.fetch(_ORDERS.format(condition=condition), self._account_id, *values)
        ids = [row["order_id"] for row in rows]
        executed: dict[str, list[Executed]] = {order_id: [] for order_id in ids}
        for row in await connection.fetch(_EXECUTIONS, ids):
            executed[row["order_id"]].append(_executed(row))
        return [_order(row, executed[row["order_id"]]) for row in rows]

    async def sent_since(self, instant: datetime) -> Sequence[datetime]:
        async with self._held.transaction() as connection:
            rows = await connection.fetch(
                "SELECT sent_at FROM broker_orders WHERE account_id = $1 AND sent_at >= $2", self._account_id, instant
            )
        return [row["sent_at"] for row in rows]

    async def tell(self, events: Sequence[Event], *, answers: Sequence[str] = ()) -> None:
        """Tell events that change no order; `answers` are the requests for a comparison that they answer."""
        async with self._held.transaction() as connection:
            await self.outbox.put(connection, events)
            await connection.execute(
                "UPDATE reconciliation_requests SET answered_at = now() WHERE request_id = ANY($1::uuid[])",
                list(answers),
            )

    async def requests(self) -> list[str]:
        """Return the ids of comparisons that were asked for and not made yet, the oldest first."""
        async with self._held.transaction() as connection:
            rows = await connection.fetch(
                """
                SELECT request_id FROM reconciliation_requests
                 WHERE account_id = $1 AND answered_at IS NULL ORDER BY requested_at, request_id
                """,
                self._account_id,
            )
        return [str(row["request_id"]) for row in rows]


def _order(row: Any, executions: Sequence[Executed]) -> LiveOrder:
    return LiveOrder(
        order=decode(OrderPlaced, row["placed"]),
        taken_at=row["taken_at"],
        state=row["state"],
        sent_at=row["sent_at"],
        chain=tuple(row["chain"]),
        executions=tuple(executions),
        cancel_reason=row["reason"],
    )


def _executed(row: Any) -> Executed:
    return Executed(**{name: row[name] for name in Executed.__dataclass_fields__})


def _execution_rows(live: LiveOrder) -> list[tuple[object, ...]]:
    return [
        (
            live.order_id,
            number,
            one.filled_quantity,
            one.told,
            one.quantity,
            one.price,
            one.broker_order_id,
            one.broker_filled_quantity,
            one.executed_at,
            one.execution_id,
            one.is_busted,
        )
        for number, one in enumerate(live.executions)
    ]


_ADD = """
    INSERT INTO broker_orders (client_order_id, order_id, account_id, placed, state, taken_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING number
"""
_CANCEL = "SELECT reason FROM broker_cancels WHERE order_id = $1"
_ASK_CANCEL = """
    INSERT INTO broker_cancels (order_id, account_id, reason, requested_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
"""
_SAVE = """
    UPDATE broker_orders
       SET state = $2, sent_at = $3, chain = $4, filled_quantity = $5, cancel_reason = $6
     WHERE client_order_id = $1
"""
_EXECUTION = """
    INSERT INTO broker_executions AS e (order_id, number, filled_quantity, told, quantity, price, broker_order_id,
                                        broker_filled_quantity, executed_at, execution_id, is_busted)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (order_id, number) DO UPDATE
       SET price = EXCLUDED.price, execution_id = EXCLUDED.execution_id, is_busted = EXCLUDED.is_busted
     WHERE (e.price, e.execution_id, e.is_busted)
           IS DISTINCT FROM (EXCLUDED.price, EXCLUDED.execution_id, EXCLUDED.is_busted)
"""
_ORDERS = """
    SELECT o.*, coalesce(o.cancel_reason, c.reason) AS reason
      FROM broker_orders AS o LEFT JOIN broker_cancels AS c USING (order_id)
     WHERE o.account_id = $1 AND {condition} ORDER BY o.number
"""
_EXECUTIONS = "SELECT * FROM broker_executions WHERE order_id = ANY($1::text[]) ORDER BY order_id, number"
