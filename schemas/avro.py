"""Avro schemas of our records, read off the pydantic models: declared once, there."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from schemas.money import Scale

NAMESPACE = "tapestream"

type_names: Mapping[type, Any] = {
    str: "string",
    bool: "boolean",
    int: "long",
    float: "double",
    bytes: "bytes",
    datetime: {"type": "long", "logicalType": "timestamp-micros"},
    date: {"type": "int", "logicalType": "date"},
}


def avro_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the Avro record of a model; raises TypeError on a field that has no Avro form."""
    schema: dict[str, Any] = _record(model, seen=set())
    return schema


def _record(model: type[BaseModel], seen: set[str]) -> Any:
    if model.__name__ in seen:
        return f"{NAMESPACE}.{model.__name__}"
    seen.add(model.__name__)
    record: dict[str, Any] = {"type": "record", "name": model.__name__, "namespace": NAMESPACE}
    if model.__doc__:
        record["doc"] = " ".join(model.__doc__.split())
    record["fields"] = [_field(name, field, seen) for name, field in model.model_fields.items()]
    return record


def _tuple_record(kind: Any, seen: set[str]) -> Any:
    """Return the record of a NamedTuple: its fields as a model's without descriptions."""
    fields: dict[str, Any] = {
        name: (annotation, kind._field_defaults.get(name, ...)) for name, annotation in get_type_hints(kind).items()
    }
    return _record(create_model(kind.__name__, __doc__=kind.__doc__, **fields), seen)


def _field(name: str, field: FieldInfo, seen: set[str]) -> dict[str, Any]:
    annotation: Any = field.annotation
    scale = _scale_of(field.metadata)
    schema = _type(annotation, seen, scale)
    described: dict[str, Any] = {"name": name, "type": schema}
    doc = [part for part in (field.description, _choices(annotation)) if part]
    if doc:
        described["doc"] = "; ".join(doc)
    if not field.is_required():
        default = field.get_default(call_default_factory=True)
        encoded = _default(default, schema)
        if encoded is not _NO_DEFAULT:
            described["default"] = encoded
    return described


_NO_DEFAULT = object()


def _default(value: Any, schema: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return _decimal_default(value, schema)
    if value in ((), [], {}):
        return [] if isinstance(value, tuple | list) else {}
    if isinstance(value, BaseModel):
        return _NO_DEFAULT if not isinstance(schema, dict | str) else _model_default(value)
    return _NO_DEFAULT


def _decimal_default(value: Decimal, schema: Any) -> str:
    """Avro writes the default of bytes as a string of code points 0 to 255."""
    unscaled = int(value.scaleb(schema["scale"]))
    size = max(1, (unscaled.bit_length() + 8) // 8)
    return unscaled.to_bytes(size, "big", signed=True).decode("latin-1")


def _model_default(value: BaseModel) -> Any:
    fields = {name: getattr(value, name) for name in type(value).model_fields}
    if all(item is None or isinstance(item, bool | int | str) for item in fields.values()):
        return fields
    return _NO_DEFAULT


def _scale_of(metadata: list[Any]) -> int | None:
    return next((item.digits for item in metadata if isinstance(item, Scale)), None)


def _choices(annotation: Any) -> str | None:
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(map(str, get_args(annotation)))
    return None


def _type(annotation: Any, seen: set[str], scale: int | None = None) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        return _type(inner, seen, _scale_of(metadata) if scale is None else scale)
    if origin in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) != 1:
            raise TypeError(f"{annotation} is a union of more than a type and null")
        return ["null", _type(members[0], seen, scale)]
    if origin in (tuple, list):
        return {"type": "array", "items": _type(get_args(annotation)[0], seen)}
    if origin is dict:
        return {"type": "map", "values": _type(get_args(annotation)[1], seen)}
    if origin is Literal:
        return "string"
    if isinstance(annotation, type):
        if issubclass(annotation, BaseModel):
            return _record(annotation, seen)
        if hasattr(annotation, "_field_defaults"):
            return _tuple_record(annotation, seen)
        if issubclass(annotation, Decimal):
            if scale is None:
                raise TypeError("a Decimal field needs a Scale")
            return {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": scale}
        if annotation in type_names:
            return type_names[annotation]
    raise TypeError(f"{annotation} has no Avro form")
