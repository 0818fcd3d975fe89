"""What a worker does with what it takes over: late exits first, and never a zombie's record as the last of its key."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from agents.rules import ExitRules, Rules
from schemas.codec import decode, encode
from schemas.orders import OrderPlaced
from schemas.ranks import rank_headers
from schemas.records import BookRecord
from streams import takeover
from streams.topics import BOOKS, CLOCK, ORDERS, PRICE_TICKS, book_key
from tests.agents.strategies import AT, SPY, order
from tests.streams.feeding import BOOK, Fed, clock, holding, quote
from tests.streams.staging import Sent, delivery, recover

SETTLED = takeover.SETTLED_AFTER_S + 1


def last_written(fed: Fed, key: str = BOOK) -> BookRecord:
    """Return the record that compaction keeps of a key."""
    return decode(BookRecord, [entry.value for entry in fed.log.values(BOOKS) if entry.key == key][-1])


def zombie_writes(fed: Fed, behind: BookRecord, said: str) -> None:
    """Let a former owner's record arrive behind its successor's."""
    late = behind.model_copy(
        update={
            "epoch": behind.epoch - 1,
            "version": behind.version + 5,
            "state": behind.state.model_copy(update={"account_id": said}),
        }
    )
    fed.log.sent.append(Sent(BOOKS.name, BOOK, encode(late), fed.home, dict(rank_headers(late))))


async def test_positions_that_time_has_closed_meanwhile_exit_in_the_order_in_which_they_were_due() -> None:
    fed = await Fed(rules=Rules(exits=ExitRules(hold_max=timedelta(hours=1)))).begin()
    entered = {"zeta": 1, "alpha": 30, "paper": 10}
    for account, seconds in sorted(entered.items(), key=lambda item: item[1]):
        await fed.tell(ORDERS, order(account, account_id=account, occurred_at=AT, expires_at=None))
        await fed.tell(PRICE_TICKS, quote("3.50", "3.54", seconds))
    # another process takes over, and time has gone on by a day
    later = await Fed(rules=fed.rules, log=fed.log, offsets=fed.offsets).begin()
    await later.tell(CLOCK, clock(AT + timedelta(days=1)))
    exits = [event for event in later.log.of(ORDERS, OrderPlaced) if event.side == "sell_to_close"]
    assert [event.account_id for event in exits] == ["zeta", "paper", "alpha"]


async def test_a_record_behind_which_a_zombie_has_written_is_written_again_when_its_partition_is_taken_over() -> None:
    fed = await holding(await Fed().begin())
    right = last_written(fed)
    zombie_writes(fed, right, "zombie")
    await fed.begin()
    kept = last_written(fed)
    assert kept.state == right.state
    assert (kept.epoch, kept.version) > (right.epoch, right.version)
    assert (kept.applied, kept.heard, kept.emitted, kept.outbox) == (
        right.applied,
        right.heard,
        right.emitted,
        right.outbox,
    )


async def test_a_takeover_writes_nothing_of_records_that_nobody_else_has_written() -> None:
    fed = await holding(await Fed().begin())
    before = len(fed.log.sent)
    await fed.begin()
    await fed.stage.write_early_again()
    assert len(fed.log.sent) == before


async def test_what_is_written_first_after_a_takeover_is_written_once_more_after_all_that_a_zombie_can_send(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed = await holding(await Fed().begin())
    right = last_written(fed)
    zombie_writes(fed, right, "zombie")
    now = time.monotonic()
    await fed.stage.write_early_again()
    assert last_written(fed).state.account_id == "zombie"  # not yet: another may be on its way
    monkeypatch.setattr(time, "monotonic", lambda: now + SETTLED)
    await fed.stage.write_early_again()
    assert last_written(fed).state == right.state
    written = len(fed.log.sent)
    await fed.stage.write_early_again()
    assert len(fed.log.sent) == written


async def test_others_may_work_while_what_was_written_first_is_written_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed = await Fed().begin()
    for account in ("alpha", "paper", "zeta"):
        await fed.tell(ORDERS, order(account, account_id=account, occurred_at=AT, expires_at=None))
    before, now = len(fed.log.sent), time.monotonic()
    monkeypatch.setattr(takeover, "AGAIN_AT_ONCE", 1)
    monkeypatch.setattr(time, "monotonic", lambda: now + SETTLED)
    writing = asyncio.create_task(fed.stage.write_early_again())
    await asyncio.sleep(0)
    async with fed.stage._lock:
        written = len(fed.log.sent) - before
    await writing
    assert 0 < written < len(fed.log.sent) - before


async def test_what_a_former_owner_has_written_first_its_successor_writes_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed = await holding(await Fed().begin())
    right = last_written(fed)
    later = await Fed(log=fed.log, offsets=fed.offsets, generation=2).begin()
    zombie_writes(fed, right, "zombie")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + SETTLED)
    await later.stage.write_early_again()
    assert last_written(fed).state == right.state
    # what is settled stays as it is, whoever takes it over
    written = len(fed.log.sent)
    last = await Fed(log=fed.log, offsets=fed.offsets, generation=3).begin()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3 * SETTLED)
    await last.stage.write_early_again()
    assert len(fed.log.sent) == written


async def test_a_new_owner_writes_a_record_before_it_acts_on_it_so_that_no_owner_in_between_outranks_it() -> None:
    fed = await holding(await Fed().begin())
    right, before = last_written(fed), len(fed.log.sent)
    later = await Fed(log=fed.log, generation=3).begin()
    repeat = fed.deliveries[-1].message
    await later.stage._process(
        [delivery(PRICE_TICKS, repeat.value, partition=repeat.partition, offset=repeat.offset, generation=3)]
    )
    assert fed.log.sent[before].topic == BOOKS.name  # before what stands in its outbox goes out again
    own = last_written(later)
    assert (own.state, own.epoch) == (right.state, 3)
    zombie_writes(later, own, "zombie")
    last = await Fed(log=fed.log, generation=4).begin()
    assert last.state("books", BOOK) == right.state


async def test_records_of_partitions_that_were_lost_are_forgotten() -> None:
    fed = await holding(await Fed().begin())
    books: Any = fed.known["books"]
    assert books.table.count == 1
    await fed.stage.open({BOOKS.name: {fed.home}})
    assert books.get(BOOK) is not None
    await fed.stage.open({BOOKS.name: {fed.home + 1}})
    assert books.get(BOOK) is None
    assert books.keys() == []
    # and come back as the changelog has them by then
    recover({"books": books}, fed.log)
    assert books.keys() == [book_key("paper", SPY)]


async def test_a_further_rebalance_does_not_forget_what_is_still_to_be_written_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed = await holding(await Fed().begin())
    right = last_written(fed)
    zombie_writes(fed, right, "zombie")
    await fed.stage.open()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + SETTLED)
    await fed.stage.write_early_again()
    assert last_written(fed).state == right.state
