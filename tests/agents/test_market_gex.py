"""Dealer positioning: received, or what the chain says when nobody sends it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from agents.gamma import from_chain
from agents.market import on_context, on_ticks
from schemas.market import GexState, ListedContract, Market
from tests.agents.strategies import AT, DAY, SPY, chain, context_received, gex, listed, market, quoted, traded

NEUTRAL_BELOW = Decimal(100_000_000)
QUARTER = timedelta(minutes=15)
MICROSECOND = timedelta(microseconds=1)


def open_contract(strike: str, *, kind: str = "call", interest: int = 50_000) -> ListedContract:
    return listed(strike, kind=kind).model_copy(
        update={"gamma": Decimal("0.01"), "implied_volatility": Decimal("0.2"), "open_interest": interest}
    )


CONTRACTS = [open_contract("595"), open_contract("600"), open_contract("590", kind="put", interest=1_000)]


def told(
    market: Market, *contracts: ListedContract, at: datetime = AT, price: str | None = "595.42", **parts: object
) -> Market:
    """Return the market after a chain."""
    state = chain(*contracts, at=at).model_copy(update={"underlying_price": None if price is None else Decimal(price)})
    return on_context(market, context_received(chain=state, **parts), day=DAY)


def computed(*contracts: ListedContract, spot: str = "595.42", at: datetime = AT) -> GexState:
    found = from_chain(contracts, spot=Decimal(spot), at=at, neutral_below=NEUTRAL_BELOW)
    assert found is not None
    return found


def fresh() -> Market:
    return Market(symbol=SPY)


def test_a_chain_that_comes_alone_says_what_dealers_hold() -> None:
    known = told(fresh(), *CONTRACTS).gex
    assert known == computed(*CONTRACTS)
    assert known is not None
    assert known.computed
    assert known.timestamp == AT
    assert known.dealer_position == "long_gamma"


def test_how_much_is_neutral_is_the_callers_to_say() -> None:
    known = on_context(
        fresh(),
        context_received(chain=chain(*CONTRACTS).model_copy(update={"underlying_price": Decimal(595)})),
        day=DAY,
        neutral_below=Decimal(10**12),
    )
    assert known.gex is not None
    assert known.gex.dealer_position == "neutral"


@pytest.mark.parametrize(("interest", "expected"), [(28_206, "neutral"), (28_207, "long_gamma")])
def test_dealers_are_neutral_below_a_hundred_million(interest: int, expected: str) -> None:
    # gamma x open interest x 100 x spot^2 x 0.01
    known = told(fresh(), open_contract("595", interest=interest), price="595.42").gex
    assert known is not None
    assert known.dealer_position == expected
    assert (known.net_gex < NEUTRAL_BELOW) is (expected == "neutral")


def test_it_is_computed_from_all_that_is_listed_not_from_what_changed() -> None:
    known = told(told(fresh(), *CONTRACTS), CONTRACTS[0], at=AT + QUARTER)
    assert known.gex == computed(*CONTRACTS, at=AT + QUARTER)


def test_what_has_expired_says_nothing() -> None:
    expired = open_contract("700").model_copy(update={"expiration": DAY - timedelta(days=1), "option_symbol": "OLD"})
    assert told(fresh(), expired, *CONTRACTS).gex == computed(*CONTRACTS)


def test_the_tapes_price_comes_before_the_chains() -> None:
    known = on_ticks(fresh(), [traded(SPY, "590.00"), quoted(SPY, "590.99", "591.01", seconds=1)])
    assert told(known, *CONTRACTS).gex == computed(*CONTRACTS, spot="591.00")


def test_without_a_price_or_open_interest_nothing_is_said() -> None:
    assert told(fresh(), *CONTRACTS, price=None).gex is None
    assert told(fresh(), listed("596")).gex is None
    known = told(fresh(), *CONTRACTS)
    assert told(known, *CONTRACTS, at=AT + QUARTER, price=None).gex == known.gex
    assert told(known, *CONTRACTS, at=AT + QUARTER, price=None).chain_at == AT + QUARTER


@pytest.mark.parametrize(("age", "stays"), [(QUARTER, True), (QUARTER + MICROSECOND, False), (-QUARTER, True)])
def test_what_was_received_wins_unless_it_is_more_than_a_quarter_hour_older_than_the_chain(
    age: timedelta, *, stays: bool
) -> None:
    received = gex(timestamp=AT - age)
    expected = received if stays else computed(*CONTRACTS)
    chain_last = told(on_context(fresh(), context_received(gex=received), day=DAY), *CONTRACTS)
    assert chain_last.gex == expected
    chain_first = on_context(told(fresh(), *CONTRACTS), context_received(gex=received), day=DAY)
    assert chain_first.gex == expected


def test_what_is_received_with_the_chain_is_taken_however_old() -> None:
    received = gex(timestamp=AT - timedelta(hours=1))
    assert told(fresh(), *CONTRACTS, gex=received).gex == received


def test_a_newer_chain_replaces_what_an_older_one_said_at_once() -> None:
    known = told(fresh(), *CONTRACTS)
    later = open_contract("595", interest=90_000)
    found = told(known, later, at=AT + MICROSECOND).gex
    assert found == computed(later, *CONTRACTS[1:], at=AT + MICROSECOND)


def test_an_older_chain_says_nothing() -> None:
    known = told(fresh(), *CONTRACTS)
    assert told(known, open_contract("595", interest=90_000), at=AT - MICROSECOND) is known


def test_of_what_was_received_the_newest_wins() -> None:
    known = market(gex=gex(timestamp=AT))
    older = gex(timestamp=AT - MICROSECOND, net_gex=Decimal(1))
    same = gex(timestamp=AT, net_gex=Decimal(2))
    assert on_context(known, context_received(gex=older), day=DAY) is known
    assert on_context(known, context_received(gex=same), day=DAY).gex == same
