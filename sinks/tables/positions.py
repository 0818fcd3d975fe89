"""Positions: opened by a fill, reduced by fills, closing by an order, closed by the trade's end.

The status never goes back, and what is left of a position is never counted down from event to event: it follows from
the fills that are stored.
"""

from schemas.decisions import EntryContext
from schemas.orders import OrderFilled, ShadowFilled, TradeClosed
from sinks.writes import Effect, insert, replace

# An order that leaves contracts behind reduces the position; only the one that leaves none closes it.
CLOSING = """
    UPDATE refactored_positions AS p
       SET status = 'closing', exit_reason = o.exit_reason, exit_order_id = o.order_id, exit_codes = o.exit_codes,
           last_updated = o.created_at
      FROM (
            SELECT DISTINCT ON (position_id) position_id, order_id, exit_reason, exit_codes, created_at
              FROM orders
             WHERE position_id = ANY($1::uuid[]) AND side = 'sell_to_close' AND remaining_quantity = 0
             ORDER BY position_id, created_at DESC, order_id
           ) AS o
     WHERE p.position_id = o.position_id AND p.status <> 'closed'
"""

_REDUCED = """
    UPDATE {positions} AS p
       SET quantity = p.initial_quantity - sold.quantity, partial_exits = sold.fills,
           realized_pnl = (sold.value - p.entry_price * sold.quantity) * 100
      FROM (
            SELECT position_id, sum(fill_quantity) AS quantity, count(*) AS fills,
                   sum(fill_price * fill_quantity) AS value
              FROM {fills}
             WHERE position_id = ANY($1::uuid[]) AND side = 'sell_to_close'
             GROUP BY position_id
           ) AS sold
     WHERE p.{key} = sold.position_id AND p.status <> 'closed'
"""

REDUCED = _REDUCED.format(positions="refactored_positions", fills="trades", key="position_id")
SHADOW_REDUCED = _REDUCED.format(positions="shadow_positions", fills="shadow_fills", key="shadow_position_id")


def opened(event: OrderFilled) -> Effect:
    """Return the row of a position that its opening fill makes."""
    own = {"position_id": event.position_id, "entry_order_id": event.order_id}
    return insert("refactored_positions", "position_id", **own, **_open(event))


def shadow_opened(event: ShadowFilled) -> Effect:
    """Return the row of a shadow position that its opening fill makes."""
    own = {"shadow_position_id": event.position_id, "shadow_trade_id": event.shadow_trade_id}
    return insert("shadow_positions", "shadow_position_id", **own, **_open(event))


def closed(event: TradeClosed) -> Effect:
    """Return the row of a position that its end makes; it knows all that the opening fill knew."""
    if event.is_shadow:
        # the order that opens a shadow position has the shadow trade's id
        own = {"shadow_position_id": event.position_id, "shadow_trade_id": event.entry_order_id}
        return replace("shadow_positions", "shadow_position_id", **own, **_closed(event))
    own = {
        "position_id": event.position_id,
        "entry_order_id": event.entry_order_id,
        "exit_order_id": event.exit_order_id,
    }
    return replace("refactored_positions", "position_id", **own, **_closed(event))


def _open(event: OrderFilled | ShadowFilled) -> dict[str, object]:
    return {
        **_contract(event),
        **_entry(event.entry),
        "entry_price": event.price,
        "entry_timestamp": event.occurred_at,
        "current_price": event.price,
        "unrealized_pnl": 0,
        "status": "open",
        "last_updated": event.occurred_at,
        "created_at": event.occurred_at,
    }


def _closed(event: TradeClosed) -> dict[str, object]:
    return {
        **_contract(event),
        **_entry(event.entry),
        "entry_price": event.entry_price,
        "exit_price": event.exit_price,
        "current_price": event.exit_price,
        "unrealized_pnl": 0,
        "realized_pnl": event.realized_pnl,
        "status": "closed",
        "entry_timestamp": event.entry_timestamp,
        "exit_timestamp": event.exit_timestamp,
        "exit_reason": event.exit_reason,
        "exit_codes": exit_codes(event),
        "partial_exits": event.partial_exits,
        "position_pnl_percent": event.pnl_percent,
        "pnl_r": event.pnl_r,
        "last_updated": event.occurred_at,
        "created_at": event.entry_timestamp,
    }


def exit_codes(event: TradeClosed) -> list[str]:
    """Return every reason for which a position was reduced or closed."""
    return list(event.exit_codes or (event.exit_reason,))


def _contract(event: OrderFilled | ShadowFilled | TradeClosed) -> dict[str, object]:
    return {
        "account_id": event.account_id,
        "signal_id": event.signal_id,
        "symbol": event.symbol,
        "option_symbol": event.option_symbol,
        "strike": event.strike,
        "expiration": event.expiration,
        "type": event.type,
        "direction": event.direction,
        "quantity": event.quantity,
        "initial_quantity": event.quantity,
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
