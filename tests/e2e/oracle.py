"""What a recorded session must come to: an independent fold over the raw files, with the standard library alone.

It shares no code with the platform, so that agreement between the two means something. It knows the layout of the two
sessions that ship with the project, reads their script, and follows the rules in prose:

- the tape: a minute's trades as open, low and high (high first when it closed below its open), close, at 0, 20, 40 and
  59 s; a quote bar as its open at 0 s and its close at 59 s; by time, the underlying first, then by symbol
- an alert is judged after all ticks up to its instant, an entry fills at the contract's next quote with both sides
- an open position is judged at each tick after its fill: by price at quotes of its contract, then by time at every
  tick and clock boundary, and by each bias of the script (`tests.e2e.oracle_exits`); its closing orders fill at the
  contract's next quote with both sides
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.e2e.oracle_exits import Predicted, Rules, cents, judge, reconsider, sell, usd
from tests.e2e.oracle_tape import LAYOUTS, NANOS, NEW_YORK, SESSIONS, Contract, merged, read_tape, steps_of

__all__ = ["Predicted", "Prediction", "predict"]


@dataclass(frozen=True)
class Prediction:
    """One entry an alert, in the order of the script."""

    alerts: tuple[Predicted, ...]
    ticks: int

    @property
    def closed(self) -> list[Predicted]:
        return [item for item in self.alerts if item.status == "closed"]

    @property
    def rejected(self) -> list[Predicted]:
        return [item for item in self.alerts if item.status == "rejected"]

    @property
    def held(self) -> list[Predicted]:
        return [item for item in self.alerts if item.status in ("open", "closing")]

    @property
    def realized_pnl(self) -> Decimal:
        return sum((item.realized_pnl or Decimal(0) for item in self.closed), Decimal(0))


@dataclass
class State:
    """The day so far."""

    rules: Rules
    underlying: str
    day: date
    contracts: dict[str, Contract]
    price: int = 0
    quotes: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    bias: dict[str, Any] | None = None
    alerts: list[Predicted] = field(default_factory=list)
    realized: Decimal = Decimal(0)


def predict(session: str, *, max_hold_hours: int = 120, script: Path | None = None, **rules: int) -> Prediction:
    """Return what a session's script must come to; `rules` are fields of Rules."""
    underlying, day, files = LAYOUTS[session]
    folder = SESSIONS / session
    ticks, contracts = read_tape(folder, underlying, files)
    state = State(Rules(max_hold_hours=max_hold_hours, **rules), underlying, day, contracts)
    for at, kind, item in merged(ticks, steps_of(script or folder / "script.json"), day):
        if kind == "tick":
            on_tick(state, at, *item)
        elif kind == "clock":
            on_clock(state, at)
        elif item["kind"] == "bias":
            on_bias(state, at, item["payload"])
        else:
            on_alert(state, at, item["payload"])
    return Prediction(tuple(state.alerts), len(ticks))


def instant(state: State, at: int) -> datetime:
    midnight = datetime(state.day.year, state.day.month, state.day.day, tzinfo=NEW_YORK)
    return midnight.astimezone(UTC) + timedelta(milliseconds=at)


def on_tick(state: State, at: int, symbol: str, price: int | None, bid: int | None, ask: int | None) -> None:
    open_before = [item for item in state.alerts if item.status == "open"]
    expire(state, at)
    middle = None
    if price is not None:
        state.price = price
    else:
        if bid is not None and ask:
            middle = (bid + ask) // 2
        state.quotes[symbol] = (at, -1 if bid is None else bid, -1 if ask is None else ask)
    if middle is not None:
        for item in state.alerts:
            if item.option_symbol == symbol:
                fill(state, item, at, middle)
    for item in open_before:
        judge(state.rules, item, instant(state, at), middle if item.option_symbol == symbol else None)


def on_clock(state: State, at: int) -> None:
    expire(state, at)
    for item in state.alerts:
        judge(state.rules, item, instant(state, at), None)


def expire(state: State, at: int) -> None:
    for item in state.alerts:
        if item.status == "pending" and at > item.ordered_at + state.rules.order_timeout_s * 1000:
            item.status = "failed"


