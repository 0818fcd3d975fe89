"""Dead letters sent again: the original bytes to the original place, noted after; and what is not sent again."""

import asyncio
import os
import signal as signals
import sys
from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from schemas.accounts import AccountEvent
from schemas.codec import encode
from schemas.dead_letters import LETTER_BYTES_MAX, DeadLetterUpdated, redrive_of
from schemas.operations import DeadLettered
from sinks.redrive import UNKNOWN, KafkaAway, Wanted, discard, open_letters, redrive
from sinks.tables import EFFECTS
from sinks.writes import apply
from streams.publisher import Publisher
from streams.topics import (
    ACCOUNT_EVENTS,
    BOOKS,
    CLOCK,
    CONTROLS,
    DEAD_LETTER_UPDATES,
    PRICE_TICKS,
    SIGNALS,
    partition_of,
)
from tests.api.serving import NOWHERE
from tests.schemas.story import NOON, traded
from tests.sinks.letters import dealt_with, end_of, letter, pool_of, sent_since, stored
from tests.sinks.running import first, fresh_symbol

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


async def sent_again(kafka: str, url: str, *letters: DeadLettered) -> list[tuple[str, str, str | None]]:
    async with pool_of(url) as pool:
        dealt = await redrive(pool, kafka, [found.event_id for found in letters], by="trader")
    return [(item.dead_letter_id, item.status, item.why) for item in dealt]


async def test_the_original_bytes_go_to_the_original_place_and_say_whom_they_are_for(
    kafka: str, database_url: str
) -> None:
    symbol = fresh_symbol()
    found = letter(symbol=symbol, key=b"\xff\x00key", value=b"\x00\xff not Avro")
    await stored(database_url, found)
    end = await end_of(kafka, SIGNALS, found.partition)
    for _ in range(2):
        assert await sent_again(kafka, database_url, found) == [(found.event_id, "redriven", None)]
    first_sent, second = await sent_since(kafka, SIGNALS, found.partition, end, count=2, letters=[found.event_id])
    assert (first_sent.key, first_sent.value) == (found.key, found.value) == (second.key, second.value)
    headers = dict(first_sent.headers)
    assert {name: headers[name] for name in found.headers} == found.headers
    redriven = redrive_of(headers)
    assert redriven is not None
    assert (redriven.letter_id, redriven.reader, redriven.record) == (found.event_id, "market", f"desks/{symbol}")
    assert redriven.event_id == "s-1"
    noted = await first(
        kafka, DEAD_LETTER_UPDATES, DeadLetterUpdated, lambda update: update.dead_letter_id == found.event_id
    )
    assert (noted.status, noted.changed_by) == ("redriven", "trader")


async def test_a_redriven_control_displaces_no_newer_one(kafka: str, database_url: str) -> None:
    found = letter(topic=CONTROLS, key=b"kill_switch", partition=3)
    await stored(database_url, found)
    end = await end_of(kafka, CONTROLS, 3)
    await sent_again(kafka, database_url, found)
    [sent] = await sent_since(kafka, CONTROLS, 3, end, count=1, letters=[found.event_id])
    assert sent.key == f"redrive/{found.event_id}".encode()


async def test_a_message_too_large_for_its_letter_is_fetched_from_its_place(kafka: str, database_url: str) -> None:
    symbol, value = fresh_symbol(), b"x" * (LETTER_BYTES_MAX + 1)
    async with Publisher(kafka) as publisher:
        placed: Any = await (
            await publisher.send_encoded(
                SIGNALS.name, key=symbol, value=value, partition=partition_of(symbol), headers=[("ce_id", b"7")]
            )
        )
    found = letter(symbol=symbol, offset=placed.offset, value=value)
    assert (found.value, found.is_complete) == (None, False)
    gone = letter(symbol=symbol, offset=10**12, value=value)
    await stored(database_url, found, gone)
    outcomes = {item[0]: item[1:] for item in await sent_again(kafka, database_url, found, gone)}
    assert outcomes[found.event_id] == ("redriven", None)
    assert outcomes[gone.event_id][0] == "refused"
    after, letters = placed.offset + 1, [found.event_id]
    [sent] = await sent_since(kafka, SIGNALS, placed.partition, after, count=1, letters=letters)
    assert (sent.key, sent.value, dict(sent.headers)["ce_id"]) == (symbol.encode(), value, b"7")


@pytest.mark.parametrize("topic", [PRICE_TICKS, CLOCK, BOOKS])
async def test_the_past_is_not_sent_again_as_if_it_were_now(kafka: str, database_url: str, topic: Any) -> None:
    found = letter(topic=topic)
    await stored(database_url, found)
    [(_, status, why)] = await sent_again(kafka, database_url, found)
    assert status == "refused"
    assert why


