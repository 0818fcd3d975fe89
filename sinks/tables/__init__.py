"""Which events become which rows."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel

from schemas.accounts import BrokerReported
from schemas.dead_letters import DeadLetterUpdated
from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, SignalUpdated, TradeProposed
from schemas.market import MarketContextReceived
from schemas.operations import ControlChanged, DeadLettered
from schemas.orders import (
    CancelRequested,
    CloseRequested,
    OrderFilled,
    OrderPlaced,
    OrderRequested,
    OrderUpdated,
    PositionAdjusted,
    ShadowFilled,
    ShadowTrade,
    TradeClosed,
)
from schemas.performance import PerformanceMeasured, TuningProposed
from schemas.reconciliation import Reconciled
from schemas.signals import SignalReceived
from sinks.tables import bias, controls, dead_letters, decisions, orders, performance, reconciliations, signals, trades
from sinks.writes import Effect

EFFECTS: dict[type[BaseModel], Callable[[Any], Iterable[Effect]]] = {
    SignalReceived: signals.received,
    SignalUpdated: signals.updated,
    SignalEnriched: signals.enriched,
    AgentReported: decisions.reported,
    TradeProposed: decisions.proposed,
    DecisionMade: decisions.made,
    OrderPlaced: orders.placed,
    OrderUpdated: orders.updated,
    OrderFilled: trades.filled,
    TradeClosed: trades.closed,
    ShadowTrade: trades.shadowed,
    ShadowFilled: trades.shadow_filled,
    CloseRequested: trades.close_requested,
    CancelRequested: orders.cancel_requested,
    OrderRequested: orders.requested,
    PositionAdjusted: reconciliations.adjusted,
    BrokerReported: reconciliations.reported,
    Reconciled: reconciliations.reconciled,
    PerformanceMeasured: performance.measured,
    TuningProposed: performance.tuned,
    ControlChanged: controls.changed,
    MarketContextReceived: bias.learnt,
    DeadLettered: dead_letters.written,
    DeadLetterUpdated: dead_letters.updated,
}
"""Events that are not named leave no row."""
