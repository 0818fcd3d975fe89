"""Orders for a live broker. Run with `python -m sinks.executor`.

No live broker is configured, so a live order fails at once and its account gets its capacity back. Paper orders are
the paper exchange's and pass by.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from aiokafka import ConsumerRecord

from schemas.codec import Undecodable, decode
from schemas.ids import derived_id
from schemas.orders import OrderPlaced, OrderUpdated
from sinks.consumer import batches, consuming
from sinks.process import persist, run
from streams.logs import logger
from streams.publisher import Publisher
from streams.readiness import ready
from streams.settings import Settings
from streams.topics import ORDER_UPDATES, ORDERS

GROUP = "tapestream-executor"
SOURCE = "executor"

log = logger(__name__)


def execute(order: OrderPlaced) -> OrderUpdated | None:
    """Return what becomes of an order, or None when it is not for a live broker."""
    if order.order_type != "live":
        return None
    return OrderUpdated(
        event_id=derived_id("order-failed", order.event_id),
        occurred_at=order.occurred_at,
        source=SOURCE,
        account_id=order.account_id,
        order_id=order.event_id,
        symbol=order.symbol,
        status="failed",
        reason="live_broker_not_configured",
    )


def outcomes(messages: Sequence[ConsumerRecord]) -> list[OrderUpdated]:
    """Return what becomes of the orders in messages; what cannot be decoded is the market stage's to answer for."""
    updates = []
    for message in messages:
        try:
            order = decode(OrderPlaced, message.value)
        except Undecodable:
            continue
        if (update := execute(order)) is not None:
            updates.append(update)
    return updates


async def _send(bootstrap_servers: str, updates: Sequence[OrderUpdated]) -> None:
    # a producer for the occasion: one that has failed cannot be relied on again
    async with Publisher(bootstrap_servers, client_id=GROUP) as publisher:
        sent = [await publisher.send(ORDER_UPDATES, update, key=update.symbol) for update in updates]
        await asyncio.gather(*sent)


async def consume(settings: Settings, *, group: str = GROUP) -> None:
    """Execute orders until cancelled; an order is committed once what became of it is on Kafka."""
    bootstrap_servers = settings.kafka.bootstrap_servers
    async with consuming(
        bootstrap_servers, group=group, topics=(ORDERS,), session_timeout_s=settings.kafka.session_timeout_s
    ) as consumer:
        ready()
        log.info("started")
        async for messages in batches(consumer):
            if updates := outcomes(messages):
                await persist(partial(_send, bootstrap_servers, updates), what="kafka")
                for update in updates:
                    log.warning("order_failed", order_id=update.order_id, reason=update.reason)


def main() -> None:
    run(SOURCE, consume)


if __name__ == "__main__":
    main()
