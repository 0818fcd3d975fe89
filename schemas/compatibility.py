"""May data written with an old schema be read with a new one? BACKWARD, as the Schema Registry defines it."""

from collections.abc import Iterator
from typing import Any

_PROMOTIONS = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}


def incompatibilities(*, reader: Any, writer: Any) -> list[str]:
    """Return what keeps `reader` from reading what `writer` wrote, each naming its field; empty when nothing does."""
    return list(_compare(reader, writer, "", _names(reader), _names(writer)))


def _names(schema: Any) -> dict[str, Any]:
    names: dict[str, Any] = {}
    if isinstance(schema, dict):
        if schema.get("type") == "record":
            names[f"{schema.get('namespace', 'tapestream')}.{schema['name']}"] = schema
            for field in schema["fields"]:
                names |= _names(field["type"])
        for key in ("items", "values"):
            if key in schema:
                names |= _names(schema[key])
    elif isinstance(schema, list):
        for branch in schema:
            names |= _names(branch)
    return names


def _compare(reader: Any, writer: Any, path: str, readers: dict[str, Any], writers: dict[str, Any]) -> Iterator[str]:
    reader = readers.get(reader, reader) if isinstance(reader, str) else reader
    writer = writers.get(writer, writer) if isinstance(writer, str) else writer
    if isinstance(writer, list):
        for branch in writer:
            yield from _compare(reader, branch, path, readers, writers)
        return
    if isinstance(reader, list):
        attempts = [list(_compare(branch, writer, path, readers, writers)) for branch in reader]
        if all(attempts):
            yield (
                f"{path or 'schema'}: {_kind(writer)} fits no branch of the new union"
                if len(reader) > 2
                else min(attempts, key=lambda attempt: (attempt[0].startswith(f"{path}: was"), len(attempt)))[0]
            )
        return
    old, new = _kind(writer), _kind(reader)
    if old != new:
        if new not in _PROMOTIONS.get(old, ()):
            yield f"{path or 'schema'}: was {old}, is {new}"
        return
    match new:
        case "record":
            yield from _records(reader, writer, path, readers, writers)
        case "array":
            yield from _compare(reader["items"], writer["items"], f"{path}[]", readers, writers)
        case "map":
            yield from _compare(reader["values"], writer["values"], f"{path}{{}}", readers, writers)
        case _:
            for part in ("logicalType", "scale"):
                was, now = _part(writer, part), _part(reader, part)
                if was != now:
                    yield f"{path}: {part} was {was}, is {now}"


def _records(reader: Any, writer: Any, path: str, readers: Any, writers: Any) -> Iterator[str]:
    if reader["name"] != writer["name"]:
        yield f"{path or 'schema'}: was {writer['name']}, is {reader['name']}"
        return
    written = {field["name"]: field["type"] for field in writer["fields"]}
    for field in reader["fields"]:
        where = f"{path}.{field['name']}" if path else field["name"]
        if field["name"] in written:
            yield from _compare(field["type"], written[field["name"]], where, readers, writers)
        elif "default" not in field:
            yield f"{where}: is new and has no default"


def _kind(schema: Any) -> str:
    return str(schema["type"]) if isinstance(schema, dict) else str(schema)


def _part(schema: Any, part: str) -> Any:
    return schema.get(part) if isinstance(schema, dict) else None
