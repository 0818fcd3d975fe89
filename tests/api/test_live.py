from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from api.live import Live
from schemas.codec import encode
from schemas.event import from_micros, to_micros
from schemas.market import Market, Quote
from schemas.orders import OrderPlaced
from schemas.positions import Book, Position
from schemas.records import BookRecord, MarketRecord
from schemas.ticks import Tick, TickFrame
from streams.clocks import TapeClock
from streams.publisher import Publisher
from streams.topics import BOOKS, MARKETS, PRICE_TICKS, Topic, book_key, partition_of
from tests.api.serving import serving, until

pytestmark = pytest.mark.kafka

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


class Trading:
    """An account and an underlying of one test's own."""

    def __init__(self, publisher: Publisher) -> None:
        self.account_id = f"test-{uuid4().hex}"
        self.symbol = "".join(chr(ord("A") + int(digit, 16)) for digit in uuid4().hex[:6])
        self.option_symbol = f"{self.symbol}260220C00596000"
        self.position_id = str(uuid4())
        self._publisher = publisher
        self._sequence = 0

    def contract(self) -> dict[str, Any]:
        return {
            "account_id": self.account_id,
            "symbol": self.symbol,
            "option_symbol": self.option_symbol,
            "strike": Decimal(596),
            "expiration": date(2026, 2, 20),
            "type": "call",
            "direction": "long",
            "engine": "A",
            "experiment_id": str(uuid4()),
            "signal_id": str(uuid4()),
            "position_id": self.position_id,
        }

    def position(self, **more: Any) -> Position:
        fields = {
            "entry_order_id": str(uuid4()),
            "quantity": 9,
            "entry_price": Decimal("3.52"),
            "entry_timestamp": AT,
            "stop_at_or_below": 1,
            "target_at_or_above": 2,
            "due_at": AT + timedelta(days=5),
            "due_reason": "max_hold_time",
        }
        return Position.model_validate(self.contract() | fields | more)

    def order(self) -> OrderPlaced:
        fields = {
            "event_id": str(uuid4()),
            "occurred_at": AT,
            "client_order_id": "c-1",
            "side": "buy_to_open",
            "order_type": "paper",
            "quantity": 9,
            "limit_price": Decimal("3.45"),
        }
        return OrderPlaced.model_validate(self.contract() | fields)

    async def send(self, topic: Topic, key: str, record: Any) -> None:
        await self.send_bytes(topic, key, encode(record), partition=partition_of(self.symbol))

    async def send_bytes(self, topic: Topic, key: str, value: bytes, *, partition: int) -> None:
        await (await self._publisher.send_encoded(topic.name, key=key, value=value, partition=partition, headers=[]))

    async def write_book(self, *, version: int, positions: tuple[Position, ...] = (), working: Any = ()) -> None:
        state = Book(account_id=self.account_id, symbol=self.symbol, positions=positions, working=working)
        key = book_key(self.account_id, self.symbol)
        await self.send(BOOKS, key, BookRecord(epoch=1, version=version, state=state))

    async def tick(self, **tick: Any) -> None:
        self._sequence += 1
        fields: dict[str, Any] = {"symbol": self.option_symbol, "at": to_micros(AT)}
        of = Tick(**fields | tick)
        frame = TickFrame.of([of], source=self.account_id, sequence=self._sequence)
        await self.send(PRICE_TICKS, str(partition_of(self.symbol)), frame)


@pytest.fixture
def trading(publisher: Publisher) -> Trading:
    return Trading(publisher)


async def listed(client: Any, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path)
    return answer.json()["items"] if answer.status_code == 200 else []


async def test_a_position_shows_with_its_newest_mark(kafka: str, trading: Trading) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):

        async def positions() -> list[dict[str, Any]]:
            return await listed(client, "/orders/positions")

        await trading.write_book(version=1, positions=(trading.position(),))
        (unmarked,) = await until(positions, bool)
        assert unmarked["current_price"] is None
        await trading.tick(bid=3_750_000_000, ask=3_810_000_000)
        (marked,) = await until(positions, lambda rows: rows[0]["current_price"] is not None)
        text = (await client.get("/orders/positions")).text
    assert marked["status"] == "open"
    assert (marked["option_symbol"], marked["quantity"], marked["type"]) == (trading.option_symbol, 9, "call")
    assert marked["marked_at"] == "2026-02-13T15:30:00Z"
    # exact, and numbers
    assert '"entry_price":3.5200,' in text
    assert '"current_price":3.7800,"unrealized_pnl":234.00,' in text
    assert '"position_pnl_percent":7.39,' in text


