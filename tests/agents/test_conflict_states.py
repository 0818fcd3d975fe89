"""Settings that speak against each other, or against what there is: what wins, from the alert to the decision."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from agents.account import on_proposal, opened
from agents.controls import in_force, on_control
from agents.desk import Seen, on_signal
from agents.rules import Rules
from compose.configuration import fields
from schemas.controls import Controls
from schemas.decisions import DecisionMade, GateResult, TradeProposed
from schemas.desks import Desk
from schemas.event import Event
from schemas.ids import derived_id
from schemas.market import FlowTotals, Market
from schemas.operations import ControlChanged
from schemas.orders import OrderPlaced, ShadowTrade
from schemas.session import MarketSession
from streams.rules import rules_of
from streams.settings import load_settings
from tests.agents.accounts import account, holding
from tests.agents.strategies import AT, CLOSED, DAY, SPY, bias, market, session, signal

ALERT = signal(indicators={"ema8": Decimal("595.10"), "ema21": Decimal("594.80"), "atr": Decimal("1.25")})
FLOW = FlowTotals(
    day=DAY, entries=50, call_premium=Decimal(12_500_000), put_premium=Decimal(8_000_000), netflow=Decimal(4_500_000)
)
AGREED = market(flow=FLOW)
"""A market in which both engines enter."""
CONTRARY = market(flow=FLOW.model_copy(update={"netflow": Decimal(-9_000_000), "call_premium": Decimal(0)}), gex=None)
PREMARKET = session(phase="premarket", minutes_to_close=None)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an alert ended under some settings."""

    rules: Rules
    decision: DecisionMade
    orders: list[OrderPlaced] = field(default_factory=list)
    shadows: list[ShadowTrade] = field(default_factory=list)

    @property
    def codes(self) -> tuple[str, ...]:
        return self.decision.codes

    @property
    def engines(self) -> list[str]:
        return [order.engine for order in self.orders]

    def gate(self, name: str) -> GateResult:
        return next(gate for gate in self.decision.gates if gate.gate == name)


