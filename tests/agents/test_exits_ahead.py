"""The levels that a position is armed with, as they are shown."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.exits import arm, full_exit, partial_exit
from agents.exits_ahead import exits_ahead, underlying_at
from agents.rules import ExitRules
from schemas.money import to_nanos, to_usd
from schemas.positions import Position
from tests.agents.strategies import few

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
RULES = ExitRules()
prices = st.integers(5, 5_000).map(lambda cents: Decimal(cents) / 100)


def held(entry_price: Decimal, **more: Any) -> Position:
    armed = arm(entry_price=entry_price, entered_at=AT, expiration=date(2026, 3, 20), rules=RULES)
    fields: dict[str, Any] = {
        **dict.fromkeys(("position_id", "account_id", "signal_id", "entry_order_id", "experiment_id"), "x"),
        "symbol": "SPY",
        "option_symbol": "SPY260320C00596000",
        "strike": Decimal(596),
        "expiration": date(2026, 3, 20),
        "type": "call",
        "direction": "long",
        "quantity": 9,
        "entry_price": entry_price,
        "entry_timestamp": AT,
        "engine": "A",
    }
    return Position.model_validate(fields | armed.values() | more)


@few
@given(entry=prices, mark=prices)
def test_a_level_is_reached_exactly_where_the_book_would_exit(entry: Decimal, mark: Decimal) -> None:
    position = held(entry)
    reached = {
        ahead.reason: ahead.takes
        for ahead in exits_ahead(position, mark=mark)
        if ahead.distance is not None and ahead.distance <= 0
    }
    called = full_exit(position, at=AT, mark=to_nanos(mark), rules=RULES)
    part = partial_exit(position, mark=to_nanos(mark), rules=RULES)
    assert called in reached if called else "all" not in reached.values(), (called, reached)
    assert part[0] in reached if part else "part" not in reached.values(), (part, reached)


@few
@given(entry=prices)
def test_levels_come_lowest_first_and_say_what_the_gain_is_there(entry: Decimal) -> None:
    found = exits_ahead(held(entry), mark=entry)
    assert [ahead.price for ahead in found] == sorted(ahead.price for ahead in found)
    by_reason = {ahead.reason: ahead for ahead in found}
    assert set(by_reason) == {"stop_loss", "deep_loss", "partial_profit", "trail", "profit_target"}
    for ahead in found:
        assert abs(ahead.pnl_percent - (ahead.price - entry) / entry * 100) <= Decimal("0.01")
        assert ahead.distance == abs(ahead.price - entry)


def test_a_position_of_one_contract_has_no_partial_exits_and_a_closing_one_has_none_at_all() -> None:
    assert {ahead.takes for ahead in exits_ahead(held(Decimal(2), quantity=1), mark=None)} == {"all", "nothing"}
    assert exits_ahead(held(Decimal(2), status="closing"), mark=Decimal(2)) == ()


def test_without_a_mark_or_at_nothing_there_is_no_distance_in_percent() -> None:
    assert {ahead.distance for ahead in exits_ahead(held(Decimal(2)), mark=None)} == {None}
    assert {ahead.distance_percent for ahead in exits_ahead(held(Decimal(2)), mark=Decimal(0))} == {None}


deltas = st.integers(-100, 100).filter(bool).map(lambda percent: Decimal(percent) / 100)


@few
@given(delta=deltas, gamma=st.integers(0, 50).map(lambda mills: Decimal(mills) / 1000), level=prices, mark=prices)
def test_the_underlying_at_a_level_gives_that_level_back(
    delta: Decimal, gamma: Decimal, level: Decimal, mark: Decimal
) -> None:
    found = underlying_at(level, mark=mark, underlying=Decimal(596), delta=delta, gamma=gamma)
    if found is None:
        unreachable = delta * delta + 2 * gamma * (level - mark) < 0
        assert unreachable or abs(level - mark) >= abs(delta) * 100
        return
    move = found - 596
    assert abs(mark + delta * move + gamma * move * move / 2 - level) < Decimal("0.01")


def test_without_a_delta_nobody_knows_where_the_underlying_would_stand() -> None:
    for delta in (None, Decimal(0)):
        assert underlying_at(to_usd(1), mark=Decimal(1), underlying=Decimal(9), delta=delta, gamma=None) is None
