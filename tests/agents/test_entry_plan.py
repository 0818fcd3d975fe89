from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agents.entry_plan import Judgement, plan
from agents.rules import EngineRules, Rules, StrikeRules
from schemas.decisions import AgentVote, GateResult, Recommendation, StrikeSelection
from tests.agents.contexts import context, contract_seen
from tests.agents.strategies import AT, CALL, DAY, EXPIRATION, PUT, SPY, bias, signal

BEFORE = GateResult(gate="before", verdict="pass", engine="B")
VOTES = (AgentVote(agent_name="technical", agent_type="core", bias="bullish", confidence=72),)
SCORED = Rules(engine=EngineRules(strikes=StrikeRules(mode="scored")))
LIQUID = {"volume": 100, "open_interest": 1_000}
CHOSEN = GateResult(
    gate="strike_selection",
    verdict="pass",
    inputs={"contract": CALL, "listed_contracts": "1", "mode": "atm"},
    engine="B",
)
PRICED = GateResult(
    gate="contract_price",
    verdict="pass",
    inputs={"contract": CALL, "price": "3.4500", "price_at": "2026-02-13 15:29:59+00:00"},
    limit="at most 300 s old",
    engine="B",
)


def planned(*, rules: Rules | None = None, direction: Any = "long", share: int = 50, **changes: Any) -> Judgement:
    return plan(
        "B",
        signal(),
        context(**changes),
        rules or Rules(),
        gates=(BEFORE,),
        direction=direction,
        context_hash="c" * 64,
        share=share,
        confidence=67,
        agents=VOTES,
    )


def test_a_recommendation_says_what_and_how_much_and_on_whose_word() -> None:
    assert planned() == Judgement(
        "B",
        (BEFORE, CHOSEN, PRICED),
        Recommendation(
            engine="B",
            symbol=SPY,
            direction="long",
            option_symbol=CALL,
            strike=Decimal(596),
            expiration=EXPIRATION,
            type="call",
            quantity=4,
            entry_price=Decimal("3.45"),
            is_shadow=False,
            base_quantity=10,
            gamma_multiplier=Decimal("1.25"),
            risk_multiplier=Decimal("0.8"),
            confluence_multiplier=Decimal(1),
            capital_share=50,
            context_hash="c" * 64,
            confidence=67,
            agents=VOTES,
            selection=StrikeSelection(
                mode="atm", considered=1, reasons=("as_wished", "strike 596", "expiration 2026-02-20")
            ),
            gamma_overridden=False,
        ),
    )


def test_a_weak_confluence_scales_what_is_recommended() -> None:
    seen = context().confluence
    assert seen is not None
    wanted = planned(share=100, confluence=seen.model_copy(update={"score": Decimal(60)})).recommendation
    assert wanted is not None
    assert (wanted.confluence_multiplier, wanted.quantity) == (Decimal("0.75"), 6)


def test_a_quantity_by_equity_follows_from_the_contracts_price() -> None:
    wanted = planned(share=100, rules=Rules(engine=EngineRules(position_size_pct=Decimal(2)))).recommendation
    assert wanted is not None
    assert wanted.base_quantity == 5  # of 2000 dollars, at 345 each


def test_a_turned_direction_buys_the_other_type_and_says_so() -> None:
    put = contract_seen(option_symbol=PUT, strike=Decimal(595), type="put")
    wanted = planned(direction="short", contracts=(contract_seen(), put), listed_contracts=2).recommendation
    assert wanted is not None
    assert (wanted.option_symbol, wanted.type, wanted.direction) == (PUT, "put", "short")
    assert wanted.gamma_overridden


@pytest.mark.parametrize(
    ("contracts", "why"),
    [
        ((), "none is near"),
        ((contract_seen(type="put"), contract_seen(type="put"), contract_seen(expiration=DAY)), "1 by dte, 2 by type"),
    ],
)
def test_without_a_contract_that_will_do_nothing_is_recommended(contracts: Any, why: str) -> None:
    assert planned(contracts=contracts, listed_contracts=7) == Judgement(
        "B",
        (
            BEFORE,
            GateResult(
                gate="strike_selection",
                verdict="block",
                inputs={"contract": "None", "listed_contracts": "7", "mode": "atm"},
                code="no_listed_contract",
                detail=f"no listed contract of this type will do ({why})",
                engine="B",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("prices", "price", "price_at"),
    [
        ({"price": None, "price_at": None}, "None", "None"),
        ({"price": Decimal(0)}, "0.0000", "2026-02-13 15:29:59+00:00"),
        ({"price_at": None}, "3.4500", "None"),
        ({"price_at": AT - timedelta(seconds=301)}, "3.4500", "2026-02-13 15:24:59+00:00"),
    ],
)
def test_without_a_new_price_of_the_contract_nothing_is_recommended(
    prices: dict[str, Any], price: str, price_at: str
) -> None:
    assert planned(contracts=(contract_seen(**prices),)) == Judgement(
        "B",
        (
            BEFORE,
            CHOSEN,
            GateResult(
                gate="contract_price",
                verdict="block",
                inputs={"contract": CALL, "price": price, "price_at": price_at},
                limit="at most 300 s old",
                code="market_data_unavailable",
                detail=f"no quote of {CALL} that is new enough",
                engine="B",
            ),
        ),
    )


@pytest.mark.parametrize("prices", [{"price": Decimal("0.0001")}, {"price_at": AT - timedelta(seconds=300)}])
def test_a_small_price_and_one_of_the_greatest_age_will_do(prices: dict[str, Any]) -> None:
    judgement = planned(contracts=(contract_seen(**prices),))
    assert judgement.recommendation is not None
    assert judgement.gates[-1].verdict == "pass"


@pytest.mark.parametrize(("age_s", "passes"), [(300, True), (301, False)])
def test_by_score_an_old_price_refuses_a_contract(age_s: int, passes: bool) -> None:
    seen = contract_seen(**LIQUID, price_at=AT - timedelta(seconds=age_s))
    judgement = planned(rules=SCORED, contracts=(seen,))
    assert (judgement.recommendation is not None) is passes
    assert judgement.gates[1].inputs["mode"] == "scored"
    refused = "" if passes else "no listed contract of this type will do (1 by price)"
    assert judgement.gates[1].detail == refused


@pytest.mark.parametrize(("confidence", "passes"), [(50, True), (49, False)])
def test_by_score_an_unsure_bias_refuses_what_expires_late(confidence: int, passes: bool) -> None:
    seen = contract_seen(**LIQUID, expiration=DAY + timedelta(days=24))
    judgement = planned(rules=SCORED, contracts=(seen,), bias=bias(confidence=Decimal(confidence)))
    assert (judgement.recommendation is not None) is passes


def test_by_score_what_expires_late_will_do_without_a_bias() -> None:
    seen = contract_seen(**LIQUID, expiration=DAY + timedelta(days=24))
    assert planned(rules=SCORED, contracts=(seen,), bias=None).recommendation is not None
