"""Placing live orders: each reaches the broker once, whatever becomes of requests and answers."""

from collections import deque
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sinks.broker import Refused
from sinks.order_guard import Limits
from tests.sinks.executing import World, cancel_of, order
from tests.sinks.small_broker import Trouble
from tests.sinks.virtual_time import START


async def test_an_order_is_on_record_before_the_broker_knows_it() -> None:
    world = World()
    states = []
    async with world.executing() as execution:
        placed = order()

        def note(what: str) -> None:
            row = world.store.rows.get(placed.client_order_id)
            states.append((what, row and row.state, len(world.broker.orders)))

        world.store.before_next = note
        await execution.take([placed])
        assert world.store.rows[placed.client_order_id].state == "intended"
        assert not world.broker.orders
        await world.time.until(lambda: world.told(placed) == [("accepted", 0)])
    assert states[2:] == [("add", None, 0), ("save", "intended", 0), ("save", "sent", 1)]
    (update,) = world.updates(placed)
    assert (update.source, update.broker_order_id) == ("executor/acc", "b1")


async def test_an_order_that_comes_again_is_placed_once() -> None:
    world = World()
    async with world.executing() as execution:
        placed = order()
        await execution.take([placed, placed])
        await world.carry_out(placed)
        await execution.take([placed])
        await world.time.pass_by(60)
    assert (world.asked("submit"), world.told(placed)) == (1, [("accepted", 0)])


@pytest.mark.parametrize(
    "troubles", [["after"], ["before"], ["after", "after"], ["before", "after"], ["busy", "after"]]
)
async def test_a_request_without_an_answer_places_one_order(troubles: list[Trouble]) -> None:
    world = World()
    async with world.executing():
        world.broker.troubles["submit"] = deque(troubles)
        await world.carry_out(placed := order())
        assert world.told(placed) == [("accepted", 0)]
        world.broker.fill("b1", 3, "2.40")
        assert await world.ended(placed) == [("accepted", 0), ("filled", 3)]
    assert list(world.broker.orders) == ["b1"]


async def test_what_became_of_a_request_is_asked_for_before_it_is_sent_again() -> None:
    world = World()
    world.broker.is_silent = True
    async with world.executing():
        world.broker.troubles["submit"] = deque(["before"])
        await world.carry_out(order())
    whats = [what for what, _ in world.broker.asked]
    assert whats == ["submit", *["find"] * 9, "submit"]
    assert world.time.now() - START >= timedelta(seconds=25)


async def test_an_order_that_cannot_be_seen_for_a_while_is_not_placed_twice() -> None:
    world = World()
    world.broker.is_silent = True
    async with world.executing() as execution:
        placed = order()
        world.broker.troubles["submit"] = deque(["after"])
        world.broker.hidden.add(placed.client_order_id)
        await execution.take([placed])
        await world.time.until(lambda: world.asked("submit") == 2)
        await world.time.pass_by(400)  # past its expiry: it is there, so it has not failed
        assert world.told(placed) == []
        world.broker.hidden.clear()
        await world.time.until(lambda: world.told(placed) == [("accepted", 0)])
    assert list(world.broker.orders) == ["b1"]


async def test_the_stream_may_be_faster_than_the_search() -> None:
    world = World()
    async with world.executing():
        world.broker.troubles["submit"] = deque(["after"])
        world.broker.hidden.add(order().client_order_id)
        await world.carry_out(placed := order())
        assert world.told(placed) == [("accepted", 0)]
        await world.time.pass_by(20)
    assert world.asked("submit") == 1


@pytest.mark.parametrize(
    "code", ["insufficient_buying_power", "pattern_day_trader", "not_tradable", "nothing_to_sell", "not_authorised"]
)
async def test_a_refusal_fails_the_order_with_its_code(code: str) -> None:
    world = World()
    async with world.executing():
        world.broker.troubles["submit"] = deque([Refused(code, "no")])
        await world.carry_out(placed := order())
    (update,) = world.updates(placed)
    assert (update.status, update.reason, update.broker_order_id) == ("failed", code, None)
    assert world.asked("submit") == 1


async def test_a_broker_that_is_busy_is_asked_again_after_its_time() -> None:
    world = World()
    async with world.executing():
        world.broker.troubles["submit"] = deque(["busy"])
        await world.carry_out(order())
    assert [what for what, _ in world.broker.asked] == ["submit", "submit"]
    assert timedelta(seconds=2) <= world.time.now() - START < timedelta(seconds=4)


