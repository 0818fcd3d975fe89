"""The numbers that rules work with, built once from the settings and passed to each rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

_NOTHING: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SessionRules:
    """When a signal may trade."""

    allow_premarket: bool = False
    allow_afterhours: bool = False
    decision_only_when_closed: bool = True
    close_grace_minutes: int = 10
    signal_age_max: timedelta = timedelta(minutes=30)
    market_data_age_max: timedelta = timedelta(seconds=300)
    processing_max: timedelta = timedelta(seconds=30)
    """how much older than the newest price a signal may be when it is judged"""
    retry_delay: timedelta = timedelta(seconds=60)
    opening_range_minutes: int = 15


@dataclass(frozen=True, slots=True)
class StrikeRules:
    """How a contract is chosen. Percentages are of the mid, deltas are absolute."""

    mode: Literal["atm", "scored"] = "atm"
    hold_days: int = 5
    """the wished expiration is the first Friday on or after the day plus these"""
    dte_min: int = 1
    """contracts that expire in so many days or fewer are left out"""
    scored_dte_min: int = 2
    scored_dte_max: int = 45
    spread_pct_max: Decimal = Decimal(10)
    volume_min: int = 10
    open_interest_min: int = 100
    theta_pct_max: Decimal = Decimal(10)
    """what a contract may lose in a day"""
    reward_to_risk_min: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class ConfluenceRules:
    """What agreement of flow and positioning a signal needs, and what it does to the quantity."""

    gate: bool = True
    score_min: Decimal = Decimal(50)
    sizing: bool = True
    full_size_from: Decimal = Decimal(70)
    """score from which the quantity is whole; it falls to half at score_min"""
    entries_full: int = 50
    """flow entries that count as full evidence"""


@dataclass(frozen=True, slots=True)
class DealerRules:
    """What dealer positioning may do to a decision."""

    enabled: bool = True
    confidence_min: Decimal = Decimal("0.25")
    """below it a dealer decision does nothing"""
    override_from: Decimal = Decimal("0.7")
    """confidence from which it turns engine A's direction and strikes out a contrary one of engine B"""
    neutral_below: Decimal = Decimal(100_000_000)
    """net GEX, dollars a percent move, under which dealers are neutral when the sender does not say"""


@dataclass(frozen=True, slots=True)
class AgentRules:
    """Which of engine B's optional agents take part."""

    orb: bool = False
    strat: bool = False
    ttm: bool = False
    satyland: bool = False
    orb_symbols: tuple[str, ...] = ("SPY", "QQQ", "SPX")
    orb_window_minutes: int = 120
    """minutes from the open in which a breakout still counts"""
    approve_from: Decimal = Decimal(50)
    """final confidence from which the meta decision approves"""


@dataclass(frozen=True, slots=True)
class EngineRules:
    """What the engines and the experiment go by."""

    engines: tuple[Literal["A", "B"], ...] = ("A",)
    split_percentage: int = 0
    policy_version: str = "v1.0"
    app_mode: Literal["PAPER", "LIVE"] = "PAPER"
    live_confirmed: bool = False
    """real money may be traded: without it APP_MODE=LIVE decides and trades nothing"""
    execution_mode: Literal["BY_VARIANT", "SHADOW_ONLY", "ENGINE_A_PRIMARY", "ENGINE_B_PRIMARY", "SPLIT_CAPITAL"] = (
        "BY_VARIANT"
    )
    capital_split_percentage: int = 50
    """engine B's percent of the capital under SPLIT_CAPITAL"""
    dual_paper: bool = False
    shadows: bool = False
    """the engine that does not trade makes shadow trades"""
    bias_required: bool = True
    stale_bias_blocks: bool = True
    confidence_min: Decimal = Decimal(50)
    position_size: int = 10
    position_size_min: int = 1
    position_size_pct: Decimal | None = None
    """percent of equity that an order may cost, instead of position_size contracts"""
    regime_multipliers: Mapping[str, Decimal] = field(default_factory=lambda: _NOTHING)
    """on the quantity, by the bias's regime: what was learnt from outcomes"""
    agents: AgentRules = AgentRules()
    strikes: StrikeRules = StrikeRules()
    confluence: ConfluenceRules = ConfluenceRules()
    dealer: DealerRules = DealerRules()


