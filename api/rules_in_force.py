"""Risk limits and exit rules as they are in force: what is configured, what was changed, and what comes of both."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.controls import in_force, is_control, shown
from api.auth import Asking, Caller, Trading
from api.changing import CHANGES, IfMatch, change, configured, is_visible, known_controls, tagged
from api.exact_json import Number, exact
from api.problems import PROBLEMS, Problem, ProblemBody
from api.rule_bounds import Bounds, bounds_of
from schemas.controls import ExitRulesControl, RiskLimitsControl

router = APIRouter(tags=["controls"], responses=PROBLEMS)

MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ProblemBody, "description": "There are none of this name"}}
Account = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="an account, or default")]
Symbol = Annotated[str, Path(pattern=r"^[A-Za-z0-9._^!&-]{1,20}$", description="an underlying, or default")]


class RiskLimits(BaseModel):
    """What an account may carry; null: no limit, or, of a control, as what lies under it."""

    model_config = ConfigDict(extra="ignore")

    enabled: bool | None = None
    max_position_size: int | None = Field(default=None, description="contracts of an order")
    max_open_positions: int | None = None
    max_positions_per_symbol: int | None = None
    max_total_exposure: Number | None = Field(default=None, description="dollars, at cost")
    max_exposure_percent: Number | None = Field(default=None, description="of equity")
    max_daily_loss: Number | None = Field(default=None, description="dollars")
    max_daily_trades: int | None = Field(default=None, description="0: no limit")


class ExitRules(BaseModel):
    """When a position is reduced or closed; null, of a control: as what lies under it."""

    model_config = ConfigDict(extra="ignore")

    enabled: bool | None = None
    profit_target_percent: Number | None = Field(default=None, description="of the entry price, as all percentages")
    stop_loss_percent: Number | None = None
    max_hold_time_hours: int | None = None
    min_dte_exit: int | None = Field(default=None, description="days to expiration")
    partial_profit_percent: Number | None = None
    deep_loss_percent: Number | None = None
    trailing_from_percent: Number | None = None
    trailing_distance_percent: Number | None = Field(default=None, description="of the highest mark")
    decision_engine: bool | None = None
    exit_intelligence: bool | None = None


class _InForce(BaseModel):
    name: str = Field(description="the control that changes them")
    changed_by: str | None = Field(default=None, description="null: never changed")
    changed_at: datetime | None = None
    bounds: dict[str, Bounds] = Field(description="which numbers a change takes, by field")


class RiskLimitsInForce(_InForce):
    """Limits of an account, or those of all."""

    configured: RiskLimits
    control: RiskLimits | None = Field(default=None, description="what was changed here; null: nothing")
    in_force: RiskLimits = Field(description="the control over the default one over what is configured")


class ExitRulesInForce(_InForce):
    """Exit rules of an underlying, or those of all."""

    configured: ExitRules
    control: ExitRules | None = Field(default=None, description="what was changed here; null: nothing")
    in_force: ExitRules = Field(description="the control over the default one over what is configured")


@router.get(
    "/risk-limits", operation_id="get_risk_limits", summary="Risk limits of all", response_model=RiskLimitsInForce
)
async def risk_limits(asking: Asking, request: Request) -> Response:
    """The limits of every account that has none of its own."""
    return _shown(request, "risk_limits", "default", asking)


@router.put(
    "/risk-limits",
    operation_id="change_risk_limits",
    summary="Change the risk limits of all",
    response_model=RiskLimitsInForce,
    responses=CHANGES,
)
async def change_risk_limits(
    value: RiskLimitsControl, asking: Trading, request: Request, if_match: IfMatch = None
) -> Response:
    """Replace the limits of all accounts; needs the permission to administer. What is null stays as configured."""
    return await _changed(request, "risk_limits", "default", value, asking, if_match)


@router.get(
    "/risk-limits/{account}",
    operation_id="get_account_risk_limits",
    summary="Risk limits of an account",
    response_model=RiskLimitsInForce,
    responses=MISSING,
)
async def account_risk_limits(account: Account, asking: Asking, request: Request) -> Response:
    """The limits of one account; of others than the caller's to administrators alone."""
    return _shown(request, "risk_limits", account, asking)


