"""What can be changed while the platform runs, and what each partition knows of it."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.accounts import AccountSnapshot
from schemas.event import Record
from schemas.operations import ControlChanged

Percent = Annotated[Decimal, Field(ge=0, le=100)]
Gain = Annotated[Decimal, Field(gt=0, le=10_000)]


class ExitRulesControl(Record):
    """`exit_rules.default`, or `exit_rules.<underlying>`: fields that are null stay as they are.

    Not enabled, the set is as if it had not been written: what lies under it is in force.
    """

    enabled: bool = True
    profit_target_percent: Gain | None = None
    stop_loss_percent: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    max_hold_time_hours: Annotated[int, Field(ge=1, le=100_000)] | None = None
    min_dte_exit: Annotated[int, Field(ge=0, le=365)] | None = None
    partial_profit_percent: Gain | None = None
    deep_loss_percent: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    trailing_from_percent: Gain | None = None
    trailing_distance_percent: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    decision_engine: bool | None = None
    exit_intelligence: bool | None = None


class RiskLimitsControl(Record):
    """`risk_limits.default`, or `risk_limits.<account>`: fields that are null stay as they are.

    Not enabled, limits on positions, exposure and the day block nothing. The kill switch and the portfolio guard do.
    """

    enabled: bool = True
    max_position_size: Annotated[int, Field(ge=1)] | None = None
    max_open_positions: Annotated[int, Field(ge=0)] | None = None
    max_positions_per_symbol: Annotated[int, Field(ge=0)] | None = None
    max_total_exposure: Annotated[Decimal, Field(ge=0)] | None = None
    max_exposure_percent: Percent | None = None
    max_daily_loss: Annotated[Decimal, Field(ge=0)] | None = None
    max_daily_trades: Annotated[int, Field(ge=0)] | None = None


class KillSwitchControl(Record):
    """`kill_switch` for every account, or `kill_switch.<account>`: halted accounts open nothing.

    With `close`, what a halted account holds is closed too.
    """

    halted: bool
    close: bool = False
    reason: Annotated[str, Field(max_length=500)] | None = None

    @model_validator(mode="after")
    def _closes_when_halted(self) -> Self:
        if self.close and not self.halted:
            raise ValueError("only what is halted is closed")
        return self


class FlagControl(Record):
    """`flag.<name>`: one of FLAGS."""

    enabled: bool


class PauseControl(Record):
    """`pause.<underlying>`: nothing is opened in it while it is paused; exits go on."""

    paused: bool
    reason: str | None = None


class TuningControl(Record):
    """`tuning`: what the adaptive tuner has changed; null: as configured."""

    confidence_min: Percent | None = None
    regime_multipliers: dict[str, Annotated[Decimal, Field(gt=0, le=10)]] = Field(
        default_factory=dict, description="on the quantity, by regime"
    )


FLAGS = (
    "enable_variant_b",
    "enable_orb_specialist",
    "enable_strat_specialist",
    "enable_ttm_specialist",
    "enable_satyland_subagent",
    "enable_shadow_execution",
    "enable_dual_paper_trading",
    "enable_confluence_gate",
    "enable_confluence_sizing",
    "enable_portfolio_guard",
    "enable_dealer_gex",
    "require_mtf_bias_for_entry",
    "position_replacement_enabled",
    "enable_adaptive_tuner",
)
"""Names of the flags, as the settings have them."""

Family = Literal["exit_rules", "risk_limits", "kill_switch", "flag", "tuning", "pause"]

FORMS: dict[str, type[Record]] = {
    "exit_rules": ExitRulesControl,
    "risk_limits": RiskLimitsControl,
    "kill_switch": KillSwitchControl,
    "flag": FlagControl,
    "tuning": TuningControl,
    "pause": PauseControl,
}
"""What a control's value looks like, by the first part of its name."""


class InvalidControl(ValueError):
    """A control has an unknown name, or a value of another form; the text names the control and each bad field."""

    def __init__(self, name: str, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(f"{name}: {'; '.join(f'{field}: {text}' if field else text for field, text in problems)}")
        self.problems = problems
        """(field, what is wrong with it); the field is empty where the name is to blame"""


class Controls(Record):
    """The newest value of each control, and the newest snapshot of each account, as one partition has read them."""

    partition: int
    values: dict[str, ControlChanged] = Field(default_factory=dict, description="by name")
    accounts: dict[str, AccountSnapshot] = Field(default_factory=dict, description="by account")
