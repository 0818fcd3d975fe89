"""Encoding a record that holds many parts of which an event changes few: the others' bytes are kept.

The bytes are those of `schemas.codec.encode`. Avro writes a record as its fields one after the other, and an array as
its items between a count and a zero.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import fastavro
from pydantic import BaseModel

from schemas.catalogue import newest
from schemas.codec import HEADER

_Kept = dict[int, tuple[BaseModel, bytes]]
"""What was encoded last of an array, by the identity of the part, which is kept with it: no other one can have it."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """Neighbouring fields of a record that are encoded together, anew each time."""

    path: tuple[str, ...]
    names: frozenset[str]
    schema: Any


@dataclass(frozen=True, slots=True)
class _Parts:
    """An array of records."""

    path: tuple[str, ...]
    schema: Any


class PartsEncoder:
    """Encodes one record again and again, as it changes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], _Kept] = {}

    def encode(self, record: BaseModel) -> bytes:
        """Return a record in the newest version of its schema."""
        out = io.BytesIO()
        out.write(HEADER.pack(0, newest(type(record).__name__).schema_id))
        for step in _steps(type(record).__name__):
            value: Any = record
            for name in step.path:
                value = getattr(value, name)
            if isinstance(step, _Fields):
                fastavro.schemaless_writer(out, step.schema, value.model_dump(include=step.names))
            else:
                self._write_parts(out, step, value)
        return out.getvalue()

    def _write_parts(self, out: io.BytesIO, step: _Parts, parts: tuple[BaseModel, ...]) -> None:
        before, now = self._kept.get(step.path, {}), _Kept()
        for part in parts:
            known = before.get(id(part))
            now[id(part)] = (part, _part(step.schema, part)) if known is None else known
        self._kept[step.path] = now
        if parts:
            fastavro.schemaless_writer(out, "long", len(parts))
            out.write(b"".join([now[id(part)][1] for part in parts]))
        out.write(b"\0")


def _part(schema: Any, part: BaseModel) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, part.model_dump())
    return out.getvalue()


@cache
def _steps(name: str) -> tuple[_Fields | _Parts, ...]:
    """Return how a kind of record is encoded, in the order of its schema's fields."""
    return tuple(_walk(newest(name).schema, ()))


def _walk(record: Any, path: tuple[str, ...]) -> Iterator[_Fields | _Parts]:
    together: list[Any] = []
    for field in (*record["fields"], None):
        kind = field["type"] if field is not None and isinstance(field["type"], dict) else {}
        items = kind.get("items")
        parted = isinstance(items, dict) and items.get("type") == "record"
        if field is not None and not parted and kind.get("type") != "record":
            together.append(field)
            continue
        if together:
            names = frozenset(item["name"] for item in together)
            # a name of its own: what is written of a record does not hold its name
            schema = {"type": "record", "name": "Fields", "namespace": record["namespace"], "fields": together}
            yield _Fields(path, names, fastavro.parse_schema(schema))
            together = []
        if field is None:
            return
        inside = (*path, field["name"])
        if parted:
            yield _Parts(inside, fastavro.parse_schema(items))
        else:
            yield from _walk(kind, inside)
