"""Every version of every schema, with its id: `schemas/avro/<Name>.v<n>.avsc`, numbered in `schemas/avro/ids.json`.

An id never changes its meaning: the wire format names it in every message.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemas.accounts import AccountEvent, AccountSnapshot, BrokerReported
from schemas.audit import AuditHead
from schemas.avro import avro_schema
from schemas.compatibility import incompatibilities
from schemas.dead_letters import DeadLetterUpdated
from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, SignalUpdated, TradeProposed
from schemas.market import MarketContextReceived
from schemas.operations import ClockAdvanced, ControlChanged, DeadLettered
from schemas.orders import (
    CancelAsked,
    CancelRequested,
    CloseRequested,
    OrderFilled,
    OrderPlaced,
    OrderRequested,
    OrderUpdated,
    PositionAdjusted,
    ShadowFilled,
    ShadowTrade,
    TradeClosed,
)
from schemas.performance import PerformanceMeasured, TuningProposed
from schemas.reconciliation import Reconciled
from schemas.records import (
    AccountRecord,
    BookRecord,
    ControlsRecord,
    DeskRecord,
    MarketRecord,
    PerformanceRecord,
)
from schemas.signals import SignalReceived
from schemas.ticks import TickFrame

MODELS: tuple[type[BaseModel], ...] = (
    SignalReceived,
    MarketContextReceived,
    TickFrame,
    SignalEnriched,
    AgentReported,
    TradeProposed,
    DecisionMade,
    OrderPlaced,
    OrderUpdated,
    OrderFilled,
    AccountEvent,
    TradeClosed,
    ControlChanged,
    ClockAdvanced,
    DeadLettered,
    MarketRecord,
    DeskRecord,
    BookRecord,
    AccountRecord,
    SignalUpdated,
    ShadowTrade,
    ShadowFilled,
    CloseRequested,
    AccountSnapshot,
    PerformanceMeasured,
    TuningProposed,
    ControlsRecord,
    PerformanceRecord,
    CancelRequested,
    PositionAdjusted,
    BrokerReported,
    Reconciled,
    DeadLetterUpdated,
    AuditHead,
    OrderRequested,
    CancelAsked,
)
"""What travels on Kafka."""

FOLDER = Path(__file__).parent / "avro"


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version of a record's schema."""

    schema_id: int
    name: str
    version: int
    schema: dict[str, Any]


class SchemaChanged(Exception):
    """A model no longer matches the newest stored version, or cannot read an older one."""


@cache
def versions() -> dict[int, SchemaVersion]:
    """Return every stored version by its id."""
    numbers: dict[str, int] = json.loads((FOLDER / "ids.json").read_text())
    known = {}
    for key, schema_id in numbers.items():
        name, version = key.rsplit(".v", 1)
        schema = json.loads((FOLDER / f"{key}.avsc").read_text())
        known[schema_id] = SchemaVersion(schema_id, name, int(version), schema)
    return known


@cache
def newest(name: str) -> SchemaVersion:
    """Return the newest stored version of a record; raises KeyError when there is none."""
    stored = [entry for entry in versions().values() if entry.name == name]
    if not stored:
        raise KeyError(f"no schema of {name} is stored")
    return max(stored, key=lambda entry: entry.version)


def check() -> list[str]:
    """Return what is wrong: models that differ from their newest version, and versions they cannot read."""
    problems = []
    for model in MODELS:
        current = avro_schema(model)
        stored = [entry for entry in versions().values() if entry.name == model.__name__]
        for entry in stored:
            problems += [
                f"{model.__name__} cannot read its version {entry.version}: {problem}"
                for problem in incompatibilities(reader=current, writer=entry.schema)
            ]
        if not stored or max(stored, key=lambda entry: entry.version).schema != current:
            problems.append(f"{model.__name__} has changed: add its version with `python -m schemas.catalogue add`")
    return problems


def add() -> list[str]:
    """Store a version of each model that has changed; raises SchemaChanged when it could not read an older one."""
    path = FOLDER / "ids.json"
    FOLDER.mkdir(exist_ok=True)
    numbers: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    added = []
    for model in MODELS:
        current = avro_schema(model)
        stored = sorted(int(key.rsplit(".v", 1)[1]) for key in numbers if key.rsplit(".v", 1)[0] == model.__name__)
        schemas = [json.loads((FOLDER / f"{model.__name__}.v{version}.avsc").read_text()) for version in stored]
        for version, schema in zip(stored, schemas, strict=True):
            for problem in incompatibilities(reader=current, writer=schema):
                raise SchemaChanged(f"{model.__name__} cannot read its version {version}: {problem}")
        if schemas and schemas[-1] == current:
            continue
        key = f"{model.__name__}.v{len(stored) + 1}"
        (FOLDER / f"{key}.avsc").write_text(json.dumps(current, indent=2) + "\n")
        numbers[key] = max(numbers.values(), default=0) + 1
        added.append(key)
    path.write_text(json.dumps(numbers, indent=2) + "\n")
    versions.cache_clear()
    newest.cache_clear()
    return added


if __name__ == "__main__":
    import sys

    if sys.argv[1:] == ["add"]:
        sys.stdout.write("".join(f"added {key}\n" for key in add()))
    elif found := check():
        sys.exit("\n".join(found))
