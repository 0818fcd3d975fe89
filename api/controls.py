"""What the platform goes by while it runs: every control that can be changed, by its name."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from agents.controls import is_control
from api.auth import Asking, Trading
from api.changing import CHANGES, IfMatch, change, is_visible, newest, tagged
from api.exact_json import exact
from api.orders import live_view
from api.past import AsOf, controls_then
from api.problems import PROBLEMS, Problem, ProblemBody
from schemas.operations import ControlChanged

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


class ControlRead(BaseModel):
    """A control; one that was never changed has no value, and what is configured is in force."""

    name: str
    value: dict[str, Any] | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


class ControlList(BaseModel):
    """Controls that were ever changed; the others are as configured."""

    items: list[ControlRow] = Field(description="by name")


@router.get("/controls", operation_id="list_controls", summary="Controls", response_model=ControlList)
async def listed(asking: Asking, request: Request, as_of: AsOf = None) -> Response:
    """Every control that was changed, with its newest value, now or as it was known at a moment.

    Those of other accounts are an administrator's to see.
    """
    if as_of is None:
        known = live_view(request).controls()
    else:
        past = await controls_then(request.app.state.pool, at=as_of)
        known = [past.values[name] for name in sorted(past.values)]
    return exact(ControlList(items=[_row(control) for control in known if is_visible(control.name, asking)]))


@router.get(
    "/controls/{name}",
    operation_id="get_control",
    summary="A control",
    response_model=ControlRead,
    responses={404: {"model": ProblemBody, "description": "There is no such control"}},
)
async def one(name: Name, asking: Asking, request: Request) -> Response:
    """A control's newest value, with the ETag that a change may name in If-Match."""
    if not is_control(name) or not is_visible(name, asking):
        raise Problem(404, "there is no such control")
    control = newest(request, name)
    return tagged(exact(ControlRead(name=name) if control is None else _row(control)), control)


@router.put(
    "/controls/{name}",
    operation_id="change_control",
    summary="Change a control",
    response_model=ControlRow,
    responses=CHANGES,
)
async def put(name: Name, value: Value, asking: Trading, request: Request, if_match: IfMatch = None) -> Response:
    """Change a control. It is in force from each partition's next event on.

    `exit_rules.*`, and `risk_limits` and `kill_switch` of the caller's own account, need the permission to trade; all
    others that to administer.
    """
    event = await change(request, name, value, asking=asking, if_match=if_match)
    return tagged(exact(_row(event)), event)


def _row(control: ControlChanged) -> ControlRow:
    return ControlRow(
        name=control.name,
        value=json.loads(control.value),
        changed_by=control.changed_by,
        changed_at=control.occurred_at,
    )
