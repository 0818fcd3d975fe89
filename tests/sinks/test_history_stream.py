"""History on the real Kafka: from topics to rows, with dead letters, and through outages."""

from collections.abc import AsyncIterator
from functools import partial
from random import Random

import pytest

from schemas.codec import encode
from schemas.desks import Desk
from schemas.ids import derived_id
from schemas.records import DeskRecord
from sinks.history import READER
from streams.publisher import Publisher
from streams.topics import CLOCK, CONTROLS, DECISIONS, DESKS, ENRICHMENTS, PARTITIONS, SIGNALS, partition_of
from tests.schemas.story import judged, signal, story
from tests.sinks.both_engines import control, shadowed
from tests.sinks.proxy import line_to
from tests.sinks.running import (
    asking,
    committed,
    dead_letter_of,
    eventually,
    fresh_symbol,
    publish,
    running_history,
    send_bytes,
    stored,
)

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture
async def publisher(kafka: str) -> AsyncIterator[Publisher]:
    async with Publisher(kafka) as opened:
        yield opened


async def test_a_trade_on_the_topics_becomes_rows_whatever_the_order(
    kafka: str, database_url: str, publisher: Publisher
) -> None:
    symbol = fresh_symbol()
    events = story(symbol, symbol)
    Random(7).shuffle(events)
    for event in [*events, *events[:5]]:
        await publish(publisher, event)
    async with running_history(kafka, database_url):
        closed = await stored(
            database_url, "SELECT * FROM refactored_positions WHERE symbol = $1 AND status = 'closed'", symbol
        )
        assert closed["account_id"] == symbol
        await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1 AND status = 'approved'", symbol)
        await stored(
            database_url,
            "SELECT 1 FROM orders WHERE symbol = $1 HAVING count(*) FILTER (WHERE status = 'filled') = 2",
            symbol,
        )


async def test_a_shadow_trade_and_a_control_become_rows(kafka: str, database_url: str, publisher: Publisher) -> None:
    symbol = fresh_symbol()
    events = shadowed(symbol, symbol)
    Random(8).shuffle(events)
    for event in [*events, *events[:2]]:
        await publish(publisher, event)
    changed = control(f"exit_rules.{symbol}", {"min_dte_exit": 3}, seconds=1)
    for partition in range(PARTITIONS):
        await (await publisher.send(CONTROLS, changed, key=changed.name, partition=partition))
    async with running_history(kafka, database_url):
        position = await stored(
            database_url, "SELECT * FROM shadow_positions WHERE symbol = $1 AND status = 'closed'", symbol
        )
        assert (position["account_id"], position["initial_quantity"]) == (symbol, 4)
        await stored(database_url, "SELECT 1 FROM trade_outcomes WHERE symbol = $1 AND is_shadow", symbol)
        rule = await stored(database_url, "SELECT * FROM exit_rules WHERE rule_name = $1", symbol)
        assert rule["min_dte_exit"] == 3


async def test_each_fact_is_visible_without_one_behind_it(kafka: str, database_url: str, publisher: Publisher) -> None:
    async with running_history(kafka, database_url), asking(database_url) as connection:
        first, *others = [fresh_symbol() for _ in range(10)]
        await publish(publisher, signal(first))
        await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", first)
        for symbol in others:
            await publish(publisher, signal(symbol))
            seen = partial(connection.fetchval, "SELECT 1 FROM signals WHERE symbol = $1", symbol)
            await eventually(seen, what="the signal")


async def test_offsets_are_committed_after_the_rows(kafka: str, database_url: str, publisher: Publisher) -> None:
    symbol = fresh_symbol()
    _, partition, offset = await send_bytes(publisher, SIGNALS.name, key=symbol, value=encode(signal(symbol)))
    async with running_history(kafka, database_url) as group:
        await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", symbol)

        async def passed() -> int | None:
            done = await committed(kafka, group, SIGNALS.name, partition)
            return done if done is not None and done > offset else None

        await eventually(passed, what="the commit")


@pytest.mark.parametrize("topic", [ENRICHMENTS.name, DESKS.name])
async def test_what_cannot_be_decoded_is_a_dead_letter_and_the_stream_goes_on(
    kafka: str, database_url: str, publisher: Publisher, topic: str
) -> None:
    symbol = fresh_symbol()
    place = await send_bytes(publisher, topic, key=symbol, value=b"\x00\x00\x00\x00\x07nonsense")
    await publish(publisher, judged(symbol)[0])
    async with running_history(kafka, database_url):
        letter = await dead_letter_of(kafka, topic=place[0], partition=place[1], offset=place[2])
        assert letter.event_id == derived_id("dead-letter", READER, *place)
        assert (letter.reason, letter.value, letter.key) == (
            "undecodable",
            b"\x00\x00\x00\x00\x07nonsense",
            symbol.encode(),
        )
        assert letter.headers == {"ce_id": b"1"}
        row = await stored(database_url, "SELECT * FROM dead_letters WHERE dead_letter_id = $1::uuid", letter.event_id)
        assert (row["topic"], row["partition"], row["offset"]) == place
        await stored(
            database_url, "SELECT 1 FROM refactored_signals WHERE signal_id = $1::uuid", derived_id("signal", symbol)
        )


