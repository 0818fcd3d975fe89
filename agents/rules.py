"""The numbers that rules work with, built once from the settings and passed to each rule."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class SessionRules:
    """When a signal may trade."""

    allow_premarket: bool = False
    allow_afterhours: bool = False
    decision_only_when_closed: bool = True
    close_grace_minutes: int = 10
    signal_age_max: timedelta = timedelta(minutes=30)
    market_data_age_max: timedelta = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class EngineRules:
    """What engine A and the experiment go by."""

    engines: tuple[Literal["A", "B"], ...] = ("A",)
    split_percentage: int = 0
    policy_version: str = "v1.0"
    app_mode: Literal["PAPER", "LIVE"] = "PAPER"
    bias_required: bool = True
    stale_bias_blocks: bool = True
    confidence_min: Decimal = Decimal(50)
    position_size: int = 10
    hold_days_max: int = 5


@dataclass(frozen=True, slots=True)
class ExitRules:
    """When a position is closed."""

    profit_target_pct: Decimal = Decimal(50)
    stop_loss_pct: Decimal = Decimal(50)
    hold_max: timedelta = timedelta(hours=120)
    dte_min: int = 1


@dataclass(frozen=True, slots=True)
class RiskLimits:
    """What an account may carry."""

    opening_equity: Decimal = Decimal(100_000)
    open_positions_max: int = 5
    positions_per_symbol_max: int = 3
    exposure_max: Decimal = Decimal(10_000)
    exposure_pct_max: Decimal = Decimal(20)
    daily_loss_max: Decimal = Decimal(1000)
    daily_trades_max: int = 0
    portfolio_guard: bool = True
    order_timeout: timedelta = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them."""

    session: SessionRules = SessionRules()
    engine: EngineRules = EngineRules()
    exits: ExitRules = ExitRules()
    limits: RiskLimits = RiskLimits()
