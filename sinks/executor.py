"""Live orders, carried out at a broker. Run with `python -m sinks.executor`. Paper orders pass by.

Without a broker that the settings name and confirm, a live order fails at once and its account gets its capacity back.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from aiokafka import ConsumerRecord

from schemas.codec import Undecodable, decode
from schemas.dead_letters import redrive_of
from schemas.ids import derived_id
from schemas.operations import DeadLettered
from schemas.orders import CancelRequested, OrderPlaced, OrderUpdated
from sinks.account_lock import LockLost, holding
from sinks.alpaca import AlpacaBroker
from sinks.broker import Broker
from sinks.comparing import Comparing
from sinks.consumer import batches, consuming
from sinks.dead_letters import dead_letter, publish, refusal
from sinks.execution import LiveExecution
from sinks.intents import Intents
from sinks.order_guard import Limits, is_wrong_address
from sinks.placing import PATIENCE
from sinks.process import persist, run
from sinks.writes import REFUSALS
from streams.logs import logger
from streams.publisher import Publisher
from streams.readiness import ready
from streams.settings import InvalidSettings, Settings
from streams.topics import CANCEL_REQUESTS, ORDER_UPDATES, ORDERS
from streams.topics import GROUP as STAGES

GROUP = "tapestream-executor"
SOURCE = "executor"
RECORD = "broker-orders"
"""What fails on an order that Postgres refuses; the stages and the history may well have taken it."""
EXIT_LOCK_LOST = 1
REFUSED_EVERY_S = 0.25
"""Without a broker there is no hurry, and most orders are of paper."""

log = logger(__name__)


class WallTiming:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def group_of(account_id: str) -> str:
    """Return the consumer group of an account's executor: each reads all orders, for each takes its own alone."""
    return f"{GROUP}-{account_id}"


def alpaca(settings: Settings) -> AlpacaBroker:
    """Return the account at Alpaca that the settings name."""
    providers, execution = settings.providers, settings.execution
    return AlpacaBroker(
        url=providers.alpaca_base_url,
        key=providers.alpaca_api_key,
        secret=providers.alpaca_secret_key,
        timeout_s=execution.broker_timeout_s,
        requests_per_minute=execution.broker_requests_per_minute,
    )


def refused(order: OrderPlaced) -> OrderUpdated:
    """Return what becomes of a live order while no broker is configured."""
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


def orders_of(
    messages: Sequence[ConsumerRecord], *, account_id: str
) -> tuple[list[OrderPlaced], list[CancelRequested]]:
    """Return an account's live orders and cancellations.

    What cannot be decoded its topic's own reader answers for; what is sent again for another reader was taken here.
    """
    placed, cancels = [], []
    for message in messages:
        redrive = redrive_of(dict(message.headers))
        if redrive is not None and redrive.record and redrive.reader != SOURCE:
            continue
        try:
            if message.topic == ORDERS.name:
                order = decode(OrderPlaced, message.value)
                if order.order_type == "live" and order.account_id == account_id:
                    placed.append(order)
            else:
                request = decode(CancelRequested, message.value)
                if request.account_id == account_id:
                    cancels.append(request)
        except Undecodable:
            continue
    return placed, cancels


async def take(execution: LiveExecution, messages: Sequence[ConsumerRecord], *, account_id: str) -> list[DeadLettered]:
    """Hand an account's part of a batch over; returns dead letters of messages that Postgres refuses.

    Around a refused one the batch is halved until it stands alone, so the others are taken.
    raises   LockLost
    """
    try:
        await execution.take(*orders_of(messages, account_id=account_id))
    except REFUSALS as error:
        if len(messages) == 1:
            return [dead_letter(messages[0], reader=SOURCE, reason="failed", error=refusal(error), record=RECORD)]
        middle = len(messages) // 2
        return [
            *await take(execution, messages[:middle], account_id=account_id),
            *await take(execution, messages[middle:], account_id=account_id),
        ]
    return []


async def _send(bootstrap_servers: str, updates: Sequence[OrderUpdated]) -> None:
    # a producer for the occasion: one that has failed cannot be relied on again
    async with Publisher(bootstrap_servers, client_id=GROUP) as publisher:
        sent = [await publisher.send(ORDER_UPDATES, update, key=update.symbol) for update in updates]
        await asyncio.gather(*sent)


