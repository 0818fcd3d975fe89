"""A record is written, read again and goes on: nothing may tell it from one that was never put down."""

import random

from hypothesis import given
from hypothesis import strategies as st

from agents.bars import MINUTE_US
from agents.indicators import indicator_set
from agents.market import OpeningWindow, on_context, on_ticks
from schemas.codec import decode, encode
from schemas.event import from_micros
from schemas.market import HistoricBar, HistoryState, Market
from schemas.money import to_usd
from schemas.records import MarketRecord
from schemas.ticks import Tick
from tests.agents.strategies import AT, CALL, DAY, SPY, context_received, few, micros
from tests.agents.walks import walk

WINDOW = OpeningWindow(day=DAY, day_start_us=micros(-10.5 * 3600), open_us=micros(), until_us=micros(900))


def tape(chance: random.Random, minutes: int) -> list[Tick]:
    """Return a trade or a quote every twenty seconds, some of the trades late."""
    ticks = []
    for number, bar in enumerate(walk(chance, 3 * minutes)):
        at = micros(20 * number - chance.choice([0, 0, 0, 0, 70]))
        if chance.random() < 0.7:
            ticks.append(Tick(SPY, at, price=bar.close, size=bar.volume))
        else:
            ticks.append(Tick(chance.choice([SPY, CALL]), at, bid=bar.low, ask=bar.high))
    return ticks


def warmed(chance: random.Random, count: int) -> Market:
    bars = tuple(
        HistoricBar(
            start=from_micros(micros() + (number - count) * MINUTE_US),
            **{field: to_usd(getattr(bar, field)) for field in ("open", "high", "low", "close")},
            volume=bar.volume,
        )
        for number, bar in enumerate(walk(chance, count))
    )
    history = HistoryState(timeframe="1m", bars=bars)
    return on_context(Market(symbol=SPY), context_received(history=history, occurred_at=AT), day=DAY)


def put_down(market: Market) -> Market:
    return decode(MarketRecord, encode(MarketRecord(state=market))).state


@few
@given(st.integers(0, 2**32), st.sampled_from([0, 7, 40, 190]), st.floats(0, 1), st.floats(0, 1))
def test_a_series_goes_on_from_its_record_as_if_it_had_never_been_put_down(
    seed: int, history: int, first: float, second: float
) -> None:
    chance = random.Random(seed)
    start, ticks = warmed(chance, history), tape(chance, 60)
    uninterrupted = on_ticks(start, ticks, window=WINDOW)
    assert uninterrupted.series["1m"].closed > history + 20
    cuts = sorted(int(share * len(ticks)) for share in (first, second))
    market = start
    for begin, end in zip([0, *cuts], [*cuts, len(ticks)], strict=True):
        market = on_ticks(put_down(market), ticks[begin:end], window=WINDOW)
    assert market == uninterrupted
    assert encode(MarketRecord(state=market)) == encode(MarketRecord(state=uninterrupted))
    for name, series in market.series.items():
        assert indicator_set(series) == indicator_set(uninterrupted.series[name])


@few
@given(st.integers(0, 2**32))
def test_a_replay_gives_the_same_bits(seed: int) -> None:
    once, again = (
        on_ticks(warmed(chance, 60), tape(chance, 20)) for chance in (random.Random(seed), random.Random(seed))
    )
    assert encode(MarketRecord(state=once)) == encode(MarketRecord(state=again))


def test_history_of_a_day_begins_before_the_tape_and_goes_on_with_it() -> None:
    chance = random.Random(7)
    market = on_ticks(warmed(chance, 190), tape(chance, 40), window=WINDOW)
    series = market.series["1m"]
    assert series.closed > 200
    assert series.ema200 is not None
    assert from_micros(series.bars[0].start) < AT < from_micros(series.bars[-1].start)
