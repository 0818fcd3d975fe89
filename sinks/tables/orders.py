"""Orders and what became of them."""

from collections.abc import Iterator

from schemas.orders import OrderPlaced, OrderUpdated
from sinks.tables.positions import CLOSING
from sinks.writes import Derive, Effect, insert

# A fill settles it, whatever else was said; of several failures the first counts.
STATUS = """
    UPDATE orders AS o
       SET status = told.status, failure_reason = told.reason, filled_at = told.filled_at
      FROM (
            SELECT DISTINCT ON (order_id) order_id, status,
                   CASE WHEN status = 'failed' THEN reason END AS reason,
                   CASE WHEN status = 'filled' THEN at END AS filled_at
              FROM (
                    SELECT order_id, 'filled' AS status, NULL AS reason, fill_timestamp AS at, 0 AS rank
                      FROM trades WHERE order_id = ANY($1::uuid[])
                    UNION ALL
                    SELECT order_id, status, reason, created_at,
                           CASE status WHEN 'filled' THEN 1 WHEN 'failed' THEN 2 ELSE 3 END
                      FROM order_updates WHERE order_id = ANY($1::uuid[])
                   ) AS facts
             ORDER BY order_id, rank, at, reason
           ) AS told
     WHERE o.order_id = told.order_id
"""


def placed(event: OrderPlaced) -> Iterator[Effect]:
    """Store an order; one that closes a position also marks the position."""
    closes = event.side == "sell_to_close"
    yield insert(
        "orders",
        "order_id",
        order_id=event.event_id,
        client_order_id=event.client_order_id,
        account_id=event.account_id,
        signal_id=None if closes else event.signal_id,
        position_id=event.position_id,
        symbol=event.symbol,
        option_symbol=event.option_symbol,
        strike=event.strike,
        expiration=event.expiration,
        type=event.type,
        direction=event.direction,
        side=event.side,
        quantity=event.quantity,
        limit_price=event.limit_price,
        order_type=event.order_type,
        remaining_quantity=event.remaining_quantity,
        exit_reason=event.exit_reason,
        exit_codes=list(event.exit_codes),
        trigger_price=event.trigger_price,
        engine=event.engine,
        experiment_id=event.experiment_id,
        is_test=event.is_test,
        expires_at=event.expires_at,
        created_at=event.occurred_at,
    )
    yield Derive(STATUS, event.event_id)
    if closes:
        yield Derive(CLOSING, event.position_id)


def updated(event: OrderUpdated) -> Iterator[Effect]:
    """Store what became of an order."""
    yield insert(
        "order_updates",
        "update_id",
        update_id=event.event_id,
        account_id=event.account_id,
        order_id=event.order_id,
        symbol=event.symbol,
        status=event.status,
        reason=event.reason,
        created_at=event.occurred_at,
    )
    yield Derive(STATUS, event.order_id)