@pytest.mark.parametrize("closes", [False, True])
async def test_while_the_broker_is_away_openings_fail_when_their_time_is_up_and_exits_wait(closes: bool) -> None:
    world = World()
    async with world.executing() as execution:
        placed = order(closes=closes)
        # it is there to say that there is no such order, and then not any more
        world.broker.troubles["submit"] = deque(["before"] * 200)
        await execution.take([placed])
        if closes:
            await world.time.pass_by(2000)
            assert world.told(placed) == []
            world.broker.troubles["submit"].clear()
            await world.time.until(lambda: world.told(placed) == [("accepted", 0)])
        else:
            assert await world.ended(placed, within_s=340) == [("failed", 0)]
            assert world.updates(placed)[0].reason == "broker_unavailable"
            assert world.time.now() >= START + timedelta(seconds=300)
    assert len(world.broker.orders) == closes


async def test_an_order_that_may_be_there_is_not_given_up() -> None:
    world = World()
    async with world.executing() as execution:
        world.broker.is_silent = True
        world.broker.troubles["submit"] = deque(["after"])
        world.broker.troubles["find"] = deque(["before"] * 150)
        await execution.take([placed := order()])
        await world.time.pass_by(400)
        assert world.told(placed) == []
        await world.time.until(lambda: world.told(placed) == [("accepted", 0)])


async def test_a_broker_that_does_not_answer_is_left_alone_for_a_while() -> None:
    world = World()
    async with world.executing() as execution:
        for what in ("submit", "find"):
            world.broker.troubles[what] = deque(["before"] * 10_000)
        await execution.take([order(f"exit {number}", symbol=f"X{number}", closes=True) for number in range(8)])
        await world.time.pass_by(300)
        asked = len(world.broker.asked)
        await world.time.pass_by(100)
        assert 8 <= len(world.broker.asked) - asked <= 20, "one request each time that it is tried"


async def test_an_opening_order_whose_time_is_up_is_not_placed() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order(expires_at=START))
        await world.carry_out(exits := order("exit", closes=True, expires_at=START))
    assert [(update.status, update.reason) for update in world.updates(placed)] == [("failed", "too_late")]
    assert world.told(exits) == [("accepted", 0)]


async def test_an_order_cancelled_before_it_was_sent_is_never_sent() -> None:
    world = World()
    async with world.executing() as execution:
        placed = order()
        await execution.take([], [cancel_of(placed, "kill_switch")])
        await world.carry_out(placed)
    assert [(update.status, update.reason) for update in world.updates(placed)] == [("canceled", "kill_switch")]
    assert not world.broker.orders


async def test_orders_for_one_contract_are_placed_in_order_those_for_others_at_once() -> None:
    world = World()
    world.broker.is_silent = True
    async with world.executing() as execution:
        world.broker.troubles["submit"] = deque(["before"])
        first, second, other = order("first"), order("second"), order("other", symbol="QQQ")
        await execution.take([first, second, other])
        await world.time.until(lambda: world.is_placed(other))
        assert world.time.now() == START
        assert not world.is_placed(first)
        await world.time.until(lambda: world.is_placed(second))
    sent = [client for what, client in world.broker.asked if what == "submit"]
    assert sent == [one.client_order_id for one in (first, other, first, second)]


async def test_what_is_too_large_is_refused_before_the_broker_hears_of_it() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(large := order("large", quantity=101), dear := order("dear", limit_price=Decimal(200)))
        await world.carry_out(exits := order("exit", closes=True, quantity=101, limit_price=Decimal(200)))
    assert [world.updates(one)[0].reason for one in (large, dear)] == ["order_too_large", "notional_too_large"]
    assert world.told(exits) == [("accepted", 0)]
    assert len(world.broker.orders) == 1


async def test_of_too_many_orders_those_that_open_fail_and_exits_wait() -> None:
    world = World()
    world.limits = replace(world.limits, per_minute_max=2)
    async with world.executing() as execution:
        orders = [order(str(number), symbol=f"X{number}") for number in range(4)]
        exits = order("exit", symbol="XE", closes=True)
        await world.carry_out(*orders)
        assert [world.updates(one)[0].status for one in orders] == ["accepted", "accepted", "failed", "failed"]
        assert world.updates(orders[3])[0].reason == "too_many_orders"
        await execution.take([exits])
        await world.time.until(lambda: world.is_placed(exits))
        assert START + timedelta(seconds=60) <= world.time.now() <= START + timedelta(seconds=62)


async def test_orders_are_counted_across_a_restart() -> None:
    world = World()
    world.limits = Limits(contracts_max=10, notional_max=Decimal(50_000), per_minute_max=1)
    async with world.executing():
        await world.carry_out(order())
    async with world.executing():
        await world.carry_out(second := order("second"))
    assert world.updates(second)[0].reason == "too_many_orders"
