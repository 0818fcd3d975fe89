"""The live executor under a scheduler: one broker order for each order, and all that it came to told once."""

from collections import Counter
from collections.abc import Sequence

import pytest

from sinks.live_orders import Followed, LiveOrder
from tests.simulation.executor import execute
from tests.sinks.small_broker import MemoryStore

SCHEDULES = 150


def test_whatever_dies_or_goes_unanswered_each_order_is_placed_once_and_told_once() -> None:
    played = {seed: execute(seed) for seed in range(SCHEDULES)}
    assert {seed: one.violations for seed, one in played.items() if one.violations} == {}
    happened = sum((one.happened for one in played.values()), Counter[str]())
    assert happened["died"]
    assert happened["taken again"]


def test_without_the_unique_key_an_order_that_comes_again_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def add(self: MemoryStore, taken: Sequence[Followed]) -> Sequence[LiveOrder]:
        await self._begin("add")
        for followed in taken:
            self.rows[followed.order.order.client_order_id] = followed.order
            self._tell(followed.updates)
        return [self._joined(followed.order) for followed in taken]

    monkeypatch.setattr(MemoryStore, "add", add)
    assert any(execute(seed).violations for seed in range(60))
