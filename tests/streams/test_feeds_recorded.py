"""The recorded sessions, checked against numbers read off the raw files by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.event import from_micros, to_micros
from schemas.ticks import ABSENT, Tick
from streams.feeds.recorded import (
    SESSIONS,
    Bar,
    SessionUnavailable,
    facts_of,
    open_session,
    session_names,
    ticks_of,
    trade_ticks,
)


def micros(*at: int) -> int:
    return to_micros(datetime(*at, tzinfo=UTC))  # type: ignore[misc, arg-type]  # year to second


@pytest.fixture(scope="module")
def twx() -> list[Tick]:
    return ticks_of(open_session("twx-2014-06-05"))


@pytest.fixture(scope="module")
def spx() -> list[Tick]:
    return ticks_of(open_session("spx-2021-01-04"))


def test_two_sessions_ship_in_under_8_megabytes() -> None:
    assert session_names() == ("spx-2021-01-04", "twx-2014-06-05")
    assert sum(path.stat().st_size for path in SESSIONS.rglob("*") if path.is_file()) < 8_000_000


@pytest.mark.parametrize("name", session_names())
def test_each_session_names_whose_data_it_is(name: str) -> None:
    said = (SESSIONS / name / "README.md").read_text()
    assert "QuantConnect/Lean" in said
    assert "24863901" in said
    assert "Apache License 2.0" in said
    assert "AlgoSeek" in said


def test_twx_begins_before_the_open_and_ends_after_the_close(twx: list[Tick]) -> None:
    # 31380000,705100,705100,705100,705100,1405: 08:43 in New York, which is four hours behind
    assert twx[:4] == [
        Tick("TWX", micros(2014, 6, 5, 12, 43, 0), price=70_510_000_000, size=351),
        Tick("TWX", micros(2014, 6, 5, 12, 43, 20), price=70_510_000_000, size=351),
        Tick("TWX", micros(2014, 6, 5, 12, 43, 40), price=70_510_000_000, size=351),
        Tick("TWX", micros(2014, 6, 5, 12, 43, 59), price=70_510_000_000, size=352),
    ]
    # 59460000,708800,708800,708800,708800,211397
    assert twx[-1].at == micros(2014, 6, 5, 20, 31, 59)
    assert twx[-1].price == 70_880_000_000


def test_a_twx_contract_opens_and_closes_its_bars(twx: list[Tick]) -> None:
    # call 100 of January 2016: 34200000,1900,4900,1900,4900,44,9200,22700,9200,9400,49
    quotes = [tick for tick in twx if tick.symbol == "TWX160115C00100000"]
    assert quotes[:2] == [
        Tick("TWX160115C00100000", micros(2014, 6, 5, 13, 30, 0), bid=190_000_000, ask=920_000_000),
        Tick(
            "TWX160115C00100000",
            micros(2014, 6, 5, 13, 30, 59),
            bid=490_000_000,
            ask=940_000_000,
            bid_size=44,
            ask_size=49,
        ),
    ]
    # 57540000,5700,5700,5700,5700,173,,,,,0
    assert quotes[-1] == Tick(
        "TWX160115C00100000", micros(2014, 6, 5, 19, 59, 59), bid=570_000_000, ask=ABSENT, bid_size=173
    )
    assert quotes[-1].mark == ABSENT


def test_spx_times_are_moved_from_chicago(spx: list[Tick]) -> None:
    # 30600000,3764.61,3769.99,3764.61,3766.63,59: 08:30 in Chicago; it closed above its open, so the low comes first
    index = [tick for tick in spx if tick.symbol == "SPX"]
    assert index[:4] == [
        Tick("SPX", micros(2021, 1, 4, 14, 30, 0), price=3_764_610_000_000, size=14),
        Tick("SPX", micros(2021, 1, 4, 14, 30, 20), price=3_764_610_000_000, size=14),
        Tick("SPX", micros(2021, 1, 4, 14, 30, 40), price=3_769_990_000_000, size=14),
        Tick("SPX", micros(2021, 1, 4, 14, 30, 59), price=3_766_630_000_000, size=17),
    ]
    # 30720000,3765.93,3765.93,3763.09,3763.09,60 fell: the high comes first
    assert [tick.price for tick in index[8:12]] == [3_765_930_000_000] * 2 + [3_763_090_000_000] * 2
    # 55200000,3700.65,...,2
    assert index[-1] == Tick("SPX", micros(2021, 1, 4, 21, 20, 59), price=3_700_650_000_000, size=2)


def test_weekly_contracts_belong_to_the_index(spx: list[Tick]) -> None:
    # SPXW call 3700 of the same day: 34200000,651000,671000,635000,649000,48,692000,707000,674000,679000,15
    first, second = [tick for tick in spx if tick.symbol == "SPXW210104C03700000"][:2]
    assert (first.bid, first.ask) == (65_100_000_000, 69_200_000_000)
    assert (second.bid, second.ask, second.bid_size, second.ask_size) == (64_900_000_000, 67_900_000_000, 48, 15)
    assert second.at - first.at == 59_000_000


@pytest.mark.parametrize("name", session_names())
def test_the_tape_is_strictly_ordered(name: str) -> None:
    session = open_session(name)
    ticks = ticks_of(session)
    keys = [(tick.at, tick.symbol != session.underlying, tick.symbol) for tick in ticks]
    assert all(earlier < later for earlier, later in zip(keys, keys[1:], strict=False))  # noqa: RUF007 -- of a list
    assert {from_micros(tick.at).date() for tick in ticks} == {session.manifest.day}


def test_no_bar_is_left_out(twx: list[Tick], spx: list[Tick]) -> None:
    # lines of the files: minutes of trades, and bars of quotes, of which TWX has 11 without a side
    assert sum(tick.symbol == "TWX" for tick in twx) == 4 * 398
    assert sum(tick.symbol != "TWX" for tick in twx) == 2 * (30_468 - 11)
    assert sum(tick.symbol == "SPX" for tick in spx) == 4 * 411
    assert sum(tick.symbol != "SPX" for tick in spx) == 2 * (2_428 + 4_565)
    assert all(tick.bid != ABSENT or tick.ask != ABSENT for tick in twx if tick.price == ABSENT)


def test_a_listed_contract_is_as_it_was_the_evening_before() -> None:
    facts = {item.contract.symbol: item for item in facts_of(open_session("twx-2014-06-05"))}
    assert len(facts) == 184
    call = facts["TWX140621C00070000"]
    assert (call.contract.strike, call.contract.expiration) == (Decimal(70), date(2014, 6, 21))
    assert call.open_interest == 4871
    assert call.implied_volatility is None  # the universe has 0: none was found
    deep = facts["TWX140621C00042500"]
    assert deep.implied_volatility == Decimal("0.9855146")
    assert deep.delta == Decimal("0.9834424")


def test_an_unknown_session_is_named() -> None:
    with pytest.raises(SessionUnavailable, match="'spy-1999-01-01'"):
        open_session("spy-1999-01-01")


prices = st.integers(min_value=1, max_value=10**13)


@given(prices=st.lists(prices, min_size=4, max_size=4), volume=st.integers(min_value=0, max_value=10**9))
def test_a_bar_becomes_four_ticks_with_its_extremes_and_all_its_volume(prices: list[int], volume: int) -> None:
    low, opened, close, high = sorted(prices)[0], prices[0], prices[1], sorted(prices)[-1]
    ticks = list(trade_ticks("X", 0, Bar(opened, high, low, close, volume)))
    assert [tick.at for tick in ticks] == [0, 20_000_000, 40_000_000, 59_000_000]
    assert sum(tick.size for tick in ticks) == volume
    assert (ticks[0].price, ticks[3].price) == (opened, close)
    assert (ticks[1].price, ticks[2].price) == ((low, high) if close >= opened else (high, low))
