"""Taking events in while Kafka, Postgres, or both are away."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.claims import Key
from api.deduplication import WINDOW, Deduplication
from api.pool import open_pool
from schemas.market import MarketContextReceived
from schemas.signals import SignalReceived
from schemas.ticks import TickFrame
from streams.publisher import Publisher
from streams.topics import MARKET_CONTEXT, PRICE_TICKS, SIGNALS, partition_of
from tests.api.webhook_stage import (
    NOWHERE,
    DatabaseLine,
    KafkaLine,
    Stage,
    Tape,
    new_symbol,
    settings,
    stage,
    tape,
    until,
)

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

DIRECTIONS = ("long", "short")
TIMEFRAMES = ("1m", "5m", "15m", "1h", "4h", "1d")


@pytest.fixture
async def kafka_line(kafka: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[KafkaLine]:
    line = KafkaLine(monkeypatch, kafka)
    await line.publisher.start()
    yield line
    line.mend()
    await line.publisher.stop()


@pytest.fixture
async def database_line(database_url: str) -> AsyncIterator[DatabaseLine]:
    line = DatabaseLine(database_url)
    yield line
    await line.stop()


@pytest.fixture
async def watched(kafka: str) -> AsyncIterator[Tape]:
    async with tape(kafka, (SIGNALS, MARKET_CONTEXT, PRICE_TICKS)) as opened:
        yield opened


async def accepted(on: Stage, **more: object) -> str:
    answer = await on.post(on.alert(**more))
    assert (answer.status_code, answer.json()["status"]) == (200, "ACCEPTED")
    return str(answer.json()["signal_id"])


async def forwarded(on: Stage) -> bool:
    return bool(await on.pool.fetchval("SELECT count(*) = 0 FROM signal_spool WHERE forwarded_at IS NULL"))


async def published(watched: Tape, symbol: str, count: int) -> list[str]:
    return [event.event_id for event in await watched.read(SIGNALS, SignalReceived, key=symbol, count=count)]


async def test_while_kafka_is_away_alerts_are_spooled_and_forwarded_in_order(
    kafka_line: KafkaLine, database_url: str, monkeypatch: pytest.MonkeyPatch, watched: Tape
) -> None:
    made = settings(monkeypatch)
    async with stage(settings=made, publisher=kafka_line.publisher, database_url=database_url) as on:
        sent = [await accepted(on, timeframe="1w")]
        kafka_line.cut()
        started = time.monotonic()
        sent += [await accepted(on, timeframe=timeframe) for timeframe in TIMEFRAMES]
        # the first waits for Kafka, the others know
        assert time.monotonic() - started < 2.5
        assert not on.intake.kafka_answers
        rows = await on.pool.fetch("SELECT event_id::text, key, partition FROM signal_spool ORDER BY spool_id")
        assert [row["event_id"] for row in rows] == sent[1:]
        assert {(row["key"], row["partition"]) for row in rows} == {(on.symbol, partition_of(on.symbol))}
        answer = await on.post(on.alert(timeframe="1h"))
        assert answer.json()["status"] == "DUPLICATE"
        kafka_line.mend()
        # what comes while the spool empties stays behind what waits there
        sent += [await accepted(on, timeframe=timeframe, direction="short") for timeframe in TIMEFRAMES]
        await until(lambda: forwarded(on))
        sent.append(await accepted(on, timeframe="1w", direction="short"))
        assert on.intake.kafka_answers
        assert await published(watched, on.symbol, len(sent)) == sent
        await watched.look()
        assert sum(message.key == on.symbol.encode() for message in watched.messages) == len(sent)
        (message, *_) = [message for message in watched.messages if message.key == on.symbol.encode()]
        assert {name for name, _ in message.headers} >= {"ce_id", "ce_type", "ce_time", "traceparent"}


async def test_market_data_is_spooled_too(
    kafka_line: KafkaLine, database_url: str, monkeypatch: pytest.MonkeyPatch, watched: Tape
) -> None:
    async with stage(settings=settings(monkeypatch), publisher=kafka_line.publisher, database_url=database_url) as on:
        await accepted(on)
        kafka_line.cut()
        ticks = [{"symbol": on.symbol, "timestamp": 1770996600 + n, "price": 100 + n} for n in range(3)]
        for tick in ticks:
            assert (await on.post_signed(tick, "/api/webhooks/price")).status_code == 200
        # the same once more is the same event
        assert (await on.post_signed(ticks[0], "/api/webhooks/price")).status_code == 200
        gex = {"symbol": on.symbol, "timestamp": 1770996600, "gex": {"net_gex": 1}}
        assert (await on.post_signed(gex, "/api/webhooks/chain")).status_code == 200
        kafka_line.mend()
        await until(lambda: forwarded(on))
        await watched.read(MARKET_CONTEXT, MarketContextReceived, key=on.symbol, count=1)
        shard = str(partition_of(on.symbol))
        frames = await watched.read(PRICE_TICKS, TickFrame, key=shard, count=3)
        prices = [tick.price for frame in frames for tick in frame.ticks() if tick.symbol == on.symbol]
        assert prices == [(100 + n) * 10**9 for n in range(3)]


async def test_what_was_spooled_is_forwarded_by_the_next_process(
    kafka: str, kafka_line: KafkaLine, database_url: str, monkeypatch: pytest.MonkeyPatch, watched: Tape
) -> None:
    made, symbol = settings(monkeypatch), new_symbol()
    never = Publisher("127.0.0.1:9")
    async with stage(settings=made, publisher=never, database_url=database_url) as on:
        on.symbol = symbol
        sent = [await accepted(on, timeframe=timeframe) for timeframe in TIMEFRAMES]
    await never.stop()
    async with stage(settings=made, publisher=kafka_line.publisher, database_url=database_url) as on:
        assert await published(watched, symbol, len(sent)) == sent
        await until(lambda: forwarded(on))


async def test_503_when_neither_takes_it_and_the_next_try_counts(
    kafka_line: KafkaLine,
    database_line: DatabaseLine,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    watched: Tape,
) -> None:
    made = settings(monkeypatch)
    line = await database_line.start()
    async with stage(settings=made, publisher=kafka_line.publisher, database_url=line, watch_url=database_url) as on:
        await accepted(on, timeframe="1w")
        kafka_line.cut()
        database_line.cut()
        started = time.monotonic()
        refused = await on.post(on.alert())
        assert time.monotonic() - started < 2.5
        assert (refused.status_code, refused.json()["status"]) == (503, "ERROR")
        assert refused.headers["retry-after"] == "5"
        assert set(refused.json()) == {"status", "error", "request_id", "webhook_event_id"}
        database_line.mend()
        kafka_line.mend()

        async def taken() -> bool:
            return bool((await on.post(on.alert())).json()["status"] == "ACCEPTED")

        await until(taken)
        # the row of the call that nobody could take is written once Postgres is back
        assert (await on.row(refused))["status"] == "error"
        first, second = (await watched.read(SIGNALS, SignalReceived, key=on.symbol, count=2))[:2]
        assert (first.timeframe, second.timeframe) == ("1w", "5m")


async def test_without_postgres_alerts_are_taken_and_duplicates_known(
    kafka_line: KafkaLine,
    database_line: DatabaseLine,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    watched: Tape,
) -> None:
    made = settings(monkeypatch)
    line = await database_line.start()
    async with stage(settings=made, publisher=kafka_line.publisher, database_url=line, watch_url=database_url) as on:
        await accepted(on, timeframe="1h")
        database_line.cut()
        sent = [await accepted(on), await accepted(on, direction="short")]
        before = await on.post(on.alert(timeframe="1h"))
        while_away = await on.post(on.alert())
        assert [answer.json()["status"] for answer in (before, while_away)] == ["DUPLICATE", "DUPLICATE"]
        assert while_away.json()["signal_id"] == sent[0]
        database_line.mend()
        assert (await on.post(on.alert())).json()["status"] == "DUPLICATE"
        assert (await on.row(while_away))["status"] == "duplicate"
        assert len(await published(watched, on.symbol, 3)) == 3


async def test_with_a_database_that_never_was_alerts_are_taken(
    kafka_line: KafkaLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(settings=settings(monkeypatch), publisher=kafka_line.publisher, database_url=NOWHERE) as on:
        await accepted(on)
        assert (await on.post(on.alert())).json()["status"] == "DUPLICATE"


async def test_a_claim_whose_alert_was_lost_is_given_up(database_url: str) -> None:
    pool = await open_pool(database_url, max_size=5)
    key = Key("paper", new_symbol(), "long", "5m", False)
    at = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
    try:
        claims = Deduplication(pool)
        lost = claims.claim(key, at=at, signal_id=str(uuid4()), window=WINDOW)
        assert await lost.__aenter__() is None
        failure = RuntimeError("not stored")
        assert not await lost.__aexit__(RuntimeError, failure, None)
        signal_id = str(uuid4())
        async with claims.claim(key, at=at, signal_id=signal_id, window=WINDOW) as first:
            assert first is None
        others = Deduplication(pool)
        async with others.claim(key, at=at - timedelta(seconds=59), signal_id=str(uuid4()), window=WINDOW) as first:
            assert first == signal_id

        async def all_idle() -> bool:
            return pool.get_idle_size() == pool.get_size()

        await until(all_idle)
    finally:
        await pool.close()


async def test_claims_of_two_processes_take_turns(database_url: str) -> None:
    pool = await open_pool(database_url, max_size=10)
    key = Key("paper", new_symbol(), "long", "5m", False)
    at = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
    accepted_ids: list[str] = []

    async def take(claims: Deduplication) -> None:
        signal_id = str(uuid4())
        async with claims.claim(key, at=at, signal_id=signal_id, window=WINDOW) as first:
            await asyncio.sleep(0)
            if first is None:
                accepted_ids.append(signal_id)

    try:
        await asyncio.gather(*(take(Deduplication(pool)) for _ in range(6)))
        assert len(accepted_ids) == 1
    finally:
        await pool.close()


async def test_claims_that_come_together_share_a_transaction_and_end_each_in_its_own_way(database_url: str) -> None:
    pool = await open_pool(database_url, max_size=5)  # one group at a time
    keys = [Key("paper", new_symbol(), "long", "5m", False) for _ in range(12)]
    at = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
    claims = Deduplication(pool)
    held = asyncio.Event()

    async def take(number: int) -> str | None:
        async with claims.claim(keys[number], at=at, signal_id=str(uuid4()), window=WINDOW) as first:
            if number == 0:
                await held.wait()  # what comes meanwhile comes together
            if number % 3 == 1:
                raise RuntimeError("not stored")
        return first

    try:
        firsts = [asyncio.create_task(take(number)) for number in range(len(keys))]
        await asyncio.sleep(0)
        held.set()
        outcomes = await asyncio.gather(*firsts, return_exceptions=True)
        assert [outcome is None for outcome in outcomes] == [number % 3 != 1 for number in range(len(keys))]
        rows = await pool.fetch("SELECT symbol FROM webhook_dedup WHERE symbol = ANY($1)", [key.symbol for key in keys])
        assert {row["symbol"] for row in rows} == {key.symbol for number, key in enumerate(keys) if number % 3 != 1}
    finally:
        await pool.close()


async def test_two_processes_with_the_same_claims_in_another_order_do_not_wait_for_each_other_for_ever(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.claims._CLAIM_WITHIN_S", 30.0)
    pools = [await open_pool(database_url, max_size=5) for _ in range(3)]  # one group at a time in each
    at = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
    first, middle, last = (Key("paper", symbol, "long", "5m", False) for symbol in sorted(new_symbol() for _ in "123"))
    accepted_by: list[Key] = []

    async def take(claims: Deduplication, key: Key) -> None:
        async with claims.claim(key, at=at, signal_id=str(uuid4()), window=WINDOW) as found:
            if found is None:
                accepted_by.append(key)

    async def both_wait() -> bool:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(await pools[2].fetchval(waiting)) == 2

    try:
        one, other, third = map(Deduplication, pools)
        taking: list[asyncio.Task[None]] = []
        async with third.claim(middle, at=at - timedelta(hours=1), signal_id=str(uuid4()), window=WINDOW):
            for claims, keys in ((one, (last, middle, first)), (other, (first, middle, last))):
                taking += [asyncio.create_task(take(claims, key)) for key in keys]
            await until(both_wait)
        await asyncio.gather(*taking)
        assert sorted(accepted_by) == [first, middle, last]
    finally:
        for pool in pools:
            await pool.close()


async def test_a_row_that_postgres_refuses_does_not_hold_up_the_others(
    kafka_line: KafkaLine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(settings=settings(monkeypatch), publisher=kafka_line.publisher, database_url=database_url) as on:
        # as JSON this is fine, as Postgres' JSON it is not
        monkeypatch.setattr("api.webhook_calls.stored_json", lambda _: '{"text": "\\u0000"}')
        bad = await on.post(on.alert())
        monkeypatch.undo()
        good = await on.post(on.alert(timeframe="1h"))
        assert (await on.row(bad))["raw_payload"] is None
        assert (await on.row(good))["raw_payload"]["symbol"] == on.symbol


async def test_what_waits_in_the_log_is_bounded(kafka_line: KafkaLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.webhook_log.ROWS_MAX", 5)
    monkeypatch.setattr("api.webhook_log.PAYLOAD_BYTES_MAX", 500)
    async with stage(settings=settings(monkeypatch), publisher=kafka_line.publisher, database_url=NOWHERE) as on:
        for _ in range(8):
            assert (await on.post(on.alert())).status_code == 200
        waiting = list(on.intake.log._rows)
        assert len(waiting) == 5
        assert sum(len(row.raw_payload or "") for row in waiting) <= 500
