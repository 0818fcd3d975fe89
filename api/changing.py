"""Changing a control: who may, whether it has changed meanwhile, and making the change durable."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Header, Request
from starlette.responses import Response

from agents.controls import is_control, parse
from agents.rules import Rules
from api.auth import Caller, Permission
from api.exact_json import Number
from api.intake import Intake, NotStored
from api.live import Live
from api.orders import live_view
from api.problems import PROBLEMS, FieldError, Problem, ProblemBody
from schemas.codec import encode
from schemas.controls import Controls, InvalidControl
from schemas.event import to_micros
from schemas.ids import derived_id
from schemas.operations import ControlChanged
from streams.rules import rules_of
from streams.topics import CONTROLS, PARTITIONS

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description="the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced",
    ),
]
CHANGES = PROBLEMS | {412: {"model": ProblemBody, "description": "It has changed since it was read"}}
"""What a route that changes a control may answer, for OpenAPI."""
AS_CONFIGURED = "configured"
"""The ETag of what was never changed."""

Value = bool | int | Number | str | None
"""Of a rule or limit, as it is answered."""


def needed(name: str, account_id: str) -> Permission:
    """Return what a caller of an account must be permitted to change a control.

    Exit rules, and limits and kill switch of the caller's own account, are a trader's; all else concerns other
    accounts, or the platform.
    """
    family, _, rest = name.partition(".")
    is_own = rest == account_id and rest != "default"
    return "trade" if family == "exit_rules" or (family in ("risk_limits", "kill_switch") and is_own) else "administer"


def require(asking: Caller, permission: Permission) -> None:
    """Raise Problem 403 when a caller lacks a permission."""
    if permission not in asking.permissions:
        raise Problem(403, f"this needs the permission to {permission}")


def is_visible(name: str, asking: Caller) -> bool:
    """Return whether a caller may know of a control: those of other accounts are an administrator's."""
    family, _, rest = name.partition(".")
    of_account = family in ("risk_limits", "kill_switch") and rest not in ("", "default")
    return not of_account or rest == asking.account_id or "administer" in asking.permissions


def newest(request: Request, name: str) -> ControlChanged | None:
    """Return a control's newest value, None while it is as configured; raises Problem 503 until that is known."""
    return next((control for control in live_view(request).controls() if control.name == name), None)


def known_controls(request: Request) -> Controls:
    """Return all controls as they stand; raises Problem 503 until they are known."""
    return Controls(partition=0, values={control.name: control for control in live_view(request).controls()})


def configured(request: Request) -> Rules:
    """Return the rules without any control."""
    return rules_of(request.app.state.settings)


def etag(control: ControlChanged | None) -> str:
    """Return the strong ETag of a control's value."""
    return f'"{AS_CONFIGURED if control is None else control.event_id}"'


def tagged(answer: Response, *controls: ControlChanged | None) -> Response:
    """Return an answer with the ETag of the control it shows; of several, of all of them."""
    found = [etag(control).strip('"') for control in controls]
    tag = found[0] if len(set(found)) == 1 else derived_id("etag", *found)
    answer.headers["ETag"] = f'"{tag}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


async def change(
    request: Request,
    name: str,
    value: dict[str, Any],
    *,
    asking: Caller,
    if_match: str | None = None,
    cause: str | None = None,
) -> ControlChanged:
    """Change a control, and return the change once it is durable.

    cause   what the change's id derives from, beside its name and value; None: its time
    raises  Problem 403, 412 when it is no longer what If-Match names, 422 naming the field, 503
    """
    if not is_control(name):
        raise _no_control()
    require(asking, needed(name, asking.account_id))
    live: Live = request.app.state.live
    intake: Intake = request.app.state.intake
    async with live.changing:
        if if_match is not None and not _matches(if_match, newest(request, name)):
            raise Problem(412, "the control has changed since it was read, or is not there yet")
        at = _after_newest(live, name, intake.clock.now())
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        event = ControlChanged(
            event_id=derived_id("control", name, text, to_micros(at) if cause is None else cause),
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
        await _publish(intake, event)
        if live.trouble is None:
            live.view.apply_control(encode(event))  # who asks next sees it, and changes it under its new ETag
    return event


async def _publish(intake: Intake, event: ControlChanged) -> None:
    """Send a change to every partition: to one, and once that has it, to the others at once."""

    async def send(partition: int) -> None:
        await intake.publish(CONTROLS, event, key=event.name, partition=partition)

    try:
        await send(0)
        await asyncio.gather(*(send(partition) for partition in range(1, PARTITIONS)))
    except NotStored as error:
        raise Problem(503, "the change could not be kept: try again", headers={"Retry-After": "1"}) from error


def _matches(if_match: str, control: ControlChanged | None) -> bool:
    """Return whether If-Match names a control's value (RFC 9110, 13.1.1); a weak tag never does."""
    if if_match.strip() == "*":
        return control is not None
    return etag(control) in (tag.strip() for tag in if_match.split(","))


def _after_newest(live: Live, name: str, now: datetime) -> datetime:
    """Return the time of a change: past the control's newest, by which readers know what is newer.

    The tape's clock may stand still, and is the wall's before the first tick.
    """
    if live.trouble is not None:
        return now
    known = [control.occurred_at for control in live.view.controls() if control.name == name]
    return max([now, *(at + timedelta(microseconds=1) for at in known)])


def _no_control() -> Problem:
    error = FieldError(field="name", location="path", message="there is no such control", code="invalid_control")
    return Problem(422, "the control cannot be changed so", errors=[error])


def _blamed(error: InvalidControl) -> Iterator[FieldError]:
    for field, message in error.problems:
        yield FieldError(field=field or "name", location="body", message=message, code="invalid_control")
