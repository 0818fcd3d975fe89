"""`tapestream tail`: a topic's messages as JSON lines."""

import base64
import json
from collections.abc import AsyncGenerator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.codec import Undecodable, decode, decode_any
from schemas.event import from_micros
from schemas.ticks import ABSENT, Tick, TickFrame
from streams.topics import PARTITIONS, Topic

NANOS = Decimal("0.000000001")


async def lines(bootstrap_servers: str, topic: Topic, *, from_beginning: bool) -> AsyncGenerator[str, None]:
    """Yield each message of a topic as one line of JSON, for ever; raises aiokafka.errors.KafkaError."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8_388_608,
    )
    try:
        await consumer.start()
        partitions = [TopicPartition(topic.name, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await (consumer.seek_to_beginning if from_beginning else consumer.seek_to_end)(*partitions)
        async for message in consumer:
            yield line(
                topic=message.topic,
                partition=message.partition,
                offset=message.offset,
                key=message.key,
                value=message.value,
            )
    finally:
        await consumer.stop()


def line(*, topic: str, partition: int, offset: int, key: bytes | None, value: bytes | None) -> str:
    """Return one message as JSON: decimals and times as texts, bytes in base64, a frame as its ticks."""
    shown: dict[str, object] = {
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "key": None if key is None else key.decode("utf-8", "replace"),
    }
    if value is None:
        return json.dumps({**shown, "record": None, "value": None})
    try:
        name, fields = decode_any(value)
        shown |= {"record": name, "value": _frame(decode(TickFrame, value)) if name == TickFrame.__name__ else fields}
    except (Undecodable, ValueError) as error:
        shown |= {"record": None, "value": None, "error": str(error)}
    return json.dumps(shown, default=_text)


def _frame(frame: TickFrame) -> dict[str, object]:
    described = frame.model_dump(include={"event_id", "occurred_at", "source", "sequence"})
    return {**described, "ticks": [_tick(tick) for tick in frame.ticks()]}


def _tick(tick: Tick) -> dict[str, object]:
    """Return what a tick has; prices in dollars."""
    shown: dict[str, object] = {"symbol": tick.symbol, "at": from_micros(tick.at)}
    for name in ("price", "bid", "ask"):
        if (nanos := getattr(tick, name)) != ABSENT:
            shown[name] = (Decimal(nanos) * NANOS).normalize()
    for name in ("size", "bid_size", "ask_size"):
        if (number := getattr(tick, name)) != ABSENT:
            shown[name] = number
    return shown


def _text(value: Any) -> str:
    match value:
        case datetime() | date():
            return value.isoformat().replace("+00:00", "Z")
        case Decimal():
            return format(value, "f")
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return str(value)
