from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine_b import risk
from agents.engine_b.evaluate import evaluate
from agents.engine_b.output import AgentOutput
from agents.rules import ReplacementRules, RiskLimits, Rules, SessionRules
from schemas.decisions import AccountSeen, EnrichedContext
from tests.agents.contexts import account, accounts, context, contexts, rulebooks
from tests.agents.strategies import bias, few, signal

RULES = Rules()


def at_risk(rules: Rules = RULES, **changes: Any) -> AgentOutput:
    return risk.assess(signal(), context(**changes), rules)


def limited(**changes: Any) -> Rules:
    return Rules(limits=replace(RiskLimits(), **changes))


def test_the_risk_agent_has_no_opinion_when_nothing_blocks() -> None:
    assert at_risk() == AgentOutput(
        "risk",
        "core",
        "neutral",
        50,
        metadata={
            "session": "regular",
            "account": "paper",
            "open_positions": "2",
            "positions_in_symbol": "0",
            "exposure": "4000.00",
            "equity": "100000.00",
            "open_positions_max": "5",
            "positions_per_symbol_max": "3",
            "exposure_max": "10000",
            "exposure_pct_max": "20",
        },
    )


def test_an_account_that_is_not_known_holds_nothing() -> None:
    said = at_risk(account=None)
    assert (said.block, said.confidence, said.metadata["account"]) == (False, 50, "unknown")
    held = {name: said.metadata[name] for name in ("open_positions", "positions_in_symbol", "exposure", "equity")}
    assert held == {"open_positions": "0", "positions_in_symbol": "0", "exposure": "0.00", "equity": "100000.00"}


@pytest.mark.parametrize(
    ("session", "rules", "blocks"),
    [
        ("regular", SessionRules(), False),
        ("premarket", SessionRules(), True),
        ("premarket", SessionRules(allow_premarket=True), False),
        ("premarket", SessionRules(allow_afterhours=True), True),
        ("afterhours", SessionRules(), True),
        ("afterhours", SessionRules(allow_afterhours=True), False),
        ("afterhours", SessionRules(allow_premarket=True), True),
        ("closed", SessionRules(allow_premarket=True, allow_afterhours=True), True),
        ("closed", SessionRules(decision_only_when_closed=True), True),
        ("closed", SessionRules(decision_only_when_closed=False), True),
    ],
)
def test_it_vetoes_while_the_market_is_closed(session: str, rules: SessionRules, blocks: bool) -> None:
    said = at_risk(Rules(session=rules), session=session)
    assert said.block is blocks
    assert said.reasons == (("market_closed",) if blocks else ())
    assert said.confidence == (100 if blocks else 50)
    assert said.bias == "neutral"


@pytest.mark.parametrize(
    ("held", "code"),
    [
        ({"open_positions": 4}, None),
        ({"open_positions": 5}, "position_limit_exceeded"),
        ({"open_positions": 6}, "position_limit_exceeded"),
        ({"positions_in_symbol": 2}, None),
        ({"positions_in_symbol": 3}, "position_limit_exceeded"),
        ({"exposure": Decimal("9999.99")}, None),
        ({"exposure": Decimal("10000.00")}, "exposure_exceeded"),
        ({"exposure": Decimal("1999.99"), "equity": Decimal(10_000)}, None),
        ({"exposure": Decimal("2000.00"), "equity": Decimal(10_000)}, "exposure_exceeded"),
        ({"exposure": Decimal(0), "equity": Decimal(0)}, "exposure_exceeded"),
        # the controls in force say whether an account is halted: what it was last told may be older
        ({"halted": True}, None),
    ],
)
def test_it_vetoes_at_a_limit(held: dict[str, Any], code: str | None) -> None:
    said = at_risk(account=account(**held))
    assert said.reasons == ((code,) if code else ())
    assert said.block is bool(code)


def test_the_kill_switch_of_the_rules_vetoes_too() -> None:
    assert at_risk(limited(halted=True)).reasons == ("kill_switch",)


FULL: dict[str, Any] = {
    "open_positions": 5,
    "positions_in_symbol": 3,
    "exposure": Decimal(50_000),
}


def test_it_names_every_limit_that_is_met() -> None:
    said = at_risk(limited(halted=True), account=account(**FULL), session="closed")
    assert said.reasons == ("market_closed", "position_limit_exceeded", "exposure_exceeded", "kill_switch")


def test_limits_that_are_switched_off_leave_the_session_and_the_kill_switch() -> None:
    said = at_risk(limited(enabled=False, halted=True), account=account(**FULL), session="closed")
    assert said.reasons == ("market_closed", "kill_switch")


def expected_codes(seen: EnrichedContext, held: AccountSeen | None, limits: RiskLimits) -> set[str]:
    """Return the codes that limits call for, the default sessions taken as given."""
    codes = set() if seen.session == "regular" else {"market_closed"}
    if held is None:
        return codes
    if held.open_positions >= limits.open_positions_max or held.positions_in_symbol >= limits.positions_per_symbol_max:
        codes.add("position_limit_exceeded")
    if held.exposure >= limits.exposure_max or held.exposure / 100 >= held.equity * limits.exposure_pct_max / 10_000:
        codes.add("exposure_exceeded")
    return codes


REPLACING = ReplacementRules(enabled=True, confidence_min=Decimal(70))


@pytest.mark.parametrize(
    ("rules", "sure", "biased", "leaves"),
    [
        (REPLACING, 70, 0, True),
        (REPLACING, 69, 100, False),
        (REPLACING, None, 70, True),
        (REPLACING, None, 69, False),
        (REPLACING, None, None, False),
        (replace(REPLACING, enabled=False), 100, 100, False),
    ],
)
@pytest.mark.parametrize("held", [{"open_positions": 5}, {"positions_in_symbol": 3}])
def test_a_full_account_that_may_make_room_is_left_to_itself(
    rules: ReplacementRules, sure: int | None, biased: int | None, leaves: bool, held: dict[str, int]
) -> None:
    asked = signal(confidence=None if sure is None else Decimal(sure))
    known = None if biased is None else bias(confidence=Decimal(biased))
    seen = context(account=account(**held), bias=known)
    said = risk.assess(asked, seen, limited(replacement=rules))
    assert said.reasons == (() if leaves else ("position_limit_exceeded",))


@given(st.data(), rulebooks, st.sampled_from(["long", "short"]))
@few
def test_a_veto_of_the_risk_agent_rejects_whatever_the_others_say(
    data: st.DataObject, rules: Rules, direction: str
) -> None:
    """Property 26: Risk Agent absolute veto"""
    held = data.draw(st.none() | accounts)
    seen = data.draw(contexts(account=held))
    evaluation = evaluate(signal(direction=direction), seen, rules)
    codes = expected_codes(seen, held, rules.limits)
    said = next(said for said in evaluation.outputs if said.agent_name == "risk")
    assert (set(said.reasons), said.block) == (codes, bool(codes))
    if codes:
        assert (evaluation.meta.decision, evaluation.meta.final_confidence) == ("reject", 0)
        assert evaluation.meta.reasons == ("risk_agent_blocked",)
    else:
        assert evaluation.meta.reasons != ("risk_agent_blocked",)
