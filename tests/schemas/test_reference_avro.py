"""Apache's own Avro for Python reads what we write. It knows no logical types, so raw values are compared."""

import io
import json
from typing import Any

import avro.io
import avro.schema
import fastavro
import pytest

from schemas.catalogue import SchemaVersion, versions
from tests.schemas.golden_samples import FOLDER

HEADER_BYTES = 5


def raw(schema: Any) -> Any:
    """Return a schema without its logical types."""
    if isinstance(schema, dict):
        return {key: raw(value) for key, value in schema.items() if key not in ("logicalType", "precision", "scale")}
    return [raw(branch) for branch in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("entry", versions().values(), ids=lambda entry: f"{entry.name}.v{entry.version}")
def test_the_reference_reads_the_same_values(entry: SchemaVersion) -> None:
    body = (FOLDER / f"{entry.name}.v{entry.version}.bin").read_bytes()[HEADER_BYTES:]
    parsed = avro.schema.parse(json.dumps(entry.schema))
    stream = io.BytesIO(body)
    read = avro.io.DatumReader(parsed).read(avro.io.BinaryDecoder(stream))
    assert stream.read() == b""
    assert read == fastavro.schemaless_reader(io.BytesIO(body), fastavro.parse_schema(raw(entry.schema)), None)


@pytest.mark.parametrize("entry", versions().values(), ids=lambda entry: f"{entry.name}.v{entry.version}")
def test_the_reference_writes_the_same_bytes(entry: SchemaVersion) -> None:
    body = (FOLDER / f"{entry.name}.v{entry.version}.bin").read_bytes()[HEADER_BYTES:]
    fields = fastavro.schemaless_reader(io.BytesIO(body), fastavro.parse_schema(raw(entry.schema)), None)
    written = io.BytesIO()
    avro.io.DatumWriter(avro.schema.parse(json.dumps(entry.schema))).write(fields, avro.io.BinaryEncoder(written))
    assert len(written.getvalue()) == len(body)
    assert fields == fastavro.schemaless_reader(
        io.BytesIO(written.getvalue()), fastavro.parse_schema(raw(entry.schema)), None
    )
