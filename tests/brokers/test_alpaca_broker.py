"""The broker as the executor sees it, against a server that speaks as Alpaca does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from sinks.alpaca import AlpacaBroker
from sinks.broker import Broker, Busy, Gap, NewOrder, OrderNews, Refused, Unavailable
from tests.brokers.alpaca.running import FakeAlpaca

CALL = "SPY260220C00596000"
TIMEOUT_S = 0.5
DEADLINE_S = 15.0


def order(client_order_id: str = "ts-1", **changes: Any) -> NewOrder:
    said: dict[str, Any] = {
        "client_order_id": client_order_id,
        "option_symbol": CALL,
        "side": "buy_to_open",
        "quantity": 3,
        "pricing": "limit",
        "limit_price": Decimal("2.50"),
        **changes,
    }
    return NewOrder(**said)


def broker_at(fake: FakeAlpaca, *, secret: str | None = None) -> AlpacaBroker:
    return AlpacaBroker(
        url=fake.rest_url,
        key=SecretStr(fake.key),
        secret=SecretStr(secret or fake.secret),
        timeout_s=TIMEOUT_S,
        requests_per_minute=10_000,
    )


@pytest.fixture
async def broker(fake: FakeAlpaca) -> AsyncIterator[AlpacaBroker]:
    fake.quote(CALL, "2.40", "2.60")
    line = broker_at(fake)
    yield line
    line.close()


@asynccontextmanager
async def listening(broker: Broker) -> AsyncIterator["asyncio.Queue[OrderNews | Gap]"]:
    """Yield what the broker's stream says from its first gap on, which is taken."""
    heard: asyncio.Queue[OrderNews | Gap] = asyncio.Queue()

    async def listen() -> None:
        async for news in broker.news():
            heard.put_nowait(news)

    task = asyncio.create_task(listen())
    try:
        assert isinstance(await asyncio.wait_for(heard.get(), DEADLINE_S), Gap)
        yield heard
    finally:
        task.cancel()


async def until_execution(heard: "asyncio.Queue[OrderNews | Gap]") -> OrderNews:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            news = await heard.get()
            if isinstance(news, OrderNews) and news.execution is not None:
                return news


