"""The consumer's own part: what is handed over, in which order, and when it goes back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from streams.transport import merged
from tests.agents.strategies import few
from tests.streams.consuming import CHANGELOG, A, B, Handed, Record, Recovery, records

polls = st.dictionaries(
    st.sampled_from([A, B, TP("a.v1", 1), CHANGELOG]), st.lists(st.integers(0, 10), max_size=8), max_size=4
)


@few
@given(polls)
def test_a_poll_is_merged_by_time_and_each_partition_keeps_its_order(stamps: dict[TP, list[int]]) -> None:
    poll = {tp: records(tp, found) for tp, found in stamps.items()}
    found = list(merged(poll))
    assert len(found) == sum(map(len, poll.values()))
    for tp, own in poll.items():
        assert [record for at, record in found if at == tp] == own
    # a clock that went back counts as standing still
    clocks = [max(stamps[tp][: record.offset + 1]) for tp, record in found]
    assert clocks == sorted(clocks)


@few
@given(polls)
def test_the_order_of_a_poll_does_not_depend_on_the_order_of_its_partitions(stamps: dict[TP, list[int]]) -> None:
    poll = {tp: records(tp, found) for tp, found in stamps.items()}
    assert list(merged(dict(reversed(poll.items())))) == list(merged(poll))


async def test_messages_are_handed_over_in_order_and_once() -> None:
    consumer = Handed()
    await consumer.poll(A, 5, 6, 7)
    await consumer.poll(A, 6, 7, 8)
    assert consumer.offsets == [5, 6, 7, 8]
    assert consumer.sought == []
    assert consumer._read_offset[A] == 8


async def test_behind_a_gap_nothing_is_handed_over_before_what_is_missing() -> None:
    consumer = Handed()
    await consumer.poll(A, 5)
    await consumer.poll(A, 8, 9)
    assert consumer.offsets == [5]
    assert consumer.sought == [(A, 6)]
    await consumer.poll(A, 6, 7, 8, 9)
    assert consumer.offsets == [5, 6, 7, 8, 9]


async def test_a_gap_that_is_still_there_after_going_back_is_the_logs_own() -> None:
    consumer = Handed()
    await consumer.poll(A, 5)
    await consumer.poll(A, 8)
    await consumer.poll(A, 8, 9)
    assert consumer.offsets == [5, 8, 9]
    assert consumer.sought == [(A, 6)]


async def test_a_second_gap_is_looked_into_as_the_first_was() -> None:
    consumer = Handed()
    for offsets in ((5,), (8,), (8,), (20,), (9, 20)):
        await consumer.poll(A, *offsets)
    assert consumer.offsets == [5, 8, 9]
    assert consumer.sought == [(A, 6), (A, 9), (A, 10)]
    await consumer.poll(A, 20)
    assert consumer.offsets == [5, 8, 9, 20]


async def test_a_gap_in_one_partition_does_not_hold_up_the_others() -> None:
    consumer = Handed()
    await consumer.poll(A, 5)
    both = {A: records(A, [1, 1], first=8), B: records(B, [0, 2], first=3)}
    await consumer._deliver(both, None)
    assert consumer.handed == [(A, 5), (B, 3), (B, 4)]


async def test_a_changelog_may_have_gaps() -> None:
    consumer = Handed()
    await consumer.poll(CHANGELOG, 1, 5, 9)
    assert consumer.offsets == [1, 5, 9]
    assert consumer.sought == []


async def test_what_was_fetched_of_a_paused_partition_is_put_back() -> None:
    consumer = Handed()
    await consumer._deliver({A: records(A, [0]), B: records(B, [0])}, {B})
    assert consumer.handed == [(B, 0)]
    assert consumer.sought == [(A, 0)]


@dataclass(eq=False)
class Delivered:
    """As much of a Faust message as acknowledging looks at."""

    tp: TP
    offset: int
    generation_id: int = 1
    acked: bool = False


async def test_a_commit_that_kafka_refuses_is_made_the_next_time() -> None:
    consumer = Handed()
    consumer.refuses = True
    consumer.ack(Delivered(A, 4))
    assert not await consumer.commit()
    consumer.refuses = False
    assert await consumer.commit()
    assert not await consumer.commit()
    assert consumer.commits == [{A: 5}]


async def test_a_message_of_an_earlier_generation_is_not_taken_for_done() -> None:
    consumer = Handed()
    assert not consumer.ack(Delivered(A, 4, generation_id=0))
    assert not await consumer.commit()


async def test_once_a_rebalance_has_begun_nothing_more_is_handed_over() -> None:
    class Interrupted(Handed):
        async def callback(self, message: Any) -> None:
            await super().callback(message)
            if message.offset == 6:
                self.suspend_flow.set()

    consumer = Interrupted()
    await consumer.poll(A, 5, 6, 7)
    assert consumer.offsets == [5, 6]
    assert consumer._read_offset[A] == 6
    consumer.suspend_flow.clear()
    await consumer.poll(A, 8)
    assert consumer.offsets == [5, 6]
    assert consumer.sought == [(A, 7)]


async def test_a_poll_of_an_earlier_generation_is_dropped() -> None:
    class Reassigned(Handed):
        async def callback(self, message: Any) -> None:
            await super().callback(message)
            self.app.consumer_generation_id += 1

    consumer = Reassigned()
    await consumer.poll(A, 5, 6)
    assert consumer.offsets == [5]


@few
@given(st.lists(st.lists(st.integers(0, 12), max_size=6).map(sorted), max_size=10))
def test_whatever_is_fetched_the_hand_over_never_goes_back_and_skips_only_what_was_asked_for_again(
    fetches: list[list[int]],
) -> None:
    consumer = Handed()

    async def deliver() -> None:
        for offsets in fetches:
            await consumer.poll(A, *offsets)

    asyncio.run(deliver())
    handed = consumer.offsets
    assert handed == sorted(set(handed))
    for before, after in pairwise(handed):
        assert after == before + 1 or (A, before + 1) in consumer.sought


async def test_a_poll_that_was_on_its_way_through_a_rebalance_brings_nothing() -> None:
    class Reassigned(Handed):
        flow_active = True

        def _get_active_partitions(self) -> set[Any]:
            return {A}

        async def _getmany(self, active_partitions: set[Any] | None, timeout: float) -> Any:
            self.app.consumer_generation_id += self.app.consumer_generation_id == 1
            return {A: records(A, [0])}

    consumer = Reassigned()
    assert await consumer._polled() == ({}, {A})
    assert list((await consumer._polled())[0]) == [A]


@dataclass
class Table:
    watermark: float = 0.0
    recovered: list[int] = field(default_factory=list)

    def recover(self, partition: int, messages: Sequence[Record]) -> None:
        self.recovered += [message.offset for message in messages]


@dataclass
class Recovering(Recovery):
    """As much of Faust's recovery as the consumer looks at."""

    in_recovery: bool = True
    table: Table = field(default_factory=Table)
    active_tps: frozenset[TP] = frozenset({CHANGELOG})
    active_offsets: dict[TP, int] = field(default_factory=lambda: {CHANGELOG: -1})
    highwater: int = 9
    signal_recovery_end: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def tp_to_table(self) -> dict[TP, Table]:
        return {CHANGELOG: self.table}

    def need_recovery(self) -> bool:
        return self.active_offsets[CHANGELOG] < self.highwater

    def flush_buffers(self) -> None:
        assert not self.need_recovery()

    def _set_recovery_ended(self) -> None:
        self.in_recovery = False


async def test_a_recovery_takes_changelogs_straight_into_their_tables_and_ends_with_the_last_record() -> None:
    consumer, recovery = Handed(), Recovering()
    consumer.app.tables.recovery = recovery
    await consumer._deliver({CHANGELOG: records(CHANGELOG, [0, 1_000, 2_000]), A: records(A, [5])}, None)
    assert (recovery.table.recovered, recovery.table.watermark) == ([0, 1, 2], 2.0)
    assert consumer.handed == [(A, 0)]
    assert recovery.in_recovery
    assert not recovery.signal_recovery_end.is_set()
    await consumer._deliver({CHANGELOG: records(CHANGELOG, [3_000], first=9)}, None)
    assert recovery.table.recovered == [0, 1, 2, 9]
    assert not recovery.in_recovery
    assert recovery.signal_recovery_end.is_set()
