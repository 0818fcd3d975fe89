import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import exp, pi, sqrt

import pytest
import QuantLib as ql
from hypothesis import given
from hypothesis import strategies as st

from agents.gamma import (
    Greeks,
    dealer_position,
    from_chain,
    greeks,
    implied_volatility,
    max_pain,
    years_to_expiration,
)
from schemas.market import GexState, ListedContract
from schemas.occ import OptionType
from tests.agents.strategies import AT, few

NEUTRAL_BELOW = Decimal(1000)
DAY_YEARS = 1 / 365
CLOSE = datetime(2026, 2, 20, 21, tzinfo=UTC)
"""16:00 in New York on the day on which `contract` expires."""

kinds: st.SearchStrategy[OptionType] = st.sampled_from(["call", "put"])


def contract(
    strike: str | int,
    kind: OptionType = "call",
    *,
    expiration: date = date(2026, 2, 20),
    open_interest: int | None = 100,
    gamma: str | None = None,
    volatility: str | None = None,
    bid: str | None = None,
    ask: str | None = None,
) -> ListedContract:
    return ListedContract(
        option_symbol=f"{kind} {strike}",
        strike=Decimal(strike),
        expiration=expiration,
        type=kind,
        bid=None if bid is None else Decimal(bid),
        ask=None if ask is None else Decimal(ask),
        open_interest=open_interest,
        gamma=None if gamma is None else Decimal(gamma),
        implied_volatility=None if volatility is None else Decimal(volatility),
    )


def gex_of(*contracts: ListedContract, spot: str | int = 100, at: datetime = AT) -> GexState | None:
    return from_chain(contracts, spot=Decimal(spot), at=at, neutral_below=NEUTRAL_BELOW)


def known(*contracts: ListedContract, spot: str | int = 100, at: datetime = AT) -> GexState:
    state = gex_of(*contracts, spot=spot, at=at)
    assert state is not None
    return state


def quantlib_option(
    kind: OptionType, spot: float, strike: float, days: int, rate: float, volatility: float
) -> ql.VanillaOption:
    """Return a European option that QuantLib prices by its own implementation."""
    today, count = ql.Date(13, 2, 2026), ql.Actual365Fixed()
    ql.Settings.instance().evaluationDate = today
    process = ql.BlackScholesProcess(
        ql.QuoteHandle(ql.SimpleQuote(spot)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, rate, count)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), volatility, count)),
    )
    payoff = ql.PlainVanillaPayoff(ql.Option.Call if kind == "call" else ql.Option.Put, strike)
    option = ql.VanillaOption(payoff, ql.EuropeanExercise(today + days))
    option.setPricingEngine(ql.AnalyticEuropeanEngine(process))
    return option


def close_to(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-12)


@few
@given(kinds, st.floats(5, 7000), st.floats(0.7, 1.4), st.integers(1, 720), st.floats(0, 0.08), st.floats(0.05, 1.5))
def test_greeks_are_those_of_quantlib(
    kind: OptionType, spot: float, moneyness: float, days: int, rate: float, volatility: float
) -> None:
    strike = spot * moneyness
    option = quantlib_option(kind, spot, strike, days, rate, volatility)
    found = greeks(kind=kind, spot=spot, strike=strike, years=days / 365, rate=rate, volatility=volatility)
    assert found.delta == close_to(option.delta())
    assert found.gamma == close_to(option.gamma())
    assert found.theta == pytest.approx(option.thetaPerDay(), rel=1e-6, abs=1e-9 * spot)
    assert found.vega == close_to(option.vega() / 100)


def test_greeks_of_a_textbook_option() -> None:
    """Hull, Options, Futures and Other Derivatives, chapter 17: a call at 49, struck at 50, for 20 weeks."""
    found = greeks(kind="call", spot=49.0, strike=50.0, years=0.3846, rate=0.05, volatility=0.2)
    assert found.delta == pytest.approx(0.522, abs=5e-4)
    assert found.gamma == pytest.approx(0.066, abs=5e-4)
    assert found.theta * 365 == pytest.approx(-4.31, abs=5e-3)
    assert found.vega == pytest.approx(0.121, abs=5e-4)
    assert all(type(value) is float for value in (found.delta, found.gamma, found.theta, found.vega))


def test_interest_is_four_percent_unless_it_is_given() -> None:
    of = {"spot": 100.0, "strike": 100.0, "years": 0.5}
    given_rate = greeks(kind="put", **of, rate=0.04, volatility=0.2)
    assert greeks(kind="put", **of, volatility=0.2) == given_rate
    assert implied_volatility(kind="put", price=5.0, **of) == implied_volatility(kind="put", price=5.0, **of, rate=0.04)


