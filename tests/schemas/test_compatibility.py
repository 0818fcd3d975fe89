"""A schema may change only so that what is on Kafka stays readable, and a refusal names the field."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from schemas import catalogue
from schemas.avro import avro_schema
from schemas.catalogue import SchemaChanged
from schemas.compatibility import incompatibilities
from schemas.money import PriceUsd, Scale


class Inner(BaseModel):
    price: PriceUsd


def record(**fields: Any) -> type[BaseModel]:
    """Return a model named Fact; a field is its annotation, or the annotation with its default."""
    return type(
        "Fact",
        (BaseModel,),
        {
            "__annotations__": {n: f[0] if isinstance(f, tuple) else f for n, f in fields.items()},
            **{n: f[1] for n, f in fields.items() if isinstance(f, tuple)},
        },
    )


def problems(old: type[BaseModel], new: type[BaseModel]) -> list[str]:
    return incompatibilities(reader=avro_schema(new), writer=avro_schema(old))


BEFORE = record(symbol=str, price=PriceUsd, quantity=int, note=(str | None, None), inner=Inner, many=tuple[Inner, ...])


def changed(**fields: Any) -> type[BaseModel]:
    """Return Fact with some fields another."""
    known = {
        "symbol": str,
        "price": PriceUsd,
        "quantity": int,
        "note": (str | None, None),
        "inner": Inner,
        "many": tuple[Inner, ...],
    }
    return record(**{name: field for name, field in {**known, **fields}.items() if field is not ...})


class Rescaled(BaseModel):
    price: Annotated[Decimal, Scale(2)]


Rescaled.__name__ = "Inner"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"quantity": ...},
        {"venue": (str, "paper")},
        {"venue": (str | None, None)},
        {"quantity": (int | None, None)},
        {"fees": (PriceUsd, Decimal("0.0100"))},
        {"symbol": Literal["SPY", "QQQ"]},
    ],
    ids=["same", "removed", "with default", "optional", "may be null now", "decimal with default", "choices"],
)
def test_a_change_that_reads_the_old_is_let_through(fields: dict[str, Any]) -> None:
    assert problems(BEFORE, changed(**fields)) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"venue": str}, "venue: is new and has no default"),
        ({"venue": str | None}, "venue: is new and has no default"),
        ({"quantity": str}, "quantity: was long, is string"),
        ({"quantity": bool}, "quantity: was long, is boolean"),
        ({"price": Annotated[Decimal, Scale(2)]}, "price: scale was 4, is 2"),
        ({"price": bytes}, "price: logicalType was decimal, is None"),
        ({"note": str}, "note: was null, is string"),
        ({"inner": Rescaled}, "inner.price: scale was 4, is 2"),
        ({"inner": ..., "many": tuple[Rescaled, ...]}, "many[].price: scale was 4, is 2"),
        ({"many": dict[str, Inner]}, "many: was array, is map"),
    ],
)
def test_a_change_that_cannot_read_the_old_names_the_field(fields: dict[str, Any], problem: str) -> None:
    assert problem in problems(BEFORE, changed(**fields))


def test_a_field_that_may_no_longer_be_null_names_it() -> None:
    assert problems(record(note=str | None), record(note=str)) == ["note: was null, is string"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield an empty catalogue's folder."""
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    catalogue.versions.cache_clear()
    catalogue.newest.cache_clear()


def test_the_catalogue_grows_and_never_renumbers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MODELS", (BEFORE, Inner))
    assert catalogue.add() == ["Fact.v1", "Inner.v1"]
    assert catalogue.add() == []
    assert catalogue.check() == []
    monkeypatch.setattr(catalogue, "MODELS", (changed(venue=(str, "paper")), Inner))
    assert catalogue.check() == ["Fact has changed: add its version with `python -m schemas.catalogue add`"]
    assert catalogue.add() == ["Fact.v2"]
    assert catalogue.check() == []
    assert json.loads((folder / "ids.json").read_text()) == {"Fact.v1": 1, "Inner.v1": 2, "Fact.v2": 3}
    assert catalogue.newest("Fact").schema_id == 3
    with pytest.raises(KeyError, match="Nothing"):
        catalogue.newest("Nothing")


def test_the_catalogue_refuses_what_could_not_read_any_older_version(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in (BEFORE, changed(quantity=...)):
        monkeypatch.setattr(catalogue, "MODELS", (model,))
        catalogue.add()
    stored = {path.name: path.read_text() for path in folder.iterdir()}
    # the second version has no quantity, so only the first contradicts it
    monkeypatch.setattr(catalogue, "MODELS", (changed(quantity=(str, "")),))
    with pytest.raises(SchemaChanged, match="Fact cannot read its version 1: quantity: was long, is string"):
        catalogue.add()
    assert {path.name: path.read_text() for path in folder.iterdir()} == stored
    assert catalogue.check()[0] == "Fact cannot read its version 1: quantity: was long, is string"


def test_our_models_are_what_is_stored() -> None:
    assert catalogue.check() == []


def test_a_field_without_an_avro_form_is_refused() -> None:
    with pytest.raises(TypeError, match="needs a Scale"):
        avro_schema(record(price=Decimal))
    with pytest.raises(TypeError, match="more than a type and null"):
        avro_schema(record(value=int | str))
    with pytest.raises(TypeError, match="has no Avro form"):
        avro_schema(record(value=Any))


def test_units_and_choices_stand_in_the_schema() -> None:
    class Fact(BaseModel):
        kept: int = Field(default=5, description="seconds")
        kind: Literal["a", "b"]

    kept, kind = avro_schema(Fact)["fields"]
    assert kept == {"name": "kept", "type": "long", "doc": "seconds", "default": 5}
    assert kind["doc"] == "one of a, b"
