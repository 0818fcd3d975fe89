"""Accounts, what they hold, and proposals of one engine or two, as tests of accounts need them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from agents.account import on_proposal, opened
from agents.rules import RiskLimits, Rules
from schemas.accounts import Account, AccountSnapshot, Holding, Reservation
from schemas.decisions import DecisionMade, Engine, ExecutionPolicy, Recommendation, TradeProposed
from schemas.ids import derived_id
from schemas.orders import CloseRequested, OrderPlaced
from tests.agents.strategies import AT, CALL, DAY, OTHER_CALL, POLICY, proposal, recommendation

LIMITS = RiskLimits()
BOTH = ExecutionPolicy(
    policy_id="pol-002",
    execution_mode="SPLIT_CAPITAL",
    executed_engine="A",
    shadow_engine=None,
    reason="both engines trade",
    policy_version="v1.0",
    executed_engines=("A", "B"),
)
"""A policy under which both engines trade."""
NOBODY = POLICY.model_copy(update={"execution_mode": "SHADOW_ONLY", "executed_engine": None})


class Outcome(NamedTuple):
    """What became of a proposal."""

    account: Account
    decision: DecisionMade
    requests: tuple[CloseRequested, ...]
    orders: tuple[OrderPlaced, ...]
    told: tuple[AccountSnapshot, ...]

    def blocks(self) -> list[tuple[str, str | None]]:
        return [(gate.gate, gate.code) for gate in self.decision.gates if gate.verdict == "block"]


def account(**changes: Any) -> Account:
    return opened("paper", LIMITS).model_copy(update={"day": DAY, **changes})


def holding(
    option_symbol: str,
    *,
    symbol: str = "SPY",
    price: str = "1.00",
    quantity: int = 1,
    engine: Engine = "A",
    since: datetime | None = AT - timedelta(hours=1),
    **changes: Any,
) -> Holding:
    return Holding(
        position_id=derived_id("position", option_symbol, engine),
        symbol=symbol,
        option_symbol=option_symbol,
        quantity=quantity,
        entry_price=Decimal(price),
        engine=engine,
        entry_timestamp=since,
        **changes,
    )


def reservation(
    option_symbol: str, *, symbol: str = "SPY", price: str = "1.00", quantity: int = 1, engine: Engine = "A"
) -> Reservation:
    order_id = derived_id("order", option_symbol, engine)
    return Reservation(
        order_id=order_id,
        position_id=derived_id("position", order_id),
        symbol=symbol,
        option_symbol=option_symbol,
        quantity=quantity,
        price=Decimal(price),
        engine=engine,
    )


def of_two(
    *recommendations: Recommendation, name: str = "sig-001", policy: ExecutionPolicy = BOTH, **changes: Any
) -> TradeProposed:
    """Return a proposal of engines A and B, each for a contract of its own unless given otherwise."""
    made = recommendations or (recommendation(quantity=1), of_b())
    return proposal(name, recommendation=made[0], recommendations=made, policy=policy, **changes)


def of_b(**changes: Any) -> Recommendation:
    return recommendation(**{"engine": "B", "option_symbol": OTHER_CALL, "quantity": 1, **changes})


def of_a(**changes: Any) -> Recommendation:
    return recommendation(**{"option_symbol": CALL, "quantity": 1, **changes})


def decide(known: Account, asked: TradeProposed | None = None, *, day: date = DAY, **limits: Any) -> Outcome:
    """Put a proposal to an account, and check the order of what follows."""
    after, (decision, *rest) = on_proposal(
        known, asked or proposal(), day=day, rules=Rules(limits=replace(LIMITS, **limits))
    )
    assert isinstance(decision, DecisionMade)
    requests = tuple(event for event in rest if isinstance(event, CloseRequested))
    orders = tuple(event for event in rest if isinstance(event, OrderPlaced))
    told = tuple(event for event in rest if isinstance(event, AccountSnapshot))
    assert rest == [*requests, *orders, *told]
    return Outcome(after, decision, requests, orders, told)
