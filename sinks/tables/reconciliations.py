"""What a live broker says of an account, and what comparisons with it found."""

from collections.abc import Iterator

from schemas.accounts import BrokerReported
from schemas.orders import PositionAdjusted
from schemas.reconciliation import Reconciled
from sinks.writes import Effect, insert


def reconciled(event: Reconciled) -> Iterator[Effect]:
    """Store a comparison."""
    yield insert(
        "reconciliations",
        "reconciliation_id",
        reconciliation_id=event.event_id,
        account_id=event.account_id,
        cause=event.cause,
        orders=event.orders,
        positions=event.positions,
        differences=[difference.model_dump(mode="json") for difference in event.differences],
        paused=list(event.paused),
        created_at=event.occurred_at,
    )


def reported(event: BrokerReported) -> Iterator[Effect]:
    """Store what a broker said of an account."""
    yield insert(
        "broker_reports",
        "report_id",
        report_id=event.event_id,
        account_id=event.account_id,
        cash=event.cash,
        equity=event.equity,
        buying_power=event.buying_power,
        options_buying_power=event.options_buying_power,
        day_trades=event.day_trades,
        is_pattern_day_trader=event.is_pattern_day_trader,
        is_blocked=event.is_blocked,
        cash_difference=event.cash_difference,
        created_at=event.occurred_at,
    )


def adjusted(event: PositionAdjusted) -> Iterator[Effect]:
    """Store that a position became what the broker has of it."""
    yield insert(
        "position_adjustments",
        "adjustment_id",
        adjustment_id=event.event_id,
        account_id=event.account_id,
        position_id=event.position_id,
        symbol=event.symbol,
        option_symbol=event.option_symbol,
        quantity=event.quantity,
        price=event.price,
        reason=event.reason,
        created_at=event.occurred_at,
    )
