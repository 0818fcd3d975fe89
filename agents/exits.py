"""When a position is closed: at the very tick that calls for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from zoneinfo import ZoneInfo

from agents.rules import ExitRules
from schemas.money import NANOS
from schemas.orders import ExitReason
from schemas.positions import Position

_EXCHANGE = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Armed:
    """The band within which no rule can fire (1e-9 dollars), and the first instant at which a time rule does."""

    stop_at_or_below: int
    target_at_or_above: int
    due_at: datetime
    due_reason: ExitReason


def arm(*, entry_price: Decimal, entered_at: datetime, expiration: date, rules: ExitRules) -> Armed:
    """Return what closes a position.

    entry_price  dollars a share of the contract; the percentages of the rules count from it
    expiration   its days run from midnight in New York at the start of the expiration date
    """
    hundredth = entry_price * NANOS / 100
    stop = (hundredth * (100 - rules.stop_loss_pct)).to_integral_value(rounding=ROUND_FLOOR)
    target = (hundredth * (100 + rules.profit_target_pct)).to_integral_value(rounding=ROUND_CEILING)
    held_too_long = entered_at + rules.hold_max
    expires = datetime.combine(expiration, time(), tzinfo=_EXCHANGE).astimezone(UTC)
    too_near_expiration = expires - timedelta(days=rules.dte_min)
    if held_too_long <= too_near_expiration:
        return Armed(int(stop), int(target), held_too_long, "max_hold_time")
    return Armed(int(stop), int(target), too_near_expiration, "min_dte_exit")


def called_by_price(position: Position, mark: int) -> ExitReason | None:
    """Return why a mark (1e-9 dollars) of the contract closes an open position, or None."""
    if mark >= position.target_at_or_above:
        return "profit_target"
    if mark <= position.stop_at_or_below:
        return "stop_loss"
    return None


def called_by_time(position: Position, at: datetime) -> ExitReason | None:
    """Return why an instant closes an open position, or None."""
    return position.due_reason if at >= position.due_at else None