@pytest.mark.parametrize("name", ["spot", "strike", "years", "volatility"])
@pytest.mark.parametrize("value", [0.0, -1.0])
def test_greeks_of_an_impossible_option_are_refused(name: str, value: float) -> None:
    of = {"spot": 100.0, "strike": 100.0, "years": 0.5, "volatility": 0.2, name: value}
    with pytest.raises(ValueError, match=r"^spot, strike, years and volatility must be above 0$"):
        greeks(kind="call", **of)


def test_small_numbers_are_possible() -> None:
    assert greeks(kind="call", spot=0.5, strike=0.5, years=0.5, volatility=0.5).gamma > 0
    assert isinstance(greeks(kind="call", spot=1.0, strike=1.0, years=1.0, volatility=1.0), Greeks)


@few
@given(kinds, st.floats(0.8, 1.25), st.integers(5, 400), st.floats(0, 0.08), st.floats(0.1, 1.5))
def test_the_implied_volatility_of_a_price_is_the_one_that_made_it(
    kind: OptionType, moneyness: float, days: int, rate: float, volatility: float
) -> None:
    option = quantlib_option(kind, 100, 100 * moneyness, days, rate, volatility)
    found = implied_volatility(
        kind=kind, price=option.NPV(), spot=100, strike=100 * moneyness, years=days / 365, rate=rate
    )
    if option.vega() > 0.01:
        assert found == pytest.approx(volatility, rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "price"),
    [
        ("call", 4.99),
        ("call", 5.0),
        ("call", 100.0),
        ("call", 101.0),
        ("put", 95.0),
        ("put", 0.0),
        ("call", float("nan")),
    ],
)
def test_a_price_outside_of_what_the_model_can_give_has_no_volatility(kind: OptionType, price: float) -> None:
    assert implied_volatility(kind=kind, price=price, spot=100, strike=95, years=0.1, rate=0.0) is None


@pytest.mark.parametrize(("kind", "price"), [("call", 5.01), ("call", 99.9), ("put", 94.9), ("put", 0.001)])
def test_a_price_inside_has_one(kind: OptionType, price: float) -> None:
    found = implied_volatility(kind=kind, price=price, spot=100, strike=95, years=0.1, rate=0.0)
    assert found is not None
    assert found > 0


def test_an_option_lives_until_the_close_in_new_york() -> None:
    day = date(2026, 2, 20)
    assert years_to_expiration(day, at=CLOSE - timedelta(days=1)) == DAY_YEARS
    assert years_to_expiration(day, at=CLOSE - timedelta(seconds=61)) == 61 / 31_536_000
    assert years_to_expiration(day, at=CLOSE - timedelta(seconds=60)) == 60 / 31_536_000
    assert years_to_expiration(day, at=CLOSE - timedelta(seconds=59)) == 60 / 31_536_000
    assert years_to_expiration(day, at=CLOSE - timedelta(microseconds=1)) == 60 / 31_536_000
    assert years_to_expiration(day, at=CLOSE) is None
    assert years_to_expiration(day, at=CLOSE + timedelta(seconds=1)) is None


def test_a_day_without_an_hour_is_a_day_without_an_hour() -> None:
    # clocks go forward on Sunday, March 8th 2026
    friday = datetime(2026, 3, 6, 21, tzinfo=UTC)
    assert years_to_expiration(date(2026, 3, 9), at=friday) == (3 * 24 - 1) / 24 * DAY_YEARS


def test_net_exposure_is_calls_less_puts_in_dollars_a_percent() -> None:
    calls = contract(100, gamma="0.05", open_interest=10)
    puts = contract(95, "put", gamma="0.02", open_interest=30)
    # (0.05 x 10 - 0.02 x 30) x 100 x 200^2 x 0.01
    assert known(calls, puts, spot=200).net_gex == Decimal(-4000)
    assert known(calls, puts, spot=200).dealer_position == "short_gamma"
    assert known(calls, spot=200).net_gex == Decimal(20_000)
    assert known(calls, spot=200).dealer_position == "long_gamma"
    assert known(contract(100, gamma="0.05", open_interest=1), spot=10).dealer_position == "neutral"


def test_the_exposure_says_when_and_how_it_was_found() -> None:
    state = known(contract(100, gamma="0.05"))
    assert (state.timestamp, state.computed) == (AT, True)
    assert (state.zero_gamma_level, state.max_pain) == (None, 100)


