"""Bars in Postgres, of what the tape and the fills say."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord

from schemas.codec import encode
from schemas.event import Event, to_micros
from schemas.orders import OrderFilled
from schemas.ticks import Tick, TickFrame
from sinks import bars
from sinks.bars import Followed, marks_in, store
from sinks.minute_bars import minute_bars
from streams.publisher import Publisher
from streams.topics import FILLS, PRICE_TICKS, Topic, partition_of
from tests.schemas.story import NOON, at, traded
from tests.sinks.running import asking, eventually, fresh_symbol, settings_for, working
from tests.sinks.test_history_rows import Pool, pool, write

__all__ = ["pool"]

MINUTE = timedelta(minutes=1)
NANOS = 1_000_000_000


def message(topic: Topic, value: bytes | None) -> ConsumerRecord:
    return ConsumerRecord(topic.name, 0, 1, 0, 0, b"", value, None, 0, 0, ())


def framed(symbol: str, *marks: tuple[float, int]) -> bytes:
    ticks = [Tick(symbol, to_micros(at(seconds)), price=price * NANOS) for seconds, price in marks]
    return encode(TickFrame.of(ticks, source="test", sequence=1))


def bought(symbol: str) -> OrderFilled:
    events: Sequence[Event] = traded(symbol)
    return next(event for event in events if isinstance(event, OrderFilled) and event.side == "buy_to_open")


def test_a_contract_is_followed_from_its_fill_and_an_underlying_always() -> None:
    fill = bought("SPY")
    followed = Followed()
    unheld = [message(PRICE_TICKS, framed(name, (1, 5))) for name in ("SPY", fill.option_symbol)]
    assert [mark[0] for mark in marks_in(unheld, followed)] == ["SPY"]
    # whichever of them came first
    both = [message(PRICE_TICKS, framed(fill.option_symbol, (1, 5))), message(FILLS, encode(fill))]
    assert [mark[0] for mark in marks_in(both, followed)] == [fill.option_symbol] * 2
    assert [mark[0] for mark in marks_in(unheld, followed)] == ["SPY", fill.option_symbol]


def test_what_cannot_be_read_or_stored_is_passed_over() -> None:
    spoilt = [
        message(PRICE_TICKS, value) for value in (None, b"nonsense", encode(bought("SPY")), framed("X" * 51, (1, 5)))
    ]
    late = encode(TickFrame.of([Tick("SPY", bars.LATEST_US, price=1)], source="t", sequence=1).model_copy())
    assert marks_in([*spoilt, message(FILLS, b"?"), message(PRICE_TICKS, late)], Followed()) == []


@pytest.mark.postgres
async def test_bars_told_again_or_late_end_the_same(pool: Pool) -> None:
    frames = [framed("SPY", (1, 10), (2, 12)), framed("SPY", (3, 9), (70, 11)), framed("SPY", (0, 7))]
    for order in ((0, 1, 2), (2, 1, 0), (1, 1, 0, 2)):
        for number in order:
            await store(pool, minute_bars(marks_in([message(PRICE_TICKS, frames[number])], Followed())))
    rows = [dict(row) for row in await pool.fetch("SELECT * FROM price_bars ORDER BY start")]
    assert [(row["start"], row["open"], row["high"], row["low"], row["close"]) for row in rows] == [
        (NOON, 7, 12, 7, 9),
        (NOON + MINUTE, 11, 11, 11, 11),
    ]


@pytest.mark.postgres
async def test_after_a_restart_contracts_that_were_bought_are_still_followed(pool: Pool) -> None:
    fill = bought("SPY")
    await write(pool, [fill])
    assert [row["symbol"] for row in await pool.fetch(bars._KNOWN)] == [fill.option_symbol]
    await pool.execute("TRUNCATE refactored_positions")
    await store(pool, minute_bars([("OTHER260227C00001000", to_micros(NOON), NANOS)]))
    assert [row["symbol"] for row in await pool.fetch(bars._KNOWN)] == ["OTHER260227C00001000"]


@pytest.mark.kafka
@pytest.mark.postgres
async def test_the_tape_and_the_fills_become_bars(kafka: str, database_url: str) -> None:
    symbol = fresh_symbol()
    fill = bought(symbol)
    group = f"bars-{uuid4()}"
    async with Publisher(kafka) as publisher, asking(database_url) as connection:

        async def send(topic: Topic, value: bytes) -> None:
            partition = partition_of(symbol)
            await (await publisher.send_encoded(topic.name, key=symbol, value=value, partition=partition, headers=[]))

        async def closes(wanted: int) -> dict[str, Decimal] | None:
            query = "SELECT symbol, close FROM price_bars WHERE symbol = ANY($1) AND start = $2"
            found: list[Any] = await connection.fetch(query, [symbol, fill.option_symbol], NOON)
            rows = {row["symbol"]: row["close"] for row in found}
            return rows if len(rows) == wanted else None

        async with working(lambda: bars.consume(settings_for(kafka, database_url), group=group)):
            await send(PRICE_TICKS, framed(symbol, (30, 500)))
            first = await eventually(lambda: closes(1), what="a bar of the underlying")
            await send(FILLS, encode(fill.model_copy(update={"occurred_at": at(31)})))
            await eventually(lambda: closes(2), what="a bar of the contract")
            await send(PRICE_TICKS, framed(fill.option_symbol, (32, 3)))

            async def marked() -> Decimal | None:
                rows = await closes(2)
                return None if rows is None or rows[fill.option_symbol] != 3 else rows[fill.option_symbol]

            await eventually(marked, what="the contract's newest mark")
    assert first == {symbol: 500}
