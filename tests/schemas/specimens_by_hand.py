"""One record of each kind that a person's own orders came with."""

from decimal import Decimal

from schemas.event import Record
from schemas.ids import derived_id
from schemas.orders import CancelAsked, OrderRequested
from tests.schemas.story import EXPIRATION, at


def records_by_hand() -> list[Record]:
    """Return the records."""
    return [
        OrderRequested(
            event_id=derived_id("order-request", "SPY"),
            occurred_at=at(5),
            source="api.orders",
            account_id="paper",
            symbol="SPY",
            option_symbol="SPY260220C00596000",
            strike=Decimal(596),
            expiration=EXPIRATION,
            type="call",
            quantity=2,
            limit_price=Decimal("3.45"),
            requested_by="trader",
        ),
        CancelAsked(
            event_id=derived_id("cancel-asked", "SPY"),
            occurred_at=at(8),
            source="api.orders",
            account_id="paper",
            symbol="SPY",
            order_id=derived_id("order", "SPY"),
            requested_by="trader",
        ),
    ]
