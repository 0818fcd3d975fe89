"""Which events become which rows."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel

from schemas.decisions import AgentReported, DecisionMade, SignalEnriched, TradeProposed
from schemas.market import MarketContextReceived
from schemas.operations import DeadLettered
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.signals import SignalReceived
from sinks.tables import bias, dead_letters, decisions, orders, signals, trades
from sinks.writes import Effect

EFFECTS: dict[type[BaseModel], Callable[[Any], Iterable[Effect]]] = {
    SignalReceived: signals.received,
    SignalEnriched: signals.enriched,
    AgentReported: decisions.reported,
    TradeProposed: decisions.proposed,
    DecisionMade: decisions.made,
    OrderPlaced: orders.placed,
    OrderUpdated: orders.updated,
    OrderFilled: trades.filled,
    TradeClosed: trades.closed,
    MarketContextReceived: bias.learnt,
    DeadLettered: dead_letters.written,
}
"""Events that are not named leave no row."""
