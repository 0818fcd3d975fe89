"""Positions as a set of facts has them: what was held at any moment of the past, and what each sale made of it.

The fold goes by fills alone, with the book's own arithmetic (`agents.lots`), so that it comes to the book's numbers to
the cent. Orders and their ends say whether a position was closing. What a book keeps to itself, the levels of its exits
and orders that it withholds, was known to nobody, and is in no fact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.facts import Fact, news
from agents.lots import booked, bought_lots, contracts, repriced, split, worth
from agents.paper_exchange import opened
from agents.rules import ExitRules
from schemas.ids import derived_id
from schemas.money import CONTRACT_MULTIPLIER, cents
from schemas.orders import OrderFilled, OrderPlaced, OrderUpdated, TradeClosed
from schemas.positions import Lot, Position

NO_RULES = ExitRules()
"""Levels are armed by them, and nobody looks at these."""
_EXECUTIONS = frozenset({"partially_filled", "filled"})
_ENDS = frozenset({"failed", "canceled", "expired"})


@dataclass(frozen=True, slots=True)
class Sale:
    """Contracts that were sold, as far as the sale has not been undone."""

    fill_id: str
    at: datetime
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Made:
    """What a sale has made, dollars to the cent."""

    fill_id: str
    at: datetime
    pnl: Decimal


@dataclass(frozen=True, slots=True)
class PastPosition:
    """A position at a moment."""

    first: OrderFilled | None = None
    """the fill that opened it"""
    held: Position | None = None
    """None before its first fill, and once nothing of it is left"""
    sales: tuple[Sale, ...] = ()
    """of what `held` was bought with, oldest first"""
    over: tuple[Made, ...] = ()
    """what sales have made of contracts that had been held before, and were gone altogether"""
    outcome: TradeClosed | None = None
    """the newest one: a position that a late execution opens again ends twice"""

    @property
    def made(self) -> tuple[Made, ...]:
        """What each sale has made: its price less what its contracts cost, of which the oldest were sold first."""
        return self.over if self.held is None else (*self.over, *_made(bought_lots(self.held), self.sales))


@dataclass(frozen=True, slots=True)
class Corrected:
    """Executions whose price a broker has changed, by what tells of them."""

    prices: dict[str, Decimal]
    """the new price, by the id of the fill that takes the execution back"""
    anew: frozenset[str]
    """ids of the fills that book it at its new price"""


def positions(facts: Iterable[Fact]) -> list[PastPosition]:
    """Return every position that facts tell of, in the order of their first fills.

    facts  fills, orders, their updates and outcomes in any order
    """
    by_position: dict[str, list[Fact]] = {}
    updates: dict[str, list[OrderUpdated]] = {}
    for fact in sorted(facts, key=lambda item: (item.topic, item.partition, item.offset)):
        match fact.event:
            case OrderUpdated():
                updates.setdefault(fact.event.order_id, []).append(fact.event)
            case OrderFilled() | OrderPlaced():
                by_position.setdefault(fact.event.position_id, []).append(fact)
            case TradeClosed(is_shadow=False):
                by_position.setdefault(fact.event.position_id, []).append(fact)
    found = [_position(list(news(told)), updates) for told in by_position.values()]
    known = [item for item in found if item.first is not None]
    return sorted(known, key=lambda item: (item.first.occurred_at, item.first.event_id) if item.first else ())


def corrections(updates: Iterable[OrderUpdated]) -> Corrected:
    """Return what updates say of changed prices."""
    changed = [update for update in updates if update.status == "corrected" and update.price is not None]
    return Corrected(
        {derived_id("fill", update.event_id): update.price for update in changed if update.price is not None},
        frozenset(derived_id("fill", update.event_id, "corrected") for update in changed),
    )


def on_fill(past: PastPosition, fill: OrderFilled, corrected: Corrected) -> PastPosition:
    """Return a position after a fill; the fill of a correction changes nothing, as the one before it says all."""
    held = past.held
    if fill.event_id in corrected.anew:
        return past
    if held is None:
        if fill.side != "buy_to_open" or fill.quantity <= 0:
            return past
        lot = Lot(quantity=fill.quantity, price=fill.price)
        held = opened(fill, NO_RULES).model_copy(update={"lots": (lot,)})
        return replace(past, first=past.first or fill, held=held, sales=())
    sales = past.sales
    if fill.quantity < 0:
        held, sales = _undone(held, sales, fill, corrected.prices.get(fill.event_id))
    elif fill.side == "buy_to_open":
        lot = Lot(quantity=fill.quantity, price=fill.price)
        held = _booked(held, (*bought_lots(held), lot), sold=0, received=-fill.price * fill.quantity, closes=False)
    else:
        sales = (*sales, Sale(fill.event_id, fill.occurred_at, fill.quantity, fill.price))
        held = _booked(held, bought_lots(held), sold=fill.quantity, received=fill.price * fill.quantity, closes=True)
        if fill.undoes is not None:
            held = _with_codes(held, ("manual", fill.undoes))
    if held.quantity > 0:
        return replace(past, held=held, sales=sales)
    ended = replace(past, held=held, sales=sales)
    return replace(ended, held=None, sales=(), over=ended.made)


def _position(facts: list[Fact], updates: dict[str, list[OrderUpdated]]) -> PastPosition:
    fills = [fact.event for fact in facts if isinstance(fact.event, OrderFilled)]
    exits = [fact.event for fact in facts if isinstance(fact.event, OrderPlaced) and fact.event.side == "sell_to_close"]
    told = [update for order_id in {fill.order_id for fill in fills} for update in updates.get(order_id, ())]
    corrected = corrections(told)
    past = PastPosition()
    for fill in fills:
        past = on_fill(past, fill, corrected)
    outcomes = [fact.event for fact in facts if isinstance(fact.event, TradeClosed)]
    past = replace(past, outcome=outcomes[-1] if outcomes else None)
    return past if past.held is None else replace(past, held=_leaving(past.held, exits, fills, updates))


def _leaving(
    held: Position, exits: list[OrderPlaced], fills: list[OrderFilled], updates: dict[str, list[OrderUpdated]]
) -> Position:
    """A position with the exits that are on their way: closing, once one of them is for all that others leave."""
    working: dict[str, int] = {}
    for order in exits:
        held = _with_codes(held, order.exit_codes)
        told = updates.get(order.event_id, ())
        # what is taken back is not executed once more: contracts that come back need another exit
        executed = max((update.filled_quantity for update in told if update.status in _EXECUTIONS), default=0)
        filled = sum(fill.quantity for fill in fills if fill.order_id == order.event_id)
        left = order.quantity - max(executed, filled)
        if left > 0 and not any(update.status in _ENDS for update in told):
            working[order.event_id] = left
    closing = [order for order in exits if order.event_id in working and order.remaining_quantity == 0]
    if not closing or sum(working.values()) < held.quantity:
        return held.model_copy(update={"leaving": min(sum(working.values()), held.quantity)})
    last = closing[-1]
    leaving = sum(working.values()) - working[last.event_id]
    changes = {"status": "closing", "exit_reason": last.exit_reason, "exit_order_id": last.event_id}
    return held.model_copy(update={**changes, "leaving": max(0, leaving)})


def _undone(
    held: Position, sales: tuple[Sale, ...], fill: OrderFilled, price: Decimal | None
) -> tuple[Position, tuple[Sale, ...]]:
    """Take an execution back, or book it at another price."""
    quantity, was = -fill.quantity, fill.price
    received = was * quantity if price is None else (was - price) * quantity
    if fill.side == "buy_to_open":
        left = repriced(bought_lots(held), was=was, quantity=quantity, price=price)
        return _booked(held, left, sold=0, received=received, closes=False), sales
    after, rest = list[Sale](), quantity
    for sale in sorted(sales, key=lambda item: item.price != was) if quantity else ():
        taken = min(sale.quantity, rest) if sale.fill_id == fill.undoes else 0
        rest -= taken
        after.append(replace(sale, quantity=sale.quantity - taken))
        after.append(replace(sale, quantity=0 if price is None else taken, price=price or was))
    order = {sale.fill_id: place for place, sale in enumerate(reversed(sales))}
    after.sort(key=lambda sale: -order[sale.fill_id])
    sold = -quantity if price is None else 0
    held = _booked(held, bought_lots(held), sold=sold, received=-received, closes=True)
    return held, tuple(sale for sale in after if sale.quantity)


def _booked(held: Position, bought: tuple[Lot, ...], *, sold: int, received: Decimal, closes: bool) -> Position:
    """Return a position with `sold` contracts more sold than before."""
    before = contracts(bought_lots(held)) - held.quantity
    after, _ = booked(held, NO_RULES, bought=bought, sold=before + sold, received=received, closes=closes)
    return after


def _with_codes(held: Position, codes: tuple[str, ...]) -> Position:
    known = tuple(dict.fromkeys((*held.exit_codes, *codes)))
    return held if known == held.exit_codes else held.model_copy(update={"exit_codes": known})


def _made(bought: tuple[Lot, ...], sales: tuple[Sale, ...]) -> Iterable[Made]:
    for sale in sales:
        gone, bought = split(bought, sale.quantity)
        pnl = cents((sale.price * sale.quantity - worth(gone)) * CONTRACT_MULTIPLIER)
        yield Made(sale.fill_id, sale.at, pnl)


def shown(held: Position) -> dict[str, Any]:
    """Return of a position what its facts say, and its book says alike."""
    names = (
        "position_id", "account_id", "signal_id", "entry_order_id", "symbol", "option_symbol", "strike", "expiration",
        "type", "direction", "quantity", "entry_price", "entry_timestamp", "engine", "experiment_id", "is_test",
        "order_type", "status", "exit_reason", "exit_order_id", "realized_pnl", "exit_value", "exit_codes",
    )  # fmt: skip
    return {name: getattr(held, name) for name in names} | {"bought": held.bought}
