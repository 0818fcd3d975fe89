"""The outcome of a position that is closed."""

from datetime import timedelta
from decimal import Decimal

from agents.closing import contract_of
from schemas.ids import derived_id
from schemas.money import CONTRACT_MULTIPLIER, cents
from schemas.orders import OrderFilled, TradeClosed
from schemas.positions import Position


def realized(position: Position, fill: OrderFilled) -> Decimal:
    """Return what a closing fill makes: (exit - entry) x its quantity x 100, dollars; exact to the cent."""
    return cents((fill.price - position.entry_price) * fill.quantity * CONTRACT_MULTIPLIER)


def closed_trade(position: Position, fill: OrderFilled) -> TradeClosed:
    """Return the outcome of `position`, whose last contracts are sold by `fill`.

    position      before that fill, with what the fills before it came to
    exit_price    the mean over its closing fills, weighted by quantity
    realized_pnl  the sum over its closing fills, dollars
    pnl_percent   of the cost; pnl_r is realized_pnl over one percent of the cost, which is the same number of R
    """
    assert fill.exit_reason is not None
    bought = position.bought
    cost = position.entry_price * bought * CONTRACT_MULTIPLIER
    made = cents(position.realized_pnl + realized(position, fill))
    return TradeClosed(
        event_id=derived_id("trade", position.position_id),
        occurred_at=fill.occurred_at,
        quantity=bought,
        entry_order_id=position.entry_order_id,
        exit_order_id=fill.order_id,
        entry_price=position.entry_price,
        exit_price=(position.exit_value + fill.price * fill.quantity) / bought,
        entry_timestamp=position.entry_timestamp,
        exit_timestamp=fill.occurred_at,
        exit_reason=fill.exit_reason,
        realized_pnl=made,
        pnl_percent=cents(made / cost * 100) if cost else Decimal(0),
        pnl_r=cents(made / (cost * Decimal("0.01"))) if cost else Decimal(0),
        duration_minutes=(fill.occurred_at - position.entry_timestamp) // timedelta(minutes=1),
        entry=position.entry,
        exit_codes=position.exit_codes or (fill.exit_reason,),
        partial_exits=max(0, position.exit_orders - 1),
        **contract_of(position),
    )
