"""Feature flags: each with its state, and who set it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.controls import flags, in_force
from api.auth import Administering, Asking, Caller
from api.changing import CHANGES, IfMatch, change, configured, known_controls, newest, tagged
from api.exact_json import exact
from api.problems import PROBLEMS, invalid_field
from schemas.controls import FLAGS

router = APIRouter(tags=["controls"], responses=PROBLEMS)


class FlagRow(BaseModel):
    """A flag as it is in force."""

    flag: str
    enabled: bool
    source: Literal["setting", "control"] = Field(description="the configuration, or a change while it runs")
    changed_by: str | None = Field(default=None, description="null: as configured")
    changed_at: datetime | None = None


class FlagList(BaseModel):
    """Every flag there is."""

    items: list[FlagRow] = Field(description="by name")


class FlagValue(BaseModel):
    """What a flag is to be."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool


class FlagSet(FlagValue):
    """Which flag is to be what."""

    flag: str = Field(max_length=100)


@router.get("/feature-flags", operation_id="list_feature_flags", summary="Feature flags", response_model=FlagList)
async def listed(asking: Asking, request: Request) -> Response:
    """Every flag with its state, and whether the configuration or a change has set it."""
    rows = _rows(request)
    answer = exact(FlagList(items=[rows[name] for name in sorted(rows)]))
    return tagged(answer, *(newest(request, f"flag.{name}") for name in sorted(rows)))


@router.post(
    "/feature-flags",
    operation_id="set_feature_flag",
    summary="Set a feature flag",
    response_model=FlagRow,
    responses=CHANGES,
)
async def post(value: FlagSet, asking: Administering, request: Request, if_match: IfMatch = None) -> Response:
    """Turn a flag on or off. It is in force from each partition's next event on."""
    return await _set(request, value.flag, asking, enabled=value.enabled, if_match=if_match, location="body")


@router.put(
    "/feature-flags/{flag}",
    operation_id="change_feature_flag",
    summary="Change a feature flag",
    response_model=FlagRow,
    responses=CHANGES,
)
async def put(
    flag: Annotated[str, Path(max_length=100)],
    value: FlagValue,
    asking: Administering,
    request: Request,
    if_match: IfMatch = None,
) -> Response:
    """Turn a flag on or off. It is in force from each partition's next event on."""
    return await _set(request, flag, asking, enabled=value.enabled, if_match=if_match, location="path")


async def _set(
    request: Request, flag: str, asking: Caller, *, enabled: bool, if_match: str | None, location: str
) -> Response:
    name = flag.lower()
    if name not in FLAGS:
        raise invalid_field("flag", f"is none of {', '.join(sorted(FLAGS))}", location=location, code="unknown_flag")
    event = await change(request, f"flag.{name}", {"enabled": enabled}, asking=asking, if_match=if_match)
    row = FlagRow(
        flag=name, enabled=enabled, source="control", changed_by=event.changed_by, changed_at=event.occurred_at
    )
    return tagged(exact(row), event)


def _rows(request: Request) -> dict[str, FlagRow]:
    controls = known_controls(request)
    rows = {}
    for name, enabled in flags(in_force(configured(request), controls)).items():
        control = controls.values.get(f"flag.{name}")
        rows[name] = FlagRow(
            flag=name,
            enabled=enabled,
            source="setting" if control is None else "control",
            changed_by=control and control.changed_by,
            changed_at=control and control.occurred_at,
        )
    return rows
