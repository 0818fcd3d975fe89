"""What leaves a shadow book: fills and outcomes under their own names, and never an order."""

from agents.closing import Outcome, contract_of
from schemas.event import Event
from schemas.orders import OrderFilled, OrderPlaced, ShadowFilled, ShadowTrade, TradeClosed
from schemas.positions import Book


def order_of(trade: ShadowTrade) -> OrderPlaced:
    """Return the order that a shadow trade is inside its book. It has the trade's id, and is never sent."""
    return OrderPlaced(
        event_id=trade.event_id,
        occurred_at=trade.occurred_at,
        client_order_id=f"ts-{trade.event_id}",
        side="buy_to_open",
        order_type="shadow",
        quantity=trade.quantity,
        limit_price=trade.entry_price,
        expires_at=trade.expires_at,
        entry=trade.entry,
        **contract_of(trade),
    )


def as_told(before: Book, outcome: Outcome) -> Outcome:
    """Return an outcome as the world may hear of it.

    A real book tells all. Of a shadow book, fills become ShadowFilled and outcomes are marked as simulated; orders,
    their updates and account events go no further.
    """
    after, events = outcome
    if not before.is_shadow or not events:
        return outcome
    trades = {position.position_id: position.entry_order_id for position in before.positions}
    told: list[Event] = []
    for event in events:
        if isinstance(event, OrderFilled):
            told.append(_shadow_filled(event, trades.setdefault(event.position_id, event.order_id)))
        elif isinstance(event, TradeClosed):
            told.append(event.model_copy(update={"is_shadow": True, "outcome_source": "simulation"}))
    return after, tuple(told)


def _shadow_filled(fill: OrderFilled, shadow_trade_id: str) -> ShadowFilled:
    return ShadowFilled(
        event_id=fill.event_id,
        occurred_at=fill.occurred_at,
        shadow_trade_id=shadow_trade_id,
        side=fill.side,
        quantity=fill.quantity,
        price=fill.price,
        exit_reason=fill.exit_reason,
        remaining_quantity=fill.remaining_quantity,
        entry=fill.entry,
        **contract_of(fill),
    )
