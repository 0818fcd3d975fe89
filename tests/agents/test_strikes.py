import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agents.strikes import first_friday, nearest_listed, target_contract
from schemas.market import ListedContract
from schemas.occ import OptionContract
from schemas.signals import Direction
from tests.agents.strategies import AT, DAY, few, listed

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 1, 1))
prices = st.decimals(min_value=1, max_value=9_999, places=4)
contracts = st.builds(
    listed,
    st.integers(1, 40).map(lambda halves: str(Decimal(580) + Decimal(halves) / 2)),
    expiration=st.integers(-3, 30).map(lambda ahead: DAY + timedelta(days=ahead)),
    kind=st.sampled_from(["call", "put"]),
)


@few
@given(days)
def test_the_first_friday_is_a_friday_less_than_a_week_ahead(day: date) -> None:
    friday = first_friday(day)
    assert friday.isoweekday() == 5
    assert timedelta() <= friday - day < timedelta(days=7)


@few
@given(prices, st.sampled_from(["long", "short"]), days, st.integers(0, 60))
def test_the_wish_is_the_next_whole_strike_out_of_the_money(
    price: Decimal, direction: Direction, day: date, hold_days: int
) -> None:
    wished = target_contract("SPY", direction, price=price, day=day, hold_days=hold_days)
    assert wished.type == ("call" if direction == "long" else "put")
    assert wished.strike == (math.ceil(price) if direction == "long" else math.floor(price))
    assert wished.expiration == first_friday(day + timedelta(days=hold_days))


def test_the_trace_wishes_for_the_596_call_of_the_next_friday() -> None:
    wished = target_contract("SPY", "long", price=Decimal("595.42"), day=AT.date(), hold_days=5)
    assert wished.symbol == "SPY260220C00596000"
    assert target_contract("SPY", "short", price=Decimal("595.42"), day=DAY, hold_days=5).strike == 595


@pytest.mark.parametrize("direction", ["long", "short"])
def test_a_whole_price_is_its_own_strike(direction: Direction) -> None:
    assert target_contract("SPY", direction, price=Decimal("596.0000"), day=DAY, hold_days=5).strike == 596


def far(item: ListedContract, wished: OptionContract, price: Decimal) -> Fraction:
    """Return how far a contract is from the wish, in weeks: a percent of the price in strike weighs a week."""
    percent = abs(Fraction(item.strike) - Fraction(wished.strike)) / (Fraction(price) / 100)
    return percent + Fraction(abs((item.expiration - wished.expiration) // timedelta(days=1)), 7)


@few
@given(
    st.lists(contracts, max_size=25),
    st.decimals(min_value=580, max_value=600, places=2),
    st.sampled_from(["long", "short"]),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
def test_the_nearest_is_listed_of_the_right_type_lives_long_enough_and_none_is_nearer(
    chain: list[ListedContract], price: Decimal, direction: Direction, dte_min: int, random: object
) -> None:
    wished = target_contract("SPY", direction, price=price, day=DAY, hold_days=5)
    found = nearest_listed(wished, chain, price=price, day=DAY, dte_min=dte_min)
    eligible = [item for item in chain if item.type == wished.type and (item.expiration - DAY).days > dte_min]
    if found is None:
        assert eligible == []
        return
    item = next(item for item in eligible if item.option_symbol == found.symbol)
    assert (found.strike, found.expiration, found.type) == (item.strike, item.expiration, item.type)
    assert far(item, wished, price) == min(far(other, wished, price) for other in eligible)
    assert nearest_listed(wished, reversed(chain), price=price, day=DAY, dte_min=dte_min) == found


@few
@given(st.lists(contracts, max_size=10), prices)
def test_a_wish_that_is_listed_comes_true(chain: list[ListedContract], price: Decimal) -> None:
    wished = target_contract("SPY", "long", price=price, day=DAY, hold_days=5)
    assume(len(str(int(wished.strike * 1000))) <= 8)
    chain.append(listed(str(wished.strike), expiration=wished.expiration))
    assert nearest_listed(wished, chain, price=price, day=DAY, dte_min=1) == wished


def test_a_percent_of_strike_weighs_as_much_as_a_week() -> None:
    wished = OptionContract("SPY", date(2026, 2, 20), "call", Decimal(100))
    nearer_strike = listed("100.9", expiration=date(2026, 2, 20))
    a_week_later = listed("100", expiration=date(2026, 2, 27))
    for strikes, expected in ((nearer_strike, "100.9"), (listed("101.1"), "100")):
        found = nearest_listed(wished, [strikes, a_week_later], price=Decimal(100), day=DAY, dte_min=1)
        assert found is not None
        assert found.strike == Decimal(expected)


def test_of_two_as_near_the_one_with_the_wished_expiration_and_the_lower_strike_is_taken() -> None:
    wished = OptionContract("SPY", date(2026, 2, 20), "call", Decimal(100))
    chain = [listed("100", expiration=date(2026, 2, 27)), listed("101"), listed("99")]
    found = nearest_listed(wished, chain, price=Decimal(100), day=DAY, dte_min=1)
    assert found is not None
    assert (found.strike, found.expiration) == (99, date(2026, 2, 20))


def test_what_a_time_rule_would_close_at_once_is_not_chosen() -> None:
    wished = OptionContract("SPY", DAY, "call", Decimal(596))
    soon = [listed("596", expiration=DAY + timedelta(days=ahead)) for ahead in (0, 1)]
    assert nearest_listed(wished, soon, price=Decimal(596), day=DAY, dte_min=1) is None
    later = listed("600", expiration=DAY + timedelta(days=2))
    found = nearest_listed(wished, [*soon, later], price=Decimal(596), day=DAY, dte_min=1)
    assert found is not None
    assert found.symbol == later.option_symbol