@dataclass(frozen=True, slots=True)
class ExitRules:
    """When a position is reduced or closed. Percentages are of the entry price unless said otherwise."""

    profit_target_pct: Decimal = Decimal(50)
    stop_loss_pct: Decimal = Decimal(50)
    hold_max: timedelta = timedelta(hours=120)
    dte_min: int = 1
    decision_engine: bool = True
    """tiers 1 to 4"""
    partial_profit_pct: Decimal = Decimal(25)
    partial_profit_share: Decimal = Decimal("0.5")
    """of the quantity"""
    deep_loss_pct: Decimal = Decimal(40)
    deep_loss_share: Decimal = Decimal("0.5")
    near_expiration_days: int = 2
    """days to expiration from which a losing position is closed"""
    trailing_from_pct: Decimal = Decimal(30)
    """gain from which the stop follows the highest mark"""
    trailing_distance_pct: Decimal = Decimal(20)
    """how far below the highest mark, in percent of it"""
    intelligence: bool = True
    confidence_collapse_points: Decimal = Decimal(30)
    chop_spike_score: Decimal = Decimal(80)
    intelligence_share: Decimal = Decimal("0.5")
    """of the quantity, for a partial exit"""
    tightened_stop_pct: Decimal = Decimal(20)
    """loss to which conditions that worsen tighten the stop"""
    bands: bool = False
    """tell the account where a position's gain lies, for its capacity"""
    near_target_share: Decimal = Decimal("0.8")
    """of the way to the target from which a position is near it"""
    low_gain_pct: Decimal = Decimal(10)
    """gain below which a position has gained little"""
    step_after: timedelta = timedelta(seconds=5)
    """how long a live closing order at a limit is left alone before a bolder one follows"""


@dataclass(frozen=True, slots=True)
class ReplacementRules:
    """When an account at its capacity closes a position to make room for a signal."""

    enabled: bool = False
    confidence_min: Decimal = Decimal(70)
    close_near_target: bool = False
    close_aged: bool = False
    hold_min: timedelta = timedelta(minutes=15)
    aged_from: timedelta = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class RiskLimits:
    """What an account may carry."""

    opening_equity: Decimal = Decimal(100_000)
    enabled: bool = True
    halted: bool = False
    """the kill switch: nothing is opened"""
    closing: str | None = None
    """the change of the kill switch by which what is held is closed; None: it stays"""
    open_positions_max: int = 5
    positions_per_symbol_max: int = 3
    position_size_max: int | None = None
    """contracts of one order; None: as the engines size it"""
    exposure_max: Decimal = Decimal(10_000)
    exposure_pct_max: Decimal = Decimal(20)
    daily_loss_max: Decimal = Decimal(1000)
    daily_trades_max: int = 0
    portfolio_guard: bool = True
    order_timeout: timedelta = timedelta(seconds=300)
    live_accounts: tuple[str, ...] = ()
    """accounts whose orders go to a broker; those of all others are filled by the paper exchange"""
    paused: bool = False
    """nothing is opened in this underlying"""
    entry_pricing: Literal["limit", "market"] = "limit"
    """of live opening orders"""
    broker_report_age_max: timedelta = timedelta(minutes=15)
    """the oldest word of its broker on which a live account opens anything"""
    replacement: ReplacementRules = ReplacementRules()


@dataclass(frozen=True, slots=True)
class TunerRules:
    """What the adaptive tuner may change, and how far."""

    enabled: bool = False
    trades_min: int = 20
    """closed trades between two looks, and the least a regime needs"""
    confidence_step: Decimal = Decimal(5)
    confidence_lowest: Decimal = Decimal(40)
    confidence_highest: Decimal = Decimal(80)
    multiplier_step: Decimal = Decimal("0.1")
    multiplier_lowest: Decimal = Decimal("0.5")
    multiplier_highest: Decimal = Decimal("1.5")


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them."""

    session: SessionRules = SessionRules()
    engine: EngineRules = EngineRules()
    exits: ExitRules = ExitRules()
    limits: RiskLimits = RiskLimits()
    tuner: TunerRules = TunerRules()
