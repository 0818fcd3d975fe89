"""The executor's part while no broker is configured, and what it takes as its own."""

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import SecretStr

from schemas.codec import encode
from schemas.dead_letters import READER_HEADER, RECORD_HEADER, REDRIVE_HEADER
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import OrderPlaced
from sinks.executor import consume, group_of, orders_of, refused
from streams.publisher import Publisher
from streams.settings import Database, Execution, InvalidSettings, Providers, load_settings
from streams.topics import CANCEL_REQUESTS, ORDER_UPDATES, ORDERS
from tests.schemas.story import traded
from tests.sinks.executing import cancel_of
from tests.sinks.running import committed, eventually, fresh_symbol, publish, running_executor, send_bytes, update_of


def order(symbol: str, *, kind: str, account_id: str = "paper") -> OrderPlaced:
    event_id = derived_id("order", kind, symbol, account_id)
    placed = traded(symbol, account_id)[0].model_copy(update={"order_type": kind, "event_id": event_id})
    assert isinstance(placed, OrderPlaced)
    return placed


class Message:
    """A Kafka message, as far as it is read."""

    def __init__(self, topic: str, value: bytes, headers: Sequence[tuple[str, bytes]] = ()) -> None:
        self.topic = topic
        self.value = value
        self.headers = headers


def messages(*events: Event) -> list[Any]:
    return [
        Message(ORDERS.name if isinstance(event, OrderPlaced) else CANCEL_REQUESTS.name, encode(event))
        for event in events
    ]


def test_an_accounts_live_orders_and_cancellations_are_its_own_and_nothing_else_is() -> None:
    mine, other = order("SPY", kind="live"), order("SPY", kind="live", account_id="other")
    paper = order("SPY", kind="paper")
    asked = [cancel_of(mine), cancel_of(other)]
    found = orders_of(
        [*messages(mine, paper, other, *asked), Message(ORDERS.name, b"nonsense")],
        account_id="paper",
    )
    assert found == ([mine], asked[:1])


@pytest.mark.parametrize(
    ("reader", "record", "is_taken"),
    [("executor", "broker-orders", True), ("market", "", True), ("market", "books/paper|SPY", False)],
)
def test_an_order_sent_again_for_another_readers_record_was_taken(reader: str, record: str, is_taken: bool) -> None:
    placed = order("SPY", kind="live")
    headers = [(REDRIVE_HEADER, b"a"), (READER_HEADER, reader.encode()), (RECORD_HEADER, record.encode())]
    again: list[Any] = [Message(ORDERS.name, encode(placed), headers)]
    assert orders_of(again, account_id="paper") == ([placed] if is_taken else [], [])


def test_each_account_reads_all_orders() -> None:
    assert group_of("one") != group_of("two")


def test_a_live_order_fails_once_for_the_same_reason() -> None:
    placed = order("SPY", kind="live")
    update = refused(placed)
    assert update == refused(placed)
    assert (update.status, update.reason, update.order_id) == ("failed", "live_broker_not_configured", placed.event_id)
    assert (update.source, update.sequence) == ("executor", 0)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"database": Database(DATABASE_URL="")}, "DATABASE_URL"),
        ({"providers": Providers(ALPACA_API_KEY="", ALPACA_SECRET_KEY="s")}, "ALPACA_API_KEY"),
        ({"providers": Providers(ALPACA_API_KEY="k", ALPACA_SECRET_KEY="")}, "ALPACA_SECRET_KEY"),
        (
            {
                "providers": Providers(
                    ALPACA_API_KEY="k", ALPACA_SECRET_KEY="s", ALPACA_BASE_URL="https://api.alpaca.markets"
                )
            },
            "ALPACA_BASE_URL",
        ),
    ],
)
async def test_what_a_broker_needs_and_is_not_set_is_named(changes: dict[str, object], named: str) -> None:
    whole = {
        "execution": Execution(BROKER="alpaca"),
        "database": Database(DATABASE_URL="postgresql://somewhere"),
        "providers": Providers(ALPACA_API_KEY=SecretStr("k"), ALPACA_SECRET_KEY=SecretStr("s")),
    }
    settings = load_settings(env_file=None).model_copy(update={**whole, **changes})
    with pytest.raises(InvalidSettings, match=f"^{named}: "):
        await consume(settings)


@pytest.mark.kafka
async def test_a_live_order_fails_and_what_stands_before_it_does_not_matter(kafka: str) -> None:
    symbol = fresh_symbol()
    async with Publisher(kafka) as publisher:
        _, partition, _ = await send_bytes(publisher, ORDERS.name, key=symbol, value=b"nonsense")
        await publish(publisher, order(symbol, kind="paper"))
        await publish(publisher, placed := order(symbol, kind="live"))
        async with running_executor(kafka) as group:
            update = await update_of(kafka, placed.event_id)
            assert (update.symbol, update.account_id) == (symbol, "paper")

            async def done() -> int | None:
                return await committed(kafka, group, ORDERS.name, partition)

            await eventually(done, what="the commit")
    assert ORDER_UPDATES.key == "underlying"
