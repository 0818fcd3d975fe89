"""Recorded sessions through the whole platform, against an independent fold over the raw data files."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.topics import DECISIONS, FILLS, ORDERS, PRICE_TICKS
from tests.e2e.recorded import compare, compare_runs, expected, play
from tests.e2e.running import Platform, read_topic, until

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]

SPX, TWX = "spx-2021-01-04", "twx-2014-06-05"
KILLS = 5


def _frames(running: Platform) -> int:
    return len(read_topic(running.endpoints["kafka_bootstrap_servers"], PRICE_TICKS.name))


def _decisions(running: Platform) -> int:
    return len(read_topic(running.endpoints["kafka_bootstrap_servers"], DECISIONS.name))


def _killed(*workers: str, seed: int) -> Callable[[Platform], None]:
    """Return what kills workers, one after the other, at moments spread over a session."""

    def disturb(running: Platform) -> None:
        chance = random.Random(seed)
        for worker in workers:
            decided, sent, more = _decisions(running), _frames(running), chance.randrange(1, 12)

            def moved(decided: int = decided, sent: int = sent, more: int = more) -> bool:
                return _decisions(running) > decided or _frames(running) >= sent + more

            until(moved, within_s=120, what="some progress")
            running.kill("streams.worker", worker)

    return disturb


@pytest.mark.parametrize("session", [SPX, TWX])
def test_a_recorded_day_comes_out_as_its_raw_files_say_and_twice_the_same(session: str, home: Path) -> None:
    first = play(home / "first", session)
    compare(first, expected(session))
    second = play(home / "second", session)
    compare_runs(first, second, (DECISIONS, ORDERS, FILLS))


@pytest.mark.parametrize(("session", "seed"), [(SPX, 11), (TWX, 12)])
def test_a_worker_killed_five_times_in_a_recorded_day_changes_nothing(session: str, seed: int, home: Path) -> None:
    played = play(home, session, disturb=_killed(*["worker-0"] * KILLS, seed=seed))
    compare(played, expected(session))


def test_each_of_two_workers_killed_amid_a_recorded_day_is_replaced_by_the_other(home: Path) -> None:
    # one of them holds the session's shard: whichever it is, the other has to take it over
    played = play(home, SPX, workers=2, disturb=_killed("worker-1", "worker-0", seed=13))
    compare(played, expected(SPX))
