"""Orders and what became of them."""

from collections.abc import Iterator

from schemas.orders import CancelRequested, OrderPlaced, OrderRequested, OrderUpdated
from sinks.tables.positions import HELD, HELD_OF_ORDERS
from sinks.writes import Derive, Effect, insert

# A paper order is filled by its fill, whatever else was said. A live one goes by what its executor told: by the
# contracts that stay executed, else by its end. Of several ends the first counts.
STATUS = """
    UPDATE orders AS o
       SET status = facts.status, filled_quantity = facts.executed, broker_order_id = facts.broker_order_id,
           failure_reason = CASE WHEN facts.status = facts.ended THEN facts.reason END,
           filled_at = CASE WHEN facts.status = 'filled' THEN facts.filled_at END
      FROM (
            SELECT p.order_id, told.ended, told.reason, told.broker_order_id,
                   CASE p.order_type WHEN 'live' THEN told.filled_at
                        ELSE coalesce(fills.at, told.filled_at) END AS filled_at,
                   CASE p.order_type WHEN 'live' THEN coalesce(told.executed, 0)
                        ELSE coalesce(fills.quantity, 0) END AS executed,
                   CASE
                        WHEN p.order_type <> 'live' AND (fills.at IS NOT NULL OR told.filled_at IS NOT NULL)
                             THEN 'filled'
                        WHEN p.order_type = 'live' AND told.executed >= p.quantity THEN 'filled'
                        WHEN told.ended IS NOT NULL THEN told.ended
                        WHEN told.executed > 0 THEN 'partially_filled'
                        WHEN told.is_busted THEN 'busted'
                        WHEN told.is_accepted THEN 'accepted'
                        ELSE 'pending_execution'
                   END AS status
              FROM orders AS p
              LEFT JOIN (
                    SELECT order_id, min(fill_timestamp) AS at, sum(fill_quantity) AS quantity
                      FROM trades WHERE order_id = ANY($1::uuid[]) GROUP BY order_id
                   ) AS fills USING (order_id)
              LEFT JOIN (
                    SELECT order_id, min(created_at) FILTER (WHERE status = 'filled') AS filled_at,
                           sum(CASE status WHEN 'partially_filled' THEN quantity WHEN 'filled' THEN quantity
                                    WHEN 'busted' THEN -quantity ELSE 0 END) AS executed,
                           (array_agg(status ORDER BY created_at, status, reason)
                            FILTER (WHERE status IN ('failed', 'canceled', 'expired')))[1] AS ended,
                           (array_agg(reason ORDER BY created_at, status, reason)
                            FILTER (WHERE status IN ('failed', 'canceled', 'expired')))[1] AS reason,
                           (array_agg(broker_order_id ORDER BY created_at DESC, broker_order_id)
                            FILTER (WHERE broker_order_id IS NOT NULL))[1] AS broker_order_id,
                           bool_or(status = 'busted') AS is_busted,
                           bool_or(status <> 'pending_execution') AS is_accepted
                      FROM order_updates WHERE order_id = ANY($1::uuid[]) GROUP BY order_id
                   ) AS told USING (order_id)
             WHERE p.order_id = ANY($1::uuid[])
           ) AS facts
     WHERE o.order_id = facts.order_id
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
        pricing=event.pricing,
        step=event.step,
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
        yield Derive(HELD, event.position_id)


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
        quantity=event.quantity,
        price=event.price,
        was_price=event.was_price,
        filled_quantity=event.filled_quantity,
        broker_order_id=event.broker_order_id,
        created_at=event.occurred_at,
    )
    yield Derive(STATUS, event.order_id)
    if event.status in ("failed", "canceled", "expired"):
        yield Derive(HELD_OF_ORDERS, event.order_id)


def cancel_requested(event: CancelRequested) -> Iterator[Effect]:
    """Store that what is left of a live order was to be cancelled, and why."""
    yield insert(
        "cancel_requests",
        "request_id",
        request_id=event.event_id,
        account_id=event.account_id,
        order_id=event.order_id,
        client_order_id=event.client_order_id,
        symbol=event.symbol,
        reason=event.reason,
        created_at=event.occurred_at,
    )


def requested(event: OrderRequested) -> Iterator[Effect]:
    """Store what somebody wanted to buy."""
    yield insert(
        "order_requests",
        "request_id",
        request_id=event.event_id,
        account_id=event.account_id,
        symbol=event.symbol,
        option_symbol=event.option_symbol,
        quantity=event.quantity,
        pricing="market" if event.limit_price is None else "limit",
        limit_price=event.limit_price,
        requested_by=event.requested_by,
        created_at=event.occurred_at,
    )
