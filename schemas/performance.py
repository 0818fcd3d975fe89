"""What trades have come to: by regime, entry mode, macro class, engine and agent; and what the tuner makes of it."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.event import Event, Record
from schemas.money import MoneyUsd, Ratio, cents

Dimension = Literal["regime", "mode", "macro_class", "engine", "agent", "exit_reason"]


class Figures(Record):
    """Outcomes of closed trades that have something in common; real and shadow trades are counted apart."""

    dimension: Dimension
    name: str
    is_shadow: bool = False
    trades: int = 0
    wins: int = 0
    pnl_won: MoneyUsd = Field(default=Decimal(0), description="of the trades that made something, dollars")
    pnl_lost: MoneyUsd = Field(default=Decimal(0), description="of the others, dollars, not positive")
    pnl_r: MoneyUsd = Field(default=Decimal(0), description="sum of R")
    duration_minutes: int = Field(default=0, description="sum")
    win_rate: Ratio = Field(default=Decimal(0), description="percent")
    expectancy: MoneyUsd = Field(default=Decimal(0), description="dollars a trade")

    @property
    def average_win(self) -> Decimal | None:
        """Dollars a winning trade, to the cent; None when none has won."""
        return cents(self.pnl_won / self.wins) if self.wins else None

    @property
    def average_loss(self) -> Decimal | None:
        """Dollars a trade that did not win, to the cent, not positive; None when all have won."""
        losses = self.trades - self.wins
        return cents(self.pnl_lost / losses) if losses else None


class PerformanceMeasured(Event):
    """The figures that a closed trade has changed, as they are now."""

    account_id: str
    position_id: str
    figures: tuple[Figures, ...]


class TuningProposed(Event):
    """The adaptive tuner would change a number, within its bounds; `applied` says whether it did."""

    account_id: str
    config_key: str = Field(description="confidence_min, or regime_multiplier.<regime>")
    old_value: Ratio
    new_value: Ratio
    reason: str
    applied: bool


class Performance(Record):
    """What an account's trades have come to."""

    account_id: str
    figures: dict[str, Figures] = Field(default_factory=dict, description="by dimension|name|real or shadow")
    measured: tuple[str, ...] = Field(default=(), description="newest trades worked in, by which a repeat is known")
    tuned: dict[str, Ratio] = Field(default_factory=dict, description="newest value the tuner gave, by config key")
    trades_at_tuning: dict[str, int] = Field(
        default_factory=dict, description="trades that had been counted when the tuner last looked, by config key"
    )
    recent: dict[str, tuple[MoneyUsd, ...]] = Field(
        default_factory=dict, description="P&L of the newest real trades, dollars, oldest first, by config key"
    )
