from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exits import (
    band_at,
    gain_pct,
    partial_exit,
    partial_quantity,
    rearmed,
)
from agents.rules import ExitRules
from schemas.accounts import Band
from schemas.money import NANOS, to_nanos
from schemas.positions import NEVER_ABOVE, NEVER_BELOW
from schemas.ticks import ABSENT
from tests.agents.strategies import AT, few, nanos
from tests.agents.test_exits import RULES, STANDARD, closed_by, held, percents, prices


@pytest.mark.parametrize(
    ("price", "called"),
    [
        ("2.112", ("deep_loss", Decimal("0.25"))),
        ("2.112000001", None),
        ("3.52", None),
        ("4.399999999", None),
        ("4.40", ("partial_profit", Decimal("0.75"))),
    ],
)
def test_a_position_is_reduced_from_40_percent_lost_and_from_25_percent_won(
    price: str, called: tuple[str, Decimal] | None
) -> None:
    rules = ExitRules(deep_loss_share=Decimal("0.25"), partial_profit_share=Decimal("0.75"))
    assert partial_exit(held("3.52"), mark=nanos(price), rules=rules) == called
    two, one = held("3.52", quantity=3, leaving=1), held("3.52", quantity=3, leaving=2)
    assert partial_exit(two, mark=nanos(price), rules=rules) == called
    assert partial_exit(one, mark=nanos(price), rules=rules) is None


def test_without_a_mark_a_rule_that_has_fired_or_the_decision_engine_nothing_is_reduced() -> None:
    assert partial_exit(held(), mark=ABSENT, rules=RULES) is None
    for rules, fired in ((STANDARD, ()), (RULES, ("deep_loss", "partial_profit"))):
        position = held(rules=rules, fired=fired)
        assert (position.deep_loss_at_or_below, position.partial_profit_at_or_above) == (NEVER_BELOW, NEVER_ABOVE)
        assert partial_exit(position, mark=0, rules=rules) is None
        assert partial_exit(position, mark=nanos("5"), rules=rules) is None
    assert held(fired=("deep_loss",)).partial_profit_at_or_above == nanos("4.40")
    assert held(fired=("partial_profit",)).deep_loss_at_or_below == nanos("2.112")


@pytest.mark.parametrize(
    ("available", "share", "sold"),
    [
        (9, "0.5", 5),
        (9, "0.49", 4),
        (2, "0.5", 1),
        (2, "0.01", 1),
        (2, "1", 1),
        (10, "0.999", 9),
        (10, "0.25", 3),
        (10, "0.24", 2),
        (5, "0.5", 3),
        (3, "0.5", 2),
    ],
)
def test_a_share_of_the_contracts_is_rounded_half_up_and_one_stays(available: int, share: str, sold: int) -> None:
    assert partial_quantity(available, Decimal(share)) == sold


@few
@given(st.integers(2, 1_000), st.decimals(0, 1, places=4))
def test_a_partial_exit_sells_something_and_keeps_something(available: int, share: Decimal) -> None:
    sold = partial_quantity(available, share)
    assert 1 <= sold <= available - 1
    assert abs(sold - available * share) <= 1


@pytest.mark.parametrize(
    ("peak_pct", "stop", "reason", "next_peak"),
    [
        (0, "1.76", "stop_loss", "4.576"),
        (29, "1.76", "stop_loss", "4.576"),
        (30, "3.6608", "trailing_stop", "4.6112"),
        (40, "3.9424", "trailing_stop", "4.9632"),
    ],
)
def test_from_30_percent_on_the_stop_follows_the_highest_mark_at_20_percent(
    peak_pct: int, stop: str, reason: str, next_peak: str
) -> None:
    position = held("3.52", peak_pct=peak_pct)
    assert (position.stop_at_or_below, position.stop_reason) == (nanos(stop), reason)
    assert position.peak_at_or_above == nanos(next_peak)
    assert closed_by(position, stop) == reason


def test_without_the_decision_engine_no_stop_trails() -> None:
    position = held("3.52", rules=STANDARD, peak_pct=40)
    assert (position.stop_at_or_below, position.stop_reason) == (nanos("1.76"), "stop_loss")
    assert (position.peak_at_or_above, position.near_expiration_at) == (NEVER_ABOVE, None)


def test_trailing_may_begin_between_two_percents_and_at_once() -> None:
    rules = ExitRules(trailing_from_pct=Decimal("30.5"))
    assert held("1.00", rules=rules).peak_at_or_above == nanos("1.305")
    begun = held("1.00", rules=rules, peak_pct=30)
    assert (begun.stop_at_or_below, begun.peak_at_or_above) == (nanos("1.04"), nanos("1.31"))
    rules = ExitRules(trailing_from_pct=Decimal("0.5"))
    assert held("1.00", rules=rules).stop_reason == "stop_loss"
    assert held("1.00", rules=rules).peak_at_or_above == nanos("1.01")
    assert held("1.00", rules=rules, peak_pct=1).stop_at_or_below == nanos("0.808")


