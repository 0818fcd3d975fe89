"""Changing what the platform goes by while it runs: exit rules, limits, flags, the kill switch."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from agents.controls import parse
from api.auth import Asking, Trading
from api.exact_json import exact
from api.intake import Intake, NotStored
from api.live import Live
from api.orders import live_view
from api.problems import PROBLEMS, FieldError, Problem
from schemas.controls import InvalidControl
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from streams.topics import CONTROLS, PARTITIONS

router = APIRouter(tags=["controls"], responses=PROBLEMS)

Name = Annotated[str, Path(max_length=100, description="exit_rules.default, risk_limits.paper, flag.enable_variant_b")]


Value = Annotated[
    dict[str, Any],
    Body(
        description="what the control's form has; fields left out stay as they are",
        examples=[{"stop_loss_percent": 30}],
    ),
]


class ControlRow(BaseModel):
    """A control as it was last changed."""

    name: str
    value: dict[str, Any]
    changed_by: str
    changed_at: datetime


class ControlList(BaseModel):
    """Controls that were ever changed; the others are as configured."""

    items: list[ControlRow] = Field(description="by name")


@router.get("/controls", operation_id="list_controls", summary="Controls", response_model=ControlList)
async def listed(asking: Asking, request: Request) -> Response:
    """Every control that was changed, with its newest value."""
    return exact(ControlList(items=[_row(control) for control in live_view(request).controls()]))


@router.put("/controls/{name}", operation_id="change_control", summary="Change a control", response_model=ControlRow)
async def change(name: Name, value: Value, asking: Trading, request: Request) -> Response:
    """Change a control. It is in force from each partition's next event on."""
    intake: Intake = request.app.state.intake
    at = _after_newest(request, name, intake.clock.now())
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    event = ControlChanged(
        event_id=derived_id("control", name, text, to_micros(at)),
        occurred_at=at,
        source="api.controls",
        name=name,
        value=text,
        changed_by=asking.username,
    )
    try:
        parse(event)
    except InvalidControl as error:
        raise Problem(422, "the control cannot be changed so", errors=[*_blamed(error)]) from error
    try:
        for partition in range(PARTITIONS):
            await intake.publish(CONTROLS, event, key=name, partition=partition)
    except NotStored as error:
        raise Problem(503, "the change could not be kept: try again", headers={"Retry-After": "1"}) from error
    return exact(_row(event))


def _after_newest(request: Request, name: str, now: datetime) -> datetime:
    """Return the time of a change: past the control's newest, by which readers know what is newer.

    The tape's clock may stand still, and is the wall's before the first tick.
    """
    live: Live = request.app.state.live
    if live.trouble is not None:
        return now
    known = [control.occurred_at for control in live.view.controls() if control.name == name]
    return max([now, *(at + timedelta(microseconds=1) for at in known)])


def _blamed(error: InvalidControl) -> Iterator[FieldError]:
    for field, message in error.problems:
        where = "body" if field else "path"
        yield FieldError(field=field or "name", location=where, message=message, code="invalid_control")


def _row(control: ControlChanged) -> ControlRow:
    return ControlRow(
        name=control.name,
        value=json.loads(control.value),
        changed_by=control.changed_by,
        changed_at=control.occurred_at,
    )
