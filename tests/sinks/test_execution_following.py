"""Following live orders to their end: each execution is told once, in order, whatever is lost, repeated or late."""

from collections import deque
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from sinks.broker import Gap
from tests.sinks.executing import World, cancel_of, order
from tests.sinks.virtual_time import START


async def test_each_execution_is_told_with_its_price_and_the_last_one_fills_the_order() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.fill("b1", 1, "2.40")
        world.broker.fill("b1", 2, "2.45")
        assert await world.ended(placed) == [("accepted", 0), ("partially_filled", 1), ("filled", 3)]
    _, first, last = world.updates(placed)
    assert (first.quantity, first.price, last.quantity, last.price) == (1, Decimal("2.40"), 2, Decimal("2.45"))
    sequences = [update.sequence for update in world.store.updates]
    assert sequences == sorted(set(sequences))


async def test_what_is_said_twice_is_told_once() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        for _ in range(3):
            world.broker.say(said := world.broker.fill("b1", 1, "2.40"))
            world.broker.say(said)
        assert await world.ended(placed) == [
            ("accepted", 0),
            ("partially_filled", 1),
            ("partially_filled", 2),
            ("filled", 3),
        ]


async def test_executions_out_of_order_are_told_in_order() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        late = [world.broker.fill("b1", 1, price) for price in ("2.41", "2.42", "2.43")]
        world.broker.is_silent = False
        for news in reversed(late):
            world.broker.say(news)
        await world.ended(placed)
    assert [(update.filled_quantity, update.price) for update in world.updates(placed)[1:]] == [
        (1, Decimal("2.41")),
        (2, Decimal("2.42")),
        (3, Decimal("2.43")),
    ]


async def test_an_execution_whose_news_was_lost_is_asked_for() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        world.broker.fill("b1", 1, "2.40")
        world.broker.is_silent = False
        world.broker.fill("b1", 2, "2.45")
        assert await world.ended(placed, within_s=5) == [("accepted", 0), ("partially_filled", 1), ("filled", 3)]


async def test_an_order_that_ended_unheard_is_looked_at() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        world.broker.fill("b1", 3, "2.40")
        assert await world.ended(placed, within_s=35) == [("accepted", 0), ("filled", 3)]


async def test_an_execution_that_the_broker_lists_late_is_waited_for() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        world.broker.fill("b1", 3, "2.40")
        hidden = world.broker.done.pop()
        world.broker.is_silent = False
        world.broker.say(Gap())
        await world.time.pass_by(20)
        assert world.told(placed) == [("accepted", 0)]
        world.broker.done.append(hidden)
        assert await world.ended(placed, within_s=35) == [("accepted", 0), ("filled", 3)]


async def test_after_a_gap_every_order_at_work_is_asked_for() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(one := order("one"), two := order("two", symbol="QQQ"))
        world.broker.is_silent = True
        world.broker.fill("b1", 3, "2.40")
        world.broker.end("b2", "canceled")
        world.broker.is_silent = False
        assert not world.noticed
        world.broker.say(Gap())
        assert await world.ended(one, within_s=5) == [("accepted", 0), ("filled", 3)]
        assert await world.ended(two, within_s=5) == [("accepted", 0), ("canceled", 0)]
    assert world.noticed == [("gap", ())]


async def test_a_gap_while_the_broker_is_away_is_made_up_for_later() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        world.broker.fill("b1", 3, "2.40")
        world.broker.is_silent = False
        world.broker.troubles["get"] = deque(["before"] * 3)
        world.broker.say(Gap())
        assert await world.ended(placed, within_s=29) == [("accepted", 0), ("filled", 3)]


@pytest.mark.parametrize(
    ("state", "told"),
    [("canceled", ("canceled", "canceled_at_broker")), ("expired", ("expired", "day_over"))],
)
async def test_an_end_nobody_asked_for_is_told_after_what_was_executed(state: str, told: tuple[str, str]) -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        world.broker.fill("b1", 1, "2.40")
        world.broker.is_silent = False
        world.broker.end("b1", state)  # type: ignore[arg-type]  # one of its states
        await world.ended(placed)
    *_, execution, last = world.updates(placed)
    assert (execution.status, execution.filled_quantity) == ("partially_filled", 1)
    assert ((last.status, last.reason), last.filled_quantity) == (told, 1)


async def test_an_order_rejected_after_it_was_accepted_has_failed() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.end("b1", "rejected")
        assert await world.ended(placed) == [("accepted", 0), ("failed", 0)]
    assert world.updates(placed)[-1].reason == "rejected"


