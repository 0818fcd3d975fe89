"""An account and its limits, now or at any moment of the past: folded from the log."""

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from agents.controls import in_force
from agents.limits import equity, exposure, positions
from agents.limits_used import used
from agents.rules import RiskLimits
from api.auth import Asking
from api.exact_json import Number, exact
from api.past import AsOf, controls_then, rules_configured
from api.past_account import account_then
from api.problems import PROBLEMS
from schemas.accounts import Account
from schemas.controls import Controls, PauseControl

router = APIRouter(tags=["account"], responses=PROBLEMS)


class ReservationRow(BaseModel):
    """Capacity held for an order that is on its way."""

    model_config = ConfigDict(from_attributes=True)
    order_id: str
    position_id: str
    symbol: str = Field(description="underlying")
    option_symbol: str
    quantity: int = Field(description="contracts")
    price: Number
    engine: str


class HoldingRow(BaseModel):
    """A position at its cost."""

    model_config = ConfigDict(from_attributes=True)
    position_id: str
    symbol: str = Field(description="underlying")
    option_symbol: str
    quantity: int = Field(description="contracts")
    entry_price: Number
    engine: str
    entry_timestamp: datetime | None
    is_closing: bool = Field(description="asked to close for the account's capacity")


class BrokerRow(BaseModel):
    """What the broker of a live account said last."""

    model_config = ConfigDict(from_attributes=True)
    occurred_at: datetime
    cash: Number
    equity: Number
    buying_power: Number
    options_buying_power: Number
    day_trades: int = Field(description="within five sessions, as the broker counts them")
    is_pattern_day_trader: bool
    is_blocked: bool


class AccountState(BaseModel):
    """An account as it has it, in dollars."""

    account_id: str
    as_of: datetime | None = Field(description="the moment that was asked for; null: now")
    opening_equity: Number
    cash: Number
    equity: Number = Field(description="opening equity and what was made since, or booked by a reconciliation")
    exposure: Number = Field(description="held and reserved, at cost")
    realized_pnl: Number
    adjustments: Number = Field(description="cash booked by the reconciliation")
    day: date | None = Field(description="the exchange's date that the day's figures are of")
    day_realized_pnl: Number
    day_trades: int = Field(description="orders let through that day")
    is_halted: bool = Field(description="the kill switch, as the account told it last")
    open_positions: int = Field(description="held and ordered, without those that make room")
    reservations: list[ReservationRow]
    holdings: list[HoldingRow]
    broker: BrokerRow | None


class LimitRow(BaseModel):
    """A limit that is in force, and what is used of it."""

    model_config = ConfigDict(from_attributes=True)
    limit: str = Field(description="its name, as the control risk_limits has it")
    symbol: str | None = Field(description="the underlying that it is about; null: all")
    unit: Literal["positions", "contracts", "dollars", "percent", "orders"]
    allowed: Number | None = Field(description="null: no limit")
    used: Number | None = Field(description="null where the limit is on each order alone")
    left: Number | None
    is_reached: bool = Field(description="an order that adds to it is refused")


class RiskState(BaseModel):
    """What an account may carry, what it carries, and what else keeps it from opening anything."""

    account_id: str
    as_of: datetime | None = Field(description="the moment that was asked for; null: now")
    is_enabled: bool = Field(description="whether limits on positions, exposure and the day block anything")
    is_halted: bool = Field(description="the kill switch, configured or thrown")
    paused: list[str] = Field(description="underlyings in which nothing is opened")
    portfolio_guard: bool
    equity: Number
    day: date | None = Field(description="the exchange's date that the day's figures are of")
    limits: list[LimitRow]
    changed_by: list[str] = Field(description="controls that the configured limits are overlaid with, by name")


def account_state(account: Account, *, as_of: datetime | None) -> AccountState:
    """Return an account as it is answered; what is held and reserved in an order of its own."""
    return AccountState(
        account_id=account.account_id,
        as_of=as_of,
        opening_equity=account.opening_equity,
        cash=account.cash,
        equity=equity(account),
        exposure=exposure(account),
        realized_pnl=account.realized_pnl,
        adjustments=account.adjustments,
        day=account.day,
        day_realized_pnl=account.day_realized_pnl,
        day_trades=account.day_trades,
        is_halted=account.halted,
        open_positions=sum(positions(account).values()),
        reservations=[
            ReservationRow.model_validate(item) for item in sorted(account.reservations, key=lambda one: one.order_id)
        ],
        holdings=[
            HoldingRow.model_validate(item) for item in sorted(account.holdings, key=lambda one: one.position_id)
        ],
        broker=None if account.broker is None else BrokerRow.model_validate(account.broker),
    )


def risk_state(account: Account, limits: RiskLimits, controls: Controls, *, as_of: datetime | None) -> RiskState:
    """Return the limits in force and what is used of them."""
    names = ("risk_limits.default", f"risk_limits.{account.account_id}", "kill_switch")
    changed = {*names, f"kill_switch.{account.account_id}", "flag.enable_portfolio_guard"}
    pauses = {name: event for name, event in controls.values.items() if name.startswith("pause.")}
    return RiskState(
        account_id=account.account_id,
        as_of=as_of,
        is_enabled=limits.enabled,
        is_halted=limits.halted,
        paused=sorted(
            name.removeprefix("pause.")
            for name, event in pauses.items()
            if PauseControl.model_validate_json(event.value).paused
        ),
        portfolio_guard=limits.portfolio_guard,
        equity=equity(account),
        day=account.day,
        limits=[LimitRow.model_validate(usage) for usage in used(account, limits)],
        changed_by=sorted(changed & controls.values.keys()),
    )


@router.get("/account", operation_id="get_account", summary="The account", response_model=AccountState)
async def account(asking: Asking, request: Request, as_of: AsOf = None) -> Response:
    """Cash, equity, realised P&L, reservations and exposure as the account has them, now or then."""
    rules, pool = rules_configured(request), request.app.state.pool
    past = await account_then(pool, account_id=asking.account_id, at=as_of, limits=rules.limits)
    return exact(account_state(past.account, as_of=as_of))


@router.get("/risk", operation_id="get_risk", summary="Limits, and what is used of them", response_model=RiskState)
async def risk(asking: Asking, request: Request, as_of: AsOf = None) -> Response:
    """Each limit in force with what is used of it, the kill switch, and underlyings that are paused, now or then."""
    rules, pool = rules_configured(request), request.app.state.pool
    past = await account_then(pool, account_id=asking.account_id, at=as_of, limits=rules.limits)
    controls = await controls_then(pool, at=as_of)
    limits = in_force(rules, controls, account_id=asking.account_id).limits
    return exact(risk_state(past.account, limits, controls, as_of=as_of))
