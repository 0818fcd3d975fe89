from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.confluence import multiplier
from agents.rules import EngineRules, RiskLimits, Rules
from agents.sizing import Sizing, size
from schemas.decisions import AccountSeen, Confluence, EnrichedContext
from schemas.market import DealerPosition
from tests.agents.strategies import AT, SPY, bias, few, gex

PRICE = Decimal("3.45")
GAMMA = {"long_gamma": Decimal("1.25"), "short_gamma": Decimal("0.6"), "neutral": Decimal(1)}


def confluence(score: str) -> Confluence:
    return Confluence(score=Decimal(score), flow_alignment=Decimal(0), evidence=Decimal(0), gamma_alignment=Decimal(0))


def context(**changes: Any) -> EnrichedContext:
    return EnrichedContext(symbol=SPY, at=AT, session="regular", **changes)


def sized(price: Decimal = PRICE, share: int = 100, seen: EnrichedContext | None = None, **engine: Any) -> Sizing:
    rules = Rules(engine=EngineRules(**engine))
    return size(entry_price=price, context=context() if seen is None else seen, rules=rules, share=share)


def equity(dollars: str) -> AccountSeen:
    return AccountSeen(open_positions=0, positions_in_symbol=0, exposure=Decimal(0), equity=Decimal(dollars))


def test_the_trace_is_sized_at_nine_contracts() -> None:
    seen = context(gex=gex(), bias=bias(), confluence=confluence("72"))
    assert sized(seen=seen) == Sizing(
        quantity=9,
        base_quantity=10,
        gamma_multiplier=Decimal("1.25"),
        risk_multiplier=Decimal("0.8"),
        regime_multiplier=Decimal(1),
        confluence_multiplier=Decimal(1),
    )


def test_of_an_unknown_market_the_base_is_traded() -> None:
    one = Decimal(1)
    assert sized() == Sizing(10, 10, one, one, one, one)


@pytest.mark.parametrize(("position", "quantity"), [("long_gamma", 12), ("short_gamma", 6), ("neutral", 10)])
def test_dealers_gamma_scales_the_base(position: DealerPosition, quantity: int) -> None:
    found = sized(seen=context(gex=gex(dealer_position=position)))
    assert (found.quantity, found.gamma_multiplier) == (quantity, GAMMA[position])


@pytest.mark.parametrize(("score", "quantity"), [("40", 5), ("50", 5), ("60", 7), ("69", 9), ("70", 10), ("90", 10)])
def test_low_confluence_halves_the_quantity(score: str, quantity: int) -> None:
    assert sized(seen=context(confluence=confluence(score))).quantity == quantity


def test_what_was_learnt_of_a_regime_is_rounded_down_together_with_the_bias_s_multiplier() -> None:
    learnt = {"TRENDING": Decimal("1.3"), "CHOP": Decimal("0.5")}
    # 7 x 0.8 x 1.3 is 7.28; rounded down after each it would be 6
    found = sized(seen=context(bias=bias()), position_size=7, regime_multipliers=learnt)
    assert (found.quantity, found.risk_multiplier, found.regime_multiplier) == (7, Decimal("0.8"), Decimal("1.3"))
    assert sized(seen=context(bias=bias(regime_type="CHOP")), regime_multipliers=learnt).quantity == 4
    for unknown in ("RANGING", None):
        other = sized(seen=context(bias=bias(regime_type=unknown)), regime_multipliers=learnt)
        assert (other.quantity, other.regime_multiplier) == (8, 1)
    assert sized(regime_multipliers=learnt).regime_multiplier == 1


def test_it_is_rounded_down_after_gamma_after_risk_and_after_confluence() -> None:
    seen = context(gex=gex(), bias=bias(risk_multiplier=Decimal("0.9")), confluence=confluence("60"))
    # 3 x 1.25 = 3.75 -> 3, x 0.9 = 2.7 -> 2, x 0.75 = 1.5 -> 1; at once it would be 2
    assert sized(seen=seen, position_size=3).quantity == 1
    # 5 x 1.25 = 6.25 -> 6, x 0.9 = 5.4 -> 5, x 0.75 = 3.75 -> 3; at once it would be 4
    assert sized(seen=seen, position_size=5).quantity == 3


def test_at_least_the_smallest_order_is_traded() -> None:
    suppressed = context(bias=bias(risk_multiplier=Decimal(0)))
    assert sized(seen=suppressed).quantity == 1
    assert sized(seen=suppressed, position_size_min=3).quantity == 3
    assert sized(position_size=2, position_size_min=3).quantity == 3
    assert sized(position_size=3, position_size_min=3).quantity == 3
    assert sized(position_size=0, position_size_min=3).quantity == 0
    assert sized(seen=suppressed, position_size=1).quantity == 1


@pytest.mark.parametrize(
    ("price", "pct", "base"), [("3.45", "5", 14), ("5", "5", 10), ("5.0001", "5", 9), ("50", "5", 1), ("50.01", "5", 0)]
)
def test_a_percent_of_equity_buys_what_it_pays_for(price: str, pct: str, base: int) -> None:
    seen = context(account=equity("100000"))
    found = sized(Decimal(price), seen=seen, position_size_pct=Decimal(pct))
    assert (found.base_quantity, found.quantity) == (base, base)


