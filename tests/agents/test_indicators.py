from functools import reduce
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talipp.indicators import BB

from agents.bars import MINUTE_US
from agents.indicators import (
    BARS_KEPT,
    BOLLINGER_WIDTH,
    WINDOW,
    indicator_set,
    strat_type,
    with_closed_bar,
    with_closed_bars,
)
from agents.recurrences import phase_oscillator, true_range
from schemas.market import Bar, Series
from schemas.money import NANOS
from tests.agents.strategies import few
from tests.agents.walks import after, flat


@pytest.mark.parametrize("period", [8, 13, 21, 48, 200])
def test_an_average_begins_as_a_simple_one_and_then_closes_in(period: int) -> None:
    name = f"ema{period}"
    # closes of 1 to n dollars average (n + 1) / 2; the next one, n + 1 dollars, is (n + 1) / 2 away
    middle = (period + 1) / 2
    assert getattr(after(flat(range(1, period))), name) is None
    assert getattr(after(flat(range(1, period + 1))), name) == middle * NANOS
    assert getattr(after(flat(range(1, period + 2))), name) == pytest.approx((middle + 1) * NANOS, rel=1e-15)


def test_sums_are_kept_as_long_as_an_average_needs_them_to_begin() -> None:
    bars = flat([1] * 202, reach=1)
    assert (after(bars[:199]).close_sum, after(bars[:200]).close_sum, after(bars).close_sum) == (
        199 * NANOS,
        200 * NANOS,
        200 * NANOS,
    )
    assert [after(bars[:count]).sum_tr // NANOS for count in (1, 2, 14, 15, 16)] == [0, 2, 26, 28, 28]


def test_the_newest_bars_are_kept() -> None:
    bars = flat(range(70))
    assert BARS_KEPT == 64
    assert after(bars[:64]).bars == tuple(bars[:64])
    assert after(bars).bars == tuple(bars[6:])
    assert (after(bars).closed, after(bars).last_close) == (70, 69 * NANOS)


def test_a_bar_that_is_known_already_changes_nothing() -> None:
    bars = flat(range(3))
    known = after(bars)
    assert with_closed_bar(known, bars[2]) is known
    assert with_closed_bar(known, bars[0]) is known
    assert with_closed_bar(known, bars[2]._replace(start=3)).closed == 4


def test_a_series_of_before_bars_were_kept_begins_anew() -> None:
    under_way = Bar(start=9, open=1, high=1, low=1, close=1)
    old = Series(bar=under_way, closed=30, last_close=5, ema8=2.0, ema21=2.0, atr14=1.0, sum_tr=9)
    bar = flat([7])[0]
    assert with_closed_bar(old, bar) == with_closed_bar(Series(bar=under_way), bar)
    assert with_closed_bar(old, bar).closed == 1
    assert indicator_set(old).atr_percentile is None


def test_the_true_range_reaches_to_the_close_before_it() -> None:
    bar = Bar(start=0, open=5, high=8, low=4, close=5)
    assert [true_range(bar, close) for close in (2, 4, 6, 8, 11)] == [6, 4, 4, 4, 7]


def test_the_average_true_range_takes_a_fourteenth_of_each_new_range() -> None:
    bars = flat([10] * 15, reach=1)
    wider = Bar(start=99, open=10 * NANOS, high=18 * NANOS, low=2 * NANOS, close=10 * NANOS)
    assert after(bars[:14]).atr14 is None
    assert after(bars).atr14 == 2 * NANOS
    assert after([*bars, wider]).atr14 == (13 * 2 + 16) * NANOS / 14


def test_the_bands_lie_two_deviations_about_the_average_of_twenty() -> None:
    found = after(flat(range(1, 21)))
    assert after(flat(range(1, 20))).bollinger_middle is None
    assert found.bollinger_middle == 10.5 * NANOS
    assert found.bollinger_upper == pytest.approx((10.5 + 2 * sqrt(33.25)) * NANOS)
    assert found.bollinger_lower == pytest.approx((10.5 - 2 * sqrt(33.25)) * NANOS)
    assert after(flat([100, *range(1, 21)])).bollinger_middle == 10.5 * NANOS


def test_the_channel_lies_one_and_a_half_ranges_about_the_average_of_twenty() -> None:
    assert after(flat([5] * 20, reach=1)).keltner_upper is None
    found = after(flat([5] * 21, reach=1))
    assert (found.keltner_lower, found.keltner_upper) == (2 * NANOS, 8 * NANOS)
    # the bar before the twenty counts by its close alone: 20 dollars above, one range of 21
    found = after(flat([25, *[5] * 20], reach=1))
    reach = (21 + 19 * 2) / 20
    assert found.keltner_upper == pytest.approx((5 + 1.5 * reach) * NANOS)


def test_where_nothing_moves_no_squeeze_is_on() -> None:
    found = after(flat([5] * 40))
    assert (found.bollinger_upper, found.keltner_upper) == (5 * NANOS, 5 * NANOS)
    assert (found.squeeze_on, found.squeeze_bars, found.momentum) == (False, 20, 0)
    assert found.phase == 0
    assert found.atr14 == 0


def test_a_squeeze_counts_its_bars_and_begins_again_when_it_is_released() -> None:
    quiet = flat([5] * 25, reach=1)
    jump = Bar(start=25, open=5 * NANOS, high=60 * NANOS, low=5 * NANOS, close=60 * NANOS)
    before, known, released = after(quiet[:20]), after(quiet), after([*quiet, jump])
    assert (before.squeeze_on, before.squeeze_bars) == (None, 0)
    assert (known.squeeze_on, known.squeeze_bars) == (True, 5)
    assert (released.squeeze_on, released.squeeze_bars) == (False, 1)
    assert [indicator_set(item).squeeze for item in (before, known, released)] == [None, "on", "off"]
    assert indicator_set(known).squeeze_bars == 5


def test_momentum_needs_twenty_distances_of_twenty_bars() -> None:
    # a dollar a bar: the close stands 9.5 dollars above the middle of the last twenty, and of their average
    bars = flat(range(1, 41))
    assert after(bars[:38]).momentum is None
    assert (after(bars[:39]).momentum, after(bars[:39]).momentum_before) == (9.5 * NANOS, None)
    assert after(bars).momentum_before == 9.5 * NANOS


@pytest.mark.parametrize(
    ("before", "average", "atr", "expected"),
    [
        (None, None, 2.0, None),
        (None, 100.0, None, None),
        (7.0, None, None, None),
        (None, 100.0, 2.0, 100.0),
        (None, 103.0, 2.0, 50.0),
        (None, 112.0, 2.0, -100.0),
        (0.0, 100.0, 2.0, 50.0),
        (-20.0, 100.0, 2.0, 40.0),
        (None, 106.0, 0.0, 0.0),
        (8.0, 106.0, 0.0, 4.0),
    ],
)
def test_the_phase_oscillator_is_at_100_three_ranges_above_the_average(
    before: float | None, average: float | None, atr: float | None, expected: float | None
) -> None:
    assert phase_oscillator(before, 106, average=average, atr=atr) == expected


@pytest.mark.parametrize(
    ("high", "low", "expected"),
    [
        (10, 5, "1"),
        (9, 6, "1"),
        (11, 5, "2u"),
        (11, 6, "2u"),
        (10, 4, "2d"),
        (9, 4, "2d"),
        (11, 4, "3"),
        (12, 11, "2u"),
        (4, 3, "2d"),
    ],
)
def test_a_bars_type_is_which_ends_of_the_one_before_it_took_out(high: int, low: int, expected: str) -> None:
    before = Bar(start=0, open=5, high=10, low=5, close=10)
    assert strat_type(Bar(start=1, open=low, high=high, low=low, close=high), before) == expected


@few
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 10**12), st.integers(0, 10**10)), max_size=90), st.data())
def test_bars_that_close_together_give_what_they_give_one_by_one(
    drawn: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    bars, start = [], 0
    for step, close, reach in drawn:
        start += step * MINUTE_US
        bars.append(Bar(start=start, open=close, high=close + reach, low=max(0, close - reach), close=close, volume=1))
    cut = data.draw(st.integers(0, len(bars)))
    one_by_one = reduce(with_closed_bar, bars, Series())
    assert with_closed_bars(with_closed_bars(Series(), bars[:cut]), bars[cut:]) == one_by_one
    if one_by_one.closed >= WINDOW:
        band = BB(WINDOW, BOLLINGER_WIDTH, [bar.close for bar in one_by_one.bars[-WINDOW:]])[-1]
        found = one_by_one.bollinger_lower, one_by_one.bollinger_middle, one_by_one.bollinger_upper
        assert found == (band.lb, band.cb, band.ub)


@few
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=21, max_size=30),
    st.sampled_from([0, 10**12, 10**17]),
)
def test_a_squeeze_is_what_the_bands_and_the_channel_say(drawn: list[tuple[int, int]], base: int) -> None:
    # so little movement that at the highest prices nothing but rounding decides
    bars = [
        Bar(start, base + close, base + close + reach, base + close - reach, base + close)
        for start, (close, reach) in enumerate(drawn)
    ]
    found = with_closed_bars(Series(), bars)
    assert found.bollinger_upper is not None
    assert found.keltner_upper is not None
    assert found.squeeze_on is (found.bollinger_upper < found.keltner_upper)
