"""The market stage under snapshots of accounts: they count at once, a checkpoint writes and acknowledges them."""

from typing import Any

from schemas.accounts import AccountSnapshot
from schemas.codec import decode
from schemas.controls import Controls
from schemas.records import ControlsRecord
from streams.topics import ACCOUNT_SNAPSHOTS, CONTROLS, MARKET_CONTROLS
from tests.agents.strategies import SPY
from tests.streams.feeding import HALT, SNAPSHOT, Fed
from tests.streams.test_stage import HOME, numbered


def snapshot(sequence: int, **changes: Any) -> AccountSnapshot:
    told = numbered(SNAPSHOT.model_copy(update=changes), SNAPSHOT.source, sequence)
    assert isinstance(told, AccountSnapshot)
    return told


def written(fed: Fed) -> list[int]:
    """Return the number of the newest snapshot in each write of the partition's record; 0: none."""
    records = [decode(ControlsRecord, entry.value).state for entry in fed.log.values(MARKET_CONTROLS)]
    return [max((told.sequence for told in state.accounts.values()), default=0) for state in records]


def known(fed: Fed) -> Controls:
    state = fed.state("market-controls", str(HOME))
    assert isinstance(state, Controls)
    return state


async def test_snapshots_are_written_and_acknowledged_by_a_checkpoint() -> None:
    fed = await Fed().begin()
    await fed.tell(ACCOUNT_SNAPSHOTS, snapshot(1))
    assert written(fed) == [1]  # an owner's first write does not wait
    for number in (2, 3, 4):
        await fed.tell(ACCOUNT_SNAPSHOTS, snapshot(number, positions={SPY: number}))
        assert known(fed).accounts[SNAPSHOT.account_id].positions == {SPY: number}
    assert written(fed) == [1]
    assert not any(event.acked for event in fed.deliveries)
    await fed.stage._checkpoint()
    assert written(fed) == [1, 4]
    assert all(event.acked for event in fed.deliveries)
    await fed.stage._checkpoint()
    assert written(fed) == [1, 4]


async def test_a_snapshot_that_was_not_written_comes_again() -> None:
    fed = await Fed().begin()
    await fed.tell(ACCOUNT_SNAPSHOTS, snapshot(1))
    await fed.stage._checkpoint()
    await fed.tell(ACCOUNT_SNAPSHOTS, snapshot(2, positions={SPY: 2}))
    await fed.begin()
    assert known(fed).accounts[SNAPSHOT.account_id].sequence == 1
    await fed.tell_again()
    assert known(fed).accounts[SNAPSHOT.account_id].positions == {SPY: 2}


async def test_a_control_is_written_at_once_with_the_snapshots_before_it() -> None:
    fed = await Fed().begin()
    await fed.tell(ACCOUNT_SNAPSHOTS, snapshot(1))
    await fed.tell(ACCOUNT_SNAPSHOTS, snapshot(2))
    await fed.tell(CONTROLS, HALT)
    assert written(fed) == [1, 2]
    await fed.tell(ACCOUNT_SNAPSHOTS, snapshot(3))
    assert written(fed) == [1, 2]
