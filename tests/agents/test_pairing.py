"""Two engines on identical inputs."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agents.pairing import Outcome, Pair, Wanted, paired
from agents.significance import PAIRS_MIN
from tests.agents.strategies import few

wanted = st.none() | st.builds(
    Wanted,
    direction=st.sampled_from(["long", "short"]),
    option_symbol=st.sampled_from(["X", "Y"]),
    quantity=st.integers(1, 3),
    context_hash=st.sampled_from(["c", "c", "c", "d"]),
)
outcomes = st.none() | st.builds(
    Outcome, pnl=st.integers(-500, 500).map(lambda cents: Decimal(cents) / 100), is_shadow=st.booleans()
)


@few
@given(st.lists(st.builds(Pair, wanted, wanted, outcomes, outcomes), max_size=30))
def test_each_pair_counts_once_and_only_on_identical_inputs(pairs: list[Pair]) -> None:
    found = paired(pairs)
    identical = [pair for pair in pairs if pair.is_identical]
    assert found.pairs + found.left_out == len(pairs)
    assert sum(found.agreements.values()) == found.pairs == len(identical)
    assert list(found.differences) == [pair.difference for pair in identical if pair.difference is not None]
    assert found.verdict.startswith("too early") == (not found.comparison.readable)
    for pair in pairs:
        mirrored = Pair(pair.b, pair.a, pair.outcome_b, pair.outcome_a)
        swap = {"only_a": "only_b", "only_b": "only_a"}
        assert mirrored.agreement == swap.get(pair.agreement, pair.agreement)


def test_it_is_too_early_until_there_are_enough_pairs_and_then_a_difference_is_told() -> None:
    a, b = (Wanted("long", "X", 1, "c") for _ in range(2))
    pairs = [Pair(a, b, Outcome(Decimal(100 + n % 3), False), Outcome(Decimal(n % 2), True)) for n in range(60)]
    assert paired(pairs[: PAIRS_MIN - 1]).verdict == f"too early: {PAIRS_MIN - 1} of {PAIRS_MIN} pairs that it takes"
    assert paired(pairs).verdict.startswith("engine A makes more a trade, by $")
    assert paired([]).verdict == "too early: no pair of outcomes is complete"
    others = [Pair(pair.b, pair.a, pair.outcome_b, pair.outcome_a) for pair in pairs]
    assert paired(others).verdict.startswith("engine B makes more a trade, by $")
