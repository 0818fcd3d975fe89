"""Ten kills while alerts and ticks flow, and nothing is lost or doubled."""

from pathlib import Path

import pytest

from compose.kafka_jars import java_and_maven
from tests.crash.plan import Limits
from tests.crash.round import run
from tests.crash.tampering import unnoticed

SEED = 5
"""Of whose ten kills some fall on one worker at work, some on both, and some into a rebalance."""
KILLS = 10


@pytest.mark.kafka
async def test_ten_kills_over_two_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    if not java_and_maven():
        pytest.skip("a Kafka of its own needs java and mvn")
    done = await run(tmp_path, seed=SEED, kills=KILLS)
    assert list(done.violations) == []
    assert done.kills == KILLS
    # a round that traded nothing would prove nothing
    counts = done.counts
    assert min(counts.approved, counts.fills, counts.closed_positions, counts.closed_shadows, counts.repeats) > 50
    assert min(counts.requested_exits, counts.tunings, counts.epochs) > 2
    assert unnoticed(done.facts, Limits()) == []
