"""Bars of a minute: however marks are cut into batches, and told again, the bars are the same."""

from hypothesis import given
from hypothesis import strategies as st

from sinks.minute_bars import MINUTE_US, Key, MinuteBar, joined, minute_bars
from tests.agents.strategies import few

marks = st.lists(
    st.tuples(st.sampled_from(["SPY", "QQQ"]), st.integers(0, 4 * MINUTE_US), st.integers(1, 1000)),
    max_size=40,
    unique_by=lambda mark: mark[:2],
)


def stored(*batches: dict[Key, MinuteBar]) -> dict[Key, MinuteBar]:
    """Write batches one after another, as the table does."""
    table: dict[Key, MinuteBar] = {}
    for batch in batches:
        for key, bar in batch.items():
            table[key] = joined(table[key], bar) if key in table else bar
    return table


@few
@given(told=marks, cut=st.integers(0, 40))
def test_a_bar_is_what_its_minute_s_marks_say_however_they_are_cut(told: list[tuple[str, int, int]], cut: int) -> None:
    whole = minute_bars(told)
    for (symbol, start), bar in whole.items():
        own = sorted((at, price) for name, at, price in told if name == symbol and start <= at < start + MINUTE_US)
        prices = [price for _, price in own]
        assert bar == (prices[0], max(prices), min(prices), prices[-1], own[0][0], own[-1][0])
    parts = minute_bars(told[:cut]), minute_bars(told[cut:])
    assert stored(*parts) == stored(*reversed(parts)) == whole
    assert stored(*parts, *parts) == whole
