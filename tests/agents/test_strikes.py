import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import StrikeRules
from agents.strikes import CANDIDATES_MAX, candidates, first_friday, target_contract, wished_contract
from schemas.decisions import ContractSeen
from schemas.market import ListedContract, Market, Quote
from schemas.occ import OptionContract
from schemas.signals import Direction
from tests.agents.strategies import AT, DAY, EXPIRATION, SPY, bias, few, listed, micros, nanos, signal

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 1, 1))
prices = st.decimals(min_value=1, max_value=9_999, places=4)
near_prices = st.decimals(min_value=580, max_value=600, places=2)
directions: st.SearchStrategy[Direction] = st.sampled_from(["long", "short"])
contracts = st.builds(
    listed,
    st.integers(1, 40).map(lambda halves: str(Decimal(580) + Decimal(halves) / 2)),
    expiration=st.integers(-3, 50).map(lambda ahead: DAY + timedelta(days=ahead)),
    kind=st.sampled_from(["call", "put"]),
)
chains = st.lists(contracts, max_size=60)
ATM = StrikeRules()
SCORED = StrikeRules(mode="scored")


def knowing(chain: list[ListedContract], **changes: Any) -> Market:
    return Market(symbol=SPY, chain={item.option_symbol: item for item in chain}, **changes)


def seen(market: Market, *, price: str = "595.42", rules: StrikeRules = ATM, **named: Any) -> tuple[ContractSeen, ...]:
    return candidates(market, signal=signal(**named), price=Decimal(price), day=DAY, rules=rules)


@few
@given(days)
def test_the_first_friday_is_a_friday_less_than_a_week_ahead(day: date) -> None:
    friday = first_friday(day)
    assert friday.isoweekday() == 5
    assert timedelta() <= friday - day < timedelta(days=7)


@few
@given(prices, directions, days, st.integers(0, 60))
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


def test_a_strike_and_an_expiration_that_an_alert_names_take_the_place_of_the_wish_s_in_its_own_direction() -> None:
    later, price = EXPIRATION + timedelta(days=7), Decimal("595.42")
    named = signal(strike=Decimal(600), expiration=later)
    assert wished_contract(named, "long", price=price, day=DAY, rules=ATM) == OptionContract(
        SPY, later, "call", Decimal(600)
    )
    assert wished_contract(named, "short", price=price, day=DAY, rules=ATM) == OptionContract(
        SPY, EXPIRATION, "put", Decimal(595)
    )
    only_strike = wished_contract(signal(strike=Decimal(600)), "long", price=price, day=DAY, rules=ATM)
    assert (only_strike.strike, only_strike.expiration) == (600, EXPIRATION)
    only_expiration = wished_contract(signal(expiration=later), "long", price=price, day=DAY, rules=ATM)
    assert (only_expiration.strike, only_expiration.expiration) == (596, later)
    held_longer = wished_contract(signal(), "long", price=price, day=DAY, rules=StrikeRules(hold_days=8))
    assert held_longer.expiration == later


