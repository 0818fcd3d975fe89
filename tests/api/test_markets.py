import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from agents.rules import ConfluenceRules
from api.in_force import session_at
from api.intel import intelligence
from api.market_parts import Known
from schemas.codec import encode
from schemas.decisions import EntryContext
from schemas.event import to_micros
from schemas.market import BiasState, FlowTotals, GexState, ListedContract, Market, Quote
from schemas.records import MarketRecord
from streams.publisher import Publisher
from streams.topics import MARKETS, partition_of
from tests.api.serving import serving, until
from tests.api.test_live import Trading
from tests.api.test_queries import AT, insert

NANOS = 1_000_000_000


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as started:
        yield started


@pytest.fixture
def trading(publisher: Publisher) -> Trading:
    return Trading(publisher)


def listed(symbol: str, strike: int, kind: str, *, open_interest: int) -> ListedContract:
    return ListedContract.model_validate(
        {
            "option_symbol": f"{symbol}260220{kind[0].upper()}{strike:05d}000",
            "strike": Decimal(strike),
            "expiration": date(2098, 2, 20),  # the clock is the wall's
            "type": kind,
            "open_interest": open_interest,
            "gamma": Decimal("0.05"),
        }
    )


def market(symbol: str, **more: Any) -> Market:
    chain = [
        listed(symbol, 590, "put", open_interest=700),
        listed(symbol, 600, "call", open_interest=1000),
        listed(symbol, 610, "call", open_interest=10),
    ]
    fields: dict[str, Any] = {
        "symbol": symbol,
        "last": Quote(price=600 * NANOS, traded_at=to_micros(AT)),
        "bias": BiasState(
            event_id_raw="b-1",
            timestamp=AT - timedelta(hours=2),
            bias="bullish",
            bias_score=Decimal(72),
            regime_type="trending",
            stale_after_s=3600,
            timeframes={"5m": "bullish", "1h": "bearish"},
        ),
        "gex": GexState(
            timestamp=AT,
            net_gex=Decimal("-250000000"),
            dealer_position="short_gamma",
            zero_gamma_level=Decimal(606),
            max_pain=Decimal(595),
        ),
        "flow": FlowTotals(
            day=AT.date(),
            entries=60,
            call_premium=Decimal(3000),
            put_premium=Decimal(1000),
            netflow=Decimal(2000),
        ),
        "chain": {item.option_symbol: item for item in chain},
        "chain_at": AT,
    }
    return Market.model_validate(fields | more)


async def write(trading: Trading, *, epoch: int = 1, version: int = 1, **more: Any) -> None:
    record = MarketRecord(epoch=epoch, version=version, state=market(trading.symbol, **more))
    await trading.send(MARKETS, trading.symbol, record)


async def answered(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """Return the answer once what it needs has been read."""
    return await until(lambda: client.get(path), lambda found: found.status_code == 200)


@pytest.mark.kafka
async def test_positioning_tells_exposure_flow_max_pain_and_walls(kafka: str, trading: Trading) -> None:
    await write(trading)
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):
        path = f"/positioning/{trading.symbol.lower()}"
        answer = await answered(client, path)
        gamma = (await answered(client, f"/gamma/{trading.symbol}")).json()
        await write(trading, version=2, gex=None, flow=None, chain={}, chain_at=None)
        bare = await until(lambda: client.get(path), lambda found: found.json()["gex"] is None)
        bare_gamma = (await client.get(f"/gamma/{trading.symbol}")).json()
    told = answer.json()
    assert (told["symbol"], told["price"], told["max_pain"]) == (trading.symbol, 600, 595)
    assert told["walls"] == {"call": 600, "put": 590}
    assert (told["gex"]["net_gex"], told["gex"]["zero_gamma_distance_percent"]) == (-250_000_000, -0.9901)
    assert (told["flow"]["netflow"], told["flow"]["day"]) == (2000, "2026-02-13")
    assert told["listed_contracts"] == 3
    assert told["nothing_since"] is None
    assert gamma["regime"] == "short_gamma"
    assert gamma["position_size_multiplier"] == 0.6
    assert gamma["is_applied"] is True
    assert [(row["strike"], row["call_open_interest"], row["put_open_interest"]) for row in gamma["strikes"]] == [
        (590, 0, 700),
        (600, 1000, 0),
        (610, 10, 0),
    ]
    assert gamma["strikes"][1]["net_gex"] == 1000 * 100 * 0.05 * 600 * 600 / 100
    assert (bare.json()["flow"], bare.json()["walls"], bare.json()["max_pain"]) == (None, None, None)
    assert (bare_gamma["regime"], bare_gamma["strikes"], bare_gamma["dealers"]) == (None, [], None)


