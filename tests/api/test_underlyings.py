from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from api.underlyings import by_expiration
from schemas.event import to_micros
from schemas.market import Bar, OpeningRange, Series
from streams.publisher import Publisher
from tests.api.serving import serving
from tests.api.test_live import Trading
from tests.api.test_markets import NANOS, answered, listed, write
from tests.api.test_queries import AT


@pytest.fixture
async def trading(kafka: str) -> AsyncIterator[Trading]:
    async with Publisher(kafka) as publisher:
        yield Trading(publisher)


def bar(minutes: int, close: int) -> Bar:
    start = to_micros(AT + timedelta(minutes=minutes))
    price = close * NANOS
    return Bar(start=start, open=price, high=price + NANOS // 2, low=price, close=price, volume=100)


@pytest.mark.kafka
async def test_an_underlying_tells_its_chain_opening_range_and_bars(kafka: str, trading: Trading) -> None:
    opening = OpeningRange(day=AT.date(), minutes=15, high=601 * NANOS, low=598 * NANOS, volume=9, complete=True)
    series = {"5m": Series(bars=(bar(0, 599), bar(5, 600)), bar=bar(10, 601))}
    await write(trading, opening_range=opening, series=series)
    environment = {"GAMMA_METRICS_SYMBOLS": "SPY", "ACCOUNT_ID": trading.account_id}
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, **environment) as (_, client):
        told = (await answered(client, f"/underlyings/{trading.symbol.lower()}")).json()
        daily = (await client.get(f"/underlyings/{trading.symbol}?timeframe=1d")).json()
        watched = (await answered(client, "/underlyings/SPY")).json()
        refused = await client.get(f"/underlyings/{trading.symbol}?timeframe=2m")
        unknown = await client.get("/underlyings/NOBODY")
        symbols = {item["symbol"]: item for item in (await answered(client, "/underlyings")).json()["items"]}
    assert told["opening_range"] == {
        "day": "2026-02-13",
        "is_today": False,
        "minutes": 15,
        "high": 601,
        "low": 598,
        "volume": 9,
        "is_complete": True,
    }
    assert [(row["close"], row["high"]) for row in told["bars"]] == [(599, 599.5), (600, 600.5), (601, 601.5)]
    assert told["expirations"][0]["call_open_interest"] == 1010
    assert daily["bars"] == watched["bars"] == []
    assert (watched["opening_range"], watched["expirations"], watched["chain_at"]) == (None, [], None)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "timeframe")
    assert unknown.status_code == 404
    assert symbols[trading.symbol] == {
        "symbol": trading.symbol,
        "is_watched": False,
        "is_held": False,
        "is_known": True,
    }
    assert symbols["SPY"]["is_watched"]


@pytest.mark.kafka
async def test_a_symbol_is_held_by_its_holder_alone(kafka: str, trading: Trading) -> None:
    await trading.write_book(version=1, positions=(trading.position(),))
    held = {}
    for account_id in (trading.account_id, "another"):
        async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=account_id) as (_, client):
            answer = await answered(client, "/underlyings")
            held[account_id] = [row["symbol"] for row in answer.json()["items"] if row["is_held"]]
    assert held == {trading.account_id: [trading.symbol], "another": []}


def test_expirations_say_nothing_of_what_no_contract_tells() -> None:
    call, put = (listed("SPY", 600, kind, open_interest=5) for kind in ("call", "put"))
    later = call.model_copy(update={"expiration": call.expiration + timedelta(days=7), "strike": Decimal(610)})
    rows = by_expiration([later, call, put.model_copy(update={"open_interest": None, "volume": 3})])
    assert [(row.contracts, row.call_open_interest, row.put_open_interest) for row in rows] == [
        (2, 5, None),
        (1, 5, None),
    ]
    assert [(row.call_volume, row.put_volume) for row in rows] == [(None, 3), (None, None)]