async def test_each_fill_is_seen_while_the_tape_runs(kafka: str, trading: Trading) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (app, client):

        async def held() -> list[dict[str, Any]]:
            return await listed(client, "/orders/positions")

        async def caught_up() -> str | None:
            trouble: str | None = app.state.live.trouble
            return trouble

        await until(caught_up, lambda trouble: trouble is None)
        for number in range(20):
            await trading.tick(price=1_000_000_000 + number)
            await trading.write_book(version=number + 1, positions=(trading.position(quantity=number + 1),))
            await until(held, lambda rows: any(row["quantity"] == number + 1 for row in rows))  # noqa: B023 -- called here


async def test_working_orders_are_listed_until_the_book_drops_them(kafka: str, trading: Trading) -> None:
    order = trading.order()
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):

        async def active() -> list[dict[str, Any]]:
            return await listed(client, "/orders/active")

        await trading.write_book(version=1, working=(order,))
        (row,) = await until(active, bool)
        assert (row["order_id"], row["status"]) == (order.event_id, "pending_execution")
        assert (row["side"], row["limit_price"], row["strike"]) == ("buy_to_open", 3.45, 596)
        await trading.write_book(version=2)
        await until(active, lambda rows: not rows)


async def test_what_was_open_before_the_start_is_there_after_it(kafka: str, trading: Trading) -> None:
    await trading.write_book(version=2, positions=(trading.position(status="closing", exit_reason="profit_target"),))
    await trading.write_book(version=1, positions=(trading.position(quantity=1),))  # a late one
    checkpoint = Market(symbol=trading.symbol, quotes={trading.option_symbol: Quote(price=5_280_000_000, traded_at=7)})
    await trading.send(MARKETS, trading.symbol, MarketRecord(state=checkpoint))
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):
        (row,) = await until(lambda: listed(client, "/orders/positions"), bool)
    assert (row["quantity"], row["status"], row["exit_reason"]) == (9, "closing", "profit_target")
    assert row["current_price"] == 5.28


async def test_the_time_of_each_frame_is_told_from_the_latest_on(kafka: str, trading: Trading) -> None:
    told: list[datetime] = []

    async def times() -> list[datetime]:
        return told

    # microseconds of its own, as all tests share one Kafka
    at = to_micros(AT) + uuid4().int % 1_000_000
    await trading.tick(price=1, at=at)
    live = Live(kafka, on_time=told.append)
    live.start()
    try:
        await until(times, lambda found: from_micros(at) in found)
        await trading.tick(price=1, at=at + 60_000_000)
        await until(times, lambda found: from_micros(at + 60_000_000) in found)
    finally:
        await live.stop()


async def test_the_platforms_clock_is_the_tapes_when_that_is_asked_for(kafka: str, trading: Trading) -> None:
    await trading.tick(price=1)
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, CLOCK="tape") as (app, _):

        async def started() -> bool:
            assert isinstance(app.state.clock, TapeClock)
            return app.state.clock.started

        await until(started, bool)


async def test_what_cannot_be_read_is_passed_over(kafka: str, trading: Trading) -> None:
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):
        for topic in (BOOKS, PRICE_TICKS):
            for value in (b"", b"nonsense", b"\x00\x00\x00\x00\x01\x02"):
                await trading.send_bytes(topic, "nobody|X", value, partition=partition_of(trading.symbol))
        await trading.write_book(version=1, positions=(trading.position(),))
        await until(lambda: listed(client, "/orders/positions"), bool)


async def test_pages_of_positions_hold_each_once(kafka: str, trading: Trading) -> None:
    held = tuple(
        trading.position(position_id=str(uuid4()), entry_timestamp=AT + timedelta(minutes=number // 2))
        for number in range(7)
    )
    await trading.write_book(version=1, positions=held)
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):
        await until(lambda: listed(client, "/orders/positions"), lambda rows: len(rows) == 7)
        found, cursor, pages = [], "", 0
        while cursor is not None:
            answer = await client.get(f"/orders/positions?limit=3{cursor and '&cursor='}{cursor}")
            found += answer.json()["items"]
            cursor = answer.json()["next_cursor"]
            pages += 1
    times = [row["entry_timestamp"] for row in found]
    assert (pages, times) == (3, sorted(times, reverse=True))
    assert {row["position_id"] for row in found} == {position.position_id for position in held}


async def test_without_kafka_positions_are_unknown_rather_than_none() -> None:
    async with serving() as (_, client):
        answer = await client.get("/orders/positions")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "retry-after" in answer.headers