@router.put(
    "/risk-limits/{account}",
    operation_id="change_account_risk_limits",
    summary="Change the risk limits of an account",
    response_model=RiskLimitsInForce,
    responses=CHANGES,
)
async def change_account_risk_limits(
    account: Account, value: RiskLimitsControl, asking: Trading, request: Request, if_match: IfMatch = None
) -> Response:
    """Replace the limits of one account: the caller's own, or any with the permission to administer."""
    return await _changed(request, "risk_limits", account, value, asking, if_match)


@router.get("/exit-rules", operation_id="get_exit_rules", summary="Exit rules of all", response_model=ExitRulesInForce)
async def exit_rules(asking: Asking, request: Request) -> Response:
    """The exit rules of every underlying that has none of its own."""
    return _shown(request, "exit_rules", "default", asking)


@router.put(
    "/exit-rules",
    operation_id="change_exit_rules",
    summary="Change the exit rules of all",
    response_model=ExitRulesInForce,
    responses=CHANGES,
)
async def change_exit_rules(
    value: ExitRulesControl, asking: Trading, request: Request, if_match: IfMatch = None
) -> Response:
    """Replace the exit rules of all underlyings. Open positions go by them from their next tick on."""
    return await _changed(request, "exit_rules", "default", value, asking, if_match)


@router.get(
    "/exit-rules/{symbol}",
    operation_id="get_symbol_exit_rules",
    summary="Exit rules of an underlying",
    response_model=ExitRulesInForce,
    responses=MISSING,
)
async def symbol_exit_rules(symbol: Symbol, asking: Asking, request: Request) -> Response:
    """The exit rules of one underlying."""
    return _shown(request, "exit_rules", _underlying(symbol), asking)


@router.put(
    "/exit-rules/{symbol}",
    operation_id="change_symbol_exit_rules",
    summary="Change the exit rules of an underlying",
    response_model=ExitRulesInForce,
    responses=CHANGES,
)
async def change_symbol_exit_rules(
    symbol: Symbol,
    value: Annotated[ExitRulesControl, Body()],
    asking: Trading,
    request: Request,
    if_match: IfMatch = None,
) -> Response:
    """Replace the exit rules of one underlying. Open positions go by them from their next tick on."""
    return await _changed(request, "exit_rules", _underlying(symbol), value, asking, if_match)


Family = Literal["risk_limits", "exit_rules"]
BOUNDS: dict[Family, dict[str, Bounds]] = {
    "risk_limits": bounds_of(RiskLimitsControl),
    "exit_rules": bounds_of(ExitRulesControl),
}


def _underlying(symbol: str) -> str:
    return symbol if symbol == "default" else symbol.upper()


def _shown(request: Request, family: Family, of: str, asking: Caller) -> Response:
    name = f"{family}.{of}"
    if not is_control(name) or not is_visible(name, asking):
        raise Problem(404, "there are none of this name")
    controls, rules = known_controls(request), configured(request)
    own = None if of == "default" else of
    places = {"symbol": own} if family == "exit_rules" else {"account_id": own}
    newest = controls.values.get(name)
    fields: dict[str, Any] = {
        "name": name,
        "changed_by": newest and newest.changed_by,
        "changed_at": newest and newest.occurred_at,
        "bounds": BOUNDS[family],
        "configured": shown(rules, family),
        "control": newest and json.loads(newest.value, parse_float=Decimal),
        "in_force": shown(in_force(rules, controls, **places), family),
    }
    if family == "risk_limits":
        return tagged(exact(RiskLimitsInForce.model_validate(fields)), newest)
    return tagged(exact(ExitRulesInForce.model_validate(fields)), newest)


async def _changed(
    request: Request,
    family: Family,
    of: str,
    value: RiskLimitsControl | ExitRulesControl,
    asking: Caller,
    if_match: str | None,
) -> Response:
    said = value.model_dump(mode="json", exclude_none=True)
    await change(request, f"{family}.{of}", said, asking=asking, if_match=if_match)
    return _shown(request, family, of, asking)
