"""Rows as CSV and as Parquet.

A row is flat in both: what is nested in it stands as JSON. In CSV no text can be taken for a formula by a spreadsheet:
one that could be gets an apostrophe before it. In Parquet money is decimal128, exact to 1e-9, and instants are in UTC.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from types import UnionType
from typing import Annotated, Any, BinaryIO, Protocol, Union, get_args, get_origin
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from api.exact_json import encode

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DECIMAL = pa.decimal128(38, 9)
_NANO = Decimal("0.000000001")


class Writer(Protocol):
    """Writes rows into a file."""

    def add(self, rows: Sequence[BaseModel]) -> None:
        """Write rows."""

    def close(self) -> None:
        """Write what belongs to the file's end; the file stays open."""


class CsvWriter:
    """Rows as RFC 4180 has them, in UTF-8, under the names of their columns."""

    def __init__(self, file: BinaryIO, item: type[BaseModel]) -> None:
        self._file = file
        self._names = list(item.model_fields)
        self._write([self._names])

    def add(self, rows: Sequence[BaseModel]) -> None:
        self._write([[cell(getattr(row, name)) for name in self._names] for row in rows])

    def close(self) -> None:
        self._file.flush()

    def _write(self, lines: Sequence[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(lines)
        self._file.write(text.getvalue().encode("utf-8", "replace"))


def cell(value: object) -> str:
    """Return a value as the text of a cell; null is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if value.startswith(FORMULA_SIGNS) else value
        case Decimal():
            return format(value, "f")
        case datetime() | date() | UUID():
            return encode(value).strip('"')
        case int() | float():
            return str(value)
        case _:
            return encode(_plain(value))


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


class ParquetWriter:
    """Rows as Parquet, a group of rows for each time that some are added."""

    def __init__(self, file: BinaryIO, item: type[BaseModel]) -> None:
        self._kinds = {name: column_type(field.annotation) for name, field in item.model_fields.items()}
        self._schema = pa.schema([pa.field(name, kind) for name, kind in self._kinds.items()])
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, rows: Sequence[BaseModel]) -> None:
        columns = [
            pa.array([_stored(getattr(row, name), kind) for row in rows], type=kind)
            for name, kind in self._kinds.items()
        ]
        self._writer.write_table(pa.table(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def column_type(annotation: Any) -> pa.DataType:
    """Return the Parquet type of a field; what has none of its own is JSON text."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return column_type(get_args(annotation)[0])
    if origin in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        return column_type(members[0]) if len(members) == 1 else pa.string()
    if origin in (list, tuple):
        item = column_type(get_args(annotation)[0])
        is_scalar = not isinstance(get_args(annotation)[0], type) or not issubclass(get_args(annotation)[0], BaseModel)
        return pa.list_(item) if is_scalar else pa.string()
    return _TYPES.get(annotation, pa.string()) if isinstance(annotation, type) else pa.string()


_TYPES: dict[type, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    Decimal: DECIMAL,
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


def _stored(value: object, kind: pa.DataType) -> object:
    match value:
        case None:
            return None
        case Decimal() if kind == DECIMAL:
            return value.quantize(_NANO, rounding=ROUND_HALF_EVEN) if _decimals(value) > 9 else value
        case datetime() if pa.types.is_timestamp(kind):
            return value.astimezone(UTC)
        case list() | tuple() if pa.types.is_list(kind):
            return [_stored(item, kind.value_type) for item in value]
        case str() | UUID() if pa.types.is_string(kind):
            return str(value)
        case _ if pa.types.is_string(kind):
            return encode(_plain(value))
        case _:
            return value


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class FileKind:
    """A form that a list has as a file; the name is also the file name's end."""

    name: str
    media_type: str
    writer: Callable[[BinaryIO, type[BaseModel]], Writer]


CSV = FileKind("csv", "text/csv; charset=utf-8; header=present", CsvWriter)
PARQUET = FileKind("parquet", "application/vnd.apache.parquet", ParquetWriter)
FILES = {kind.name: kind for kind in (CSV, PARQUET)}
