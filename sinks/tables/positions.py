"""Positions: opened by a fill, reduced by fills, closing by an order, closed by the trade's end.

The status never goes back, and what is left of a position is never counted down from event to event: it follows from
the fills that are stored.
"""

from schemas.decisions import EntryContext
from schemas.orders import OrderFilled, ShadowFilled, TradeClosed
from sinks.writes import Effect, insert, replace

SHADOW_REDUCED = """
    UPDATE shadow_positions AS p
       SET quantity = p.initial_quantity - sold.quantity, partial_exits = sold.fills,
           realized_pnl = (sold.value - p.entry_price * sold.quantity) * 100
      FROM (
            SELECT position_id, sum(fill_quantity) AS quantity, count(*) AS fills,
                   sum(fill_price * fill_quantity) AS value
              FROM shadow_fills
             WHERE position_id = ANY($1::uuid[]) AND side = 'sell_to_close'
             GROUP BY position_id
           ) AS sold
     WHERE p.shadow_position_id = sold.position_id AND p.status <> 'closed'
"""

# A live order fills in parts, and a broker may take an execution back, which is a fill below zero. Where all that was
# bought is taken back there was no position: its row is closed until more is bought. An order that leaves contracts
# behind reduces the position; only one that leaves none closes it.
_HELD = """
    UPDATE refactored_positions AS p
       SET initial_quantity = bought.quantity, quantity = greatest(bought.quantity - coalesce(sold.quantity, 0), 0),
           entry_price = coalesce(bought.price, p.entry_price), current_price = coalesce(bought.price, p.current_price),
           entry_timestamp = bought.first, created_at = bought.first,
           last_updated = coalesce(closing.created_at, bought.last),
           status = CASE WHEN bought.quantity = 0 THEN 'closed' WHEN closing.order_id IS NULL THEN 'open'
                         ELSE 'closing' END,
           exit_reason = CASE WHEN bought.quantity = 0 THEN 'busted' ELSE closing.exit_reason END,
           exit_order_id = closing.order_id, exit_codes = coalesce(closing.exit_codes, '{{}}'),
           partial_exits = coalesce(sold.orders, 0),
           realized_pnl = (sold.value - coalesce(bought.price, p.entry_price) * sold.quantity) * 100
      FROM (
            SELECT position_id, sum(fill_quantity) AS quantity, min(fill_timestamp) AS first,
                   max(fill_timestamp) AS last,
                   sum(fill_price * fill_quantity) / nullif(sum(fill_quantity), 0) AS price
              FROM trades
             WHERE position_id {those} AND side = 'buy_to_open'
             GROUP BY position_id
           ) AS bought
      LEFT JOIN (
            SELECT position_id, sum(fill_quantity) AS quantity, count(DISTINCT order_id) AS orders,
                   sum(fill_price * fill_quantity) AS value
              FROM trades
             WHERE position_id {those} AND side = 'sell_to_close'
             GROUP BY position_id
           ) AS sold USING (position_id)
      LEFT JOIN (
            SELECT DISTINCT ON (position_id) position_id, order_id, exit_reason, exit_codes, created_at
              FROM orders
             WHERE position_id {those} AND side = 'sell_to_close' AND remaining_quantity = 0
               AND NOT EXISTS (SELECT FROM order_updates AS told WHERE told.order_id = orders.order_id
                                  AND told.status IN ('failed', 'canceled', 'expired'))
             ORDER BY position_id, created_at DESC, order_id
           ) AS closing USING (position_id)
     WHERE p.position_id = bought.position_id AND p.exit_timestamp IS NULL
"""

HELD = _HELD.format(those="= ANY($1::uuid[])")
"""Derives positions by their ids."""
HELD_OF_ORDERS = _HELD.format(those="IN (SELECT position_id FROM orders WHERE order_id = ANY($1::uuid[]))")
"""Derives the positions of orders by the orders' ids: one that does not close its position leaves it open."""


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
