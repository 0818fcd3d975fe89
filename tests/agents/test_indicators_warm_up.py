"""Bars of before the tape: they count as the tape's own do, and once."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.bars import MINUTE_US, TIMEFRAMES, on_trades, warm_up
from agents.indicators import with_closed_bar
from schemas.event import from_micros
from schemas.market import Bar, HistoricBar, HistoryState, Series
from schemas.money import NANOS
from tests.agents.strategies import AT, few, micros

T0 = micros()
FIVE = 5 * MINUTE_US
prices = st.integers(1, 10**6)


def historic(places: Sequence[int], *, timeframe: str = "5m", price: int = 100) -> HistoryState:
    """Return bars that start so many bars after AT and close at a price that tells them apart."""
    length = TIMEFRAMES[timeframe]
    return HistoryState(
        timeframe=timeframe,
        bars=tuple(
            HistoricBar(
                start=from_micros(T0 + place * length),
                open=Decimal(price),
                high=Decimal(price + 1000),
                low=Decimal("0.0001"),
                close=Decimal(price + place),
                volume=place + 1000,
            )
            for place in places
        ),
    )


def bars_of(history: HistoryState) -> list[Bar]:
    return [
        Bar(
            start=T0 + (bar.start - AT) // timedelta(microseconds=1),
            open=int(bar.open * NANOS),
            high=int(bar.high * NANOS),
            low=int(bar.low * NANOS),
            close=int(bar.close * NANOS),
            volume=bar.volume,
        )
        for bar in history.bars
    ]


def tape(count: int, *, first: int = 0) -> list[tuple[int, int, int]]:
    """Return a trade every two minutes from AT."""
    return [(T0 + 2 * MINUTE_US * number, (number + 1) * NANOS, 1) for number in range(first, first + count)]


def closed(bars: Sequence[Bar]) -> Series:
    series = Series()
    for bar in bars:
        series = with_closed_bar(series, bar)
    return series


def starts(series: Series) -> list[int]:
    """Return where the kept bars start, in bars of five minutes after AT."""
    return [(bar.start - T0) // FIVE for bar in series.bars]


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_history_goes_through_the_code_that_closes_the_tapes_bars(timeframe: str) -> None:
    history = historic(range(-70, 0), timeframe=timeframe)
    assert warm_up({}, history) == {timeframe: closed(bars_of(history))}


@few
@given(st.integers(0, 90), st.integers(0, 120), st.data())
def test_a_repeat_of_history_changes_nothing(count: int, trades: int, data: st.DataObject) -> None:
    history = historic(range(-count, 0))
    known = on_trades(warm_up({}, history), tape(trades))
    again = historic(range(-data.draw(st.integers(0, count)), 0))
    for repeat in (history, again):
        assert warm_up(known, repeat) == known


@few
@given(st.integers(0, 90), st.integers(0, 150))
def test_history_may_come_before_the_tape_or_while_all_its_bars_are_kept(count: int, trades: int) -> None:
    history = historic(range(-count, 0))
    late = warm_up(on_trades({}, tape(trades)), history)
    assert late == on_trades(warm_up({}, history), tape(trades))


@few
@given(st.integers(1, 90), st.integers(0, 90))
def test_history_in_pieces_is_history_at_once(count: int, cut: int) -> None:
    places = list(range(-count, 0))
    pieces = warm_up(warm_up({}, historic(places[:cut])), historic(places[cut:]))
    assert pieces == warm_up({}, historic(places))


def test_history_that_comes_backwards_is_put_in_order() -> None:
    recent = warm_up({}, historic(range(-20, 0)))
    assert warm_up(recent, historic(range(-40, -10))) == warm_up({}, historic(range(-40, 0)))


@pytest.mark.parametrize(("count", "is_taken"), [(64, True), (65, False)])
def test_older_history_is_taken_as_long_as_every_bar_is_kept(count: int, *, is_taken: bool) -> None:
    known = warm_up({}, historic(range(-count, 0)))
    warmed = warm_up(known, historic(range(-100, -count)))
    assert warmed == (warm_up({}, historic(range(-100, 0))) if is_taken else known)
    assert warmed["5m"].closed == (100 if is_taken else count)


def test_a_gap_after_the_newest_closed_bar_is_filled() -> None:
    known = warm_up({}, historic(range(-80, -10)))
    assert warm_up(known, historic(range(-90, 0))) == warm_up({}, historic(range(-80, 0)))


def test_what_the_tape_is_in_is_left_out() -> None:
    # the tape's first minute starts at the second bar's fourth minute
    series = on_trades({}, [(T0 + FIVE + 4 * MINUTE_US, NANOS, 1)])
    assert starts(warm_up(series, historic(range(-2, 3)))["5m"]) == [-2, -1, 0]
    # that minute closed, and is all of the bar under way
    series = on_trades(series, [(T0 + FIVE + 4 * MINUTE_US + 59, NANOS, 1), (T0 + 2 * FIVE, NANOS, 1)])
    assert starts(series["5m"]) == [1]
    assert starts(warm_up(series, historic(range(-2, 3)))["5m"]) == [-2, -1, 0, 1]


def test_history_reaches_up_to_the_very_start_of_the_bar_under_way() -> None:
    series = on_trades({}, [(T0, NANOS, 1), (T0 + MINUTE_US, 2 * NANOS, 1)])
    warmed = warm_up(series, historic(range(-3, 2)))
    assert starts(warmed["5m"]) == [-3, -2, -1]
    assert warmed["5m"].bar == series["5m"].bar
    assert {name: warmed[name] for name in warmed if name != "5m"} == {
        name: series[name] for name in series if name != "5m"
    }


def test_the_bar_under_way_bounds_history_when_no_minute_is_known() -> None:
    under_way = Bar(start=T0, open=1, high=1, low=1, close=1)
    assert starts(warm_up({"5m": Series(bar=under_way)}, historic(range(-2, 2)))["5m"]) == [-2, -1]


def test_bars_that_overlap_those_known_are_left_out() -> None:
    known = warm_up({}, historic([-4, -3]))
    shifted = historic(range(-7, 0))
    half = [bar.model_copy(update={"start": bar.start + timedelta(minutes=2.5)}) for bar in shifted.bars]
    warmed = warm_up(known, HistoryState(timeframe="5m", bars=tuple(half)))
    assert [(bar.start - T0) / FIVE for bar in warmed["5m"].bars] == [-6.5, -5.5, -4, -3, -1.5, -0.5]


def test_a_bar_named_twice_counts_once() -> None:
    assert warm_up({}, historic([-3, -3, -2, -3])) == warm_up({}, historic([-3, -2]))


def test_a_bar_of_the_tape_that_history_has_told_counts_once() -> None:
    known = warm_up({}, historic([-1, 0, 1]))
    series = on_trades(known, [(T0, NANOS, 1), (T0 + FIVE, NANOS, 1), (T0 + 2 * FIVE, NANOS, 1)])
    assert series["5m"] == known["5m"]
    series = on_trades(series, [(T0 + 3 * FIVE, NANOS, 1)])
    assert starts(series["5m"]) == [-1, 0, 1, 2]


def test_an_unknown_timeframe_or_no_bars_change_nothing() -> None:
    series = on_trades({}, tape(5))
    unknown = historic(range(-3, 0)).model_copy(update={"timeframe": "2h"})
    assert warm_up(series, unknown) == series
    assert warm_up({}, unknown) == {}
    assert warm_up({}, historic([])) == {}
    assert warm_up(series, historic([])) == series


def test_a_series_of_before_bars_were_kept_is_warmed_from_nothing() -> None:
    old = {"5m": Series(closed=30, last_close=5, ema8=2.0)}
    history = historic(range(-30, 0))
    assert warm_up(old, history) == warm_up({}, history)
