"""Bars of a minute, for charts: of underlyings, and of contracts from their purchase on. Run `python -m sinks.bars`.

The tape is kept on Kafka for a week, its bars in Postgres for good. A price may come twice, and late: the bars end the
same. A contract's bars begin with its fill, so that the table itself says which contracts to go on with after a start.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import asyncpg
import numpy as np
from aiokafka import ConsumerRecord

from schemas.codec import Undecodable, decode, decode_any
from schemas.event import from_micros, to_micros
from schemas.money import to_nanos, to_usd
from schemas.occ import parse_option_symbol
from schemas.orders import OrderFilled
from schemas.ticks import ABSENT, TickFrame, marks_of
from sinks.consumer import batches, consuming
from sinks.database import open_pool
from sinks.minute_bars import Key, MinuteBar, minute_bars
from sinks.process import persist, run
from streams.logs import logger
from streams.readiness import ready
from streams.settings import InvalidSettings, Settings
from streams.topics import FILLS, PRICE_TICKS

GROUP = "tapestream-bars"
NAME = "bars"
PACE_S = 0.5
"""Between writes while the tape is followed: a bar is at most this late, and is not written at each tick."""

SYMBOL_MAX = 50
LATEST_US = to_micros(datetime(9999, 1, 1, tzinfo=UTC))

AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Mark = tuple[str, int, int]

log = logger(__name__)

# contracts that may still have a price, by the day of the newest fill
_KNOWN = """
    SELECT option_symbol AS symbol FROM refactored_positions
     WHERE expiration >= (SELECT max(entry_timestamp)::date FROM refactored_positions)
    UNION SELECT symbol FROM price_bars WHERE start > (SELECT max(start) FROM price_bars) - interval '7 days'
"""

_STORE = """
    INSERT INTO price_bars AS b (symbol, start, open, high, low, close, first_at, last_at)
    SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[],
                         $7::timestamptz[], $8::timestamptz[])
    ON CONFLICT (symbol, start) DO UPDATE SET
        open = CASE WHEN excluded.first_at < b.first_at THEN excluded.open ELSE b.open END,
        close = CASE WHEN excluded.last_at >= b.last_at THEN excluded.close ELSE b.close END,
        high = greatest(b.high, excluded.high), low = least(b.low, excluded.low),
        first_at = least(b.first_at, excluded.first_at), last_at = greatest(b.last_at, excluded.last_at)
"""


class Followed:
    """Which instruments have bars: all underlyings, and contracts once they were bought."""

    def __init__(self, contracts: Sequence[str] = ()) -> None:
        self._contracts = set(contracts)
        self._underlyings: dict[str, bool] = {}

    def add(self, contract: str) -> None:
        """Follow a contract from now on."""
        self._contracts.add(contract)

    def __contains__(self, symbol: str) -> bool:
        if symbol in self._contracts:
            return True
        known = self._underlyings.get(symbol)
        if known is None:
            known = self._underlyings[symbol] = parse_option_symbol(symbol) is None
        return known


def marks_in(messages: Sequence[ConsumerRecord], followed: Followed) -> list[Mark]:
    """Return the marks of messages, in their order; fills first, as they say what is followed."""
    found: list[Mark] = []
    for message in sorted(messages, key=lambda item: item.topic != FILLS.name):
        try:
            if message.topic == FILLS.name:
                fill = decode(OrderFilled, message.value)
                followed.add(fill.option_symbol)
                found.append((fill.option_symbol, to_micros(fill.occurred_at), to_nanos(fill.price)))
            else:
                found += list(_marks(message.value, followed))
        except (Undecodable, ValueError) as error:
            # the topic's own reader dead-letters it
            log.warning("passed_over", topic=message.topic, offset=message.offset, error=type(error).__name__)
    return found


def _marks(value: bytes | None, followed: Followed) -> Iterator[Mark]:
    name, fields = decode_any(value)
    if name != TickFrame.__name__:
        raise Undecodable(f"{TickFrame.__name__}: the message is a {name}")
    names: Sequence[str] = fields["instruments"]
    at, number, price, bid, ask = (
        np.frombuffer(fields[column], dtype="<i8") for column in ("at", "instrument", "price", "bid", "ask")
    )
    if len({len(at), len(number), len(price), len(bid), len(ask)}) != 1:
        raise ValueError("columns of a frame differ in length")
    if len(number) and not 0 <= number.min() <= number.max() < len(names):
        raise ValueError("instrument: counts past the frame's instruments")
    wanted = np.array([len(symbol) <= SYMBOL_MAX and symbol in followed for symbol in names], dtype=bool)
    marks = marks_of(price, bid, ask)
    if not len(number):
        return
    rows = np.flatnonzero(wanted[number] & (marks != ABSENT) & (at >= 0) & (at < LATEST_US))
    columns = (column[rows].tolist() for column in (number, at, marks))
    yield from ((names[one], instant, mark) for one, instant, mark in zip(*columns, strict=True))


async def store(pool: Pool, bars: Mapping[Key, MinuteBar]) -> None:
    """Write bars over what there is of their minutes; raises AWAY."""
    if not bars:
        return
    columns: list[list[Any]] = [[] for _ in range(8)]
    # in one order, so that two writers cannot wait for each other
    for (symbol, start), bar in sorted(bars.items()):
        prices: list[Decimal] = [to_usd(price) for price in (bar.open, bar.high, bar.low, bar.close)]
        times = from_micros(bar.first_at), from_micros(bar.last_at)
        for column, value in zip(columns, (symbol, from_micros(start), *prices, *times), strict=True):
            column.append(value)
    await pool.execute(_STORE, *columns)


async def consume(settings: Settings, *, group: str = GROUP) -> None:
    """Write bars until cancelled; raises InvalidSettings without a database."""
    if not settings.database.url:
        raise InvalidSettings("DATABASE_URL: not set")
    pool: Any = await persist(lambda: open_pool(settings.database.url, max_size=1), what="postgres", passing=AWAY)
    try:
        rows = await persist(lambda: pool.fetch(_KNOWN), what="postgres", passing=AWAY)
        followed = Followed([row["symbol"] for row in rows])
        async with consuming(
            settings.kafka.bootstrap_servers,
            group=group,
            topics=(PRICE_TICKS, FILLS),
            session_timeout_s=settings.kafka.session_timeout_s,
        ) as consumer:
            ready()
            log.info("started", contracts=len(rows))
            async for messages in batches(consumer, pace_s=PACE_S):
                bars = minute_bars(marks_in(messages, followed))
                await persist(lambda bars=bars: store(pool, bars), what="postgres", passing=AWAY)  # type: ignore[misc]  # a default binds the loop's value
    finally:
        pool.terminate()


def main() -> None:
    run(NAME, consume)


if __name__ == "__main__":
    main()