async def test_what_is_left_is_cancelled_with_the_reason_that_was_given() -> None:
    world = World()
    async with world.executing() as execution:
        await world.carry_out(placed := order())
        world.broker.fill("b1", 1, "2.40")
        await execution.take([], [cancel_of(placed, "step_over")])
        assert await world.ended(placed) == [("accepted", 0), ("partially_filled", 1), ("canceled", 1)]
    assert world.updates(placed)[-1].reason == "step_over"
    assert world.asked("cancel") == 1


async def test_a_cancellation_that_came_before_its_order_was_placed_follows_it() -> None:
    world = World()
    world.broker.is_silent = True
    async with world.executing() as execution:
        world.broker.troubles["submit"] = deque(["after"])
        await execution.take([placed := order()])
        await world.time.until(lambda: world.asked("submit") == 1)
        await execution.take([], [cancel_of(placed)])
        assert await world.ended(placed, within_s=10) == [("accepted", 0), ("canceled", 0)]


@pytest.mark.parametrize("trouble", ["before", "after", "busy"])
async def test_a_cancellation_without_an_answer_is_asked_for_again(trouble: str) -> None:
    world = World()
    world.broker.is_silent = True
    async with world.executing() as execution:
        await world.carry_out(placed := order())
        world.broker.troubles["cancel"] = deque([trouble])  # type: ignore[list-item]  # one of its troubles
        await execution.take([], [cancel_of(placed)])
        assert await world.ended(placed, within_s=10) == [("accepted", 0), ("canceled", 0)]


async def test_a_cancellation_that_loses_the_race_ends_as_a_fill() -> None:
    world = World()
    async with world.executing() as execution:
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        world.broker.fill("b1", 3, "2.40")
        await execution.take([], [cancel_of(placed)])
        assert await world.ended(placed, within_s=5) == [("accepted", 0), ("filled", 3)]


@pytest.mark.parametrize("is_silent", [False, True])
async def test_an_order_replaced_elsewhere_is_followed(is_silent: bool) -> None:
    world = World()
    async with world.executing() as execution:
        await world.carry_out(placed := order())
        world.broker.fill("b1", 1, "2.40")
        world.broker.is_silent = is_silent
        second = world.broker.replace_elsewhere("b1", quantity=2)
        third = world.broker.replace_elsewhere(second, quantity=2)
        world.broker.fill(third, 1, "2.50")
        await world.time.until(lambda: world.told(placed)[-1] == ("partially_filled", 2), within_s=40)
        await execution.take([], [cancel_of(placed)])
        assert await world.ended(placed) == [
            ("accepted", 0),
            ("partially_filled", 1),
            ("partially_filled", 2),
            ("canceled", 2),
        ]
    assert world.store.rows[placed.client_order_id].chain == ("b1", second, third)


@pytest.mark.parametrize(
    ("quantity", "told"),
    [
        (5, [("accepted", 0), ("partially_filled", 1), ("filled", 3)]),
        (1, [("accepted", 0), ("partially_filled", 1), ("partially_filled", 2), ("canceled", 2)]),
    ],
)
async def test_an_order_replaced_by_another_size_tells_no_more_than_its_own(
    quantity: int, told: list[tuple[str, int]]
) -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.fill("b1", 1, "2.40")
        world.broker.fill(world.broker.replace_elsewhere("b1", quantity=quantity), quantity, "2.50")
        assert await world.ended(placed) == told
    assert sum(update.quantity for update in world.updates(placed)) == told[-1][1]


async def test_an_order_the_broker_does_not_know_any_more_has_failed_when_asked_twice() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        kept = world.broker.orders.pop("b1")
        world.broker.say(Gap())
        await world.time.pass_by(5)
        assert world.told(placed) == [("accepted", 0)], "too young to be given up"
        world.broker.orders["b1"] = kept
        await world.time.pass_by(40)
        del world.broker.orders["b1"]
        assert await world.ended(placed, within_s=40) == [("accepted", 0), ("failed", 0)]
    assert world.updates(placed)[-1].reason == "unknown_at_broker"
    ((_, differences),) = [notice for notice in world.noticed if notice[1]]
    assert [(found.kind, found.subject) for found in differences] == [("order_missing_at_broker", placed.event_id)]


async def test_news_of_an_order_of_somebody_else_is_passed_over() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(order())
        theirs = replace(world.broker.orders["b1"], broker_order_id="x1", client_order_id="by-hand")
        world.broker.orders["x1"] = theirs
        before = len(world.store.told)
        world.broker.fill("x1", 1, "2.40")
        world.broker.undo("x1", 1)
        await world.time.pass_by(1)
        assert len(world.store.told) == before
    assert world.time.now() >= START + timedelta(seconds=1)
