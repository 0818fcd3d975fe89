from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import encode
from schemas.desks import Desk
from schemas.records import DeskRecord
from streams.tables import Records
from streams.topics import DESKS
from tests.agents.strategies import few
from tests.streams.staging import changelog_event, held, tables

SYMBOLS = ("SPY", "QQQ")


@pytest.fixture(scope="module")
def shared() -> Records[Any]:
    """Return the desks' records; each test begins with none."""
    return tables([DESKS])["desks"]


@pytest.fixture
def desks(shared: Records[Any]) -> Records[Any]:
    empty(shared)
    return shared


def empty(records: Records[Any]) -> None:
    records.forget()
    records.table.data.clear()


def record(symbol: str, epoch: int, version: int, said: str = "") -> DeskRecord:
    return DeskRecord(epoch=epoch, version=version, state=Desk(symbol=symbol, decided=(said,)))


def recover(records: Records[Any], written: Sequence[DeskRecord | bytes | None], *, symbol: str = "SPY") -> None:
    """Recover from a changelog that came in one batch."""
    records.table.apply_changelog_batch(
        [
            changelog_event(
                DESKS,
                item.state.model_dump()["symbol"] if isinstance(item, DeskRecord) else symbol,
                encode(item) if isinstance(item, DeskRecord) else item,
                offset=offset,
            )
            for offset, item in enumerate(written)
        ]
    )


@few
@given(
    st.lists(st.tuples(st.sampled_from(SYMBOLS), st.integers(0, 3), st.integers(0, 5)), max_size=12),
    st.lists(st.integers(0, 12), max_size=3),
)
def test_recovery_ends_at_the_highest_epoch_and_version_of_each_key_in_whatever_batches_it_comes(
    shared: Records[Any], ranks: list[tuple[str, int, int]], cuts: list[int]
) -> None:
    empty(shared)
    written = [record(symbol, epoch, version, str(number)) for number, (symbol, epoch, version) in enumerate(ranks)]
    edges = [0, *sorted(min(cut, len(written)) for cut in cuts), len(written)]
    for first, last in pairwise(edges):
        recover(shared, written[first:last])
    for symbol in SYMBOLS:
        own = [(epoch, version, number) for number, (key, epoch, version) in enumerate(ranks) if key == symbol]
        found = shared.get(symbol)
        assert (None if found is None else found.state.decided) == (None if not own else (str(max(own)[2]),))
    assert shared.keys() == sorted({symbol for symbol, _, _ in ranks})


def test_a_zombies_late_record_does_not_displace_its_successors(desks: Records[Any]) -> None:
    recover(desks, [record("SPY", 2, 7, "successor")])
    recover(desks, [record("SPY", 1, 99, "zombie")])
    assert held({"desks": desks}, "desks", "SPY").state.decided == ("successor",)


@pytest.mark.parametrize("broken", [b"", b"\x00\x00\x00\x00\x01", b"not ours at all", None])
def test_a_record_that_cannot_be_read_is_passed_over(desks: Records[Any], broken: bytes | None) -> None:
    recover(desks, [broken, record("SPY", 1, 1, "good"), broken])
    assert held({"desks": desks}, "desks", "SPY").state.decided == ("good",)
    recover(desks, [broken], symbol="QQQ")
    assert desks.get("QQQ") is None


def test_what_is_only_in_memory_is_forgotten_and_what_was_written_is_not(desks: Records[Any]) -> None:
    desks.change("SPY", record("SPY", 1, 1, "written"), partition=3)
    assert desks.changed == {"SPY": 3}
    desks.written("SPY", *desks.encoded("SPY", is_early=False))
    assert desks.changed == {}
    desks.change("SPY", record("SPY", 1, 2, "not yet"), partition=3)
    desks.put("QQQ", record("QQQ", 1, 1, "in memory"))
    assert held({"desks": desks}, "desks", "SPY").version == 2
    assert desks.keys() == ["QQQ", "SPY"]
    desks.forget()
    assert desks.changed == {}
    assert desks.get("SPY") == record("SPY", 1, 1, "written")
    assert desks.get("QQQ") is None


def test_a_record_comes_back_as_it_was_written(desks: Records[Any]) -> None:
    kept = record("SPY", 4, 2).model_copy(update={"applied": {"signals.v1-3": 9}, "heard": {"books/x": 4}})
    recover(desks, [kept])
    assert desks.get("SPY") == kept