def test_the_chains_gamma_comes_before_its_volatility_and_that_before_its_quote() -> None:
    years = years_to_expiration(date(2026, 2, 20), at=AT)
    assert years is not None
    by_volatility = greeks(kind="put", spot=100, strike=100, years=years, volatility=0.3).gamma
    quoted = implied_volatility(kind="put", price=2.0, spot=100, strike=100, years=years)
    assert quoted is not None
    by_quote = greeks(kind="put", spot=100, strike=100, years=years, volatility=quoted).gamma

    def net(*, bid: str = "1.5", ask: str = "2.5", gamma: str | None = None, volatility: str | None = None) -> object:
        return known(contract(100, "put", bid=bid, ask=ask, gamma=gamma, volatility=volatility)).net_gex

    # 100 contracts x 100 shares x 100^2 dollars x 0.01
    def cents(gamma: float) -> object:
        return pytest.approx(Decimal(-gamma * 10**6), abs=Decimal("0.006"))

    assert net(gamma="0.01", volatility="0.3") == -10_000
    assert net(gamma="0", volatility="0.3") == 0
    assert net(volatility="0.3") == cents(by_volatility)
    assert net() == cents(by_quote)
    assert net(volatility="0") == cents(by_quote)
    assert net(bid="0", ask="4") == cents(by_quote)


def test_the_rate_of_interest_is_the_callers() -> None:
    def net(rate: float, **of: str) -> float:
        state = from_chain(
            [contract(110, volatility=of.get("volatility"), bid=of.get("bid"), ask=of.get("ask"))],
            spot=Decimal(100),
            at=CLOSE - timedelta(days=365),
            neutral_below=NEUTRAL_BELOW,
            rate=rate,
        )
        assert state is not None
        return float(state.net_gex)

    at_nine = greeks(kind="call", spot=100, strike=110, years=1, rate=0.09, volatility=0.3).gamma
    assert net(0.09, volatility="0.3") == pytest.approx(at_nine * 10**6)
    quoted = implied_volatility(kind="call", price=9, spot=100, strike=110, years=1, rate=0.09)
    assert quoted is not None
    of_quote = greeks(kind="call", spot=100, strike=110, years=1, rate=0.09, volatility=quoted).gamma
    assert net(0.09, bid="8", ask="10") == pytest.approx(of_quote * 10**6)


@pytest.mark.parametrize(
    "silent",
    [
        contract(100, gamma="0.05", open_interest=None),
        contract(100, gamma="0.05", open_interest=0),
        contract(100),
        contract(100, bid="2"),
        contract(100, ask="2"),
        contract(100, bid="0", ask="0"),
        contract(100, bid="200", ask="202"),
        contract(100, volatility="-0.2"),
        contract(0, volatility="0.2"),
        contract(0, gamma="0.2"),
        contract(100, gamma="0.05", expiration=date(2026, 2, 12)),
    ],
    ids=[
        "open interest unknown",
        "none open",
        "nothing known",
        "no ask",
        "no bid",
        "asks nothing",
        "a price without a volatility",
        "negative volatility",
        "no strike, volatility",
        "no strike, gamma",
        "expired",
    ],
)
def test_a_contract_that_says_nothing_is_left_out(silent: ListedContract) -> None:
    assert gex_of(silent) is None
    speaking = contract(100, gamma="0.05")
    assert known(silent, speaking, silent).net_gex == known(speaking).net_gex


def test_nothing_follows_from_no_chain_or_no_price() -> None:
    assert gex_of() is None
    assert gex_of(contract(100, gamma="0.05"), spot=0) is None
    assert gex_of(contract(1, gamma="0.05"), spot="0.5") is not None


def test_a_contract_counts_until_its_last_moment() -> None:
    assert gex_of(contract(100, gamma="0.05"), at=CLOSE) is None
    last = known(contract(100, volatility="0.2"), at=CLOSE - timedelta(microseconds=1))
    a_minute = 0.2 * sqrt(60 / 31_536_000)
    assert float(last.net_gex) == pytest.approx(10**6 * exp(0) / (100 * a_minute * sqrt(2 * pi)), rel=1e-4)


@pytest.mark.parametrize(
    ("net_gex", "neutral_below", "position"),
    [
        ("99.99", 100, "neutral"),
        ("-99.99", 100, "neutral"),
        ("100", 100, "long_gamma"),
        ("-100", 100, "short_gamma"),
        ("0", 0, "neutral"),
        ("0.01", 0, "long_gamma"),
        ("-0.01", 0, "short_gamma"),
    ],
)
def test_dealers_are_neutral_below_a_size(net_gex: str, neutral_below: int, position: str) -> None:
    assert dealer_position(Decimal(net_gex), neutral_below=Decimal(neutral_below)) == position


