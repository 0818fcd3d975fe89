"""The kill switch: nothing is opened any more, and what is held may be closed; of one account, or of all."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from agents.controls import in_force
from api.auth import Asking, Caller, Trading
from api.changing import change, configured, known_controls, needed, require, tagged
from api.exact_json import exact
from api.idempotency import ANSWERS, KeyHeader, once
from api.kill_switch_outcome import OrderOutcome, PositionOutcome, orders_of, positions_of, span_of, thrown
from api.problems import PROBLEMS, Problem, ProblemBody
from schemas.operations import ControlChanged

router = APIRouter(tags=["controls"], responses=PROBLEMS)

Action = Literal["halt", "halt_and_close", "resume"]
Scope = Literal["account", "all"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Throw(BaseModel):
    """What the kill switch is to do."""

    model_config = ConfigDict(extra="forbid")

    action: Action = Field(description="halt: nothing is opened; halt_and_close: and what is held is closed")
    scope: Scope = Field(default="account", description="the caller's account, or every account")
    reason: Reason


class Thrown(BaseModel):
    """The kill switch was thrown: durable, and in force from each partition's next event on."""

    kill_switch_id: UUID
    action: Action
    scope: Scope
    reason: str | None
    changed_by: str
    changed_at: datetime
    url: str = Field(description="where its outcome stands")


class Switch(BaseModel):
    """One of the two switches that an account goes by."""

    halted: bool
    closing: bool = Field(default=False, description="what is held is closed")
    kill_switch_id: UUID | None = Field(default=None, description="of the change that set it so; null: never thrown")
    reason: str | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


class KillSwitchState(BaseModel):
    """Whether the caller's account opens anything."""

    halted: bool = Field(description="by its own switch or by that of all")
    account: Switch
    all: Switch


class KillSwitchOutcome(Thrown):
    """What has become of each order and position of the caller's account since the switch was thrown."""

    complete: bool = Field(description="nothing is left on its way")
    orders: list[OrderOutcome]
    positions: list[PositionOutcome]


@router.get("/kill-switch", operation_id="get_kill_switch", summary="Kill switch", response_model=KillSwitchState)
async def state(asking: Asking, request: Request) -> Response:
    """Whether the account is halted, since when, and by whom."""
    controls = known_controls(request)
    own, everyone = (controls.values.get(_name(scope, asking)) for scope in _SCOPES)
    halted = in_force(configured(request), controls, account_id=asking.account_id).limits.halted
    return tagged(exact(KillSwitchState(halted=halted, account=_switch(own), all=_switch(everyone))), own, everyone)


@router.post(
    "/kill-switch",
    operation_id="throw_kill_switch",
    summary="Halt or resume",
    status_code=202,
    response_model=Thrown,
    responses=ANSWERS,
)
async def throw(said: Throw, asking: Trading, request: Request, idempotency_key: KeyHeader = None) -> Response:
    """Halt an account, or all of them with the permission to administer, close what they hold, or go on.

    An account opens something again when neither its own switch nor that of all is thrown.
    """
    name = _name(said.scope, asking)
    require(asking, needed(name, asking.account_id))
    value: dict[str, Any] = {"halted": said.action != "resume", "reason": said.reason}
    if said.action == "halt_and_close":
        value["close"] = True

    async def work(cause: str | None) -> tuple[Response, str]:
        event = await change(request, name, value, asking=asking, cause=cause)
        answer = exact(Thrown.model_validate(_told(event)))
        answer.status_code = 202
        return answer, event.event_id

    return await once(request, asking, idempotency_key, said, work)


@router.get(
    "/kill-switch/{kill_switch_id}",
    operation_id="get_kill_switch_outcome",
    summary="What a kill switch did",
    response_model=KillSwitchOutcome,
    responses={404: {"model": ProblemBody, "description": "No kill switch of the account has this id"}},
)
async def outcome(kill_switch_id: UUID, asking: Asking, request: Request) -> Response:
    """What became of each working entry and each position of the account, since one throw of the switch."""
    names = [_name(scope, asking) for scope in _SCOPES]
    event = await thrown(request, str(kill_switch_id), names)
    if event is None:
        raise Problem(404, "no kill switch has this id")
    value = json.loads(event.value)
    span = await span_of(request, event)
    orders = await orders_of(request, event, span, asking.account_id) if value["halted"] else []
    positions = await positions_of(request, event, span, asking.account_id) if value.get("close") else []
    waits = any(order.status == "asked" for order in orders)
    waits = waits or any(position.status in ("asked", "closing") for position in positions)
    found = _told(event) | {"complete": not waits, "orders": orders, "positions": positions}
    return exact(KillSwitchOutcome.model_validate(found))


_SCOPES: tuple[Scope, ...] = ("account", "all")


def _name(scope: Scope, asking: Caller) -> str:
    return "kill_switch" if scope == "all" else f"kill_switch.{asking.account_id}"


def _told(event: ControlChanged) -> dict[str, Any]:
    value = json.loads(event.value)
    return {
        "kill_switch_id": event.event_id,
        "action": "halt_and_close" if value.get("close") else "halt" if value["halted"] else "resume",
        "scope": "all" if event.name == "kill_switch" else "account",
        "reason": value.get("reason"),
        "changed_by": event.changed_by,
        "changed_at": event.occurred_at,
        "url": f"/kill-switch/{event.event_id}",
    }


def _switch(event: ControlChanged | None) -> Switch:
    if event is None:
        return Switch(halted=False)
    value = json.loads(event.value)
    return Switch(
        halted=value["halted"],
        closing=value.get("close", False),
        kill_switch_id=UUID(event.event_id),
        reason=value.get("reason"),
        changed_by=event.changed_by,
        changed_at=event.occurred_at,
    )