@pytest.mark.kafka
async def test_a_record_of_an_older_version_changes_nothing(kafka: str, trading: Trading) -> None:
    await write(trading, epoch=2, version=1)
    other = Trading(trading._publisher)
    # of the same partition, so that what follows the late record has been read after it
    while partition_of(other.symbol) != partition_of(trading.symbol):
        other = Trading(trading._publisher)
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, ACCOUNT_ID=trading.account_id) as (_, client):
        await answered(client, f"/gamma/{trading.symbol}")
        await write(trading, epoch=1, version=9, gex=None)
        for value in (b"", b"nonsense"):
            await trading.send_bytes(MARKETS, trading.symbol, value, partition=partition_of(trading.symbol))
        record = MarketRecord(state=market(other.symbol))
        await trading.send_bytes(MARKETS, other.symbol, encode(record), partition=partition_of(trading.symbol))
        await answered(client, f"/gamma/{other.symbol}")
        kept = await client.get(f"/gamma/{trading.symbol}")
    assert kept.json()["gex"] is not None


@pytest.mark.kafka
async def test_a_watched_symbol_without_data_is_told_as_unknown_since(kafka: str, trading: Trading) -> None:
    environment = {"GAMMA_METRICS_SYMBOLS": trading.symbol, "ACCOUNT_ID": trading.account_id}
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, **environment) as (_, client):
        answer = await answered(client, f"/positioning/{trading.symbol}")
        gamma = await answered(client, f"/gamma/{trading.symbol}")
        unknown = [await client.get(f"/{path}/NOBODY") for path in ("positioning", "gamma")]
        unknown.append(await client.get("/intel/snapshot?symbol=NOBODY"))
    told = answer.json()
    for part in ("price", "gex", "flow", "max_pain", "walls", "as_of"):
        assert told[part] is None
    assert datetime.fromisoformat(told["nothing_since"]) <= datetime.fromisoformat(told["at"])
    assert gamma.json()["nothing_since"] == told["nothing_since"]
    assert [found.status_code for found in unknown] == [404, 404, 404]
    assert {found.headers["content-type"] for found in unknown} == {"application/problem+json"}


@pytest.mark.kafka
async def test_the_dealers_multiplier_is_told_as_unused_while_it_is_switched_off(kafka: str, trading: Trading) -> None:
    await write(trading)
    environment = {"ENABLE_DEALER_GEX": "false", "ACCOUNT_ID": trading.account_id}
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, **environment) as (_, client):
        answer = await answered(client, f"/gamma/{trading.symbol}")
    told = answer.json()
    assert (told["is_applied"], told["dealers"], told["regime"]) == (False, None, "short_gamma")