def test_of_an_unknown_account_the_opening_equity_counts() -> None:
    rules = Rules(engine=EngineRules(position_size_pct=Decimal(1)), limits=RiskLimits(opening_equity=Decimal(50_000)))
    assert size(entry_price=Decimal(1), context=context(), rules=rules).base_quantity == 5
    known = size(entry_price=Decimal(1), context=context(account=equity("70000")), rules=rules)
    assert known.base_quantity == 7


@pytest.mark.parametrize(("price", "dollars"), [("0", "100000"), ("-1", "100000"), ("1", "0"), ("1", "-5000")])
def test_nothing_is_affordable_at_no_price_or_without_equity(price: str, dollars: str) -> None:
    found = sized(Decimal(price), seen=context(account=equity(dollars)), position_size_pct=Decimal(50))
    assert (found.base_quantity, found.quantity) == (0, 0)


@pytest.mark.parametrize(("share", "quantity"), [(100, 10), (99, 9), (50, 5), (19, 1), (10, 1), (9, 0), (0, 0)])
def test_an_engine_s_share_is_rounded_down_and_may_come_to_nothing(share: int, quantity: int) -> None:
    found = sized(share=share)
    assert (found.quantity, found.base_quantity) == (quantity, 10)


scores = st.none() | st.integers(0, 100).map(lambda score: confluence(str(score)))
risks = st.decimals(min_value=0, max_value=3, places=4)
contexts = st.builds(
    lambda position, risk, seen, dollars: context(
        gex=None if position is None else gex(dealer_position=position),
        bias=None if risk is None else bias(risk_multiplier=risk),
        confluence=seen,
        account=None if dollars is None else equity(str(dollars)),
    ),
    st.none() | st.sampled_from(["long_gamma", "short_gamma", "neutral"]),
    st.none() | risks,
    scores,
    st.none() | st.integers(-1_000, 10**7),
)
rule_sets = st.builds(
    EngineRules,
    position_size=st.integers(0, 200),
    position_size_min=st.integers(1, 5),
    position_size_pct=st.none() | st.decimals(min_value=0, max_value=100, places=2),
    regime_multipliers=st.fixed_dictionaries({}, optional={"TRENDING": risks}),
)
prices = st.decimals(min_value="0.01", max_value=100, places=2)


@few
@given(prices, contexts, rule_sets)
def test_it_is_never_more_than_the_multiplied_base_nor_less_than_the_smallest_order(
    price: Decimal, seen: EnrichedContext, engine: EngineRules
) -> None:
    found = size(entry_price=price, context=seen, rules=Rules(engine=engine))
    if found.base_quantity == 0:
        assert found.quantity == 0
        return
    multiplied = Fraction(found.base_quantity)
    for factor in (found.gamma_multiplier, found.risk_multiplier, found.regime_multiplier, found.confluence_multiplier):
        multiplied *= Fraction(factor)
    assert engine.position_size_min <= found.quantity <= max(Fraction(engine.position_size_min), multiplied)
    assert found.confluence_multiplier == multiplier(seen.confluence, engine.confluence)


@few
@given(prices, contexts, rule_sets)
def test_a_base_by_equity_costs_no_more_than_its_percent_and_one_more_would(
    price: Decimal, seen: EnrichedContext, engine: EngineRules
) -> None:
    percent = engine.position_size_pct or Decimal(7)
    rules = Rules(engine=replace(engine, position_size_pct=percent))
    found = size(entry_price=price, context=seen, rules=rules)
    wealth = rules.limits.opening_equity if seen.account is None else seen.account.equity
    budget = Fraction(wealth) * Fraction(percent) / 100
    cost = Fraction(price) * 100
    assert found.base_quantity * cost <= max(budget, Fraction(0))
    assert (found.base_quantity + 1) * cost > budget


@few
@given(prices, contexts, rule_sets, st.integers(0, 100), st.integers(0, 100))
def test_a_greater_share_never_brings_fewer(
    price: Decimal, seen: EnrichedContext, engine: EngineRules, one: int, other: int
) -> None:
    less, more = (
        size(entry_price=price, context=seen, rules=Rules(engine=engine), share=share).quantity
        for share in sorted((one, other))
    )
    assert less <= more


@few
@given(prices, contexts, rule_sets, st.integers(0, 100))
def test_the_shares_of_two_engines_never_come_to_more_than_the_whole(
    price: Decimal, seen: EnrichedContext, engine: EngineRules, share_b: int
) -> None:
    """Orchestrator property: Split capital percentage application

    Each engine's part is its percent of the whole quantity, rounded down: at most one contract is lost.
    """
    rules = Rules(engine=engine)
    whole = size(entry_price=price, context=seen, rules=rules).quantity
    a, b = (
        size(entry_price=price, context=seen, rules=rules, share=share).quantity for share in (100 - share_b, share_b)
    )
    assert (a, b) == (whole * (100 - share_b) // 100, whole * share_b // 100)
    assert whole - 1 <= a + b <= whole
