from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine_a import confidence, judge, report
from agents.enrichment import enrich
from agents.entry_plan import Judgement
from agents.gates import result
from agents.rules import EngineRules, Rules, SessionRules
from schemas.decisions import AgentVote, DealerDecision, Recommendation
from schemas.market import Quote
from tests.agents.strategies import (
    AT,
    CALL,
    CLOSED,
    EXPIRATION,
    SPY,
    bias,
    few,
    listed,
    market,
    micros,
    nanos,
    session,
    signal,
)

CHAIN_OF_GATES = [
    "mtf_bias",
    "bias_suppression",
    "bias_staleness",
    "entry_tier_1",
    "entry_tier_2_close",
    "entry_tier_2_confidence",
    "entry_tier_3",
    "strike_selection",
    "contract_price",
]
HASH = "h" * 64
PUT_LISTED = listed("595", kind="put", bid="3", ask="4")


def judged(
    *,
    rules: Rules = Rules(),  # noqa: B008 -- frozen
    alert: dict[str, Any] | None = None,
    phase: dict[str, Any] | None = None,
    **changes: Any,
) -> Judgement:
    """Return engine A's judgement of the trace's alert, in a world that differs in what is given."""
    asked, known, open_or_not = signal(**(alert or {})), market(**changes), session(**(phase or {}))
    context = enrich(asked, known, open_or_not, at=asked.occurred_at, rules=rules, account=None)
    return judge(asked, context, rules, context_hash=HASH)


def stock(*, age_s: float, price: str = "595.42") -> dict[str, Any]:
    return {"last": Quote(price=nanos(price), traded_at=micros(-age_s))}


def contract(*, age_s: float = 1, bid: str = "3.40", ask: str = "3.50") -> dict[str, Any]:
    """Return a market whose call is quoted on the tape only."""
    known = Quote(bid=nanos(bid), ask=nanos(ask), quoted_at=micros(-age_s))
    return {"quotes": {CALL: known}, "chain": {CALL: listed("596")}}


def strict_when_closed() -> Rules:
    return Rules(session=SessionRules(decision_only_when_closed=False))


@pytest.mark.parametrize(
    ("gate", "code", "world"),
    [
        ("mtf_bias", "no_bias_state", {"bias": None}),
        ("bias_suppression", "trade_suppressed", {"bias": bias(trade_suppressed=True)}),
        ("bias_staleness", "bias_stale", {"bias": bias(timestamp=AT - timedelta(seconds=3601))}),
        ("entry_tier_1", "entry_blocked", {"phase": CLOSED, "rules": strict_when_closed()}),
        ("entry_tier_2_close", "entry_wait", {"phase": {"minutes_to_close": 9}}),
        ("entry_tier_2_confidence", "entry_wait", {"alert": {"confidence": Decimal("49.99")}}),
        ("strike_selection", "no_listed_contract", {"chain": {"p": listed("595", kind="put")}}),
        ("contract_price", "market_data_unavailable", {"quotes": {}, "chain": {}}),
        ("contract_price", "market_data_unavailable", contract(age_s=300.001)),
        ("contract_price", "market_data_unavailable", contract(bid="0", ask="0")),
    ],
)
def test_each_gate_blocks_with_its_code_after_all_before_it_passed(gate: str, code: str, world: dict[str, Any]) -> None:
    found = judged(**world)
    *before, last = found.gates
    assert (last.gate, last.verdict, last.code) == (gate, "block", code)
    assert last.detail
    assert [item.gate for item in found.gates] == CHAIN_OF_GATES[: CHAIN_OF_GATES.index(gate) + 1]
    assert {(item.verdict, item.code) for item in before} <= {("pass", None)}
    assert found.recommendation is None


