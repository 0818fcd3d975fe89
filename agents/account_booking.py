"""What fills, ends of orders and corrections do to an account's reservations, holdings and cash."""

from decimal import Decimal

from schemas.accounts import Account, AccountEvent, Holding, Reservation
from schemas.money import CONTRACT_MULTIPLIER, cents, ratio


def booked(account: Account, event: AccountEvent) -> Account:
    """Return the account after what happened in a book."""
    held = next((item for item in account.holdings if item.position_id == event.position_id), None)
    reserved = next((item for item in account.reservations if item.order_id == event.order_id), None)
    match event.kind:
        case "order_failed":
            # an exit that came to nothing makes no room
            stays = held is not None and reserved is None and held.is_closing
            account = _with(account, held, is_closing=False) if held and stays else account
            return account.model_copy(update={"reservations": _without(account, event.order_id)})
        case "order_filled":
            if held is not None and reserved is None:
                return account  # told before
            account = account.model_copy(update={"reservations": _without(account, event.order_id)})
            return _moved(account, held, event, event.quantity)
        case "order_partially_filled":
            return _moved(_shrunk(account, reserved, event.quantity), held, event, event.quantity)
        case "position_adjusted" if held is not None or event.quantity > 0:
            return _moved(account, held, event, event.quantity)
        case _ if held is None:
            return account  # closed already
        case "position_banded":
            return _with(account, held, band=event.band)
        case "position_reduced":
            return _moved(account, held, event, -event.quantity)
        case _:  # position_closed
            account = _moved(account, held, event, -event.quantity)
            rest = tuple(item for item in account.holdings if item.position_id != event.position_id)
            return account.model_copy(update={"holdings": rest})


def _moved(account: Account, held: Holding | None, event: AccountEvent, more: int) -> Account:
    """Return the account with contracts more, or fewer, of a position, and what was paid or received for them.

    What a holding costs moves by what is paid, and by what is made: so it stays the cost of what is held.
    """
    assert event.price is not None
    made = event.realized_pnl or Decimal(0)
    paid = event.price * more
    account = account.model_copy(
        update={
            "cash": cents(account.cash - paid * CONTRACT_MULTIPLIER),
            "realized_pnl": cents(account.realized_pnl + made),
            "day_realized_pnl": cents(account.day_realized_pnl + made),
        }
    )
    if held is None:
        return account.model_copy(update={"holdings": (*account.holdings, _holding(event, more))})
    quantity = held.quantity + more
    if quantity <= 0:
        rest = tuple(item for item in account.holdings if item is not held)
        return account.model_copy(update={"holdings": rest})
    cost = held.entry_price * held.quantity + paid + made / CONTRACT_MULTIPLIER
    return _with(account, held, quantity=quantity, entry_price=max(Decimal(0), ratio(cost / quantity)))


def _holding(event: AccountEvent, quantity: int) -> Holding:
    assert event.price is not None
    return Holding(
        position_id=event.position_id,
        symbol=event.symbol,
        option_symbol=event.option_symbol,
        quantity=quantity,
        entry_price=event.price,
        engine=event.engine,
        entry_timestamp=event.occurred_at,
    )


def _shrunk(account: Account, reserved: Reservation | None, quantity: int) -> Account:
    """Return the account with so many contracts fewer reserved."""
    if reserved is None:
        return account
    less = reserved.model_copy(update={"quantity": max(0, reserved.quantity - quantity)})
    reservations = tuple(less if item is reserved else item for item in account.reservations)
    return account.model_copy(update={"reservations": reservations})


def _without(account: Account, order_id: str) -> tuple[Reservation, ...]:
    return tuple(item for item in account.reservations if item.order_id != order_id)


def _with(account: Account, held: Holding, **changes: object) -> Account:
    changed = held.model_copy(update=changes)
    return account.model_copy(
        update={"holdings": tuple(changed if item is held else item for item in account.holdings)}
    )