def fill(state: State, item: Predicted, at: int, middle: int) -> None:
    if item.status == "pending" and middle > 0:
        item.status, item.entry_at, item.entry_price = "open", instant(state, at), usd(middle)
    else:
        state.realized += sell(item, instant(state, at), middle)


def on_bias(state: State, at: int, bias: dict[str, Any]) -> None:
    state.bias = bias
    for item in state.alerts:
        reconsider(state.rules, item, instant(state, at), bias)


def on_alert(state: State, at: int, alert: dict[str, object]) -> None:
    direction = str(alert["direction"])
    item = Predicted(instant(state, at), direction, "rejected")
    state.alerts.append(item)
    item.codes = held_back(state, at, alert)
    if item.codes:
        return
    contract = chosen(state, direction)
    item.option_symbol, item.expiration = contract.symbol, contract.expiration
    quoted_at, bid, ask = state.quotes.get(contract.symbol, (-(10**9), -1, -1))
    if bid < 0 or ask < 0 or at - quoted_at > state.rules.quote_age_max_s * 1000:
        item.codes = ("market_data_unavailable",)
        return
    assert state.bias is not None
    risk = Fraction(str(state.bias.get("risk_multiplier", 1)))
    item.quantity = max(1, math.floor(state.rules.position_size * risk))
    item.limit_price = usd((bid + ask) // 2)
    item.codes = refused(state, item)
    if not item.codes:
        item.status, item.ordered_at, item.entry_bias = "pending", at, state.bias


def held_back(state: State, at: int, alert: dict[str, object]) -> tuple[str, ...]:
    if not 34_200_000 <= at < 57_600_000:
        return ("market_closed",)
    if state.bias is None:
        return ("no_recommendation", "no_bias_state")
    if state.bias.get("trade_suppressed"):
        return ("no_recommendation", "trade_suppressed")
    if (57_600_000 - at) // 60_000 < state.rules.close_grace_minutes:
        return ("no_recommendation", "entry_wait")
    if float(str(alert.get("confidence", 100))) < state.rules.confidence_min:
        return ("no_recommendation", "entry_wait")
    return ()


def chosen(state: State, direction: str) -> Contract:
    price = Fraction(state.price, NANOS)
    right, strike = ("call", math.ceil(price)) if direction == "long" else ("put", math.floor(price))
    expiration = state.day + timedelta(days=state.rules.hold_days)
    while expiration.weekday() != 4:
        expiration += timedelta(days=1)

    def distance(contract: Contract) -> tuple[Fraction, int, Fraction, str]:
        days = abs((contract.expiration - expiration).days)
        away = abs(contract.strike - strike) / price * 100 + Fraction(days, 7)
        return away, days, contract.strike, contract.symbol

    soonest = state.day + timedelta(days=state.rules.min_dte)
    return min((c for c in state.contracts.values() if c.right == right and c.expiration > soonest), key=distance)


def carried(state: State) -> Iterator[tuple[Predicted, Decimal]]:
    """Positions and orders that use capacity, each with the price that counts."""
    for item in state.alerts:
        if item.status == "pending":
            yield item, item.limit_price
        elif item.status in ("open", "closing"):
            yield item, item.entry_price


def refused(state: State, wanted: Predicted) -> tuple[str, ...]:
    rules, everything = state.rules, list(carried(state))
    total = cents(sum((price * item.remaining * 100 for item, price in everything), Decimal(0)))
    total += cents(wanted.limit_price * wanted.quantity * 100)
    checks = (
        ("max_open_positions_exceeded", len(everything) >= rules.open_max),
        ("max_positions_per_symbol_exceeded", len(everything) >= rules.per_symbol_max),
        ("duplicate_position", any(item.option_symbol == wanted.option_symbol for item, _ in everything)),
        (
            "exposure_exceeded",
            total > rules.exposure_max or total * 100 > rules.exposure_pct_max * (rules.equity + state.realized),
        ),
        ("max_daily_loss_exceeded", state.realized <= -rules.daily_loss_max),
    )
    return tuple(code for code, stops in checks if stops)


if __name__ == "__main__":
    import sys

    for item in predict(sys.argv[1], max_hold_hours=int(sys.argv[2]) if len(sys.argv) > 2 else 120).alerts:
        sys.stdout.write(f"{item}\n")
