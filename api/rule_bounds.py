"""Within which bounds a change of a rule is taken, for whoever asks for the rule: those of the form that checks it."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from api.exact_json import Number


class Bounds(BaseModel):
    """Which numbers are taken; null: no bound."""

    minimum: Number | None
    maximum: Number | None
    is_above_minimum: bool = Field(description="more than the minimum, not the minimum itself")
    is_whole: bool


def bounds_of(form: type[BaseModel]) -> dict[str, Bounds]:
    """Return the bounds of each number of a form, by field."""
    kinds = {name: _number(said) for name, said in form.model_json_schema()["properties"].items()}
    return {name: _bounds(kind) for name, kind in kinds.items() if kind is not None}


def _number(said: dict[str, Any]) -> dict[str, Any] | None:
    kinds: list[dict[str, Any]] = said.get("anyOf", [said])
    return next((kind for kind in kinds if kind.get("type") in ("integer", "number")), None)


def _bounds(kind: dict[str, Any]) -> Bounds:
    above = kind.get("exclusiveMinimum")
    return Bounds(
        minimum=_exact(kind.get("minimum") if above is None else above),
        maximum=_exact(kind.get("maximum")),
        is_above_minimum=above is not None,
        is_whole=kind["type"] == "integer",
    )


def _exact(bound: float | None) -> Decimal | None:
    return None if bound is None else Decimal(str(bound))
