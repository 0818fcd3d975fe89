"""The executor compares its broker with the books: what differs is told, repaired or paused, and lifted again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import BaseModel

from schemas.accounts import Account, BrokerReported, Holding
from schemas.codec import encode
from schemas.operations import ControlChanged
from schemas.orders import PositionAdjusted
from schemas.positions import Book, Position
from schemas.reconciliation import Reconciled
from schemas.records import AccountRecord, BookRecord
from sinks import comparing, tables_view
from sinks.broker import NewOrder
from sinks.executor import alpaca
from sinks.intents import CHANNEL
from sinks.tables_view import INPUTS
from streams.topics import (
    ACCOUNTS,
    BOOKS,
    BROKER_REPORTS,
    CONTROLS,
    ORDER_UPDATES,
    PARTITIONS,
    POSITION_ADJUSTMENTS,
    RECONCILIATIONS,
    book_key,
    partition_of,
)
from tests.brokers.alpaca.running import FakeAlpaca
from tests.brokers.executor_at_work import Floor, floor_at
from tests.sinks.running import asking
from tests.sinks.test_reconciliation import position

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]
TOLD = (ORDER_UPDATES, POSITION_ADJUSTMENTS, BROKER_REPORTS, RECONCILIATIONS, CONTROLS)
_Told = TypeVar("_Told", bound=BaseModel)


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("SECOND_LOOK_S", 0.3), ("NEWS_S", 0.2), ("SOON_S", 0.3)):
        monkeypatch.setattr(comparing, name, seconds)
    monkeypatch.setattr(tables_view, "SETTLE_MAX_S", 1.0)


class Tables:
    """Books and account as the stages would have them; the stages have read all there is."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._version = 0

    async def keep_up(self) -> None:
        """Commit the stages' inputs to their ends, again and again."""
        places = [TopicPartition(topic.name, number) for topic in INPUTS for number in range(PARTITIONS)]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.floor.kafka, group_id=self.floor.account_id, enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign(places)
            while True:
                await consumer.commit(await consumer.end_offsets(places))
                await asyncio.sleep(0.05)
        finally:
            await consumer.stop()

    async def put(self, *positions: Position, cash: Decimal) -> None:
        """Write the book and the account."""
        floor = self.floor
        self._version += 1
        book = Book(account_id=floor.account_id, symbol=floor.symbol, positions=positions)
        report = BrokerReported(
            event_id="r",
            occurred_at=positions[0].entry_timestamp if positions else position().entry_timestamp,
            account_id=floor.account_id,
            cash=cash,
            equity=cash,
            buying_power=cash,
            options_buying_power=cash,
            day_trades=0,
            is_pattern_day_trader=False,
            is_blocked=False,
        )
        holdings = tuple(
            Holding(
                position_id=one.position_id,
                symbol=one.symbol,
                option_symbol=one.option_symbol,
                quantity=one.quantity,
                entry_price=one.entry_price,
            )
            for one in positions
        )
        account = Account(account_id=floor.account_id, opening_equity=cash, cash=cash, holdings=holdings, broker=report)
        for topic, key, partition, record in (
            (
                BOOKS,
                book_key(floor.account_id, floor.symbol),
                partition_of(floor.symbol),
                BookRecord(state=book, epoch=1, version=self._version),
            ),
            (
                ACCOUNTS,
                floor.account_id,
                partition_of(floor.account_id),
                AccountRecord(state=account, epoch=1, version=self._version),
            ),
        ):
            sent = await floor.publisher.send_encoded(
                topic.name, key=key, value=encode(record), partition=partition, headers=[]
            )
            await sent

    def position(self, quantity: int) -> Position:
        return position(
            "one",
            quantity,
            account_id=self.floor.account_id,
            symbol=self.floor.symbol,
            option_symbol=self.floor.contract,
            entry_price=Decimal("2.50"),
        )


@pytest.fixture
async def floor(fake: FakeAlpaca, kafka: str, database_url: str) -> AsyncIterator[Floor]:
    async with floor_at(fake, kafka, database_url, topics=TOLD) as made:
        yield made


@pytest.fixture
async def tables(floor: Floor) -> AsyncIterator[Tables]:
    made = Tables(floor)
    keeping_up = asyncio.create_task(made.keep_up())
    yield made
    keeping_up.cancel()
    with suppress(asyncio.CancelledError):
        await keeping_up


async def told(floor: Floor, kind: type[_Told], wanted: Callable[[Any], bool] = lambda event: True) -> _Told:
    """Return the first event of a kind that is wanted."""

    def found() -> list[_Told]:
        return [event for event in floor.events if isinstance(event, kind) and wanted(event)]

    await floor.until(found, what=f"a {kind.__name__}")
    return found()[0]


@asynccontextmanager
async def reconciling(floor: Floor) -> AsyncIterator[None]:
    async with floor.executing(RECONCILE_INTERVAL_S=0.5):
        await told(floor, Reconciled, lambda event: event.cause == "start")
        yield


