"""The outcome of a position that is closed."""

from decimal import Decimal

from schemas.ids import derived_id
from schemas.money import CONTRACT_MULTIPLIER, cents
from schemas.orders import OrderFilled, TradeClosed
from schemas.positions import Position


def closed_trade(position: Position, fill: OrderFilled) -> TradeClosed:
    """Return the outcome of `position`, closed whole by `fill`.

    realized_pnl  (exit - entry) x quantity x 100, dollars
    pnl_percent   of the cost; pnl_r is realized_pnl over one percent of the cost, which is the same number of R
    """
    assert fill.exit_reason is not None
    cost = position.entry_price * position.quantity * CONTRACT_MULTIPLIER
    realized = cents((fill.price - position.entry_price) * position.quantity * CONTRACT_MULTIPLIER)
    return TradeClosed(
        event_id=derived_id("trade", position.position_id),
        occurred_at=fill.occurred_at,
        account_id=position.account_id,
        symbol=position.symbol,
        option_symbol=position.option_symbol,
        strike=position.strike,
        expiration=position.expiration,
        type=position.type,
        direction=position.direction,
        engine=position.engine,
        experiment_id=position.experiment_id,
        signal_id=position.signal_id,
        is_test=position.is_test,
        position_id=position.position_id,
        quantity=position.quantity,
        entry_order_id=position.entry_order_id,
        exit_order_id=fill.order_id,
        entry_price=position.entry_price,
        exit_price=fill.price,
        entry_timestamp=position.entry_timestamp,
        exit_timestamp=fill.occurred_at,
        exit_reason=fill.exit_reason,
        realized_pnl=realized,
        pnl_percent=cents(realized / cost * 100) if cost else Decimal(0),
        pnl_r=cents(realized / (cost * Decimal("0.01"))) if cost else Decimal(0),
        duration_minutes=int((fill.occurred_at - position.entry_timestamp).total_seconds() // 60),
        entry=position.entry,
    )
