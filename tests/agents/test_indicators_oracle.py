"""Every indicator against TA-Lib, on bars of real markets: from the same bar on, and as far as floats can tell."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pytest
import talib

from agents.bars import TIMEFRAMES, on_trades
from agents.indicators import with_closed_bar
from schemas.event import to_micros
from schemas.market import Bar, Series
from schemas.money import NANOS
from streams.feeds.recorded import open_session, ticks_of

Floats = npt.NDArray[np.float64]

SPY_DAILY = Path(__file__).parents[1] / "data" / "spy-daily.zip"
DECI_CENT = NANOS // 10_000
FRAME = 100
"""Trades of a recorded day folded at once: fewer bars than a series keeps."""
SOURCES = ["spy daily", "twx-2014-06-05 1m", "twx-2014-06-05 5m", "spx-2021-01-04 1m", "spx-2021-01-04 5m"]


def daily() -> list[Bar]:
    with zipfile.ZipFile(SPY_DAILY) as archive, archive.open(archive.namelist()[0]) as lines:
        rows = list(csv.reader(io.TextIOWrapper(lines, "ascii", newline="")))
    bars = []
    for day, *prices, volume in rows:
        start = datetime.strptime(day, "%Y%m%d %H:%M").replace(tzinfo=ZoneInfo("America/New_York"))
        opened, high, low, close = (int(price) * DECI_CENT for price in prices)
        bars.append(
            Bar(start=to_micros(start), open=opened, high=high, low=low, close=close, volume=int(float(volume)))
        )
    return bars


@cache
def recorded(session_name: str) -> dict[str, dict[int, Bar]]:
    """Return the closed bars of a recorded day as the tape builds them, by timeframe and start."""
    session = open_session(session_name)
    trades = [(tick.at, tick.price, tick.size) for tick in ticks_of(session) if tick.symbol == session.underlying]
    series: dict[str, Series] = {}
    bars: dict[str, dict[int, Bar]] = {name: {} for name in TIMEFRAMES}
    for first in range(0, len(trades), FRAME):
        series = on_trades(series, trades[first : first + FRAME])
        for name, known in series.items():
            bars[name] |= {bar.start: bar for bar in known.bars}
    return bars


@cache
def folded(source: str) -> tuple[list[Bar], list[Series]]:
    """Return the bars of a source, and the series after each of them."""
    name, _, timeframe = source.partition(" ")
    bars = daily() if timeframe == "daily" else list(recorded(name)[timeframe].values())
    series, after = Series(), []
    for bar in bars:
        series = with_closed_bar(series, bar)
        after.append(series)
    return bars, after


def column(bars: Sequence[Bar], field: str) -> Floats:
    return np.array([getattr(bar, field) for bar in bars], dtype=np.float64)


def expected(bars: Sequence[Bar]) -> dict[str, Floats]:
    high, low, close = column(bars, "high"), column(bars, "low"), column(bars, "close")
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2, talib.MA_Type.SMA)
    average = talib.SMA(close, 20)
    reach = talib.SMA(talib.TRANGE(high, low, close), 20)
    centre = ((talib.MAX(high, 20) + talib.MIN(low, 20)) / 2 + average) / 2
    return {
        **{f"ema{period}": talib.EMA(close, period) for period in (8, 13, 21, 48, 200)},
        "atr14": talib.ATR(high, low, close, 14),
        "bollinger_upper": upper,
        "bollinger_middle": middle,
        "bollinger_lower": lower,
        "keltner_upper": average + 1.5 * reach,
        "keltner_lower": average - 1.5 * reach,
        "momentum": talib.LINEARREG(close - centre, 20),
    }


def found(after: Sequence[Series], field: str) -> Floats:
    return np.array([getattr(series, field) for series in after], dtype=np.float64)  # None is nan


@pytest.mark.parametrize("source", SOURCES)
def test_indicators_of_real_bars_are_those_of_ta_lib(source: str) -> None:
    bars, after = folded(source)
    assert len(bars) > 70
    for field, values in expected(bars).items():
        # a momentum near zero is the small difference of large prices
        within = 1e-9 * float(column(bars, "close").max()) if field == "momentum" else 0.0
        np.testing.assert_allclose(found(after, field), values, rtol=1e-9, atol=within, err_msg=field)


@pytest.mark.parametrize("source", SOURCES)
def test_a_squeeze_is_on_while_the_bollinger_bands_lie_inside_the_keltner_channel(source: str) -> None:
    bars, after = folded(source)
    values = expected(bars)
    known, run = None, 0
    for place, series in enumerate(after):
        if place < 20:
            assert (series.squeeze_on, series.squeeze_bars) == (None, 0)
            continue
        inside = bool(
            values["bollinger_upper"][place] < values["keltner_upper"][place]
            and values["bollinger_lower"][place] > values["keltner_lower"][place]
        )
        run = run + 1 if inside is known else 1
        known = inside
        assert (series.squeeze_on, series.squeeze_bars) == (known, run)


@pytest.mark.parametrize("source", SOURCES)
def test_the_phase_oscillator_smooths_the_distance_from_the_average_in_ranges(source: str) -> None:
    bars, after = folded(source)
    values = expected(bars)
    distance = 100 * (column(bars, "close") - values["ema21"]) / (3 * values["atr14"])
    phase = distance[20]
    assert [series.phase for series in after[:20]] == [None] * 20
    for place in range(20, len(bars)):
        phase = distance[place] if place == 20 else (phase + distance[place]) / 2
        assert after[place].phase == pytest.approx(phase, rel=1e-9, abs=1e-7)


def test_the_momentum_before_is_that_of_the_bar_before() -> None:
    _, after = folded("spy daily")
    assert [series.momentum_before for series in after[1:]] == [series.momentum for series in after[:-1]]


def test_the_days_of_two_decades_saw_squeezes_come_and_go() -> None:
    _, after = folded("spy daily")
    assert sum(series.squeeze_on is True for series in after) > 500
    assert sum(series.squeeze_on is False for series in after) > 500
