"""An executor that is killed in the middle of anything, at a broker at which anything goes wrong."""

from pathlib import Path

import pytest

from tests.brokers.alpaca.running import FakeAlpaca
from tests.brokers.many_orders import carry_out


@pytest.mark.kafka
@pytest.mark.postgres
async def test_no_order_is_lost_or_doubled_when_the_executor_is_killed(
    fake: FakeAlpaca, kafka: str, database_url: str, tmp_path: Path
) -> None:
    outcome = await carry_out(fake, kafka, database_url, orders=120, kills=3, seed=11, folder=tmp_path)
    assert (outcome.doubled, outcome.lost, outcome.kills) == (0, 0, 3)
    assert outcome.executions > 40
    assert outcome.misbehaved > 10
