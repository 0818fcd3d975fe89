"""The executor at work on Kafka, Postgres and the fake broker; what it tells is folded as a book would."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import decode
from schemas.event import Event
from schemas.ids import derived_id
from schemas.orders import CancelRequested, OrderPlaced, OrderUpdated
from sinks import executor
from streams.publisher import Publisher
from streams.settings import Database, Execution, Kafka, Providers, Risk, Settings, load_settings
from streams.topics import ORDER_UPDATES, PARTITIONS, Topic
from tests.brokers.alpaca.running import FakeAlpaca
from tests.schemas.story import traded
from tests.sinks.running import eventually, fresh_symbol, publish

PATIENCE = (0.05, 0.1, 0.2, 0.4)
ENDS = frozenset({"canceled", "expired", "failed"})


def settings_for(fake: FakeAlpaca, *, kafka: str, database_url: str, account_id: str, **execution: Any) -> Settings:
    """Return settings of an executor whose broker is the fake."""
    return load_settings(env_file=None).model_copy(
        update={
            "kafka": Kafka(KAFKA_BOOTSTRAP_SERVERS=kafka, KAFKA_SESSION_TIMEOUT_S=6),
            "database": Database(DATABASE_URL=database_url),
            "risk": Risk(ACCOUNT_ID=account_id),
            "providers": Providers(
                ALPACA_API_KEY=fake.key, ALPACA_SECRET_KEY=fake.secret, ALPACA_BASE_URL=fake.rest_url
            ),
            "execution": Execution(
                **{
                    "BROKER": "alpaca",
                    "BROKER_TIMEOUT_S": 1.0,
                    "BROKER_REQUESTS_PER_MINUTE": 60_000,
                    "MAX_ORDERS_PER_MINUTE": 60_000,
                    **execution,
                }
            ),
        }
    )


@dataclass
class Told:
    """One order as it was told, folded by the rules of a book: a lower number of its source is a repeat."""

    statuses: list[str] = field(default_factory=list)
    executions: dict[int, tuple[int, Decimal]] = field(default_factory=dict)
    reason: str | None = None

    @property
    def quantity(self) -> int:
        return sum(quantity for quantity, _ in self.executions.values())

    @property
    def cost(self) -> Decimal:
        return sum((quantity * price for quantity, price in self.executions.values()), Decimal(0))

    @property
    def has_ended(self) -> bool:
        return bool({"filled", *ENDS} & set(self.statuses))

    def take(self, update: OrderUpdated) -> None:
        self.statuses.append(update.status)
        match update.status:
            case "partially_filled" | "filled":
                assert update.price is not None
                before = max(self.executions, default=0)
                assert update.filled_quantity == before + update.quantity, "executions are told in order, without holes"
                self.executions[update.filled_quantity] = (update.quantity, update.price)
            case "busted":
                assert self.executions[update.filled_quantity] == (update.quantity, update.was_price)
                self.executions[update.filled_quantity] = (0, Decimal(0))
            case "corrected":
                assert self.executions[update.filled_quantity] == (update.quantity, update.was_price)
                assert update.price is not None
                self.executions[update.filled_quantity] = (update.quantity, update.price)
            case "accepted":
                assert self.statuses == ["accepted"], "accepted once, before all else"
            case _:
                self.reason = update.reason
        assert sum(status in ENDS for status in self.statuses) <= 1, "an order ends once"


class Floor:
    """Orders go in, what is told of them comes out."""

    def __init__(self, fake: FakeAlpaca, kafka: str, database_url: str) -> None:
        self.fake = fake
        self.kafka = kafka
        self.database_url = database_url
        self.account_id = f"acc-{uuid4().hex[:8]}"
        self.symbol = fresh_symbol()[:5]
        self.contract = f"{self.symbol}270115C00500000"
        self.told: dict[str, Told] = {}
        self.events: list[Event] = []
        self._heard: dict[str, int] = {}
        self.publisher = Publisher(kafka)

    def settings(self, **changes: Any) -> Settings:
        return settings_for(
            self.fake, kafka=self.kafka, database_url=self.database_url, account_id=self.account_id, **changes
        )

    @asynccontextmanager
    async def executing(self, **changes: Any) -> AsyncIterator["asyncio.Task[None]"]:
        """Run an executor in this process."""
        settings = self.settings(**changes)
        broker = executor.alpaca(settings)
        work = executor.trade(
            settings, broker=broker, group=executor.group_of(self.account_id), patience=PATIENCE, stages=self.account_id
        )
        task = asyncio.create_task(work)
        try:
            yield task
        finally:
            task.cancel()
            # what it ended with is the test's to look at
            await asyncio.wait({task})
            broker.close()

    def order(
        self, name: str = "one", *, contract: str | None = None, closes: bool = False, **changes: Any
    ) -> OrderPlaced:
        """Return a live order to buy three contracts at 2.50, or to sell them."""
        now = datetime.now(UTC)
        placed = traded(self.symbol, self.account_id)[0]
        assert isinstance(placed, OrderPlaced)
        order_id = derived_id("order", self.account_id, name)
        fields: dict[str, Any] = {
            "event_id": order_id,
            "client_order_id": f"ts-{order_id}",
            "occurred_at": now,
            "order_type": "live",
            "option_symbol": contract or self.contract,
            "side": "sell_to_close" if closes else "buy_to_open",
            "quantity": 3,
            "limit_price": Decimal("2.30") if closes else Decimal("2.50"),
            "expires_at": None if closes else now + timedelta(seconds=300),
        }
        return placed.model_copy(update=fields | changes)

    async def place(self, *orders: OrderPlaced) -> None:
        for order in orders:
            await publish(self.publisher, order)

    async def cancel(self, order: OrderPlaced, reason: str = "step_over") -> None:
        request = CancelRequested(
            event_id=derived_id("cancel", order.event_id),
            occurred_at=datetime.now(UTC),
            account_id=order.account_id,
            order_id=order.event_id,
            client_order_id=order.client_order_id,
            symbol=order.symbol,
            reason=reason,
        )
        await publish(self.publisher, request)

    def of(self, order: OrderPlaced) -> Told:
        return self.told.setdefault(order.event_id, Told())

    async def until(self, is_so: Callable[[], object], *, what: str) -> None:
        async def look() -> bool | None:
            return True if is_so() else None

        await eventually(look, what=what)

    async def ended(self, *orders: OrderPlaced) -> Told:
        """Return what was told of the last one once all have ended."""
        await self.until(lambda: all(self.of(order).has_ended for order in orders), what="the orders' ends")
        return self.of(orders[-1])

    async def at_broker(self, order: OrderPlaced) -> dict[str, Any]:
        """Return the broker's order for one of ours, once it is there."""

        async def look() -> dict[str, Any] | None:
            book = await self.fake.asking(self.fake.book)
            return next((one for one in book["orders"] if one["client_order_id"] == order.client_order_id), None)

        return await eventually(look, what="the order at the broker")

    async def agrees(self) -> None:
        """Check what was told against the broker's own book: no order twice, every execution, at its price."""
        book = await self.fake.asking(self.fake.book)
        theirs: dict[str, list[dict[str, Any]]] = {}
        for execution in book["executions"]:
            theirs.setdefault(execution["order_id"], []).append(execution)
        clients = [order["client_order_id"] for order in book["orders"]]
        assert len(clients) == len(set(clients))
        replaced_by = {order["replaces"]: order["id"] for order in book["orders"] if order.get("replaces")}
        for order in book["orders"]:
            order_id = order["client_order_id"].removeprefix("ts-")
            if order_id not in self.told:
                continue
            link, executions = order["id"], []
            while link is not None:
                executions += theirs.get(link, [])
                link = replaced_by.get(link)
            mine = self.told[order_id]
            assert mine.quantity == sum(Decimal(one["qty"]) for one in executions if one["counts"]), order
            assert mine.cost == sum(Decimal(one["qty"]) * Decimal(one["price"]) for one in executions if one["counts"])

    async def listen(self, topics: Sequence[Topic], started: asyncio.Event) -> None:
        """Fold what is told on topics from now on."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka, enable_auto_commit=False, fetch_max_wait_ms=20)
        await consumer.start()
        try:
            places = [TopicPartition(topic.name, number) for topic in topics for number in range(PARTITIONS)]
            consumer.assign(places)
            for place, end in (await consumer.end_offsets(places)).items():
                consumer.seek(place, end)
            started.set()
            kinds = {topic.name: topic.record for topic in topics}
            while True:
                for messages in (await consumer.getmany(timeout_ms=200)).values():
                    for message in messages:
                        self._take(decode(kinds[message.topic], message.value))
        finally:
            await consumer.stop()

    def _take(self, event: Any) -> None:
        if event.source != f"executor/{self.account_id}":
            return
        stream = f"{type(event).__name__} {getattr(event, 'symbol', '')}"
        if event.sequence <= self._heard.get(stream, 0):
            return
        self._heard[stream] = event.sequence
        self.events.append(event)
        if isinstance(event, OrderUpdated):
            self.told.setdefault(event.order_id, Told()).take(event)


@asynccontextmanager
async def floor_at(
    fake: FakeAlpaca, kafka: str, database_url: str, *, topics: Sequence[Topic] = (ORDER_UPDATES,)
) -> AsyncIterator[Floor]:
    """Yield a floor whose contract is quoted at 2.40 to 2.50."""
    floor = Floor(fake, kafka, database_url)
    await fake.asking(fake.quote, floor.contract, "2.40", "2.50")
    started = asyncio.Event()
    listening = asyncio.create_task(floor.listen(topics, started))
    try:
        async with floor.publisher:
            await started.wait()
            yield floor
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
