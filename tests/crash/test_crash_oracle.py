"""Faults of every kind while alerts and ticks flow, and nothing is lost or doubled."""

import asyncio
from pathlib import Path

import pytest

from compose.kafka_jars import java_and_maven
from tests.crash.faults import FAULTS
from tests.crash.plan import Limits
from tests.crash.round import run
from tests.crash.schedule import KINDS, strikes
from tests.crash.tampering import unnoticed

SEED = 14
FAULTS_A_ROUND = 12
"""All kinds."""
WITHIN_S = 570
"""What a round takes at most, twice what it takes with a processor for itself."""


@pytest.mark.kafka
@pytest.mark.postgres
async def test_a_dozen_faults_lose_and_double_nothing(tmp_path: Path) -> None:
    if not java_and_maven():
        pytest.skip("a Kafka of its own needs java and mvn")
    async with asyncio.timeout(WITHIN_S):
        done = await run(tmp_path, seed=SEED, faults=FAULTS_A_ROUND)
    assert list(done.violations) == []
    assert done.injected.total() + len(done.passed_over) == FAULTS_A_ROUND
    assert len(done.recoveries) == done.injected.total()
    # a round that traded nothing would prove nothing
    counts = done.counts
    assert min(counts.approved, counts.fills, counts.closed_positions, counts.closed_shadows, counts.repeats) > 50
    assert min(counts.by_webhook, counts.rows // 100) > 50
    assert min(counts.requested_exits, counts.tunings, counts.epochs) > 2
    if done.facts.broker is not None:
        assert min(counts.live_orders, counts.live_fills, counts.live_closed, counts.live_cancels) > 10
    assert unnoticed(done.facts, Limits()) == []


def test_a_seed_tells_the_schedule() -> None:
    assert strikes(SEED, faults=30) == strikes(SEED, faults=30) != strikes(SEED + 1, faults=30)
    # a longer round begins as a shorter one does
    assert strikes(SEED, faults=30)[:12] == strikes(SEED, faults=12)


def test_each_kind_can_be_injected_and_comes_before_any_comes_again() -> None:
    assert set(KINDS) == set(FAULTS)
    kinds = [strike.kind for strike in strikes(SEED, faults=2 * len(KINDS))]
    assert set(kinds[: len(KINDS)]) == set(kinds[len(KINDS) :]) == set(KINDS)
    assert {strike.kind for strike in strikes(SEED, faults=9, kinds=("kill_api", "rebalance"))} == {
        "kill_api",
        "rebalance",
    }
