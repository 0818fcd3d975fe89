"""Recorded sessions with both engines, all agents and shadows on, through the whole platform."""

from collections import Counter
from pathlib import Path
from typing import TypeVar

import pytest

from schemas.codec import decode
from schemas.decisions import AgentReported, SignalEnriched
from schemas.event import Event
from schemas.orders import OrderPlaced, ShadowFilled, ShadowTrade, TradeClosed
from streams.topics import (
    AGENT_OUTPUTS,
    DECISIONS,
    ENRICHMENTS,
    FILLS,
    ORDERS,
    SHADOW_FILLS,
    SHADOW_TRADES,
    TRADES,
    Topic,
)
from tests.e2e.recorded import Played, compare, compare_runs, expected, play

pytestmark = [pytest.mark.e2e, pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]

EVERYTHING = {
    "ENABLE_VARIANT_B": "true",
    "ENABLE_SHADOW_EXECUTION": "true",
    "ENABLE_ORB_SPECIALIST": "true",
    "ENABLE_STRAT_SPECIALIST": "true",
    "ENABLE_TTM_SPECIALIST": "true",
    "ENABLE_SATYLAND_SUBAGENT": "true",
}
E = TypeVar("E", bound=Event)


def events(played: Played, topic: Topic, model: type[E]) -> list[E]:
    return [decode(model, value) for value in played.raw[topic.name]]


def check_contexts(played: Played) -> None:
    """See that everything that was said of a signal was said of one context."""
    hashes = {event.signal_id: event.context_hash for event in events(played, ENRICHMENTS, SignalEnriched)}
    reports = events(played, AGENT_OUTPUTS, AgentReported)
    assert {report.engine for report in reports} == {"A", "B"}
    assert all(report.context_hash == hashes[report.signal_id] for report in reports)
    for decision in played.decisions:
        assert decision.context_hash == hashes[decision.signal_id]
        for wanted in decision.recommendations:
            assert wanted.context_hash == hashes[decision.signal_id]


def check_shadows(played: Played) -> None:
    """See that shadows were opened and closed by the rules of every position, and that no order knows of them."""
    orders = events(played, ORDERS, OrderPlaced)
    assert {order.order_type for order in orders} == {"paper"}
    assert {order.engine for order in orders} == {"A"}
    trades = {trade.event_id: trade for trade in events(played, SHADOW_TRADES, ShadowTrade)}
    assert not {trade.position_id for trade in trades.values()} & {order.position_id for order in orders}
    fills = events(played, SHADOW_FILLS, ShadowFilled)
    assert {fill.shadow_trade_id for fill in fills} <= set(trades)
    bought: Counter[str] = Counter()
    sold: Counter[str] = Counter()
    for fill in fills:
        (bought if fill.side == "buy_to_open" else sold)[fill.position_id] += fill.quantity
    assert all(sold[position] <= bought[position] for position in sold)
    closed = [trade for trade in events(played, TRADES, TradeClosed) if trade.is_shadow]
    assert {trade.position_id for trade in closed} == {name for name in sold if sold[name] == bought[name]}
    assert {trade.outcome_source for trade in closed} <= {"simulation"}


@pytest.mark.parametrize("session", ["spx-2021-01-04", "twx-2014-06-05"])
def test_both_engines_judge_one_context_and_shadows_never_order_twice_the_same(session: str, home: Path) -> None:
    first = play(home / "first", session, environment=EVERYTHING)
    compare(first, expected(session))  # engine A trades as it does alone
    check_contexts(first)
    check_shadows(first)
    second = play(home / "second", session, environment=EVERYTHING)
    compare_runs(first, second, (AGENT_OUTPUTS, DECISIONS, ORDERS, FILLS, SHADOW_TRADES, SHADOW_FILLS))
    # how the tape was cut into frames, and so how far it had been read, is no part of the result
    assert [event.context for event in events(second, ENRICHMENTS, SignalEnriched)] == [
        event.context for event in events(first, ENRICHMENTS, SignalEnriched)
    ]
    assert sorted(second.raw[TRADES.name]) == sorted(first.raw[TRADES.name])


def test_engine_b_trades_what_is_assigned_to_it(home: Path) -> None:
    played = play(home, "twx-2014-06-05", environment={**EVERYTHING, "AB_SPLIT_PERCENTAGE": "100"})
    approved = [decision for decision in played.decisions if decision.status == "approved"]
    assert approved
    assert {decision.policy.execution_mode for decision in played.decisions} == {"ENGINE_B_PRIMARY"}
    assert {decision.recommendation.engine for decision in approved if decision.recommendation} == {"B"}
    assert {order.engine for order in played.orders} == {"B"}
    assert {trade.engine for trade in events(played, SHADOW_TRADES, ShadowTrade)} <= {"A"}
