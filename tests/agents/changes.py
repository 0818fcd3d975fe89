"""Controls as somebody changed them."""

from datetime import timedelta

from agents.controls import on_control
from schemas.controls import Controls
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from tests.agents.strategies import AT

NONE = Controls(partition=0)


def change(name: str, value: str, *, seconds: float = 0) -> ControlChanged:
    return ControlChanged(
        event_id=derived_id("control", name, value, str(seconds)),
        occurred_at=AT + timedelta(seconds=seconds),
        name=name,
        value=value,
        changed_by="ada",
    )


def controls(**values: str) -> Controls:
    """Return controls by name, with __ for the dot."""
    known = NONE
    for name, value in values.items():
        known = on_control(known, change(name.replace("__", "."), value))
    return known
