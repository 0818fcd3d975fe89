"""JSON answers with exact numbers.

Prices and money are JSON numbers, because that is what spreadsheets, charts and trading tools expect; and their text is
the decimal's own (3.52, 1584.00), never a binary float's, so that a reader which parses decimals loses nothing.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, WithJsonSchema
from starlette.responses import Response

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A decimal that is answered as a JSON number."""


def exact(model: BaseModel) -> Response:
    """Return the answer that carries a model."""
    return Response(encode(model.model_dump(by_alias=True)).encode(), media_type="application/json")


def encode(value: object) -> str:
    """Return a value as JSON; instants in UTC with a Z; raises TypeError for what has no JSON form."""
    return "".join(_parts(value))


def _parts(value: object) -> Iterator[str]:
    match value:
        case None:
            yield "null"
        case bool():
            yield "true" if value else "false"
        case str():
            yield encode_basestring_ascii(value)
        case Decimal() if value.is_finite():
            yield format(value, "f")
        case int():
            yield str(value)
        case float() if value - value == 0:  # neither infinite nor not a number
            yield repr(value)
        case datetime():
            yield f'"{value.astimezone(UTC).isoformat().replace("+00:00", "Z")}"'
        case date():
            yield f'"{value.isoformat()}"'
        case UUID():
            yield f'"{value}"'
        case dict():
            yield "{"
            for number, (name, item) in enumerate(value.items()):
                yield f"{',' if number else ''}{encode_basestring_ascii(str(name))}:"
                yield from _parts(item)
            yield "}"
        case list() | tuple():
            yield "["
            for number, item in enumerate(value):
                if number:
                    yield ","
                yield from _parts(item)
            yield "]"
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")