def far(item: ListedContract | ContractSeen, wished: OptionContract, price: Decimal) -> Fraction:
    """Return how far a contract is from the wish, in weeks: a percent of the price in strike weighs a week."""
    percent = abs(Fraction(item.strike) - Fraction(wished.strike)) / (Fraction(price) / 100)
    return percent + Fraction(abs((item.expiration - wished.expiration) // timedelta(days=1)), 7)


@few
@given(chains, near_prices, directions, st.integers(0, 3))
def test_candidates_are_the_nearest_of_each_type_that_live_long_enough_nearest_first(
    chain: list[ListedContract], price: Decimal, direction: Direction, dte_min: int
) -> None:
    rules = StrikeRules(dte_min=dte_min)
    market = knowing([*chain, listed("590", expiration=DAY)])
    found = candidates(market, signal=signal(direction=direction), price=price, day=DAY, rules=rules)
    assert [item.type for item in found] == sorted(item.type for item in found)
    for towards, kind in (("long", "call"), ("short", "put")):
        wished = target_contract(SPY, "long" if towards == "long" else "short", price=price, day=DAY, hold_days=5)
        eligible = [
            item for item in market.chain.values() if item.type == kind and (item.expiration - DAY).days > dte_min
        ]
        nearest = sorted(far(item, wished, price) for item in eligible)[:CANDIDATES_MAX]
        assert [far(item, wished, price) for item in found if item.type == kind] == nearest
    reordered = market.model_copy(update={"chain": dict(reversed(market.chain.items()))})
    assert candidates(reordered, signal=signal(direction=direction), price=price, day=DAY, rules=rules) == found


@few
@given(chains, near_prices, st.sampled_from([ATM, SCORED]))
def test_where_a_chain_is_known_every_candidate_is_listed_in_it(
    chain: list[ListedContract], price: Decimal, rules: StrikeRules
) -> None:
    market = knowing([*chain, listed("590")])
    found = candidates(market, signal=signal(), price=price, day=DAY, rules=rules)
    assert found
    assert all(item.listed and item.option_symbol in market.chain for item in found)
    assert len({item.option_symbol for item in found}) == len(found)


@few
@given(chains, prices)
def test_a_wish_that_is_listed_comes_first(chain: list[ListedContract], price: Decimal) -> None:
    wished = target_contract(SPY, "long", price=price, day=DAY, hold_days=5)
    found = seen(knowing([*chain, listed(str(wished.strike), expiration=wished.expiration)]), price=str(price))
    assert (found[0].strike, found[0].expiration, found[0].type) == (wished.strike, wished.expiration, "call")


def test_a_percent_of_strike_weighs_as_much_as_a_week() -> None:
    a_week_later = listed("100", expiration=EXPIRATION + timedelta(days=7))
    for strike, first in (("100.9", "100.9"), ("101.1", "100")):
        found = seen(knowing([a_week_later, listed(strike)]), price="100")
        assert found[0].strike == Decimal(first)


def test_of_two_as_near_the_one_with_the_wished_expiration_and_the_lower_strike_comes_first() -> None:
    chain = [listed("100", expiration=EXPIRATION + timedelta(days=7)), listed("101"), listed("99")]
    found = seen(knowing(chain), price="100")
    assert [(item.strike, item.expiration) for item in found] == [
        (99, EXPIRATION),
        (101, EXPIRATION),
        (100, EXPIRATION + timedelta(days=7)),
    ]


def test_what_a_time_rule_would_close_at_once_is_no_candidate() -> None:
    chain = [listed("596", expiration=DAY + timedelta(days=ahead)) for ahead in (0, 1, 2, 3)]
    assert [(item.expiration - DAY).days for item in seen(knowing(chain))] == [3, 2]
    longer = seen(knowing(chain), rules=StrikeRules(dte_min=2))
    assert [(item.expiration - DAY).days for item in longer] == [3]
    assert seen(knowing(chain[:2])) == ()


def test_sixteen_of_each_type_are_candidates() -> None:
    assert CANDIDATES_MAX == 16
    chain = [listed(str(590 + n), kind=kind) for n in range(17) for kind in ("call", "put")]
    found = seen(knowing(chain))
    assert [item.type for item in found] == ["call"] * 16 + ["put"] * 16
    assert [item.strike for item in found[:4]] == [596, 595, 597, 594]
    assert [item.strike for item in found[16:19]] == [595, 594, 596]


def test_a_candidate_carries_its_newest_prices_and_what_the_chain_says_of_it() -> None:
    known = listed("596").model_copy(
        update={
            "volume": 12,
            "open_interest": 340,
            "implied_volatility": Decimal("0.15000000"),
            "delta": Decimal("0.52000000"),
            "gamma": Decimal("0.04000000"),
            "theta": Decimal("-0.30000000"),
            "vega": Decimal("0.33000000"),
        }
    )
    quote = Quote(bid=nanos("3.40"), ask=nanos("3.50"), quoted_at=micros(-2), price=nanos("3.47"), traded_at=micros(-1))
    (found,) = seen(knowing([known], quotes={known.option_symbol: quote}))
    assert found == ContractSeen(
        option_symbol="SPY260220C00596000",
        strike=Decimal(596),
        expiration=EXPIRATION,
        type="call",
        listed=True,
        bid=Decimal("3.40"),
        ask=Decimal("3.50"),
        price=Decimal("3.47"),
        price_at=AT - timedelta(seconds=1),
        volume=12,
        open_interest=340,
        implied_volatility=Decimal("0.15"),
        delta=Decimal("0.52"),
        gamma=Decimal("0.04"),
        theta=Decimal("-0.30"),
        vega=Decimal("0.33"),
    )
    assert ContractSeen.model_validate(found.model_dump()) == found


@pytest.mark.parametrize(
    ("quote", "bid", "ask", "price"),
    [
        (None, None, None, None),
        (Quote(), None, None, None),
        (Quote(bid=nanos("3.40"), quoted_at=micros()), "3.40", None, None),
        (Quote(ask=nanos("3.50"), quoted_at=micros()), None, "3.50", None),
        (Quote(bid=nanos("0"), ask=nanos("0.02"), quoted_at=micros()), "0", "0.02", "0.01"),
    ],
)
def test_a_side_that_is_absent_stays_absent(
    quote: Quote | None, bid: str | None, ask: str | None, price: str | None
) -> None:
    (found,) = seen(knowing([listed("596")], quotes={} if quote is None else {"SPY260220C00596000": quote}))
    expected = tuple(None if value is None else Decimal(value) for value in (bid, ask, price))
    assert (found.bid, found.ask, found.price) == expected
    assert found.price_at == (AT if price else None)


def test_where_no_chain_is_known_the_wishes_are_the_candidates() -> None:
    quote = Quote(bid=nanos("3.40"), ask=nanos("3.50"), quoted_at=micros())
    call, put = seen(Market(symbol=SPY, quotes={"SPY260220C00596000": quote}))
    assert (call.option_symbol, call.listed, call.price, call.bid) == (
        "SPY260220C00596000",
        False,
        Decimal("3.45"),
        Decimal("3.40"),
    )
    assert call.price_at == AT
    assert (put.option_symbol, put.listed, put.price, put.type) == ("SPY260220P00595000", False, None, "put")
    assert (put.strike, put.expiration) == (595, EXPIRATION)


def with_delta(strike: int, delta: str, *, ahead: int, kind: str = "call") -> ListedContract:
    item = listed(str(strike), expiration=DAY + timedelta(days=ahead), kind=kind)
    return item.model_copy(update={"delta": Decimal(delta)})


def test_by_score_those_nearest_to_the_hinted_delta_join() -> None:
    near = [listed(str(590 + n)) for n in range(20)]
    deep = [with_delta(500 + n, f"0.{65 + abs(n - 10)}", ahead=ahead) for ahead in (1, 2, 45, 46) for n in range(20)]
    market = knowing([*near, *deep], bias=bias(confidence=Decimal(70)))
    assert all(item.delta is None for item in seen(market))
    found = seen(market, rules=SCORED)
    joined = [item for item in found if item.delta is not None]
    assert len(found) == 2 * CANDIDATES_MAX
    assert {(item.expiration - DAY).days for item in joined} == {2, 45}
    deltas = sorted(item.delta for item in joined if item.delta is not None)
    assert [100 * delta for delta in deltas] == [65] * 2 + [66] * 4 + [67] * 4 + [68] * 4 + [69] * 2
    wished = target_contract(SPY, "long", price=Decimal("595.42"), day=DAY, hold_days=5)
    assert [far(item, wished, Decimal("595.42")) for item in found] == sorted(
        far(item, wished, Decimal("595.42")) for item in found
    )


def test_a_put_s_delta_counts_by_its_size() -> None:
    near = [listed(str(595 - n), kind="put") for n in range(16)]
    deltas = [with_delta(500 + n, f"-0.{40 + n}", ahead=20, kind="put") for n in range(20)]
    joined = [item for item in seen(knowing([*near, *deltas]), rules=SCORED) if item.delta is not None]
    assert sorted(-100 * item.delta for item in joined if item.delta is not None) == [*range(42, 58)]


def test_only_those_within_the_hinted_days_join() -> None:
    near = [listed(str(590 + n)) for n in range(16)]
    deltas = [with_delta(500 + ahead, "0.5", ahead=ahead) for ahead in (9, 10, 20, 21)]
    rules = StrikeRules(mode="scored", scored_dte_min=10, scored_dte_max=20)
    joined = [item for item in seen(knowing([*near, *deltas]), rules=rules) if item.delta is not None]
    assert sorted((item.expiration - DAY).days for item in joined) == [10, 20]
