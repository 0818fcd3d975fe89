"""Closed bars: of a price that wanders, or one after the other as a test names them."""

import random
from collections.abc import Iterable

from agents.indicators import with_closed_bar
from schemas.market import Bar, Series
from schemas.money import NANOS


def walk(chance: random.Random, count: int) -> list[Bar]:
    """Return bars of a price that wanders, a minute apart, to the cent."""
    price, cent, bars = 500_00, NANOS // 100, []
    for number in range(count):
        low, close, high = sorted(price + chance.randint(-80, 80) for _ in range(3))
        opened = min(max(price, low), high)
        bars.append(
            Bar(
                start=number * 60_000_000,
                open=opened * cent,
                high=high * cent,
                low=low * cent,
                close=close * cent,
                volume=chance.randint(0, 9_999),
            )
        )
        price = close
    return bars


def flat(prices: Iterable[float], *, reach: float = 0, volume: int = 0) -> list[Bar]:
    """Return bars that close at prices in dollars, each from `reach` below to `reach` above."""
    bars = []
    for number, price in enumerate(prices):
        nanos, away = round(price * NANOS), round(reach * NANOS)
        bars.append(
            Bar(start=number, open=nanos, high=nanos + away, low=nanos - away, close=nanos, volume=volume + number)
        )
    return bars


def after(bars: Iterable[Bar]) -> Series:
    series = Series()
    for bar in bars:
        series = with_closed_bar(series, bar)
    return series