async def test_an_account_that_agrees_is_reported_and_one_that_was_charged_is_put_right(
    floor: Floor, tables: Tables
) -> None:
    await tables.put(cash=Decimal(floor.fake.book()["cash"]))
    request_id = str(uuid4())
    async with reconciling(floor), asking(floor.database_url) as person:
        report = await told(floor, BrokerReported)
        assert (report.cash, report.cash_difference) == (Decimal(floor.fake.book()["cash"]), 0)
        start = await told(floor, Reconciled)
        assert (start.cause, start.differences) == ("start", ())
        await person.execute(
            "INSERT INTO reconciliation_requests VALUES ($1, $2, 'trader', now())", request_id, floor.account_id
        )
        await person.execute("SELECT pg_notify($1, $2)", CHANNEL, floor.account_id)
        asked = await told(floor, Reconciled, lambda event: event.event_id == request_id)
        assert (asked.cause, asked.differences) == ("manual", ())
        floor.fake.charge("-0.65")
        booked = await told(floor, BrokerReported, lambda event: event.cash_difference != 0)
        assert booked.cash_difference == Decimal("-0.65")
        found = await told(floor, Reconciled, lambda event: event.differences)
        assert [one.kind for one in found.differences] == ["cash"]
    assert not [event for event in floor.events if isinstance(event, ControlChanged)]


async def test_of_orders_that_are_unknown_here_those_that_bear_our_name_are_cancelled(
    floor: Floor, tables: Tables
) -> None:
    broker = alpaca(floor.settings())
    floor.fake.quote(floor.contract, "2.00", "3.00")
    ids = {}
    for name in ("ts-stray", "by-hand"):
        placed = await broker.submit(
            NewOrder(f"{name}-{floor.symbol}", floor.contract, "buy_to_open", 1, "limit", Decimal("2.10"))
        )
        ids[name] = placed.broker_order_id
    async with reconciling(floor):
        found = await told(floor, Reconciled, lambda event: event.differences)
        assert {one.kind for one in found.differences} == {"order_unknown_here"}
        stray, by_hand = await broker.get(ids["ts-stray"]), await broker.get(ids["by-hand"])
    broker.close()
    assert stray is not None
    assert by_hand is not None
    assert (stray.state, by_hand.state) == ("canceled", "working")


async def test_a_position_changed_by_hand_is_adjusted_and_paused_until_the_books_agree(
    floor: Floor, tables: Tables
) -> None:
    async with reconciling(floor):
        await floor.place(order := floor.order())
        await floor.ended(order)
        await tables.put(tables.position(3), cash=Decimal(floor.fake.book()["cash"]))
        floor.fake.adjust(floor.contract, -1, "2.70")
        adjusted = await told(floor, PositionAdjusted)
        assert (adjusted.position_id, adjusted.quantity, adjusted.reason) == ("one", 2, "sold_elsewhere")
        paused = await told(floor, ControlChanged)
        assert (paused.name, '"paused":true' in paused.value) == (f"pause.{floor.symbol}", True)
        assert paused.changed_by == f"executor/{floor.account_id}"
        await tables.put(tables.position(2), cash=Decimal(floor.fake.book()["cash"]))
        await told(floor, ControlChanged, lambda event: '"paused":false' in event.value)
        assert all(event.quantity == 2 for event in floor.events if isinstance(event, PositionAdjusted))


async def test_a_position_nobody_here_knows_pauses_and_a_pause_by_a_person_stays(floor: Floor, tables: Tables) -> None:
    name = f"pause.{floor.symbol}"
    async with reconciling(floor):
        await tables.put(cash=Decimal(floor.fake.book()["cash"]))
        floor.fake.adjust(floor.contract, 2, "2.70")
        found = await told(floor, Reconciled, lambda event: event.paused)
        assert [(one.kind, one.theirs) for one in found.differences] == [("position_unknown_here", "2")]
        paused = await told(floor, ControlChanged)
        by_person = paused.model_copy(update={"event_id": "p", "changed_by": "trader", "source": "api.controls"})
        later = by_person.model_copy(update={"occurred_at": paused.occurred_at.replace(year=2030), "sequence": 0})
        for partition in range(PARTITIONS):
            await (await floor.publisher.send(CONTROLS, later, key=name, partition=partition))
        await told(floor, Reconciled, lambda event: event.differences and not event.paused)
        floor.fake.adjust(floor.contract, -2)
        before = len(floor.events)
        agreed = floor.events[-1]
        await told(floor, BrokerReported, lambda event: event.sequence > agreed.sequence)
        reports = [event for event in floor.events[before:] if isinstance(event, BrokerReported)]
        await told(floor, BrokerReported, lambda event: event.sequence > reports[-1].sequence + 3)
    assert not any('"paused":false' in event.value for event in floor.events if isinstance(event, ControlChanged))
    assert not any(isinstance(event, PositionAdjusted) for event in floor.events)


async def test_stages_that_are_behind_are_waited_for(floor: Floor) -> None:
    async with reconciling(floor):
        await floor.place(order := floor.order())
        await floor.ended(order)
        floor.fake.adjust(floor.contract, 2, "2.70")
        reports = [event for event in floor.events if isinstance(event, BrokerReported)]
        await told(floor, BrokerReported, lambda event: event.sequence > reports[-1].sequence)
    assert not any(isinstance(event, ControlChanged | PositionAdjusted) for event in floor.events)
