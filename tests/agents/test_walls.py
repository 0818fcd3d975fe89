from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agents.gamma import from_chain
from agents.walls import Walls, by_strike, walls
from schemas.market import ListedContract
from tests.agents.strategies import AT, few
from tests.agents.test_gamma import contract

SPOT = Decimal(100)

contracts = st.builds(
    contract,
    strike=st.integers(80, 120),
    kind=st.sampled_from(["call", "put"]),
    expiration=st.sampled_from([date(2026, 2, 12), date(2026, 2, 20), date(2026, 3, 20)]),
    open_interest=st.none() | st.integers(0, 10_000),
    gamma=st.none() | st.sampled_from(["0.01", "0.05", "0.2"]),
    volatility=st.none() | st.sampled_from(["0.1", "0.4"]),
)


@few
@given(chain=st.lists(contracts, max_size=12))
def test_strikes_add_up_to_the_exposure_of_the_chain(chain: list[ListedContract]) -> None:
    strikes = by_strike(chain, spot=SPOT, at=AT)
    whole = from_chain(chain, spot=SPOT, at=AT, neutral_below=Decimal(1))
    net = sum((item.net_gex for item in strikes), Decimal(0))
    # each side of a strike is rounded to the cent
    assert abs(net - (whole.net_gex if whole else 0)) <= Decimal("0.01") * (1 + len(chain))
    assert [item.strike for item in strikes] == sorted({item.strike for item in strikes})


@few
@given(chain=st.lists(contracts, max_size=12))
def test_walls_are_where_calls_and_puts_carry_most(chain: list[ListedContract]) -> None:
    strikes = by_strike(chain, spot=SPOT, at=AT)
    found = walls(strikes)
    by_call = {item.strike: item.call_gex for item in strikes}
    by_put = {item.strike: item.put_gex for item in strikes}
    assert (found.call is None) == (max(by_call.values(), default=Decimal(0)) == 0)
    assert (found.put is None) == (min(by_put.values(), default=Decimal(0)) == 0)
    if found.call is not None:
        assert by_call[found.call] == max(by_call.values())
    if found.put is not None:
        assert by_put[found.put] == min(by_put.values())


def test_a_strike_holds_all_expirations_alive_and_nothing_that_has_expired() -> None:
    chain = [
        contract(100, "call", gamma="0.05", open_interest=10),
        contract(100, "call", gamma="0.05", open_interest=30, expiration=date(2026, 3, 20)),
        contract(100, "put", gamma="0.05", open_interest=7),
        contract(110, "call", gamma="0.05", open_interest=99, expiration=date(2026, 2, 12)),
        contract(120, "put", gamma=None, open_interest=5),
    ]
    first, second = by_strike(chain, spot=SPOT, at=AT)
    assert (first.strike, first.call_open_interest, first.put_open_interest) == (100, 40, 7)
    assert (first.call_gex, first.put_gex) == (Decimal("20000.00"), Decimal("-3500.00"))
    assert (second.strike, second.put_open_interest, second.put_gex) == (120, 5, 0)
    assert walls((first, second)) == Walls(call=Decimal(100), put=Decimal(100))


def test_without_a_price_there_is_open_interest_and_no_wall() -> None:
    strikes = by_strike([contract(100, gamma="0.05")], spot=Decimal(0), at=AT)
    assert [(item.call_open_interest, item.net_gex) for item in strikes] == [(100, 0)]
    assert walls(strikes) == walls(()) == Walls(call=None, put=None)


def test_the_largest_numbers_that_a_chain_can_hold_are_no_error() -> None:
    largest = contract(100, gamma="9999999999.99999999", open_interest=2**31)
    (strike,) = by_strike([largest], spot=Decimal("99999999999999.9999"), at=AT)
    assert strike.call_gex > 0