@pytest.mark.kafka
async def test_the_snapshot_tells_what_is_watched_and_what_biases_say_of_the_callers_positions(
    kafka: str, trading: Trading
) -> None:
    await write(trading)
    entry = EntryContext(chop_score=Decimal(10))
    told_of = trading.position(fired=("chop_spike",), exit_codes=("chop_spike",), bias_seen_at=AT, entry=entry)
    await trading.write_book(version=1, positions=(told_of,))
    others = Trading(trading._publisher)
    others.symbol = trading.symbol
    await others.write_book(version=1, positions=(others.position(),))
    environment = {"GAMMA_METRICS_SYMBOLS": "SPY", "ACCOUNT_ID": trading.account_id, "CLOCK": "tape"}
    async with serving(KAFKA_BOOTSTRAP_SERVERS=kafka, **environment) as (app, client):

        async def snapshot() -> Any:
            return await client.get("/intel/snapshot")

        answer = await until(snapshot, lambda found: found.status_code == 200 and len(found.json()["items"]) == 2)
        held = {item["symbol"]: item for item in answer.json()["items"]}[trading.symbol]
        alone = (await client.get(f"/intel/snapshot?symbol={trading.symbol.lower()}")).json()
        session = await session_at(app.state.settings, app.state.clock.now())
    assert answer.json()["session"]["phase"] == session.phase
    assert [item["symbol"] for item in alone["items"]] == [trading.symbol]
    assert (held["bias"]["bias"], held["bias"]["timeframes"]["1h"]) == ("bullish", "bearish")
    assert held["regime"] == {
        "regime_type": "trending",
        "macro_class": None,
        "entry_mode_hint": None,
        "chop_score": 0,
        "dealer_position": "short_gamma",
    }
    # what another account holds there is not told
    assert [(row["position_id"], row["fired"]) for row in held["exit_intelligence"]] == [
        (trading.position_id, ["chop_spike"])
    ]


async def test_confluence_is_what_an_alert_would_meet() -> None:
    known = Known(symbol="SPY", at=AT, price=None, price_at=None, as_of=None, nothing_since=None).model_dump()
    rules = ConfluenceRules()
    told = intelligence(known, market("SPY"), day=AT.date(), rules=rules, positions=[])
    assert told.bias is not None
    assert told.bias.is_stale
    # 50 + 30 x 2000/4000 x 1 - 15 for dealers who are short gamma
    assert (told.confluence["long"].score, told.confluence["long"].passes) == (50, True)
    assert (told.confluence["short"].score, told.confluence["short"].passes) == (20, False)
    tomorrow = intelligence(known, market("SPY"), day=AT.date() + timedelta(days=1), rules=rules, positions=[])
    assert tomorrow.confluence == {}
    assert tomorrow.flow is not None
    assert not tomorrow.flow.is_today


@pytest.mark.postgres
async def test_biases_are_summed_up_by_symbol_with_those_that_are_stale(database: Any, database_url: str) -> None:
    now = datetime.now(UTC)
    for symbol, age, suppressed in (("SPY", timedelta(minutes=5), False), ("QQQ", timedelta(hours=2), True)):
        bias = BiasState(
            event_id_raw=symbol,
            timestamp=now - age,
            bias="bearish",
            bias_score=Decimal(-40),
            trade_suppressed=suppressed,
            timeframes={"5m": "bearish", "1d": "bullish"},
        )
        state = json.loads(bias.model_dump_json())
        event_id = "6f0b4a52-93bb-5f0c-9d6c-0f2f3c1b8a01"
        await insert(
            database, "bias_state_current", symbol=symbol, state=state, event_id=event_id, updated_at=bias.timestamp
        )
    async with serving(DATABASE_URL=database_url) as (_, client):
        answers = [(await client.get(path)).json() for path in ("/bias/summary", "/api/bias/summary")]
        spy = (await client.get("/bias/summary?symbol=spy")).json()
    for told in answers:
        assert told["counts"] == {"bullish": 0, "bearish": 1, "neutral": 0}
        assert (told["stale"], told["suppressed"]) == (1, 1)
        assert [(item["symbol"], item["is_stale"]) for item in told["items"]] == [("QQQ", True), ("SPY", False)]
        assert told["items"][1]["timeframes"] == {"5m": "bearish", "1d": "bullish"}
        assert 300 <= told["items"][1]["age_s"] < 400
    assert [item["symbol"] for item in spy["items"]] == ["SPY"]


@pytest.mark.parametrize(
    "path", ["/positioning/SPY", "/gamma/SPY", "/intel/snapshot", "/underlyings", "/underlyings/SPY"]
)
async def test_without_kafka_the_market_is_unknown_rather_than_empty(path: str) -> None:
    async with serving() as (_, client):
        answer = await client.get(path)
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
