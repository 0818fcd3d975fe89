from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.bars import on_trades
from agents.market import OpeningWindow, on_ticks
from schemas.market import Market, OpeningRange
from schemas.ticks import Tick
from tests.agents.strategies import CALL, DAY, PUT, SPY, few, micros, nanos, quoted, tapes, traded

WINDOW = OpeningWindow(day=DAY, day_start_us=micros(-10.5 * 3600), open_us=micros(), until_us=micros(900))
NEXT = OpeningWindow(
    day=DAY + timedelta(days=1),
    day_start_us=micros(13.5 * 3600),
    open_us=micros(86_400),
    until_us=micros(86_400 + 900),
)


def fold(ticks: Sequence[Tick], market: Market | None = None, *, window: OpeningWindow | None = WINDOW) -> Market:
    return on_ticks(Market(symbol=SPY) if market is None else market, ticks, window=window)


def seen(*, high: str, low: str, volume: int, complete: bool = False) -> OpeningRange:
    return OpeningRange(day=DAY, minutes=15, high=nanos(high), low=nanos(low), volume=volume, complete=complete)


@few
@given(tapes(start_s=-120), tapes(start_s=-120), st.data())
def test_a_tape_cut_anywhere_gives_the_same_range(before: list[Tick], tape: list[Tick], data: st.DataObject) -> None:
    window = replace(WINDOW, until_us=micros(180))
    known = fold(before, window=window)
    cut = data.draw(st.integers(0, len(tape)))
    assert fold(tape[cut:], fold(tape[:cut], known, window=window), window=window) == fold(tape, known, window=window)


@few
@given(tapes(start_s=-120))
def test_the_range_is_that_of_the_underlyings_trades_in_the_window(tape: list[Tick]) -> None:
    inside = [tick for tick in tape if tick.symbol == SPY and tick.price >= 0 and micros() <= tick.at < micros(900)]
    found = fold(tape).opening_range
    if not inside:
        assert found is None
        return
    first = tape.index(inside[0])
    assert found == OpeningRange(
        day=DAY,
        minutes=15,
        high=max(tick.price for tick in inside),
        low=min(tick.price for tick in inside),
        volume=sum(tick.size for tick in inside),
        complete=any(tick.at >= micros(900) for tick in tape[first:]),
    )


@pytest.mark.parametrize(("seconds", "is_inside"), [(-0.000001, False), (0, True), (899.999999, True), (900, False)])
def test_the_window_begins_at_the_open_and_ends_before_its_end(seconds: float, *, is_inside: bool) -> None:
    found = fold([traded(SPY, "5.00", seconds=seconds)]).opening_range
    assert found == (seen(high="5.00", low="5.00", volume=100) if is_inside else None)


def test_a_range_holds_high_low_and_volume_and_its_length() -> None:
    market = fold([traded(SPY, "5.00"), traded(SPY, "4.00", size=7), traded(CALL, "9.00"), quoted(SPY, "1.00", "9.00")])
    assert market.opening_range == seen(high="5.00", low="4.00", volume=107)
    market = fold([Tick(SPY, micros(5), price=nanos("6.00")), traded(SPY, "4.50", size=1)], market)
    assert market.opening_range == seen(high="6.00", low="4.00", volume=108)
    found = fold([traded(SPY, "5.00")], window=replace(WINDOW, until_us=micros(1800))).opening_range
    assert found is not None
    assert found.minutes == 30


@pytest.mark.parametrize(
    ("tick", "is_complete"),
    [
        (traded(SPY, "9.00", seconds=900), True),
        (quoted(SPY, "9.00", "9.01", seconds=900), True),
        (quoted(PUT, "9.00", "9.01", seconds=1000), True),
        (quoted(SPY, "9.00", "9.01", seconds=899.999999), False),
    ],
)
def test_a_range_is_complete_once_the_tape_is_past_it(tick: Tick, *, is_complete: bool) -> None:
    market = fold([tick], fold([traded(SPY, "5.00")]))
    assert market.opening_range == seen(high="5.00", low="5.00", volume=100, complete=is_complete)
    assert fold([traded(SPY, "5.00"), tick]) == market


def test_a_late_trade_counts_and_leaves_the_range_complete() -> None:
    market = fold([traded(SPY, "5.00"), traded(SPY, "9.00", seconds=900)])
    late = fold([traded(SPY, "6.00", seconds=10, size=1)], market)
    assert late.opening_range == seen(high="6.00", low="5.00", volume=101, complete=True)
    assert fold([traded(SPY, "9.00", seconds=901)], late).opening_range is late.opening_range


def test_a_new_day_replaces_the_range_and_an_earlier_one_does_not_come_back() -> None:
    market = fold([traded(SPY, "5.00"), traded(SPY, "9.00", seconds=900)])
    assert fold([], market, window=NEXT) == market
    premarket = fold([traded(SPY, "7.00", seconds=80_000)], market, window=NEXT)
    assert premarket.opening_range is None
    opened = fold([traded(SPY, "7.00", seconds=86_400)], market, window=NEXT)
    assert opened.opening_range == OpeningRange(
        day=NEXT.day, minutes=15, high=nanos("7.00"), low=nanos("7.00"), volume=100
    )
    assert fold([traded(SPY, "1.00"), traded(SPY, "9.00", seconds=900)], opened).opening_range is opened.opening_range


def test_without_a_window_the_range_stays() -> None:
    market = fold([traded(SPY, "5.00")])
    assert fold([traded(SPY, "6.00")], market, window=None).opening_range == market.opening_range


def test_the_windows_day_is_the_one_that_bars_of_a_day_begin_with() -> None:
    ticks = [traded(SPY, "5.00"), traded(SPY, "6.00", seconds=60)]
    trades = [(tick.at, tick.price, tick.size) for tick in ticks]
    assert fold(ticks).series == on_trades({}, trades, day_start_us=WINDOW.day_start_us)
    assert fold(ticks, window=None).series == on_trades({}, trades)
    assert fold(ticks).series != fold(ticks, window=None).series
