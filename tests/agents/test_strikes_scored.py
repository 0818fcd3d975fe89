from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules import StrikeRules
from agents.strike_scores import WEIGHTS, Hint, Look, Score, hint_for, look, refusal, score
from schemas.decisions import ContractSeen
from tests.agents.strategies import AT, DAY, bias, few

RULES = StrikeRules(mode="scored")
HINT = Hint(Decimal("0.45"), Decimal("0.55"), 2, 45)
PRICE = Decimal("595.42")


def contract(ahead: int = 7, **changes: Any) -> ContractSeen:
    """Return a call that every filter lets pass."""
    return ContractSeen(
        **{
            "option_symbol": "SPY260220C00596000",
            "strike": Decimal(596),
            "expiration": DAY + timedelta(days=ahead),
            "type": "call",
            "listed": True,
            "bid": Decimal("3.40"),
            "ask": Decimal("3.60"),
            "price": Decimal("3.47"),
            "price_at": AT,
            "volume": 100,
            "open_interest": 1000,
            "implied_volatility": Decimal("0.12"),
            "delta": Decimal("0.50"),
            "gamma": Decimal("0.04"),
            "theta": Decimal("-0.28"),
            **changes,
        }
    )


def looked(**changes: Any) -> Look:
    return look(contract(**changes), underlying=PRICE, day=DAY, hold_days=5)


def refused(rules: StrikeRules = RULES, hint: Hint = HINT, age_max: timedelta | None = None, **changes: Any) -> Any:
    return refusal(looked(**changes), hint, rules, at=AT, price_age_max=age_max)


def scored(rules: StrikeRules = RULES, hint: Hint = HINT, dte_wished: int = 7, **changes: Any) -> Score:
    return score(looked(**changes), hint, rules, dte_wished=dte_wished)


@pytest.mark.parametrize(
    ("confidence", "low", "high", "latest"),
    [
        (None, "0.45", "0.55", 45),
        ("100", "0.60", "0.70", 45),
        ("70", "0.60", "0.70", 45),
        ("69.9999", "0.45", "0.55", 45),
        ("50", "0.45", "0.55", 45),
        ("49.9999", "0.40", "0.50", 23),
        ("0", "0.40", "0.50", 23),
    ],
)
def test_the_surer_the_bias_the_deeper_in_the_money_and_unsure_the_sooner_it_expires(
    confidence: str | None, low: str, high: str, latest: int
) -> None:
    known = None if confidence is None else bias(confidence=Decimal(confidence))
    hint = hint_for(known, RULES)
    assert hint == Hint(Decimal(low), Decimal(high), 2, latest)
    assert hint.delta == (Decimal(low) + Decimal(high)) / 2
    assert hint_for(known, replace(RULES, scored_dte_min=9, scored_dte_max=10)).dte_min == 9


def test_percentages_are_of_the_mid() -> None:
    seen = looked()
    assert (seen.price, seen.dte, seen.delta) == (Decimal("3.5"), 7, Decimal("0.5"))
    assert seen.spread_pct == Decimal("0.2") * 100 / Decimal("3.5")
    assert seen.theta_pct == 8
    assert looked(delta=Decimal("-0.3")).delta == Decimal("0.3")


def test_where_a_side_is_missing_the_newest_price_counts_and_the_spread_is_not_known() -> None:
    for side in ({"bid": None}, {"ask": None}, {"ask": Decimal(0)}):
        seen = looked(price=Decimal(4), **side)
        assert (seen.price, seen.spread_pct, seen.theta_pct) == (4, None, 7)
    assert looked(bid=Decimal(0), ask=Decimal("0.02")).price == Decimal("0.01")
    assert looked(bid=Decimal(0), ask=Decimal("0.02")).spread_pct == 200
    nothing = looked(bid=None, price=None)
    assert (nothing.price, nothing.spread_pct, nothing.theta_pct, nothing.reward_to_risk) == (None,) * 4
    worthless = looked(bid=None, price=Decimal(0))
    assert (worthless.price, worthless.theta_pct, worthless.reward_to_risk) == (None, None, None)


def test_reward_to_risk_is_the_gain_of_an_expected_move_against_the_premium() -> None:
    # a year of 20 % on 100 is a move of 20: 0.5 * 20 + 0.01 * 20^2 / 2 = 12, against 6
    year = contract(
        365, bid=Decimal("5.9"), ask=Decimal("6.1"), gamma=Decimal("0.01"), implied_volatility=Decimal("0.2")
    )
    seen = look(year, underlying=Decimal(100), day=DAY, hold_days=365)
    assert seen.reward_to_risk == 2
    put = year.model_copy(update={"delta": Decimal("-0.5"), "type": "put"})
    assert look(put, underlying=Decimal(100), day=DAY, hold_days=400).reward_to_risk == 2
    quarter = look(year, underlying=Decimal(200), day=DAY, hold_days=91)
    assert quarter.reward_to_risk is not None
    assert quarter.reward_to_risk == pytest.approx(Decimal(2), abs=Decimal("0.01"))
    over = look(contract(-1), underlying=PRICE, day=DAY, hold_days=5)
    assert (over.dte, over.reward_to_risk) == (-1, 0)
    for unknown in ("implied_volatility", "delta", "gamma"):
        assert looked(**{unknown: None}).reward_to_risk is None