def net_at(contracts: list[ListedContract], price: float, *, at: datetime) -> float:
    """Return net gamma at another price, by QuantLib at whole days."""
    total = 0.0
    for entry in contracts:
        assert entry.open_interest
        assert entry.implied_volatility
        days = (entry.expiration - at.date()).days
        option = quantlib_option(entry.type, price, float(entry.strike), days, 0.04, float(entry.implied_volatility))
        total += option.gamma() * (entry.open_interest if entry.type == "call" else -entry.open_interest)
    return total


chains = st.lists(
    st.builds(
        lambda strike, kind, days, open_interest, volatility: contract(
            strike,
            kind,
            expiration=date(2026, 2, 13) + timedelta(days=days),
            open_interest=open_interest,
            volatility=f"0.{volatility}",
        ),
        st.integers(90, 110),
        kinds,
        st.integers(3, 22),  # before clocks go forward, so that days are whole
        st.integers(1, 1000),
        st.integers(10, 60),
    ),
    min_size=1,
    max_size=12,
)
AT_CLOSE = datetime(2026, 2, 13, 21, tzinfo=UTC)


@few
@given(chains)
def test_the_exposure_and_its_level_are_those_of_quantlib(contracts: list[ListedContract]) -> None:
    """At whole percents, that is: a level that is only grazed changes the sign twice within a step."""
    state = known(*contracts, at=AT_CLOSE)
    here = net_at(contracts, 100, at=AT_CLOSE)
    assert float(state.net_gex) == pytest.approx(here * 10**4, rel=1e-6, abs=0.006)
    turned = [price for price in range(80, 121) if net_at(contracts, price, at=AT_CLOSE) * here < 0]
    level = state.zero_gamma_level
    if level is None:
        assert turned == []
        return
    assert all(abs(price - 100) > abs(level - 100) for price in turned)
    below, above = (net_at(contracts, float(level) + step, at=AT_CLOSE) for step in (-0.0002, 0.0002))
    assert below * above <= 0


def test_zero_gamma_lies_where_calls_and_puts_weigh_the_same() -> None:
    # without interest and but for volatility^2 years / 2, two equal bells cross in the middle of their strikes
    years = 30 / 365
    state = from_chain(
        [contract(110, volatility="0.2"), contract(90, "put", volatility="0.2")],
        spot=Decimal(101),
        at=CLOSE - timedelta(days=30),
        neutral_below=NEUTRAL_BELOW,
        rate=0.0,
    )
    assert state is not None
    assert state.zero_gamma_level == pytest.approx(
        Decimal(sqrt(110 * 90) * exp(-(0.2**2) / 2 * years)), abs=Decimal("0.0001")
    )


CALL_PUT_CALL: list[tuple[int, OptionType]] = [(90, "call"), (100, "put"), (110, "call")]


@pytest.mark.parametrize(
    ("spot", "level"),
    [("97", "95"), ("99.5", "95"), ("100.5", "105"), ("103", "105"), ("95.1", "95"), ("94.9", "95"), ("106", "105")],
)
def test_of_several_levels_the_nearest_counts(spot: str, level: str) -> None:
    narrow = [contract(strike, kind, volatility="0.05") for strike, kind in CALL_PUT_CALL]
    found = known(*narrow, spot=spot, at=CLOSE - timedelta(days=7)).zero_gamma_level
    assert found == pytest.approx(Decimal(level), abs=Decimal("0.3"))


@pytest.mark.parametrize(
    ("strikes", "level"), [(("99.4", "99.9", "101.4"), "99.65"), (("98.6", "100.1", "100.6"), "100.35")]
)
def test_the_nearest_counts_when_the_next_begins_or_ends_at_the_price(
    strikes: tuple[str, str, str], level: str
) -> None:
    kinds: tuple[OptionType, ...] = ("call", "put", "call")
    narrow = [contract(strike, kind, volatility="0.05") for strike, kind in zip(strikes, kinds, strict=True)]
    found = known(*narrow, at=CLOSE - timedelta(hours=1)).zero_gamma_level
    assert found == pytest.approx(Decimal(level), abs=Decimal("0.01"))


