"""How positions are reduced and closed, in prose (see `tests.e2e.oracle`): every rule is worked out anew at each tick.

A position is judged at each tick after the one that opened it, against the gain on its entry price. What comes first:

- all of it goes when nothing is left of its price, or at 16:00 in New York of its expiration date; at the profit target
  or at its stop; when it was held for too long, or its expiration date is too near; when that is near and it loses
- else a part of it goes, once for each reason: at a deep loss, and at a part of the profit. A share is rounded half up;
  one contract at least goes and one stays, so of one contract no part goes
- from a gain of 30 % on the stop lies 20 % under the highest gain so far, counted in whole percents; never lower again

A bias that comes after the entry closes it when it has turned against the position since; takes a part of it when its
confidence has collapsed, or chop has spiked, each once, and of one contract that one; and raises the stop to a loss of
20 % in another regime.

What is asked for goes at the contract's next quote. Once all of it has been asked for, nothing is judged any more.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from tests.e2e.oracle_tape import NANOS, NEW_YORK


@dataclass(frozen=True)
class Rules:
    """The platform's settings, by their defaults. What is on or off is 1 or 0."""

    profit_target_pct: int = 50
    stop_loss_pct: int = 50
    max_hold_hours: int = 120
    min_dte: int = 1
    decision_engine: int = 1
    partial_profit_pct: int = 25
    deep_loss_pct: int = 40
    part_pct: int = 50
    near_expiration_days: int = 2
    trailing_from_pct: int = 30
    trailing_distance_pct: int = 20
    intelligence: int = 1
    confidence_collapse_points: int = 30
    chop_spike_score: int = 80
    tightened_stop_pct: int = 20
    hold_days: int = 5
    order_timeout_s: int = 300
    quote_age_max_s: int = 300
    open_max: int = 5
    per_symbol_max: int = 3
    exposure_max: int = 10_000
    exposure_pct_max: int = 20
    equity: int = 100_000
    daily_loss_max: int = 1_000
    position_size: int = 10
    confidence_min: int = 50
    close_grace_minutes: int = 10


@dataclass
class Exit:
    """Contracts on their way out, or sold. `codes` says more than `reason`, which comes first in it."""

    codes: tuple[str, ...]
    quantity: int
    triggered_at: datetime
    trigger_price: Decimal | None
    filled_at: datetime | None = None
    price: Decimal = Decimal(0)

    @property
    def reason(self) -> str:
        return self.codes[0]


@dataclass
class Predicted:
    """A position, or what was refused. Instants are UTC; prices are dollars a share, four decimals.

    status       open, closing, closed, pending (ordered, not filled by the end), failed (no quote in time) or rejected
    codes        of a rejection, the reason first
    quantity     contracts bought; `remaining` are held
    exit_reason  and what follows it: of the exit that closes it; exit_price is the mean over its exits
    exits        in the order in which they were asked for
    """

    alert_at: datetime
    direction: str
    status: str
    codes: tuple[str, ...] = ()
    option_symbol: str = ""
    quantity: int = 0
    ordered_at: int = 0
    limit_price: Decimal = Decimal(0)
    entry_at: datetime | None = None
    entry_price: Decimal = Decimal(0)
    exit_reason: str = ""
    triggered_at: datetime | None = None
    trigger_price: Decimal | None = None
    exit_at: datetime | None = None
    exit_price: Decimal | None = None
    realized_pnl: Decimal | None = None
    expiration: date = date.min
    exits: list[Exit] = field(default_factory=list)
    entry_bias: dict[str, Any] = field(default_factory=dict)
    happened: set[str] = field(default_factory=set)
    peak_pct: int = 0

    @property
    def fills(self) -> list[Exit]:
        """The exits that were filled."""
        return [exit_ for exit_ in self.exits if exit_.filled_at is not None]

    @property
    def remaining(self) -> int:
        """Contracts held."""
        return self.quantity - sum(exit_.quantity for exit_ in self.fills)

    @property
    def unasked(self) -> int:
        """Contracts that no exit was asked for yet."""
        return self.quantity - sum(exit_.quantity for exit_ in self.exits)

    @property
    def exit_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for exit_ in self.exits for code in exit_.codes))


def usd(nanos: int) -> Decimal:
    return (Decimal(nanos) / NANOS).quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


def sell(item: Predicted, now: datetime, middle: int) -> Decimal:
    """Fill what was asked for, close the position with its last contract, and return what the fills made."""
    made = Decimal(0)
    for exit_ in item.exits:
        if exit_.filled_at is None:
            exit_.filled_at, exit_.price = now, usd(middle)
            made += cents((exit_.price - item.entry_price) * exit_.quantity * 100)
    if item.status == "closing" and not item.remaining:
        item.status, item.exit_at = "closed", now
        value = sum((exit_.price * exit_.quantity for exit_ in item.exits), Decimal(0))
        item.exit_price = (value / item.quantity).quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN)
        item.realized_pnl = cents((value - item.entry_price * item.quantity) * 100)
    return made