async def test_what_another_reader_answers_for_is_passed_over(
    kafka: str, database_url: str, publisher: Publisher
) -> None:
    symbol = fresh_symbol()
    for topic in (SIGNALS.name, CLOCK.name):
        await send_bytes(publisher, topic, key=symbol, value=b"not for history")
    place = await send_bytes(publisher, DESKS.name, key=symbol, value=encode(DeskRecord(state=Desk(symbol=symbol))))
    await publish(publisher, signal(symbol))
    async with running_history(kafka, database_url):
        await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", symbol)
        marker = await send_bytes(publisher, ENRICHMENTS.name, key=symbol, value=b"seen")
        await dead_letter_of(kafka, topic=marker[0], partition=marker[1], offset=marker[2])
        letter_id = derived_id("dead-letter", READER, ENRICHMENTS.name, *marker[1:])
        await stored(database_url, "SELECT 1 FROM dead_letters WHERE dead_letter_id = $1::uuid", letter_id)
        async with asking(database_url) as connection:
            passed = await connection.fetch(
                "SELECT topic FROM dead_letters WHERE key = $1 AND topic <> $2", symbol.encode(), ENRICHMENTS.name
            )
            assert passed == []
            assert place[0] == DESKS.name


async def test_a_row_that_postgres_refuses_is_a_dead_letter_and_its_neighbours_are_written(
    kafka: str, database_url: str, publisher: Publisher
) -> None:
    symbol = fresh_symbol()
    neighbours = [signal(symbol, event_id=derived_id("neighbour", symbol, number)) for number in range(9)]
    for event in neighbours[:4]:
        await publish(publisher, event)
    refused = [
        signal(symbol, event_id=derived_id("nul", symbol), timeframe="5\x00m"),
        signal(symbol, event_id="no uuid at all"),
        signal(symbol, event_id=derived_id("long", symbol), timeframe="a timeframe of its own"),
    ]
    places = [await send_bytes(publisher, SIGNALS.name, key=symbol, value=encode(event)) for event in refused]
    for event in neighbours[4:]:
        await publish(publisher, event)
    async with running_history(kafka, database_url):
        for place in places:
            letter = await dead_letter_of(kafka, topic=place[0], partition=place[1], offset=place[2])
            assert letter.reason == "failed"
            assert "timeframe of its own" not in letter.error
            assert "no uuid" not in letter.error
        await stored(
            database_url,
            "SELECT 1 FROM signals WHERE symbol = $1 HAVING count(*) = $2",
            symbol,
            len(neighbours),
        )
        await stored(
            database_url,
            "SELECT 1 FROM dead_letters WHERE key = $1 AND reason = 'failed' HAVING count(*) = 3",
            symbol.encode(),
        )


async def test_a_second_decision_on_a_signal_is_a_dead_letter(
    kafka: str, database_url: str, publisher: Publisher
) -> None:
    symbol = fresh_symbol()
    decision = judged(symbol)[-1]
    second = decision.model_copy(update={"event_id": derived_id("another", symbol)})
    await publish(publisher, decision)
    place = await send_bytes(publisher, DECISIONS.name, key="paper", value=encode(second))
    async with running_history(kafka, database_url):
        letter = await dead_letter_of(kafka, topic=place[0], partition=place[1], offset=place[2])
        assert letter.reason == "failed"
        assert "UniqueViolation" in letter.error


async def test_an_outage_of_postgres_loses_nothing_and_commits_nothing(
    kafka: str, database_url: str, publisher: Publisher
) -> None:
    before, during = fresh_symbol(), fresh_symbol()
    async with line_to(database_url) as (line, url), running_history(kafka, url) as group:
        await publish(publisher, signal(before))
        await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", before)
        line.cut()
        _, partition, offset = await send_bytes(publisher, SIGNALS.name, key=during, value=encode(signal(during)))
        assert partition == partition_of(during)

        async def tried() -> bool | None:
            return line.refused >= 3 or None

        await eventually(tried, what="attempts to reconnect")
        done = await committed(kafka, group, SIGNALS.name, partition)
        assert done is None or done <= offset
        line.mend()
        await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", during)


async def test_connections_that_postgres_ends_are_replaced(kafka: str, database_url: str, publisher: Publisher) -> None:
    async with running_history(kafka, database_url), asking(database_url) as connection:
        for _ in range(3):
            symbol = fresh_symbol()
            await publish(publisher, signal(symbol))
            await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", symbol)
            await connection.execute(
                """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            )


async def test_a_database_that_comes_late_is_waited_for(kafka: str, database_url: str, publisher: Publisher) -> None:
    symbol = fresh_symbol()
    async with line_to(database_url) as (line, url):
        line.cut()
        async with running_history(kafka, url):
            await publish(publisher, signal(symbol))

            async def tried() -> bool | None:
                return line.refused >= 2 or None

            await eventually(tried, what="attempts to connect")
            line.mend()
            await stored(database_url, "SELECT 1 FROM signals WHERE symbol = $1", symbol)


async def test_two_histories_share_the_work(kafka: str, database_url: str, publisher: Publisher) -> None:
    symbols = [fresh_symbol() for _ in range(12)]
    async with running_history(kafka, database_url) as group, running_history(kafka, database_url, group=group):
        for symbol in symbols:
            for event in story(symbol, symbol):
                await publish(publisher, event)
        await stored(
            database_url,
            """SELECT 1 FROM refactored_positions WHERE symbol = ANY($1::text[]) AND status = 'closed'
               HAVING count(*) = $2""",
            symbols,
            len(symbols),
        )
