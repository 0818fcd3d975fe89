"""Positions: what executions add up to, at their weighted average price."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Position:
    """A holding: signed quantity (a busted purchase may leave a short one) and average entry price in dollars."""

    qty: Decimal = ZERO
    average: Decimal = ZERO

    def moved(self, by: Decimal, price: Decimal) -> "Position":
        """Return the position after `by` more (signed) at a price; what reduces it leaves its average alone."""
        qty = self.qty + by
        if not qty:
            return Position()
        if self.qty * by >= 0:
            return Position(qty, (self.average * abs(self.qty) + price * abs(by)) / abs(qty))
        return Position(qty, self.average if self.qty * qty > 0 else price)


def folded(moves: Iterable[tuple[Decimal, Decimal]]) -> Position:
    """Return the position that moves (signed quantity, price) lead to."""
    position = Position()
    for by, price in moves:
        position = position.moved(by, price)
    return position