@pytest.mark.parametrize(
    "world",
    [
        {},
        stock(age_s=300),
        {"bias": bias(timestamp=AT - timedelta(hours=1))},
        {"bias": bias(timestamp=AT - timedelta(days=1)), "rules": Rules(engine=EngineRules(stale_bias_blocks=False))},
        {"phase": CLOSED},
        {"phase": {"minutes_to_close": 10}},
        {"alert": {"confidence": None}},
        {"alert": {"confidence": Decimal(50)}},
        contract(age_s=300),
        {"quotes": {}, "chain_at": AT - timedelta(seconds=300)},
    ],
)
def test_at_its_limit_no_gate_blocks(world: dict[str, Any]) -> None:
    found = judged(**world)
    assert [item.gate for item in found.gates] == CHAIN_OF_GATES
    assert {(item.verdict, item.code) for item in found.gates} == {("pass", None)}
    assert found.recommendation is not None


def test_without_bias_the_chain_goes_on_where_none_is_required() -> None:
    found = judged(bias=None, rules=Rules(engine=EngineRules(bias_required=False)))
    assert [item.gate for item in found.gates] == [
        gate for gate in CHAIN_OF_GATES if gate not in ("bias_suppression", "bias_staleness")
    ]
    assert found.recommendation is not None
    assert (found.recommendation.risk_multiplier, found.recommendation.quantity) == (1, 12)


@few
@given(
    st.sampled_from([{}, stock(age_s=400), stock(age_s=0, price="600")]),
    st.sampled_from([{}, {"bias": None}, {"bias": bias(trade_suppressed=True)}, {"bias": bias(stale_after_s=1)}]),
    st.sampled_from([{}, {"chain": {}}, {"quotes": {}}, contract(age_s=400)]),
    st.sampled_from([{}, CLOSED, {"minutes_to_close": 0}]),
    st.sampled_from([None, Decimal(0), Decimal(100)]),
    st.booleans(),
    st.sampled_from(["long", "short"]),
)
def test_a_chain_ends_at_the_first_block_and_recommends_only_without_one(
    stock: dict[str, Any],
    biased: dict[str, Any],
    quoted: dict[str, Any],
    phase: dict[str, Any],
    confidence: Decimal | None,
    bias_required: bool,
    direction: str,
) -> None:
    found = judged(
        rules=Rules(engine=EngineRules(bias_required=bias_required)),
        alert={"confidence": confidence, "direction": direction},
        phase=phase,
        **{**stock, **biased, **quoted},
    )
    blocked = [item.verdict == "block" for item in found.gates]
    assert sum(blocked) <= 1
    assert not any(blocked[:-1])
    assert (found.recommendation is None) == blocked[-1]
    order = [CHAIN_OF_GATES.index(item.gate) for item in found.gates]
    assert order == sorted(set(order))
    for item in found.gates:
        assert (item.code is None) == (item.verdict == "pass")
        assert item.inputs
    if found.recommendation is not None:
        assert found.recommendation.quantity >= 1
        assert found.recommendation.type == ("call" if direction == "long" else "put")


def test_the_trace_is_recommended_to_the_contract() -> None:
    found = judged()
    assert found.engine == "A"
    wanted = found.recommendation
    assert wanted is not None
    assert wanted.selection is not None
    assert wanted == Recommendation(
        engine="A",
        symbol=SPY,
        direction="long",
        option_symbol=CALL,
        strike=Decimal(596),
        expiration=EXPIRATION,
        type="call",
        quantity=9,
        entry_price=Decimal("3.45"),
        is_shadow=False,
        base_quantity=10,
        gamma_multiplier=Decimal("1.25"),
        risk_multiplier=Decimal("0.8"),
        context_hash=HASH,
        confidence=75,
        agents=(AgentVote(agent_name="entry_decision", agent_type="core", bias="bullish", confidence=75),),
        selection=wanted.selection,
    )


dealers = st.builds(
    DealerDecision,
    direction=st.sampled_from([None, "long", "short"]),
    confidence=st.sampled_from([Decimal(0), Decimal("0.6999"), Decimal("0.7"), Decimal(1)]),
)


