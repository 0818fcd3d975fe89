"""Bytes on Kafka: Confluent's wire format (byte 0, four-byte schema id, Avro)."""

import copy
import io
import struct
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import fastavro
from pydantic import BaseModel, ValidationError

from schemas.catalogue import newest, versions

HEADER = struct.Struct(">bI")
"""Of a message: 0, the id of its schema."""
_Model = TypeVar("_Model", bound=BaseModel)


class Undecodable(ValueError):
    """Bytes that are not a message of the expected kind. The text holds nothing of the message."""


@cache
def _parsed(schema_id: int) -> Any:
    return fastavro.parse_schema(versions()[schema_id].schema)


@cache
def _reader(schema_id: int) -> Any:
    """Return a schema to read older messages with.

    fastavro hands a default on as the schema has it, where a decimal's is a string of its bytes.
    """
    schema = copy.deepcopy(_parsed(schema_id))
    for field in _fields_of(schema):
        kind = field["type"]
        if isinstance(kind, dict) and kind.get("logicalType") == "decimal" and isinstance(field.get("default"), str):
            unscaled = int.from_bytes(field["default"].encode("latin-1"), "big", signed=True)
            field["default"] = Decimal(unscaled).scaleb(-kind["scale"])
    return schema


def _fields_of(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, list):
        for branch in schema:
            yield from _fields_of(branch)
    elif isinstance(schema, dict):
        for field in schema.get("fields", ()):
            yield field
            yield from _fields_of(field["type"])
        for part in ("items", "values"):
            yield from _fields_of(schema.get(part))


def encode(record: BaseModel) -> bytes:
    """Return a record in the newest version of its schema."""
    schema_id = newest(type(record).__name__).schema_id
    out = io.BytesIO()
    out.write(HEADER.pack(0, schema_id))
    fastavro.schemaless_writer(out, _parsed(schema_id), record.model_dump())
    return out.getvalue()


def decode(model: type[_Model], value: bytes | None) -> _Model:
    """Return the record in a message, whichever version wrote it; raises Undecodable."""
    fields = fields_of(model, value)
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        where = ", ".join(".".join(map(str, item["loc"])) + ": " + item["type"] for item in error.errors())
        raise Undecodable(f"{model.__name__}: {where}") from error


def fields_of(model: type[BaseModel], value: bytes | None) -> dict[str, Any]:
    """Return the fields of the record in a message as its newest schema has them; raises Undecodable.

    Only Avro has looked at them: what the model asks beyond the schema's types has not been checked.
    """
    name = model.__name__
    if value is None or len(value) < HEADER.size:
        raise Undecodable(f"{name}: shorter than the wire format's header")
    magic, schema_id = HEADER.unpack_from(value)
    if magic != 0:
        raise Undecodable(f"{name}: begins with byte {magic}, not 0")
    entry = versions().get(schema_id)
    if entry is None or entry.name != name:
        raise Undecodable(f"{name}: schema id {schema_id} is {'unknown' if entry is None else entry.name}")
    body = io.BytesIO(value)
    body.seek(HEADER.size)
    current = newest(name).schema_id
    try:
        reader = None if schema_id == current else _reader(current)
        fields = fastavro.schemaless_reader(body, _parsed(schema_id), reader)
    except Exception as error:
        raise Undecodable(f"{name}: not Avro of schema id {schema_id}: {type(error).__name__}") from error
    if body.read(1):
        raise Undecodable(f"{name}: bytes are left over")
    assert isinstance(fields, dict)
    return fields


def decode_any(value: bytes | None) -> tuple[str, dict[str, Any]]:
    """Return the record's name and its fields as plain values; raises Undecodable."""
    if value is None or len(value) < HEADER.size:
        raise Undecodable("shorter than the wire format's header")
    _, schema_id = HEADER.unpack_from(value)
    entry = versions().get(schema_id)
    if entry is None:
        raise Undecodable(f"schema id {schema_id} is unknown")
    try:
        fields = fastavro.schemaless_reader(io.BytesIO(value[HEADER.size :]), _parsed(schema_id), None)
    except Exception as error:
        raise Undecodable(f"not Avro of schema id {schema_id}: {type(error).__name__}") from error
    assert isinstance(fields, dict)
    return entry.name, fields