async def test_a_fill_is_not_told_to_an_account_whose_position_has_been_closed_since(
    kafka: str, database_url: str
) -> None:
    symbol = fresh_symbol()
    events = traded(symbol)
    closed: Any = events[-1]
    filled = AccountEvent(
        event_id=str(uuid4()),
        occurred_at=NOON,
        account_id=closed.account_id,
        kind="order_filled",
        order_id=str(uuid4()),
        position_id=closed.position_id,
        symbol=symbol,
        option_symbol=closed.option_symbol,
        quantity=1,
    )
    closing = filled.model_copy(update={"event_id": str(uuid4()), "kind": "position_closed"})
    late, fine = (letter(topic=ACCOUNT_EVENTS, symbol=symbol, value=encode(event)) for event in (filled, closing))
    await stored(database_url, *events, late, fine)
    outcomes = {item[0]: item[1] for item in await sent_again(kafka, database_url, late, fine)}
    assert outcomes == {late.event_id: "refused", fine.event_id: "redriven"}


async def test_what_is_not_there_or_was_discarded_is_refused(kafka: str, database_url: str) -> None:
    found, missing = letter(), letter()
    await stored(database_url, found)
    async with pool_of(database_url) as pool:
        dealt = await discard(pool, kafka, found.event_id, by="trader", reason="of a test")
        assert dealt.status == "discarded"
    note = await first(
        kafka, DEAD_LETTER_UPDATES, DeadLetterUpdated, lambda update: update.dead_letter_id == found.event_id
    )
    assert (note.status, note.reason) == ("discarded", "of a test")
    await stored(database_url, note)
    outcomes = {item[0]: item[1:] for item in await sent_again(kafka, database_url, found, missing)}
    assert outcomes == {found.event_id: ("refused", "it was discarded"), missing.event_id: ("refused", UNKNOWN)}


async def test_letters_are_chosen_by_what_they_are_oldest_message_first(database_url: str) -> None:
    letters = [letter(), letter(), letter(reader="account"), letter(topic=CONTROLS), letter(reason="undecodable")]
    done = letter()
    await stored(database_url, *reversed(letters), done, dealt_with(done, "redriven"))
    chosen = {
        Wanted(): letters,
        Wanted(reader="account"): [letters[2]],
        Wanted(topic=CONTROLS.name): [letters[3]],
        Wanted(reason="undecodable", reader="market"): [letters[4]],
        Wanted(since=datetime(2100, 1, 1, tzinfo=UTC)): [],
    }
    async with pool_of(database_url) as pool:
        for wanted, expected in chosen.items():
            found, matching = await open_letters(pool, wanted)
            assert sorted(found) == sorted(item.event_id for item in expected)
            assert matching == len(expected)
        found, matching = await open_letters(pool, Wanted(topic=SIGNALS.name, reader="market"), limit=1)
        assert (found, matching) == ([letters[0].event_id], 3)


async def test_with_kafka_away_nothing_is_noted(database_url: str) -> None:
    found = letter()
    await stored(database_url, found)
    async with pool_of(database_url) as pool:
        with pytest.raises(KafkaAway):
            await redrive(pool, NOWHERE, [found.event_id], by="trader")
        assert (await open_letters(pool, Wanted()))[0] == [found.event_id]


async def test_a_status_is_the_newest_updates_whatever_the_order_of_arrival(database_url: str) -> None:
    async with pool_of(database_url) as pool, pool.acquire() as connection:
        for order in permutations(range(4)):
            found = letter()
            statuses = ("redriven", "discarded", "redriven")
            updates = [dealt_with(found, status, seconds=number) for number, status in enumerate(statuses)]
            for number in order:
                event = [found, *updates][number]
                await apply(connection, list(EFFECTS[type(event)](event)))
            row: Any = await connection.fetchrow("SELECT * FROM dead_letters WHERE dead_letter_id = $1", found.event_id)
            assert (row["status"], row["attempts"], row["redriven_at"]) == ("redriven", 2, updates[-1].occurred_at)


async def test_a_kill_before_the_note_leaves_the_letter_open(kafka: str, database_url: str) -> None:
    """The process dies as soon as the message is on its topic; the note may be missing, the letter is not."""
    symbol = fresh_symbol()
    found = letter(symbol=symbol)
    await stored(database_url, found)
    end = await end_of(kafka, SIGNALS, found.partition)
    code = (
        "import asyncio, sys\n"
        "from sinks.database import open_pool\n"
        "from sinks.redrive import redrive\n"
        "async def main():\n"
        "    pool = await open_pool(sys.argv[1], max_size=1)\n"
        "    await redrive(pool, sys.argv[2], [sys.argv[3]], by='killed')\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, database_url, kafka, found.event_id)
    [sent] = await sent_since(kafka, SIGNALS, found.partition, end, count=1, letters=[found.event_id])
    if process.returncode is None:
        os.kill(process.pid, signals.SIGKILL)
    await process.wait()
    assert sent.value == found.value
    async with pool_of(database_url) as pool:
        assert (await open_letters(pool, Wanted()))[0] == [found.event_id]
    assert await sent_again(kafka, database_url, found) == [(found.event_id, "redriven", None)]
    again = await sent_since(kafka, SIGNALS, found.partition, end, count=2, letters=[found.event_id])
    assert {message.value for message in again} == {sent.value}
