"""Every reason for which a book reduces or closes a position, and what its account and its outcome hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from agents.rules import ExitRules
from schemas.event import to_micros
from schemas.orders import CloseRequested, ExitReason, OrderFilled, OrderPlaced
from schemas.positions import Position
from schemas.ticks import Tick
from tests.agents.histories import KNOWN
from tests.agents.strategies import AT, CALL, OTHER_CALL, SPY, bias, nanos, order, quoted, traded
from tests.agents.test_book import RULES, Step, clock, of, opened, run

NEAR = datetime(2026, 2, 18, 5, tzinfo=UTC)
"""Two days to the expiration of 20 February."""
EXPIRED = datetime(2026, 2, 20, 21, tzinfo=UTC)


def at(instant: datetime, price: str) -> Tick:
    return Tick(CALL, to_micros(instant), price=nanos(price), size=1)


def request(name: str = "r-1", **changes: Any) -> CloseRequested:
    return CloseRequested(
        **{
            "event_id": name,
            "occurred_at": AT + timedelta(seconds=60),
            "account_id": "paper",
            "symbol": SPY,
            "position_id": order().position_id,
            "reason": "manual",
            "requested_by": "somebody",
            **changes,
        }
    )


@dataclass(frozen=True)
class Case:
    """What comes after nine contracts were bought at 3.52, and the exits that are asked for."""

    steps: Sequence[Step]
    reason: ExitReason
    quantity: int = 9
    trigger: str | None = None
    details: tuple[str, ...] = ()
    before: tuple[ExitReason, ...] = ()
    """Exits on the way there."""
    rules: ExitRules = RULES
    expiration: date = date(2026, 2, 20)


def later(**changes: Any) -> Step:
    return bias(timestamp=AT + timedelta(seconds=60), **changes)


CASES = {
    "target": Case([traded(CALL, "5.28", seconds=60)], "profit_target", trigger="5.28"),
    "target by a quote": Case([quoted(CALL, "5.27", "5.29", seconds=60)], "profit_target", trigger="5.28"),
    "stop": Case([traded(CALL, "1.76", seconds=60)], "stop_loss", trigger="1.76"),
    "nothing left": Case([traded(CALL, "0", seconds=60)], "total_loss", trigger="0"),
    "nothing left, by a quote": Case([Tick(CALL, to_micros(AT) + 10**7, bid=0, ask=1)], "total_loss", trigger="0"),
    "expired on a tick": Case(
        [at(EXPIRED, "5.30")], "expired", trigger="5.30", rules=ExitRules(hold_max=timedelta(days=30))
    ),
    "expired in silence": Case([clock(EXPIRED)], "expired"),
    "held too long": Case([clock(AT + timedelta(hours=120, seconds=1))], "max_hold_time"),
    "held too long, on a tick": Case(
        [at(AT + timedelta(hours=120, seconds=1), "3.60")], "max_hold_time", trigger="3.60"
    ),
    "days to expiration": Case(
        [clock(datetime(2026, 2, 16, 5, tzinfo=UTC))], "min_dte_exit", expiration=date(2026, 2, 17)
    ),
    "near expiration and losing": Case([at(NEAR, "3.51")], "near_expiration", trigger="3.51"),
    "deep loss": Case([traded(CALL, "2.112", seconds=60)], "deep_loss", quantity=5, trigger="2.112"),
    "partial profit": Case([traded(CALL, "4.40", seconds=60)], "partial_profit", quantity=5, trigger="4.40"),
    "trailing stop": Case(
        [traded(CALL, "4.93", seconds=60), traded(CALL, "3.9424", seconds=61)],
        "trailing_stop",
        quantity=4,
        trigger="3.9424",
        before=("partial_profit",),
        # 4.93 is a gain of 40.06 %: the stop is 20 % below 40 %
    ),
    "bias flip": Case([later(bias="bearish")], "exit_intelligence", details=("bias_flip",)),
    "confidence collapse": Case(
        [later(confidence=Decimal(45))], "exit_intelligence", quantity=5, details=("confidence_collapse",)
    ),
    "chop spike": Case([later(chop_score=Decimal(80))], "exit_intelligence", quantity=5, details=("chop_spike",)),
    "regime change": Case(
        [later(regime_type="CHOPPY"), traded(CALL, "2.816", seconds=61)],
        "exit_intelligence",
        trigger="2.816",
        details=("regime_change",),
    ),
    "room for a signal": Case([request(reason="capacity_near_target")], "capacity_near_target"),
    "old": Case([request(reason="capacity_aged")], "capacity_aged"),
    "by hand": Case([request()], "manual"),
    "by hand, two of them": Case([request(quantity=2)], "manual", quantity=2),
    "halted": Case([request(reason="kill_switch")], "kill_switch"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_reason_orders_its_contracts_out(name: str) -> None:
    case = CASES[name]
    book = opened(rules=case.rules, entry=KNOWN, expiration=case.expiration)
    book, events = run(book, case.steps, rules=case.rules)
    *before, asked = of(OrderPlaced, events)
    assert [event.exit_reason for event in before] == list(case.before)
    assert (asked.exit_reason, asked.exit_codes) == (case.reason, (case.reason, *case.details))
    assert asked.side == "sell_to_close"
    assert asked.quantity == case.quantity
    trigger = None if case.trigger is None else Decimal(case.trigger)
    assert (asked.trigger_price, asked.limit_price) == (trigger, Decimal("3.52") if trigger is None else trigger)
    (position,) = book.positions
    assert (asked.entry_price, asked.entry_timestamp) == (position.entry_price, position.entry_timestamp)
    assert asked.remaining_quantity == position.available == 9 - case.quantity - (5 if case.before else 0)
    is_whole = asked.remaining_quantity == 0
    assert position.status == ("closing" if is_whole else "open")
    assert position.exit_reason == (case.reason if is_whole else None)
    assert position.exit_order_id == (asked.event_id if is_whole else None)
    assert (position.quantity, position.entry) == (9, KNOWN)
    # at the next quote all of it is sold, and what stays is not asked for again
    book, events = run(book, [Tick(CALL, to_micros(EXPIRED) + 10**9, bid=nanos("1.99"), ask=nanos("2.01"))])
    assert [fill.quantity for fill in of(OrderFilled, events)] == [5] * len(before) + [case.quantity]
    assert len(book.positions) == (0 if is_whole else 1)


def test_every_reason_there_is_has_been_reached() -> None:
    assert {case.reason for case in CASES.values()} == set(get_args(ExitReason))


QUIET: dict[str, Sequence[Step]] = {
    "a nano under the target": [Tick(CALL, to_micros(AT) + 10**7, price=nanos("5.28") - 1, size=1)],
    "an instant before it was held too long": [clock(AT + timedelta(hours=120, microseconds=999_999))],
    "near expiration and not losing": [at(NEAR, "3.52")],
    "losing, and not near expiration": [at(NEAR - timedelta(microseconds=1), "3.51")],
    "near expiration, another contract": [Tick(OTHER_CALL, to_micros(NEAR), price=nanos("1"), size=1)],
    "near expiration, in silence": [clock(NEAR)],
    "no mark": [Tick(CALL, to_micros(AT) + 10**7, bid=nanos("9")), Tick(CALL, to_micros(AT) + 10**7, ask=nanos("9"))],
    "another contract": [traded(OTHER_CALL, "9", seconds=60), traded(OTHER_CALL, "0", seconds=60)],
    "a request for another position": [request(position_id="another")],
    "a request for nothing": [request(quantity=0)],
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_no_reason_asks_for_nothing(name: str) -> None:
    reduced = opened(entry=KNOWN)
    reduced = reduced.model_copy(update={"positions": (_fired(reduced.positions[0]),)})
    assert run(reduced, QUIET[name]) == (reduced, [])


def _fired(position: Position) -> Position:
    """A position that is not reduced any more, and whose stop does not trail."""
    after = opened(rules=ExitRules(partial_profit_pct=Decimal(90), trailing_from_pct=Decimal(90))).positions[0]
    return after.model_copy(update={"entry": position.entry})
