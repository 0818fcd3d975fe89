"""When a position is reduced or closed: at the very tick that calls for it.

Levels are marks of the contract in 1e-9 dollars. They follow from the entry, from what has happened to the position
since, and from the rules; between them a tick changes nothing.

A tick is judged in this order. Full exits: total_loss and expired (tier 1), the profit target and the stop, the time
rules, near_expiration (tier 2). Then what reduces it: deep_loss (tier 2), partial_profit (tier 3). Then the stop is
moved up (tier 4). Without the decision engine only the profit target, the stop and the time rules apply.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agents.rules import ExitRules
from schemas.accounts import Band
from schemas.money import NANOS, to_nanos
from schemas.orders import ExitReason
from schemas.positions import NEVER_ABOVE, NEVER_BELOW, Position
from schemas.ticks import ABSENT

_EXCHANGE = ZoneInfo("America/New_York")
_CLOSE = time(16)
BAND_MARGIN = Decimal(5)
"""Percentage points past its own limit at which a gain leaves `low` or `near_target`, so that it does not flutter."""
REGIME_CHANGE = "regime_change"
"""What has tightened a stop, in `Position.fired`."""


@dataclass(frozen=True, slots=True)
class Armed:
    """The levels and instants at which a position changes; fields as in `Position`."""

    stop_at_or_below: int
    stop_reason: ExitReason
    target_at_or_above: int
    deep_loss_at_or_below: int
    partial_profit_at_or_above: int
    peak_at_or_above: int
    band_at_or_below: int
    band_at_or_above: int
    due_at: datetime
    due_reason: ExitReason
    near_expiration_at: datetime | None

    def values(self) -> dict[str, Any]:
        """Return them by the names that `Position` gives them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def arm(
    *,
    entry_price: Decimal,
    entered_at: datetime,
    expiration: date,
    rules: ExitRules,
    fired: Collection[str] = (),
    peak_pct: int = 0,
    band: Band = "middle",
) -> Armed:
    """Return what changes a position.

    entry_price  dollars a share of the contract; the percentages of the rules count from it
    expiration   its days run from midnight in New York at the start of the expiration date
    fired        rules that apply once, and have
    peak_pct     the highest gain since the stop trails, whole percents of the entry price; 0 when it does not yet
    band         where the gain lies
    """
    stop, stop_reason = _stop(entry_price, rules, fired, peak_pct)
    deep_loss, partial_profit, peak, near_expiration_at = NEVER_BELOW, NEVER_ABOVE, NEVER_ABOVE, None
    if rules.decision_engine:
        if "deep_loss" not in fired:
            deep_loss = _at_or_below(entry_price, -rules.deep_loss_pct)
        if "partial_profit" not in fired:
            partial_profit = _at_or_above(entry_price, rules.partial_profit_pct)
        peak = _at_or_above(entry_price, max(rules.trailing_from_pct, Decimal(peak_pct + 1)))
        near_expiration_at = _before_expiration(expiration, rules.near_expiration_days)
    band_below, band_above = _band_levels(entry_price, rules, band)
    held_too_long = entered_at + rules.hold_max
    too_near_expiration = _before_expiration(expiration, rules.dte_min)
    is_held_too_long = held_too_long <= too_near_expiration
    return Armed(
        stop_at_or_below=stop,
        stop_reason=stop_reason,
        target_at_or_above=_at_or_above(entry_price, rules.profit_target_pct),
        deep_loss_at_or_below=deep_loss,
        partial_profit_at_or_above=partial_profit,
        peak_at_or_above=peak,
        band_at_or_below=band_below,
        band_at_or_above=band_above,
        due_at=held_too_long if is_held_too_long else too_near_expiration,
        due_reason="max_hold_time" if is_held_too_long else "min_dte_exit",
        near_expiration_at=near_expiration_at,
    )


def rearmed(position: Position, rules: ExitRules, **changes: Any) -> Position:
    """Return a position after `changes` with its levels computed anew; the very same one when nothing differs."""
    after = position.model_copy(update=changes) if changes else position
    armed = arm(
        entry_price=after.entry_price,
        entered_at=after.entry_timestamp,
        expiration=after.expiration,
        rules=rules,
        fired=after.fired,
        peak_pct=after.peak_pct,
        band=after.band,
    )
    moved = {name: value for name, value in armed.values().items() if getattr(after, name) != value}
    return after.model_copy(update=moved) if moved else after


def rebased(position: Position, rules: ExitRules, *, entry_price: Decimal) -> Position:
    """Return a position whose entry has come to another price, armed anew; what its trailing stop goes by stays.

    entry_price  dollars a share, above 0: the mean over what was bought
    """
    highest = to_nanos(position.entry_price) * (100 + position.peak_pct) // 100
    peak_pct = max(0, gain_pct(entry_price, highest)) if position.peak_pct else 0
    return rearmed(position, rules, entry_price=entry_price, peak_pct=peak_pct)


