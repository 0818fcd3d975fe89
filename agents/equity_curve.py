"""What an account was worth over time: its cash, and what it held at the marks of the time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.money import CONTRACT_MULTIPLIER, cents, ratio


@dataclass(frozen=True, slots=True)
class Flow:
    """Cash that went, and contracts that came for it; or the other way round."""

    at: datetime
    paid: Decimal
    """dollars; below 0: received"""
    option_symbol: str = ""
    """empty: cash alone was booked"""
    quantity: int = 0
    """contracts: above 0 bought, below 0 sold"""
    price: Decimal = Decimal(0)
    """of the newest of them, dollars a share"""


@dataclass(frozen=True, slots=True)
class Held:
    """Contracts at the beginning, and what they were last known to be worth, dollars a share."""

    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class EquityPoint:
    """An account at an instant, dollars."""

    at: datetime
    cash: Decimal
    value: Decimal
    """of what is held"""
    equity: Decimal
    """cash and value: what it would be worth, liquidated at the marks"""
    drawdown: Decimal
    """below the highest equity until then, not negative"""
    drawdown_percent: Decimal | None
    """of that highest equity; None where that was 0 or below"""


def equity_curve(
    times: Sequence[datetime],
    *,
    cash: Decimal,
    held: Mapping[str, Held],
    flows: Iterable[Flow],
    marks: Iterable[tuple[datetime, str, Decimal]],
) -> list[EquityPoint]:
    """Return an account at each of `times`, which rise.

    cash   at the beginning, dollars
    flows  since then, and marks (instant, contract, dollars a share); both in any order. Until a mark is known, a
           contract is worth what it was last traded at; of one instant the mark counts
    """
    quantities = {symbol: item.quantity for symbol, item in held.items() if item.quantity}
    prices = {symbol: item.price for symbol, item in held.items()}
    told = [
        *((flow.at, 0, flow) for flow in flows),
        *((at, 1, Flow(at, Decimal(0), symbol, price=price)) for at, symbol, price in marks),
    ]
    told.sort(key=lambda item: item[:2])
    points: list[EquityPoint] = []
    peak: Decimal | None = None
    place = 0
    for at in times:
        while place < len(told) and told[place][0] <= at:
            flow = told[place][2]
            cash -= flow.paid
            prices[flow.option_symbol] = flow.price
            quantities[flow.option_symbol] = quantities.get(flow.option_symbol, 0) + flow.quantity
            place += 1
        worth = (prices[symbol] * quantity for symbol, quantity in quantities.items() if quantity)
        value = cents(sum(worth, Decimal(0)) * CONTRACT_MULTIPLIER)
        equity = cents(cash) + value
        peak = equity if peak is None else max(peak, equity)
        fallen = peak - equity
        percent = ratio(fallen / peak * 100) if peak > 0 else None
        points.append(EquityPoint(at, cents(cash), value, equity, fallen, percent))
    return points


def thinned(points: Sequence[EquityPoint]) -> list[EquityPoint]:
    """Return the points without those in the middle of a flat stretch: a line through the others is the same."""
    return [
        point
        for place, point in enumerate(points)
        if place in (0, len(points) - 1)
        or not (points[place - 1].equity == point.equity == points[place + 1].equity)
        or not (points[place - 1].cash == point.cash == points[place + 1].cash)
    ]
