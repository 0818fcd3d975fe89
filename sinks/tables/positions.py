"""Positions: opened by a fill, closing by an order, closed by the trade's end. The status never goes back."""

from schemas.decisions import EntryContext
from schemas.orders import OrderFilled, TradeClosed
from sinks.writes import Effect, insert, replace

CLOSING = """
    UPDATE refactored_positions AS p
       SET status = 'closing', exit_reason = o.exit_reason, exit_order_id = o.order_id, last_updated = o.created_at
      FROM (
            SELECT DISTINCT ON (position_id) position_id, order_id, exit_reason, created_at
              FROM orders
             WHERE position_id = ANY($1::uuid[]) AND side = 'sell_to_close'
             ORDER BY position_id, created_at DESC, order_id
           ) AS o
     WHERE p.position_id = o.position_id AND p.status <> 'closed'
"""


def opened(event: OrderFilled) -> Effect:
    """Return the row of a position that its opening fill makes."""
    return insert(
        "refactored_positions",
        "position_id",
        **_contract(event),
        **_entry(event.entry),
        entry_order_id=event.order_id,
        entry_price=event.price,
        entry_timestamp=event.occurred_at,
        current_price=event.price,
        unrealized_pnl=0,
        status="open",
        last_updated=event.occurred_at,
        created_at=event.occurred_at,
    )


def closed(event: TradeClosed) -> Effect:
    """Return the row of a position that its end makes; it knows all that the opening fill knew."""
    return replace(
        "refactored_positions",
        "position_id",
        **_contract(event),
        **_entry(event.entry),
        entry_order_id=event.entry_order_id,
        exit_order_id=event.exit_order_id,
        entry_price=event.entry_price,
        exit_price=event.exit_price,
        current_price=event.exit_price,
        unrealized_pnl=0,
        realized_pnl=event.realized_pnl,
        status="closed",
        entry_timestamp=event.entry_timestamp,
        exit_timestamp=event.exit_timestamp,
        exit_reason=event.exit_reason,
        position_pnl_percent=event.pnl_percent,
        pnl_r=event.pnl_r,
        last_updated=event.occurred_at,
        created_at=event.entry_timestamp,
    )


def _contract(event: OrderFilled | TradeClosed) -> dict[str, object]:
    return {
        "position_id": event.position_id,
        "account_id": event.account_id,
        "signal_id": event.signal_id,
        "symbol": event.symbol,
        "option_symbol": event.option_symbol,
        "strike": event.strike,
        "expiration": event.expiration,
        "type": event.type,
        "direction": event.direction,
        "quantity": event.quantity,
        "engine": event.engine,
        "experiment_id": event.experiment_id,
        "is_test": event.is_test,
    }


def _entry(entry: EntryContext) -> dict[str, object]:
    return {
        "entry_bias_score": entry.bias_score,
        "entry_regime_type": entry.regime_type,
        "entry_mode_hint": entry.mode_hint,
        "entry_macro_class": entry.macro_class,
        "entry_acceleration_state_strength_delta": entry.acceleration_state_strength_delta,
    }
