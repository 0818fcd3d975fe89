from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.book import on_ticks
from agents.exits import (
    arm,
    full_exit,
    rearmed,
)
from agents.rules import ExitRules
from schemas.event import to_micros
from schemas.money import NANOS
from schemas.orders import OrderPlaced
from schemas.positions import Book, Position
from schemas.ticks import ABSENT, Tick
from tests.agents.strategies import AT, CALL, EXPIRATION, SPY, few, nanos, order

RULES = ExitRules()
STANDARD = ExitRules(decision_engine=False)
"""The four rules that apply without the decision engine."""
FAR = date(2026, 6, 19)
prices = st.decimals(min_value=Decimal("0.01"), max_value=500, places=4)
percents = st.decimals(min_value=Decimal("0.01"), max_value=100, places=2)


def held(
    price: str = "3.52",
    *,
    entered_at: datetime = AT,
    expiration: date = FAR,
    rules: ExitRules = RULES,
    **changes: Any,
) -> Position:
    """Return a position just opened, of nine contracts."""
    entry = order()
    levels = arm(entry_price=Decimal(price), entered_at=entered_at, expiration=expiration, rules=rules)
    position = Position(
        position_id=entry.position_id,
        account_id="paper",
        signal_id=entry.signal_id,
        entry_order_id=entry.event_id,
        symbol=SPY,
        option_symbol=CALL,
        strike=entry.strike,
        expiration=expiration,
        type="call",
        direction="long",
        quantity=9,
        initial_quantity=9,
        entry_price=Decimal(price),
        entry_timestamp=entered_at,
        engine="A",
        experiment_id="exp-001",
        entry=entry.entry,
        **levels.values(),
    )
    return rearmed(position, rules, **changes) if changes else position


def closed_by(position: Position, price: str | None, *, at: datetime = AT, rules: ExitRules = RULES) -> str | None:
    return full_exit(position, at=at, mark=ABSENT if price is None else nanos(price), rules=rules)


