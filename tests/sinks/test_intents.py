"""The executor's memory in Postgres: each order once, what is told numbered in order, one executor at a time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest

from schemas.codec import decode
from schemas.orders import OrderUpdated
from sinks.account_lock import Held, LockLost, holding
from sinks.broker import BrokerOrder, Execution
from sinks.intents import CHANNEL, Intents
from sinks.live_orders import Followed, LiveOrder, failed, follow
from tests.sinks.executing import ACCOUNT, cancel_of, order
from tests.sinks.running import asking, eventually
from tests.sinks.virtual_time import START

pytestmark = pytest.mark.postgres


@pytest.fixture
async def held(database_url: str) -> AsyncIterator[Held]:
    async with holding(database_url, ACCOUNT) as lock:
        yield lock


@pytest.fixture
def intents(held: Held) -> Intents:
    return Intents(held, ACCOUNT)


def partly_filled(live: LiveOrder) -> Followed:
    """Return an order of which the broker has executed two contracts of three."""
    seen = BrokerOrder("b1", live.order.client_order_id, live.order.option_symbol, "working", 3, 2)
    executions = [
        Execution("b1", seen.option_symbol, 1, Decimal("2.4"), number, START + timedelta(seconds=number), f"e{number}")
        for number in (1, 2)
    ]
    return follow(live, seen, executions, at=START)


async def told(intents: Intents) -> list[tuple[int, str]]:
    """Return sequence and status of what is to be sent."""
    unsent = await intents.outbox.unsent()
    events = [decode(OrderUpdated, event.value) for event in unsent]
    assert [event.number for event in unsent] == [event.sequence for event in events]
    assert {event.key for event in unsent} <= {"SPY"}
    return [(event.sequence, event.status) for event in events]


async def test_an_order_is_on_record_once_with_the_cancellation_that_came_before_it(intents: Intents) -> None:
    one, two = LiveOrder(order("one"), START), LiveOrder(order("two"), START)
    await intents.ask_cancel([cancel_of(two.order, "kill_switch"), cancel_of(two.order, "later")])
    assert await intents.add([Followed(one), failed(two, "too_late", at=START)]) == [
        one,
        replace(two, state="ended", cancel_reason="kill_switch"),
    ]
    assert await intents.add([failed(one, "too_late", at=START)]) == []
    assert await intents.unfinished() == [one]
    assert [status for _, status in await told(intents)] == ["failed"]


async def test_an_order_comes_back_as_it_was_saved(intents: Intents) -> None:
    live = replace(LiveOrder(order(), START), state="sent", sent_at=START, cancel_reason="expired")
    await intents.add([Followed(replace(live, state="intended", sent_at=None))])
    followed = partly_filled(live)
    await intents.save(followed)
    await intents.save(Followed(replace(followed.order, chain=("b1", "b2"))))
    (found,) = await intents.unfinished()
    assert found == replace(followed.order, chain=("b1", "b2"))
    assert await intents.find("b2") == await intents.find("b1") == found
    assert await intents.find("b3") is None
    assert await intents.sent_since(START) == [START]
    assert await intents.sent_since(START + timedelta(seconds=1)) == []
    busted = replace(found.executions[0], is_busted=True, price=Decimal("2.41"))
    await intents.save(Followed(replace(found, state="ended", executions=(busted, *found.executions[1:]))))
    assert await intents.unfinished() == []
    again = await intents.find("b1")
    assert again is not None
    assert again.executions[0] == busted


async def test_what_follows_is_told_once_and_in_order(intents: Intents) -> None:
    live = LiveOrder(order(), START)
    await intents.add([Followed(live)])
    followed = partly_filled(live)
    for _ in range(2):
        await intents.save(followed)
    events = await told(intents)
    assert [status for _, status in events] == ["accepted", "partially_filled", "partially_filled"]
    numbers = [number for number, _ in events]
    assert numbers == sorted(set(numbers))
    await intents.outbox.mark(numbers[:2])
    assert [number for number, _ in await told(intents)] == numbers[2:]


async def test_orders_of_another_account_are_not_seen(held: Held, intents: Intents) -> None:
    other = Intents(held, "other")
    await other.add([failed(LiveOrder(order(), START), "too_late", at=START)])
    await other.add([Followed(LiveOrder(order("two"), START))])
    assert await intents.unfinished() == []
    assert await told(intents) == []


async def test_a_second_executor_waits_until_the_first_is_gone(database_url: str) -> None:
    async with asking(database_url) as person:
        entered = asyncio.Event()

        async def second() -> None:
            async with holding(database_url, ACCOUNT):
                entered.set()

        async with holding(database_url, ACCOUNT) as first, holding(database_url, "other"):
            waiting = asyncio.create_task(second())

            async def all_have_asked() -> bool | None:
                asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%try_advisory%'"
                return True if await person.fetchval(asked) > 3 else None

            await eventually(all_have_asked, what="the second one waiting")
            assert not entered.is_set()
            watching = asyncio.create_task(first.watch())
            process = first.connection.get_server_pid()
            await person.execute("SELECT pg_terminate_backend($1)", process)
            with pytest.raises(LockLost):
                await watching
            await waiting
            # the first one does not know yet, and changes nothing any more
            with pytest.raises(LockLost):
                await Intents(first, ACCOUNT).add([Followed(LiveOrder(order(), START))])
        assert await person.fetchval("SELECT count(*) FROM broker_orders") == 0


async def test_a_transaction_that_fails_leaves_nothing(intents: Intents) -> None:
    live = LiveOrder(order(), START)
    with pytest.raises(asyncpg.CheckViolationError):
        await intents.add([Followed(live), Followed(replace(live, order=order("two"), state="nonsense"))])  # type: ignore[arg-type]  # refused by Postgres
    assert await intents.unfinished() == []


async def test_whoever_asks_for_a_comparison_is_heard_and_answered(intents: Intents, database_url: str) -> None:
    asked = asyncio.Event()
    await intents.listen(asked.set)
    async with asking(database_url) as person:
        for number in (2, 1):
            await person.execute(
                "INSERT INTO reconciliation_requests VALUES ($1, $2, 'somebody', $3)",
                f"00000000-0000-0000-0000-00000000000{number}",
                ACCOUNT,
                START + timedelta(seconds=number),
            )
        await person.execute("SELECT pg_notify($1, 'other')", CHANNEL)
        await intents.requests()
        assert not asked.is_set()
        await person.execute("SELECT pg_notify($1, $2)", CHANNEL, ACCOUNT)
    await asyncio.wait_for(asked.wait(), 10)
    requests = await intents.requests()
    assert [request[-1] for request in requests] == ["1", "2"]
    await intents.tell([], answers=requests[:1])
    assert await intents.requests() == requests[1:]
