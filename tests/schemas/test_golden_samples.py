"""What Kafka may still hold stays readable."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.catalogue import FOLDER, MODELS
from schemas.codec import decode, decode_any
from tests.schemas.golden_samples import add, plain, samples

BY_NAME = {model.__name__: model for model in MODELS}


DROPPED = {"sum8", "sum21"}
"""Fields of older versions that say nothing any more."""


def within(part: Any, whole: Any) -> bool:
    """Return whether all that an older version says is said, fields added or dropped since aside."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and within(part[key], whole[key]) for key in part.keys() - DROPPED)
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(map(within, part, whole))
    return bool(part == whole)


def test_every_version_of_every_record_has_a_sample() -> None:
    stored = set(json.loads((FOLDER / "ids.json").read_text()))
    assert {path.stem for path in samples()} == stored
    assert {key.rsplit(".v", 1)[0] for key in stored} == set(BY_NAME)


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.stem)
def test_a_sample_reads_as_it_was_written(path: Path) -> None:
    name = path.stem.rsplit(".v", 1)[0]
    record = decode(BY_NAME[name], path.read_bytes())
    expected = json.loads(path.with_suffix(".json").read_text())
    assert within(expected, plain(record.model_dump()))
    assert decode_any(path.read_bytes())[0] == name


def test_a_sample_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    assert len(add(tmp_path)) == len(MODELS)
    for path in tmp_path.iterdir():
        path.write_bytes(b"kept")
    assert add(tmp_path) == []
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"kept"}