def test_nothing_refuses_a_contract_within_all_bounds() -> None:
    assert refused() is None
    names = ("bid", "ask", "volume", "open_interest", "theta", "delta", "gamma", "implied_volatility")
    unknown: dict[str, Any] = dict.fromkeys(names)
    assert refused(**unknown) is None


@pytest.mark.parametrize(
    ("filter_name", "within", "past"),
    [
        ("dte", {"ahead": 2, "gamma": None}, {"ahead": 1, "gamma": None}),
        ("dte", {"ahead": 45, "implied_volatility": None}, {"ahead": 46, "implied_volatility": None}),
        ("price", {"bid": Decimal("0.01"), "ask": Decimal("0.01"), "theta": None}, {"bid": None, "price": None}),
        (
            "spread",
            {"bid": Decimal("1.9"), "ask": Decimal("2.1"), "theta": None},
            {"bid": Decimal("1.89"), "ask": Decimal("2.1")},
        ),
        ("volume", {"volume": 10}, {"volume": 9}),
        ("open_interest", {"open_interest": 100}, {"open_interest": 99}),
        ("theta", {"theta": Decimal("-0.35")}, {"theta": Decimal("-0.3501")}),
        ("theta", {"theta": Decimal("0.35")}, {"theta": Decimal("0.3501")}),
        ("delta", {"delta": Decimal("0.45")}, {"delta": Decimal("0.4499")}),
        ("delta", {"delta": Decimal("-0.55")}, {"delta": Decimal("-0.5501")}),
    ],
)
def test_a_filter_refuses_past_its_bound(filter_name: str, within: dict[str, Any], past: dict[str, Any]) -> None:
    assert refused(**within) is None
    assert refused(**past) == filter_name


def test_too_little_reward_for_the_risk_refuses() -> None:
    seen = looked()
    assert seen.reward_to_risk is not None
    for least, expected in ((seen.reward_to_risk, None), (seen.reward_to_risk + 1, "reward_to_risk")):
        rules = replace(RULES, reward_to_risk_min=least)
        assert refusal(seen, HINT, rules, at=AT, price_age_max=None) == expected


def test_an_old_price_is_none_where_an_age_is_given() -> None:
    minute = timedelta(minutes=1)
    assert refused(price_at=AT - timedelta(days=1)) is None
    assert refused(age_max=minute, price_at=AT - minute) is None
    assert refused(age_max=minute, price_at=AT - minute - timedelta(microseconds=1)) == "price"
    assert refused(age_max=minute, price_at=None) == "price"


def test_the_hint_s_days_bound_the_expiration() -> None:
    unsure = hint_for(bias(confidence=Decimal(10)), RULES)
    assert refused(hint=unsure, ahead=23, implied_volatility=None) is None
    assert refused(hint=unsure, ahead=24) == "dte"


def test_a_score_is_the_weighted_mean_of_its_parts() -> None:
    assert sum(WEIGHTS.values()) == 1
    # 10 of 10 % spread, 7 of 10 % theta, half of the volume and three quarters of the open interest that are full
    found = scored(
        bid=Decimal("3.325"),
        ask=Decimal("3.675"),
        volume=50,
        open_interest=750,
        theta=Decimal("-0.245"),
        gamma=None,
        delta=Decimal("0.475"),
        ahead=26,
    )
    liquidity = (Decimal(0) + 50 + 75) / 3
    assert found.total == (
        Decimal("0.30") * liquidity
        + Decimal("0.25") * 50
        + Decimal("0.15") * 50
        + Decimal("0.15") * 30
        + Decimal("0.15") * 50
    )
    assert found.reasons == (
        "liquidity 41.7",
        "delta 50.0",
        "dte 50.0",
        "theta 30.0",
        "reward_to_risk 50.0, not known",
    )


def test_the_best_scores_a_hundred() -> None:
    found = scored(
        bid=Decimal("3.5"), ask=Decimal("3.5"), volume=10**6, open_interest=10**6, theta=Decimal(0), gamma=Decimal(9)
    )
    assert found.total == 100
    assert found.reasons[0] == "liquidity 100.0"


