"""How long things took."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agents.latencies import latencies
from tests.agents.strategies import few

spans = st.lists(st.integers(0, 10**9).map(lambda micros: Decimal(micros) / 1000), max_size=60)


@few
@given(told=spans)
def test_percentiles_have_occurred_and_each_span_is_in_one_bin(told: list[Decimal]) -> None:
    found = latencies(told)
    assert found.count == len(told) == sum(item.count for item in found.bins)
    for percent, value in ((50, found.p50), (95, found.p95), (99, found.p99)):
        if value is None:
            assert told == []
            continue
        assert value in told
        assert sum(span <= value for span in told) * 100 >= percent * len(told)
        assert sum(span < value for span in told) * 100 < percent * len(told)
    for item in found.bins:
        assert item.count == sum(item.low <= span and (item.high is None or span < item.high) for span in told)
    if found.bins:
        assert found.bins[0].count > 0
        assert found.bins[-1].count > 0


def test_an_edge_belongs_to_the_bin_that_it_begins() -> None:
    found = latencies([Decimal(2), Decimal("1.999"), Decimal(500_000)])
    assert [(item.low, item.high, item.count) for item in found.bins][:2] == [(1, 2, 1), (2, 5, 1)]
    assert (found.bins[-1].low, found.bins[-1].high) == (100_000, None)
    assert (found.p50, found.longest) == (2, 500_000)
