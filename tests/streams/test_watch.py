"""Since when work stands still, and what is too long."""

from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.lockstep import progress_of
from streams.topics import PARTITIONS, TOPICS
from streams.watch import REBALANCE_S, View, marks_of, overdue
from streams.watch_offsets import Lag, Stalls, offsets_of
from tests.agents.strategies import few
from tests.api.test_following import broker
from tests.api.test_last_events import counted

A, B = TopicPartition("a", 0), TopicPartition("b", 1)
AT_WORK = View(is_at_work=True, assigned=frozenset({A, B}), read={A: 9, B: 4})
TIMEOUT_S = 60.0


def test_only_partitions_with_lag_have_to_move() -> None:
    assert marks_of(AT_WORK, {A: Lag(10, 10), B: Lag(3, 5)}) == {B: (3, 4)}


def test_a_recovery_has_to_move_by_itself() -> None:
    recovering = View(is_at_work=False, assigned=frozenset({A}), read={}, recovering=700)
    assert marks_of(recovering, {A: Lag(0, 10)}) == {"recovery": 700}


def test_joining_the_group_may_take_as_long_as_the_other_members_have() -> None:
    joining = View(is_at_work=False, assigned=frozenset(), read={})
    stalls = Stalls()
    stalls.look(marks_of(joining, {}), now=0)
    waited = stalls.look(marks_of(joining, {}), now=TIMEOUT_S + REBALANCE_S)
    assert overdue(waited, timeout_s=TIMEOUT_S) is None
    assert overdue(stalls.look(marks_of(joining, {}), now=200), timeout_s=TIMEOUT_S) == ("joining", 200)


def test_what_stands_still_the_longest_is_named() -> None:
    assert overdue({A: 61, B: 70}, timeout_s=TIMEOUT_S) == (B, 70)
    assert overdue({A: 60, B: 1}, timeout_s=TIMEOUT_S) is None


@few
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 30), st.booleans()), max_size=20))
def test_a_partition_has_stood_still_since_its_commit_and_its_reading_last_moved_or_it_had_no_lag(
    looks: list[tuple[int, int, int, bool]],
) -> None:
    stalls, now, since, before = Stalls(), 0.0, 0.0, None
    for committed, read, seconds, has_lag in looks:
        now += seconds
        view = View(is_at_work=True, assigned=frozenset({A}), read={A: read})
        found = stalls.look(marks_of(view, {A: Lag(committed, committed + has_lag)}), now=now)
        if not has_lag:
            before = None
            assert found == {}
            continue
        if (committed, read) != before:
            before, since = (committed, read), now
        assert found == {A: now - since}


async def test_offsets_of_all_topics_are_asked_for_without_learning_of_each_topic_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = counted(monkeypatch, AIOKafkaClient, "force_metadata_update")
    everything = {TopicPartition(topic.name, number) for topic in TOPICS for number in range(PARTITIONS)}
    with broker(tmp_path) as (_, servers):
        async with offsets_of(servers, client_id="test") as offsets:
            assert await offsets.ends(everything) == dict.fromkeys(everything, 0)
        async with progress_of(servers, topics=TOPICS) as progress:
            assert set(progress.partitions) == everything
            assert await progress.consumer.end_offsets(progress.partitions) == dict.fromkeys(everything, 0)
    assert len(learned) < len(TOPICS) // 4
