"""The outcome of a position that is closed."""

from datetime import datetime, timedelta
from decimal import Decimal

from agents.closing import contract_of
from agents.lots import bought_lots, worth
from schemas.ids import derived_id
from schemas.money import CONTRACT_MULTIPLIER, cents
from schemas.orders import ExitReason, OrderFilled, TradeClosed
from schemas.positions import Position


def realized(position: Position, fill: OrderFilled) -> Decimal:
    """Return what a closing fill makes of one lot: (exit - entry) x its quantity x 100, dollars; exact to the cent."""
    return cents((fill.price - position.entry_price) * fill.quantity * CONTRACT_MULTIPLIER)


def closed_trade(position: Position, fill: OrderFilled) -> TradeClosed:
    """Return the outcome of `position`, bought as one lot, whose last contracts are sold by `fill`.

    position  before that fill, with what the fills before it came to
    """
    assert fill.exit_reason is not None
    ended = position.model_copy(
        update={
            "initial_quantity": position.bought,
            "exit_value": position.exit_value + fill.price * fill.quantity,
            "realized_pnl": position.realized_pnl + realized(position, fill),
        }
    )
    cost = position.entry_price * position.bought
    return outcome_of(ended, cost=cost, at=fill.occurred_at, exit_order_id=fill.order_id, exit_reason=fill.exit_reason)


def live_outcome(position: Position, *, at: datetime, exit_order_id: str, exit_reason: ExitReason) -> TradeClosed:
    """Return the outcome of a position bought in lots, after its last contracts have gone."""
    return outcome_of(
        position, cost=worth(bought_lots(position)), at=at, exit_order_id=exit_order_id, exit_reason=exit_reason
    )


def outcome_of(
    position: Position, *, cost: Decimal, at: datetime, exit_order_id: str, exit_reason: ExitReason
) -> TradeClosed:
    """Return the outcome of a position with what all its fills came to.

    cost          of what was bought, price x contracts
    exit_price    the mean over its closing fills, weighted by quantity; the entry price is that of what was bought
    realized_pnl  the sum over its closing fills, dollars
    pnl_percent   of the cost; pnl_r is realized_pnl over one percent of the cost, which is the same number of R
    """
    paid = cost * CONTRACT_MULTIPLIER
    made = cents(position.realized_pnl)
    return TradeClosed(
        event_id=derived_id("trade", position.position_id),
        occurred_at=at,
        quantity=position.bought,
        entry_order_id=position.entry_order_id,
        exit_order_id=exit_order_id,
        entry_price=position.entry_price,
        exit_price=position.exit_value / position.bought,
        entry_timestamp=position.entry_timestamp,
        exit_timestamp=at,
        exit_reason=exit_reason,
        realized_pnl=made,
        pnl_percent=cents(made / paid * 100) if paid else Decimal(0),
        pnl_r=cents(made / (paid * Decimal("0.01"))) if paid else Decimal(0),
        duration_minutes=(at - position.entry_timestamp) // timedelta(minutes=1),
        entry=position.entry,
        exit_codes=position.exit_codes or (exit_reason,),
        partial_exits=max(0, position.exit_orders - position.follow_ups - 1),
        **contract_of(position),
    )
