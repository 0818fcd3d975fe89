"""Fills, and the outcome of a position once it is closed."""

from collections.abc import Iterator

from schemas.orders import OrderFilled, TradeClosed
from sinks.tables import positions
from sinks.tables.orders import STATUS
from sinks.writes import Derive, Effect, insert


def filled(event: OrderFilled) -> Iterator[Effect]:
    """Store a fill; one that opens a position makes its row."""
    yield insert(
        "trades",
        "trade_id",
        trade_id=event.event_id,
        order_id=event.order_id,
        account_id=event.account_id,
        position_id=event.position_id,
        signal_id=event.signal_id,
        symbol=event.symbol,
        option_symbol=event.option_symbol,
        side=event.side,
        fill_price=event.price,
        fill_quantity=event.quantity,
        fill_timestamp=event.occurred_at,
        commission=event.commission,
        engine=event.engine,
        experiment_id=event.experiment_id,
        is_test=event.is_test,
        created_at=event.occurred_at,
    )
    yield Derive(STATUS, event.order_id)
    if event.side == "buy_to_open":
        yield positions.opened(event)
        yield Derive(positions.CLOSING, event.position_id)


def closed(event: TradeClosed) -> Iterator[Effect]:
    """Store a position's outcome with the state at its entry."""
    yield positions.closed(event)
    yield insert(
        "bias_trade_performance",
        "id",
        id=event.event_id,
        account_id=event.account_id,
        position_id=event.position_id,
        symbol=event.symbol,
        direction=event.direction,
        pnl_r=event.pnl_r,
        pnl_percent=event.pnl_percent,
        duration_minutes=event.duration_minutes,
        entry_bias_score=event.entry.bias_score,
        entry_macro_class=event.entry.macro_class,
        entry_regime=event.entry.regime_type,
        entry_intent=event.entry.mode_hint,
        entry_acceleration=event.entry.acceleration_state_strength_delta,
        exit_reason_codes=[event.exit_reason],
        source=event.outcome_source,
        created_at=event.occurred_at,
    )
