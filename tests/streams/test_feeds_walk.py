"""The made-up market."""

from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.money import NANOS
from schemas.occ import parse_option_symbol, underlying_of
from schemas.ticks import ABSENT
from streams.feeds.walk import CENT, instruments, made_up_symbols, quote, walk

DAY = date(2026, 2, 13)


def test_the_same_seed_gives_the_same_tape() -> None:
    def tape(seed: int) -> list[object]:
        market = instruments(made_up_symbols(5), contracts=4, seed=seed, day=DAY)
        return list(islice(walk(market, seed=seed), 500))

    assert tape(7) == tape(7)
    assert tape(7) != tape(8)


def test_made_up_symbols_are_distinct_and_are_underlyings() -> None:
    symbols = made_up_symbols(17_576)
    assert len(set(symbols)) == 17_576
    assert symbols[0] == "SIMAAA"
    assert underlying_of(symbols[-1]) == symbols[-1]
    with pytest.raises(ValueError, match="17577"):
        made_up_symbols(17_577)


def test_contracts_are_listed_once_around_the_money() -> None:
    (only,) = instruments(("SPY",), contracts=20, seed=1, day=DAY)
    symbols = [contract.symbol for contract in only.contracts]
    assert len(set(symbols)) == 20
    assert all(
        parse_option_symbol(symbol) == contract for symbol, contract in zip(symbols, only.contracts, strict=True)
    )
    assert {contract.expiration for contract in only.contracts} == {date(2026, 2, 20), date(2026, 2, 27)}
    assert all(abs(int(contract.strike) - only.price / NANOS) <= 4 for contract in only.contracts)


def test_each_underlying_and_its_contracts_get_ticks() -> None:
    market = instruments(made_up_symbols(3), contracts=4, seed=3, day=DAY)
    ticks = list(islice(walk(market, seed=3), 2_000))
    assert {tick.symbol for tick in ticks} == {i.symbol for i in market} | {
        contract.symbol for i in market for contract in i.contracts
    }
    assert all((tick.price > 0) != (0 < tick.bid < tick.ask) for tick in ticks)
    assert all((tick.price == ABSENT) == (parse_option_symbol(tick.symbol) is not None) for tick in ticks)


@given(
    price=st.integers(min_value=1, max_value=100_000).map(lambda cents: cents * CENT),
    strike=st.integers(min_value=1, max_value=1_000).map(lambda dollars: dollars * NANOS),
    sign=st.sampled_from((1, -1)),
    deviation=st.floats(min_value=0.001, max_value=0.5),
)
def test_a_quote_is_in_cents_and_near_no_less_than_intrinsic_value(
    price: int, strike: int, sign: int, deviation: float
) -> None:
    bid, ask = quote(price, sign, strike, deviation)
    assert 0 < bid < ask
    assert bid % CENT == ask % CENT == 0
    assert (bid + ask) // 2 >= max(0, sign * (price - strike)) - CENT