@few
@given(dealers, st.sampled_from(["long", "short"]))
def test_dealers_who_are_sure_of_the_contrary_turn_the_direction(dealer: DealerDecision, direction: str) -> None:
    asked = signal(direction=direction)
    known = market(chain={item.option_symbol: item for item in (listed("596", bid="3", ask="4"), PUT_LISTED)})
    context = enrich(asked, known, session(), at=AT, rules=Rules(), account=None).model_copy(update={"dealer": dealer})
    found = judge(asked, context, Rules(), context_hash=HASH)
    turns = dealer.direction not in (None, direction) and dealer.confidence >= Decimal("0.7")
    wanted = found.recommendation
    assert wanted is not None
    assert wanted.direction == (dealer.direction if turns else direction)
    assert wanted.gamma_overridden is turns
    assert wanted.type == ("call" if wanted.direction == "long" else "put")
    assert ("gamma_override" in [gate.gate for gate in found.gates]) is turns


@pytest.mark.parametrize(
    ("alert", "biased", "expected"),
    [
        (75, 75, 75),
        (60, 75, 60),
        (75, 60, 60),
        (None, 60, 60),
        (75, None, 75),
        (None, None, 0),
        (100, 100, 100),
        (0, 50, 0),
    ],
)
def test_engine_a_is_as_sure_as_the_less_sure_of_alert_and_bias(
    alert: int | None, biased: int | None, expected: int
) -> None:
    asked = signal(confidence=None if alert is None else Decimal(alert))
    known = market(bias=None if biased is None else bias(confidence=Decimal(biased)))
    assert confidence(asked, enrich(asked, known, session(), at=AT, rules=Rules(), account=None)) == expected


def test_the_report_tells_what_the_engine_does_and_why() -> None:
    asked = signal(direction="short")
    context = enrich(asked, market(), session(), at=AT, rules=Rules(), account=None)
    for judgement, reasons, action in (
        (Judgement("A", (result("entry_tier_3", blocks=False, code="", inputs={}),)), ("entry_tier_3",), "ENTER"),
        (
            Judgement("A", (result("mtf_bias", blocks=True, code="no_bias_state", inputs={}),)),
            ("no_bias_state",),
            "HOLD",
        ),
    ):
        said = report(asked, context, judgement, experiment_id="exp-1", context_hash=HASH)
        assert (said.reasons, said.metadata, said.block) == (reasons, {"action": action}, action == "HOLD")
        assert (said.bias, said.confidence, said.context_hash, said.engine) == ("bearish", 75, HASH, "A")
        assert (said.agent_name, said.agent_type, said.experiment_id) == ("entry_decision", "core", "exp-1")
        assert (said.signal_id, said.account_id, said.symbol, said.occurred_at) == (asked.event_id, "paper", SPY, AT)


def test_what_is_not_listed_is_replaced_by_the_nearest_that_is() -> None:
    chain = {item.option_symbol: item for item in (listed("600", bid="2.0", ask="2.2"), listed("590", kind="put"))}
    found = judged(chain=chain).recommendation
    assert found is not None
    assert (found.strike, found.entry_price) == (600, Decimal("2.1"))


def test_where_no_chain_is_known_the_wish_itself_is_traded() -> None:
    found = judged(chain={}, chain_at=None).recommendation
    assert found is not None
    assert found.option_symbol == CALL


def test_a_strike_and_an_expiration_of_the_alert_take_the_place_of_the_wish() -> None:
    named = listed("600", expiration=EXPIRATION + timedelta(days=7), bid="5.0", ask="5.2")
    chain = {item.option_symbol: item for item in (listed("596", bid="3.4", ask="3.5"), named)}
    alert = {"strike": Decimal(600), "expiration": named.expiration}
    found = judged(chain=chain, alert=alert).recommendation
    assert found is not None
    assert found.option_symbol == named.option_symbol


def test_the_newer_of_tape_and_chain_prices_the_contract() -> None:
    on_chain = {CALL: listed("596", bid="3.60", ask="3.70")}
    for age_s, expected in ((29, "3.45"), (31, "3.65")):
        quotes = {CALL: Quote(bid=nanos("3.40"), ask=nanos("3.50"), quoted_at=micros(-age_s))}
        found = judged(chain=on_chain, chain_at=AT - timedelta(seconds=30), quotes=quotes).recommendation
        assert found is not None
        assert found.entry_price == Decimal(expected)
