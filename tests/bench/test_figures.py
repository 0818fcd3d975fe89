"""What repeats of a benchmark are folded into, and how it is kept."""

from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.strategies import few
from tests.bench import results
from tests.bench.figures import Figure, Sample, Target, exponent, folded, growth, share
from tests.bench.load import Load, Watch, used

MACHINE = {"processor": "two cores"}
positive = st.floats(0.001, 1e9)


def test_a_figure_is_the_median_with_its_spread_and_the_note_of_that_run() -> None:
    runs = [[Sample("ticks", value, "ticks/s", f"run {value:g}")] for value in (10.0, 30.0, 20.0)]
    [figure] = folded(runs, {})
    assert (figure.value, figure.spread, figure.repeats, figure.note) == (20.0, (10.0, 30.0), 3, "run 20")
    assert (figure.ratio, figure.target, figure.met) == (None, None, None)


def test_the_ratio_is_to_the_median_of_the_first_peer() -> None:
    runs = [[Sample("ticks", 60.0, "ticks/s", peers={"Quix": quix, "Bytewax": 1.0})] for quix in (10.0, 40.0, 20.0)]
    [figure] = folded(runs, {})
    assert (figure.peers, figure.ratio) == ({"Quix": 20.0, "Bytewax": 1.0}, 3.0)
    assert figure.ratio_spread == (1.5, 6.0)


def test_a_ratio_is_of_one_repeat_whatever_the_machine_was_like_in_others() -> None:
    runs = [[Sample("ticks", speed * 3, "ticks/s", peers={"Quix": speed})] for speed in (10.0, 40.0)]
    [figure] = folded(runs, {})
    assert (figure.value, figure.spread, figure.repeats) == (75.0, (30.0, 120.0), 2)
    assert (figure.ratio, figure.ratio_spread) == (3.0, (3.0, 3.0))


def test_growth_says_what_it_is_of() -> None:
    sample = growth("a tick's cost", {100: 1.5, 10_000: 1.5}, "positions")
    assert (sample.name, sample.value, sample.unit) == ("growth of a tick's cost", pytest.approx(0), "exponent")
    assert sample.note == "by positions, 100: 1.5; 10,000: 1.5"


@pytest.mark.parametrize(
    ("target", "met", "text"),
    [
        (Target(60, "at least"), True, "at least 60 ms"),
        (Target(1_500_000, "at least"), False, "at least 1,500,000 ms"),
        (Target(60, "under"), False, "under 60 ms"),
        (Target(61, "under"), True, "under 61 ms"),
        (Target(3, "at least", of="ratio"), True, "at least 3 times"),
        (Target(3.1, "at least", of="ratio"), False, "at least 3.1 times"),
    ],
)
def test_a_target_is_met_by_the_value_or_by_the_ratio(target: Target, met: bool, text: str) -> None:
    [figure] = folded([[Sample("wait", 60.0, "ms", peers={"peer": 20.0})]], {"wait": target})
    assert (figure.met, figure.target) == (met, text)


def test_a_ratio_that_is_not_known_meets_no_target() -> None:
    [figure] = folded([[Sample("wait", 60.0, "ms")]], {"wait": Target(0, "at least", of="ratio")})
    assert figure.met is False


def test_figures_keep_the_order_in_which_they_were_found() -> None:
    runs = [[Sample("b", 1.0, "s"), Sample("a", 1.0, "s")], [Sample("a", 1.0, "s"), Sample("c", 1.0, "s")]]
    assert [figure.name for figure in folded(runs, {})] == ["b", "a", "c"]


@few
@given(st.floats(-3, 3), positive, st.sets(st.integers(1, 10**6), min_size=2, max_size=6))
def test_the_exponent_is_that_of_a_power_law(power: float, factor: float, sizes: set[int]) -> None:
    assert exponent({size: factor * size**power for size in sizes}) == pytest.approx(power, abs=1e-6)


def test_growth_needs_two_sizes() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        exponent({10: 1.0})


@few
@given(st.lists(positive, min_size=1), st.floats(0, 1))
def test_a_share_of_the_values_does_not_exceed_what_is_returned(values: list[float], part: float) -> None:
    found = share(values, part)
    assert found in values
    assert sum(value <= found for value in values) >= part * len(values)


def figure(name: str, *, part: str = "", at: str = "") -> Figure:
    return Figure(name=name, value=1.0, unit="s", spread=(1.0, 1.0), part=part, at=at)


def test_a_part_that_was_not_run_keeps_its_rows_and_its_date() -> None:
    kept = [figure("old", part="tape", at="then"), figure("page", part="page", at="then")]
    found = results.merged(kept, [figure("new")], ["tape", "page"], part="tape", at="now", quick=True)
    assert [(one.name, one.part, one.at, one.quick) for one in found] == [
        ("new", "tape", "now", True),
        ("page", "page", "then", False),
    ]


def test_a_part_that_there_is_no_longer_is_dropped() -> None:
    kept = [figure("gone", part="gone", at="then")]
    assert [one.name for one in results.merged(kept, [figure("new")], ["tape"], part="tape", at="", quick=False)] == [
        "new"
    ]


def test_what_is_kept_is_what_was_measured(tmp_path: Path) -> None:
    assert results.read(tmp_path) == []
    loads = [Load(1.5, 90.0, 50.0)]
    [measured] = folded([[Sample("a", 2.5, "s", "why", {"peer": 5.0})]], {"a": Target(3, "under")}, loads)
    results.write([measured], MACHINE, tmp_path)
    assert results.read(tmp_path) == [measured]


def test_the_page_says_value_spread_peers_ratio_and_target(tmp_path: Path) -> None:
    runs = [
        [Sample("ticks", value, "ticks/s", "a | b", {"peer": 500.0}), Sample("more", 1.0, "s", "a | b")]
        for value in (1_000.0, 2_000.0, 3_000.0)
    ]
    loads = [Load(steal, 90.0, 50.0) for steal in (0.5, 2.0, 1.0)]
    found = results.merged(
        [],
        folded(runs, {"ticks": Target(9, "at least", of="ratio")}, loads),
        ["tape"],
        part="tape",
        at="now",
        quick=True,
    )
    page = results.rendered(found, MACHINE)
    assert "| processor | two cores |" in page
    assert "now, 3 repeats, quick: less work where a part can do with it." in page
    assert "Meanwhile steal 0.50 to 2.00 %, processors busy 90.00 %, the loop 50.00 ms." in page
    row = "| ticks | 2,000 ticks/s | 1,000 to 3,000 | peer: 500 | 4.00 (2.00 to 6.00) | at least 9 times | **no** | 1 |"
    assert row in page.splitlines()
    assert page.count("a | b") == 1
    assert "1. a | b" in page.splitlines()


def test_the_machine_is_looked_at_between_two_moments() -> None:
    kind = namedtuple("kind", "user nice system idle iowait irq softirq steal guest guest_nice")
    before, after = kind(*[10.0] * 10), kind(14, 10, 11, 12, 11, 10, 10, 12, 13, 10)
    assert used(before, after) == (20.0, 50.0)
    assert used(before, before) == (0.0, 0.0)
    load = Watch().load()
    assert load.loop_ms > 0
    assert 0 <= load.steal_percent <= 100


def test_a_target_that_has_no_figure_is_said() -> None:
    page = results.rendered([figure("measured")], MACHINE, ["measured", "forgotten"])
    assert page.endswith("## Not measured yet\n\n- forgotten\n")
    assert "Not measured" not in results.rendered([figure("measured")], MACHINE, ["measured"])
