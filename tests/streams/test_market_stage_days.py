"""Frames of two days that wait behind each other: what the first day does to a position counts on the second."""

from datetime import timedelta
from typing import Any

import pytest

from agents.rules import Rules
from schemas.codec import decode, encode
from schemas.event import to_micros
from schemas.occ import underlying_of
from schemas.orders import OrderPlaced
from schemas.ranks import rank_headers
from schemas.ticks import Tick, TickFrame
from streams.processors.market import MarketStage
from streams.sessions import SessionCalendar
from streams.topics import ORDERS, PRICE_TICKS, partition_of
from tests.bench.holding import holding
from tests.bench.spy_day import CENT, ENTRY, MIDNIGHT, names
from tests.streams.staging import MARKET_TABLES, Line, Log, delivery, started, tables

CONTRACT = names()[1][0]


def frame(day: int, hour: int, gains: list[int]) -> bytes:
    """Return quotes whose middles are so many percent above what was paid."""
    at = to_micros(MIDNIGHT + timedelta(days=day, hours=hour))
    marks = [ENTRY * (100 + gain) // 100 for gain in gains]
    ticks = [Tick(CONTRACT, at + row, bid=mark - CENT, ask=mark + CENT) for row, mark in enumerate(marks)]
    return encode(TickFrame.of(ticks, source="feed", sequence=0))


@pytest.mark.parametrize("together", [1, 3])
async def test_a_stop_that_was_moved_yesterday_holds_in_the_first_frame_of_today(together: int) -> None:
    known, log = tables(MARKET_TABLES), Log()
    partition = partition_of(underlying_of(CONTRACT))
    for key, record in holding([("a0", CONTRACT)]).records.items():
        known["books"].table.put(key.encode(), encode(record), rank_headers(record), partition=partition)
    stage: Any = started(MarketStage, known, Line(log), rules=Rules(), calendar=SessionCalendar("XNYS"))
    await stage.open()
    frames = [frame(0, 10, [0, 30, 45]), frame(1, 10, [1, 2]), frame(1, 11, [3, 4])]
    messages = [delivery(PRICE_TICKS, value, partition=partition, offset=offset) for offset, value in enumerate(frames)]
    for first in range(0, len(messages), together):
        await stage._process(messages[first : first + together])
    orders = [decode(OrderPlaced, sent.value) for sent in log.values(ORDERS)]
    assert [(order.exit_reason, order.occurred_at - MIDNIGHT) for order in orders] == [
        ("partial_profit", timedelta(hours=10, microseconds=1)),
        ("trailing_stop", timedelta(days=1, hours=10)),
    ]
