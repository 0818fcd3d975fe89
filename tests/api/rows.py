"""Rows of the history, as tests write them: whole, with what a test cares for replaced."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.api.test_queries import AT, contract, insert

__all__ = ["AT", "insert_agent_decision", "insert_decision", "insert_order", "insert_outcome", "insert_webhook_event"]


async def insert_decision(database: Any, **more: Any) -> UUID:
    decision_id = uuid4()
    fields = {
        "decision_id": decision_id,
        "signal_id": uuid4(),
        "account_id": "paper",
        "proposal_id": uuid4(),
        "symbol": "SPY",
        "direction": "long",
        "timeframe": "5m",
        "is_test": False,
        "status": "approved",
        "codes": [],
        "gates": [{"gate": "quantity", "verdict": "pass", "inputs": {"quantity": "9"}, "detail": ""}],
        "recommendation": {"quantity": 9, "entry_price": "3.45"},
        "experiment": {"variant": "A"},
        "policy": {"execution_mode": "ENGINE_A_PRIMARY", "executed_engine": "A"},
        "context_hash": "ab" * 32,
        "created_at": AT,
    } | more
    await insert(database, "decisions", **fields)
    return decision_id


async def insert_order(database: Any, **more: Any) -> UUID:
    order_id = uuid4()
    fields = contract(
        order_id=order_id,
        client_order_id=f"c-{order_id}",
        signal_id=uuid4(),
        position_id=uuid4(),
        side="buy_to_open",
        quantity=9,
        limit_price=Decimal("3.45"),
        order_type="paper",
        status="filled",
        created_at=AT,
    )
    await insert(database, "orders", **fields | more)
    return order_id


async def insert_outcome(database: Any, **more: Any) -> UUID:
    outcome_id = uuid4()
    fields = {
        "outcome_id": outcome_id,
        "experiment_id": uuid4(),
        "engine": "A",
        "trade_id": uuid4(),
        "account_id": "paper",
        "position_id": uuid4(),
        "signal_id": uuid4(),
        "symbol": "SPY",
        "direction": "long",
        "quantity": 9,
        "entry_price": Decimal("3.52"),
        "exit_price": Decimal("5.28"),
        "pnl": Decimal("1584.00"),
        "pnl_percent": Decimal("50.00"),
        "pnl_r": Decimal("50.00"),
        "exit_reason": "profit_target",
        "exit_codes": ["profit_target"],
        "partial_exits": 0,
        "entry_time": AT,
        "exit_time": AT + timedelta(hours=1),
        "duration_minutes": 60,
        "is_shadow": False,
        "is_test": False,
    } | more
    # lists of texts are arrays there, not JSON
    names = ", ".join(fields)
    places = ", ".join(f"${number}" for number in range(1, len(fields) + 1))
    await database.execute(f"INSERT INTO trade_outcomes ({names}) VALUES ({places})", *fields.values())
    return outcome_id


async def insert_webhook_event(database: Any, **more: Any) -> UUID:
    event_id = uuid4()
    fields = {
        "event_id": event_id,
        "request_id": uuid4(),
        "account_id": "paper",
        "status": "accepted",
        "symbol": "SPY",
        "direction": "long",
        "timeframe": "5m",
        "processing_time_ms": 6,
        "raw_payload": {"symbol": "SPY"},
        "created_at": AT,
    } | more
    await insert(database, "webhook_events", **fields)
    return event_id


async def insert_agent_decision(database: Any, **more: Any) -> UUID:
    decision_id = uuid4()
    fields = {
        "decision_id": decision_id,
        "experiment_id": uuid4(),
        "signal_id": uuid4(),
        "account_id": "paper",
        "engine": "B",
        "agent_name": "context",
        "agent_type": "core",
        "bias": "bullish",
        "confidence": 70,
        "reasons": ["regime_trending"],
        "block": False,
        "metadata": {"regime": "trending"},
        "context_hash": "ab" * 32,
        "created_at": AT,
    } | more
    await insert(database, "agent_decisions", **fields)
    return decision_id