async def test_an_order_is_placed_found_and_filled(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    async with listening(broker) as heard:
        placed = await broker.submit(order())
        assert (placed.client_order_id, placed.option_symbol, placed.quantity) == ("ts-1", CALL, 3)
        assert placed.state == "working"
        assert [found.broker_order_id for found in await broker.open_orders()] == [placed.broker_order_id]
        await fake.asking(fake.quote, CALL, "2.40", "2.45")
        execution = (await until_execution(heard)).execution
    assert execution is not None
    assert (execution.quantity, execution.price, execution.filled_quantity) == (3, Decimal("2.45"), 3)
    (polled,) = await broker.executions(began)
    assert (polled.quantity, polled.price, polled.filled_quantity, polled.broker_order_id) == (
        3,
        Decimal("2.45"),
        3,
        placed.broker_order_id,
    )
    found = await broker.find("ts-1")
    assert found is not None
    assert (found.state, found.filled_quantity) == ("filled", 3)
    assert await broker.get(placed.broker_order_id) == found
    (held,) = await broker.positions()
    assert (held.option_symbol, held.quantity, held.entry_price) == (CALL, 3, Decimal("2.45"))
    account = await broker.account()
    assert account.cash == Decimal(100_000) - 3 * Decimal(245)
    assert not account.is_blocked


async def test_a_market_order_sells_what_is_held(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    await broker.submit(order(pricing="market", limit_price=None))
    sold = await broker.submit(order("ts-2", side="sell_to_close", pricing="market", limit_price=None))
    for _ in range(100):
        found = await broker.get(sold.broker_order_id)
        if found is not None and found.state == "filled":
            break
        await asyncio.sleep(0.05)
    assert await broker.positions() == []
    book = await fake.asking(fake.book)
    assert Decimal(book["cash"]) == Decimal(100_000) + 300 * (Decimal("2.40") - Decimal("2.60"))


async def test_what_the_broker_does_not_know_is_none(broker: AlpacaBroker) -> None:
    assert await broker.find("ts-nobody") is None
    assert await broker.get("00000000-0000-0000-0000-000000000000") is None


async def test_a_cancelled_order_ends(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    async with listening(broker) as heard:
        placed = await broker.submit(order())
        await broker.cancel(placed.broker_order_id)
        async with asyncio.timeout(DEADLINE_S):
            while True:
                news = await heard.get()
                if isinstance(news, OrderNews) and news.order.state == "canceled":
                    break
    with pytest.raises(Refused) as refused:
        await broker.cancel(placed.broker_order_id)
    assert refused.value.code == "not_cancelable"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("refuse_buying_power", "insufficient_buying_power"), ("refuse_day_trade", "pattern_day_trader")],
)
async def test_a_refusal_says_why(fake: FakeAlpaca, broker: AlpacaBroker, kind: str, code: str) -> None:
    fake.behave(kind)
    with pytest.raises(Refused) as refused:
        await broker.submit(order())
    assert refused.value.code == code


async def test_an_id_is_taken_once(broker: AlpacaBroker) -> None:
    await broker.submit(order())
    with pytest.raises(Refused) as refused:
        await broker.submit(order())
    assert refused.value.code == "duplicate_client_order_id"


async def test_nothing_is_sold_that_is_not_held(broker: AlpacaBroker) -> None:
    with pytest.raises(Refused) as refused:
        await broker.submit(order(side="sell_to_close"))
    assert refused.value.code == "nothing_to_sell"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_error_of_the_broker_leaves_open_what_became_of_an_order(
    fake: FakeAlpaca, broker: AlpacaBroker, status: int
) -> None:
    fake.behave("error_after", status=status)
    with pytest.raises(Unavailable):
        await broker.submit(order())
    assert len(fake.requests("POST", "/v2/orders")) == 1, "nothing is asked twice by itself"
    assert await broker.find("ts-1") is not None


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
async def test_an_order_accepted_without_an_answer_is_found_by_its_id(
    fake: FakeAlpaca, broker: AlpacaBroker, kind: str
) -> None:
    fake.behave(kind)
    with pytest.raises(Unavailable):
        await broker.submit(order())
    assert len(fake.requests("POST", "/v2/orders")) == 1
    assert await broker.find("ts-1") is not None


async def test_a_throttled_request_says_for_how_long(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    fake.behave("throttle", seconds=7)
    with pytest.raises(Busy) as busy:
        await broker.submit(order())
    assert busy.value.retry_after_s == 7


async def test_a_stream_that_was_dropped_says_that_there_is_a_gap(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    async with listening(broker) as heard:
        await fake.asking(fake.stream, "trade_updates", "drop")
        assert isinstance(await asyncio.wait_for(heard.get(), DEADLINE_S), Gap)


async def test_a_stream_that_has_gone_silent_is_left(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    async with listening(broker) as heard:
        await fake.asking(fake.stream, "trade_updates", "silence")
        assert isinstance(await asyncio.wait_for(heard.get(), DEADLINE_S), Gap)


async def test_an_execution_that_is_taken_back_is_told(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    async with listening(broker) as heard:
        await broker.submit(order(pricing="market", limit_price=None))
        execution = (await until_execution(heard)).execution
        assert execution is not None
        await fake.asking(fake.bust, str(execution.execution_id))
        async with asyncio.timeout(DEADLINE_S):
            while True:
                news = await heard.get()
                if isinstance(news, OrderNews) and news.undone is not None:
                    break
    assert news.undone.execution_id == execution.execution_id
    assert (news.undone.quantity, news.undone.corrected_price) == (3, None)


async def test_a_price_that_is_put_right_is_told(fake: FakeAlpaca, broker: AlpacaBroker) -> None:
    async with listening(broker) as heard:
        await broker.submit(order(pricing="market", limit_price=None))
        execution = (await until_execution(heard)).execution
        assert execution is not None
        await fake.asking(fake.correct, str(execution.execution_id), "2.55")
        async with asyncio.timeout(DEADLINE_S):
            while True:
                news = await heard.get()
                if isinstance(news, OrderNews) and news.undone is not None:
                    break
    assert news.undone.corrected_price == Decimal("2.55")


async def test_a_wrong_secret_is_refused_and_stands_in_no_error(fake: FakeAlpaca) -> None:
    line = broker_at(fake, secret="wrong-secret-of-mine")
    try:
        with pytest.raises(Refused) as refused:
            await line.account()
    finally:
        line.close()
    assert refused.value.code == "not_authorised"
    assert "wrong-secret" not in str(refused.value)
