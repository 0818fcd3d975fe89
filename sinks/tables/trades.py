"""Fills, and the outcome of a position once it is closed; real ones and those of shadow trades."""

from collections.abc import Iterator

from schemas.orders import CloseRequested, OrderFilled, ShadowFilled, ShadowTrade, TradeClosed
from sinks.tables import positions
from sinks.tables.orders import STATUS
from sinks.writes import Derive, Effect, insert


def filled(event: OrderFilled) -> Iterator[Effect]:
    """Store a fill; one that opens a position makes its row, any further one adds to it or takes from it."""
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
        exit_reason=event.exit_reason,
        engine=event.engine,
        experiment_id=event.experiment_id,
        is_test=event.is_test,
        undoes=event.undoes,
        created_at=event.occurred_at,
    )
    yield Derive(STATUS, event.order_id)
    # what is taken back or adjusted opens nothing: the fill that did makes the row
    if event.side == "buy_to_open" and event.undoes is None:
        yield positions.opened(event)
    yield Derive(positions.HELD, event.position_id)


def shadowed(event: ShadowTrade) -> Iterator[Effect]:
    """Store a shadow trade as it was recommended."""
    yield insert(
        "shadow_trades",
        "shadow_trade_id",
        shadow_trade_id=event.event_id,
        account_id=event.account_id,
        experiment_id=event.experiment_id,
        signal_id=event.signal_id,
        position_id=event.position_id,
        symbol=event.symbol,
        option_symbol=event.option_symbol,
        strike=event.strike,
        expiration=event.expiration,
        type=event.type,
        direction=event.direction,
        quantity=event.quantity,
        entry_price=event.entry_price,
        entry_timestamp=event.occurred_at,
        engine=event.engine,
        contributing_agents=list(event.contributing_agents),
        meta_confidence=event.meta_confidence,
        dealer_decision=event.dealer_decision.model_dump(mode="json") if event.dealer_decision else None,
        expires_at=event.expires_at,
        is_test=event.is_test,
        created_at=event.occurred_at,
    )


def shadow_filled(event: ShadowFilled) -> Iterator[Effect]:
    """Store a shadow trade's fill; the first opens its position, the others reduce it."""
    yield insert(
        "shadow_fills",
        "fill_id",
        fill_id=event.event_id,
        shadow_trade_id=event.shadow_trade_id,
        account_id=event.account_id,
        position_id=event.position_id,
        symbol=event.symbol,
        option_symbol=event.option_symbol,
        side=event.side,
        fill_price=event.price,
        fill_quantity=event.quantity,
        fill_timestamp=event.occurred_at,
        exit_reason=event.exit_reason,
        engine=event.engine,
        created_at=event.occurred_at,
    )
    if event.side == "buy_to_open":
        yield positions.shadow_opened(event)
    yield Derive(positions.SHADOW_REDUCED, event.position_id)


def closed(event: TradeClosed) -> Iterator[Effect]:
    """Store a position's outcome with the state at its entry."""
    yield positions.closed(event)
    yield insert(
        "trade_outcomes",
        "outcome_id",
        outcome_id=event.event_id,
        experiment_id=event.experiment_id,
        engine=event.engine,
        trade_id=event.entry_order_id,
        account_id=event.account_id,
        position_id=event.position_id,
        signal_id=event.signal_id,
        symbol=event.symbol,
        direction=event.direction,
        quantity=event.quantity,
        entry_price=event.entry_price,
        exit_price=event.exit_price,
        pnl=event.realized_pnl,
        pnl_percent=event.pnl_percent,
        pnl_r=event.pnl_r,
        exit_reason=event.exit_reason,
        exit_codes=positions.exit_codes(event),
        partial_exits=event.partial_exits,
        entry_time=event.entry_timestamp,
        exit_time=event.exit_timestamp,
        duration_minutes=event.duration_minutes,
        is_shadow=event.is_shadow,
        is_test=event.is_test,
    )
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
        exit_reason=event.exit_reason,
        exit_reason_codes=positions.exit_codes(event),
        source=event.outcome_source,
        engine=event.engine,
        is_shadow=event.is_shadow,
        is_test=event.is_test,
        created_at=event.occurred_at,
    )


def close_requested(event: CloseRequested) -> Iterator[Effect]:
    """Store who asked for a position to be closed, and why."""
    yield insert(
        "close_requests",
        "request_id",
        request_id=event.event_id,
        account_id=event.account_id,
        symbol=event.symbol,
        position_id=event.position_id,
        reason=event.reason,
        requested_by=event.requested_by,
        quantity=event.quantity,
        created_at=event.occurred_at,
    )
