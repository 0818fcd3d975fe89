"""What an account carries: its positions by underlying and their cost by engine, worked out once for what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from schemas.accounts import Account, Holding, Reservation
from schemas.decisions import Engine


@dataclass(frozen=True, slots=True)
class Carried:
    """What holdings and reservations come to."""

    counts: Mapping[str, int]
    """Positions held and ordered by underlying, without those that were asked to close for their capacity."""
    costs: Mapping[Engine, Decimal]
    """What is held and reserved by engine: the sum of quantity times price."""


def carried(account: Account) -> Carried:
    """Return what an account carries."""
    return _worked_out(_Items(account.holdings, account.reservations))


class _Items:
    """Holdings and reservations, equal to none but themselves: comparing hundreds would cost what is to be saved."""

    __slots__ = ("holdings", "reservations")

    def __init__(self, holdings: tuple[Holding, ...], reservations: tuple[Reservation, ...]) -> None:
        self.holdings = holdings
        self.reservations = reservations

    def __hash__(self) -> int:
        return hash((id(self.holdings), id(self.reservations)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Items):
            return NotImplemented
        return self.holdings is other.holdings and self.reservations is other.reservations


# an event asks of the account before it and after it, each several times
@lru_cache(maxsize=16)
def _worked_out(items: _Items) -> Carried:
    # an order that is filled in part is held already: it is one position
    held = {item.position_id for item in items.holdings} if items.reservations else set[str]()
    counts: dict[str, int] = {}
    costs: dict[Engine, Decimal] = {}
    for item in items.holdings:
        costs[item.engine] = costs.get(item.engine, Decimal(0)) + item.entry_price * item.quantity
        if not item.is_closing:
            counts[item.symbol] = counts.get(item.symbol, 0) + 1
    for order in items.reservations:
        costs[order.engine] = costs.get(order.engine, Decimal(0)) + order.price * order.quantity
        if order.position_id not in held:
            counts[order.symbol] = counts.get(order.symbol, 0) + 1
    return Carried(counts, costs)