def test_a_regime_change_tightens_the_stop_to_20_percent_unless_it_is_tighter() -> None:
    tightened = held("3.52", fired=("regime_change",))
    assert (tightened.stop_at_or_below, tightened.stop_reason) == (nanos("2.816"), "exit_intelligence")
    assert closed_by(tightened, "2.816") == "exit_intelligence"
    trailing = held("3.52", fired=("regime_change",), peak_pct=30)
    assert (trailing.stop_at_or_below, trailing.stop_reason) == (nanos("3.6608"), "trailing_stop")
    tight = ExitRules(stop_loss_pct=Decimal(10))
    assert held("3.52", rules=tight, fired=("regime_change",)).stop_reason == "stop_loss"
    same = ExitRules(stop_loss_pct=Decimal(20))
    assert held("3.52", rules=same, fired=("regime_change",)).stop_reason == "stop_loss"
    deaf = ExitRules(intelligence=False)
    assert held("3.52", rules=deaf, fired=("regime_change",)).stop_at_or_below == nanos("1.76")


@few
@given(prices, st.integers(0, 10**12), percents, percents, st.booleans())
def test_a_stop_never_loosens_as_marks_and_regimes_come(
    entry: Decimal, mark: int, from_pct: Decimal, distance_pct: Decimal, tightened: bool
) -> None:
    rules = ExitRules(trailing_from_pct=from_pct, trailing_distance_pct=distance_pct)
    position = held(str(entry), rules=rules, fired=("regime_change",) if tightened else ())
    before = position.stop_at_or_below
    for peak in sorted({gain_pct(entry, mark), 1, 20, 50, 300}):
        position = rearmed(position, rules, peak_pct=max(peak, position.peak_pct))
        assert position.stop_at_or_below >= before
        before = position.stop_at_or_below


@few
@given(prices, st.integers(0, 10**12))
def test_a_gain_is_counted_in_whole_percents_rounded_down(entry: Decimal, mark: int) -> None:
    gain = (Fraction(mark, NANOS) / Fraction(entry) - 1) * 100
    assert gain_pct(entry, mark) <= gain < gain_pct(entry, mark) + 1


def test_levels_that_stay_leave_the_very_same_position() -> None:
    position = held()
    assert rearmed(position, RULES) is position
    moved = rearmed(position, ExitRules(profit_target_pct=Decimal(60), hold_max=timedelta(hours=1)))
    assert (moved.target_at_or_above, moved.due_at) == (nanos("5.632"), AT + timedelta(hours=1))
    assert moved.stop_at_or_below == position.stop_at_or_below
    assert rearmed(position, RULES, peak_pct=5).peak_pct == 5


BANDS = ExitRules(bands=True)


@pytest.mark.parametrize(
    ("band", "gain", "after"),
    [
        ("middle", "9.99", "low"),
        ("middle", "10", "middle"),
        ("middle", "39.99", "middle"),
        ("middle", "40", "near_target"),
        ("low", "14.99", "low"),
        ("low", "15", "middle"),
        ("low", "40", "near_target"),
        ("near_target", "35", "near_target"),
        ("near_target", "34.99", "middle"),
        ("near_target", "10", "middle"),
        ("near_target", "9.99", "low"),
    ],
)
def test_a_band_is_entered_at_its_limit_and_left_five_points_past_it(band: Band, gain: str, after: Band) -> None:
    position = held("10", rules=BANDS, band=band)
    mark = nanos("10") * (10_000 + int(Decimal(gain) * 100)) // 10_000
    assert band_at(position, mark=mark, rules=BANDS) == after


@few
@given(
    prices,
    st.sampled_from(["low", "middle", "near_target"]),
    st.integers(-50, 80),
    st.integers(-1, 1),
    st.integers(0, 60),
    st.decimals(0, 1, places=2),
)
def test_between_its_levels_the_band_stays_and_outside_it_changes(
    entry: Decimal, band: Band, pct: int, nudge: int, low_pct: int, share: Decimal
) -> None:
    rules = ExitRules(bands=True, low_gain_pct=Decimal(low_pct), near_target_share=share)
    position = held(str(entry), rules=rules, band=band)
    mark = max(0, to_nanos(entry) * (100 + pct) // 100 + nudge)
    stays = position.band_at_or_below < mark < position.band_at_or_above
    assert stays == (band_at(position, mark=mark, rules=rules) == band)


def test_bands_that_nobody_asks_for_cost_nothing() -> None:
    position = held(band="low")
    assert (position.band_at_or_below, position.band_at_or_above) == (NEVER_BELOW, NEVER_ABOVE)
