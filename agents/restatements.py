"""Realised P&L by day, and what came later and changed it: busts, corrections, adjustments, late fills.

A sale's P&L belongs to the exchange's day of the sale, whenever it became known. What is taken back or priced anew
changes the P&L of the very sales whose contracts it is about, on their days, however long these are over.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from agents.facts import Fact, exchange_day, news
from agents.past_positions import PastPosition, corrections, on_fill
from schemas.decisions import Engine
from schemas.ids import derived_id
from schemas.orders import OrderFilled, OrderUpdated

Place: TypeAlias = tuple[date, str, Engine]
"""The exchange's day, the underlying, the engine."""
Amounts: TypeAlias = Mapping[Place, Decimal]
Kind = Literal["busted", "corrected", "adjusted", "late_fill"]


@dataclass(frozen=True, slots=True)
class Restatement:
    """What one event has changed of a P&L that could have been reported before it was known."""

    kind: Kind
    event_id: str
    """the broker's word where one is known, else the fill"""
    position_id: str
    order_id: str
    undoes: str | None
    """the fill that it takes back, or the reason of an adjustment"""
    occurred_at: datetime
    known_at: datetime
    changes: tuple[tuple[Place, Decimal], ...]
    """dollars, by place"""

    @property
    def amount(self) -> Decimal:
        """Dollars in all."""
        return sum((amount for _, amount in self.changes), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Realised:
    """What sales have made, dollars, and what has restated it, in the order in which it became known."""

    amounts: Amounts
    sales: Mapping[Place, int]
    restatements: tuple[Restatement, ...]


def realised(facts: Iterable[Fact], *, late: Set[str]) -> Realised:
    """Return what facts make of every day.

    facts  fills and updates of orders, in any order
    late   ids of fills that became known when fills of a later day were known already
    """
    ordered = sorted(facts, key=lambda item: (item.topic, item.partition, item.offset))
    updates = [fact.event for fact in ordered if isinstance(fact.event, OrderUpdated)]
    corrected = corrections(updates)
    told_by = {derived_id("fill", update.event_id): update for update in updates}
    fills: dict[str, list[Fact]] = {}
    for fact in ordered:
        if isinstance(fact.event, OrderFilled):
            fills.setdefault(fact.event.position_id, []).append(fact)
    amounts: dict[Place, Decimal] = {}
    sales = Counter[Place]()
    restated: list[Restatement] = []
    for told in fills.values():
        past = PastPosition()
        for fact in news(told):
            fill = fact.event
            assert isinstance(fill, OrderFilled)
            before, past = past, on_fill(past, fill, corrected)
            changes = _difference(_by_place(before, fill), _by_place(past, fill))
            kind = _kind(fill, told_by.get(fill.event_id), is_late=fill.event_id in late)
            if kind is not None and changes:
                restated.append(_restatement(kind, fact, fill, told_by.get(fill.event_id), changes))
        if past.first is not None:
            for one in past.made:
                place = (exchange_day(one.at), past.first.symbol, past.first.engine)
                amounts[place] = amounts.get(place, Decimal("0.00")) + one.pnl
                sales[place] += 1
    restated.sort(key=lambda item: (item.known_at, item.event_id))
    return Realised(amounts, sales, tuple(restated))


def _by_place(past: PastPosition, fill: OrderFilled) -> dict[Place, Decimal]:
    amounts: dict[Place, Decimal] = {}
    for one in past.made:
        place = (exchange_day(one.at), fill.symbol, fill.engine)
        amounts[place] = amounts.get(place, Decimal("0.00")) + one.pnl
    return amounts


def _difference(before: Amounts, after: Amounts) -> tuple[tuple[Place, Decimal], ...]:
    nothing = Decimal("0.00")
    found = {place: after.get(place, nothing) - before.get(place, nothing) for place in {**before, **after}}
    return tuple(sorted((place, amount) for place, amount in found.items() if amount))


def _kind(fill: OrderFilled, told: OrderUpdated | None, *, is_late: bool) -> Kind | None:
    if told is not None and told.status == "corrected":
        return "corrected"
    if fill.quantity < 0:
        return "busted"
    if fill.undoes is not None:
        return "adjusted"
    return "late_fill" if is_late else None


def _restatement(
    kind: Kind,
    fact: Fact,
    fill: OrderFilled,
    told: OrderUpdated | None,
    changes: tuple[tuple[Place, Decimal], ...],
) -> Restatement:
    return Restatement(
        kind=kind,
        event_id=fill.event_id if told is None else told.event_id,
        position_id=fill.position_id,
        order_id=fill.order_id,
        undoes=fill.undoes,
        occurred_at=fill.occurred_at,
        known_at=fact.known_at,
        changes=changes,
    )