@few
@given(
    prices,
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from([1, 3_600, 40 * 3_600])), max_size=40),
    percents,
    percents,
)
def test_any_price_path_asks_for_at_most_one_exit_at_the_first_tick_that_calls_for_it(
    entry: Decimal, path: Sequence[tuple[int, int]], target_pct: Decimal, stop_pct: Decimal
) -> None:
    rules = ExitRules(profit_target_pct=target_pct, stop_loss_pct=stop_pct, decision_engine=False)
    position = held(str(entry), rules=rules)
    target = Fraction(entry) * (1 + Fraction(target_pct) / 100)
    stop = Fraction(entry) * (1 - Fraction(stop_pct) / 100)
    at, marks = AT, []
    for choice, step_s in path:
        at += timedelta(seconds=step_s)
        # just inside and outside the band, and in its middle
        exact = [stop, stop + Fraction(2, NANOS), Fraction(entry), target - Fraction(2, NANOS), target][choice]
        marks.append((at, -int(-exact * NANOS // 1) if choice == 4 else int(exact * NANOS // 1)))
    first = next(
        (
            (when, reason)
            for when, mark in marks
            for reason in [
                "profit_target"
                if Fraction(mark, NANOS) >= target
                else "stop_loss"
                if Fraction(mark, NANOS) <= stop
                else "max_hold_time"
                if when - AT >= timedelta(hours=120)
                else None
            ]
            if reason is not None
        ),
        None,
    )
    book = Book(account_id="paper", symbol=SPY, positions=(position,))
    asked: list[OrderPlaced] = []
    for when, mark in marks:
        # trades call for exits but fill nothing, so that the position stays
        book, events = on_ticks(book, [Tick(CALL, to_micros(when), price=mark, size=1)], rules=rules)
        asked += [event for event in events if isinstance(event, OrderPlaced)]
    assert [(event.occurred_at, event.exit_reason) for event in asked] == ([first] if first else [])
    assert book.positions[0].status == ("closing" if first else "open")


@few
@given(prices, percents, percents)
def test_the_band_is_the_widest_that_the_percentages_allow(
    entry: Decimal, target_pct: Decimal, stop_pct: Decimal
) -> None:
    rules = ExitRules(
        profit_target_pct=target_pct, stop_loss_pct=stop_pct, partial_profit_pct=target_pct, deep_loss_pct=stop_pct
    )
    armed = arm(entry_price=entry, entered_at=AT, expiration=EXPIRATION, rules=rules)
    target = Fraction(entry) * NANOS * (100 + Fraction(target_pct)) / 100
    stop = Fraction(entry) * NANOS * (100 - Fraction(stop_pct)) / 100
    assert armed.target_at_or_above - 1 < target <= armed.target_at_or_above
    assert armed.stop_at_or_below <= stop < armed.stop_at_or_below + 1
    assert armed.partial_profit_at_or_above == armed.target_at_or_above
    assert armed.deep_loss_at_or_below == armed.stop_at_or_below
    assert armed.stop_at_or_below < armed.target_at_or_above


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("5.28", "profit_target"),
        ("5.30", "profit_target"),
        ("5.279999999", None),
        ("3.52", None),
        ("1.760000001", None),
        ("1.76", "stop_loss"),
        ("0.000000001", "stop_loss"),
        ("0", "total_loss"),
    ],
)
def test_entered_at_3_52_the_edges_are_5_28_and_1_76(mark: str, reason: str | None) -> None:
    assert closed_by(held("3.52"), mark) == reason


def test_without_the_decision_engine_nothing_left_is_a_stop_like_any_other() -> None:
    assert closed_by(held("3.52", rules=STANDARD), "0", rules=STANDARD) == "stop_loss"


def test_edges_between_two_nanos_are_rounded_away_from_the_entry() -> None:
    third = Decimal("33.333333")
    rules = ExitRules(
        profit_target_pct=third,
        stop_loss_pct=third,
        partial_profit_pct=third,
        deep_loss_pct=third,
        trailing_from_pct=third,
    )
    armed = arm(entry_price=Decimal("0.0101"), entered_at=AT, expiration=EXPIRATION, rules=rules)
    assert (armed.stop_at_or_below, armed.target_at_or_above) == (6_733_333, 13_466_667)
    assert (armed.deep_loss_at_or_below, armed.partial_profit_at_or_above) == (6_733_333, 13_466_667)
    assert armed.peak_at_or_above == 13_466_667


def test_a_stop_of_the_whole_price_waits_for_nothing_to_be_left() -> None:
    rules = ExitRules(stop_loss_pct=Decimal(100), decision_engine=False)
    position = held("3.52", rules=rules)
    assert full_exit(position, at=AT, mark=1, rules=rules) is None
    assert full_exit(position, at=AT, mark=0, rules=rules) == "stop_loss"


@few
@given(
    st.integers(0, 730 * 86_400).map(lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.integers(0, 40),
    st.integers(1, 400),
    st.integers(0, 10),
)
def test_the_time_rule_that_comes_first_is_the_one_that_closes(
    entered_at: datetime, days: int, hold_hours: int, dte_min: int
) -> None:
    expiration = entered_at.date() + timedelta(days=days)
    rules = ExitRules(hold_max=timedelta(hours=hold_hours), dte_min=dte_min)
    position = held(entered_at=entered_at, expiration=expiration, rules=rules)
    eastern = ZoneInfo("America/New_York")
    midnight = datetime(expiration.year, expiration.month, expiration.day, tzinfo=eastern)
    close = datetime(expiration.year, expiration.month, expiration.day, 16, tzinfo=eastern)

    def expected(at: datetime) -> str | None:
        """As the rules say it: hours held, and days to expiration."""
        if at >= close.astimezone(UTC):
            return "expired"
        held_too_long = (at - entered_at) / timedelta(hours=1) >= hold_hours
        too_near = (midnight.astimezone(UTC) - at) / timedelta(days=1) <= dte_min
        if held_too_long and too_near:
            first = entered_at + rules.hold_max, midnight.astimezone(UTC) - timedelta(days=dte_min)
            return "max_hold_time" if first[0] <= first[1] else "min_dte_exit"
        return "max_hold_time" if held_too_long else "min_dte_exit" if too_near else None

    for offset in (timedelta(microseconds=-1), timedelta(), timedelta(microseconds=1), timedelta(days=3)):
        at = position.due_at + offset
        assert closed_by(position, None, at=at, rules=rules) == expected(at)


def test_days_to_expiration_run_from_midnight_in_new_york() -> None:
    armed = arm(entry_price=Decimal("3.52"), entered_at=AT, expiration=date(2026, 2, 17), rules=RULES)
    assert (armed.due_at, armed.due_reason) == (datetime(2026, 2, 16, 5, tzinfo=UTC), "min_dte_exit")
    assert armed.near_expiration_at == datetime(2026, 2, 15, 5, tzinfo=UTC)
    armed = arm(entry_price=Decimal("3.52"), entered_at=AT, expiration=EXPIRATION, rules=RULES)
    assert (armed.due_at, armed.due_reason) == (AT + timedelta(hours=120), "max_hold_time")


def test_of_two_time_rules_at_one_instant_the_holding_time_is_named() -> None:
    entered_at = datetime(2026, 2, 14, 5, tzinfo=UTC)
    armed = arm(entry_price=Decimal("3.52"), entered_at=entered_at, expiration=EXPIRATION, rules=RULES)
    assert (armed.due_at, armed.due_reason) == (datetime(2026, 2, 19, 5, tzinfo=UTC), "max_hold_time")


def test_at_one_tick_price_comes_before_time() -> None:
    position = held("3.52")
    late = to_micros(position.due_at)
    for price, reason in (("5.30", "profit_target"), ("1.00", "stop_loss"), ("3.60", "max_hold_time")):
        book = Book(account_id="paper", symbol=SPY, positions=(position,))
        _, events = on_ticks(book, [Tick(CALL, late, price=nanos(price), size=1)], rules=RULES)
        assert [event.exit_reason for event in events if isinstance(event, OrderPlaced)] == [reason]


EXPIRES = datetime(2026, 2, 20, 21, tzinfo=UTC)
"""16:00 in New York on the day of EXPIRATION."""
MICROSECOND = timedelta(microseconds=1)


def test_a_contract_expires_at_four_in_new_york_and_that_comes_before_any_price() -> None:
    position = held(expiration=EXPIRATION)
    assert closed_by(position, "5.30", at=EXPIRES - MICROSECOND) == "profit_target"
    for mark in (None, "5.30", "1.00", "3.52"):
        assert closed_by(position, mark, at=EXPIRES) == "expired"
    assert closed_by(position, "0", at=EXPIRES) == "total_loss"
    assert closed_by(position, "5.30", at=EXPIRES, rules=STANDARD) == "profit_target"
    assert closed_by(position, None, at=EXPIRES, rules=STANDARD) == "max_hold_time"


def test_in_summer_four_in_new_york_is_an_hour_earlier() -> None:
    position = held(expiration=FAR, rules=ExitRules(hold_max=timedelta(days=400), dte_min=0))
    assert closed_by(position, "3.52", at=datetime(2026, 6, 19, 20, tzinfo=UTC)) == "expired"
    assert closed_by(position, "3.52", at=datetime(2026, 6, 19, 20, tzinfo=UTC) - MICROSECOND) == "min_dte_exit"


def test_near_its_expiration_a_losing_position_is_closed_and_no_other() -> None:
    position = held("3.52", expiration=EXPIRATION)
    near = datetime(2026, 2, 18, 5, tzinfo=UTC)
    assert closed_by(position, "3.519999999", at=near) == "near_expiration"
    assert closed_by(position, "3.519999999", at=near - MICROSECOND) is None
    assert closed_by(position, "3.52", at=near) is None
    assert closed_by(position, None, at=near) is None
    assert closed_by(position, "1.76", at=near) == "stop_loss"
    assert closed_by(position, "3.51", at=position.due_at) == "max_hold_time"
    assert closed_by(held("3.52", expiration=EXPIRATION, rules=STANDARD), "3.51", at=near, rules=STANDARD) is None
