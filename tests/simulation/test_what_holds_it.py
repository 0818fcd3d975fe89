"""Each part of the recipe taken out: the oracle notices within a few schedules."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from streams.stage import Stage
from tests.simulation.schedule import schedules

Switch = Callable[[pytest.MonkeyPatch], None]


def outbox_is_not_sent_again(patched: pytest.MonkeyPatch) -> None:
    is_news = Stage._is_news

    def touched(self: Any, table: str, key: str, *rest: Any, **more: Any) -> bool:
        self._touched.add((table, key))
        return is_news(self, table, key, *rest, **more)

    patched.setattr(Stage, "_is_news", touched)


def what_has_been_seen_is_worked_in_again(patched: pytest.MonkeyPatch) -> None:
    patched.setattr("streams.bookkeeping.has_seen", lambda record, *, source, offset: False)


def what_has_been_heard_is_worked_in_again(patched: pytest.MonkeyPatch) -> None:
    patched.setattr("streams.bookkeeping.has_heard", lambda record, event: False)


def nothing_waits_for_the_changelog(patched: pytest.MonkeyPatch) -> None:
    async def at_once(futures: Sequence[Any]) -> None:
        """Send what follows from a record, and go on, whether Kafka has the record or not."""

    patched.setattr("streams.outgoing._acknowledged", at_once)


def messages_are_acknowledged_before_their_effects(patched: pytest.MonkeyPatch) -> None:
    process = Stage._process

    async def acknowledged(self: Any, batch: Sequence[Any]) -> None:
        for event in batch if self._open else ():
            event.ack()
        await process(self, batch)

    patched.setattr(Stage, "_process", acknowledged)


def recovery_takes_what_was_written_last(patched: pytest.MonkeyPatch) -> None:
    number = itertools.count(10**9)
    patched.setattr("streams.tables.rank_of", lambda headers: (next(number), 0))


@pytest.mark.parametrize(
    ("switch", "within"),
    [
        (outbox_is_not_sent_again, 20),
        (what_has_been_seen_is_worked_in_again, 20),
        (what_has_been_heard_is_worked_in_again, 20),
        (nothing_waits_for_the_changelog, 20),
        (messages_are_acknowledged_before_their_effects, 20),
        (recovery_takes_what_was_written_last, 150),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_without_it_something_is_lost_or_counts_twice(
    switch: Switch, within: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(monkeypatch)
    assert next((one for one in schedules(0, within) if one.violations), None) is not None
