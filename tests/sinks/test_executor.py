"""Orders for a live broker while none is configured."""

import pytest

from schemas.ids import derived_id
from schemas.orders import OrderPlaced
from sinks.executor import execute
from streams.publisher import Publisher
from streams.topics import ORDER_UPDATES, ORDERS
from tests.schemas.story import traded
from tests.sinks.running import committed, eventually, fresh_symbol, publish, running_executor, send_bytes, update_of


def order(symbol: str, *, kind: str) -> OrderPlaced:
    placed = traded(symbol)[0].model_copy(update={"order_type": kind, "event_id": derived_id("order", kind, symbol)})
    assert isinstance(placed, OrderPlaced)
    return placed


def test_a_paper_order_passes_by() -> None:
    assert execute(order("SPY", kind="paper")) is None


def test_a_live_order_fails_once_for_the_same_reason() -> None:
    placed = order("SPY", kind="live")
    update = execute(placed)
    assert update is not None
    assert update == execute(placed)
    assert (update.status, update.reason, update.order_id) == ("failed", "live_broker_not_configured", placed.event_id)
    assert (update.source, update.sequence) == ("executor", 0)


@pytest.mark.kafka
async def test_a_live_order_fails_and_what_stands_before_it_does_not_matter(kafka: str) -> None:
    symbol = fresh_symbol()
    async with Publisher(kafka) as publisher:
        _, partition, _ = await send_bytes(publisher, ORDERS.name, key=symbol, value=b"nonsense")
        await publish(publisher, order(symbol, kind="paper"))
        await publish(publisher, order(symbol, kind="live"))
        async with running_executor(kafka) as group:
            update = await update_of(kafka, derived_id("order", "live", symbol))
            assert (update.symbol, update.account_id) == (symbol, "paper")

            async def done() -> int | None:
                return await committed(kafka, group, ORDERS.name, partition)

            await eventually(done, what="the commit")
    assert ORDER_UPDATES.key == "underlying"
