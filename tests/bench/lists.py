"""How fast lists are with 100,000 closed positions behind them, asked 200 times a second over a real uvicorn."""

import asyncio
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg
import httpx

from schemas.codec import encode
from schemas.ids import derived_id
from schemas.positions import Book, Position
from schemas.records import BookRecord
from streams.publisher import Publisher
from streams.topics import BOOKS, book_key, partition_of
from tests.api.serving import PASSWORD, USERNAME, served, until
from tests.bench.asking import at_once, connections, get, steadily
from tests.bench.database import migrated

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
CLOSED, HELD = 100_000, 5
RATE, LASTS_S = 200, 10.0
CONNECTIONS, WARM_S = 64, 3
PATHS = ("/orders/positions", "/history/positions")

_CLOSED = """
    INSERT INTO refactored_positions (
        position_id, account_id, signal_id, symbol, option_symbol, strike, expiration, type, direction, quantity,
        initial_quantity, entry_order_id, exit_order_id, entry_price, exit_price, realized_pnl, position_pnl_percent,
        pnl_r, status, entry_timestamp, exit_timestamp, exit_reason, exit_codes, engine, is_test, last_updated,
        created_at)
    SELECT gen_random_uuid(), CASE n % 10 WHEN 0 THEN 'other' ELSE 'paper' END, gen_random_uuid(), 'SPY',
           'SPY260220C00596000', 596, '2026-02-20', 'call', 'long', 9, 9, gen_random_uuid(), gen_random_uuid(), 3.52,
           5.28, 1584, 50, 50, 'closed', $2::timestamptz - n * interval '1 minute',
           $2::timestamptz - n * interval '1 minute' + interval '1 hour', 'profit_target', '{profit_target}', 'A',
           false, $2, $2
      FROM generate_series(1, $1 * 10 / 9) AS n
"""


def held(number: int) -> Position:
    """Return a position that is open."""
    return Position(
        position_id=derived_id("bench position", number),
        account_id="paper",
        signal_id=derived_id("bench signal", number),
        entry_order_id=derived_id("bench order", number),
        symbol="SPY",
        option_symbol=f"SPY260220C00{590 + number}000",
        strike=Decimal(590 + number),
        expiration=date(2026, 2, 20),
        type="call",
        direction="long",
        quantity=9,
        entry_price=Decimal("3.52"),
        entry_timestamp=AT,
        engine="A",
        experiment_id=derived_id("bench experiment", number),
        stop_at_or_below=1,
        target_at_or_above=2,
        due_at=AT + timedelta(days=5),
        due_reason="max_hold_time",
    )


async def filled(database_url: str, bootstrap_servers: str) -> None:
    """Store the closed positions, and write the book of those that are open."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_CLOSED, CLOSED, AT)
        await connection.execute("ANALYZE refactored_positions")
    finally:
        await connection.close()
    state = Book(account_id="paper", symbol="SPY", positions=tuple(held(number) for number in range(HELD)))
    value = encode(BookRecord(epoch=1, version=1, state=state))
    async with Publisher(bootstrap_servers) as publisher:
        key = book_key("paper", "SPY")
        await (
            await publisher.send_encoded(BOOKS.name, key=key, value=value, partition=partition_of("SPY"), headers=[])
        )


async def asked(address: str, path: str) -> tuple[list[float], float]:
    """Ask at a steady rate, then as fast as it goes.

    Return the seconds of each from when it was due, and the seconds that the fast ones took.
    """
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        answer = await client.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
        token = answer.raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        # what is open is read from Kafka first
        await until(lambda: client.get(path), lambda found: found.status_code == 200)
    async with connections(address, CONNECTIONS) as asking:
        requests = [get(path, token=token)] * int(RATE * LASTS_S)
        await steadily(asking, requests[: RATE * WARM_S], rate=RATE)
        return await steadily(asking, requests, rate=RATE), await at_once(asking, requests)


def measure(bootstrap_servers: str) -> list[tuple[str, float, str, str]]:
    """Return rows of (figure, value, unit, beside it)."""
    rows: list[tuple[str, float, str, str]] = []
    with migrated() as database_url, tempfile.TemporaryDirectory() as folder:
        asyncio.run(filled(database_url, bootstrap_servers))
        environment = {"DATABASE_URL": database_url, "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers}
        with served(Path(folder), **environment) as (_, address):
            for path in PATHS:
                waits_s, took_s = asyncio.run(asked(address, path))
                ordered = sorted(waits_s)
                middle_ms, late_ms = ordered[len(ordered) // 2] * 1e3, ordered[int(len(ordered) * 0.99)] * 1e3
                beside = f"at {RATE}/s for {LASTS_S:g} s, {CLOSED:,} closed positions, from when it was due"
                rows += [
                    (f"GET {path}, p99", late_ms, "ms", f"{beside}; p50 {middle_ms:.1f}"),
                    (f"GET {path}, answered", len(waits_s) / took_s, "queries/s", f"{CONNECTIONS} connections"),
                ]
    return rows