def ask(item: Predicted, now: datetime, codes: tuple[str, ...], *, whole: bool, mark: int | None, part: int) -> None:
    """Ask for the rest of a position, or for a part of it (percent); of one contract there is no part."""
    price = None if mark is None else usd(mark)
    if whole:
        item.exits.append(Exit(codes, item.unasked, now, price))
        item.status, item.exit_reason, item.triggered_at, item.trigger_price = "closing", codes[0], now, price
    elif item.unasked > 1:
        wanted = math.floor(Fraction(item.unasked * part, 100) + Fraction(1, 2))
        item.exits.append(Exit(codes, min(max(1, wanted), item.unasked - 1), now, price))
        item.happened.update(codes)


def judge(rules: Rules, item: Predicted, now: datetime, mark: int | None) -> None:
    """Judge an open position at an instant, and by a mark of its contract when there is one."""
    if item.status != "open":
        return
    gain = None if mark is None else Fraction(mark, NANOS) / Fraction(item.entry_price) * 100 - 100
    reason = closing_reason(rules, item, now, gain)
    if reason:
        ask(item, now, reason, whole=True, mark=mark, part=100)
    elif gain is not None and rules.decision_engine:
        if gain <= -rules.deep_loss_pct and "deep_loss" not in item.happened:
            ask(item, now, ("deep_loss",), whole=False, mark=mark, part=rules.part_pct)
        if gain >= rules.partial_profit_pct and "partial_profit" not in item.happened:
            ask(item, now, ("partial_profit",), whole=False, mark=mark, part=rules.part_pct)
        if gain >= rules.trailing_from_pct:
            item.peak_pct = max(item.peak_pct, math.floor(gain))


def closing_reason(rules: Rules, item: Predicted, now: datetime, gain: Fraction | None) -> tuple[str, ...]:
    """Why all of a position goes, or nothing."""
    assert item.entry_at is not None
    midnight = datetime(item.expiration.year, item.expiration.month, item.expiration.day, tzinfo=NEW_YORK)
    days_left = Fraction((midnight.astimezone(UTC) - now) // timedelta(microseconds=1), 86_400_000_000)
    if rules.decision_engine and gain == -100:
        return ("total_loss",)
    if rules.decision_engine and now >= midnight.replace(hour=16):
        return ("expired",)
    if gain is not None and gain >= rules.profit_target_pct:
        return ("profit_target",)
    level, codes = stop(rules, item)
    if gain is not None and gain <= level:
        return codes
    by_time = sorted(
        [
            (item.entry_at + timedelta(hours=rules.max_hold_hours), 0, "max_hold_time"),
            (midnight.astimezone(UTC) - timedelta(days=rules.min_dte), 1, "min_dte_exit"),
        ]
    )
    if now >= by_time[0][0]:
        return (by_time[0][2],)
    if rules.decision_engine and gain is not None and gain < 0 and days_left <= rules.near_expiration_days:
        return ("near_expiration",)
    return ()


def stop(rules: Rules, item: Predicted) -> tuple[Fraction, tuple[str, ...]]:
    """The gain at which a position is stopped, and what is said then."""
    stops: list[tuple[Fraction, tuple[str, ...]]] = [(Fraction(-rules.stop_loss_pct), ("stop_loss",))]
    if "regime_change" in item.happened:
        stops.append((Fraction(-rules.tightened_stop_pct), ("exit_intelligence", "regime_change")))
    if item.peak_pct:
        kept = Fraction((100 + item.peak_pct) * (100 - rules.trailing_distance_pct), 100)
        stops.append((kept - 100, ("trailing_stop",)))
    return max(stops, key=lambda known: known[0])


def reconsider(rules: Rules, item: Predicted, now: datetime, bias: dict[str, Any]) -> None:
    """Judge an open position by a bias that came after its entry; what was not known at the entry is passed over."""
    if item.status != "open" or not rules.intelligence:
        return
    then, against = item.entry_bias, {"long": "bearish", "short": "bullish"}[item.direction]
    known = {name for name in ("bias", "confidence", "chop_score", "regime_type") if then.get(name) is not None}
    if "bias" in known and then["bias"] != bias["bias"] == against:
        ask(item, now, ("exit_intelligence", "bias_flip"), whole=True, mark=None, part=100)
        return
    worse = []
    if "confidence" in known and then["confidence"] - bias.get("confidence", 0) >= rules.confidence_collapse_points:
        worse.append("confidence_collapse")
    if "chop_score" in known and bias.get("chop_score", 0) >= max(rules.chop_spike_score, then["chop_score"] + 1e-9):
        worse.append("chop_spike")
    fresh = tuple(code for code in worse if code not in item.happened)
    if fresh:
        ask(item, now, ("exit_intelligence", *fresh), whole=item.unasked == 1, mark=None, part=rules.part_pct)
    if "regime_type" in known and bias.get("regime_type") not in (None, then["regime_type"]):
        item.happened.add("regime_change")