def test_what_is_not_known_scores_the_middle_and_says_so() -> None:
    found = scored(
        bid=None, volume=None, open_interest=None, theta=None, delta=None, gamma=None, implied_volatility=None
    )
    assert found.total == Decimal("0.85") * 50 + Decimal("0.15") * 100
    assert found.reasons == (
        "liquidity 50.0",
        "delta 50.0, not known",
        "dte 100.0",
        "theta 50.0, not known",
        "reward_to_risk 50.0, not known",
        "spread not known",
        "volume not known",
        "open_interest not known",
    )


def part(found: Score, name: str) -> Decimal:
    return next(Decimal(reason.split()[1]) for reason in found.reasons if reason.startswith(f"{name} "))


@pytest.mark.parametrize(
    ("ahead", "wished", "points"),
    [(7, 7, 100), (26, 7, 50), (45, 7, 0), (4, 7, "92.1"), (2, 1, 100), (45, 60, 100), (2, 45, 0), (30, 40, "73.7")],
)
def test_days_to_expiration_fall_from_the_wish_to_the_farther_end(ahead: int, wished: int, points: int | str) -> None:
    assert part(scored(ahead=ahead, dte_wished=wished), "dte") == Decimal(points)


def test_bounds_of_nothing_leave_no_room() -> None:
    nothing = replace(
        RULES,
        spread_pct_max=Decimal(0),
        volume_min=0,
        open_interest_min=0,
        theta_pct_max=Decimal(0),
        reward_to_risk_min=Decimal(0),
        scored_dte_min=7,
        scored_dte_max=7,
    )
    hint = Hint(Decimal("0.5"), Decimal("0.5"), 7, 7)
    best = scored(nothing, hint, bid=Decimal("3.5"), ask=Decimal("3.5"), theta=Decimal(0), volume=0, open_interest=0)
    assert best.total == 100
    worst = scored(nothing, hint, ahead=8, delta=Decimal("0.4"))
    assert [part(worst, name) for name in ("delta", "dte", "theta", "reward_to_risk")] == [0, 0, 0, 100]
    assert part(worst, "liquidity") == Decimal("66.7")


@pytest.mark.parametrize(("gamma", "points"), [("0", "33.0"), ("0.02", "38.8"), ("9", "100.0")])
def test_reward_to_risk_scores_in_full_from_three_times_the_least(gamma: str, points: str) -> None:
    found = look(contract(gamma=Decimal(gamma)), underlying=PRICE, day=DAY, hold_days=5)
    assert found.reward_to_risk is not None
    expected = min(Decimal(100), found.reward_to_risk * 100 / 3)
    assert part(scored(gamma=Decimal(gamma)), "reward_to_risk") == expected.quantize(Decimal("0.1"))


amounts = st.decimals(min_value=0, max_value=50, places=2)
maybe = st.none() | st.decimals(min_value=-2, max_value=2, places=3)
looks = st.builds(
    contract,
    st.integers(-2, 60),
    bid=st.none() | amounts,
    ask=st.none() | amounts,
    price=st.none() | amounts,
    volume=st.none() | st.integers(0, 300),
    open_interest=st.none() | st.integers(0, 3000),
    implied_volatility=st.none() | st.decimals(min_value=0, max_value=3, places=2),
    delta=maybe,
    gamma=st.none() | st.decimals(min_value=0, max_value=1, places=3),
    theta=maybe,
).map(lambda item: look(item, underlying=PRICE, day=DAY, hold_days=5))


@few
@given(looks, st.sampled_from([None, Decimal(20), Decimal(60), Decimal(90)]), st.integers(-5, 60))
def test_a_score_lies_between_0_and_100_and_gives_every_part(seen: Look, sure: Decimal | None, wished: int) -> None:
    hint = hint_for(None if sure is None else bias(confidence=sure), RULES)
    found = score(seen, hint, RULES, dte_wished=wished)
    assert 0 <= found.total <= 100
    assert [reason.split()[0] for reason in found.reasons[:5]] == list(WEIGHTS)


@few
@given(looks, looks)
def test_more_volume_and_interest_and_a_narrower_spread_never_lower_a_score(seen: Look, other: Look) -> None:
    better = replace(
        seen,
        contract=seen.contract.model_copy(
            update={
                "volume": None if seen.contract.volume is None else seen.contract.volume + (other.contract.volume or 0),
                "open_interest": None
                if seen.contract.open_interest is None
                else seen.contract.open_interest + (other.contract.open_interest or 0),
            }
        ),
        spread_pct=None if seen.spread_pct is None else min(seen.spread_pct, other.spread_pct or seen.spread_pct),
        theta_pct=None if seen.theta_pct is None else min(seen.theta_pct, other.theta_pct or seen.theta_pct),
    )
    assert score(better, HINT, RULES, dte_wished=7).total >= score(seen, HINT, RULES, dte_wished=7).total
    if refusal(seen, HINT, RULES, at=AT, price_age_max=None) is None:
        assert refusal(better, HINT, RULES, at=AT, price_age_max=None) is None
