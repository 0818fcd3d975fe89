"""The stages' records as they stand: books, accounts and controls, read from Kafka without a group."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from schemas.accounts import Account
from schemas.codec import Undecodable, decode
from schemas.operations import ControlChanged
from schemas.positions import Book
from schemas.records import AccountRecord, BookRecord
from sinks.process import persist
from streams.fetching import in_sessions
from streams.logs import logger
from streams.topics import (
    ACCOUNT_EVENTS,
    ACCOUNTS,
    BOOKS,
    BROKER_REPORTS,
    CONTROLS,
    ORDER_UPDATES,
    ORDERS,
    PARTITIONS,
    POSITION_ADJUSTMENTS,
)

SETTLE_MAX_S = 10.0
LOOK_EVERY_S = 0.2
STOP_TIMEOUT_S = 2.0
INPUTS = (ORDERS, ORDER_UPDATES, POSITION_ADJUSTMENTS, ACCOUNT_EVENTS, BROKER_REPORTS)
"""What the stages read of what moves positions and cash."""

log = logger(__name__)


class TablesView:
    """The newest records. One of an older (epoch, version) is passed over, as a worker that was slow may write it."""

    def __init__(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, *, account_id: str, stages: str) -> None:
        self._consumer = consumer
        self._admin = admin
        self._account_id = account_id
        self._stages = stages
        self._records: dict[str, BookRecord | AccountRecord] = {}
        self._controls: dict[str, ControlChanged] = {}

    def books(self) -> list[Book]:
        """Return the account's books."""
        return [
            record.state
            for record in self._records.values()
            if isinstance(record, BookRecord) and record.state.account_id == self._account_id
        ]

    def account(self) -> Account | None:
        """Return the account, or None before its first event."""
        for record in self._records.values():
            if isinstance(record, AccountRecord) and record.state.account_id == self._account_id:
                return record.state
        return None

    def control(self, name: str) -> ControlChanged | None:
        """Return a control's newest value."""
        return self._controls.get(name)

    def controls(self) -> list[ControlChanged]:
        """Return every control's newest value."""
        return list(self._controls.values())

    async def catch_up(self) -> bool:
        """Read all there is; return whether the stages have by then worked in all that was told to them.

        raises   KafkaError, OSError
        """
        is_settled = await self._is_settled()
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        while not all([await self._consumer.position(place) >= end for place, end in ends.items()]):
            for messages in (await self._consumer.getmany(timeout_ms=200)).values():
                for message in messages:
                    self._take(message)
        return is_settled

    async def _is_settled(self) -> bool:
        """Return whether the stages' inputs are committed to their ends, waiting a little until they are."""
        loop = asyncio.get_running_loop()
        places = [TopicPartition(topic.name, number) for topic in INPUTS for number in range(PARTITIONS)]
        give_up_at = loop.time() + SETTLE_MAX_S
        while True:
            ends = await self._consumer.end_offsets(places)
            starts = await self._consumer.beginning_offsets(places)
            committed = await self._admin.list_consumer_group_offsets(self._stages, partitions=places)
            behind = [
                place
                for place, end in ends.items()
                if starts[place] < end and (place not in committed or committed[place].offset < end)
            ]
            if not behind and await self._consumer.end_offsets(places) == ends:
                return True
            if loop.time() > give_up_at:
                log.info("stages_are_behind", partitions=len(behind))
                return False
            await asyncio.sleep(LOOK_EVERY_S)

    def _take(self, message: ConsumerRecord) -> None:
        key = bytes(message.key or b"").decode("utf-8", "replace")
        name = f"{message.topic}/{key}"
        try:
            if message.topic == CONTROLS.name:
                if message.value is not None:
                    control = decode(ControlChanged, message.value)
                    held = self._controls.get(control.name)
                    if held is None or control.occurred_at >= held.occurred_at:
                        self._controls[control.name] = control
            elif message.value is None:
                self._records.pop(name, None)
            else:
                is_book = message.topic == BOOKS.name
                record = decode(BookRecord, message.value) if is_book else decode(AccountRecord, message.value)
                known = self._records.get(name)
                if known is None or (record.epoch, record.version) >= (known.epoch, known.version):
                    self._records[name] = record
        except Undecodable as error:
            # its own reader answers for it
            log.warning("record_passed_over", topic=message.topic, offset=message.offset, error=str(error))


@asynccontextmanager
async def viewing(bootstrap_servers: str, *, account_id: str, stages: str) -> AsyncIterator[TablesView]:
    """Yield a view that has read nothing yet; waits for Kafka as long as it takes."""
    consumer, admin = await persist(lambda: _connect(bootstrap_servers), what="kafka")
    try:
        yield TablesView(consumer, admin, account_id=account_id, stages=stages)
    finally:
        await _stop(consumer, admin)


async def _connect(bootstrap_servers: str) -> tuple[AIOKafkaConsumer, AIOKafkaAdminClient]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        client_id="tapestream-executor-view",
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, client_id="tapestream-executor-view")
    try:
        await in_sessions(consumer).start()
        await admin.start()
        places = [TopicPartition(topic.name, number) for topic in (BOOKS, ACCOUNTS) for number in range(PARTITIONS)]
        places.append(TopicPartition(CONTROLS.name, 0))  # each of its partitions has them all
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
    except BaseException:
        await _stop(consumer, admin)
        raise
    return consumer, admin


async def _stop(consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
    with suppress(TimeoutError, KafkaError, OSError):
        await asyncio.wait_for(consumer.stop(), STOP_TIMEOUT_S)
    with suppress(TimeoutError, KafkaError, OSError):
        await asyncio.wait_for(admin.close(), STOP_TIMEOUT_S)
