"""The executor at a broker that misbehaves: every order placed once, every execution told once, books that agree."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from schemas.codec import decode, encode
from schemas.operations import DeadLettered
from sinks.account_lock import LockLost
from streams.topics import DEAD_LETTERS, ORDERS, partition_of
from tests.brokers.alpaca.running import FakeAlpaca
from tests.brokers.executor_at_work import Floor, floor_at
from tests.sinks.letters import end_of, sent_since
from tests.sinks.proxy import line_to
from tests.sinks.running import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


@pytest.fixture
async def floor(fake: FakeAlpaca, kafka: str, database_url: str) -> AsyncIterator[Floor]:
    async with floor_at(fake, kafka, database_url) as made:
        yield made


REQUESTS: list[dict[str, Any]] = [
    {"kind": "error_before", "status": 503},
    {"kind": "error_after", "status": 502},
    {"kind": "timeout_before", "seconds": 3},
    {"kind": "timeout_after", "seconds": 3},
    {"kind": "throttle", "seconds": 0.2},
    {"kind": "reset_before"},
    {"kind": "reset_after"},
    {"kind": "slow", "seconds": 0.2},
    {"kind": "invisible", "seconds": 1},
]


@pytest.mark.parametrize("trouble", REQUESTS, ids=lambda trouble: trouble["kind"])
async def test_a_request_that_goes_wrong_places_one_order(floor: Floor, trouble: dict[str, Any]) -> None:
    if trouble["kind"] == "invisible":
        floor.fake.behave("error_after", status=500)
    floor.fake.behave(**trouble)
    async with floor.executing():
        await floor.place(order := floor.order())
        told = await floor.ended(order)
    assert (told.statuses[0], told.statuses[-1], told.quantity) == ("accepted", "filled", 3)
    assert floor.fake.misbehaved(trouble["kind"])
    assert len(floor.fake.book()["orders"]) == 1
    await floor.agrees()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("refuse_buying_power", "insufficient_buying_power"),
        ("refuse_day_trade", "pattern_day_trader"),
        ("reject", "rejected"),
    ],
)
async def test_an_order_the_broker_will_not_have_fails_with_its_reason(floor: Floor, kind: str, reason: str) -> None:
    floor.fake.behave(kind)
    async with floor.executing():
        await floor.place(order := floor.order())
        told = await floor.ended(order)
        assert (told.statuses[-1], told.reason, told.quantity) == ("failed", reason, 0)
        await floor.place(exits := floor.order("exit", closes=True))
        assert (await floor.ended(exits)).reason == "nothing_to_sell"


STREAM: list[dict[str, Any]] = [
    {"kind": "duplicate"},
    {"kind": "lose"},
    {"kind": "reorder"},
    {"kind": "delay", "seconds": 0.3},
    {"kind": "drop"},
]


@pytest.mark.parametrize("trouble", STREAM, ids=lambda trouble: trouble["kind"])
async def test_news_that_goes_wrong_tells_each_execution_once(floor: Floor, trouble: dict[str, Any]) -> None:
    floor.fake.behave("partial_fills", next=1, pieces=3)
    async with floor.executing():
        await floor.until(lambda: floor.fake.listeners("trade_updates"), what="a listener")
        floor.fake.behave(**trouble, next=2)
        await floor.place(order := floor.order())
        # what is lost to the end is heard of by another update, or by a look after a gap
        await floor.until(lambda: floor.of(order).statuses, what="the order")
        if trouble["kind"] == "lose":
            floor.fake.stream("trade_updates", "drop")
        told = await floor.ended(order)
    assert told.statuses == ["accepted", "partially_filled", "partially_filled", "filled"]
    assert floor.fake.misbehaved(trouble["kind"])
    await floor.agrees()


async def test_a_replay_of_the_whole_stream_tells_nothing_twice(floor: Floor) -> None:
    async with floor.executing():
        await floor.place(first := floor.order("first"))
        await floor.ended(first)
        floor.fake.stream("trade_updates", "replay")
        await floor.place(second := floor.order("second"))
        await floor.ended(second)
    assert floor.of(first).statuses == ["accepted", "filled"]
    await floor.agrees()


async def test_what_happened_while_the_stream_was_away_is_told(floor: Floor) -> None:
    floor.fake.quote(floor.contract, "2.00", "3.00")
    async with floor.executing():
        await floor.place(order := floor.order())
        await floor.until(lambda: floor.of(order).statuses, what="the order")
        theirs = await floor.at_broker(order)
        floor.fake.behave("error_before", on="GET /stream", next=2)
        floor.fake.stream("trade_updates", "drop")
        floor.fake.by_hand(theirs["id"], "fill", qty=1, price="2.45")
        floor.fake.by_hand(theirs["id"], "cancel")
        told = await floor.ended(order)
    assert (told.statuses, told.cost) == (["accepted", "partially_filled", "canceled"], Decimal("2.45"))
    assert told.reason == "canceled_at_broker"


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        (None, ["accepted", "canceled"]),
        ("slow_cancel", ["accepted", "canceled"]),
        ("cancel_loses", ["accepted", "filled"]),
        ("cancel_then_filled", ["accepted", "filled"]),
        ("timeout_after", ["accepted", "canceled"]),
        ("error_before", ["accepted", "canceled"]),
    ],
)
async def test_a_cancellation_ends_the_order_one_way_or_the_other(
    floor: Floor, kind: str | None, statuses: list[str]
) -> None:
    floor.fake.quote(floor.contract, "2.00", "3.00")
    async with floor.executing():
        await floor.place(order := floor.order())
        await floor.until(lambda: floor.of(order).statuses, what="the order")
        if kind is not None:
            on = {"on": "DELETE /v2/orders"} if kind in ("timeout_after", "error_before") else {}
            floor.fake.behave(kind, seconds=1.2, **on)
        await floor.cancel(order)
        told = await floor.ended(order)
    assert told.statuses == statuses
    assert told.reason == ("step_over" if statuses[-1] == "canceled" else None)
    await floor.agrees()


@pytest.mark.parametrize(("kind", "status"), [("unsolicited_cancel", "canceled"), ("unsolicited_expiry", "expired")])
async def test_an_end_nobody_asked_for_is_told(floor: Floor, kind: str, status: str) -> None:
    floor.fake.quote(floor.contract, "2.00", "3.00")
    floor.fake.behave(kind, seconds=0.1)
    async with floor.executing():
        await floor.place(order := floor.order())
        assert (await floor.ended(order)).statuses == ["accepted", status]


async def test_an_order_replaced_elsewhere_is_ours_still(floor: Floor) -> None:
    floor.fake.quote(floor.contract, "2.00", "3.00")
    async with floor.executing():
        await floor.place(order := floor.order())
        await floor.until(lambda: floor.of(order).statuses, what="the order")
        theirs = await floor.at_broker(order)
        floor.fake.by_hand(theirs["id"], "fill", qty=1, price="2.45")
        new = floor.fake.by_hand(theirs["id"], "replace", qty=2, limit_price="2.60")
        floor.fake.by_hand(new["replaced_by"], "fill", qty=2, price="2.60")
        told = await floor.ended(order)
    assert (told.statuses, told.cost) == (["accepted", "partially_filled", "filled"], Decimal("7.65"))


@pytest.mark.parametrize("what", ["bust", "correct"])
async def test_an_execution_is_undone_after_the_end(floor: Floor, what: str) -> None:
    async with floor.executing():
        await floor.place(order := floor.order())
        told = await floor.ended(order)
        (execution,) = floor.fake.book()["executions"]
        if what == "bust":
            floor.fake.bust(execution["id"])
            await floor.until(lambda: "busted" in told.statuses, what="the bust")
        else:
            floor.fake.correct(execution["id"], "2.44")
            await floor.until(lambda: "corrected" in told.statuses, what="the correction")
    assert (told.quantity, told.cost) == ((0, 0) if what == "bust" else (3, Decimal("7.32")))


async def test_an_order_that_cannot_be_stored_is_set_aside_and_the_others_are_carried_out(floor: Floor) -> None:
    partition = partition_of(ORDERS.name)
    offset = await end_of(floor.kafka, DEAD_LETTERS, partition)
    bad = floor.order("bad", event_id="no\x00id", client_order_id="ts-bad")
    one, two = floor.order("one"), floor.order("two")
    async with floor.executing() as executing:
        await floor.place(one, bad, two)
        await floor.ended(one, two)

        async def letter() -> DeadLettered | None:
            end = await end_of(floor.kafka, DEAD_LETTERS, partition)
            sent = await sent_since(floor.kafka, DEAD_LETTERS, partition, offset, count=end - offset)
            letters = (decode(DeadLettered, one.value) for one in sent)
            return next((one for one in letters if one.value == encode(bad)), None)

        found = await eventually(letter, what="the letter of the order")
        assert not executing.done()
    assert (found.reader, found.reason, found.record) == ("executor", "failed", "broker-orders")
    assert "CharacterNotInRepertoire" in found.error
    assert len(floor.fake.book()["orders"]) == 2
    await floor.agrees()


async def test_a_second_executor_does_nothing_until_the_first_is_gone(floor: Floor) -> None:
    async with floor.executing() as first:
        await floor.place(one := floor.order("one"))
        await floor.ended(one)
        async with floor.executing() as second:
            await floor.place(two := floor.order("two"))
            await floor.ended(two)
            first.cancel()
            await asyncio.wait({first})
            await floor.place(three := floor.order("three"))
            await floor.ended(three)
            assert not second.done()
    assert [floor.of(order).statuses for order in (one, two, three)] == [["accepted", "filled"]] * 3
    assert len(floor.fake.book()["orders"]) == 3
    await floor.agrees()


async def test_without_its_database_nothing_is_sent_and_what_was_begun_goes_on_later(
    fake: FakeAlpaca, kafka: str, database_url: str
) -> None:
    async with line_to(database_url) as (line, address), floor_at(fake, kafka, address) as floor:
        async with floor.executing() as first:
            await floor.place(one := floor.order("one"))
            await floor.ended(one)
            line.cut()
            await floor.place(two := floor.order("two"))
            with pytest.raises(LockLost):
                await first
        async with floor.executing() as second:
            assert len(floor.fake.book()["orders"]) == 1
            line.mend()
            await floor.ended(two)
            assert not second.done()
        assert len(floor.fake.book()["orders"]) == 2
        await floor.agrees()
