from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.bars import MINUTE_US, TIMEFRAMES, on_trades
from agents.indicators import BARS_KEPT
from schemas.market import Bar, Series
from tests.agents.strategies import few

Trade = tuple[int, int, int]

S = 1_000_000
STEPS = [0, 1, S, 59 * S, 60 * S, 61 * S, 300 * S, 3_600 * S, 86_400 * S, -1, -S, -90 * S]


@st.composite
def trades(draw: st.DrawFn, size_max: int = 60) -> list[Trade]:
    """Return trades with gaps of up to a day, some of them late."""
    at = draw(st.integers(86_400 * S, 3 * 86_400 * S))
    found = []
    for step in draw(st.lists(st.sampled_from(STEPS), max_size=size_max)):
        at += step
        found.append((at, draw(st.integers(1, 10**12)), draw(st.integers(0, 1000))))
    return found


def minutes(tape: Sequence[Trade]) -> list[Bar]:
    """Return the minutes of a tape, the last one still being built; a late trade is in the newest minute so far."""
    newest, placed = 0, []
    for at, price, shares in tape:
        newest = max(newest, at // MINUTE_US)
        placed.append((newest, price, shares))
    return [bar(minute * MINUTE_US, list(group)) for minute, group in groupby(placed, key=lambda trade: trade[0])]


def bar(start: int, group: Sequence[tuple[int, int, int]]) -> Bar:
    prices = [price for _, price, _ in group]
    return Bar(
        start=start,
        open=prices[0],
        high=max(prices),
        low=min(prices),
        close=prices[-1],
        volume=sum(shares for _, _, shares in group),
    )


def longer(found: Sequence[Bar], length: int) -> list[Bar]:
    """Return bars of `length` made of closed minutes."""
    return [
        Bar(
            start=number * length,
            open=group[0].open,
            high=max(minute.high for minute in group),
            low=min(minute.low for minute in group),
            close=group[-1].close,
            volume=sum(minute.volume for minute in group),
        )
        for number, items in groupby(found, key=lambda minute: minute.start // length)
        for group in [list(items)]
    ]


def textbook_ema(closes: Sequence[int], period: int) -> Fraction | None:
    if len(closes) < period:
        return None
    average = Fraction(sum(closes[:period]), period)
    for close in closes[period:]:
        average += Fraction(2, period + 1) * (close - average)
    return average


def textbook_atr(bars: Sequence[Bar], period: int) -> Fraction | None:
    ranges = [
        max(now.high - now.low, abs(now.high - before.close), abs(now.low - before.close))
        for before, now in pairwise(bars)
    ]
    if len(ranges) < period:
        return None
    average = Fraction(sum(ranges[:period]), period)
    for true_range in ranges[period:]:
        average = (average * (period - 1) + true_range) / period
    return average


def is_close(found: float | None, expected: Fraction | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return found == pytest.approx(float(expected), rel=1e-9)


def test_timeframes_are_a_minute_to_a_day() -> None:
    assert TIMEFRAMES == {"1m": 60 * S, "5m": 300 * S, "15m": 900 * S, "1h": 3_600 * S, "1d": 86_400 * S}


@few
@given(trades())
def test_bars_of_every_timeframe_are_those_of_the_trades_grouped_by_time(tape: list[Trade]) -> None:
    series = on_trades({}, tape)
    if not tape:
        assert series == {}
        return
    *closed_minutes, building = minutes(tape)
    for name, length in TIMEFRAMES.items():
        bars = longer(closed_minutes, length)
        closed = [item for item in bars if item.start + length <= building.start]
        under_way = [item for item in bars if item.start + length > building.start]
        found = series.get(name, Series())
        assert found.closed == len(closed)
        assert found.last_close == (closed[-1].close if closed else 0)
        assert found.bar == (building if name == "1m" else under_way[0] if under_way else None)
        assert found.bars == tuple(closed[-BARS_KEPT:])
        closes = [item.close for item in closed]
        assert is_close(found.ema8, textbook_ema(closes, 8))
        assert is_close(found.ema21, textbook_ema(closes, 21))
        assert is_close(found.atr14, textbook_atr(closed, 14))


@few
@given(
    st.lists(st.tuples(st.integers(1, 10**12), st.integers(0, 10**10), st.integers(0, 10**10)), min_size=15),
    st.sampled_from(sorted(TIMEFRAMES)),
)
def test_indicators_are_the_textbooks_once_there_are_enough_bars(
    shapes: list[tuple[int, int, int]], timeframe: str
) -> None:
    length = TIMEFRAMES[timeframe]
    bars = [
        Bar(start=number * length, open=low + up, high=low + up + down, low=low, close=low + up)
        for number, (low, up, down) in enumerate(shapes)
    ]
    tape = [
        (item.start + offset, price, 1)
        for item in bars
        for offset, price in enumerate((item.open, item.high, item.low, item.close))
    ]
    tape.append((len(bars) * length, 1, 1))  # closes the last one
    found = on_trades({}, tape)[timeframe]
    closes = [item.close for item in bars]
    assert found.closed == len(bars)
    assert is_close(found.ema8, textbook_ema(closes, 8))
    assert is_close(found.ema21, textbook_ema(closes, 21))
    assert is_close(found.atr14, textbook_atr(bars, 14))


@few
@given(trades(), st.data())
@example([(0, 5, 1), (60 * S, 6, 1)], None)
def test_cutting_the_trades_anywhere_gives_the_same_series(tape: list[Trade], data: st.DataObject | None) -> None:
    cut = data.draw(st.integers(0, len(tape))) if data else 1
    assert on_trades(on_trades({}, tape[:cut]), tape[cut:]) == on_trades({}, tape)


def test_a_late_trade_counts_into_the_minute_being_built() -> None:
    series = on_trades({}, [(120 * S, 100, 1), (30 * S, 90, 2), (121 * S, 110, 4)])
    assert series["1m"].bar == Bar(start=120 * S, open=100, high=110, low=90, close=110, volume=7)
    assert series["1m"].closed == 0


def test_minutes_without_trades_make_no_bars() -> None:
    series = on_trades({}, [(0, 100, 1), (600 * S, 200, 1), (660 * S, 300, 1)])
    assert (series["1m"].closed, series["5m"].closed) == (2, 1)
    assert series["5m"].bar == Bar(start=600 * S, open=200, high=200, low=200, close=200, volume=1)


@pytest.mark.parametrize(
    ("closes", "expected"),
    [(range(1, 8), None), (range(1, 9), "4.5"), (range(1, 10), "5.5"), ([*range(1, 9), 0], "3.5")],
)
def test_the_average_begins_as_a_simple_one_and_then_takes_two_ninths_of_the_distance(
    closes: Sequence[int], expected: str | None
) -> None:
    tape = [(number * MINUTE_US, close * 10**9, 1) for number, close in enumerate(closes)]
    found = on_trades({}, [*tape, (len(closes) * MINUTE_US, 1, 1)])["1m"].ema8
    assert found == (None if expected is None else float(expected) * 10**9)


def test_the_true_range_reaches_to_the_close_before_it() -> None:
    # fourteen bars of one price each, a dollar apart: each true range is the gap of one dollar
    tape = [(number * MINUTE_US, (100 + number) * 10**9, 1) for number in range(16)]
    assert on_trades({}, tape)["1m"].atr14 == 10**9
    assert on_trades({}, tape[:15])["1m"].atr14 is None


HOUR = 3_600 * S
NEW_YORK = 5 * HOUR
"""Midnight in New York on a winter's day of 1970, UTC microseconds."""


def days(trades: Sequence[Trade], day_start_us: int | None) -> Series:
    return on_trades({}, trades, day_start_us=day_start_us)["1d"]


@pytest.mark.parametrize(("day_start_us", "starts"), [(None, [0, 24]), (0, [0, 24]), (NEW_YORK, [-19, 5, 29])])
def test_a_days_bar_starts_where_the_exchanges_date_does(day_start_us: int | None, starts: list[int]) -> None:
    # at 4:59 UTC the exchange's date is still the one before; at 5:00 of the next day it is the one after
    hours = [4 * HOUR + 59 * MINUTE_US, 5 * HOUR, 28 * HOUR + 59 * MINUTE_US, 29 * HOUR, 29 * HOUR + MINUTE_US]
    found = days([(at, 10**9 * (1 + number), 1) for number, at in enumerate(hours)], day_start_us)
    under_way = [] if found.bar is None else [found.bar]
    assert [bar.start // HOUR for bar in (*found.bars, *under_way)] == starts


def test_only_days_start_where_the_exchanges_date_does() -> None:
    tape = [(at * MINUTE_US, 10**9, 1) for at in range(0, 400, 3)]
    odd, even = on_trades({}, tape, day_start_us=7 * MINUTE_US), on_trades({}, tape)
    assert {name for name in TIMEFRAMES if odd[name] != even[name]} == {"1d"}


def test_a_day_goes_on_to_its_end_when_the_clocks_change_before_the_next() -> None:
    friday, monday = 4 * HOUR, 3 * 24 * HOUR + 5 * HOUR
    series = on_trades({}, [(friday + 10 * HOUR, 10**9, 1), (friday + 11 * HOUR, 3 * 10**9, 1)], day_start_us=friday)
    series = on_trades(series, [(monday + 10 * HOUR, 2 * 10**9, 1)], day_start_us=monday)
    assert series["1d"].bars == (Bar(start=friday, open=10**9, high=3 * 10**9, low=10**9, close=3 * 10**9, volume=2),)
    series = on_trades(series, [(monday + 11 * HOUR, 10**9, 1)], day_start_us=monday)
    found = series["1d"].bar
    assert found == Bar(start=monday, open=2 * 10**9, high=2 * 10**9, low=2 * 10**9, close=2 * 10**9, volume=1)


def test_a_minute_closes_at_the_first_trade_of_a_later_one() -> None:
    series = on_trades({}, [(0, 100, 1), (60 * S - 1, 90, 2)])
    assert series["1m"].bars == ()
    series = on_trades(series, [(60 * S, 80, 4)])
    assert series["1m"].bars == (Bar(start=0, open=100, high=100, low=90, close=90, volume=3),)
    assert series["5m"].bars == ()
    assert on_trades(series, [(300 * S, 1, 1)])["5m"].bars == (
        Bar(start=0, open=100, high=100, low=80, close=80, volume=7),
    )