class Alerted:
    """Settings of one test, and alerts under them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        for name in fields():
            monkeypatch.delenv(name, raising=False)

    def __call__(
        self,
        settings: str,
        *,
        known: Market = AGREED,
        phase: MarketSession | None = None,
        controls: Controls | None = None,
        held: int = 0,
    ) -> Ended:
        """Send the alert under settings written as in `.env`, separated by spaces."""
        for setting in settings.split():
            self._monkeypatch.setenv(*setting.split("=", 1))
        rules = rules_of(load_settings(None))
        if controls is not None:
            rules = in_force(rules, controls, symbol=SPY, account_id="paper")
        seen = Seen(market=known, session=phase or session(), view=lambda _: (rules, None), read_positions={})
        _, events = on_signal(Desk(symbol=SPY), ALERT, seen=seen)
        (proposal,) = [event for event in events if isinstance(event, TradeProposed)]
        before = opened("paper", rules.limits)
        if held:
            before = account(holdings=tuple(holding(f"Q{n}", symbol="QQQ") for n in range(held)))
        _, decided = on_proposal(before, proposal, day=DAY, rules=rules)
        every: tuple[Event, ...] = (*events, *decided)
        (decision,) = [event for event in every if isinstance(event, DecisionMade)]
        return Ended(
            rules,
            decision,
            [event for event in every if isinstance(event, OrderPlaced)],
            [event for event in every if isinstance(event, ShadowTrade)],
        )


@pytest.fixture
def alerted(monkeypatch: pytest.MonkeyPatch) -> Alerted:
    return Alerted(monkeypatch)


def control(name: str, value: str) -> Controls:
    event = ControlChanged(event_id=derived_id("control", name), occurred_at=AT, name=name, value=value, changed_by="a")
    return on_control(Controls(partition=0), event)


def test_without_a_conflict_the_alert_is_traded(alerted: Alerted) -> None:
    ended = alerted("")
    assert (ended.codes, ended.engines, ended.shadows) == ((), ["A"], [])


@pytest.mark.parametrize("required", ["", "REQUIRE_MTF_BIAS_FOR_ENTRY=true"])
def test_a_bias_that_is_required_and_never_came_holds_everything(alerted: Alerted, required: str) -> None:
    ended = alerted(required, known=market(flow=FLOW, bias=None))
    assert ended.codes == ("no_recommendation", "no_bias_state")
    assert ended.orders == []


def test_a_bias_that_is_not_required_is_not_missed(alerted: Alerted) -> None:
    assert alerted("REQUIRE_MTF_BIAS_FOR_ENTRY=false", known=market(flow=FLOW, bias=None)).engines == ["A"]


def test_there_is_no_second_way_of_processing_to_switch_to() -> None:
    assert not {"ENABLE_ORCHESTRATOR", "ENABLE_CRON_PROCESSING"} & fields().keys()


@pytest.mark.parametrize("name", ["ENABLE_ORCHESTRATOR=false", "ENABLE_CRON_PROCESSING=true"])
def test_settings_of_other_ways_of_processing_change_nothing(alerted: Alerted, name: str) -> None:
    ended = alerted(name)
    assert ended.rules == Rules()
    assert ended.engines == ["A"]


def test_a_confluence_gate_lets_through_what_nothing_is_known_of(alerted: Alerted) -> None:
    ended = alerted("ENABLE_CONFLUENCE_GATE=true", known=market(gex=None))
    gate = ended.gate("confluence")
    assert (gate.verdict, gate.code) == ("pass", None)
    assert gate.detail == "no options flow is known"
    assert ended.engines == ["A"]


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("ENABLE_CONFLUENCE_GATE=true", ("confluence_below_threshold",)),
        ("ENABLE_CONFLUENCE_GATE=false", ()),
        ("ENABLE_CONFLUENCE_GATE=true CONFLUENCE_MIN_THRESHOLD=0", ()),
    ],
)
def test_a_confluence_gate_stops_what_is_known_to_disagree(
    alerted: Alerted, settings: str, codes: tuple[str, ...]
) -> None:
    assert alerted(settings, known=CONTRARY).codes == codes


@pytest.mark.parametrize(
    ("settings", "engines"),
    [
        ("ENABLE_VARIANT_B=true AB_SPLIT_PERCENTAGE=0", ["A"]),
        ("ENABLE_VARIANT_B=false AB_SPLIT_PERCENTAGE=100", ["A"]),
        ("AB_SPLIT_PERCENTAGE=100", ["A"]),
        ("ENABLE_VARIANT_B=true AB_SPLIT_PERCENTAGE=100", ["B"]),
        ("ENABLE_VARIANT_B=false ENABLE_DUAL_PAPER_TRADING=true", ["A"]),
        ("ENABLE_VARIANT_B=false EXECUTION_MODE=ENGINE_B_PRIMARY", ["A"]),
        ("ENABLE_VARIANT_B=true EXECUTION_MODE=ENGINE_B_PRIMARY AB_SPLIT_PERCENTAGE=0", ["B"]),
        ("ENABLE_VARIANT_B=true EXECUTION_MODE=ENGINE_A_PRIMARY AB_SPLIT_PERCENTAGE=100", ["A"]),
        ("ENABLE_VARIANT_B=false EXECUTION_MODE=SPLIT_CAPITAL SPLIT_PERCENTAGE=1", ["A"]),
        ("ENABLE_SHADOW_EXECUTION=true", ["A"]),
    ],
)
def test_the_engine_that_is_there_trades(alerted: Alerted, settings: str, engines: list[str]) -> None:
    ended = alerted(settings)
    assert (ended.codes, ended.engines, ended.shadows) == ((), engines, [])


@pytest.mark.parametrize(("settings", "variant"), [("ENABLE_VARIANT_B=false", "A"), ("ENABLE_VARIANT_B=true", "B")])
def test_a_share_of_the_signals_counts_once_engine_b_is_there(alerted: Alerted, settings: str, variant: str) -> None:
    experiment = alerted(f"{settings} AB_SPLIT_PERCENTAGE=100").decision.experiment
    assert (experiment.variant, experiment.split_percentage) == (variant, 100 if variant == "B" else 0)


def test_engine_b_without_a_share_of_the_signals_still_shadows(alerted: Alerted) -> None:
    ended = alerted("ENABLE_VARIANT_B=true AB_SPLIT_PERCENTAGE=0 ENABLE_SHADOW_EXECUTION=true")
    assert (ended.engines, [shadow.engine for shadow in ended.shadows]) == (["A"], ["B"])


def test_both_trade_a_contract_of_their_own_when_both_shall(alerted: Alerted) -> None:
    ended = alerted("ENABLE_VARIANT_B=true ENABLE_DUAL_PAPER_TRADING=true MAX_TOTAL_EXPOSURE=50000")
    assert ended.engines == ["A", "B"]
    assert len({order.option_symbol for order in ended.orders}) == 1


def test_dual_trading_yields_to_the_account_s_limits(alerted: Alerted) -> None:
    ended = alerted("ENABLE_VARIANT_B=true ENABLE_DUAL_PAPER_TRADING=true MAX_OPEN_POSITIONS=1")
    assert (ended.engines, ended.decision.status) == (["A"], "approved")


@pytest.mark.parametrize("split", ["0", "1"])
def test_the_whole_capital_on_one_side_leaves_the_other_nothing(alerted: Alerted, split: str) -> None:
    ended = alerted(f"ENABLE_VARIANT_B=true EXECUTION_MODE=SPLIT_CAPITAL SPLIT_PERCENTAGE={split}")
    assert ended.engines == ["B" if split == "1" else "A"]
    assert ended.decision.policy.shares == {"A": 100 - 100 * int(split), "B": 100 * int(split)}


@pytest.mark.parametrize(
    "settings",
    [
        "APP_MODE=LIVE",
        "APP_MODE=LIVE EXECUTION_MODE=ENGINE_A_PRIMARY",
        "APP_MODE=LIVE ENABLE_VARIANT_B=true ENABLE_DUAL_PAPER_TRADING=true",
        "APP_MODE=LIVE ENABLE_VARIANT_B=true EXECUTION_MODE=SPLIT_CAPITAL",
        "EXECUTION_MODE=SHADOW_ONLY ENABLE_DUAL_PAPER_TRADING=true ENABLE_VARIANT_B=true",
        "EXECUTION_MODE=SHADOW_ONLY E2E_TEST_MODE=true",
    ],
)
def test_live_and_shadow_only_order_nothing_whatever_else_is_said(alerted: Alerted, settings: str) -> None:
    ended = alerted(settings)
    assert (ended.codes, ended.orders) == (("shadow_only",), [])
    assert ended.decision.policy.execution_mode == "SHADOW_ONLY"


@pytest.mark.parametrize(
    ("settings", "phase", "codes"),
    [
        ("DECISION_ONLY_WHEN_MARKET_CLOSED=true ALLOW_PREMARKET=true", PREMARKET, ()),
        ("DECISION_ONLY_WHEN_MARKET_CLOSED=true ALLOW_PREMARKET=false", PREMARKET, ("market_closed",)),
        ("DECISION_ONLY_WHEN_MARKET_CLOSED=true ALLOW_AFTERHOURS=true", PREMARKET, ("market_closed",)),
        ("DECISION_ONLY_WHEN_MARKET_CLOSED=true ALLOW_PREMARKET=true", session(**CLOSED), ("market_closed",)),
    ],
)
def test_a_decision_out_of_hours_is_an_order_where_that_part_of_the_day_is_allowed(
    alerted: Alerted, settings: str, phase: MarketSession, codes: tuple[str, ...]
) -> None:
    ended = alerted(settings, phase=phase)
    assert ended.codes == codes
    assert ended.decision.recommendation is not None
    assert len(ended.orders) == (not codes)


@pytest.mark.parametrize(
    ("settings", "held", "codes"),
    [
        ("", 1, ("no_recommendation", "no_bias_state")),
        ("E2E_TEST_MODE=true", 1, ()),
        ("E2E_TEST_MODE=true REQUIRE_MTF_BIAS_FOR_ENTRY=true ENABLE_PORTFOLIO_GUARD=true", 1, ()),
        ("E2E_TEST_MODE=true MAX_OPEN_POSITIONS=1", 1, ("max_open_positions_exceeded",)),
    ],
)
def test_test_mode_asks_for_no_bias_but_keeps_the_limits(
    alerted: Alerted, settings: str, held: int, codes: tuple[str, ...]
) -> None:
    assert alerted(settings, known=market(flow=FLOW, bias=None), held=held).codes == codes


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [("", "block"), ("ENABLE_PORTFOLIO_GUARD=false", None), ("E2E_TEST_MODE=true ENABLE_PORTFOLIO_GUARD=true", None)],
)
def test_test_mode_has_no_portfolio_guard(alerted: Alerted, settings: str, verdict: str | None) -> None:
    ended = alerted(settings, known=market(flow=FLOW, bias=bias(chop_score=Decimal(80))), held=1)
    assert ended.decision.gates[0].gate == "market_session"
    guards = [gate.verdict for gate in ended.decision.gates if gate.gate == "portfolio_guard"]
    assert guards == ([verdict] if verdict else [])


def test_replacement_that_may_close_nothing_makes_no_room(alerted: Alerted) -> None:
    ended = alerted("POSITION_REPLACEMENT_ENABLED=true MAX_OPEN_POSITIONS=1", held=1)
    assert ended.codes == ("max_open_positions_exceeded",)


@pytest.mark.parametrize(
    ("settings", "name", "value", "codes", "engines"),
    [
        ("", "kill_switch", '{"halted": true}', ("kill_switch",), []),
        ("", "risk_limits.default", '{"enabled": false, "max_open_positions": 0}', (), ["A"]),
        ("MAX_OPEN_POSITIONS=0", "risk_limits.paper", '{"max_open_positions": 1}', (), ["A"]),
        ("ENABLE_VARIANT_B=true AB_SPLIT_PERCENTAGE=100", "flag.enable_variant_b", '{"enabled": false}', (), ["A"]),
        ("AB_SPLIT_PERCENTAGE=100", "flag.enable_variant_b", '{"enabled": true}', (), ["B"]),
        ("MIN_SIGNAL_CONFIDENCE=90", "tuning", '{"confidence_min": 75}', (), ["A"]),
    ],
)
def test_a_control_that_contradicts_a_setting_wins(
    alerted: Alerted, settings: str, name: str, value: str, codes: tuple[str, ...], engines: list[str]
) -> None:
    ended = alerted(settings, controls=control(name, value))
    assert (ended.codes, ended.engines) == (codes, engines)