def test_a_level_lies_between_neighbours_of_the_search() -> None:
    # the crowd at 100.9 turns the sign again near 100.53, before the middle of 100.2 and 100.9
    chain = [contract("100.2", volatility="0.05"), contract("100.3", "put", volatility="0.05")]
    crowd = contract("100.9", open_interest=10**8, volatility="0.05")
    found = known(*chain, crowd, at=CLOSE - timedelta(hours=1)).zero_gamma_level
    assert found == pytest.approx(Decimal("100.25"), abs=Decimal("0.01"))


def pair(call: int, put: int) -> list[ListedContract]:
    return [contract(call, volatility="0.05"), contract(put, "put", volatility="0.05")]


@pytest.mark.parametrize(
    ("call", "put", "known_level"), [(122, 116, True), (124, 118, False), (84, 78, True), (82, 76, False)]
)
def test_a_level_further_away_than_a_fifth_is_none(call: int, put: int, known_level: bool) -> None:
    # the levels lie at about 119, 121, 81 and 79
    assert (known(*pair(call, put)).zero_gamma_level is not None) is known_level


@pytest.mark.parametrize("kind", ["call", "put"])
def test_one_sided_chains_have_no_level(kind: OptionType) -> None:
    assert known(contract(95, kind, volatility="0.2"), contract(105, kind, volatility="0.2")).zero_gamma_level is None


def test_calls_and_puts_that_cancel_out_everywhere_have_no_level() -> None:
    state = known(contract(100, volatility="0.2"), contract(100, "put", volatility="0.2"))
    assert (state.net_gex, state.dealer_position, state.zero_gamma_level) == (0, "neutral", None)


def test_a_gamma_without_a_volatility_counts_here_but_not_at_other_prices() -> None:
    alone = known(*pair(104, 96))
    joined = known(*pair(104, 96), contract(100, gamma="9"))
    assert joined.zero_gamma_level == alone.zero_gamma_level
    assert joined.net_gex == alone.net_gex + 9 * 10**6


def test_crossings_between_the_steps_are_found_at_strikes() -> None:
    # an hour before the end, bells are narrower than the steps of the search
    dense = [*pair(101, 100), contract(102, volatility="0.05")]
    level = known(*dense, spot="100.9", at=CLOSE - timedelta(hours=1)).zero_gamma_level
    assert level == pytest.approx(Decimal("100.5"), abs=Decimal("0.01"))


def payout(contracts: list[ListedContract], price: Decimal) -> Decimal:
    return sum(
        (
            (entry.open_interest or 0)
            * max(Decimal(0), price - entry.strike if entry.type == "call" else entry.strike - price)
            for entry in contracts
        ),
        Decimal(0),
    )


open_contracts = st.lists(
    st.builds(contract, st.integers(90, 110), kinds, open_interest=st.one_of(st.none(), st.integers(0, 9))), max_size=12
)


@few
@given(open_contracts)
def test_max_pain_is_where_brute_force_finds_it(contracts: list[ListedContract]) -> None:
    strikes = sorted({entry.strike for entry in contracts})
    found = max_pain(contracts)
    if not any(entry.open_interest for entry in contracts):
        assert found is None
    else:
        assert found == min(strikes, key=lambda strike: payout(contracts, strike))


def test_of_strikes_that_pay_the_same_the_lowest_is_max_pain() -> None:
    level = [contract(90, open_interest=5), contract(95, open_interest=0), contract(100, "put", open_interest=5)]
    assert max_pain(level) == 90
    assert max_pain([contract(80, open_interest=None), *level]) == 90
    assert max_pain([*level, contract(100, "put", open_interest=1)]) == 100
    assert max_pain([contract(90, open_interest=1)]) == 90
    assert max_pain([contract(90, "put", open_interest=1)]) == 90


def test_max_pain_counts_what_has_no_gamma_but_nothing_that_has_expired() -> None:
    speaking = contract(100, gamma="0.05", open_interest=1)
    assert known(speaking, contract(90, "call", open_interest=9)).max_pain == 90
    assert known(speaking, contract(90, "call", open_interest=9, expiration=date(2026, 2, 12))).max_pain == 100


def test_a_chain_of_500_contracts_takes_less_than_30_ms() -> None:
    contracts = [
        contract(5400 + 24 * step, kind, expiration=date(2026, 2, 17) + timedelta(days=days), volatility="0.15")
        for step in range(50)
        for kind in ("call", "put")
        for days in (0, 3, 7, 14, 28)
    ]
    taken = []
    for _ in range(5):
        began = time.process_time()
        assert gex_of(*contracts, spot=6000) is not None
        taken.append(time.process_time() - began)
    assert min(taken) < 0.03
