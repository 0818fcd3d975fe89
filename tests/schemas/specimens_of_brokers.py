"""One record of each kind that came with live orders: cancellations, adjustments, reports, reconciliations."""

from decimal import Decimal

from schemas.accounts import BrokerReported
from schemas.event import Record
from schemas.ids import derived_id
from schemas.orders import CancelRequested, PositionAdjusted
from schemas.reconciliation import Difference, Reconciled
from tests.schemas.story import at

ORDER_ID = derived_id("live-order", "SPY")


def reported() -> BrokerReported:
    """Return what a broker says of an account."""
    return BrokerReported(
        event_id=derived_id("broker-report", "live"),
        occurred_at=at(3),
        source="executor/live",
        sequence=17,
        account_id="live",
        cash=Decimal("49875.5"),
        equity=Decimal("50120.25"),
        buying_power=Decimal("99751"),
        options_buying_power=Decimal("49875.5"),
        day_trades=2,
        is_pattern_day_trader=False,
        is_blocked=False,
        cash_difference=Decimal("-0.65"),
    )


def records_of_brokers() -> list[Record]:
    """Return the records."""
    difference = Difference(
        kind="position_quantity",
        subject="SPY260227C00596500",
        symbol="SPY",
        ours="3",
        theirs="2",
        repair="PositionAdjusted",
    )
    return [
        CancelRequested(
            event_id=derived_id("cancel", ORDER_ID),
            occurred_at=at(9),
            source="books/live|SPY",
            sequence=6,
            account_id="live",
            order_id=ORDER_ID,
            client_order_id=f"ts-{ORDER_ID}",
            symbol="SPY",
            reason="not_filled_in_time",
        ),
        PositionAdjusted(
            event_id=derived_id("adjusted", ORDER_ID, "2"),
            occurred_at=at(70),
            source="executor/live",
            sequence=19,
            account_id="live",
            symbol="SPY",
            option_symbol="SPY260227C00596500",
            position_id=derived_id("position", ORDER_ID),
            quantity=2,
            price=Decimal("2.45"),
            reason="sold_elsewhere",
        ),
        reported(),
        Reconciled(
            event_id=derived_id("reconciled", "live"),
            occurred_at=at(70),
            source="executor/live",
            sequence=18,
            account_id="live",
            cause="period",
            orders=2,
            positions=1,
            differences=(difference,),
            paused=("SPY",),
        ),
    ]
