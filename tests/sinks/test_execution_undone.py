"""Executions that a broker takes back or prices anew: told once each, also long after the order's end."""

from decimal import Decimal

import pytest

from tests.sinks.executing import World, order


@pytest.mark.parametrize("has_ended", [False, True])
@pytest.mark.parametrize("price", [None, "2.30"])
async def test_an_execution_is_undone_once_also_long_after_the_end(price: str | None, has_ended: bool) -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.fill("b1", 1, "2.40")
        if has_ended:
            world.broker.fill("b1", 2, "2.45")
            await world.ended(placed)
            await world.time.pass_by(120)
        for _ in range(2):
            world.broker.undo("b1", 1, price=price)
            await world.time.pass_by(1)
    last = world.updates(placed)[-1]
    assert [update.status for update in world.updates(placed)].count(last.status) == 1
    assert (last.status, last.quantity, last.filled_quantity) == ("corrected" if price else "busted", 1, 1)
    assert (last.was_price, last.price) == (Decimal("2.40"), price and Decimal(price))
    assert world.noticed == [("bust", ())]


@pytest.mark.parametrize("repeats", [False, True])
async def test_an_order_goes_on_after_an_execution_was_taken_back(repeats: bool) -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        said = [world.broker.fill("b1", 1, "2.40")]
        await world.time.pass_by(1)
        said.append(world.broker.fill("b1", 1, "2.41"))
        await world.time.pass_by(1)
        world.broker.take_back("b1", 1)
        for news in said if repeats else ():
            world.broker.say(news)
        await world.time.pass_by(1)
        world.broker.fill("b1", 1, "2.42")
        await world.time.pass_by(1)
        world.broker.is_silent = not repeats
        world.broker.fill("b1", 1, "2.43")
        assert await world.ended(placed, within_s=40) == [
            ("accepted", 0),
            ("partially_filled", 1),
            ("partially_filled", 2),
            ("busted", 1),
            ("partially_filled", 3),
            ("filled", 4),
        ]
    assert [update.price for update in world.updates(placed)[-2:]] == [Decimal("2.42"), Decimal("2.43")]


async def test_an_execution_undone_before_its_news_came_is_told_first() -> None:
    world = World()
    async with world.executing():
        await world.carry_out(placed := order())
        world.broker.is_silent = True
        world.broker.fill("b1", 1, "2.40")
        world.broker.is_silent = False
        world.broker.undo("b1", 1)
        await world.time.until(lambda: len(world.updates(placed)) == 3)
    assert world.told(placed) == [("accepted", 0), ("partially_filled", 1), ("busted", 1)]
