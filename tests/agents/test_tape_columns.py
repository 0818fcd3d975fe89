"""Ticks folded by their columns give what they give one by one, wherever the tape is cut."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import tape as tapes_folded
from agents.market import OpeningWindow, on_ticks
from agents.tape import on_columns
from schemas.event import to_micros
from schemas.market import Market
from schemas.ticks import Tick, TickColumns, marks_of
from tests.agents.strategies import AT, CALL, DAY, PUT, SPY, few, tapes

OPENED = to_micros(AT.replace(hour=15, minute=29))
WINDOW = OpeningWindow(day=DAY, day_start_us=OPENED - 34_200_000_000, open_us=OPENED, until_us=OPENED + 300_000_000)
windows = st.sampled_from([None, WINDOW, replace(WINDOW, day=DAY.replace(day=14))])
ENDS = (-(2**63), -1, 0, 1, 2**62, 2**63 - 1)
extreme = st.lists(
    st.builds(
        Tick,
        symbol=st.sampled_from([SPY, CALL]),
        at=st.sampled_from([*ENDS[1:4], OPENED, OPENED + 60_000_000]),
        price=st.sampled_from(ENDS),
        size=st.sampled_from(ENDS),
        bid=st.sampled_from(ENDS),
        ask=st.sampled_from(ENDS),
    ),
    max_size=8,
)


def columns_of(ticks: Sequence[Tick]) -> TickColumns:
    numbers: dict[str, int] = {}
    for tick in ticks:
        numbers.setdefault(tick.symbol, len(numbers))
    rows = [(numbers[tick.symbol], tick.at, tick.price, tick.size, tick.bid, tick.ask) for tick in ticks]
    return TickColumns(tuple(numbers), *np.array(rows, dtype=np.int64).reshape(-1, 6).T)


@pytest.fixture(autouse=True)
def _columns_from_the_first_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tapes_folded, "COLUMNS_FROM", 1)


@few
@given(tapes(), st.lists(tapes(size_max=80) | extreme, max_size=4), windows)
def test_ticks_folded_by_columns_give_what_they_give_one_by_one(
    before: list[Tick], frames: list[list[Tick]], window: OpeningWindow | None
) -> None:
    by_row = by_columns = on_ticks(Market(symbol=SPY), before, window=window)
    for frame in frames:
        for tick in frame:
            by_row = on_ticks(by_row, [tick], window=window)
        by_columns = on_columns(by_columns, columns_of(frame), window=window)
        assert by_columns == by_row
    whole = [tick for frame in frames for tick in frame]
    assert on_columns(on_ticks(Market(symbol=SPY), before, window=window), columns_of(whole), window=window) == by_row


contracts = st.tuples(st.integers(0, 8), st.integers(0, 9)).map(
    lambda drawn: Tick(f"SPY260220C{drawn[0]:08d}", drawn[1], 5)
)


@few
@given(st.lists(contracts, max_size=60))
def test_what_has_been_silent_longest_goes_first_by_columns_too(ticks: list[Tick]) -> None:
    with pytest.MonkeyPatch.context() as limited:
        limited.setattr("agents.market.QUOTES_MAX", 4)
        limited.setattr(tapes_folded, "QUOTES_MAX", 4)
        assert on_columns(Market(symbol=SPY), columns_of(ticks)) == on_ticks(Market(symbol=SPY), ticks)


@given(tapes() | extreme)
def test_columns_hold_the_ticks_and_their_marks(ticks: list[Tick]) -> None:
    columns = columns_of(ticks)
    known = [tick._replace(bid_size=-1, ask_size=-1) for tick in ticks]
    assert list(columns.ticks()) == known
    assert [columns.tick(row) for row in range(len(columns))] == known
    assert marks_of(columns.price, columns.bid, columns.ask).tolist() == [tick.mark for tick in ticks]
    assert list(columns[2:].ticks()) == known[2:]


def test_an_instrument_without_a_tick_is_not_touched() -> None:
    ticks = columns_of([Tick(SPY, 1, price=5)])
    wider = replace(ticks, instruments=(SPY, PUT), instrument=np.zeros(1, dtype=np.int64))
    assert on_columns(Market(symbol=SPY), wider) == on_columns(Market(symbol=SPY), ticks)