def full_exit(position: Position, *, at: datetime, mark: int, rules: ExitRules) -> ExitReason | None:
    """Return why an instant and a mark (ABSENT: of another instrument, or none) close a position, or None."""
    if rules.decision_engine and mark == 0:
        return "total_loss"
    if rules.decision_engine and at >= datetime.combine(position.expiration, _CLOSE, tzinfo=_EXCHANGE):
        return "expired"
    if mark != ABSENT and mark >= position.target_at_or_above:
        return "profit_target"
    if mark != ABSENT and mark <= position.stop_at_or_below:
        return position.stop_reason
    if at >= position.due_at:
        return position.due_reason
    near = position.near_expiration_at
    if near is not None and at >= near and mark != ABSENT and mark < to_nanos(position.entry_price):
        return "near_expiration"
    return None


def partial_exit(position: Position, *, mark: int, rules: ExitRules) -> tuple[ExitReason, Decimal] | None:
    """Return why a mark reduces a position, and the share that is sold; None when it does not, or leaves nothing."""
    if position.available <= 1 or mark == ABSENT:
        return None
    if mark <= position.deep_loss_at_or_below:
        return "deep_loss", rules.deep_loss_share
    if mark >= position.partial_profit_at_or_above:
        return "partial_profit", rules.partial_profit_share
    return None


def partial_quantity(available: int, share: Decimal) -> int:
    """Return the contracts that a partial exit sells of two or more: a half up, at least one, never all of them."""
    wanted = int((available * share).to_integral_value(rounding=ROUND_HALF_UP))
    return min(max(1, wanted), available - 1)


def gain_pct(entry_price: Decimal, mark: int) -> int:
    """Return a mark's gain in whole percents of the entry price, rounded down."""
    return mark * 100 // to_nanos(entry_price) - 100


def band_at(position: Position, *, mark: int, rules: ExitRules) -> Band:
    """Return where a mark's gain lies.

    `low` is entered below its limit and `near_target` from its own; each is left BAND_MARGIN past it.
    """
    entry, near = position.entry_price, _near_target_pct(rules)
    if mark >= _at_or_above(entry, near - (BAND_MARGIN if position.band == "near_target" else 0)):
        return "near_target"
    if mark < _at_or_above(entry, rules.low_gain_pct + (BAND_MARGIN if position.band == "low" else 0)):
        return "low"
    return "middle"


def _band_levels(entry: Decimal, rules: ExitRules, band: Band) -> tuple[int, int]:
    """The marks between which `band_at` stays the same."""
    if not rules.bands:
        return NEVER_BELOW, NEVER_ABOVE
    near, low = _near_target_pct(rules), rules.low_gain_pct
    if band == "near_target":
        return _at_or_above(entry, near - BAND_MARGIN) - 1, NEVER_ABOVE
    if band == "low":
        return NEVER_BELOW, min(_at_or_above(entry, low + BAND_MARGIN), _at_or_above(entry, near))
    return _at_or_above(entry, low) - 1, _at_or_above(entry, near)


def _near_target_pct(rules: ExitRules) -> Decimal:
    return rules.near_target_share * rules.profit_target_pct


def _stop(entry: Decimal, rules: ExitRules, fired: Collection[str], peak_pct: int) -> tuple[int, ExitReason]:
    """The highest of the stops that apply, and what put it there."""
    stops: list[tuple[int, ExitReason]] = [(_at_or_below(entry, -rules.stop_loss_pct), "stop_loss")]
    if rules.intelligence and REGIME_CHANGE in fired:
        stops.append((_at_or_below(entry, -rules.tightened_stop_pct), "exit_intelligence"))
    if rules.decision_engine and peak_pct and peak_pct >= int(rules.trailing_from_pct):
        trailing = (100 + peak_pct) * (100 - rules.trailing_distance_pct) / 100
        stops.append((_at_or_below(entry, trailing - 100), "trailing_stop"))
    return max(stops, key=lambda stop: stop[0])


def _at_or_below(entry: Decimal, gain: Decimal) -> int:
    return int((entry * NANOS / 100 * (100 + gain)).to_integral_value(rounding=ROUND_FLOOR))


def _at_or_above(entry: Decimal, gain: Decimal) -> int:
    return int((entry * NANOS / 100 * (100 + gain)).to_integral_value(rounding=ROUND_CEILING))


def _before_expiration(expiration: date, days: int) -> datetime:
    return datetime.combine(expiration, time(), tzinfo=_EXCHANGE).astimezone(UTC) - timedelta(days=days)