async def refuse(settings: Settings, *, group: str) -> None:
    """Fail live orders until cancelled; an order is committed once what became of it is on Kafka."""
    bootstrap_servers = settings.kafka.bootstrap_servers
    async with consuming(
        bootstrap_servers, group=group, topics=(ORDERS,), session_timeout_s=settings.kafka.session_timeout_s
    ) as consumer:
        ready()
        log.info("started", broker="none")
        async for messages in batches(consumer, pace_s=REFUSED_EVERY_S):
            placed, _ = orders_of(messages, account_id=settings.risk.account_id)
            if updates := [refused(order) for order in placed]:
                await persist(partial(_send, bootstrap_servers, updates), what="kafka")
                for update in updates:
                    log.warning("order_failed", order_id=update.order_id, reason=update.reason)


async def trade(
    settings: Settings,
    *,
    broker: Broker,
    group: str,
    patience: Sequence[float] = PATIENCE,
    stages: str = STAGES,
) -> None:
    """Carry the account's live orders out until cancelled, as the only one for the account.

    patience  pauses, seconds, before each look for an order whose request got no answer
    stages    the group of the stages, whose books are compared with the broker's
    raises    LockLost when the database goes away
    """
    account_id, servers, limits = settings.risk.account_id, settings.kafka.bootstrap_servers, settings.execution
    async with holding(settings.database.url, account_id, waiting=ready) as held:
        intents, timing = Intents(held, account_id), WallTiming()
        comparing = Comparing(
            servers, account_id=account_id, interval_s=limits.reconcile_interval_s, stages=stages, timing=timing
        )
        execution = LiveExecution(
            store=intents,
            broker=broker,
            timing=timing,
            limits=Limits(limits.max_order_contracts, limits.max_order_notional, limits.max_orders_per_minute),
            noticed=comparing.notice,
            patience=patience,
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(held.watch(), name="the account's lock")
                tasks.create_task(execution.run(), name="execution")
                tasks.create_task(intents.outbox.send_all(servers), name="outbox")
                tasks.create_task(comparing.run(intents, execution, broker), name="reconciliation")
                tasks.create_task(_read(settings, execution, group=group), name="orders")
        except BaseExceptionGroup as group_of_errors:
            if lost := group_of_errors.subgroup(LockLost):
                raise _first(lost) from group_of_errors
            raise


def _first(errors: "BaseExceptionGroup[LockLost]") -> LockLost:
    error = errors.exceptions[0]
    return error if isinstance(error, LockLost) else _first(error)


async def _read(settings: Settings, execution: LiveExecution, *, group: str) -> None:
    servers, account_id = settings.kafka.bootstrap_servers, settings.risk.account_id
    async with consuming(
        servers,
        group=group,
        topics=(ORDERS, CANCEL_REQUESTS),
        session_timeout_s=settings.kafka.session_timeout_s,
    ) as consumer:
        ready()
        log.info("started", broker=settings.execution.broker, account_id=account_id)
        async for messages in batches(consumer):
            letters = await take(execution, messages, account_id=account_id)
            for letter in letters:
                log.error("dead_lettered", topic=letter.topic, partition=letter.partition, offset=letter.offset)
            await publish(servers, letters)


async def consume(settings: Settings, *, group: str | None = None) -> None:
    """Do the account's part until cancelled.

    raises   InvalidSettings when the broker needs something that is not set; LockLost when the database goes away
    """
    group = group or group_of(settings.risk.account_id)
    if not settings.trades_at_broker:
        await refuse(settings, group=group)
        return
    providers = settings.providers
    for name, value in (
        ("DATABASE_URL", settings.database.url),
        ("ALPACA_API_KEY", providers.alpaca_api_key.get_secret_value()),
        ("ALPACA_SECRET_KEY", providers.alpaca_secret_key.get_secret_value()),
    ):
        if not value:
            raise InvalidSettings(f"{name}: not set")
    if is_wrong_address(providers.alpaca_base_url, is_paper=providers.alpaca_paper):
        raise InvalidSettings("ALPACA_BASE_URL: is another account's than ALPACA_PAPER says")
    broker = alpaca(settings)
    try:
        await trade(settings, broker=broker, group=group)
    finally:
        broker.close()


def main() -> None:
    try:
        run(SOURCE, consume)
    except LockLost as lost:
        # another executor may have the account by now: this one must not do another thing
        log.error("lock_lost", error=str(lost))
        sys.exit(EXIT_LOCK_LOST)


if __name__ == "__main__":
    main()
