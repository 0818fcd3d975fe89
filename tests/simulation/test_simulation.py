"""Schedules of crashes, late zombies and rebalances: whatever happens, nothing is lost and nothing counts twice."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from streams import topics
from tests.simulation.schedule import PARTITIONS, planned, play, schedules
from tests.simulation.shrinking import shrunk

ROOT = Path(__file__).parents[2]
BLOCK = 50
FOUND = (103_299, 103_636, 105_984, 112_882, 115_834)
"""Zombies whose late records outlived a second takeover or outranked a third owner's; and what is no mistake."""
OTHER = "from tests.simulation.schedule import play, planned; print(play(planned({seed})).digest)"


@pytest.mark.parametrize("first", range(0, 6 * BLOCK, BLOCK))
def test_whatever_crashes_overtakes_or_comes_again_nothing_is_lost_and_nothing_counts_twice(first: int) -> None:
    found = {one.plan.seed: one.violations for one in schedules(first, BLOCK) if one.violations}
    assert found == {}


@pytest.mark.parametrize("seed", FOUND)
def test_a_schedule_that_has_found_a_mistake_finds_none_any_more(seed: int) -> None:
    assert play(planned(seed)).violations == ()


def test_schedules_trade_and_things_go_wrong_in_them() -> None:
    happened, passed = Counter[str](), Counter[str]()
    for one in schedules(0, BLOCK):
        happened.update(one.happened)
        passed.update(asdict(one.counts))
    for what in ("crash", "woken too late", "written too late", "kafka_does_not_acknowledge", "lease_lost"):
        assert happened[what], what
    for what in ("approved", "fills", "closed_positions", "closed_shadows", "repeats", "control_changes", "measured"):
        assert passed[what], what


@pytest.mark.parametrize("seed", [3, 16])
def test_a_schedule_leaves_the_same_bytes_each_time_also_in_another_process(seed: int) -> None:
    first = play(planned(seed))
    assert play(planned(seed)).digest == first.digest
    other = subprocess.run(
        [sys.executable, "-c", OTHER.format(seed=seed)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "5", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert other.stdout.split()[-1] == first.digest


def test_schedules_differ() -> None:
    assert len({one.digest for one in schedules(0, 5)}) == 5


def test_a_schedule_that_fails_is_made_smaller_and_still_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.bookkeeping.has_heard", lambda record, event: False)
    failing = next(one.plan for one in schedules(0, BLOCK) if one.violations)
    small = shrunk(failing, lambda tried: bool(play(tried).violations))
    assert play(small).violations
    assert (len(small.faults), len(small.fed)) < (len(failing.faults), len(failing.fed))
    assert len(small.fed) < len(failing.fed) * 2 / 3
    monkeypatch.undo()
    assert not play(small).violations


def test_partitions_are_few_only_while_a_schedule_is_played() -> None:
    assert topics.PARTITIONS != PARTITIONS
    play(planned(0))
    assert topics.PARTITIONS != PARTITIONS
