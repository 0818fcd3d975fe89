"""The history of live orders: what their rows, and those of their positions, have to say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from schemas.event import Event
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from tests.crash.effects import ENDS, MULTIPLIER, by_position
from tests.crash.facts import Facts

Row = Mapping[str, Any]

IDENTITY = (
    "account_id",
    "signal_id",
    "symbol",
    "option_symbol",
    "strike",
    "expiration",
    "type",
    "direction",
    "engine",
    "experiment_id",
    "is_test",
)
_EXECUTED = ("partially_filled", "filled")


def of(event: Event, *names: str) -> dict[str, Any]:
    """Return fields of an event by name."""
    return {name: getattr(event, name) for name in names}


def closed_by(trade: TradeClosed) -> Row:
    """Return what an outcome makes of its position's row."""
    return {
        **of(trade, "quantity", "exit_price", "realized_pnl", "exit_reason", "exit_timestamp", "partial_exits"),
        "status": "closed",
    }


def live_orders(facts: Facts, rows: Mapping[str, Row]) -> Mapping[str, Row]:
    """Return the rows of live orders with what has become of them, by what their executor told."""
    told: dict[str, list[OrderUpdated]] = defaultdict(list)
    for update in facts.updates.events:
        told[update.order_id].append(update)
    orders = {order.event_id: order for order in facts.orders.events}
    return {name: {**row, **_become(orders[name], told[name])} for name, row in rows.items()}


def _become(order: OrderPlaced, told: Sequence[OrderUpdated]) -> Row:
    executed = sum(update.quantity for update in told if update.status in _EXECUTED)
    end = next((update for update in told if update.status in ENDS and update.status != "filled"), None)
    whole = executed >= order.quantity
    if whole:
        status = "filled"
    elif end is not None:
        status = end.status
    elif executed:
        status = "partially_filled"
    else:
        status = "accepted" if told else "pending_execution"
    return {
        "status": status,
        "filled_quantity": executed,
        "failure_reason": None if whole or end is None else end.reason,
        "filled_at": next((update.occurred_at for update in told if update.status == "filled"), None),
    }


def live_positions(facts: Facts) -> Mapping[str, Row]:
    """Return the rows of live positions: by their outcome where they are closed, else by their fills and orders."""
    outcomes = {trade.position_id: trade for trade in facts.outcomes(shadow=False)}
    orders = [order for order in facts.orders.events if order.order_type == "live"]
    asked = by_position(order for order in orders if order.side == "sell_to_close" and not order.remaining_quantity)
    over = {update.order_id for update in facts.updates.events if update.status in ENDS and update.status != "filled"}
    rows: dict[str, Row] = {}
    for name, fills in by_position(fill for fill in facts.fills.events if fill.order_type == "live").items():
        bought = [fill for fill in fills if fill.side == "buy_to_open"]
        if (trade := outcomes.get(name)) is not None:
            rows[name] = {
                **of(trade, *IDENTITY, "entry_price", "entry_timestamp", "entry_order_id", "exit_order_id"),
                **closed_by(trade),
                "initial_quantity": trade.quantity,
            }
        elif bought:
            sold = [fill for fill in fills if fill.side == "sell_to_close"]
            closing = [order for order in asked.get(name, ()) if order.event_id not in over]
            rows[name] = _held(bought, sold, max(closing, key=lambda order: order.occurred_at, default=None))
    return rows


def _held(bought: Sequence[OrderFilled], sold: Sequence[OrderFilled], closing: OrderPlaced | None) -> Row:
    quantity, gone = (sum(fill.quantity for fill in side) for side in (bought, sold))
    paid, received = (sum((fill.price * fill.quantity for fill in side), Decimal(0)) for side in (bought, sold))
    mean = paid / quantity
    made = (received - mean * gone) * MULTIPLIER
    return {
        **of(bought[0], *IDENTITY),
        "entry_order_id": bought[0].order_id,
        "entry_price": mean.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP),
        "entry_timestamp": min(fill.occurred_at for fill in bought),
        "initial_quantity": quantity,
        "quantity": quantity - gone,
        "partial_exits": len({fill.order_id for fill in sold}),
        "realized_pnl": made.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) if sold else None,
        "status": "open" if closing is None else "closing",
        "exit_reason": closing.exit_reason if closing else None,
        "exit_order_id": closing.event_id if closing else None,
    }
