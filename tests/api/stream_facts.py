"""Facts as Kafka holds them, and what a client has had of a stream."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from schemas.ids import derived_id
from schemas.operations import ControlChanged, DeadLettered
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.positions import Position

AT = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)


def contract(name: str, account_id: str, symbol: str) -> dict[str, Any]:
    """Return the fields of an event about a contract; what is named alike is the same."""
    return {
        "event_id": derived_id("event", name),
        "occurred_at": AT,
        "account_id": account_id,
        "symbol": symbol,
        "option_symbol": f"{symbol}260220C00596000",
        "strike": Decimal(596),
        "expiration": date(2026, 2, 20),
        "type": "call",
        "direction": "long",
        "engine": "A",
        "experiment_id": derived_id("experiment", name),
        "signal_id": derived_id("signal", name),
        "position_id": derived_id("position", name),
    }


def placed(name: str, account_id: str, symbol: str = "SPY", **more: Any) -> OrderPlaced:
    fields = {"client_order_id": name, "side": "buy_to_open", "order_type": "paper", "quantity": 9}
    return OrderPlaced.model_validate(
        contract(name, account_id, symbol) | fields | {"limit_price": Decimal("3.45")} | more
    )


def filled(name: str, account_id: str, symbol: str = "SPY", **more: Any) -> OrderFilled:
    fields = {"order_id": derived_id("order", name), "side": "buy_to_open", "order_type": "paper", "quantity": 9}
    return OrderFilled.model_validate(contract(name, account_id, symbol) | fields | {"price": Decimal("3.52")} | more)


def updated(name: str, account_id: str, symbol: str = "SPY", **more: Any) -> OrderUpdated:
    return OrderUpdated(
        event_id=derived_id("event", name),
        occurred_at=AT,
        account_id=account_id,
        order_id=derived_id("order", name),
        symbol=symbol,
        status="failed",
        reason="expired",
        **more,
    )


def closed(name: str, account_id: str, symbol: str = "SPY", **more: Any) -> TradeClosed:
    fields = {
        "quantity": 9,
        "entry_order_id": derived_id("order", name),
        "exit_order_id": derived_id("exit", name),
        "entry_price": Decimal("3.52"),
        "exit_price": Decimal("5.28"),
        "entry_timestamp": AT,
        "exit_timestamp": AT,
        "exit_reason": "profit_target",
        "realized_pnl": Decimal("1584.00"),
        "pnl_percent": Decimal(50),
        "pnl_r": Decimal(50),
        "duration_minutes": 24,
    }
    return TradeClosed.model_validate(contract(name, account_id, symbol) | fields | more)


def letter(name: str) -> DeadLettered:
    return DeadLettered(
        event_id=derived_id("letter", name),
        occurred_at=AT,
        reader="market",
        topic="signals.v1",
        partition=0,
        offset=7,
        key=None,
        value=b"its content",
        reason="undecodable",
        error="not Avro",
    )


def control(name: str, value: dict[str, Any], **more: Any) -> ControlChanged:
    text = json.dumps(value)
    fields = {"event_id": derived_id("control", name, text), "occurred_at": AT, "changed_by": "someone"}
    return ControlChanged.model_validate(fields | {"name": name, "value": text} | more)


class Event:
    """An event as a client has it."""

    def __init__(self, block: bytes) -> None:
        fields = dict(line.split(": ", 1) for line in block.decode().splitlines())
        self.kind = fields["event"]
        self.id = fields.get("id")
        self.text = fields["data"]
        self.data: dict[str, Any] = json.loads(self.text)

    @property
    def fact_id(self) -> str:
        """The id of the fact that an event tells, by its kind."""
        name = {"order": "order_id", "fill": "trade_id", "position": "position_id", "signal": "signal_id"}[self.kind]
        return str(self.data[name])

    def __repr__(self) -> str:
        return f"{self.kind}: {self.text[:200]}"


def events_of(frames: list[bytes]) -> list[Event]:
    """Return the events in what was written."""
    return [Event(block) for block in b"".join(frames).split(b"\n\n") if block]


def position(**more: Any) -> Position:
    own = contract("p-1", "mine", "SPY")
    del own["event_id"], own["occurred_at"]
    fields = {
        "entry_order_id": derived_id("order", "p-1"),
        "quantity": 9,
        "entry_price": "3.52",
        "entry_timestamp": AT,
        "stop_at_or_below": 1,
        "target_at_or_above": 2,
        "due_at": AT,
        "due_reason": "max_hold_time",
    }
    return Position.model_validate(own | fields | more)
