"""JSON answers with exact numbers.

Prices and money are JSON numbers, because that is what spreadsheets, charts and trading tools expect; and their text is
the decimal's own (3.52, 1584.00), never a binary float's, so that a reader which parses decimals loses nothing.
"""

from decimal import Decimal
from typing import Annotated

import msgspec
from pydantic import BaseModel, WithJsonSchema
from starlette.responses import Response

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A decimal that is answered as a JSON number."""

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def exact(model: BaseModel) -> Response:
    """Return the answer that carries a model."""
    return Response(_ENCODER.encode(model.model_dump(by_alias=True)), media_type="application/json")


def encode(value: object) -> str:
    """Return a value as JSON; instants of UTC with a Z; raises TypeError for what has no JSON form.

    Decimals are finite: pydantic lets no others into a row.
    """
    return _ENCODER.encode(value).decode()
