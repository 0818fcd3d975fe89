"""Lots: what was bought at which price. The oldest contracts are sold first, so that what a sale makes is exact."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agents.exits import rebased
from agents.rules import ExitRules
from schemas.money import CONTRACT_MULTIPLIER, cents, ratio
from schemas.positions import Lot, Position

Lots = tuple[Lot, ...]


def bought_lots(position: Position) -> Lots:
    """Return all that was bought, oldest first."""
    return joined(*position.sold_lots, *held_lots(position))


def held_lots(position: Position) -> Lots:
    """Return what is held, oldest first; without lots it is one, at the entry price."""
    return position.lots or (Lot(quantity=position.quantity, price=position.entry_price),)


def worth(lots: Sequence[Lot]) -> Decimal:
    """Return price x contracts over lots, dollars a share."""
    return sum((lot.price * lot.quantity for lot in lots), Decimal(0))


def contracts(lots: Sequence[Lot]) -> int:
    """Return the contracts in lots."""
    return sum(lot.quantity for lot in lots)


def split(lots: Sequence[Lot], quantity: int) -> tuple[Lots, Lots]:
    """Return the oldest contracts, so many of them, and the others."""
    first, rest = list[Lot](), list[Lot]()
    for lot in lots:
        taken = min(lot.quantity, quantity)
        quantity -= taken
        first.append(Lot(quantity=taken, price=lot.price))
        rest.append(Lot(quantity=lot.quantity - taken, price=lot.price))
    return joined(*first), joined(*rest)


def joined(*lots: Lot) -> Lots:
    """Return lots with neighbours of one price made one, and without empty ones."""
    known: list[Lot] = []
    for lot in lots:
        if known and known[-1].price == lot.price:
            known[-1] = Lot(quantity=known[-1].quantity + lot.quantity, price=lot.price)
        elif lot.quantity:
            known.append(lot)
    return tuple(known)


def repriced(lots: Sequence[Lot], *, was: Decimal, quantity: int, price: Decimal | None) -> Lots:
    """Return lots in which so many contracts, the newest bought at `was`, have another price; None takes them out.

    Where fewer were bought at that price, the newest of the others stand in for the rest.
    """
    after = list[Lot]()
    wanted = min(quantity, contracts([lot for lot in lots if lot.price == was]))
    others = quantity - wanted
    for lot in reversed(lots):
        taken = min(lot.quantity, wanted if lot.price == was else others)
        if lot.price == was:
            wanted -= taken
        else:
            others -= taken
        # newest first: the changed ones stand where they stood, behind those of their lot that stay
        after.append(Lot(quantity=0 if price is None else taken, price=was if price is None else price))
        after.append(Lot(quantity=lot.quantity - taken, price=lot.price))
    return joined(*reversed(after))


def booked(
    position: Position, rules: ExitRules, *, bought: Lots, sold: int, received: Decimal, closes: bool
) -> tuple[Position, Decimal]:
    """Return a position in which other contracts are bought or sold, and what that makes, dollars.

    bought    all that was bought by then, oldest first
    sold      how many of these are sold by then, the oldest ones
    received  what the change brings in, price x contracts; below zero when it costs
    closes    it is about a sale, whose price counts into the exit's

    What it makes is what comes in less what goes out at its cost: never a cent is lost, whatever is undone.
    """
    sold_lots, held = split(bought, sold)
    made = cents((received + worth(held) - worth(held_lots(position))) * CONTRACT_MULTIPLIER)
    changes: dict[str, Any] = {
        "quantity": contracts(held),
        "initial_quantity": contracts(bought),
        "lots": held,
        "sold_lots": sold_lots,
        "realized_pnl": position.realized_pnl + made,
        "exit_value": position.exit_value + (received if closes else Decimal(0)),
    }
    after = position.model_copy(update=changes)
    mean = ratio(worth(bought) / contracts(bought)) if bought else position.entry_price
    return (after if mean == position.entry_price else rebased(after, rules, entry_price=mean)), made
