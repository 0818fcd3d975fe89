"""Messages of a topic as an Arrow table, whose columns are those of the topic's Avro schema."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from aiokafka import ConsumerRecord

from schemas.catalogue import newest
from schemas.codec import Undecodable, decode
from schemas.dead_letters import written_at
from schemas.ticks import ABSENT, TickFrame
from streams.topics import Topic

PLACE = (
    pa.field("_topic", pa.string(), nullable=False),
    pa.field("_partition", pa.int32(), nullable=False),
    pa.field("_offset", pa.int64(), nullable=False),
    pa.field("_timestamp", pa.timestamp("ms", tz="UTC"), nullable=False),
    pa.field("_key", pa.binary()),
)
"""Where a message was; at the end of each row."""

NANOS = pa.decimal128(19, 9)
"""Any 64-bit number of 1e-9 dollars, in dollars."""
TICK = pa.schema(
    [
        pa.field("symbol", pa.string()),
        pa.field("occurred_at", pa.timestamp("us", tz="UTC")),
        *(pa.field(name, NANOS) for name in ("price", "bid", "ask")),
        *(pa.field(name, pa.int64()) for name in ("size", "bid_size", "ask_size")),
        pa.field("source", pa.string()),
        pa.field("sequence", pa.int64()),
        pa.field("index", pa.int32()),
        *PLACE,
    ]
)
"""Of ticks: `source` and `sequence` are their frame's, `index` counts within it."""

_PLAIN: dict[str, pa.DataType] = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "long": pa.int64(),
    "double": pa.float64(),
    "bytes": pa.binary(),
}


def table_of(topic: Topic, messages: Sequence[ConsumerRecord]) -> tuple[pa.Table, int]:
    """Return messages of a topic as a table, and how many of them cannot be read."""
    if topic.record is TickFrame:
        return _ticks(topic, messages)
    schema = schema_of(topic)
    rows: list[dict[str, Any]] = []
    unread = 0
    for message in messages:
        fields: dict[str, Any] = {}
        try:
            if message.value is not None:
                fields = decode(topic.record, message.value).model_dump()
        except Undecodable:
            unread += 1
        rows.append(fields | _place(topic, message))
    return pa.Table.from_pylist(rows, schema=schema), unread


def schema_of(topic: Topic) -> pa.Schema:
    """Return the columns of a topic's table; all but the place may be null."""
    if topic.record is TickFrame:
        return TICK
    record = newest(topic.record.__name__).schema
    known: dict[str, pa.DataType] = {}
    return pa.schema([*_record(record, known), *PLACE])


def _record(schema: dict[str, Any], known: dict[str, pa.DataType]) -> list[pa.Field]:
    fields = [pa.field(field["name"], _type(field["type"], known)) for field in schema["fields"]]
    known[f"{schema['namespace']}.{schema['name']}"] = pa.struct(fields)
    return fields


def _type(schema: Any, known: dict[str, pa.DataType]) -> pa.DataType:
    match schema:
        case [_, *_]:
            (member,) = (branch for branch in schema if branch != "null")
            return _type(member, known)
        case {"logicalType": "timestamp-micros"}:
            return pa.timestamp("us", tz="UTC")
        case {"logicalType": "date"}:
            return pa.date32()
        case {"logicalType": "decimal", "precision": precision, "scale": scale}:
            return pa.decimal128(precision, scale)
        case {"type": "record"}:
            return pa.struct(_record(schema, known))
        case {"type": "array", "items": items}:
            return pa.list_(_type(items, known))
        case {"type": "map", "values": values}:
            return pa.map_(pa.string(), _type(values, known))
        case str() if schema in known:
            return known[schema]
        case str():
            return _PLAIN[schema]
    raise TypeError(f"{schema} has no column")


def _place(topic: Topic, message: ConsumerRecord) -> dict[str, Any]:
    return {
        "_topic": topic.name,
        "_partition": message.partition,
        "_offset": message.offset,
        "_timestamp": written_at(message.timestamp / 1000),
        "_key": message.key,
    }


def _ticks(topic: Topic, messages: Sequence[ConsumerRecord]) -> tuple[pa.Table, int]:
    parts: list[pa.Table] = []
    unread = 0
    for message in messages:
        try:
            parts.append(_frame(topic, message, decode(TickFrame, message.value)))
        except (Undecodable, ValueError):
            unread += 1
            parts.append(pa.Table.from_pylist([_place(topic, message)], schema=TICK))
    return pa.concat_tables(parts).combine_chunks(), unread


def _frame(topic: Topic, message: ConsumerRecord, frame: TickFrame) -> pa.Table:
    """Return a frame's ticks; raises ValueError when its columns do not fit each other."""
    count = len(frame)
    names = pa.DictionaryArray.from_arrays(_numbers(frame.instrument), pa.array(frame.instruments, pa.string()))
    columns = {
        "symbol": names.cast(pa.string()),
        "occurred_at": _numbers(frame.at).cast(pa.timestamp("us", tz="UTC")),
        **{name: _dollars(_present(getattr(frame, name))) for name in ("price", "bid", "ask")},
        **{name: _present(getattr(frame, name)) for name in ("size", "bid_size", "ask_size")},
        "source": pa.repeat(pa.scalar(frame.source, pa.string()), count),
        "sequence": pa.repeat(pa.scalar(frame.sequence, pa.int64()), count),
        "index": pa.array(np.arange(count, dtype=np.int32)),
        **{
            field.name: pa.repeat(pa.scalar(value, field.type), count)
            for field, value in zip(PLACE, _place(topic, message).values(), strict=True)
        },
    }
    return pa.table([columns[name] for name in TICK.names], schema=TICK)


def _numbers(column: bytes) -> pa.Array:
    return pa.array(np.frombuffer(column, dtype="<i8"))


def _present(column: bytes) -> pa.Array:
    values = np.frombuffer(column, dtype="<i8")
    return pa.array(values, mask=values == ABSENT)


def _dollars(nanos: pa.Array) -> pa.Array:
    """Return 1e-9 dollars as dollars: the same 128-bit numbers under another scale."""
    whole = nanos.cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(NANOS, len(whole), whole.buffers(), offset=whole.offset)
