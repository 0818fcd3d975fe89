"""An executor that dies at any of its transactions, before its commit or after: the next one goes on from there."""

import asyncio
from collections import deque

import pytest

from tests.sinks.executing import World, cancel_of, order


class Dies(Exception):
    """Where the process ends."""


@pytest.mark.parametrize("when", ["before_next", "after_next"])
@pytest.mark.parametrize("troubles", [[], ["after"], ["before"]], ids=str)
@pytest.mark.parametrize("number", range(1, 9))
async def test_wherever_it_dies_an_order_is_placed_once_and_each_execution_told_once(
    when: str, troubles: list[str], number: int
) -> None:
    world = World()
    left = [number]
    placed, cancelled = order("filled"), order("cancelled", symbol="QQQ")

    def count(what: str) -> None:
        left[0] -= 1
        if not left[0]:
            raise Dies(what)

    world.broker.troubles["submit"] = deque(troubles)  # type: ignore[arg-type]  # some of its troubles
    setattr(world.store, when, count)
    for _ in range(3):
        try:
            async with world.executing() as execution:
                # Kafka hands them over again: they are committed only when the executor has taken them
                taking = asyncio.create_task(execution.take([placed, cancelled], [cancel_of(cancelled)]))
                await asyncio.wait({taking, world.task}, return_when=asyncio.FIRST_COMPLETED)
                if not taking.done():
                    taking.cancel()
                    continue
                taking.result()
                await world.time.until(
                    lambda: world.task.done() or all(world.is_placed(one) for one in (placed, cancelled))
                )
                if not world.task.done():
                    theirs = world.broker.order(placed.client_order_id)
                    if theirs.state == "working":
                        world.broker.fill(theirs.broker_order_id, 1, "2.40")
                        world.broker.fill(theirs.broker_order_id, 2, "2.41")
                    await world.time.until(
                        lambda: (
                            world.task.done()
                            or all(
                                world.store.rows[one.client_order_id].state == "ended" for one in (placed, cancelled)
                            )
                        )
                    )
        except* Dies:
            pass
    assert world.told(placed) == [("accepted", 0), ("partially_filled", 1), ("filled", 3)]
    assert world.told(cancelled)[-1] == ("canceled", 0)
    clients = [theirs.client_order_id for theirs in world.broker.orders.values()]
    assert len(clients) == len(set(clients))
